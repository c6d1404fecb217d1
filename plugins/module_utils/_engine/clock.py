# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time as a parameter: the loop, the throttle and the client get a clock, so that tests can step it."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds that only go forward, and a way to let some pass."""

    def now(self) -> float:
        """Seconds since some fixed moment."""

    def wait(self, seconds: float) -> None:
        """Let that many seconds pass."""


class RealClock:
    """The machine's own or, against an API whose time runs *speed* times as fast, one that does so too."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed

    def now(self) -> float:
        return time.monotonic() * self._speed

    def wait(self, seconds: float) -> None:
        time.sleep(seconds / self._speed)


def poll_delay(waited: float) -> float:
    """Seconds from one look to the next: one at first, and a share of what was waited where that is slow by nature."""
    return min(10.0, max(1.0, 0.1 * waited))


def pause_after_look(delay: float, taken: float) -> float:
    """What is left of the delay where the look itself took so many seconds: half of it at least."""
    return max(delay / 2, delay - taken)


def retry_delay(sent: int) -> float:
    """Seconds until what was sent so often, and refused for a while, is sent again."""
    return 1.0 + 0.1 * 2.0 ** min(sent, 6)


class Deadline:
    """One limit for a whole task, in seconds from its start."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._end = clock.now() + seconds
        self.seconds = seconds

    def left(self) -> float:
        return max(0.0, self._end - self._clock.now())

    def over(self) -> float:
        """Seconds since it passed."""
        return max(0.0, self._clock.now() - self._end)

    def passed(self) -> bool:
        return self._clock.now() >= self._end
