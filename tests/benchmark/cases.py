# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of run, and the sizes of what is described, of which benchmarks speak."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.benchmark import floor
from tests.benchmark.worlds import described, example, grown

PROJECT = "benchmark"


@dataclass(frozen=True)
class Case:
    """A kind of run. command: the playbook and its arguments, none for the inventory. grown: with a network more."""

    title: str
    command: tuple[str, ...]
    least: Callable[[Mapping[str, Any], floor.Building], floor.Steps]
    grown: bool = False


CASES = (
    Case("first run", ("site",), floor.first_run),
    Case("nothing to do", ("site",), floor.again),
    Case("check mode", ("site", "--check"), floor.again),
    Case("inventory", (), floor.inventory),
    Case("one network added", ("site",), floor.one_added, grown=True),
    Case("teardown", ("teardown",), floor.teardown, grown=True),
)
"""In their order: each begins with what the one before has left."""


@dataclass(frozen=True)
class Size:
    """A topology, and how often all cases are run with it in a benchmark."""

    name: str
    topology: dict[str, Any]
    rounds: int

    def of(self, case: Case) -> dict[str, Any]:
        return grown(self.topology) if case.grown else self.topology


SMALL = Size("S", example(PROJECT), rounds=5)
MIDDLE = Size("M", described(PROJECT, 10, 3, 20, interfaces=2), rounds=5)
LARGE = Size("L", described(PROJECT, 100, 5, 200, interfaces=2), rounds=3)
