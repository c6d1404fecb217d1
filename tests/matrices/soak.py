# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topologies that chance draws, brought about by one to four jobs at once, among faults, and some of them killed.

A quiet run afterwards ends where an undisturbed one does, and the run after it has nothing to do. What chance draws
hangs on the number of the round alone, so that a bad one can be tried again.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any

from simulator.launch import Simulator
from tests.matrices.deeds import SOON
from tests.matrices.words import differences, is_bug
from tests.support.accounts import essence
from tests.support.dying import VARIABLE
from tests.support.modules import Killed
from tests.support.playbooks import PlaybookRun
from tests.support.site_steps import site, teardown
from tests.support.topologies import drawn

ROUNDS = 200
PASSING = ("429", "500", "502html", "408html", "drop_before", "drop_after", "cut", "500_after")


@dataclass(frozen=True)
class Cell:
    """One round."""

    number: int

    @property
    def row(self) -> str:
        return f"{self.jobs} job{'s' if self.jobs > 1 else ''} at once"

    @property
    def name(self) -> str:
        return f"round {self.number}"

    @property
    def jobs(self) -> int:
        return Random(self.number).randint(1, 4)

    def faults(self) -> list[dict[str, Any]]:
        chance = Random(self.number + 1)
        return [
            {"kind": chance.choice(PASSING), "path": "/[!a]*", "every": chance.randint(7, 40), "times": -1}
            for _fault in range(chance.randint(0, 3))
        ]

    def deaths(self) -> list[dict[str, str]]:
        """Of each job: at which request it is killed, if it is."""
        chance = Random(self.number + 2)
        moments = [f"{chance.choice(('before', 'after'))} {chance.randint(5, 250)}" for _job in range(self.jobs)]
        return [{VARIABLE: moment} if chance.random() < 0.6 else {} for moment in moments]

    def given(self) -> dict[str, Any]:
        return {"topology": drawn(self.number), "faults": self.faults(), "deaths": self.deaths()}


def cells() -> Iterator[Cell]:
    return map(Cell, range(1, ROUNDS + 1))


def begin(simulator: Simulator) -> None:
    """Each round begins anew."""


def anew(simulator: Simulator, described: dict[str, Any], seed: int) -> None:
    """The account before: the project is in an automatic vRack, or in none."""
    simulator.reset(world="default", seed=seed)
    simulator.settings(**SOON)
    attached = simulator.make("vrack")["service_name"] if described["project"].startswith("auto") else None
    simulator.make("project", description=described["project"], vrack=attached)


def what_is_bad(simulator: Simulator, cell: Cell) -> str:
    described = drawn(cell.number)
    anew(simulator, described, cell.number)
    quiet = site(simulator, described)
    assert quiet.code == 0, quiet.output
    wanted = essence(simulator.state())
    anew(simulator, described, cell.number)
    for fault in cell.faults():
        simulator.fault(**fault)

    def job(death: dict[str, str]) -> PlaybookRun | None:
        try:
            return site(simulator, described, **death)
        except Killed:
            return None

    with ThreadPoolExecutor(cell.jobs) as pool:
        ends = list(pool.map(job, cell.deaths()))
    simulator.clear_faults()
    bugs = [one.output for one in ends if one is not None and is_bug(one.tasks[-1].result)]
    if bugs:
        return f"a bug: {bugs}"
    for _try in range(3):
        done = site(simulator, described)
        remove_twins(simulator, described, done)
        simulator.advance(60)  # what a job made just before it was killed may not have been shown yet
    if done.code:
        return f"the quiet runs failed: {done.output}"
    found = essence(simulator.state())
    if found != wanted:
        return f"not as wanted: {differences(wanted, found)}"
    again = site(simulator, described)
    if again.code or again.writes:
        return f"not at rest: {again.writes} {again.output}"
    return what_stays(simulator, described)


def remove_twins(simulator: Simulator, described: dict[str, Any], done: PlaybookRun) -> None:
    """As the message says. Who is killed in a race for one instance can't take away what it has made beside another."""
    if "several instances are named" not in done.output:
        return
    project = simulator.project(described["project"])["id"]
    client, seen = simulator.client(), set()
    for one in sorted(client.get(f"/cloud/project/{project}/instance"), key=lambda one: str(one["created"])):
        if one["name"] in seen:
            client.delete(f"/cloud/project/{project}/instance/{one['id']}")
        seen.add(one["name"])
    simulator.advance(30)


def what_stays(simulator: Simulator, described: dict[str, Any]) -> str:
    """What there is of the project after all of it was taken away."""
    gone = teardown(simulator, described)
    if gone.code:
        return f"the teardown failed: {gone.output}"
    simulator.advance(120)
    left = essence(simulator.state())["projects"][described["project"]]
    rest = {kind: left[kind] for kind in ("networks", "subnets", "ssh_keys", "instances") if left[kind]}
    return f"left over: {rest}" if rest else ""
