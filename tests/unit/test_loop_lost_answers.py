# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are lost after the effect, requests that never arrive, and reads that run behind writes."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Refused, Uncertain

from tests.unit.support.clock import StepClock
from tests.unit.support.fake_api import FakeApi
from tests.unit.support.loop import run
from tests.unit.support.toy_kinds import HostKind, Vlan, VlanKind

TWO_HUNDRED = [Vlan(number, f"net-{number}") for number in range(1, 201)]


def make_all(kind, **options):
    api = FakeApi(StepClock(), **options)
    outcomes = run(kind, TWO_HUNDRED, api)
    assert [outcome.error for outcome in outcomes] == [None] * 200
    assert all(outcome.changed for outcome in outcomes)
    names = [thing["name"] for thing in api.things()]
    assert sorted(names) == sorted(spec.name for spec in TWO_HUNDRED)
    return api


def test_a_friendly_api_gets_each_request_once_and_few_looks():
    api = make_all(VlanKind())
    assert (api.posts(), api.reads) == (200, 2)
    outcomes = run(VlanKind(), TWO_HUNDRED, api)
    assert (api.posts(), api.reads) == (200, 3)
    assert not any(outcome.changed for outcome in outcomes)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", [VlanKind(), HostKind()], ids=["unique", "not-unique"])
@pytest.mark.parametrize("lag", [0.0, 5.0])
def test_lost_answers_and_requests_make_no_duplicate(kind, lag, seed):
    options = {"answer_lost": 0.3, "request_lost": 0.15, "lag": lag, "seed": seed}
    api = make_all(kind, unique=not isinstance(kind, HostKind), **options)
    lost = api.posts() - 200
    assert 10 < lost < 80
    assert api.reads < api.clock.now() - 990.0, "less than one look a second"


def test_where_nothing_is_unique_reads_later_than_patience_make_duplicates():
    """What patience is for, seen from its other side: so it has to be generous."""
    api = FakeApi(StepClock(), unique=False, lag=30.0, answer_lost=1.0)
    run(HostKind(patience=20.0), [Vlan(1, "web")], api)
    assert len(api.things()) == 2


def test_an_uncertain_change_counts_as_changed():
    api = FakeApi(StepClock(), answer_lost=1.0)
    [outcome] = run(VlanKind(), [Vlan(1)], api)
    assert (outcome.error, outcome.changed, api.posts()) == (None, True, 1)


def test_a_request_that_is_always_lost_ends_with_the_deadline():
    api = FakeApi(StepClock(), request_lost=1.0)
    [outcome] = run(VlanKind(), [Vlan(1)], api, seconds=100.0)
    assert "the answer was lost, looking whether it worked" in str(outcome.error)
    assert (outcome.changed, api.things()) == (False, [])
    assert api.posts() <= 6


def test_reads_that_go_back_and_forth_do_not_make_a_second_thing():
    """Two servers answer by turns, and one of them runs behind."""
    api = FakeApi(StepClock(), unique=False, building=15.0)
    read = api.get

    def by_turns(*path):
        api.lag = 15.0 if api.reads % 2 else 0.0
        return read(*path)

    api.get = by_turns
    [outcome] = run(HostKind(), [Vlan(1, "web")], api)
    assert (outcome.error, api.posts(), len(api.things())) == (None, 1, 1)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("worked", [True, False])
def test_a_change_whose_every_answer_was_lost_is_looked_for_and_counts_when_it_is_there(method, worked):
    """What may be repeated was repeated, and nobody said how it ended."""
    api = FakeApi(StepClock())
    api.make(vlan=1, name="old")
    send, lost = api.send, []

    def lose_the_first(call):
        if lost:
            return send(call)
        lost.append(call)
        if worked:
            send(call)
        raise Uncertain("the connection broke off", call.method, "/things/thing-1", attempts=5)

    api.send = lose_the_first
    [outcome] = run(VlanKind(), [Vlan(1, "new", present=method == "PUT")], api)
    assert (outcome.error, outcome.changed) == (None, True)
    assert [thing["name"] for thing in api.things()] == (["new"] if method == "PUT" else [])
    assert [sent for at, sent, path in api.sent] == [method]


@pytest.mark.parametrize("worked", [True, False])
def test_a_refusal_of_what_was_sent_again_counts_when_the_change_is_there(worked):
    """The first attempt has done it, and the second was told that it is being done: that is this run's change."""
    api = FakeApi(StepClock())
    api.make(vlan=1, name="old")
    send, refused = api.send, []

    def refuse_the_first(call):
        if refused:
            return send(call)
        send(call)
        refusal = Refused("another change is under way", call.method, "/things/thing-1", status=409)
        refusal.after_lost_answer = worked
        refused.append(refusal)
        raise refusal

    api.send = refuse_the_first
    [outcome] = run(VlanKind(), [Vlan(1, "old", present=False)], api)
    assert (outcome.error, outcome.changed) == (None, worked)
    assert api.things() == []
