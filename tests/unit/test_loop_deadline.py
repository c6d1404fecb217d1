# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deadline binds everything: nothing is begun when the time is up."""

from __future__ import annotations

from tests.unit.support.clock import StepClock
from tests.unit.support.fake_api import FakeApi
from tests.unit.support.loop import run, run_script
from tests.unit.support.scripted import Scripted, call
from tests.unit.support.toy_kinds import Vlan, VlanKind


def test_calls_that_are_still_in_the_queue_when_the_time_is_up_are_not_sent():
    """Each takes two seconds, one after the other, and there are thirty of them."""
    api = FakeApi(StepClock())

    def slow(call):
        api.clock.wait(2.0)
        return send(call)

    send, api.send = api.send, slow
    outcomes = run(VlanKind(), [Vlan(number) for number in range(1, 401)], api, seconds=30.0, threads=0)
    made = len(api.things())
    assert 14 <= made <= 16
    assert api.clock.now() - 1000.0 <= 33.0
    assert sum(outcome.changed for outcome in outcomes) == made
    late = [outcome.error for outcome in outcomes if outcome.error]
    assert len(late) == 400 - made
    assert "not finished after 30 seconds" in str(late[-1])
    assert "not sent" in str(late[-1])


def test_nothing_new_is_begun_when_the_time_is_up():
    """A step that comes to light by the last look stays undone."""

    def wishes(script):
        if "first" in script.names() and script.looks > 1:
            return [call("second")]
        return [call("first")]

    def takes_all_the_time():
        script.clock.wait(100.0)

    script = Scripted(StepClock(), wishes, first=[takes_all_the_time])
    [outcome] = run_script(script, seconds=60.0)
    assert script.names() == ["first"]
    assert outcome.changed is True
    assert "not finished after 60 seconds" in str(outcome.error)
    assert "do second: not sent" in str(outcome.error)


def test_what_the_last_answers_brought_is_looked_at_once_more():
    api = FakeApi(StepClock())

    def slow(call):
        api.clock.wait(100.0)
        return send(call)

    send, api.send = api.send, slow
    [outcome] = run(VlanKind(), [Vlan(7)], api, seconds=60.0)
    assert (outcome.error, outcome.changed, api.reads) == (None, True, 2)


def test_a_value_that_the_api_changes_is_named_when_the_time_is_up():
    """It trims the name, so the plan never comes to rest."""
    api = FakeApi(StepClock())
    api.make(vlan=7, name="old")

    def trimmed(call):
        return send(call.__class__(call.method, call.path, call.doing, {"name": call.body["name"].strip()}))

    send, api.send = api.send, trimmed
    [outcome] = run(VlanKind(), [Vlan(7, "blue ")], api, seconds=60.0)
    assert "still different: name" in str(outcome.error)
