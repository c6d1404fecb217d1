# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the loop waits, for what, and when it stops."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine import reconcile
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Forbidden, TimedOut, Unreachable
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Blocked, Underway

from tests.unit.support.clock import StepClock
from tests.unit.support.fake_api import FakeApi
from tests.unit.support.loop import run, run_script
from tests.unit.support.scripted import Scripted, call
from tests.unit.support.toy_kinds import Vlan, VlanKind


def test_by_default_it_waits_until_the_thing_is_ready():
    api = FakeApi(StepClock(), building=90.0)
    [outcome] = run(VlanKind(), [Vlan(7)], api)
    assert outcome.error is None
    assert 1090.0 <= api.clock.now() < 1110.0
    assert api.reads < 40


def test_without_wait_it_is_done_when_the_thing_is_visible():
    api = FakeApi(StepClock(), building=90.0, lag=5.0)
    [outcome] = run(VlanKind(), [Vlan(7)], api, wait=False)
    assert (outcome.error, outcome.changed, outcome.record["id"]) == (None, True, "thing-1")
    assert 1005.0 <= api.clock.now() < 1020.0


def test_without_wait_and_then_with_it_is_one_thing_and_one_change():
    api = FakeApi(StepClock(), building=90.0)
    [first] = run(VlanKind(), [Vlan(7)], api, wait=False)
    [second] = run(VlanKind(), [Vlan(7)], api)
    assert (first.changed, second.changed, api.posts()) == (True, False, 1)
    assert api.clock.now() >= 1090.0


def test_nothing_to_do_is_one_look_and_no_wait():
    api = FakeApi(StepClock())
    api.make(vlan=7, name="net")
    [outcome] = run(VlanKind(), [Vlan(7)], api)
    assert (outcome.changed, api.reads, api.sent, api.clock.now()) == (False, 1, [], 1000.0)


def test_underway_ends_a_run_that_does_not_wait_and_hands_out_its_facts():
    def wishes(script):
        return Underway("order 12 is 'checking'", {"order_id": 12}) if script.sent else [call("checkout")]

    script = Scripted(StepClock(), wishes)
    [outcome] = run_script(script, wait=False)
    assert (outcome.error, outcome.changed, outcome.facts) == (None, True, {"order_id": 12})


def test_underway_is_waited_for_otherwise():
    script = Scripted(StepClock(), lambda script: [] if script.now() > 1100.0 else Underway("order 12 is 'checking'"))
    [outcome] = run_script(script)
    assert (outcome.error, outcome.facts) == (None, {})
    assert script.clock.now() > 1100.0


def test_a_second_look_that_reads_more_is_not_waited_for():
    script = Scripted(StepClock(), lambda script: [] if script.looks == 3 else Blocked("looking", script.looks == 1))
    [outcome] = run_script(script)
    assert (outcome.error, script.looks, script.clock.now()) == (None, 3, 1001.0)


def test_looks_come_each_second_and_later_after_a_share_of_what_was_waited():
    looks = set()

    def wishes(script):
        looks.add(script.now())
        return [] if script.now() > 1120.0 else Underway("order 12 is 'checking'")

    run_script(Scripted(StepClock(), wishes), seconds=600.0)
    pauses = [(before - 1000.0, after - before) for before, after in pairwise(sorted(looks))]
    assert [pause for _waited, pause in pauses[:6]] == [1.0] * 6
    assert [pause for _waited, pause in pauses] == [
        pytest.approx(min(10.0, max(1.0, 0.1 * waited))) for waited, _pause in pauses
    ]


@pytest.mark.parametrize(("seconds", "apart"), [(0.0, 1.0), (0.3, 1.0), (0.6, 1.1), (2.0, 2.5)])
def test_looks_that_take_a_while_begin_a_second_apart(seconds, apart):
    """One that takes longer than half of it is followed by half a second in which nothing is asked."""

    class Slow(Scripted):
        def observe(self, read, specs, last, answers):
            began.append(self.now())
            self.clock.wait(seconds)
            return super().observe(read, specs, last, answers)

    began: list[float] = []
    run_script(Slow(StepClock(), lambda script: [] if script.looks == 6 else Underway("order 12 is 'checking'")))
    assert [after - before for before, after in pairwise(began[1:])] == [pytest.approx(apart)] * 4


def test_blocked_is_waited_for_even_without_wait():
    """Nothing was asked of the API yet, so there is nothing to leave to it."""

    def wishes(script):
        if script.sent:
            return []
        return [call("create")] if script.now() > 1050.0 else Blocked("network 'blue' is BUILDING")

    script = Scripted(StepClock(), wishes)
    [outcome] = run_script(script, wait=False)
    assert (outcome.error, outcome.changed, script.names()) == (None, True, ["create"])


def test_the_deadline_ends_it_and_the_error_says_what_was_waited_for():
    script = Scripted(StepClock(), lambda script: Blocked("network 'blue' is BUILDING"))
    [outcome] = run_script(script, seconds=120.0)
    assert isinstance(outcome.error, TimedOut)
    assert "not finished after 120 seconds, waiting for: network 'blue' is BUILDING" in str(outcome.error)
    assert "wait_timeout" in str(outcome.error)
    assert outcome.waiting_for == "network 'blue' is BUILDING"
    assert script.clock.now() - 1000.0 < 121.0


def test_what_was_made_before_the_deadline_is_reported():
    api = FakeApi(StepClock(), building=600.0)
    [outcome] = run(VlanKind(), [Vlan(7)], api, seconds=60.0)
    assert isinstance(outcome.error, TimedOut)
    assert "it is BUILDING" in str(outcome.error)
    assert (outcome.changed, outcome.record["id"]) == (True, "thing-1")


def test_a_thing_in_a_failed_state_ends_its_item_at_once():
    api = FakeApi(StepClock())
    api.make(vlan=7, name="broken")
    bad, good = run(VlanKind(), [Vlan(7, "broken"), Vlan(8)], api)
    assert "network 7: it is in status ERROR. Remove it." in str(bad.error)
    assert good.error is None


@pytest.mark.parametrize("outages", [1, 2])
def test_looks_that_fail_once_or_twice_in_a_row_are_made_again(outages):
    api = FakeApi(StepClock(), building=60.0)
    send = api.send

    def send_before_the_outage(call):
        api.failing_reads = outages
        return send(call)

    api.send = send_before_the_outage
    [outcome] = run(VlanKind(), [Vlan(7)], api)
    assert (outcome.error, outcome.changed, api.posts()) == (None, True, 1)


def test_three_looks_that_fail_in_a_row_end_the_run_with_what_was_done():
    api = FakeApi(StepClock())
    send = api.send

    def send_before_the_outage(call):
        api.failing_reads = 3
        return send(call)

    api.send = send_before_the_outage
    outcomes = run(VlanKind(), [Vlan(7), Vlan(8)], api)
    assert all(isinstance(outcome.error, Unreachable) for outcome in outcomes)
    assert all("looking at what was made so far" in str(outcome.error) for outcome in outcomes)
    assert [outcome.changed for outcome in outcomes] == [True, True]


def test_failed_looks_are_counted_in_a_row_only():
    clock = StepClock()
    api = FakeApi(clock, building=200.0)
    read = api.get

    def every_other_look_fails(*path):
        if api.reads % 2:
            api.failing_reads = 1
        return read(*path)

    api.get = every_other_look_fails
    [outcome] = run(VlanKind(), [Vlan(7)], api)
    assert outcome.error is None


def test_a_look_that_is_refused_ends_the_run_at_once():
    api = FakeApi(StepClock(), building=60.0)
    read = api.get

    def forbidden_after_the_first(*path):
        if api.reads:
            raise Forbidden("This call has not been granted", "GET", "/things", 403)
        return read(*path)

    api.get = forbidden_after_the_first
    [outcome] = run(VlanKind(), [Vlan(7)], api)
    assert isinstance(outcome.error, Forbidden)
    assert (outcome.changed, api.posts()) == (True, 1)


def test_answers_that_are_in_wait_for_slower_ones_no_longer_than_linger(monkeypatch):
    """The fast item is ready while the slow one's answer is still out."""
    monkeypatch.setattr(reconcile, "LINGER", 0.05)
    api = FakeApi(StepClock())
    fast_is_seen = threading.Event()
    send, read = api.send, api.get

    def slow_for_7(call):
        if call.body["vlan"] == 7:
            assert fast_is_seen.wait(5)
        return send(call)

    def get(*path):
        seen = read(*path)
        if any(thing["vlan"] == 8 for thing in seen):
            fast_is_seen.set()
        return seen

    api.send, api.get = slow_for_7, get
    outcomes = run(VlanKind(), [Vlan(7), Vlan(8)], api)
    assert [(outcome.error, outcome.changed) for outcome in outcomes] == [(None, True)] * 2
    assert api.posts() == 2


def test_pauses_grow_with_the_wait_and_stay_below_ten_seconds():
    api = FakeApi(StepClock(), building=900.0)
    run(VlanKind(), [Vlan(7)], api, seconds=1000.0)
    waits = api.clock.waits
    assert waits == sorted(waits)
    assert waits[0] == 1.0
    assert waits[-1] == 10.0


def test_a_run_that_ends_with_the_deadline_hands_out_the_facts_of_what_is_underway():
    script = Scripted(StepClock(), lambda script: Underway("order 12 is 'checking'", {"order_id": 12}))
    [outcome] = run_script(script, seconds=60.0)
    assert isinstance(outcome.error, TimedOut)
    assert outcome.facts == {"order_id": 12}


def test_a_call_that_only_prepares_is_no_change():
    script = Scripted(StepClock(), lambda script: [] if script.sent else [call("mail", preparatory=True)])
    [outcome] = run_script(script)
    assert (outcome.error, outcome.changed, script.names()) == (None, False, ["mail"])
