# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left to chance, so that the same seed brings it again whoever is first of those who ask at once."""

from __future__ import annotations

import random
from typing import Any


class Drawing:
    """What one request draws: it hangs on the seed, on what is asked for, and on how often that was asked before."""

    def __init__(self, seed: Any, asked: str, times: int = 1) -> None:
        self._seed, self._asked, self._times = seed, asked, times
        self.name = f"{asked} ({times})"
        self.rng = random.Random(f"{seed} {self.name}")
        # Apart, so that how long a list is doesn't change what else is drawn.
        self.order_rng = random.Random(f"{seed} {self.name} order")

    def failure(self, percent: float) -> str:
        """Does this request answer 500 by chance, "before" or "after" its effect? Else "". Never twice in a row."""
        if percent <= 0 or self._hundred(self._times - 1) < percent:
            return ""
        drawn = self._hundred(self._times)
        return "" if drawn >= percent else "before" if drawn < percent / 2 else "after"

    def _hundred(self, times: int) -> float:
        """From 0 to below 100; nothing fails before the first time."""
        return random.Random(f"{self._seed} {self._asked} ({times}) failure").uniform(0, 100) if times else 100
