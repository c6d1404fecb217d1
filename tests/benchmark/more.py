# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list beside a loop, nothing to do among thousands of things, much at a low rate: `make benchmark-more`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from simulator.launch import Simulator
from tests.benchmark.cases import LARGE, MIDDLE, PROJECT
from tests.benchmark.floor import first_run
from tests.benchmark.measuring import Cost, as_for_people, given_topology, play, playbook
from tests.benchmark.scheduler import makespan
from tests.benchmark.settings import AT_ONCE, BUILDING, LATENCY, told
from tests.benchmark.worlds import bring_about, described, empty
from tests.support.playbooks import clean_environment
from tools.collection_tree import CHECKOUT

RESULT = CHECKOUT / "build" / "benchmark-more.json"
SPEED = 4.0
"""For the loop, which waits for each thing alone."""
ROUNDS = 3
MANY = described(PROJECT, vlans=1000, regions=1, instances=2000)
THINGS = 1000 + 1000 + 2000
ALLOWED, SPEED_AT_A_RATE = 20, 2.0
"""Calls a second of the simulator's, and how many of these a second has."""
FASTER, MEMORY, AT_A_RATE = 10, 150, 1.1


@dataclass(frozen=True)
class Limited:
    """A first run of the largest topology at a rate: simulator's seconds, the calls, and the building times alone."""

    seconds: float
    calls: int
    refused: int
    building: float

    @property
    def ratio(self) -> float:
        """Of what is not building, to what so many calls need."""
        return (self.seconds - self.building) / (self.calls / ALLOWED)


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
    topology = given_topology(place, MANY)
    costs = []
    for _round in range(ROUNDS):
        simulator.clear_journal()
        costs.append(playbook("ovhcloud.vrack.site", environment, *topology))
        assert costs[-1].code == 0
    journal = simulator.journal()
    assert {entry["method"] for entry in journal} == {"GET"}
    return costs, len(journal), sum("/instance/" in entry["path"] for entry in journal)


def at_a_rate(simulator: Simulator, place: Path, environment: Mapping[str, str]) -> Limited:
    simulator.reset(world="bare")
    simulator.clock(speed=SPEED_AT_A_RATE)
    empty(simulator, LARGE.topology)
    simulator.settings(latency=LATENCY / SPEED_AT_A_RATE, **told(BUILDING))
    simulator.rate(per_second=ALLOWED, burst=ALLOWED, virtual=True)
    surroundings = {**environment, "OVHCLOUD_VRACK_CLOCK_SPEED": str(SPEED_AT_A_RATE)}
    cost = playbook("ovhcloud.vrack.site", surroundings, *given_topology(place, LARGE.topology))
    assert cost.code == 0
    statuses = [entry["status"] for entry in simulator.journal()]
    building = makespan(first_run(LARGE.topology, BUILDING), 0.0, AT_ONCE)
    return Limited(cost.seconds * SPEED_AT_A_RATE, len(statuses), statuses.count(429), building)


def main() -> int:
    with Simulator.start(kind=True, speed=SPEED) as simulator, tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        environment = as_for_people(place, clean_environment(simulator))
        both = loop_beside_list(simulator, place, environment)
        many, requests, of_instances = nothing_to_do(simulator, place, environment)
        limited = at_a_rate(simulator, place, environment)
    ratio = both["loops"].seconds / both["lists"].seconds
    memory = max(one.memory for one in many)
    as_lists_took, as_loops_took = both["lists"].seconds, both["loops"].seconds
    print(f"{MIDDLE.name} as lists {as_lists_took:.1f} s, as loops {as_loops_took:.1f} s: {ratio:.1f} times")
    seconds, processor = (median(getattr(one, what) for one in many) for what in ("seconds", "processor"))
    print(
        f"{THINGS} things, nothing to do: {seconds:.1f} s, {processor:.1f} s of the processor, {memory:.0f} MiB, "
        f"{requests} requests, {of_instances} of them about one instance"
    )
    print(
        f"{LARGE.name} at {ALLOWED} calls a second: {limited.seconds:.1f} s of the simulator, {limited.calls} calls of "
        f"which {limited.refused} were refused, {limited.building:.1f} s of building: {limited.ratio:.2f}"
    )
    targets = {
        "loops beside lists": ratio >= FASTER,
        "memory": memory <= MEMORY,
        "one instance": of_instances == 0,
        "at a rate": limited.ratio <= AT_A_RATE,
    }
    for name, met in targets.items():
        print(f"{name}: {'met' if met else 'NOT MET'}")
    RESULT.parent.mkdir(exist_ok=True)
    written = {"both": {name: asdict(one) for name, one in both.items()}, "many": [asdict(one) for one in many]}
    written["limited"] = asdict(limited)
    RESULT.write_text(
        json.dumps({**written, "requests": requests, "targets": targets}, indent=2) + "\n", encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
