# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else makes, changes, renames or removes the same thing or its neighbour between any two of our requests.

It converges or says so; nothing is there twice, and nothing has gone that nobody wanted to go.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from simulator.launch import Simulator
from tests.matrices.deeds import DEEDS
from tests.matrices.rivals import ACTS
from tests.matrices.words import how_it_ended, is_raw
from tests.support.accounts import essence
from tests.support.playbooks import PlaybookRun, TaskRun

MOMENTS = {
    "vrack present": (1, 3, 5, 8, 12, 16, 20, 30, 40, 50, 60, 75, 88),
    "vrack absent": (1, 2, 4, 8, 16, 32, 64),
}
"""Before which of its requests. Where nothing is said: before the first ones, and some later ones."""
MOST = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 32)


@dataclass(frozen=True)
class Cell:
    """One deed, and what somebody does before its request of that number."""

    deed: str
    act: str
    moment: int

    @property
    def row(self) -> str:
        return self.deed

    @property
    def name(self) -> str:
        return f"{self.deed}: somebody {self.act} before request {self.moment}"

    def given(self) -> dict[str, Any]:
        return {"task": DEEDS[self.deed].options, "act": self.act, "moment": self.moment}


def cells() -> Iterator[Cell]:
    for name, deed in DEEDS.items():
        for act in ACTS[deed.module]:
            yield from (Cell(name, act, moment) for moment in MOMENTS.get(name, MOST))


def begin(simulator: Simulator) -> None:
    """Each cell begins anew."""


def things(state: dict[str, Any]) -> Counter[tuple[Any, ...]]:
    """What there is, by what makes it the same thing for a person."""
    found: Counter[tuple[Any, ...]] = Counter()
    whole = essence(state)
    for name, _description, projects in whole["vracks"]:
        found["vRack", name or tuple(projects)] += 1
        found.update(("in vRack", name, project) for project in projects)
    for project, inside in whole["projects"].items():
        found.update(("network", project, vlan) for _name, vlan, _regions in inside["networks"])
        found.update(("subnet", project, *one[:3]) for one in inside["subnets"])
        found.update(("key", project, one[0]) for one in inside["ssh_keys"])
        for name, region, _key, places in inside["instances"]:
            found["instance", project, name, region] += 1
            found.update({("on", project, name, network): number for network, number in places})
    return found


@cache
def alone(simulator: Simulator, name: str, act: str | None) -> Counter[tuple[Any, ...]]:
    """What there is in the end where only we, or only they, have done something."""
    deed = DEEDS[name]
    deed.prepare(simulator)
    if act is None:
        done = deed.run(simulator)
        assert not done.tasks[0].failed, done.tasks[0].msg
    else:
        ACTS[deed.module][act](simulator)
    simulator.advance(120)
    return things(simulator.state())


def what_is_bad(simulator: Simulator, cell: Cell) -> str:
    deed = DEEDS[cell.deed]
    ours, theirs = alone(simulator, cell.deed, None), alone(simulator, cell.deed, cell.act)
    deed.prepare(simulator)
    done, acted = interrupted(simulator, cell)
    if not acted:
        return ""
    simulator.advance(120)
    orders = len(simulator.state()["orders"])
    [again], [rest] = deed.run(simulator).tasks, deed.run(simulator).tasks
    simulator.advance(120)
    end = things(simulator.state())
    lost = {one for one in ours.keys() & theirs.keys() if one not in end and not replaced(cell, done, again)}
    twice = {one: number for one, number in end.items() if number > max(1, ours[one], theirs[one])}
    told = " ".join([again.msg, *again.result.get("warnings", ())])
    reasons = [
        how_it_ended(done.tasks[0]),
        how_it_ended(again),
        f"lost: {sorted(lost, key=str)}" if lost else "",
        f"twice, and not told: {twice}" if twice and "several" not in told else "",
        f"{orders} orders" if orders > 1 else "",
        *(f"a raw refusal: {one.msg}" for one in (done.tasks[0], again, rest) if is_raw(one, 404)),
        f"not at rest: {rest.writes}" if not again.failed and rest.writes else "",
        f"in the end it fails otherwise: {again.msg} / {rest.msg}" if again.failed != rest.failed else "",
    ]
    return "; ".join(filter(None, reasons))


def replaced(cell: Cell, done: PlaybookRun, again: TaskRun) -> bool:
    """Whether the old one has gone, as was asked for, and what somebody did since keeps the new one from being made."""
    return cell.deed.endswith(" change") and again.failed and any(one.startswith("DELETE") for one in done.writes)


def interrupted(simulator: Simulator, cell: Cell) -> tuple[PlaybookRun, bool]:
    """The deed, and whether somebody got to do something before that request of it."""
    deed = DEEDS[cell.deed]
    simulator.hold(path="/[!a]*", skip=cell.moment - 1, times=1)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(deed.run, simulator)
        while not running.done() and not simulator.held():
            time.sleep(0.002)
        acted = bool(simulator.held())
        if acted:
            simulator.clear_faults()
            ACTS[deed.module][cell.act](simulator)
            simulator.release()
        return running.result(), acted
