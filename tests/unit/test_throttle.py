# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much one 429 slows things down, and several."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._api.throttle import FIRST_RATE, Throttle, checked_rate
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import InputProblem

from tests.unit.support.clock import StepClock


def pace(throttle: Throttle, clock: StepClock) -> float:
    """Seconds between two requests that go out one after the other."""
    throttle.wait_for_turn()
    begin = clock.now()
    throttle.wait_for_turn()
    return clock.now() - begin


def test_eight_429s_of_one_burst_slow_down_once() -> None:
    clock = StepClock()
    throttle = Throttle(clock)
    for _thread in range(8):
        throttle.too_many(1.0)
    assert abs(pace(throttle, clock) - 1 / FIRST_RATE) < 0.01


def test_a_429_after_the_pause_slows_down_more() -> None:
    clock = StepClock()
    throttle = Throttle(clock)
    throttle.too_many(1.0)
    clock.wait(1.0)
    throttle.too_many(1.0)
    assert abs(pace(throttle, clock) - 1.5 / FIRST_RATE) < 0.01


class MeanwhileClock(StepClock):
    """Somebody else gets a 429 while the first wait goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.throttle: Throttle | None = None

    def wait(self, seconds: float) -> None:
        super().wait(seconds)
        throttle, self.throttle = self.throttle, None
        if throttle is not None:
            throttle.too_many(10.0)


def test_who_waits_already_is_held_up_by_a_later_429() -> None:
    clock = MeanwhileClock()
    throttle = Throttle(clock)
    throttle.too_many(1.0)
    clock.throttle = throttle
    begin = clock.now()
    throttle.wait_for_turn()
    assert clock.now() - begin >= 11.0


def test_a_steady_rate_holds_from_the_first_request_on() -> None:
    clock = StepClock()
    throttle = Throttle(clock, rate_limit=4.0)
    assert abs(pace(throttle, clock) - 0.25) < 1e-6
    for _answer in range(100):
        throttle.went_well(clock.now())
    assert abs(pace(throttle, clock) - 0.25) < 1e-6


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(InputProblem, match="api_rate_limit"):
        checked_rate(rate)


def test_no_turn_is_waited_for_that_comes_too_late() -> None:
    """Seven threads sleep two minutes for a 429 that the eighth got, ten seconds before the deadline."""
    clock = StepClock()
    throttle = Throttle(clock)
    throttle.too_many(120.0)
    assert throttle.wait_for_turn(10.0) is False
    assert clock.waits == []
    assert throttle.wait_for_turn(130.0) is True


def test_signs_of_overload_that_are_no_429_slow_down_as_well() -> None:
    clock = StepClock()
    throttle = Throttle(clock)
    throttle.slow_down()
    assert throttle.wait_for_turn()
    assert clock.now() > 1000.0
    assert abs(pace(throttle, clock) - 1 / FIRST_RATE) < 0.2


def test_a_429_that_stays_the_only_one_is_forgotten() -> None:
    clock = StepClock()
    throttle = Throttle(clock)
    throttle.too_many(1.0)
    clock.wait(60.0)
    assert pace(throttle, clock) == 0.0


def test_a_rate_that_went_well_is_kept_to() -> None:
    """Of forty a second that were tried thirty went well."""
    clock = StepClock()
    throttle = Throttle(clock)
    for _answer in range(150):
        throttle.wait_for_turn()
        clock.wait(1 / 30)
        throttle.went_well(clock.now())
    throttle.too_many(1.0)
    assert 1 / 32 < pace(throttle, clock) < 1 / 27


@pytest.mark.parametrize("late", [0.0, 1.05])
def test_what_was_under_way_as_a_429_came_counts_for_what_goes_well(late: float) -> None:
    """Answered in the pause, or when it is over."""
    clock = StepClock()
    throttle = Throttle(clock)
    throttle.wait_for_turn()
    sent = clock.now()
    clock.wait(1.0)
    throttle.too_many(1.0)
    clock.wait(late)
    for _answer in range(40 if late else 20):
        throttle.went_well(sent)
    assert abs(pace(throttle, clock) - 1 / 19) < 0.01


def test_what_was_sent_after_a_pause_quickens_nothing() -> None:
    """It is as many as the rate lets out, and not what the API would take."""
    clock = StepClock()
    throttle = Throttle(clock)
    throttle.wait_for_turn()
    throttle.too_many(1.0)
    clock.wait(1.0)
    for _answer in range(100):
        throttle.went_well(clock.now())
    assert abs(pace(throttle, clock) - 1 / FIRST_RATE) < 0.01


def test_a_429_that_comes_late_holds_nothing_up_once_more() -> None:
    clock = StepClock()
    throttle = Throttle(clock)
    sent = clock.now()
    throttle.too_many(1.0, sent)
    clock.wait(0.9)
    throttle.too_many(1.0, sent)
    throttle.wait_for_turn()
    assert clock.now() - sent < 1.1
