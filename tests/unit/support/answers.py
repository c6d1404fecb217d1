# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the API may answer, drawn from its own types (simulator/schema.json).

    @given(answer_to("GET /cloud/project/{serviceName}/network/private/{networkId}/subnet"))
    def test_…(subnets): …

Within the types an answer may be odd: what may be null is null or not there at all, lists are empty or long, an
enumeration has a value that nobody knows yet, and there are fields that no type names. `spoilt` goes beyond them.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import strategies as st

from simulator.schema import Schema

NEW_VALUE = "SOMETHING_NEW"
NEW_FIELD = "addedLately"
LONG = 30
DEEPEST = 6
_SCHEMA = Schema()

_words = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_. é", max_size=12)
_addresses = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str)
_ipv4_blocks = st.tuples(st.ip_addresses(v=4), st.integers(8, 32)).map(lambda pair: f"{pair[0]}/{pair[1]}")
_ipv6_blocks = st.tuples(st.ip_addresses(v=6), st.integers(32, 128)).map(lambda pair: f"{pair[0]}/{pair[1]}")
_dates = st.dates(min_value=date(2015, 1, 1)).map(str)
_moments = st.builds("{}T10:11:12{}".format, _dates, st.sampled_from(["Z", "+02:00", ".123Z", ".123456-05:00"]))
_FORMATS = {
    "uuid": st.uuids(version=4).map(str),
    "date-time": _moments,
    "date": _dates,
    "ipv4": st.ip_addresses(v=4).map(str),
    "ip-block": st.one_of(_ipv4_blocks, _ipv6_blocks),
    "ipv6-block": _ipv6_blocks,
}
_names = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=12)
# Fields whose type is a plain text, while what they hold has a form.
_FIELDS = {
    "id": _names,
    "serviceName": _names,
    "cartId": _names,
    "project_id": _names,
    "ip": _addresses,
    "start": _addresses,
    "end": _addresses,
    "gatewayIp": _addresses,
    "cidr": st.one_of(_ipv4_blocks, _ipv6_blocks),
    "created": _moments,
}
_NUMBERS = {
    "integer": st.one_of(st.integers(0, 10), st.integers(-1, 2**53)),
    "number": st.one_of(st.integers(0, 10), st.floats(0, 1e6)),
}


def answer_to(route: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Answers of a route ("GET /vrack/{serviceName}"). By a text's name its values can be given, wherever it is."""
    return _values(_SCHEMA.answer_of(route), fields)


def entry_of(route: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One entry of the list that a route answers."""
    return _values(_SCHEMA.resolve(_SCHEMA.answer_of(route))["items"], fields)


def of_type(api_type: str, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of one of the API's types ("cloud.network.Subnet")."""
    return _values({"$ref": api_type}, fields)


def spoilt(answers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The same answers with one field, however deep, that is missing, null or of another type."""
    return st.builds(_with_one_spoilt, answers, st.integers(0, 10_000), st.sampled_from(list(_SPOILERS)))


_GONE = object()
_SPOILERS = {"gone": _GONE, "null": None, "text": "?", "number": 7, "flag": True, "list": [None], "object": {"a": 1}}


def _with_one_spoilt(answer: Any, which: int, how: str) -> Any:
    answer = copy.deepcopy(answer)
    places = list(_places(answer))
    if not places:
        return _SPOILERS["list"]
    holder, key = places[which % len(places)]
    if _SPOILERS[how] is _GONE:
        del holder[key]
    else:
        holder[key] = copy.deepcopy(_SPOILERS[how])
    return answer


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in list(inner):
        yield value, key
        yield from _places(below)


def _values(schema: dict[str, Any], fields: dict[str, st.SearchStrategy[Any]], depth: int = 0) -> Any:
    schema = _SCHEMA.resolve(schema)
    if "oneOf" in schema:
        return st.one_of([_values(form, fields, depth) for form in schema["oneOf"]])
    if "enum" in schema:
        return st.one_of(st.sampled_from(schema["enum"]), st.just(NEW_VALUE))
    kind = schema.get("type")
    if kind == "array":
        return _lists(_values(schema.get("items", {}), fields, depth + 1), depth)
    if kind == "object" or "properties" in schema:
        return _objects(schema.get("properties", {}), fields, depth)
    if kind == "string":
        return _FORMATS.get(schema.get("format", ""), _words)
    if kind == "boolean":
        return st.booleans()
    return _NUMBERS.get(kind or "", _words)


def _lists(entries: st.SearchStrategy[Any], depth: int) -> st.SearchStrategy[list[Any]]:
    """Empty, short, and at times one entry over and over, so that long ones cost nothing."""
    if depth >= DEEPEST:
        return st.just([])
    long = st.builds(lambda entry: [copy.deepcopy(entry) for _number in range(LONG)], entries)
    return st.one_of(st.lists(entries, max_size=3), st.lists(entries, max_size=3), long)


def _objects(
    properties: dict[str, Any], fields: dict[str, st.SearchStrategy[Any]], depth: int
) -> st.SearchStrategy[dict[str, Any]]:
    sure, perhaps = {}, {}
    for name, about in properties.items():
        schema = _SCHEMA.resolve(about)
        if name in fields and _is_text(schema):
            values = fields[name]
        elif name in fields and _is_text(_SCHEMA.resolve(schema.get("items", {}))):
            values = _lists(fields[name], depth + 1)
        elif name in _FIELDS and (schema.get("type"), schema.get("format")) == ("string", None):
            values = _FIELDS[name]
        else:
            values = _field(_key(about), fields, depth + 1)
        if schema.get("nullable"):
            perhaps[name] = st.one_of(st.none(), values)
        elif about.get("leftOut"):
            perhaps[name] = values
        else:
            sure[name] = values
    perhaps[NEW_FIELD] = st.sampled_from([None, 1, "x", [], {"a": 1}])
    return st.fixed_dictionaries(sure, optional=perhaps)


def _is_text(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "string" and "enum" not in schema


def _field(key: str, fields: dict[str, st.SearchStrategy[Any]], depth: int) -> st.SearchStrategy[Any]:
    """Drawn late: some types hold themselves."""
    if depth > DEEPEST:
        return st.none()
    return st.deferred(lambda: _plain(key, depth) if not fields else _values(json.loads(key), fields, depth))


def _key(schema: dict[str, Any]) -> str:
    return json.dumps(schema, sort_keys=True)


@functools.cache
def _plain(key: str, depth: int) -> Any:
    return _values(json.loads(key), {}, depth)
