# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock that skips what is waited for, and has the simulator's skip it as well: who waits loses no time."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from typing import Any

from simulator.launch import OWN_CERTIFICATE

VARIABLE = "SIMULATOR_TO_SKIP"
"""In the environment of a module: the address of the simulator whose clock goes with its own."""


class SkippingClock:
    """Takes the place of the modules' own clock, whatever speed that was to have."""

    def __init__(self, simulator: str, *_speed: Any) -> None:
        self._simulator = simulator
        self._skipped = 0.0
        self._one_at_a_time = threading.Lock()

    def now(self) -> float:
        return time.monotonic() + self._skipped

    def wait(self, seconds: float) -> None:
        with self._one_at_a_time:
            self._skipped += seconds
        request = urllib.request.Request(f"{self._simulator}/_simulator/clock", method="POST")
        request.data = json.dumps({"advance": seconds}).encode()
        with urllib.request.urlopen(request, timeout=30, context=OWN_CERTIFICATE):
            pass
