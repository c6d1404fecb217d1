# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every ansible-core that is supported, with every Python that modules may run under, and the oldest and newest `ovh`.

`python -m tools.versions` really runs each: `site` on the example topology makes everything, a second run changes
nothing, and the inventory finds what was made. With three of them each module is also given its options in every form
in which Ansible may hand them over (tests/support/dresses.py). It writes build/matrix.json and the table of
docs/compatibility.md.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.launch import Simulator
from tests.support import dresses
from tests.support.chance import STEADY
from tests.support.environments import NoPython, environment, play, python_version, version_of
from tools.collection_tree import CHECKOUT
from tools.marked import filled, part

RESULT = CHECKOUT / "build" / "matrix.json"
PAGE = CHECKOUT / "docs" / "compatibility.md"
TABLE = part("what was run")
TOPOLOGY = CHECKOUT / "playbooks" / "vars" / "topology.example.yml"
INVENTORY = "plugin: ovhcloud.vrack.ovh_instances\nprojects: [my-project]\n"

CORES = {
    "2.17": ("3.10", "3.12"),
    "2.18": ("3.11", "3.13"),
    "2.19": ("3.11", "3.13"),
    "2.20": ("3.12", "3.13"),
    "2.21": ("3.12", "3.13"),
}
"""Each supported ansible-core, with the oldest and the newest Python of this kind of machine that it runs on."""
CANDIDATES = {"2.22": ("3.13",)}
"""Not released yet: what fails with it is told, and is no failure."""
TARGETS = ("3.9", "3.10", "3.11", "3.12", "3.13")
OLDEST_OVH, NEWEST_OVH = "ovh==1.2.*", "ovh>=1.2,<2"


@dataclass(frozen=True)
class Cell:
    """An ansible-core on a Python, and a Python with a python-ovh where the modules run."""

    core: str
    python: str
    target: str
    ovh: str = NEWEST_OVH

    def controller(self) -> Path:
        candidate = self.core in CANDIDATES
        needed = f"ansible-core>={self.core}.0{'b0' if candidate else ''},=={self.core}.*"
        name = f"ansible-core {self.core}, Python {self.python}"
        # The inventory plugin asks the API from here.
        return environment(name, (self.python,), needed, NEWEST_OVH, prerelease=candidate)

    def modules(self) -> Path:
        age = "oldest" if self.ovh == OLDEST_OVH else "newest"
        return environment(f"modules, Python {self.target}, {age} ovh", (self.target,), self.ovh)


def cells() -> Iterator[Cell]:
    for core, pythons in (CORES | CANDIDATES).items():
        yield from (Cell(core, pythons[-1], target) for target in TARGETS)
        if len(pythons) > 1:
            yield Cell(core, pythons[0], TARGETS[0])
    yield from (Cell("2.21", "3.13", target, OLDEST_OVH) for target in (TARGETS[0], TARGETS[-1]))


OLDEST = Cell("2.17", "3.10", "3.9", OLDEST_OVH)
"""The oldest of everything."""
IN_EVERY_DRESS = {Cell(core, CORES[core][-1], TARGETS[-1]) for core in ("2.17", "2.19", "2.21")}
"""Templates became another thing with 2.19."""


def run(cell: Cell, dressed: Sequence[str] = ()) -> dict[str, Any]:
    """What came of one cell; `problems` is empty when all is well. dressed: modules with options in all forms."""
    controller, modules = cell.controller(), cell.modules()
    started = time.monotonic()
    problems = [*_problems(controller, modules), *_problems_with_options(controller, modules, dressed)]
    return {
        "core": version_of(controller, "ansible-core"),
        "python": python_version(controller),
        "target": python_version(modules),
        "ovh": version_of(modules, "ovh"),
        "seconds": round(time.monotonic() - started, 1),
        "problems": problems,
    }


def _problems(controller: Path, modules: Path) -> Iterator[str]:
    site = ["ansible-playbook", "ovhcloud.vrack.site", "-e", f"@{TOPOLOGY}"]
    site += ["-e", f"ansible_python_interpreter={modules / 'python'}"]
    with tempfile.TemporaryDirectory() as name, Simulator.start(world="docs", strict=True) as simulator:
        folder = Path(name)
        simulator.settings(**STEADY)
        first = play(simulator, controller, *site, folder=folder)
        if first.code or not first.changed:
            yield f"the first run ended with {first.code}, and {first.changed} tasks changed something\n{first.output}"
            return
        second = play(simulator, controller, *site, folder=folder)
        if second.code or second.changed or second.writes:
            yield f"the second run ended with {second.code} and wrote {second.writes}\n{second.output}"
        (folder / "ovh.yml").write_text(INVENTORY, encoding="utf-8")
        listed = play(simulator, controller, "ansible-inventory", "-i", "ovh.yml", "--graph", folder=folder)
        if listed.code or "web-1" not in listed.output:
            yield f"the inventory ended with {listed.code}\n{listed.output}"
        yield from (f"the simulator's answers break the schema: {error}" for error in simulator.schema_errors())


def _problems_with_options(controller: Path, modules: Path, dressed: Sequence[str]) -> Iterator[str]:
    if dressed:
        with tempfile.TemporaryDirectory() as name, Simulator.start(strict=True) as simulator:
            simulator.settings(**STEADY)
            yield from dresses.problems(simulator, controller, modules, Path(name), dressed)


# The table


def table(ran: list[dict[str, Any]], skipped: list[str]) -> str:
    """A line for each ansible-core on a Python, a column for each Python of modules with a python-ovh."""
    columns = sorted({(_minor(one["target"]), one["ovh"]) for one in ran}, key=lambda one: (_number(one[0]), one[1]))
    heads = [f"Python {python}, ovh {ovh}" for python, ovh in columns]
    lines = [f"| ansible-core | {' | '.join(heads)} |", f"| --- |{' --- |' * len(columns)}"]
    for core, python in dict.fromkeys((one["core"], _minor(one["python"])) for one in ran):
        found = {
            (_minor(one["target"]), one["ovh"]): one
            for one in ran
            if (one["core"], _minor(one["python"])) == (core, python)
        }
        words = [_word(found.get(column)) for column in columns]
        lines.append(f"| {core} on Python {python} | {' | '.join(words)} |")
    return "\n".join([*lines, *(f"\nNot run: {why}." for why in skipped)]) + "\n"


def _word(cell: dict[str, Any] | None) -> str:
    return "" if cell is None else ("fails" if cell["problems"] else "works")


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _number(minor: str) -> tuple[int, ...]:
    return tuple(int(part) for part in minor.split("."))


def main() -> int:
    ran, skipped, failed = [], [], False
    for cell in dict.fromkeys(cells()):
        try:
            found = run(cell, list(dresses.OPTIONS) if cell in IN_EVERY_DRESS else ())
        except NoPython as why:
            skipped.append(str(why))
            continue
        candidate = cell.core in CANDIDATES
        failed = failed or bool(found["problems"] and not candidate)
        ran.append(found)
        where = f"modules on {found['target']} with ovh {found['ovh']}"
        what = f"ansible-core {found['core']} on Python {found['python']}, {where}"
        print(f"{what}: {_word(found)}, {found['seconds']:.1f} s", *found["problems"], sep="\n  ", flush=True)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"cells": ran, "skipped": skipped}, indent=2) + "\n", encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(filled(text, TABLE, table(ran, skipped)), encoding="utf-8")
    wrong = sum(bool(one["problems"]) for one in ran)
    shown = f"{RESULT.relative_to(CHECKOUT)}, {PAGE.relative_to(CHECKOUT)}"
    print(f"{len(ran)} cells, {wrong} with problems; written: {shown}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
