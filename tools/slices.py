# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices of one topology, each in a job of its own, all at once, with one credential and a limit of requests.

`python -m tools.slices [--slices 8] [--per-second 10] [--streamed | --together]` prints what it took.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from simulator.launch import Simulator
from tests.support.playbooks import run_playbook
from tests.support.runner.jobs import AWX_INVENTORY, DIRECT, STREAMED, Job, prepare, run
from tools.collection_tree import CHECKOUT

PAGE = CHECKOUT / "docs" / "scaling.md"
PROJECT = "running"
BURST = 20
TOGETHER = "one run"


@dataclass(frozen=True)
class Figure:
    """What the jobs took together. refused: answers that said that there were too many requests."""

    slices: int
    per_second: float | None
    way: str
    seconds: float
    requests: int
    refused: int
    made: int
    twice: list[str]
    failed: list[str]


def blocks(page: Path) -> list[str]:
    """The YAML of a page: of docs/scaling.md an inventory and a play."""
    return re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def sliced(number: int) -> dict[str, Any]:
    """A slice: a network with a VLAN of its own, and an instance on it."""
    name = f"slice-{number}"
    network = {"name": name, "vlan_id": 200 + number, "cidr": f"10.{200 + number}.0.0/24", "regions": ["GRA11"]}
    instance = {"name": name, "region": "GRA11", "flavor": "b3-8", "image": "Debian 12", "networks": [name]}
    return {"project": PROJECT, "networks": [network], "instances": [instance]}


def start(simulator: Simulator, folder: Path, number: int, way: str) -> Job:
    """What AWX starts for a slice: the template's playbook with an inventory that holds this share of the hosts."""
    job = prepare(folder / str(number), simulator)
    (job / "project" / "slices.yml").write_text(blocks(PAGE)[1], encoding="utf-8")
    host = f"slice-{number}"
    inventory = {
        "slices": {"hosts": [host]},
        "_meta": {"hostvars": {host: {"vrack_topology": sliced(number)}}},
    }
    (job / "inventory" / "hosts").write_text(AWX_INVENTORY % json.dumps(inventory), encoding="utf-8")
    return run(job, "slices.yml", way)


def start_all(simulator: Simulator, folder: Path, slices: int, way: str) -> list[str]:
    """A job for each slice, all at once; what those said that failed."""
    with ThreadPoolExecutor(slices) as workers:
        jobs = list(workers.map(lambda number: start(simulator, folder, number, way), range(slices)))
    return [job.output for job in jobs if job.status != "successful"]


def run_together(simulator: Simulator, slices: int) -> list[str]:
    """One run with what all slices have in its lists."""
    parts = [sliced(number) for number in range(slices)]
    described = {key: [one for part in parts for one in part[key]] for key in ("networks", "instances")}
    extra = json.dumps({"vrack_topology": {"project": PROJECT, **described}})
    done = run_playbook(simulator, "ovhcloud.vrack.site", "-e", extra)
    return [done.output] if done.code else []


def measure(
    simulator: Simulator,
    folder: Path,
    slices: int = 8,
    per_second: float | None = None,
    way: str = DIRECT,
    every: int | None = None,
) -> Figure:
    """All slices, and what is there afterwards. `every` refuses each so-manieth request, at any speed."""
    before = simulator.last()
    simulator.rate(per_second, BURST, every=every)
    started = time.monotonic()
    failed = run_together(simulator, slices) if way == TOGETHER else start_all(simulator, folder, slices, way)
    seconds = time.monotonic() - started
    simulator.rate()
    journal = simulator.journal(before)
    names = Counter(things(simulator))
    return Figure(
        slices=slices,
        per_second=per_second,
        way=way,
        seconds=round(seconds, 1),
        requests=len(journal),
        refused=sum(entry["status"] == 429 for entry in journal),
        made=len(names),
        twice=sorted(f"{kind} {name}" for (kind, name), number in names.items() if number > 1),
        failed=failed,
    )


def things(simulator: Simulator) -> list[tuple[str, str]]:
    """The kind and name of each thing of a slice that the project holds."""
    client = simulator.client()
    project = simulator.project(PROJECT)["id"]
    networks = client.get(f"/cloud/project/{project}/network/private")
    subnets = [
        ("subnet", network["name"])
        for network in networks
        for _subnet in client.get(f"/cloud/project/{project}/network/private/{network['id']}/subnet")
    ]
    instances = client.get(f"/cloud/project/{project}/instance")
    found = [("network", one["name"]) for one in networks] + subnets + [("instance", one["name"]) for one in instances]
    return [(kind, name) for kind, name in found if name.startswith("slice-")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=8)
    parser.add_argument("--per-second", type=float, help="requests that the credential may make; without, any number")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--streamed", action="store_true", help="each through transmit, worker and process")
    ways.add_argument("--together", action="store_true", help="no jobs: one run with all in its lists")
    options = parser.parse_args()
    way = STREAMED if options.streamed else TOGETHER if options.together else DIRECT
    with Simulator.start(seed=1, speed=60.0, strict=True) as simulator, tempfile.TemporaryDirectory() as folder:
        figure = measure(simulator, Path(folder), options.slices, options.per_second, way)
    print(json.dumps(asdict(figure), indent=2))


if __name__ == "__main__":
    main()
