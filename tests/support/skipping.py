# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock that skips what is waited for, and has the simulator's skip it as well: who waits loses no time."""

from __future__ import annotations

import json
import os
import ssl
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.launch import Simulator

OWN_CERTIFICATE = ssl._create_unverified_context()

VARIABLE = "SIMULATOR_TO_SKIP"
"""In the environment of a module: the address of the simulator whose clock goes with its own."""
STANDS_STILL = "SIMULATOR_STANDS_STILL"
"""Also there: nothing but waiting takes any time, so that equal runs make equal requests."""

PATIENCE, PATIENCE_STANDING_STILL = 0.2, 5.0
"""Real seconds in which a request comes back, if it does."""


@contextmanager
def in_one_time(simulator: Simulator, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """The simulator's seconds are the modules', who skip those that they wait."""
    before = simulator.clock()["speed"]
    simulator.clock(speed=0 if environment and STANDS_STILL in environment else 1)
    try:
        yield
    finally:
        simulator.clock(speed=before)


class SkippingClock:
    """Takes the place of the modules' own clock, whatever speed that was to have.

    Where several threads wait at once, their time is the same: the one whose moment comes first skips to it. While
    requests are under way time passes as it does, unless one of them doesn't come back.
    """

    def __init__(self, simulator: str, *_speed: Any) -> None:
        self._simulator = simulator
        self._skipped = 0.0
        self._awaited: list[float] = []
        self._changed = threading.Condition()
        self._under_way = 0
        self._stands_still = STANDS_STILL in os.environ
        self._patience = PATIENCE_STANDING_STILL if self._stands_still else PATIENCE
        self._count_requests()

    def now(self) -> float:
        return self._skipped + (0.0 if self._stands_still else time.monotonic())

    def wait(self, seconds: float) -> None:
        moment = self.now() + seconds  # before another one skips, for whose end this may have to wait below
        with self._changed:
            self._awaited.append(moment)
            patience = time.monotonic() + self._patience
            while (moment > min(self._awaited) or self._is_busy(patience)) and self.now() < moment:
                self._changed.wait(0.005)
            self._awaited.remove(moment)
            left = moment - self.now()
            if left > 0:
                self._skip(left)
            self._changed.notify_all()

    def _is_busy(self, patience: float) -> bool:
        return self._under_way > 0 and time.monotonic() < patience

    def _count_requests(self) -> None:
        import requests.adapters

        send = requests.adapters.HTTPAdapter.send

        one_at_a_time = threading.Lock()

        def count(change: int) -> None:
            with one_at_a_time:
                self._under_way += change

        def counted(*args: Any, **options: Any) -> Any:
            count(1)
            try:
                return send(*args, **options)
            finally:
                count(-1)

        requests.adapters.HTTPAdapter.send = counted  # type: ignore[method-assign]

    def _skip(self, seconds: float) -> None:
        """The simulator's clock first, for who sees that it is later sends at once."""
        request = urllib.request.Request(f"{self._simulator}/_simulator/clock", method="POST")
        request.data = json.dumps({"advance": seconds}).encode()
        with urllib.request.urlopen(request, timeout=30, context=OWN_CERTIFICATE):
            self._skipped += seconds
