# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run costs that has nothing to do, beside one that looks at nothing. `make benchmark-plan`.

Times and memory are medians of runs in turns, and what they are held against is measured or computed in the same run.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from simulator.launch import Simulator
from tests.benchmark.floor import reads_of
from tests.benchmark.measuring import PING, Cost, as_for_people, given_topology, in_turns, play, playbook
from tests.benchmark.scheduler import makespan
from tests.benchmark.settings import AT_ONCE, LATENCY
from tests.benchmark.worlds import bring_about, described
from tests.support.playbooks import clean_environment
from tools.collection_tree import CHECKOUT

RESULT = CHECKOUT / "build" / "benchmark-plan.json"
EMPTY = "ping and debug"
RUNS = {"site": ("site",), "site --check": ("site", "--check"), "check": ("check",)}
OF_THE_CLOCK, OF_THE_PROCESSOR = 1.6, 2.5


@dataclass(frozen=True)
class Size:
    """How much there is: things, and how often each run is made."""

    things: int
    vlans: int
    regions: int
    instances: int
    rounds: int


SMALL = Size(things=62, vlans=10, regions=3, instances=20, rounds=5)
LARGE = Size(things=802, vlans=100, regions=5, instances=200, rounds=3)


@dataclass(frozen=True)
class Row:
    """What one kind of run costs. requests: the last run's, by route."""

    seconds: float
    processor: float
    memory: float
    requests: dict[str, int]
    repeated: int


@dataclass(frozen=True)
class Measured:
    """One size: its rows, and how long its reads alone would take."""

    reads: float
    rows: dict[str, Row]


@dataclass(frozen=True)
class Target:
    """What is to be, and what is."""

    what: str
    found: float
    most: float

    @property
    def met(self) -> bool:
        return self.found <= self.most


def main() -> int:
    small, large = measured(SMALL), measured(LARGE)
    told = targets(small, large)
    for size, found in ((SMALL, small), (LARGE, large)):
        print(table(size, found), end="\n\n")
    print(
        "\n".join(
            f"| {one.what} | {one.found:.2f} | {one.most:g} | {'met' if one.met else 'NOT MET'} |" for one in told
        )
    )
    result = {
        "sizes": [{**asdict(size), **asdict(found)} for size, found in ((SMALL, small), (LARGE, large))],
        "targets": [{**asdict(one), "met": one.met} for one in told],
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


def measured(size: Size) -> Measured:
    topology = described("benchmark", size.vlans, size.regions, size.instances)
    with Simulator.start(kind=True, speed=60.0) as simulator, tempfile.TemporaryDirectory() as folder:
        bring_about(simulator, topology)
        simulator.settings(latency=LATENCY)
        place = Path(folder)
        given = given_topology(place, topology)
        environment = as_for_people(place, clean_environment(simulator))
        journals: dict[str, list[dict[str, Any]]] = {}

        def start(name: str, *arguments: str) -> Callable[[], Cost]:
            def settled() -> Cost:
                simulator.clear_journal()
                cost = playbook(f"ovhcloud.vrack.{name}", environment, *given, *arguments)
                journals[" ".join([name, *arguments])] = simulator.journal()
                assert cost.code == 0, (name, cost)
                return cost

            return settled

        tasks = [{PING: {}}, {"ansible.builtin.debug": {"msg": "done"}}]
        starts = {EMPTY: lambda: play(place / "play.yml", tasks, environment)}
        starts |= {title: start(*run) for title, run in RUNS.items()}
        costs = in_turns(starts, size.rounds)
    rows = {name: row(found, journals.get(name, [])) for name, found in costs.items()}
    return Measured(makespan(reads_of(topology), LATENCY, AT_ONCE), rows)


def row(costs: list[Cost], journal: list[dict[str, Any]]) -> Row:
    return Row(
        seconds=median(one.seconds for one in costs),
        processor=median(one.processor for one in costs),
        memory=median(one.memory for one in costs),
        requests=dict(Counter(f"{entry['method']} {entry['route']}" for entry in journal).most_common()),
        repeated=len(journal) - len({entry["path"] for entry in journal}),
    )


def table(size: Size, found: Measured) -> str:
    lines = [f"| {size.things} things, nothing to do | s | s of the processor | MiB | requests |"]
    lines += ["| --- | --- | --- | --- | --- |", f"| the reads alone | {found.reads:.1f} | | | |"]
    for name, one in found.rows.items():
        counted = sum(one.requests.values())
        lines.append(f"| {name} | {one.seconds:.1f} | {one.processor:.2f} | {one.memory:.0f} | {counted} |")
    return "\n".join(lines)


def targets(small: Measured, large: Measured) -> list[Target]:
    """What every run is to keep to."""
    least = small.rows[EMPTY].seconds + small.reads
    found = [
        Target(
            f"{name}, {SMALL.things} things: beside {EMPTY}, and the reads",
            small.rows[name].seconds / least,
            OF_THE_CLOCK,
        )
        for name in RUNS
    ]
    found += [
        Target(
            f"{name}: the processor's time, {LARGE.things} beside {SMALL.things} things",
            large.rows[name].processor / small.rows[name].processor,
            OF_THE_PROCESSOR,
        )
        for name in RUNS
    ]
    rows = [one.rows[name] for one in (small, large) for name in RUNS]
    found.append(Target("requests that were made before in the same run", max(one.repeated for one in rows), 0))
    found.append(Target("requests about one instance", max(of_instances(one.requests) for one in rows), 0))
    return found


def of_instances(requests: Mapping[str, int]) -> int:
    return sum(number for route, number in requests.items() if "/instance/" in route)


if __name__ == "__main__":
    sys.exit(main())
