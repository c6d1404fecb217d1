# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody waits but the loop, the client and the throttle: a wait elsewhere would hide from deadline and clock."""

from __future__ import annotations

import ast

from tests.collection_tree import CHECKOUT

PLUGINS = CHECKOUT / "plugins"
MAY_SLEEP = {
    "module_utils/_engine/reconcile.py",
    "module_utils/_api/client.py",
    "module_utils/_api/throttle.py",
}


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


def test_only_the_loop_the_client_and_the_throttle_sleep() -> None:
    """All other files of plugins/ are free of sleep."""
    found = [
        f"{name}:{line}"
        for path in sorted(PLUGINS.rglob("*.py"))
        if (name := path.relative_to(PLUGINS).as_posix()) not in MAY_SLEEP
        for line in sleeping_lines(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_sleep_is_found_however_it_is_written() -> None:
    """The search sees a call through the module, through a clock, and under another name."""
    assert sleeping_lines("import time\ntime.sleep(1)") == [2]
    assert sleeping_lines("self.clock.sleep(1)") == [1]
    assert sleeping_lines("from time import sleep as rest\nrest(1)") == [1]
    assert sleeping_lines("asleep(1)") == []
