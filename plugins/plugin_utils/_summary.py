# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of the filter summary: what was done with things of each kind, and what took longest."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, Dict, Iterator, List, Optional, Sequence

from ..module_utils._plan.lines import DONE, WIDTH, counted, fitted

COLUMNS = {**DONE, "none": "left"}
PLAN = "Plan"
FAILED, NOT_BEGUN = "failed", "not begun"
SHOWN = ("create", "none")
"""Columns that are there though nothing is in them."""
SLOWEST = 3
LEAST_SECONDS = 1.0
"""What is settled within them took no time of its own."""


def summary(
    results: Mapping[str, Any],
    word: str = "Done",
    began: Optional[float] = None,
    more: Sequence[str] = (),
) -> List[str]:
    """results: what modules returned, by kind. In a plan nothing was done, and its items have no seconds."""
    planned = word == PLAN
    entries = {kind: _entries(result) for kind, result in results.items()}
    counts = {kind: Counter(_column(one, planned) for one in found) for kind, found in entries.items() if found}
    lines = fitted(_first_line(sum(counts.values(), Counter()), word, began))
    if any(set(count) != {"none"} for count in counts.values()):
        lines += _table(counts)
    lines += _slowest([one for found in entries.values() for one in found])
    for line in more:
        lines += fitted(line)
    return lines


def _entries(result: Any) -> List[Mapping[str, Any]]:
    if isinstance(result, list):
        return [_machine(one) for one in result]
    found = result.get("results") if isinstance(result, Mapping) else None
    return [one for one in found or () if isinstance(one, Mapping) and "action" in one]


def _machine(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """One of many on which the same module ran."""
    failed = bool(result.get("failed") or result.get("unreachable"))
    return {"action": "update" if result.get("changed") else "none", "failed": failed, "seconds": 0}


def _column(entry: Mapping[str, Any], planned: bool) -> str:
    if entry.get("failed"):
        return FAILED
    action = str(entry["action"])
    if not planned and action != "none" and entry.get("seconds") is None:
        return NOT_BEGUN
    return action


def _first_line(total: Dict[str, int], word: str, began: Optional[float]) -> str:
    said = [*counted(total), *(f"{total[name]} {name}" for name in (FAILED, NOT_BEGUN) if total[name])]
    end = f", in {_time(time.time() - began)}" if began else ""
    return f"{word}: {', '.join(said)}, {total['none']} as they {'are' if word == PLAN else 'were'}{end}."


def _table(counts: Mapping[str, Dict[str, int]]) -> Iterator[str]:
    columns = (*COLUMNS, FAILED, NOT_BEGUN)
    shown = [name for name in columns if name in SHOWN or any(count[name] for count in counts.values())]
    heads = [COLUMNS.get(name, name) for name in shown]
    first = max(map(len, counts))
    yield " " * first + "".join(f"  {head}" for head in heads)
    for kind, count in counts.items():
        yield kind.ljust(first) + "".join(f"  {count[name] or '-':>{len(head)}}" for name, head in zip(shown, heads))


def _slowest(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    timed = [one for one in entries if (one.get("seconds") or 0) >= LEAST_SECONDS and one["action"] != "none"]
    for number, one in enumerate(sorted(timed, key=lambda one: -one["seconds"])[:SLOWEST]):
        head = "longest: " if number == 0 else " " * len("longest: ")
        line = f"{head}{_time(one['seconds']):>11}  {one['name']}"
        yield line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


def _time(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 100 else f"{whole // 60} min {whole % 60:02} s"
