# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may come back instead of an answer, by whether the API has acted then."""

from __future__ import annotations

import time
from typing import Any

BEFORE = ("500", "502html", "408html", "drop_before")
AFTER = ("drop_after", "cut", "slow")
SLOW = {"delay": 0.8}


def order(sim: Any, kind: str, method: str, path: str, **fields: Any) -> None:
    """Order a fault. A slow answer is slower than the client waits."""
    sim.fault(kind, method, path, **{**(SLOW if kind == "slow" else {}), **fields})


def let_slow_ones_end(sim: Any) -> None:
    """A slow request has its effect when nobody waits for it any more."""
    limit = time.monotonic() + 10
    while any(entry.get("fault") == "slow" and entry["status"] is None for entry in sim.journal()):
        assert time.monotonic() < limit
        time.sleep(0.02)
