# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One rate for all threads: slower when the API says that there are too many calls, faster again when it doesn't."""

from __future__ import annotations

import threading
from collections import deque
from math import exp
from typing import Deque, Optional

from .._engine.clock import Clock
from .._messages import error

SLOWEST_RATE = 0.2
"""Requests a second, at least."""

FIRST_RATE = 10.0
"""Requests a second after the first 429, where not more have gone well."""

FASTEST_RATE = 100.0
"""Requests a second above which nothing needs to be held back."""

LATELY = 5.0
"""Seconds in which is counted what goes well."""

GROWTH, DOUBT = 0.02, 12.0
"""How the rate grows after a 429: by so much a second, and ever quicker after so many seconds without another one."""

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

    After a 429 the rate is a little less than what went well in the last seconds, and then grows, slowly at first: so
    it stays near what the API allows, whatever that is. rate_limit: the most requests a second, whatever it says.
    """

    def __init__(self, clock: Clock, rate_limit: Optional[float] = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._least = 1.0 / rate_limit if rate_limit else 0.0
        self._begun: Optional[float] = None
        self._rate: Optional[float] = None
        self._slowed_at = 0.0
        self._well: Deque[float] = deque()
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
                self._begun = now if self._begun is None else self._begun
                if now >= self._next:
                    self._next = now + self._interval(now)
                    return True
                turn = self._next
            if turn > latest:
                return False
            self._clock.wait(turn - now)

    def too_many(self, pause: float, sent: Optional[float] = None) -> None:
        """A 429 came: nothing goes out for *pause* seconds, and then at a slower rate.

        What was *sent* before the last pause was over, as all of a burst were, slows nothing down once more, and its
        pause begins as it was sent: an answer that comes late is about what has been waited for since.
        """
        with self._lock:
            now = self._clock.now()
            begun = now if sent is None else sent
            if begun < self._paused_until:
                now = begun
            else:
                before = self._rate_at(now)
                slower = FIRST_RATE if before is None else before / 1.5
                self._rate = max(SLOWEST_RATE, slower, self._what_went_well(now) * 0.95)
                self._slowed_at = now + pause
            self._paused_until = max(self._paused_until, now + pause)
            self._next = max(self._next, self._paused_until)

    def slow_down(self, sent: Optional[float] = None) -> None:
        """The API seems to have too much to do: a time-out, a reset, a 408. All go on a little slower."""
        self.too_many(BREATH, sent)

    def went_well(self, sent: float) -> None:
        """An answer came. What was *sent* before the pause was over was not too much, though a 429 came.

        An API that is slow answers it after the pause.
        """
        with self._lock:
            now = self._clock.now()
            self._well.append(now)
            self._forget(now)
            if self._rate is not None and sent < self._paused_until:
                self._rate = max(self._rate, self._what_went_well(now) * 0.95)

    def _interval(self, now: float) -> float:
        rate = self._rate_at(now)
        return max(self._least, 1.0 / rate if rate else 0.0)

    def _rate_at(self, now: float) -> Optional[float]:
        """Requests a second, None where nothing slows them down any more."""
        if self._rate is not None:
            age = max(0.0, now - self._slowed_at)
            rate = self._rate * exp(GROWTH * age + (age / DOUBT) ** 3)
            if rate < FASTEST_RATE:
                return rate
            self._rate = None
        return None

    def _what_went_well(self, now: float) -> float:
        """Answers a second, of late."""
        self._forget(now)
        begun = now if self._begun is None else self._begun
        span = min(LATELY, max(1.0, now - begun))
        return len(self._well) / span

    def _forget(self, now: float) -> None:
        while self._well and self._well[0] < now - LATELY:
            self._well.popleft()
