# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One rate for all threads: slower when the API says that there are too many calls, faster again when it doesn't."""

from __future__ import annotations

import threading
from typing import Optional

from .._engine.clock import Clock
from .._messages import error

SLOWEST = 5.0
"""Most seconds between two requests."""

FIRST_STEP = 0.1
"""Seconds between two requests after the first 429."""

BREATH = 0.2
"""Seconds in which nothing goes out after a sign of overload that is no 429."""


def checked_rate(rate: Optional[float]) -> Optional[float]:
    """The option api_rate_limit, or an InputProblem."""
    if rate is not None and not rate > 0:
        raise error("bad_value", option="api_rate_limit", value=rate, wanted="above 0, or left out")
    return rate


MOST_AT_ONCE = 256
SECONDS = {"api_timeout": (1, 86400), "wait_timeout": (0, 31536000)}
"""The fewest and the most of these options. A clock of the machine's knows no more."""


def checked_seconds(option: str, seconds: float) -> float:
    """An option that is seconds, or an InputProblem."""
    least, most = SECONDS[option]
    if not least <= seconds <= most:
        raise error("bad_value", option=option, value=seconds, wanted=f"from {least} to {most}, in seconds")
    return float(seconds)


def checked_concurrency(at_once: int) -> int:
    """The option max_concurrency, or an InputProblem: each of them is a thread and a connection."""
    if not 1 <= at_once <= MOST_AT_ONCE:
        raise error("bad_value", option="max_concurrency", value=at_once, wanted=f"from 1 to {MOST_AT_ONCE}")
    return at_once


class Throttle:
    """Every request asks for its turn here.

    rate_limit: the most requests a second, whatever the API says.
    """

    def __init__(self, clock: Clock, rate_limit: Optional[float] = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._least = 1.0 / rate_limit if rate_limit else 0.0
        self._interval = 0.0
        self._next = 0.0
        self._paused_until = 0.0

    def wait_for_turn(self, limit: float = float("inf")) -> bool:
        """False, at once, when no turn comes within *limit* seconds.

        Who has waited asks again: a 429 that came meanwhile holds up those who wait, too.
        """
        latest = self._clock.now() + limit
        while True:
            with self._lock:
                now = self._clock.now()
                if now >= self._next:
                    self._next = now + max(self._interval, self._least)
                    return True
                turn = self._next
            if turn > latest:
                return False
            self._clock.wait(turn - now)

    def too_many(self, pause: float) -> None:
        """A 429 came: nothing goes out for *pause* seconds, and then at a slower rate.

        Those that come in the pause were sent before it, and slow nothing down once more.
        """
        with self._lock:
            now = self._clock.now()
            if now >= self._paused_until:
                self._interval = min(SLOWEST, max(FIRST_STEP, self._interval * 1.5))
            self._paused_until = max(self._paused_until, now + pause)
            self._next = max(self._next, self._paused_until)

    def slow_down(self) -> None:
        """The API seems to have too much to do: a time-out, a reset, a 408. All go on a little slower."""
        self.too_many(BREATH)

    def went_well(self) -> None:
        with self._lock:
            self._interval = self._interval * 0.9 if self._interval > FIRST_STEP / 4 else 0.0
