# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of the inventory with every kind of value, in its file and in the environment: taken for what a person
meant, or refused by its name, or told by a warning where it chooses nothing.

Options come from the plugin's own documentation, so that a new one is walked through by itself.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.ovhcloud.vrack.plugins.inventory.ovh_instances import DOCUMENTATION
from ansible_collections.ovhcloud.vrack.plugins.module_utils._module import CONNECTION_OPTIONS

from simulator.launch import Simulator
from tests.matrices.values import VALUES, is_odd, is_odd_itself
from tests.support.inventories import InventoryRun, list_inventory, write_inventory

OPTIONS: dict[str, dict[str, Any]] = yaml.safe_load(DOCUMENTATION)["options"]
CREDENTIALS = {*CONNECTION_OPTIONS} - {"api_timeout", "max_concurrency", "api_rate_limit"}
RIGHT = {"projects": ["running"]}


@dataclass(frozen=True)
class Cell:
    """One value of one option. place: where it is given."""

    option: str
    value: str
    place: str

    @property
    def row(self) -> str:
        return f"{self.option} in the {self.place}"

    @property
    def name(self) -> str:
        return f"inventory: {self.option} is {self.value}, in the {self.place}"

    def given(self) -> dict[str, Any]:
        return {self.place: {self.option: VALUES[self.value]}}


def cells() -> Iterator[Cell]:
    for option, described in OPTIONS.items():
        if option in (*CREDENTIALS, "plugin"):
            continue
        yield from (Cell(option, value, "file") for value in VALUES)
        if "env" in described:
            texts = [value for value, meant in VALUES.items() if isinstance(meant, str)]
            yield from (Cell(option, value, "environment") for value in texts)


def begin(simulator: Simulator) -> None:
    simulator.settings(kind=True)


def what_is_bad(simulator: Simulator, cell: Cell) -> str:
    run = _listed(simulator, cell)
    if any(sign in run.output for sign in ("Traceback", "a bug in the collection", "object has no attribute")):
        return f"a bug: {run.output}"
    writes = [entry for entry in run.journal if entry["method"] != "GET"]
    if writes:
        return f"it wrote: {writes}"
    given = is_odd_itself(VALUES[cell.value])
    if not given and is_odd(json.dumps(run.output)):
        return f"Python's spelling: {run.output}"
    odd = [entry["path"] for entry in run.journal if is_odd(entry["path"])]
    if odd and not given:
        return f"it asked for {odd}"
    if not run.hosts and not _is_told(cell, run) and cell.option != "names":
        return f"it lists nothing and says neither option nor value: {run.output}"
    return ""


def _listed(simulator: Simulator, cell: Cell) -> InventoryRun:
    value = VALUES[cell.value]
    with tempfile.TemporaryDirectory() as folder:
        if cell.place == "file":
            return list_inventory(simulator, write_inventory(Path(folder), **{**RIGHT, cell.option: value}))
        options = {} if cell.option == "projects" else RIGHT
        variable = OPTIONS[cell.option]["env"][0]["name"]
        return list_inventory(simulator, write_inventory(Path(folder), **options), **{variable: value})


def _is_told(cell: Cell, run: InventoryRun) -> bool:
    value = VALUES[cell.value]
    shown = [str(value), repr(value)] if not isinstance(value, (bool, type(None))) else []
    shown += [one.strip() for one in value.split(",")] if isinstance(value, str) else []
    words = [cell.option.removesuffix("s"), *filter(None, (" ".join(one.split()) for one in shown))]
    return any(word.casefold() in run.warnings.casefold() for word in words)
