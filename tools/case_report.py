# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pytest plugin: one line a case at the end, whatever number of tests it has, and build/cases.json.

What the cases are stands in tests/cases/cases.yml. ``pytest -p tools.case_report tests/cases``; with ``--all-cases`` a
case without any test fails the run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tools.collection_tree import CHECKOUT

RESULT = CHECKOUT / "build" / "cases.json"
NAME = re.compile(r"::test_((?:C\d{2,3}_)+)")
LISTED = CHECKOUT / "tests" / "cases" / "cases.yml"
CASES: dict[str, dict[str, str]] = {one["id"]: one for one in yaml.safe_load(LISTED.read_text(encoding="utf-8"))}
"""What each is about, and with what people met it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-cases", action="store_true", help="fail when a case has no test")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    cases = list(summed_up(terminalreporter.stats, config.getoption("all_cases")))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"cases": cases, "total": total(cases)}, indent=2) + "\n", encoding="utf-8")
    terminalreporter.section("cases")
    for case in cases:
        reason = f" ({case['reason']})" if case["reason"] else ""
        terminalreporter.write_line(f"{case['id']:<4}  {case['outcome']:<7}{reason}  {case['title']}")
        terminalreporter.write_line(f"{'':<15}{', '.join(case['tests'])}")
    terminalreporter.write_line(", ".join(f"{count} {outcome}" for outcome, count in total(cases).items()))
    terminalreporter.section("the slowest")
    for seconds, test in slowest(terminalreporter.stats):
        terminalreporter.write_line(f"{seconds:7.1f} s  {test}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On the process that gathers the reports: a case without a test is a failure."""
    if hasattr(session.config, "workerinput") or not session.config.getoption("all_cases"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    missing = [case for case in summed_up(reporter.stats, True) if case["outcome"] == "MISSING"]
    if missing and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def summed_up(stats: dict[str, list[Any]], with_missing: bool) -> Iterator[dict[str, Any]]:
    """One entry a case: failed if one of its tests failed, skipped if one was skipped, else passed."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for category, outcome in (("failed", "failed"), ("error", "failed"), ("skipped", "skipped"), ("passed", "passed")):
        for report in stats.get(category, ()):
            name = NAME.search(report.nodeid)
            reason = str(report.longrepr[2]).removeprefix("Skipped: ") if outcome == "skipped" else ""
            test = report.nodeid.partition("::")[2].partition("[")[0]
            for case in name[1].strip("_").split("_") if name else ():
                found.setdefault(case, []).append((outcome, test, reason))
    for case in sorted({*CASES, *found} if with_missing else found, key=lambda case: int(case[1:])):
        runs = found.get(case, [])
        outcomes = {outcome for outcome, _test, _reason in runs}
        yield {
            "id": case,
            "title": CASES.get(case, {}).get("title", "not in tests/cases/cases.yml"),
            "outcome": next((one for one in ("failed", "skipped", "passed") if one in outcomes), "MISSING"),
            "tests": sorted({test for _outcome, test, _reason in runs}),
            "reason": "; ".join(sorted({reason for _outcome, _test, reason in runs if reason})),
        }


def slowest(stats: dict[str, list[Any]], how_many: int = 10) -> list[tuple[float, str]]:
    """Tests and the seconds that they took with what was set up for them, the longest first."""
    seconds: dict[str, float] = {}
    for report in (one for category in ("passed", "failed", "error", "skipped", "") for one in stats.get(category, ())):
        test = report.nodeid.removeprefix("tests/cases/")
        seconds[test] = seconds.get(test, 0.0) + report.duration
    return sorted(((time, test) for test, time in seconds.items()), reverse=True)[:how_many]


def total(cases: list[dict[str, Any]]) -> dict[str, int]:
    outcomes = [case["outcome"] for case in cases]
    return {name: outcomes.count(name) for name in ("passed", "failed", "skipped", "MISSING")}
