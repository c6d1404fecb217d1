# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the loop makes of refusals: another way, patience, and the texts that say that it is done already."""

from __future__ import annotations

import time

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine import reconcile
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Action, Change

from tests.unit.support.clock import StepClock
from tests.unit.support.fake_api import FakeApi, refused
from tests.unit.support.loop import run, run_script
from tests.unit.support.scripted import Scripted, call
from tests.unit.support.toy_kinds import Vlan, VlanKind


def until_answered(*calls):
    """Wish for these until one of them had an answer that is no refusal."""

    def wishes(script):
        return [] if script.done else list(calls)

    return wishes


def script_of(*calls, **answers):
    script = Scripted(StepClock(), until_answered(*calls), **answers)
    script.done = False
    return script


def effect(script, value=None):
    """An answer that fulfills the wish."""

    def answer():
        script.done = True
        return value

    return answer


def test_the_other_way_is_taken_when_the_first_is_refused():
    script = script_of(call("first", otherwise=call("second")), first=[refused("not this id")])
    script.answers["second"] = [effect(script)]
    [outcome] = run_script(script)
    assert (outcome.error, outcome.changed) == (None, True)
    assert script.names() == ["first", "second"]


def test_the_other_way_of_every_item_is_sent_although_looks_come_between(monkeypatch):
    """A batch is left while most of a hundred are still in the queue, and then judged once more."""
    monkeypatch.setattr(reconcile, "LINGER", 0.0)
    items = [f"item{number}" for number in range(100)]
    script = OneCallEach(StepClock(), otherwise_takes=2.0, really_takes=0.002)
    outcomes = run_script(script, items, threads=8, max_in_flight=8, seconds=1000.0)
    assert script.looks > 4
    assert [outcome.error for outcome in outcomes] == [None] * 100
    assert sorted(script.names()) == sorted([f"first-{item}" for item in items] + [f"second-{item}" for item in items])


def test_patience_with_each_way_begins_anew():
    """The second way is busy for a moment, long after the first was refused."""
    script = OneCallEach(StepClock(), otherwise_takes=40.0, patient=(409,), patient_for=30.0)
    script.answers["second-one"] = [refused("busy", 409), None]
    [outcome] = run_script(script, ["one"])
    assert outcome.error is None
    assert script.names() == ["first-one", "second-one", "second-one"]


class OneCallEach(Scripted):
    """Each item wants its own call, whose first way is refused for good; the second takes its time."""

    def __init__(self, clock, otherwise_takes, really_takes=0.0, **options):
        super().__init__(clock, lambda script: [])
        self.takes, self.really_takes, self.options, self.worked = otherwise_takes, really_takes, options, set()

    def send(self, call):
        if call.path[-1].startswith("second"):
            time.sleep(self.really_takes)
            self.clock.wait(self.takes)
        elif "first" in call.path[-1]:
            self.sent.append((self.now(), call.path[-1]))
            raise refused("not this id")
        answer = super().send(call)
        self.worked.add(call.path[-1].partition("-")[2])
        return answer

    def plan(self, spec, world):
        action = Action.NONE if spec in self.worked else Action.UPDATE
        return Change(action, {"made": False}, {"made": True}, spec)

    def calls(self, spec, change, world):
        return [call(f"first-{spec}", otherwise=call(f"second-{spec}", **self.options), **self.options)]


def test_every_way_is_tried_once_and_the_failure_names_first_and_last():
    ways = call("first", otherwise=call("second", otherwise=call("third")))
    script = script_of(ways, first=[refused("one")], second=[refused("two")], third=[refused("three")])
    [outcome] = run_script(script)
    assert script.names() == ["first", "second", "third"]
    assert "three (tried another way first: one)" in str(outcome.error)
    assert outcome.changed is False


def test_no_other_way_is_taken_while_the_refusal_may_pass():
    """A network may be busy for a while, and another id of it would be as busy."""
    busy = call("first", patient=(409,), patient_for=30.0, otherwise=call("second"))
    script = script_of(busy, first=[refused("busy", 409)])
    script.answers["second"] = [effect(script)]
    [outcome] = run_script(script)
    names = script.names()
    assert outcome.error is None
    assert names[0] == names[1] == "first"
    assert names[-1] == "second"
    assert names.count("second") == 1
    assert script.clock.now() >= 1030.0


def test_a_patient_call_is_repeated_until_the_refusal_has_passed():
    script = script_of(call("delete", method="DELETE", patient=(400,)))
    script.answers["delete"] = [refused("in use"), refused("in use"), refused("in use"), effect(script)]
    [outcome] = run_script(script)
    assert (outcome.error, outcome.changed) == (None, True)
    pauses = [later - sooner for sooner, later in zip(script.times("delete"), script.times("delete")[1:], strict=False)]
    assert all(0.4 <= pause <= 20.0 for pause in pauses)


def test_a_patient_call_ends_with_the_deadline_and_says_why():
    script = script_of(call("delete", patient=(400,)), delete=[refused("in use by a port")])
    [outcome] = run_script(script, seconds=120.0)
    assert "not finished after 120 seconds" in str(outcome.error)
    assert "in use by a port" in str(outcome.error)
    assert script.clock.now() - 1000.0 < 135.0
    assert len(script.sent) < 40


def test_patience_with_a_refusal_has_its_own_limit():
    script = script_of(call("attach", patient=(409,), patient_for=30.0), attach=[refused("busy", 409)])
    [outcome] = run_script(script)
    assert "busy" in str(outcome.error)
    assert len(script.sent) > 3
    assert 1030.0 <= script.clock.now() < 1045.0


def test_patience_is_for_the_named_statuses_only():
    script = script_of(call("attach", patient=(409,)), attach=[refused("wrong", 400)])
    [outcome] = run_script(script)
    assert "wrong" in str(outcome.error)
    assert script.names() == ["attach"]


def test_a_lasting_refusal_is_not_waited_for():
    """A quota has the status of a conflict, and no time mends it."""
    quota = refused("max quota of 2 reached", 409)
    quota.lasting = True
    script = script_of(call("create", patient=(409,)), create=[quota])
    [outcome] = run_script(script)
    assert "max quota" in str(outcome.error)
    assert script.names() == ["create"]


def test_taken_waits_for_what_another_job_did_and_counts_as_unchanged():
    script = Scripted(
        StepClock(),
        lambda script: [] if script.now() > 1010.0 else [call("activate", taken=("already activated",))],
        activate=[refused("Network already activated in GRA11")],
    )
    [outcome] = run_script(script)
    assert (outcome.error, outcome.changed, script.names()) == (None, False, ["activate"])


def test_taken_is_believed_for_its_patience_and_then_it_is_the_failure():
    script = script_of(call("create", taken=("already exists",)), create=[refused("VLAN already exists")])
    [outcome] = run_script(script)
    assert "already exists" in str(outcome.error)
    assert 1020.0 <= script.clock.now() < 1035.0


def test_doubtful_counts_as_changed_when_the_thing_is_there():
    """The API was seen to refuse what it did all the same."""
    script = Scripted(
        StepClock(),
        lambda script: [] if script.sent else [call("key", doubtful=("invalid region",))],
        key=[refused("Invalid region parameter")],
    )
    [outcome] = run_script(script)
    assert (outcome.error, outcome.changed) == (None, True)


def test_doubtful_fails_unchanged_when_the_thing_never_comes():
    script = script_of(call("key", doubtful=("invalid region",)), key=[refused("Invalid region parameter")])
    [outcome] = run_script(script)
    assert "Invalid region" in str(outcome.error)
    assert (outcome.changed, script.names()) == (False, ["key"])


@pytest.mark.parametrize("count", [1, 5])
def test_a_failed_item_does_not_stop_the_others(count):
    api = FakeApi(StepClock(), quota=frozenset(range(1, count + 1)))
    outcomes = run(VlanKind(), [Vlan(number) for number in range(1, 21)], api)
    assert [outcome.error is not None for outcome in outcomes] == [number <= count for number in range(1, 21)]
    assert sorted(thing["vlan"] for thing in api.things()) == list(range(count + 1, 21))


def test_a_refusal_of_one_of_several_calls_leaves_the_others_effects():
    script = Scripted(
        StepClock(),
        lambda script: [call("rename"), call("activate")] if "rename" not in script.names() else [call("activate")],
        activate=[refused("Invalid region")],
    )
    [outcome] = run_script(script, max_in_flight=2)
    assert "Invalid region" in str(outcome.error)
    assert outcome.changed is True
