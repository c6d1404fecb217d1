# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that come otherwise than the world is: edits of a body, as tests order them.

An edit is `{"at": …, "do": …, "value": …}`. The place is a path of fields and indexes such as `/0/regions/*/status`.
`*` stands for every entry, `name=web` for the entries of a list whose field is so, and `""` for the whole body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from simulator.errors import bad_request

Edit = dict[str, Any]
REMOVED: Any = object()


class Raw(str):
    """A body that goes out as it is."""


def _repeated(there: Any, times: Any) -> Any:
    return there * int(times) if isinstance(there, list) else there


def _with_an_odd_one(there: Any, difference: Any) -> Any:
    """A list whose first entry comes once more before it, with other fields (`put`) or fewer of them (`drop`)."""
    if not isinstance(there, list) or not there or not isinstance(there[0], dict):
        return there
    odd = {**deepcopy(there[0]), **difference.get("put", {})}
    return [{name: value for name, value in odd.items() if name not in difference.get("drop", ())}, *there]


def _with_many(there: Any, difference: Any) -> Any:
    """A list whose first entry comes `times` times more, each with the fields of `put` and its number."""
    if not isinstance(there, list) or not there or not isinstance(there[0], dict):
        return there
    times, put = range(difference["times"]), difference["put"]
    return [*there, *({**there[0], **{name: _numbered(put[name], number) for name in put}} for number in times)]


def _numbered(value: Any, number: int) -> Any:
    return value + number if isinstance(value, int) else f"{value}-{number}"


def _upper(there: Any, _value: Any) -> Any:
    return there.upper() if isinstance(there, str) else there


EDITS: dict[str, Callable[[Any, Any], Any]] = {
    "set": lambda _there, value: deepcopy(value),
    "drop": lambda _there, _value: REMOVED,
    "put": lambda there, fields: {**there, **deepcopy(fields)} if isinstance(there, dict) else there,
    "add": lambda there, entries: [*deepcopy(entries), *there] if isinstance(there, list) else there,
    "odd": _with_an_odd_one,
    "many": _with_many,
    "repeat": _repeated,
    "reverse": lambda there, _value: there[::-1] if isinstance(there, list) else there,
    "upper": _upper,
    "nest": lambda _there, depth: Raw("[" * depth + "]" * depth),
    "fill": lambda _there, size: Raw("[" + '"x",' * (size // 4) + '"x"]'),
    "text": lambda _there, value: Raw(value),
}


def check_edits(edits: list[Edit]) -> None:
    for edit in edits:
        if set(edit) - {"at", "do", "value"} or edit.get("do") not in EDITS:
            raise bad_request(f"no such edit: {edit}; there are {sorted(EDITS)}")


def rewritten(body: Any, edits: list[Edit]) -> Any:
    """A body with these edits. Where a place isn't there, nothing is done."""
    body = deepcopy(body)
    for edit in edits:
        way = [part for part in edit.get("at", "").split("/") if part]
        body = _edited(body, way, EDITS[edit["do"]], edit.get("value"))
    return body


def _edited(there: Any, way: list[str], change: Callable[[Any, Any], Any], value: Any) -> Any:
    if not way:
        return change(there, value)
    for key in list(_keys(there, way[0], len(way) == 1)):
        there[key] = _edited(there.get(key) if isinstance(there, dict) else there[key], way[1:], change, value)
    if isinstance(there, list):
        return [one for one in there if one is not REMOVED]
    return {key: one for key, one in there.items() if one is not REMOVED} if isinstance(there, dict) else there


def _keys(there: Any, part: str, last: bool) -> Iterator[Any]:
    """A field that isn't there yet can be set, where it ends the way."""
    if isinstance(there, dict):
        if part == "*":
            yield from there
        elif part in there or last:
            yield part
    elif isinstance(there, list):
        name, equals, wanted = part.partition("=")
        for index, entry in enumerate(there):
            fits = isinstance(entry, dict) and str(entry.get(name)) == wanted if equals else part in ("*", str(index))
            if fits:
                yield index
