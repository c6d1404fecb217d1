# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One rate for all threads: slower when the API says that there are too many calls, faster again when it doesn't."""

from __future__ import annotations

import threading

from .._engine.clock import Clock

SLOWEST = 5.0
"""Most seconds between two requests."""

FIRST_STEP = 0.1
"""Seconds between two requests after the first 429."""


class Throttle:
    """Every request asks for its turn here."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._interval = 0.0
        self._next = 0.0
        self._paused_until = 0.0

    def wait_for_turn(self) -> None:
        """Who has waited asks again: a 429 that came meanwhile holds up those who wait, too."""
        while True:
            with self._lock:
                now = self._clock.now()
                if now >= self._next:
                    self._next = now + self._interval
                    return
                turn = self._next
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

    def went_well(self) -> None:
        with self._lock:
            self._interval = self._interval * 0.9 if self._interval > FIRST_STEP / 4 else 0.0
