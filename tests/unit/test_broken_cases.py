# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make broken` breaks is still there to be broken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tools.broken_cases import entries, judged
from tools.case_report import CASES, slowest
from tools.collection_tree import CHECKOUT


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: f"{entry['case']}: {entry['what']}")
def test_the_text_is_there_once(entry: dict[str, Any]) -> None:
    assert (CHECKOUT / entry["file"]).read_text(encoding="utf-8").count(entry["text"]) == 1
    assert entry["text"] != entry["instead"]


def test_each_case_can_be_broken() -> None:
    assert sorted(set(CASES) - {entry["case"] for entry in entries()}) == []


FAILED = "    def test_x():\n>       assert one == two\nE       AssertionError: two vRacks\nE         more\n"


@pytest.mark.parametrize(
    ("entry", "code", "output", "problem"),
    [
        ({}, 1, FAILED, ""),
        ({"says": "two vRacks"}, 1, FAILED, ""),
        ({"says": "no vRack"}, 1, FAILED, "without saying 'no vRack'"),
        ({}, 0, "", "do not fail"),
        ({}, 2, FAILED, "do not fail"),
        ({}, 1, "E   NameError: name 'x' is not defined\n", "does not run"),
        ({}, 1, "E   AssertionError: MODULE FAILURE: NameError: name 'x' is not defined\n", "does not run"),
        ({"says": "NameError"}, 1, "E   NameError: name 'x' is not defined\n", ""),
    ],
)
def test_not_any_failure_is_the_right_one(entry: dict[str, Any], code: int, output: str, problem: str) -> None:
    seen = judged(entry, code, output)
    assert problem in seen.get("problem", "")
    assert ("said" in seen) == (not problem)


def test_the_slowest_count_with_what_was_set_up_for_them() -> None:
    def report(test: str, seconds: float) -> Any:
        return SimpleNamespace(nodeid=f"tests/cases/{test}", duration=seconds)

    stats = {"": [report("a", 5.0)], "passed": [report("a", 1.0), report("b", 2.0)], "failed": [report("c", 9.0)]}
    assert slowest(stats, 2) == [(9.0, "c"), (6.0, "a")]


def test_what_is_broken_still_runs(tmp_path: Path) -> None:
    """No name in it is unknown, for then any test would fail."""
    for number, entry in enumerate(entries()):
        if entry["file"].endswith(".py"):
            whole = (CHECKOUT / entry["file"]).read_text(encoding="utf-8")
            folder = tmp_path / f"{entry['case']}-{number}"
            folder.mkdir()
            (folder / Path(entry["file"]).name).write_text(whole.replace(entry["text"], entry["instead"]), "utf-8")
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "F821,F823",
        "--output-format",
        "concise",
    ]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
