# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may come back instead of an answer, by whether the API has acted then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

BEFORE = ("500", "502html", "408html", "drop_before")
AFTER = ("drop_after", "cut", "slow")
SLOW = {"delay": 1.5}
BRIEFLY = 0.5


def order(sim: Any, kind: str, method: str, path: str, **fields: Any) -> None:
    """Order a fault. A slow answer is slower than a client waits that is `patient_but_for_slow_ones`."""
    sim.fault(kind, method, path, **{**(SLOW if kind == "slow" else {}), **fields})


def patient_but_for_slow_ones(sim: Any, patiently: Callable[[Any], float]) -> Callable[[Any], float]:
    """How long a client waits for one request: briefly for what will be slow, and for all else however long it takes,
    for this machine may be busy."""

    def time_for_one(client: Any) -> float:
        slow = [fault for fault in sim.faults() if fault["kind"] == "slow"]
        to_come = any(fault["times"] < 0 or fault["hits"] < fault["times"] for fault in slow)
        return BRIEFLY if to_come else patiently(client)

    return time_for_one


def let_slow_ones_end(sim: Any) -> None:
    """A slow request has its effect when nobody waits for it any more."""
    limit = time.monotonic() + 60
    while any(entry.get("fault") == "slow" and entry["status"] is None for entry in sim.journal()):
        assert time.monotonic() < limit
        time.sleep(0.02)
