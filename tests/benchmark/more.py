# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list beside a loop of single tasks, and nothing to do among thousands of things: `make benchmark-more`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from simulator.launch import Simulator
from tests.benchmark.cases import MIDDLE, PROJECT
from tests.benchmark.measuring import Cost, as_for_people, play, playbook
from tests.benchmark.settings import BUILDING, LATENCY, told
from tests.benchmark.worlds import bring_about, described, empty
from tests.support.playbooks import clean_environment
from tools.collection_tree import CHECKOUT

RESULT = CHECKOUT / "build" / "benchmark-more.json"
SPEED = 4.0
"""For the loop, which waits for each thing alone."""
ROUNDS = 3
MANY = described(PROJECT, vlans=1000, regions=1, instances=2000)
THINGS = 1000 + 1000 + 2000
FASTER, MEMORY = 10, 150


def lists(topology: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Of each module the items that the topology comes to."""
    networks = [{key: one[key] for key in ("name", "vlan_id", "regions")} for one in topology["networks"]]
    subnets = [{"network": one["name"], **subnet} for one in topology["networks"] for subnet in one["subnets"]]
    instances = [{**one, "networks": ["public", *one["networks"]]} for one in topology["instances"]]
    for instance in instances:
        del instance["public"]
    return {
        "private_network": networks,
        "subnet": subnets,
        "ssh_key": topology["ssh_keys"],
        "instance": instances,
    }


def as_lists(topology: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {f"ovhcloud.vrack.ovh_{module}": {"project": PROJECT, f"{module}s".replace("private_", ""): items}}
        for module, items in lists(topology).items()
    ]


def as_loops(topology: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            f"ovhcloud.vrack.ovh_{module}": {"project": PROJECT, **{key: f"{{{{ item.{key} }}}}" for key in items[0]}},
            "loop": items,
        }
        for module, items in lists(topology).items()
    ]


def loop_beside_list(simulator: Simulator, place: Path, environment: Mapping[str, str]) -> dict[str, Cost]:
    """Each from an empty project that is in its vRack."""
    found: dict[str, Cost] = {}
    for name, tasks in (("lists", as_lists(MIDDLE.topology)), ("loops", as_loops(MIDDLE.topology))):
        simulator.reset(world="bare")
        empty(simulator, MIDDLE.topology, vrack="prod")
        simulator.settings(latency=LATENCY / SPEED, **told(BUILDING))
        found[name] = play(place / f"{name}.yml", tasks, {**environment, "OVHCLOUD_VRACK_CLOCK_SPEED": str(SPEED)})
        assert found[name].code == 0, name
        assert len(simulator.project(PROJECT)["instances"]) == len(MIDDLE.topology["instances"])
    return found


def nothing_to_do(simulator: Simulator, place: Path, environment: Mapping[str, str]) -> tuple[list[Cost], int, int]:
    """The costs, how many requests the last run made, and how many of them about one instance."""
    simulator.reset(world="bare")
    simulator.make("vrack", name="prod")
    bring_about(simulator, MANY)
    simulator.settings(latency=LATENCY)
    extra = place / "topology.yml"
    extra.write_text(json.dumps({"vrack_topology": MANY}), encoding="utf-8")
    costs = []
    for _round in range(ROUNDS):
        simulator.clear_journal()
        costs.append(playbook("ovhcloud.vrack.site", environment, "-e", f"@{extra}"))
        assert costs[-1].code == 0
    journal = simulator.journal()
    assert {entry["method"] for entry in journal} == {"GET"}
    return costs, len(journal), sum("/instance/" in entry["path"] for entry in journal)


def main() -> int:
    with Simulator.start(kind=True, speed=SPEED) as simulator, tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        environment = as_for_people(place, clean_environment(simulator))
        both = loop_beside_list(simulator, place, environment)
        many, requests, of_instances = nothing_to_do(simulator, place, environment)
    ratio = both["loops"].seconds / both["lists"].seconds
    memory = max(one.memory for one in many)
    as_lists_took, as_loops_took = both["lists"].seconds, both["loops"].seconds
    print(f"{MIDDLE.name} as lists {as_lists_took:.1f} s, as loops {as_loops_took:.1f} s: {ratio:.1f} times")
    seconds, processor = (median(getattr(one, what) for one in many) for what in ("seconds", "processor"))
    print(
        f"{THINGS} things, nothing to do: {seconds:.1f} s, {processor:.1f} s of the processor, {memory:.0f} MiB, "
        f"{requests} requests, {of_instances} of them about one instance"
    )
    targets = {"loops beside lists": ratio >= FASTER, "memory": memory <= MEMORY, "one instance": of_instances == 0}
    for name, met in targets.items():
        print(f"{name}: {'met' if met else 'NOT MET'}")
    RESULT.parent.mkdir(exist_ok=True)
    written = {"both": {name: asdict(one) for name, one in both.items()}, "many": [asdict(one) for one in many]}
    RESULT.write_text(
        json.dumps({**written, "requests": requests, "targets": targets}, indent=2) + "\n", encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
