# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only place that looks at the time."""

from __future__ import annotations

import time

STEPPED_START = 1_787_000_000.0


class Clock:
    """Virtual time, in which orders, tasks and instances live, and the real one of signatures.

    Virtual time runs `speed` times as fast as the real one. At speed 0 it moves only by `advance` and begins at a fixed
    moment, so that equal seeds give equal worlds.
    """

    def __init__(self, speed=1.0):
        self.speed = self._first_speed = speed
        self.auth_offset = 0.0
        self._virtual = time.time() if speed else STEPPED_START
        self._real = time.monotonic()
        self._begun = self._real
        self._skipped = 0.0

    def now(self):
        return self._virtual + (time.monotonic() - self._real) * self.speed

    def advance(self, seconds):
        self._virtual += seconds
        self._skipped += seconds

    def unhurried(self):
        """Seconds as a client counts them: real ones, and those that were skipped by `advance`, whatever the speed."""
        return self._skipped + (time.monotonic() - self._begun if self.speed else 0.0)

    def restart(self):
        """As fast as at first, and back to the beginning if it only steps; one that runs can't go back."""
        self.set_speed(self._first_speed)
        self._begun, self._skipped = time.monotonic(), 0.0
        if not self.speed:
            self._virtual = STEPPED_START
        self.auth_offset = 0.0

    def set_speed(self, speed):
        self._virtual, self._real = self.now(), time.monotonic()
        self.speed = speed

    def auth_now(self):
        """What /auth/time says: signatures and tokens are real matters and never run fast."""
        return time.time() + self.auth_offset

    @staticmethod
    def monotonic():
        return time.monotonic()
