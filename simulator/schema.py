# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests and answers against the API's own types (schema.json, made by make_schema.py)."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from simulator.errors import ApiError, bad_request
from simulator.routing import Call

Json = dict[str, Any]

FORMATS = {
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
}
TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
NEWER_ROUTES = "/cloud/project/{serviceName}/region/"


class Schema:
    def __init__(self) -> None:
        published = json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))
        self._types: dict[str, Json] = published["types"]
        self._routes: dict[str, Json] = published["routes"]

    def is_open(self, method: str, route: str) -> bool:
        """Whether a route needs no authentication."""
        return self._routes.get(f"{method} {route}", {}).get("open", False)

    def checked_query(self, call: Call, strict: bool) -> dict[str, str]:
        """The query without its nulls; 400 where a value isn't of its type."""
        known = self._routes.get(f"{call.method} {call.route}")
        given = {name: value for name, value in call.query.items() if value != "null"}
        if known is None:
            return given
        for name, value in given.items():
            if name not in known["query"]:
                if strict:
                    raise _unknown(call, [name])
            elif _of_text(self.resolve(known["query"][name]), value):
                raise bad_request(f"Query parameter {name} isn't formated correctly")
        for name in known["required_query"]:
            if name not in given:
                raise bad_request(f"Missing parameter {name}")
        return given

    def check_path(self, call: Call) -> None:
        known = self._routes.get(f"{call.method} {call.route}", {})
        for name, schema in known.get("path", {}).items():
            if schema.get("type") == "integer" and not call.path[name].isdigit():
                raise bad_request(f"[{name}] Given data ({call.path[name]}) is not valid for type long")

    def checked_body(self, call: Call, strict: bool) -> Any:
        """The body without read-only fields; 400 where it doesn't fit its type."""
        schema = self._routes.get(f"{call.method} {call.route}", {}).get("body")
        if schema is None:
            if strict and call.body:
                raise _unknown(call, sorted(call.body))
            return call.body
        if call.body is not None and not isinstance(call.body, dict):
            raise bad_request("Body isn't formated correctly")
        return self._checked_object(call, self.resolve(schema), call.body or {}, (), strict) or call.body

    def _checked_object(self, call: Call, schema: Json, value: Json, where: tuple[str, ...], strict: bool) -> Json:
        properties = schema.get("properties", {})
        checked = {}
        for name, inner in value.items():
            path = (*where, name)
            if name not in properties:
                if strict and not schema.get("additionalProperties"):
                    raise _unknown(call, [".".join(path)])
                checked[name] = inner
            elif not self.resolve(properties[name]).get("readOnly"):
                checked[name] = self._checked_value(call, self.resolve(properties[name]), inner, path, strict)
        for name in schema.get("required", []):
            if checked.get(name) in (None, []):
                raise bad_request(f"[{'.'.join((*where, name))}] Missing parameter")
        return checked

    def _checked_value(self, call: Call, schema: Json, value: Any, where: tuple[str, ...], strict: bool) -> Any:
        if value is None or value == []:
            return value
        problem = _problem(schema, value)
        if problem == "format":
            raise bad_request(f"[{'.'.join(where)}] Given data ({value}) is not valid for type {schema['format']}")
        if problem:
            raise ApiError(400, f"Body parameter {'.'.join(where)} isn't formated correctly")
        if isinstance(value, dict):
            return self._checked_object(call, schema, value, where, strict)
        if isinstance(value, list):
            inner = self.resolve(schema.get("items", {}))
            return [self._checked_value(call, inner, each, where, strict) for each in value]
        return value

    @property
    def types(self) -> dict[str, Json]:
        return self._types

    def knows(self, route: str) -> bool:
        return route in self._routes

    def published_routes(self) -> dict[str, Json]:
        """The routes that the API's own description names, e.g. "GET /vrack/{serviceName}"."""
        return {name: about for name, about in self._routes.items() if about.get("published", True)}

    def answer_of(self, route: str) -> Json:
        """The type of a route's answer, e.g. of "GET /vrack/{serviceName}"."""
        answer: Json = self._routes[route]["answer"]
        return answer

    def answer_errors(self, method: str, route: str, answer: Any, expanded_by: str | None = None) -> list[str]:
        """What is wrong with an answer, as texts. `expanded_by`: the item route, where a list holds its objects.

        A field that is missing is as wrong as one too many: the API shows what is empty as null.
        """
        known = self._routes.get(f"{method} {route}")
        if known is None:
            return []
        schema = known["answer"]
        if expanded_by:
            item = self._routes.get(f"GET {expanded_by}", {}).get("answer")
            schema = {"type": "array", "items": item or {}}
        if schema is None:
            return [] if answer is None else ["answer: should be null"]
        return list(self._differences(self.resolve(schema), answer, "answer"))

    def _differences(self, schema: Json, value: Any, where: str) -> Iterator[str]:
        if value is None:
            if not schema.get("nullable"):
                yield f"{where}: null"
            return
        if "oneOf" in schema:
            forms = [list(self._differences(self.resolve(form), value, where)) for form in schema["oneOf"]]
            yield from min(forms, key=len)
            return
        problem = _problem(schema, value)
        if problem:
            yield f"{where}: {value!r} has the wrong {problem}"
        elif isinstance(value, list):
            for index, each in enumerate(value):
                yield from self._differences(self.resolve(schema.get("items", {})), each, f"{where}[{index}]")
        elif isinstance(value, dict) and "properties" in schema:
            yield from self._fields_that_differ(schema["properties"], value, where)

    def _fields_that_differ(self, properties: Json, value: Json, where: str) -> Iterator[str]:
        for name, inner in value.items():
            if name in properties:
                yield from self._differences(self.resolve(properties[name]), inner, f"{where}.{name}")
            else:
                yield f"{where}.{name}: unknown field"
        for name in sorted(properties.keys() - value.keys()):
            if not properties[name].get("leftOut"):
                yield f"{where}.{name}: missing"

    def resolve(self, schema: Json) -> Json:
        """A schema with what it refers to put in; null is allowed where any part says so."""
        parts = list(schema.get("allOf", []))
        if "$ref" in schema:
            parts.append(self._types[schema["$ref"]])
        if not parts:
            return schema
        merged: Json = {}
        for part in parts:
            merged.update(self.resolve(part))
        merged.update({key: value for key, value in schema.items() if key not in ("allOf", "$ref")})
        return merged


def _problem(schema: Json, value: Any) -> str | None:
    """What is wrong with a value itself: "type", "enum", "format" or None."""
    kind = schema.get("type")
    if kind and not TYPES[kind](value):
        return "type"
    if "enum" in schema and value not in schema["enum"]:
        return "enum"
    if isinstance(value, str) and not _fits_format(schema.get("format"), value):
        return "format"
    return None


def _fits_format(name: str | None, value: str) -> bool:
    if name in FORMATS:
        return FORMATS[name].fullmatch(value) is not None
    try:
        if name == "ipv4":
            ipaddress.IPv4Address(value)
        elif name in ("ip-block", "ipv6-block"):
            ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return True


def _of_text(schema: Json, text: str) -> str | None:
    """What is wrong with a value that came as text in the query."""
    kind = schema.get("type")
    if kind == "boolean":
        return None if text.lower() in ("true", "false", "0", "1") else "type"
    if kind == "integer":
        return None if text.lstrip("-").isdigit() else "type"
    return _problem(schema, text) if kind == "string" else None


def _unknown(call: Call, names: list[str]) -> ApiError:
    if call.route.startswith(NEWER_ROUTES):
        return bad_request(f"[{names[0]}] Unknown parameter")
    return ApiError(
        400, f"Received not described parameters: ({', '.join(names)}) while calling {call.method} {call.route}"
    )
