# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures below HTTP: what may have reached the API is never sent twice, what can't be mended is not repeated."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._api import session
from ansible_collections.ovhcloud.vrack.plugins.module_utils._api.credentials import Credentials
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import ApiError, Uncertain, Unreachable

from tests.unit.support.hosts import authority, host, unused_port
from tests.unit.support.simulated import call, client_of

KEY = {"application_key": "app-key-1", "application_secret": "app-secret-1", "consumer_key": "consumer-key-1"}
OAUTH = {"client_id": "client-1", "client_secret": "client-secret-1"}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _nothing_from_the_machine(monkeypatch):
    for name in (*PROXIES, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


def api_until(then):
    """An API that tells the time, and does *then* with anything else."""

    def respond(connection, method, target, headers):
        if target.endswith("/auth/time"):
            connection.answer(str(int(time.time())))
        else:
            then(connection, method, target, headers)

    return respond


@contextmanager
def client_at(respond, kind=None, certificate=None, **options):
    """A host and a client of it."""
    scheme = "https" if certificate else "http"
    with host(respond, certificate) as server:
        name = "localhost" if certificate else "127.0.0.1"
        with client_of(Credentials(f"{scheme}://{name}:{server.port}/1.0", **(kind or KEY)), **options) as client:
            yield server, client


def failure_of(client, work):
    with pytest.raises(ApiError) as caught:
        work(client)
    text = str(caught.value)
    assert not any(secret in text for secret in (KEY["application_secret"], KEY["consumer_key"], "proxy-password"))
    return caught.value


# Encryption


def test_a_post_whose_answer_breaks_the_encryption_is_sent_once(trusted, monkeypatch):
    """The same class of error as a handshake that failed, but the request was read."""
    _own, certificate, bundle = trusted
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    with client_at(api_until(lambda connection, *_asked: connection.break_encryption()), certificate=certificate) as (
        server,
        client,
    ):
        error = failure_of(client, lambda client: client.send(call("POST", "order", "cart")))
        assert isinstance(error, Uncertain)
        assert server.methods("POST") == 1


def test_a_get_whose_answer_breaks_the_encryption_is_repeated(trusted, monkeypatch):
    _own, certificate, bundle = trusted
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    broken = []

    def once(connection, *_asked):
        if broken:
            connection.answer('{"ovhSubsidiary": "FR"}')
        else:
            broken.append(True)
            connection.break_encryption()

    with client_at(api_until(once), certificate=certificate) as (_server, client):
        assert client.read("/me")[0] == {"ovhSubsidiary": "FR"}


@pytest.mark.parametrize("kind", [KEY, OAUTH], ids=["key", "client"])
def test_a_certificate_that_is_not_trusted_ends_it_at_once(trusted, kind):
    _own, certificate, _bundle = trusted
    with client_at(api_until(lambda *_asked: None), kind, certificate=certificate) as (_server, client):
        error = failure_of(client, lambda client: client.read("/me"))
        assert client.clock.waits == []
    assert (error.code, error.attempts) == ("certificate_untrusted", 1)
    assert "localhost is not trusted" in str(error)
    assert "REQUESTS_CA_BUNDLE" in str(error)
    assert "self-signed certificate" in str(error) or "unable to get local issuer" in str(error)


@pytest.mark.parametrize("kind", [KEY, OAUTH], ids=["key", "client"])
def test_a_bundle_that_is_not_there_is_named_with_its_variable(monkeypatch, kind, tmp_path):
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "nothere.pem"))
    with client_of(Credentials("https://localhost:1/1.0", **kind)) as client:
        error = failure_of(client, lambda client: client.read("/me"))
    assert error.code == "bundle_missing"
    assert f"CURL_CA_BUNDLE names {tmp_path / 'nothere.pem'}" in str(error)


def test_a_bundle_without_a_certificate_is_told_as_such(monkeypatch, tmp_path, trusted):
    _own, certificate, _bundle = trusted
    (tmp_path / "empty.pem").write_text("nothing\n")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "empty.pem"))
    with client_at(api_until(lambda *_asked: None), certificate=certificate) as (_server, client):
        error = failure_of(client, lambda client: client.read("/me"))
        assert client.clock.waits == []
    assert error.code in ("bundle_empty", "certificate_untrusted")
    assert "certificate" in str(error)


@pytest.mark.parametrize("endpoint", ["https://api..example.org/1.0", "https://" + "a" * 70 + ".example.org/1.0"])
@pytest.mark.parametrize("kind", [KEY, OAUTH], ids=["key", "client"])
def test_an_endpoint_that_is_no_host_is_no_bug_of_ours(endpoint, kind):
    with client_of(Credentials(endpoint, **kind)) as client:
        error = failure_of(client, lambda client: client.read("/me"))
    assert (error.code, error.attempts) == ("endpoint_unusable", 1)


# Redirects


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_an_answer_that_points_elsewhere_is_not_followed(method, status):
    with host(lambda connection, *_asked: connection.answer('{"ovhSubsidiary": "XX"}')) as other:

        def elsewhere(connection, *_asked):
            connection.answer("", status, Location=f"http://127.0.0.1:{other.port}/1.0/me?token=order-secret-1")

        with client_at(api_until(elsewhere)) as (server, client):
            error = failure_of(client, lambda client: client.send(call(method, "me")))
        assert other.asked == []
        assert server.methods(method) == 1
    assert error.code == "redirected"
    assert f"127.0.0.1:{other.port}/1.0/me" in str(error)
    assert "order-secret-1" not in str(error)


def test_the_time_and_the_token_are_not_looked_for_elsewhere_either():
    with host(lambda connection, *_asked: connection.answer("1")) as other:

        def elsewhere(connection, *_asked):
            connection.answer("", "302 Found", Location=f"http://127.0.0.1:{other.port}/x")

        with host(elsewhere) as server:
            for kind in (KEY, OAUTH):
                with client_of(Credentials(f"http://127.0.0.1:{server.port}/1.0", **kind)) as client:
                    assert failure_of(client, lambda client: client.read("/me")).code == "redirected"
        assert other.asked == []


# Proxies


def proxy_that_says(status):
    return lambda connection, *_asked: connection.answer("", status)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("status", "why"),
    [("407 Proxy Authentication Required", "a user and a password"), ("403 Forbidden", "forbids the way")],
)
def test_a_proxy_that_refuses_is_named_without_its_password_and_asked_once(monkeypatch, scheme, status, why):
    with host(proxy_that_says(status)) as proxy:
        monkeypatch.setenv(f"{scheme}_proxy", f"http://me:proxy-password@127.0.0.1:{proxy.port}")
        with client_of(Credentials(f"{scheme}://localhost:{unused_port()}/1.0", **KEY)) as client:
            error = failure_of(client, lambda client: client.read("/me"))
        assert len(proxy.asked) == 1
    assert error.code == "proxy_unusable"
    assert f"the proxy http://127.0.0.1:{proxy.port} {why}" in str(error).replace("wants ", "")
    assert "NO_PROXY" in str(error)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("address", "why"), [("socks5://127.0.0.1:1", "PySocks"), ("http://127.0.0.1:80x", "is no address")]
)
def test_a_proxy_that_cannot_be_used_is_named_at_once(monkeypatch, scheme, address, why):
    monkeypatch.setenv(f"{scheme}_proxy", address)
    with client_of(Credentials(f"{scheme}://localhost:{unused_port()}/1.0", **KEY)) as client:
        error = failure_of(client, lambda client: client.read("/me"))
        assert client.clock.waits == []
    assert error.code == "proxy_unusable"
    assert why in str(error)


def test_a_proxy_that_is_not_there_is_named_and_a_post_has_not_left(monkeypatch, trusted):
    _own, certificate, bundle = trusted
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    with client_at(api_until(lambda *_asked: None), certificate=certificate) as (_server, client):
        client.warm_up()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{unused_port()}")
        error = failure_of(client, lambda client: client.send(call("POST", "order", "cart")))
    assert error.__class__ is Unreachable
    assert "no connection to the proxy http://127.0.0.1:" in str(error)


def test_no_proxy_is_obeyed(monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port()}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with client_at(api_until(lambda connection, *_asked: connection.answer("[]"))) as (_server, client):
        assert client.read("/vrack")[0] == []


# Time


def test_a_token_route_that_never_answers_is_left_after_the_timeout(impatient):
    """python-ovh asks for a token without any limit."""
    let_go = threading.Event()
    with client_at(lambda *_asked: let_go.wait(30), OAUTH, seconds=3.0, **impatient) as (_server, client):
        error = failure_of(client, lambda client: client.read("/me"))
        let_go.set()
    assert error.__class__ is Unreachable
    assert "no answer in time" in str(error)


def test_a_time_that_is_none_is_told_as_such():
    """It is asked for where a request was refused that this machine's clock has signed."""
    for answer in ('{"message": "hello"}', "null", '"soon"', "true", "[]"):

        def refuses(connection, _method, target, _headers, answer=answer):
            if target.endswith("/auth/time"):
                connection.answer(answer)
            else:
                connection.answer('{"errorCode": "QUERY_TIME_OUT", "message": "too late"}', "400 Bad Request")

        with client_at(refuses) as (_server, client):
            assert failure_of(client, lambda client: client.read("/me")).code == "no_time"


def test_a_retry_after_may_be_a_date():
    soon = []

    def busy(connection, *_asked):
        if soon:
            connection.answer("[]")
        else:
            soon.append(True)
            date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 50))
            connection.answer("{}", "429 Too Many Requests", Retry_After=date)

    with client_at(api_until(busy)) as (_server, client):
        assert client.read("/vrack")[0] == []
        assert 45.0 <= client.clock.now() - 1000.0 <= 55.0


# Answers that no API gives


def test_an_answer_that_comes_in_drops_is_left_after_the_timeout(impatient):
    """Each byte comes in time, and all of them never."""

    def drops(connection, *_asked):
        connection.stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _drop in range(600):
            connection.stream.sendall(b" ")
            time.sleep(0.1)

    with client_at(api_until(drops), seconds=5.0, **impatient) as (_server, client):
        began = time.monotonic()
        error = failure_of(client, lambda client: client.send(call("POST", "order", "cart")))
        assert time.monotonic() - began < 30, "the drops go on for a minute"
    assert isinstance(error, Uncertain)
    assert "no answer in time" in str(error)


def test_an_answer_that_never_ends_is_not_kept(monkeypatch):
    monkeypatch.setattr(session, "LARGEST", 1_000_000)
    sent = []

    def endless(connection, *_asked):
        connection.stream.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while len(sent) < 10_000:
            connection.stream.sendall(b"[" * 65536)
            sent.append(1)

    with client_at(api_until(endless)) as (_server, client):
        assert failure_of(client, lambda client: client.read("/me")).code == "too_large"
    assert len(sent) < 200


def test_an_answer_of_a_thousand_brackets_is_no_bug_of_ours():
    with client_at(api_until(lambda connection, *_asked: connection.answer("[" * 200_000))) as (_server, client):
        error = failure_of(client, lambda client: client.read("/me"))
    assert error.__class__ is Unreachable
    assert "not JSON" in str(error)


def test_a_list_that_has_always_one_more_page_ends():
    def one_more(connection, *_asked):
        connection.answer("[{}]", X_Pagination_Elements="999999")

    with client_at(api_until(one_more)) as (server, client):
        error = failure_of(client, lambda client: client.reader().get_objects("vrack"))
        assert len(server.asked) < 600
    assert error.code == "too_many_pages"


def test_a_list_of_ids_whose_objects_are_none_is_told_as_such():
    def odd(connection, method, target, headers):
        connection.answer('["pn-1"]' if target.endswith("/vrack") else '"hello"')

    with client_at(api_until(odd)) as (_server, client):
        assert failure_of(client, lambda client: client.reader().get_objects("vrack")).code == "not_an_object"


def test_nothing_is_asked_long_after_the_time_was_up():
    """The last look may be a little late, and not as long as there is something to ask."""
    with client_at(api_until(lambda connection, *_asked: connection.answer("[]")), seconds=10.0) as (server, client):
        client.warm_up()
        client.clock.wait(15.0)
        assert client.read("/vrack")[0] == []
        client.clock.wait(15.0)
        error = failure_of(client, lambda client: client.read("/vrack"))
        assert len(server.asked) == 1
    assert error.code == "too_late"
