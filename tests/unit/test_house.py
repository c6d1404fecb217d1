# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests' own house: what each case is can be looked up, and no test module is another one's library."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tools.case_report import CASES
from tools.collection_tree import CHECKOUT

TESTS = CHECKOUT / "tests"
NAME = re.compile(r"^def test_((?:C\d{2,3}_)+)", re.MULTILINE)


def test_every_case_is_told_and_has_a_test() -> None:
    tested = {
        case
        for path in (TESTS / "cases").glob("test_*.py")
        for found in NAME.finditer(path.read_text(encoding="utf-8"))
        for case in found[1].strip("_").split("_")
    }
    assert set(CASES) == tested
    assert [case for case in CASES.values() if set(case) != {"id", "title", "met"} or not all(case.values())] == []
    titles = [case["title"] for case in CASES.values()]
    assert len(set(titles)) == len(titles)


def imported(path: Path) -> list[str]:
    """The modules that this one names in its imports, also by `from folder import module`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [node.module or "", *(f"{node.module}.{name.name}" for name in node.names)]
    return found


MODULES = [path for folder in ("tests", "tools") for path in sorted((CHECKOUT / folder).rglob("*.py"))]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_what_tests_share_is_in_no_test_module(path: Path) -> None:
    assert [name for name in imported(path) if re.search(r"(^|\.)(test_\w+|conftest)(\.|$)", name)] == []


def test_every_file_says_its_licence() -> None:
    """In its first lines, or, where it can't, in REUSE.toml."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True).stdout.split("\0")
    files = [CHECKOUT / name for name in listed if name and (CHECKOUT / name).is_file()]
    assert len(files) > 600
    *_all, silent = tomllib.loads((CHECKOUT / "REUSE.toml").read_text(encoding="utf-8"))["annotations"]
    told = {path for pattern in silent["path"] for path in CHECKOUT.glob(pattern)}
    line = b"SPDX-License-Identifier: " + silent["SPDX-License-Identifier"].encode()
    missing = [
        path for path in files if path not in told and line not in b"".join(path.read_bytes().splitlines(True)[:6])
    ]
    assert [str(path.relative_to(CHECKOUT)) for path in missing if path.parent.name != "LICENSES"] == ["LICENSE"]
