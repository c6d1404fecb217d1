# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an error of the API tells: the call, the answer, the query id and what to do; and never a secret."""

from __future__ import annotations

import traceback

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import (
    ApiError,
    Forbidden,
    Gone,
    Refused,
    Uncertain,
    Unreachable,
)

from tests.unit.support.faults import order
from tests.unit.support.simulated import by_key, by_oauth2, call, client_of


@pytest.fixture
def client(sim):
    with client_of(by_key(sim.env)) as client:
        yield client


def error_of(client, method="GET", path="/me", **body):
    """What a call ends with. A read is a call like others."""
    with pytest.raises(ApiError) as caught:
        client.send(call(method, *path.strip("/").split("/"), **body))
    return caught.value


def test_a_refusal_tells_call_status_class_message_and_query_id(sim, client):
    body = {"class": "Client::BadRequest", "message": "Invalid region parameter"}
    order(sim, "status", "POST", "/order/cart", status=400, body=body, headers={"X-Ovh-Queryid": "EU.ext-4.67a9.12"})
    error = error_of(client, "POST", "/order/cart", ovhSubsidiary="FR")
    assert str(error) == (
        "POST /order/cart answered 400 Client::BadRequest: Invalid region parameter (query id EU.ext-4.67a9.12)."
    )
    assert error.facts() == {
        "method": "POST",
        "path": "/order/cart",
        "status": 400,
        "query_id": "EU.ext-4.67a9.12",
        "error_class": "Client::BadRequest",
    }


def test_what_was_being_done_comes_first():
    error = Refused("no", "POST", "/order/cart", 400)
    error.doing = "open a cart"
    assert str(error) == "open a cart: POST /order/cart answered 400: no."


@pytest.mark.parametrize("kind", ["500", "502html", "408html"])
def test_errors_of_the_server_tell_their_query_id_and_no_html(sim, client, kind):
    order(sim, kind, "GET", "/me", times=-1, headers={"X-Ovh-Queryid": "EU.1"})
    error = error_of(client)
    assert isinstance(error, Unreachable)
    assert error.query_id
    assert error.query_id in str(error)
    assert "status " + kind[:3] in str(error)
    assert "<" not in str(error)


def test_an_uncertain_post_tells_its_query_id_where_there_was_an_answer(sim, client):
    order(sim, "500", "POST", "/order/cart")
    error = error_of(client, "POST", "/order/cart", ovhSubsidiary="FR")
    assert isinstance(error, Uncertain)
    assert error.query_id
    assert error.query_id in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Refused), (401, Forbidden), (403, Forbidden), (404, Gone), (409, Refused), (460, Refused)],
)
def test_each_refusal_has_its_class(sim, client, status, kind):
    order(sim, "status", "GET", "/me", status=status, body={"message": "no"})
    assert error_of(client).__class__ is kind


@pytest.mark.parametrize(
    "body", ["just text", [], None, {}, {"message": None}, {"message": {"odd": 1}}, {"details": []}]
)
def test_a_refusal_with_an_odd_body_is_a_refusal(sim, client, body):
    order(sim, "status", "GET", "/me", status=400, body=body)
    error = error_of(client)
    assert (error.__class__, error.status) == (Refused, 400)


def test_a_quota_is_a_lasting_refusal(sim, client):
    body = {"class": "Client::MaxQuotaReached::Router", "message": "conflict: max quota of 2 reached for: router"}
    order(sim, "status", "GET", "/me", status=409, body=body)
    assert error_of(client).lasting is True


# Rights


def test_a_missing_right_names_the_rule_that_grants_it(sim, client):
    vrack = next(iter(sim.state()["vracks"]))
    sim.rules([{"method": "GET", "path": "/*"}])
    error = error_of(client, "POST", f"/vrack/{vrack}/cloudProject", project="0" * 32)
    assert isinstance(error, Forbidden)
    assert "The key lacks the access rule POST /vrack/*/cloudProject" in str(error)
    assert error.code == "right_missing"


def test_a_missing_right_of_an_iam_policy_is_named(sim):
    sim.rules([{"method": "GET", "path": "/auth/*"}])
    with client_of(by_oauth2(sim.env)) as client:
        error = error_of(client)
    assert "Grant the action me:apiovh:get in an IAM policy" in str(error)


def test_an_expired_key(sim, client):
    sim.rules(status="expired")
    error = error_of(client)
    assert (error.code, error.status) == ("consumer_key_invalid", 403)
    assert "validate it" in str(error)


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("application_key", "application_key_unknown"),
        ("application_secret", "signature_wrong"),
        ("consumer_key", "consumer_key_unknown"),
    ],
)
def test_a_wrong_part_of_the_key_is_named(sim, part, code):
    with client_of(by_key(sim.env, **{part: "0123456789abcdef0123456789abcdef"})) as client:
        error = error_of(client)
    assert error.code == code
    assert part in str(error)


def test_a_clock_that_jumps_is_read_once(sim, client):
    client.read("/me")
    sim.clock(auth_offset=4000.0)
    answer, _headers = client.read("/me")
    assert answer["ovhSubsidiary"] == "FR"
    assert [entry["path"] for entry in sim.journal()].count("/auth/time") == 1


def test_a_clock_that_is_wrong(sim, client):
    client.read("/me")
    body = {"errorCode": "QUERY_TIME_OUT", "httpCode": "400 Bad Request", "message": "too late"}
    order(sim, "status", "GET", "/me", status=400, body=body, times=-1)
    error = error_of(client)
    assert error.code == "clock_wrong"
    assert "clock" in error.advice


# Secrets


def failures(sim, credentials):
    """Errors of all kinds."""
    ways = [
        ("500", "GET"), ("502html", "PUT"), ("cut", "POST"), ("drop_before", "GET"), ("drop_after", "POST"),
        ("429", "DELETE"),
    ]  # fmt: skip
    for kind, method in ways:
        sim.reset()
        with client_of(credentials, seconds=60.0) as client:
            client.warm_up()
            order(sim, kind, method, "/order/cart*", times=-1)
            yield error_of(client, method, "/order/cart")
    sim.reset()
    sim.rules([])
    with client_of(credentials) as client:
        yield error_of(client)


@pytest.mark.parametrize("kind", [by_key, by_oauth2])
def test_no_error_holds_a_secret_or_a_header(sim, kind):
    credentials = kind(sim.env)
    hidden = [*credentials.secrets(), "X-Ovh-Signature", "Bearer", "$1$"]
    for error in failures(sim, credentials):
        text = str(error) + repr(error) + repr(error.facts()) + repr(vars(error))
        assert not any(secret in text for secret in hidden), error


def test_no_traceback_of_a_lost_answer_holds_a_secret(sim):
    """A traceback shows the texts of all errors behind one."""
    for error in failures(sim, by_key(sim.env)):
        text = "".join(traceback.format_exception(error))
        assert not any(secret in text for secret in by_key(sim.env).secrets())
