# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, signatures, prefixes, rules and the forms of errors."""

import http.client
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import ovh
import ovh.exceptions
import pytest

from simulator.auth import signed_urls
from simulator.launch import ROOT, Simulator
from tests.simulator.bare import ask, signed


def test_starts_without_much_ado():
    """Nothing is imported or made that takes the processor long, however busy the machine is."""
    with Simulator.start() as started:
        stat = Path(f"/proc/{started._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        assert sum(map(int, stat[11:13])) / os.sysconf("SC_CLK_TCK") < 3


def test_refuses_other_hosts_than_loopback():
    command = [sys.executable, "-m", "simulator", "--host", "0.0.0.0"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == 2
    assert "--allow-any-host" in result.stderr


def test_environment_has_keys_of_the_real_lengths(sim):
    lengths = [len(sim.env[f"OVH_{name}"]) for name in ("APPLICATION_KEY", "APPLICATION_SECRET", "CONSUMER_KEY")]
    assert lengths == [16, 32, 32]


@pytest.mark.parametrize("prefix", ["/1.0", "/v1"])
def test_both_prefixes(sim, prefix):
    status, _headers, body = ask(sim, "GET", f"{prefix}/me", signed(sim, "GET", f"{prefix}/me"))
    assert (status, body["nichandle"]) == (200, "ab123456-ovh")


@pytest.mark.parametrize("path", ["/me", "/1.0/v1/me", "/v2/me", "/1.0/nowhere"])
def test_unknown_routes(sim, path):
    status, _headers, body = ask(sim, "GET", path, signed(sim, "GET", path))
    assert (status, body) == (404, {"class": "Client::NotFound", "message": "Got an invalid (or empty) URL"})


def test_a_bare_question_mark_is_signed_and_harmless(sim):
    assert ask(sim, "GET", "/1.0/me?", signed(sim, "GET", "/1.0/me?"))[0] == 200
    assert ask(sim, "GET", "/1.0/me", signed(sim, "GET", "/1.0/me/"))[0] == 400


def test_signature_covers_the_query(sim):
    path = "/1.0/me/payment/method?default=true"
    assert ask(sim, "GET", path, signed(sim, "GET", path))[0] == 200
    status, _headers, body = ask(sim, "GET", path, signed(sim, "GET", "/1.0/me/payment/method"))
    assert (status, body["errorCode"]) == (400, "INVALID_SIGNATURE")


def test_signature_covers_the_body_as_sent(sim):
    path, body = "/1.0/vrack/pn-0/cloudProject", '{ "project" :\t"x" }'
    headers = signed(sim, "POST", path, body)
    assert ask(sim, "POST", path, headers, body)[2]["message"] == "This service does not exist"
    assert ask(sim, "POST", path, headers, '{"project":"x"}')[2]["errorCode"] == "INVALID_SIGNATURE"


def test_signature_covers_the_host_the_client_used(sim):
    assert ask(sim, "GET", "/1.0/me", signed(sim, "GET", "/1.0/me", host="api.test:8080"))[0] == 200


def test_node_ovh_signs_without_the_port_over_https():
    assert "https://localhost/1.0/me" in signed_urls("https://localhost:8443/1.0/me")
    assert "http://localhost/1.0/me" not in signed_urls("http://localhost:8443/1.0/me")


def test_timestamp_too_far_off(sim):
    status, _headers, body = ask(sim, "GET", "/1.0/me", signed(sim, "GET", "/1.0/me", stamp=int(time.time()) - 3600))
    assert (status, body["errorCode"], body["httpCode"]) == (400, "QUERY_TIME_OUT", "400 Bad Request")


def test_clients_follow_the_servers_time(sim):
    sim.clock(auth_offset=7200)
    assert sim.client().get("/me")["nichandle"] == "ab123456-ovh"


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("X-Ovh-Application", "x" * 16, (403, "INVALID_KEY")),
        ("X-Ovh-Consumer", "x" * 32, (403, "NOT_CREDENTIAL")),
        ("X-Ovh-Signature", "$1$" + "0" * 40, (400, "INVALID_SIGNATURE")),
    ],
)
def test_wrong_keys(sim, header, value, expected):
    status, _headers, body = ask(sim, "GET", "/1.0/me", {**signed(sim, "GET", "/1.0/me"), header: value})
    assert (status, body["errorCode"]) == expected
    assert set(body) == {"errorCode", "httpCode", "message"}


def test_query_id_on_every_answer(sim):
    form = re.compile(r"EU\.ext-\d+\.[0-9a-f]{8}\.\d+\.[0-9a-f]{32}")
    for path in ("/1.0/auth/time", "/1.0/me", "/nowhere"):
        assert form.fullmatch(ask(sim, "GET", path)[1]["X-Ovh-Queryid"])
    sim.fault("502html")
    assert form.fullmatch(sim_query_id_of_html(sim))


def sim_query_id_of_html(sim):
    connection = http.client.HTTPConnection(urlsplit(sim.url).netloc, timeout=10)
    connection.request("GET", "/1.0/auth/time")
    answer = connection.getresponse()
    assert answer.read().startswith(b"<html>")
    return answer.headers["X-Ovh-Queryid"]


def test_access_rules(sim, client):
    sim.rules([{"method": "GET", "path": "/vrack/*"}, {"method": "GET", "path": "/me "}])
    with pytest.raises(ovh.exceptions.NotGrantedCall):
        client.get("/vrack")
    with pytest.raises(ovh.exceptions.NotGrantedCall):
        client.get("/me")
    with pytest.raises(ovh.exceptions.ResourceNotFoundError):
        client.get("/vrack/pn-0")


@pytest.mark.parametrize("status", ["expired", "pendingValidation"])
def test_credential_that_is_not_valid(sim, client, status):
    sim.rules(status=status)
    with pytest.raises(ovh.exceptions.InvalidCredential):
        client.get("/me")


def test_asking_for_a_credential(sim, client):
    asked = client.request_consumerkey([{"method": "GET", "path": "/*"}])
    assert asked["state"] == "pendingValidation"
    assert len(asked["consumerKey"]) == 32
    assert re.fullmatch(r"https://eu\.api\.ovh\.com/auth/\?credentialToken=\w{64}", asked["validationUrl"])
    with pytest.raises(ovh.exceptions.InvalidCredential):
        client.get("/me")
    sim.rules(consumer_key=asked["consumerKey"], status="validated")
    assert client.get("/auth/currentCredential")["rules"] == [{"method": "GET", "path": "/*"}]


def oauth_headers(sim):
    form = (
        f"grant_type=client_credentials&scope=all&client_id={sim.env['OVH_SIMULATOR_CLIENT_ID']}"
        f"&client_secret={sim.env['OVH_SIMULATOR_CLIENT_SECRET']}"
    )
    status, _headers, body = ask(sim, "POST", "/auth/oauth2/token", body=form)
    assert (status, body["token_type"]) == (200, "Bearer")
    return {"Authorization": f"Bearer {body['access_token']}"}


def test_oauth2(sim):
    headers = oauth_headers(sim)
    assert ask(sim, "GET", "/1.0/auth/details", headers)[2]["method"] == "oauth2_client_credentials"
    sim.rules([])
    status, _headers, body = ask(sim, "GET", "/1.0/me", headers)
    assert (status, body["class"]) == (403, "Client::Forbidden")
    assert body["details"]["unauthorizedActionsByIAM"]


def test_oauth2_token_expires(sim):
    sim.settings(oauth2_token_lifetime=60)
    headers = oauth_headers(sim)
    assert ask(sim, "GET", "/1.0/me", headers)[0] == 200
    sim.clock(auth_offset=61)
    assert ask(sim, "GET", "/1.0/me", headers)[0] == 401


def test_oauth2_by_pythons_client(sim, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    endpoint = sim.env["OVH_ENDPOINT"]
    monkeypatch.setitem(ovh.client.ENDPOINTS, endpoint, endpoint)
    monkeypatch.setitem(ovh.client.OAUTH2_TOKEN_URLS, endpoint, f"{sim.url}/auth/oauth2/token")
    client = sim.client(
        client_id=sim.env["OVH_SIMULATOR_CLIENT_ID"], client_secret=sim.env["OVH_SIMULATOR_CLIENT_SECRET"]
    )
    assert client.get("/me")["ovhSubsidiary"] == "FR"


def test_no_two_simulators_have_a_secret_in_common(sim):
    with Simulator.start(seed=1, speed=0) as other:
        secrets = [name for name in sim.env if name.endswith(("_KEY", "_SECRET", "_ID"))]
        assert len(secrets) == 5
        assert not {sim.env[name] for name in secrets} & {other.env[name] for name in secrets}


def test_a_key_that_expires(sim, client):
    sim.rules(expires_in=3600)
    assert client.get("/auth/currentCredential")["expiration"]
    sim.clock(auth_offset=3599)
    client = sim.client()
    assert client.get("/me")
    sim.clock(auth_offset=3601)
    with pytest.raises(ovh.exceptions.InvalidCredential):
        client.get("/me")
    sim.reset()
    assert sim.client().get("/auth/currentCredential")["expiration"] is None


def test_a_key_for_some_addresses_only(sim, client):
    asked = client.request_consumerkey([{"method": "GET", "path": "/*"}], allowedIPs=["192.0.2.0/24"])
    sim.rules(consumer_key=asked["consumerKey"], status="validated")
    with pytest.raises(ovh.exceptions.Forbidden):
        client.get("/me")
    sim.rules(consumer_key=asked["consumerKey"], allowed_ips=["192.0.2.0/24", "127.0.0.1/32"])
    assert client.get("/auth/currentCredential")["allowedIPs"] == ["192.0.2.0/24", "127.0.0.1/32"]


@pytest.mark.parametrize("only_at_end", [False, True])
def test_a_star_in_the_middle_of_a_rule(sim, client, only_at_end):
    sim.settings(rules_end_in_star=only_at_end)
    sim.rules([{"method": "GET", "path": "/vrack*"}])
    vrack = client.get("/vrack")[0]
    assert client.get(f"/vrack/{vrack}/task") == []
    sim.rules([{"method": "GET", "path": "/vrack/*/task"}])
    if only_at_end:
        with pytest.raises(ovh.exceptions.NotGrantedCall):
            client.get(f"/vrack/{vrack}/task")
    else:
        assert client.get(f"/vrack/{vrack}/task") == []
