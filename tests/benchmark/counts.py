# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many requests each kind of run makes, by method: `make counts` writes counts.yml, and a test reads it.

Time stands still but for what is waited for, so that equal runs make equal requests. What is counted is what the
playbooks have the modules do.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from simulator.launch import Simulator
from tests.benchmark.cases import CASES, MIDDLE, SMALL, Case, Size
from tests.benchmark.settings import BUILDING, told
from tests.benchmark.worlds import empty
from tests.support.inventories import list_inventory, write_inventory
from tests.support.site_steps import site, teardown
from tests.support.skipping import STANDS_STILL

FILE = Path(__file__).with_suffix(".yml")
HEADER = """\
# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Requests of each kind of run, by method. Written by `make counts`.
"""
STEPS = {"site": site, "teardown": teardown}
Counts = dict[str, dict[str, int]]


def counted(simulator: Simulator, size: Size) -> Counts:
    """All cases one after the other, on an account that has only what the topology says is there."""
    simulator.reset(world="bare")
    simulator.clock(speed=0)
    simulator.settings(kind=True, **told(BUILDING))
    empty(simulator, size.topology)
    found: Counts = {}
    for case in CASES:
        before = simulator.last()
        run(simulator, case, size.of(case))
        made = Counter(entry["method"] for entry in simulator.journal(before) if not entry.get("spared"))
        found[case.title] = dict(sorted(made.items()))
    return found


def run(simulator: Simulator, case: Case, topology: dict[str, Any]) -> None:
    if not case.command:
        with tempfile.TemporaryDirectory() as folder:
            done = list_inventory(simulator, write_inventory(Path(folder), projects=[topology["project"]]))
            assert len(done.hosts) >= len(topology["instances"]), done.output
        return
    playbook, *arguments = case.command
    steps = STEPS[playbook](simulator, topology, *arguments, **{STANDS_STILL: "yes"})
    assert steps.code == 0, steps.output


def all_counts(simulator: Simulator) -> dict[str, Counts]:
    return {size.name: counted(simulator, size) for size in (SMALL, MIDDLE)}
