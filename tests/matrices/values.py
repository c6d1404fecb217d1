# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of every module with every kind of value: taken for what a person meant, or refused by its name.

Options come from the argument specs, so that a new one is walked through by itself. A cell runs the module in check
mode on the default world, with options that are right but for one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ansible_collections.ovhcloud.vrack.plugins.module_utils._description.fields import FIELDS
from ansible_collections.ovhcloud.vrack.plugins.module_utils._module import CONNECTION_OPTIONS, WAIT_OPTIONS

from simulator.launch import Simulator
from tests.matrices.words import is_bug
from tests.support.keys import KEY
from tests.support.modules import run_modules
from tests.support.specs import all_specs
from tests.support.tasks import task

RIGHT: dict[str, dict[str, Any]] = {
    "vrack": {"name": "prod"},
    "vrack_cloudproject": {"vrack": "prod", "project": "running"},
    "private_network": {"project": "running", "name": "prod-net"},
    "subnet": {"project": "running", "network": "prod-net", "region": "GRA11", "cidr": "10.100.0.0/16"},
    "region": {"project": "running", "name": "GRA11"},
    "ssh_key": {"project": "running", "name": "new", "public_key": KEY},
    "instance": {"project": "running", "name": "new", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"},
    "instance_interface": {"project": "running", "instance": "prod-2", "network": "prod-net"},
    "plan": {"topology": {"project": "running", "ssh_keys": [{"name": "new", "public_key": KEY}]}},
    "vrack_info": {},
    "vrack_contents_info": {"vrack": "prod"},
    "cloud_project_info": {},
    **{
        f"{name}_info": {"project": "running"}
        for name in ("private_network", "subnet", "instance", "flavor", "image", "region", "topology")
    },
}
"""What each module can look at in the default world, and find nothing wrong with."""

LISTS = {
    "private_network": "networks",
    "subnet": "subnets",
    "region": "regions",
    "ssh_key": "ssh_keys",
    "instance": "instances",
    "instance_interface": "interfaces",
}
VALUES: dict[str, Any] = {
    "true": True,
    "false": False,
    "zero": 0,
    "one": 1,
    "negative": -1,
    "huge": 2**70,
    "half": 1.5,
    "whole float": 1.0,
    "not finite": float("inf"),
    "null": None,
    "empty": "",
    "blank": "  ",
    "blanks around": " GRA11 ",
    "lower case": "gra11",
    "long": "x" * 300,
    "unicode": "n\u00e4me \u2603 e\u0301",
    "two lines": "a\nb",
    "control": "a\u0007b",
    "quotes": "'\"\\",
    "slash": "a/../b?c=d#e",
    "commas": "a, b",
    "text of a number": "42",
    "text of a float": "42.0",
    "text of no": "no",
    "text of null": "null",
    "text of a list": '["a"]',
    "text of a mapping": '{"a": 1}',
    "python's list": "['a']",
    "yaml": "- a\n- b",
    "list": ["a"],
    "empty list": [],
    "list of null": [None],
    "list of lists": [["a"]],
    "list of mappings": [{"a": 1}],
    "list of numbers": [1, 2.5, True],
    "mapping": {"a": 1},
    "empty mapping": {},
    "host bits": "10.100.0.1/16",
    "address": "010.100.000.001",
    "IPv6": "FD00::1",
    "uuid": "3D1B7C52-6F0E-4A9D-8C34-5E2F9B7A1D60",
}
NO_MATTER = {*CONNECTION_OPTIONS, *WAIT_OPTIONS} - {"api_timeout", "max_concurrency", "api_rate_limit", "wait_timeout"}
"""Credentials have tests of their own."""


@dataclass(frozen=True)
class Cell:
    """One module with one value in one place. listed: as an item of the list form."""

    module: str
    option: str
    value: str
    listed: bool = False

    @property
    def row(self) -> str:
        return f"ovh_{self.module}"

    @property
    def name(self) -> str:
        place = f"{LISTS[self.module]}[0].{self.option}" if self.listed else self.option
        return f"ovh_{self.module}: {place} is {self.value}"

    def given(self) -> dict[str, Any]:
        right = {**RIGHT[self.module]}
        project = {"project": right.pop("project")} if self.listed else {}
        wrong = {**right, self.option: VALUES[self.value]}
        return {**project, LISTS[self.module]: [wrong]} if self.listed else wrong


def cells() -> Iterator[Cell]:
    for name, spec in all_specs().items():
        module = name.removeprefix("ovh_")
        many = LISTS.get(module, "")
        for option in spec:
            if option not in NO_MATTER:
                yield from (Cell(module, option, value) for value in VALUES)
        for option in spec[many]["options"] if many else ():
            yield from (Cell(module, option, value, listed=True) for value in VALUES)


def begin(simulator: Simulator) -> None:
    """Once, before the first cell."""
    simulator.settings(kind=True)


def what_is_bad(simulator: Simulator, cell: Cell) -> str:
    """Why a cell breaks the promise, or nothing."""
    run = run_modules(simulator, [task("it", cell.module, **cell.given())], "--check", "--diff")
    result = run["it"].result
    if is_bug(result):
        return f"a bug: {run['it'].msg}"
    if run.writes:
        return f"it wrote: {run.writes}"
    if run["it"].failed and not is_told(cell, run["it"].msg):
        return f"the message names neither the option nor the value: {run['it'].msg}"
    given = is_odd_itself(VALUES[cell.value])
    odd = [call["path"] for call in run.journal if is_odd(call["path"])]
    if odd and not given:
        return f"it asked for {odd}"
    if not run["it"].failed and not given and is_odd(json.dumps({**result, "invocation": None})):
        return f"Python's spelling in the result: {result}"
    return ""


def is_told(cell: Cell, message: str) -> bool:
    value = VALUES[cell.value]
    named = {cell.option, *cell.option.split("_"), LISTS.get(cell.module, cell.option)}
    named |= {*FIELDS["vrack_topology"]} if cell.option == "topology" else set()
    shown = [str(value), str(value).strip(), repr(value)] if not isinstance(value, (bool, type(None))) else []
    return any(word.casefold() in message.casefold() for word in [*named, *(text for text in shown if text)])


def is_odd_itself(value: Any) -> bool:
    """Whether it is written so wherever it stands, in JSON or in an address."""
    return is_odd(json.dumps(value)) or is_odd(quote(str(value)))


def is_odd(text: str) -> bool:
    """What only Python writes so."""
    return any(sign in text for sign in ("%7B%27", "%5B%27", "{'a'", "['a']\"", "/None", "/True", "nan", "Infinity"))
