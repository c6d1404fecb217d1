# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example from an empty project, killed at every one of its requests, and run again: the end is the same.

Killed before a request is sent, and once the API has acted and before the answer is seen.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.launch import Simulator
from tests.matrices.deeds import SOON
from tests.matrices.words import differences
from tests.support.accounts import essence
from tests.support.chance import STEADY
from tests.support.dying import VARIABLE
from tests.support.modules import Killed
from tests.support.site_steps import site
from tests.support.sites import EXAMPLE

REQUESTS = 330
"""As many as the run makes at most; how many it makes hangs on chance a little."""

NOT_SHOWN = 10
"""Seconds after which the API shows an interface that was added to a machine that runs. A run that begins before can't
know of it, which docs/reliability.md says."""


@dataclass(frozen=True)
class Cell:
    """where: before the request, or after it."""

    where: str
    number: int

    @property
    def row(self) -> str:
        return f"killed {self.where} a request"

    @property
    def name(self) -> str:
        return f"killed {self.where} request {self.number}"

    def given(self) -> dict[str, str]:
        return {VARIABLE: f"{self.where} {self.number}"}


def cells() -> Iterator[Cell]:
    for number in range(1, REQUESTS + 1):
        yield from (Cell(where, number) for where in ("before", "after"))


def described() -> dict[str, Any]:
    return {**copy.deepcopy(EXAMPLE["vrack_topology"]), "project": "empty"}


def begin(simulator: Simulator) -> None:
    """Each cell begins anew."""


def anew(simulator: Simulator, seed: int = 1) -> None:
    simulator.reset(world="demo", seed=seed)
    simulator.settings(**SOON, **STEADY)


@functools.cache
def undisturbed(simulator: Simulator) -> dict[str, Any]:
    """What is there in the end where nothing is in the way."""
    anew(simulator)
    done = site(simulator, described())
    assert done.code == 0, done.output
    assert REQUESTS * 0.8 < len(done.journal) <= REQUESTS, f"REQUESTS is to be about {len(done.journal)}"
    return essence(simulator.state())


def what_is_bad(simulator: Simulator, cell: Cell) -> str:
    wanted = undisturbed(simulator)
    anew(simulator)
    try:
        site(simulator, described(), **cell.given())
    except Killed:
        if [one["path"].rsplit("/", 1)[1] for one in simulator.writes()][-1:] == ["interface"]:
            simulator.advance(NOT_SHOWN)
    return what_is_left_over(simulator, wanted)


def what_is_left_over(simulator: Simulator, wanted: dict[str, Any]) -> str:
    """What the next run leaves otherwise than an undisturbed one, or the one after it still does."""
    done = site(simulator, described())
    if done.code:
        return f"the next run failed: {done.output}"
    found = essence(simulator.state())
    if found != wanted:
        return f"not as wanted: {differences(wanted, found)}"
    again = site(simulator, described())
    return f"not at rest: {again.code} {again.writes} {again.output}" if again.code or again.writes else ""
