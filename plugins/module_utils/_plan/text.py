# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan as one block of text, and as Markdown for a merge request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Dict, Iterator, List, Optional, Tuple

from .._engine.model import SHOWN_LATER, Action, shown
from .costs import Costs, as_lines
from .lines import counted, fitted
from .model import Item, Plan

MARKS = {Action.CREATE: "+", Action.UPDATE: "~", Action.REPLACE: "-/+", Action.DELETE: "-", Action.NONE: " "}
BRIEF = 40
"""So many things are read in seconds."""


def summary(counts: Mapping[str, int]) -> str:
    """What it comes to, in one line."""
    return f"{', '.join(counted(counts))}, {counts['none']} as they are"


def as_text(plan: Plan, costs: Optional[Costs] = None) -> str:
    """Everything that is to be done, in the order in which it happens, with what waits for what and what it costs."""
    lines: List[str] = []
    for item in plan.to_do:
        lines.extend([*_item(item, costs), ""])
    lines.extend(f"  {mark} {text}" for mark, text in _besides(plan))
    lines.append(f"Plan: {summary(plan.counts())}")
    lines.extend(as_lines(costs) if costs else ())
    return "\n".join(lines)


def in_brief(plan: Plan, costs: Optional[Costs] = None) -> List[str]:
    """Everything that is to be done, by its name, for who has not asked for its fields."""
    to_do = [": ".join(filter(None, (_head(item), _cost(item, costs)))) for item in plan.to_do]
    lines = [*_first(to_do), *_first([f"{mark} {text}" for mark, text in _besides(plan)])]
    return [part for line in lines for part in fitted(line)]


def _first(lines: List[str]) -> List[str]:
    more = len(lines) - BRIEF
    return lines if more <= 1 else [*lines[:BRIEF], f"… and {more} more, which --diff shows"]


def _head(item: Item) -> str:
    reason = f" ({item.reason})" if item.reason else ""
    return f"{MARKS[item.action]} {item.name}{reason}"


def _cost(item: Item, costs: Optional[Costs]) -> str:
    return costs.of(item.name) if costs else ""


def _besides(plan: Plan) -> Iterator[Tuple[str, str]]:
    """What is waited for, what to know, and what stays, each with its mark."""
    yield from (("…", f"{item.name}: {item.waiting}") for item in plan.items if item.waiting)
    yield from (("!", text) for text in plan.notes())
    yield from (("=", f"{text} is not described and stays") for text in plan.left)


def _item(item: Item, costs: Optional[Costs]) -> Iterator[str]:
    yield f"  {_head(item)}"
    for field, value in shown_fields(item, costs).items():
        yield f"      {field}: {value}"
    if item.waits_for:
        yield f"      waits for: {', '.join(item.waits_for)}"


def shown_fields(item: Item, costs: Optional[Costs]) -> Dict[str, str]:
    """The fields that change, and what the item costs."""
    cost = _cost(item, costs)
    return {**changed_fields(item), **({"costs": cost} if cost else {})}


def changed_fields(item: Item) -> Dict[str, str]:
    """What there will be, what is to be another, or for what goes only what it is known by."""
    before, after = item.before or {}, {**(shown(item.after) or {})}
    after.pop("project", None)  # the same for all
    if item.action is Action.DELETE:
        return {"id": _value(before["id"])} if before.get("id") else {}
    if item.action is Action.CREATE:
        known = {field: _value(value) for field, value in after.items() if value not in (None, SHOWN_LATER)}
        later = [field for field, value in after.items() if value == SHOWN_LATER]
        return {**known, **({SHOWN_LATER: ", ".join(later)} if later else {})}
    return {
        field: f"{_value(before.get(field))} -> {_value(value)}"
        for field, value in after.items()
        if value != before.get(field)
    }


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(_value(entry) for entry in value) or "none"
    if isinstance(value, Mapping):
        return (
            _interface(value) if "mac" in value else " ".join(f"{key} {_value(entry)}" for key, entry in value.items())
        )
    return json.dumps(value)


def _interface(record: Mapping[str, Any]) -> str:
    """One of an instance's interfaces: its network and, where it is known, its address."""
    return " ".join([record["network"], *([record["ip"]] if record["ip"] not in (None, SHOWN_LATER) else [])])


def as_markdown(plan: Plan, costs: Optional[Costs] = None) -> str:
    """A table of what is to be done, and a list of what to know."""
    lines = [f"**Plan:** {summary(plan.counts())}", ""]
    for line in as_lines(costs) if costs else ():
        lines += [_cell(line), ""]
    if plan.to_do:
        lines += ["| | what | how | waits for |", "| --- | --- | --- | --- |"]
    for item in plan.to_do:
        fields = "<br>".join(_cell(f"{field}: {value}") for field, value in shown_fields(item, costs).items())
        waits_for = _cell(", ".join(item.waits_for))
        lines.append(f"| {MARKS[item.action]} | {_cell(item.name)} | {fields} | {waits_for} |")
    notes = [f"- {_cell(text)}" for _mark, text in _besides(plan)]
    if notes:
        lines += ["", *notes]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Text that is neither markup nor the end of its cell."""
    for letter, instead in (("\\", "\\\\"), ("|", "\\|"), ("`", "\\`"), ("*", "\\*"), ("_", "\\_")):
        text = text.replace(letter, instead)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return " ".join(text.split())
