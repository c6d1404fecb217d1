# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible can't share RETURN between modules, so what is the same in all of them is held equal here."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.collection_tree import CHECKOUT

MODULES = sorted((CHECKOUT / "plugins" / "modules").glob("ovh_*.py"))
COMMON = ("name", "action", "changed", "failed", "seconds", "msg", "failure")


def returned(path: Path) -> dict[str, Any]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "RETURN":
            found: dict[str, Any] = yaml.safe_load(ast.literal_eval(node.value))
            return found
    raise AssertionError(f"{path.name} documents no results")


CHANGING = {path.stem: returned(path) for path in MODULES if not path.stem.endswith(("_info", "_plan"))}
MODEL = CHANGING["ovh_ssh_key"]


@pytest.mark.parametrize("name", CHANGING)
def test_results_say_the_same_of_every_item(name: str) -> None:
    results, model = CHANGING[name]["results"], MODEL["results"]
    assert {key: results["contains"].get(key) for key in COMMON} == {key: model["contains"][key] for key in COMMON}
    [own] = set(results["contains"]) - set(COMMON)
    assert own in CHANGING[name], "the record of an item has the name that the single form gives it"


@pytest.mark.parametrize("name", CHANGING)
def test_failures_say_the_same(name: str) -> None:
    assert CHANGING[name]["failure"] == MODEL["failure"]
