# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pytest plugin: what was tried on machines, one line a cell at the end, and build/guests.json.

``pytest -p tools.guest_report --all-guests tests/guests``. Without the option it is what is marked as the sample.
``--guests-result guest-vm.json`` writes to another file.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tools.collection_tree import CHECKOUT

BUILD = CHECKOUT / "build"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-guests", action="store_true", help="try everything on machines, not only the sample")
    parser.addoption("--guests-result", default="guests.json", help="the file in build/ for what came of it")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    cells = cells_of(terminalreporter.stats)
    seconds = round(sum(cell["seconds"] for cell in cells), 1)
    passed = sum(cell["passed"] for cell in cells)
    BUILD.mkdir(exist_ok=True)
    result = {"cells": cells, "passed": passed, "of": len(cells), "seconds": seconds}
    (BUILD / config.getoption("--guests-result")).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    terminalreporter.section("machines")
    for cell in cells:
        outcome = "passed" if cell["passed"] else "FAILED"
        terminalreporter.write_line(f"{cell['seconds']:7.1f} s  {outcome}  {cell['what']}  {cell['on']}")
    terminalreporter.write_line(f"{passed} of {len(cells)} passed, {seconds} s")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where machines were asked for, none started is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def cells_of(stats: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """A cell a test. What was done for several of them at once counts for the first one."""
    seconds: dict[str, float] = {}
    passed: dict[str, bool] = {}
    for reports in stats.values():
        for report in reports:
            if getattr(report, "nodeid", "") and hasattr(report, "when"):
                seconds[report.nodeid] = seconds.get(report.nodeid, 0.0) + report.duration
                passed[report.nodeid] = passed.get(report.nodeid, True) and report.passed
    return [cell(nodeid, seconds[nodeid], passed[nodeid]) for nodeid in seconds]


def cell(nodeid: str, seconds: float, passed: bool) -> dict[str, Any]:
    name, _bracket, manager = nodeid.partition("::")[2].partition("[")
    return {
        "what": name.removeprefix("test_"),
        "on": manager.rstrip("]"),
        "passed": passed,
        "seconds": round(seconds, 1),
    }
