# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only the clock sleeps, and only the loop, the client and the throttle are given it.

A wait elsewhere would know neither the task's deadline nor the stepped clock of the tests. That a kind of resource
can't reach the clock is for the import rule to say.
"""

from __future__ import annotations

import ast

from tools.collection_tree import CHECKOUT

PLUGINS = CHECKOUT / "plugins"
CLOCK = "module_utils/_engine/clock.py"


def sleeping_lines(source: str) -> list[int]:
    """Return the lines that call something named sleep, or bring it in from time."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name == "sleep":
                lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            lines += [node.lineno for alias in node.names if alias.name == "sleep"]
    return lines


def test_only_the_clock_sleeps() -> None:
    """Every other file of plugins/ is free of sleep."""
    found = [
        f"{name}:{line}"
        for path in sorted(PLUGINS.rglob("*.py"))
        if (name := path.relative_to(PLUGINS).as_posix()) != CLOCK
        for line in sleeping_lines(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_sleep_is_found_however_it_is_written() -> None:
    """The search sees a call through the module, through a clock, and under another name."""
    assert sleeping_lines("import time\ntime.sleep(1)") == [2]
    assert sleeping_lines("self.clock.sleep(1)") == [1]
    assert sleeping_lines("from time import sleep as rest\nrest(1)") == [1]
    assert sleeping_lines("asleep(1)") == []
