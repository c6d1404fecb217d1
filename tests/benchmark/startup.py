# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task costs beside `ping`: its process alone, and its place in a play. `make benchmark-startup`.

Every figure is a ratio within one run, of the processor's time and not of the clock's, so that it is the same on a busy
machine.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import ansible

from simulator.launch import Simulator
from tests.benchmark.measuring import PING, Cost, as_for_people, in_turns, play, run
from tests.support.playbooks import clean_environment
from tools.collection_tree import CHECKOUT

ROUNDS = 5
TASKS = 11
RESULT = CHECKOUT / "build" / "startup.json"
SENT = CHECKOUT / "plugins" / "modules" / "run_installed.py"
"""What Ansible hands to Python instead of the module, where that is installed."""
INSTALLED = {
    "OVHCLOUD_VRACK_INSTALLED": str(CHECKOUT / "plugins"),
    "OVHCLOUD_VRACK_ANSIBLE": str(Path(ansible.__file__).parent),
}
WITHOUT_A_REQUEST: dict[str, dict[str, Any]] = {
    "ovh_vrack_info": {},
    "ovh_subnet": {"project": "p", "network": "blue", "region": "GRA11", "cidr": "10.0.0.0/24"},
    "ovh_ssh_key": {"project": "p", "name": "nobody", "state": "absent"},
    "ovh_instance": {"project": "p", "name": "a", "region": "GRA11"},
}
"""Tasks that end because they have no credentials."""
WITH_REQUESTS: dict[str, dict[str, Any]] = {
    "ovh_region_info": {"project": "running"},
    "ovh_ssh_key": {"project": "running", "name": "nobody", "state": "absent"},
    "ovh_instance": {"project": "running", "name": "nobody", "region": "GRA11", "state": "absent"},
}


@dataclass(frozen=True)
class Row:
    """A module with its options. way: where it takes our files from. endpoint: what the simulator wants it to know."""

    module: str
    way: str
    options: dict[str, Any]
    endpoint: bool = False

    @property
    def title(self) -> str:
        return f"{self.module}, {self.way}, {'two or three requests' if self.endpoint else 'no request'}"


def main() -> int:
    with Simulator.start(world="docs", speed=60.0, kind=True) as simulator, tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        environment = as_for_people(place, clean_environment())
        processes = measured_processes(simulator, place, environment)
        plays = measured_plays(place, environment)
    for name, ratio in {**processes, **plays}.items():
        print(f"{name:58} {ratio:+.2f}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"processes": processes, "plays": plays}, indent=2) + "\n", encoding="utf-8")
    return 0


def measured_processes(simulator: Simulator, place: Path, environment: dict[str, str]) -> dict[str, float]:
    """How much longer than ping's the process of each module takes, as Ansible starts it."""
    rows = [Row(name, way, options) for name, options in WITHOUT_A_REQUEST.items() for way in ("packed", "installed")]
    rows += [
        Row(name, way, options, True) for name, options in WITH_REQUESTS.items() for way in ("packed", "installed")
    ]
    payloads = packed([PING, *dict.fromkeys(row.module for row in rows)], place, environment)

    def start(row: Row) -> Callable[[], Cost]:
        there = {**environment, **(simulator.env if row.endpoint else {})}
        if row.way == "packed":
            given = with_options(payloads[row.module], row.options, place / f"{row.title}.py")
            return lambda: run([sys.executable, given], there)
        options = place / f"{row.title}.json"
        options.write_text(json.dumps(row.options), encoding="utf-8")
        return lambda: run([sys.executable, SENT, options], {**there, **INSTALLED, "OVHCLOUD_VRACK_MODULE": row.module})

    starts = {row.title: start(row) for row in rows}
    return compared({"ping": lambda: run([sys.executable, payloads[PING]], environment), **starts}, "ping")


def packed(modules: list[str], place: Path, environment: dict[str, str]) -> dict[str, Path]:
    """Each module as Ansible hands it to Python where nothing of ours is installed, or in the background."""
    background = {"async": 60, "poll": 1, "ignore_errors": True}
    tasks = [{name if "." in name else f"ovhcloud.vrack.{name}": {}, **background} for name in modules]
    kept = {**environment, "ANSIBLE_KEEP_REMOTE_FILES": "1", "ANSIBLE_REMOTE_TMP": str(place / "kept")}
    play(place / "play.yml", tasks, kept)
    names = {name: name.rpartition(".")[2] for name in modules}
    return {name: next((place / "kept").glob(f"*/AnsiballZ_{short}.py")) for name, short in names.items()}


def with_options(payload: Path, options: dict[str, Any], copy: Path) -> Path:
    """The same with these options, which stand in it as JSON in a literal of bytes."""
    text = payload.read_text(encoding="utf-8")
    before, mark, rest = text.partition('"ANSIBLE_MODULE_ARGS": {')
    assert mark, payload
    comma = ", " if options else ""
    copy.write_text(f"{before}{mark}{json.dumps(options)[1:-1]}{comma}{rest}", encoding="utf-8")
    return copy


def measured_plays(place: Path, environment: dict[str, str]) -> dict[str, float]:
    """The same for a task's whole place in a play: templating, packing, forking and the process."""
    kinds = {"ping": {PING: {}}}
    kinds |= {
        name: {f"ovhcloud.vrack.{name}": options, "ignore_errors": True} for name, options in WITHOUT_A_REQUEST.items()
    }

    def start(task: dict[str, Any], tasks: int) -> Callable[[], Cost]:
        return lambda: play(place / "play.yml", [task] * tasks, environment)

    one = costs({name: start(task, 1) for name, task in kinds.items()}, rounds=2)
    many = costs({name: start(task, TASKS) for name, task in kinds.items()}, rounds=2)
    each = {name: (median(many[name]) - median(one[name])) / (TASKS - 1) for name in kinds}
    return {f"{name}, a task in a play, no request": each[name] / each["ping"] - 1 for name in kinds if name != "ping"}


def compared(starts: dict[str, Callable[[], Cost]], base: str) -> dict[str, float]:
    found = {name: median(seconds) for name, seconds in costs(starts, ROUNDS).items()}
    return {name: seconds / found[base] - 1 for name, seconds in found.items() if name != base}


def costs(starts: dict[str, Callable[[], Cost]], rounds: int) -> dict[str, list[float]]:
    """The processor's seconds of each."""
    return {name: [one.processor for one in found] for name, found in in_turns(starts, rounds).items()}


if __name__ == "__main__":
    sys.exit(main())
