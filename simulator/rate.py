# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many calls a key may make, and what it meets beyond that."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from simulator.clock import Clock
from simulator.errors import bad_request
from simulator.faults import Fault

# What was seen of a busy API: its own 429, a proxy's page, a connection that breaks, and one that says nothing.
ANSWERS = ("429", "408html", "drop_before", "timeout")


@dataclass
class Rate:
    """No limit, or so many calls a second, or a refusal of each `every`-th call, which hangs on no machine's speed."""

    per_second: float | None = None
    burst: int | None = None
    every: int | None = None
    retry_after: bool = True
    # One of ANSWERS, or "mixed" for one after the other.
    answer: str = "429"
    # Does the bucket fill up in the simulator's time? Else in the real one.
    virtual: bool = False


class RateLimit:
    """A bucket of calls for each credential."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.set()

    def set(self, **fields: object) -> None:
        self.rate = Rate(**fields)  # type: ignore[arg-type]
        if self.rate.answer not in (*ANSWERS, "mixed"):
            raise bad_request(f"a rate limit answers none of {[*ANSWERS, 'mixed']}: {self.rate.answer}")
        self._buckets: dict[str | None, tuple[float, float]] = {}
        self._calls: dict[str | None, int] = {}
        self._refusals = count()

    def refusal(self, credential: str | None) -> Fault | None:
        """The fault that this call meets, if it is one too many."""
        seconds = self._seconds_to_wait(credential)
        if seconds is None:
            return None
        answer, number = self.rate.answer, next(self._refusals)
        kind = ANSWERS[number % len(ANSWERS)] if answer == "mixed" else answer
        return Fault(kind, retry_after=max(1, round(seconds)) if self.rate.retry_after else None)

    def _seconds_to_wait(self, credential: str | None) -> float | None:
        if self.rate.every is not None:
            self._calls[credential] = self._calls.get(credential, 0) + 1
            return 1 if self._calls[credential] % self.rate.every == 0 else None
        if self.rate.per_second is None:
            return None
        now = self._clock.now() if self.rate.virtual else self._clock.monotonic()
        burst = self.rate.burst or 1
        level, since = self._buckets.get(credential, (burst, now))
        level = min(burst, level + (now - since) * self.rate.per_second)
        self._buckets[credential] = (level - 1 if level >= 1 else level, now)
        return None if level >= 1 else (1 - level) / self.rate.per_second
