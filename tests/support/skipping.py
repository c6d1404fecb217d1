# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock that skips what is waited for, and has the simulator's skip it as well: who waits loses no time."""

from __future__ import annotations

import json
import ssl
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.launch import Simulator

OWN_CERTIFICATE = ssl._create_unverified_context()

VARIABLE = "SIMULATOR_TO_SKIP"
"""In the environment of a module: the address of the simulator whose clock goes with its own."""


SITE = Path(__file__).with_name("skipping_site")
"""On PYTHONPATH it gives this clock to the modules that Ansible starts."""


@contextmanager
def in_one_time(simulator: Simulator) -> Iterator[None]:
    """The simulator's seconds are the modules', who skip those that they wait."""
    before = simulator.clock()["speed"]
    simulator.clock(speed=1)
    try:
        yield
    finally:
        simulator.clock(speed=before)


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
