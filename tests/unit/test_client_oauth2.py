# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens: fetched once, again when they have run out, and failures of the token route told as such."""

from __future__ import annotations

import time

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import ApiError, Forbidden, Unreachable

from tests.unit.support.faults import order
from tests.unit.support.simulated import by_oauth2, call, client_of

TOKEN = "/auth/oauth2/token"


@pytest.fixture
def client(sim):
    with client_of(by_oauth2(sim.env)) as client:
        yield client


def tokens(sim):
    return sum(entry["path"] == TOKEN for entry in sim.journal())


def test_one_token_serves_all_threads(sim, client):
    reader = client.reader()
    projects = reader.get("cloud", "project")
    found = reader.get_many([("cloud", "project", one) for one in projects])
    assert [one["project_id"] for one in found] == list(projects)
    assert tokens(sim) == 1


def test_a_token_that_has_run_out_is_replaced_in_the_middle_of_the_run(sim, client, monkeypatch):
    client.read("/me")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 4000.0)
    sim.clock(auth_offset=4000.0)
    answer, _headers = client.read("/me")
    assert answer["ovhSubsidiary"] == "FR"
    client.send(call("POST", "order", "cart", ovhSubsidiary="FR"))
    assert tokens(sim) == 2
    assert len(sim.state()["carts"]) == 1


def test_a_token_route_that_fails_in_the_middle_of_the_run_leaves_a_post_unsent(sim, client, monkeypatch):
    client.read("/me")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 4000.0)
    sim.clock(auth_offset=4000.0)
    order(sim, "500", "POST", TOKEN)
    client.send(call("POST", "order", "cart", ovhSubsidiary="FR"))
    assert len(sim.state()["carts"]) == 1


def test_an_endless_failure_of_the_token_route_is_an_api_error_for_changes_too(sim, client, monkeypatch):
    client.read("/me")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 4000.0)
    order(sim, "drop_before", "POST", TOKEN, times=-1)
    with pytest.raises(ApiError):
        client.send(call("POST", "order", "cart", ovhSubsidiary="FR"))
    assert sim.state()["carts"] == {}


def test_a_wrong_secret_is_told_as_such_and_not_shown(sim):
    wrong = "0123456789abcdef0123456789abcdef"
    with client_of(by_oauth2(sim.env, client_secret=wrong)) as client, pytest.raises(Forbidden) as caught:
        client.read("/me")
    assert caught.value.code == "oauth2_refused"
    assert "client_secret" in str(caught.value)
    assert wrong not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("kind", ["500", "502html", "drop_before", "drop_after", "cut", "429"])
def test_a_token_route_that_fails_for_a_moment_is_asked_again(sim, client, kind):
    order(sim, kind, "POST", TOKEN)
    answer, _headers = client.read("/me")
    assert answer["ovhSubsidiary"] == "FR"


@pytest.mark.parametrize("kind", ["500", "502html", "drop_before"])
def test_a_token_route_that_always_fails_is_no_bug_of_ours(sim, client, kind):
    order(sim, kind, "POST", TOKEN, times=-1)
    with pytest.raises(Unreachable) as caught:
        client.read("/me")
    assert not any(secret in str(caught.value) for secret in client.credentials.secrets())


def test_a_token_that_the_api_ended_before_its_time_is_replaced(sim, client):
    """The API's clock and ours differ, or somebody has revoked it."""
    client.read("/me")
    sim.clock(auth_offset=4000.0)
    answer, _headers = client.read("/me")
    assert answer["ovhSubsidiary"] == "FR"
