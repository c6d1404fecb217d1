# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many calls are on their way at once, and which must not be."""

from __future__ import annotations

import threading

from tests.unit.support.clock import StepClock
from tests.unit.support.fake_api import FakeApi
from tests.unit.support.loop import run, run_script
from tests.unit.support.scripted import Scripted, call
from tests.unit.support.toy_kinds import Vlan, VlanKind


class Traffic:
    """Counts calls that are on their way at once; where there should be two, the first waits for the second."""

    def __init__(self, together=False):
        self._lock = threading.Lock()
        self._two = threading.Event()
        self._patience = 20 if together else 0.005
        self.now = 0
        self.most = 0

    def __call__(self):
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
            if self.now > 1:
                self._two.set()
        self._two.wait(self._patience)
        with self._lock:
            self.now -= 1


def many(count, traffic, **options):
    calls = [call(f"part{number}", **options) for number in range(count)]
    answers = {f"part{number}": [traffic] for number in range(count)}
    return Scripted(StepClock(), lambda script: [] if script.sent else calls, **answers)


def test_calls_of_one_lock_are_never_on_their_way_together():
    traffic = Traffic()
    script = many(8, traffic, lock="vrack pn-1")
    [outcome] = run_script(script, threads=8)
    assert (outcome.error, traffic.most, len(script.sent)) == (None, 1, 8)


def test_calls_without_a_lock_are_sent_together():
    traffic = Traffic(together=True)
    run_script(many(8, traffic), threads=8)
    assert traffic.most > 1


def test_one_lock_does_not_hold_up_another():
    traffic = Traffic(together=True)
    calls = [call(f"part{number}", lock=f"instance {number % 4}") for number in range(8)]
    answers = {f"part{number}": [traffic] for number in range(8)}
    script = Scripted(StepClock(), lambda script: [] if script.sent else calls, **answers)
    run_script(script, threads=8)
    assert 1 < traffic.most <= 4
    assert len(script.sent) == 8


def test_no_more_calls_are_on_their_way_than_allowed():
    traffic = Traffic()
    script = many(20, traffic)
    run_script(script, threads=20, max_in_flight=3)
    assert (traffic.most <= 3, len(script.sent)) == (True, 20)


def test_a_lock_is_free_again_after_a_refusal():
    api = FakeApi(StepClock(), quota=frozenset({1}))
    refused, made = run(VlanKind(lock="vrack pn-1"), [Vlan(1), Vlan(2)], api)
    assert (refused.error is not None, made.error, made.changed) == (True, None, True)
