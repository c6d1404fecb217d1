# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table that ends a run: every item in it once, and never wider than it may be."""

from __future__ import annotations

import time
from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.lines import WIDTH
from ansible_collections.ovhcloud.vrack.plugins.plugin_utils._summary import summary


def entry(action: str, name: str = "a thing", seconds: float | None = 0.1, **more: Any) -> dict[str, Any]:
    return {"name": name, "action": action, "changed": action != "none", "failed": False, "seconds": seconds, **more}


def results(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"results": list(entries)}


def test_a_run_that_failed_in_its_middle() -> None:
    """What it made, what failed, and what it did not come to, for which the plan stands."""
    lines = summary(
        {
            "networks": results(entry("create", "network 'n'", 70.4), entry("update", "network 'm'"), entry("none")),
            "instances": results(
                entry("create", "instance " + "x" * 90, 20.0),
                entry("create", "instance 'b'", 130.0, failed=True),
                entry("replace", "instance 'c'", 15.0),
            ),
            "interfaces": results(entry("create", seconds=None), entry("none", seconds=None)),
            "not registered": {},
        },
        began=time.time() - 200,
    )
    assert lines[:6] == [
        "Done: 2 made, 1 changed, 1 replaced, 1 failed, 1 not begun, 2 as they",
        "  were, in 3 min 20 s.",
        "            made  changed  replaced  left  failed  not begun",
        "networks       1        1         -     1       -          -",
        "instances      1        -         1     -       1          -",
        "interfaces     -        -         -     1       -          1",
    ]
    assert [line.split("  ")[-1] for line in lines[6:8]] == ["instance 'b'", "network 'n'"]
    assert lines[6].startswith("longest: ")
    assert "2 min 10 s" in lines[6]
    assert lines[8].endswith("x…")
    assert len(lines) == 9
    assert max(map(len, lines)) <= WIDTH


def test_nothing_to_do_is_one_line() -> None:
    assert summary({"networks": results(entry("none", seconds=None))}) == ["Done: 0 made, 0 changed, 1 as they were."]


def test_a_plan_counts_what_is_to_be_done_and_has_more_lines() -> None:
    lines = summary({"keys": results(entry("delete", seconds=None))}, word="Plan", more=["Costs: " + "much " * 20])
    assert lines[0] == "Plan: 0 made, 0 changed, 1 removed, 0 as they are."
    assert lines[1:3] == ["      made  removed  left", "keys     -        1     -"]
    assert lines[3].startswith("Costs: much")
    assert lines[4].startswith("  much")
    assert max(map(len, lines)) <= WIDTH


def test_machines_have_a_line_of_their_own() -> None:
    """What a module returned on each of them: changed, as it was, passed over, failed or not reached."""
    machines: list[dict[str, Any]] = [{"changed": True}, {"changed": False}, {"skipped": True}, {"failed": True}, {}]
    lines = summary({"keys": results(entry("none")), "machines": [*machines, {"unreachable": True}]})
    assert lines == [
        "Done: 0 made, 1 changed, 2 failed, 4 as they were.",
        "          made  changed  left  failed",
        "keys         -        -     1       -",
        "machines     -        1     3       2",
    ]
