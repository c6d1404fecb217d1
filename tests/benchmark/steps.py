# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a first run spends its time, task by task, at OVHcloud's own speed: `make benchmark-steps`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.launch import Simulator
from tests.benchmark.cases import CASES, MIDDLE, SMALL
from tests.benchmark.runs import Bench
from tests.benchmark.settings import BUILDING, LATENCY

PROJECTS = "/cloud/project"
"""What each task asks for first."""

MADE_BY = {
    "/order/cart": ("the vRack's order", BUILDING.order),
    "/vrack/{serviceName}/cloudProject": ("the project into it", BUILDING.vrack_task),
    "/cloud/project/{serviceName}/network/private": ("networks", BUILDING.network),
    "/cloud/project/{serviceName}/network/private/{networkId}/subnet": ("subnets", BUILDING.subnet),
    "/cloud/project/{serviceName}/sshkey": ("keys", 0.0),
    "/cloud/project/{serviceName}/instance": ("instances", BUILDING.instance),
    "/cloud/project/{serviceName}/instance/{instanceId}/interface": ("interfaces", BUILDING.interface),
}


@dataclass(frozen=True)
class Step:
    """One task. began, ended: in seconds after the run's first request. rounds: how many of the requests had to wait
    for others of them."""

    name: str
    building: float
    began: float
    ended: float
    requests: int
    rounds: int

    def line(self) -> str:
        seconds = self.ended - self.began
        return f"| {self.name} | {seconds:.1f} | {self.building:.0f} | {self.requests} | {self.rounds} |"


def steps_of(journal: Sequence[dict[str, Any]]) -> list[Step]:
    starts = [number for number, entry in enumerate(journal) if entry["path"] == PROJECTS]
    first = journal[0]["time"]
    return [_step(journal[start:end], first) for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _step(entries: Sequence[dict[str, Any]], first: float) -> Step:
    posts = [entry["route"] for entry in entries if entry["method"] == "POST"]
    name, building = next((MADE_BY[route] for route in posts if route in MADE_BY), ("plan", 0.0))
    times = sorted(entry["time"] - first for entry in entries)
    return Step(name, building, times[0], times[-1] + LATENCY, len(entries), rounds_of(times))


def rounds_of(times: Iterable[float]) -> int:
    """In a round all are on their way before the first of them is answered."""
    count, began = 0, float("-inf")
    for time in times:
        if time >= began + LATENCY * 0.9:
            count, began = count + 1, time
    return count


def main(*names: str) -> int:
    with Simulator.start(kind=True) as simulator, tempfile.TemporaryDirectory() as folder:
        bench = Bench(simulator, Path(folder), speed=1.0)
        for size in (one for one in (SMALL, MIDDLE) if not names or one.name in names):
            bench.begin(size)
            bench.cost(size, CASES[2])  # what Python compiles is compiled then
            cost = bench.cost(size, CASES[0])
            steps = steps_of(simulator.journal())
            print("| task | s | built by OVHcloud, s | requests | one after another |\n| --- | --- | --- | --- | --- |")
            for step in steps:
                print(step.line())
            inside = sum(step.ended - step.began for step in steps)
            print(f"| Ansible | {cost.seconds - inside:.1f} | | | |\n| {size.name}, all | {cost.seconds:.1f} | | | |")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
