# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An item that has failed sends nothing more, and counts all that was done for it."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import (
    BadAnswer,
    InputProblem,
    Unreachable,
)

from tests.unit.support.clock import StepClock
from tests.unit.support.fake_api import FakeApi, refused
from tests.unit.support.loop import run, run_script
from tests.unit.support.scripted import Scripted, call
from tests.unit.support.toy_kinds import Vlan, VlanKind


def both(script):
    """Two calls that share a lock, wished for as long as they have not both been sent."""
    return [call("first", lock="it"), call("second", lock="it")] if "second" not in script.names() else []


def test_the_other_calls_of_a_step_are_not_sent_once_one_is_the_failure():
    script = Scripted(StepClock(), both, first=[refused("no")])
    [outcome] = run_script(script)
    assert "no" in str(outcome.error)
    assert (script.names(), outcome.changed) == (["first"], False)


def test_the_other_calls_of_a_step_are_not_sent_once_one_found_nobody():
    script = Scripted(StepClock(), both, first=[Unreachable("no connection", "POST", "/things")])
    [outcome] = run_script(script)
    assert "no connection" in str(outcome.error)
    assert (script.names(), outcome.changed) == (["first"], False)


def test_what_was_on_its_way_when_the_item_failed_counts():
    """The slow call works after its neighbour has failed the item."""
    failed = threading.Event()

    def slow():
        assert failed.wait(5)

    def nobody():
        failed.set()
        raise Unreachable("no connection", "POST", "/things")

    script = Scripted(StepClock(), lambda script: [call("slow"), call("nobody")], slow=[slow], nobody=[nobody])
    [outcome] = run_script(script)
    assert "no connection" in str(outcome.error)
    assert (outcome.changed, sorted(script.names())) == (True, ["nobody", "slow"])


@pytest.mark.parametrize("kind", [BadAnswer, InputProblem, TypeError])
def test_what_was_on_its_way_when_a_look_failed_counts(kind, monkeypatch):
    """One item's call is slow, the other's is done, and the look after that ends the run."""
    monkeypatch.setattr("ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.reconcile.LINGER", 0.0)
    looked = threading.Event()
    api = FakeApi(StepClock())

    def slow_for_7(call):
        if call.body["vlan"] == 7:
            assert looked.wait(5)
        return send(call)

    def fails_later(*path):
        if api.reads:
            looked.set()
            raise kind("an answer of another form")
        return read(*path)

    send, api.send = api.send, slow_for_7
    read, api.get = api.get, fails_later
    outcomes = run(VlanKind(), [Vlan(7), Vlan(8)], api)
    assert [outcome.changed for outcome in outcomes] == [True, True]
    assert all("an answer of another form" in str(outcome.error) for outcome in outcomes)
    assert sorted(thing["vlan"] for thing in api.things()) == [7, 8]


def test_an_answer_of_another_form_is_read_again_before_the_run_is_given_up():
    api = FakeApi(StepClock())

    def once_odd(*path):
        if api.reads == 1:
            api.reads += 1
            raise BadAnswer("an answer of another form")
        return read(*path)

    read, api.get = api.get, once_odd
    [outcome] = run(VlanKind(), [Vlan(7)], api)
    assert (outcome.error, outcome.changed, api.posts()) == (None, True, 1)


def test_a_bug_while_planning_loses_nothing_that_was_done():
    class Buggy(VlanKind):
        def plan(self, spec, world):
            if world["things"] and spec.vlan == 7:
                raise KeyError("region")
            return super().plan(spec, world)

    api = FakeApi(StepClock())
    outcomes = run(Buggy(), [Vlan(7), Vlan(8)], api)
    assert [outcome.changed for outcome in outcomes] == [True, True]
    assert "KeyError" in str(outcomes[0].error)
    assert len(api.things()) == 2


def test_a_bug_while_sending_is_an_answer_that_was_lost():
    """Whether the request left is not known, so it is not sent again."""
    script = Scripted(StepClock(), lambda script: [call("add")], add=[TypeError("int + None")])
    [outcome] = run_script(script)
    assert "TypeError" in str(outcome.error)
    assert script.names() == ["add"]


def test_a_failed_record_does_not_hide_the_failure():
    class WithoutRecord(VlanKind):
        def record(self, spec, change, world):
            raise InputProblem("no such thing")

    api = FakeApi(StepClock(), quota=frozenset({7}))
    [outcome] = run(WithoutRecord(), [Vlan(7)], api)
    assert "quota exceeded" in str(outcome.error)
