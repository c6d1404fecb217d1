# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long steps take that wait for nothing but one another and for their turn."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

ANSWERED, BUILT = 0, 1


@dataclass(frozen=True)
class Step:
    """Begins when all that it needs is over: calls, one after the other, and then seconds in which OVHcloud builds."""

    needs: tuple[str, ...] = ()
    calls: int = 1
    building: float = 0.0


def makespan(steps: Mapping[str, Step], latency: float, at_once: int) -> float:
    """Seconds until all steps are over, where every answer takes as long and *at_once* calls are under way at most.

    What most waits for goes first, so no order is quicker by more than a turn.
    """
    urgency = _urgencies(steps, latency)
    missing = {name: set(step.needs) for name, step in steps.items()}
    can = [name for name, needs in missing.items() if not needs]
    events: list[tuple[float, int, str]] = []
    lines = at_once
    now = 0.0
    while can or events:
        can.sort(key=lambda name: urgency[name])
        while can and lines:
            name = can.pop()
            lines -= 1
            heapq.heappush(events, (now + steps[name].calls * latency, ANSWERED, name))
        now, what, name = heapq.heappop(events)
        if what == ANSWERED:
            lines += 1
            heapq.heappush(events, (now + steps[name].building, BUILT, name))
            continue
        for other, needs in missing.items():
            if name in needs:
                needs.remove(name)
                if not needs:
                    can.append(other)
    return now


def _urgencies(steps: Mapping[str, Step], latency: float) -> dict[str, float]:
    """Seconds from the beginning of each step until the last of those that wait for it is over."""
    waiting: dict[str, list[str]] = {name: [] for name in steps}
    for name, step in steps.items():
        for need in step.needs:
            waiting[need].append(name)

    @cache
    def urgency(name: str) -> float:
        step = steps[name]
        return step.calls * latency + step.building + max((urgency(other) for other in waiting[name]), default=0.0)

    return {name: urgency(name) for name in steps}
