# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies between a task and the API: certificates, proxies, addresses. Modules and inventory, key and OAuth2."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager

import pytest

from tests.support.inventories import list_inventory, write_inventory
from tests.support.playbooks import run_tasks
from tests.unit.support.hosts import authority, host, unused_port

KEY = {"application_key": "app-key-1", "application_secret": "app-secret-1", "consumer_key": "consumer-key-1"}
CLIENT = {"client_id": "client-1", "client_secret": "client-secret-1"}
SECRETS = ("app-secret-1", "consumer-key-1", "client-secret-1", "proxy-password")
NOTHING = {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": "", "SSL_CERT_FILE": ""}
NO_PROXY = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy"), "")
REPEATED = "attempts)"


def an_empty_account(connection, method, target, headers):
    """Time, token, and nothing in it."""
    if target.endswith("/auth/time"):
        connection.answer(str(int(time.time())))
    elif target.endswith("/oauth2/token"):
        connection.answer(json.dumps({"access_token": "t", "token_type": "bearer", "expires_in": 3600}))
    else:
        connection.answer("[]")


def wants(connection, *_asked):
    """A proxy that lets nobody through without a password."""
    connection.answer("", "407 Proxy Authentication Required")


def forbids(connection, *_asked):
    connection.answer("", "403 Forbidden")


@contextmanager
def api_with_certificate(folder):
    _own, certificate, bundle = authority(folder)
    with host(an_empty_account, certificate) as server:
        yield f"https://localhost:{server.port}/1.0", bundle


def info(endpoint, credentials, name, **environment):
    options = {"endpoint": endpoint, **credentials}
    return {
        "name": name,
        "ovhcloud.vrack.ovh_cloud_project_info": options,
        "environment": {**NOTHING, **NO_PROXY, **environment},
    }


def unheard(run):
    """No secret, no wrong advice."""
    assert not any(secret in run.output for secret in SECRETS)
    assert "bug in the collection" not in run.output
    assert "again later" not in run.output


@pytest.mark.parametrize("credentials", [KEY, CLIENT], ids=["key", "client"])
def test_C97_a_certificate_of_the_companys_own(simulator, tmp_path, credentials):
    nothere, empty = tmp_path / "nothere.pem", tmp_path / "empty.pem"
    empty.write_text("nothing\n")
    with api_with_certificate(tmp_path) as (endpoint, bundle):
        run = run_tasks(
            simulator,
            [
                info(endpoint, credentials, "untrusted"),
                info(endpoint, credentials, "the system's own", SSL_CERT_FILE=bundle),
                info(endpoint, credentials, "trusted", REQUESTS_CA_BUNDLE=bundle),
                info(endpoint, credentials, "missing", REQUESTS_CA_BUNDLE=str(nothere)),
                info(endpoint, credentials, "empty", REQUESTS_CA_BUNDLE=str(empty)),
            ],
        )
    assert [task.failed for task in run.tasks] == [True, True, False, True, True]
    for name in ("untrusted", "the system's own"):
        assert "the certificate of localhost is not trusted" in run[name].msg
        assert "REQUESTS_CA_BUNDLE" in run[name].msg
    assert f"REQUESTS_CA_BUNDLE names {nothere}, which is not there" in run["missing"].msg
    assert "certificate" in run["empty"].msg
    assert not any(REPEATED in task.msg for task in run.tasks)
    unheard(run)


def test_C97_the_same_in_the_inventory(simulator, tmp_path):
    with api_with_certificate(tmp_path) as (endpoint, bundle):
        path = write_inventory(tmp_path, endpoint=endpoint, **KEY)
        nothere = str(tmp_path / "nothere.pem")
        trusted = list_inventory(simulator, path, REQUESTS_CA_BUNDLE=bundle)
        untrusted = list_inventory(simulator, path, **NOTHING)
        missing = list_inventory(simulator, path, **{**NOTHING, "REQUESTS_CA_BUNDLE": nothere})
    assert "not trusted" not in trusted.warnings
    assert "the certificate of localhost is not trusted" in untrusted.warnings
    assert f"REQUESTS_CA_BUNDLE names {nothere}, which is not there" in missing.warnings
    for run in (untrusted, missing):
        assert REPEATED not in run.output
        unheard(run)


def test_C97_an_address_that_is_no_host(simulator):
    run = run_tasks(simulator, [info("https://api..example.org/1.0", KEY, "two dots")])
    assert "no host that can be asked" in run["two dots"].msg
    unheard(run)


def test_C98_the_proxy_is_named_with_what_is_wrong_with_it(simulator, tmp_path):
    with api_with_certificate(tmp_path) as (endpoint, bundle), host(wants) as first, host(forbids) as second:
        ways = {
            "dead": f"http://me:proxy-password@127.0.0.1:{unused_port()}",
            "password": f"http://me:proxy-password@127.0.0.1:{first.port}",
            "forbidden": f"http://127.0.0.1:{second.port}",
            "socks": "socks5://127.0.0.1:1",
            "no_address": "http://127.0.0.1:80x",
        }
        # Ansible shows the lines of a task that failed, so the password stands elsewhere.
        tasks = [info(endpoint, KEY, name, https_proxy=f"{{{{ {name} }}}}", REQUESTS_CA_BUNDLE=bundle) for name in ways]
        beside = info(
            endpoint, KEY, "around it", https_proxy="{{ dead }}", no_proxy="localhost", REQUESTS_CA_BUNDLE=bundle
        )
        run = run_tasks(simulator, [*tasks, beside], "-e", json.dumps(ways))
        asked = len(first.asked), len(second.asked)
    assert [task.failed for task in run.tasks] == [True, True, True, True, True, False]
    assert "no connection to the proxy http://127.0.0.1:" in run["dead"].msg
    assert f"the proxy http://127.0.0.1:{first.port} wants a user and a password" in run["password"].msg
    assert f"the proxy http://127.0.0.1:{second.port} forbids the way" in run["forbidden"].msg
    assert "PySocks" in run["socks"].msg
    assert "80x is no address" in run["no_address"].msg
    assert asked == (1, 1)
    assert all("NO_PROXY" in task.msg for task in run.tasks[1:5])
    for secret in SECRETS:
        assert secret not in run.output
    assert "bug in the collection" not in run.output


def test_C98_a_proxy_in_the_way_of_a_plain_address(simulator):
    with host(forbids) as proxy:
        run = run_tasks(
            simulator, [info(simulator.env["OVH_ENDPOINT"], {}, "plain", http_proxy=f"http://127.0.0.1:{proxy.port}")]
        )
    assert f"the proxy http://127.0.0.1:{proxy.port} forbids the way" in run["plain"].msg


def test_the_answer_that_points_elsewhere_is_named_and_gets_no_credentials(simulator):
    with host(an_empty_account) as other:

        def elsewhere(connection, method, target, headers):
            if target.endswith("/auth/time"):
                connection.answer(str(int(time.time())))
            else:
                connection.answer("", "302 Found", Location=f"http://127.0.0.1:{other.port}/1.0/cloud/project")

        with host(elsewhere) as server:
            run = run_tasks(simulator, [info(f"http://127.0.0.1:{server.port}/1.0", KEY, "led away")])
        assert other.asked == []
    assert f"points to http://127.0.0.1:{other.port}/1.0/cloud/project, which was not followed" in run["led away"].msg
