# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each kind of run takes beside the least that it could: `make benchmark`, and `make benchmark-quick`.

The least is computed from what must follow what at OVHcloud (floor.py), and measured for what Ansible needs for as many
tasks that do nothing. Both in one run, in turns.
"""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

from simulator.launch import Simulator
from tests.benchmark.cases import CASES, LARGE, MIDDLE, PROJECT, SMALL, Case, Size
from tests.benchmark.measuring import PING, Cost, as_for_people, given_topology, inventory, play, playbook
from tests.benchmark.scheduler import makespan
from tests.benchmark.settings import AT_ONCE, BUILDING, LATENCY, told
from tests.benchmark.worlds import empty
from tests.support.playbooks import clean_environment, run_playbook
from tools.collection_tree import CHECKOUT

RESULT = CHECKOUT / "build" / "benchmark.json"
SPEED = 2.0
"""How many times as fast as ours the simulator's seconds are, and those of the modules. What the processor does is not,
so that it counts as many times as much beside the floor."""

IN_A_HURRY = 20.0
"""The same where nothing is measured."""


@dataclass
class Row:
    """All runs of one case with one size. Seconds are the simulator's; the floor's are those without Ansible."""

    size: str
    case: str
    floor: float
    costs: list[Cost] = field(default_factory=list)
    empty: list[Cost] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)

    @property
    def least(self) -> float:
        """By the real clock."""
        return self.floor / SPEED + median(one.seconds for one in self.empty)

    @property
    def ratio(self) -> float:
        return median(one.seconds for one in self.costs) / self.least

    def line(self) -> str:
        seconds = sorted(one.seconds for one in self.costs)
        counted = " ".join(f"{number} {method}" for method, number in self.calls.items())
        return (
            f"| {self.size} | {self.case} | {median(seconds):.1f} | {seconds[0]:.1f} to {seconds[-1]:.1f} | "
            f"{self.least:.1f} | {self.ratio:.2f} | {median(one.processor for one in self.costs):.1f} | "
            f"{max(one.memory for one in self.costs):.0f} | {counted} |"
        )


HEADER = """\
| size | case | s | least to most | floor, s | ratio | s of the processor | MiB | calls |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


class Bench:
    """One simulator and a folder."""

    def __init__(self, simulator: Simulator, folder: Path, speed: float = SPEED) -> None:
        self.simulator = simulator
        self.folder = folder
        self.speed = speed
        clock = {"OVHCLOUD_VRACK_CLOCK_SPEED": str(speed)}
        self.environment = {**as_for_people(folder, clean_environment(simulator)), **clock}
        self.inventory = folder / "ovh.yml"
        self.inventory.write_text(f"plugin: ovhcloud.vrack.ovh_instances\nprojects: [{PROJECT}]\n", encoding="utf-8")
        self.tasks: dict[str, list[dict[str, Any]]] = {}

    def begin(self, size: Size) -> None:
        self.simulator.reset(world="bare")
        empty(self.simulator, size.topology)
        self.simulator.settings(latency=LATENCY / self.speed, **told(BUILDING))

    def arguments(self, size: Size, case: Case) -> list[str]:
        return [f"ovhcloud.vrack.{case.command[0]}", *given_topology(self.folder, size.of(case)), *case.command[1:]]

    def cost(self, size: Size, case: Case) -> Cost:
        self.simulator.clear_journal()
        if case.command:
            name, *arguments = self.arguments(size, case)
            cost = playbook(name, self.environment, *arguments)
        else:
            cost = inventory(self.inventory, self.environment)
        assert cost.code == 0, (size.name, case.title, cost)
        return cost

    def look_at_tasks(self, size: Size) -> None:
        """Which tasks each case has, module by module: as many that do nothing are a part of its floor."""
        self.begin(size)
        self.simulator.clock(speed=IN_A_HURRY)
        for case in CASES:
            if not case.command:
                continue
            name, *arguments = self.arguments(size, case)
            done = run_playbook(self.simulator, name, *arguments, OVHCLOUD_VRACK_CLOCK_SPEED=str(IN_A_HURRY))
            assert done.code == 0, done.output
            ours = sum(task.action.startswith("ovhcloud.vrack.") for task in done.tasks if task.outcome == "ok")
            others = sum(task.outcome == "ok" for task in done.tasks) - ours
            self.tasks[case.title] = [{PING: {}}] * ours + [{"ansible.builtin.debug": {"msg": "done"}}] * others
        self.simulator.clock(speed=self.speed)

    def nothing(self, case: Case) -> Cost:
        """What Ansible needs for as many tasks."""
        if case.command:
            return play(self.folder / "nothing.yml", self.tasks[case.title], self.environment)
        hosts = self.folder / "hosts"
        hosts.write_text("localhost\n", encoding="utf-8")
        return inventory(hosts, self.environment)

    def rows(self, size: Size) -> list[Row]:
        found = [
            Row(size.name, case.title, makespan(case.least(size.of(case), BUILDING), LATENCY, AT_ONCE))
            for case in CASES
        ]
        for _round in range(size.rounds):
            self.begin(size)
            for case, row in zip(CASES, found, strict=True):
                row.costs.append(self.cost(size, case))
                row.calls = dict(sorted(Counter(entry["method"] for entry in self.simulator.journal()).items()))
                row.empty.append(self.nothing(case))
            assert not self.simulator.project(PROJECT)["networks"], "the teardown has left something"
        return found


def sizes(quick: bool) -> list[Size]:
    return [replace(size, rounds=1) for size in (SMALL, MIDDLE)] if quick else [SMALL, MIDDLE, LARGE]


def main(*arguments: str) -> int:
    wanted = sizes("--quick" in arguments)
    rows: list[Row] = []
    with Simulator.start(kind=True, speed=SPEED) as simulator, tempfile.TemporaryDirectory() as folder:
        bench = Bench(simulator, Path(folder))
        bench.look_at_tasks(wanted[0])
        print(HEADER)
        for size in wanted:
            for row in bench.rows(size):
                rows.append(row)
                print(row.line(), flush=True)
    RESULT.parent.mkdir(exist_ok=True)
    machine = {"system": platform.platform(), "python": platform.python_version(), "speed": SPEED}
    written = [{**asdict(row), "least": row.least, "ratio": row.ratio} for row in rows]
    RESULT.write_text(json.dumps({"machine": machine, "rows": written}, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
