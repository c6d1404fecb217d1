# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API says of itself: the list of its parts, and of each part the routes and models, without any prose."""

from __future__ import annotations

import functools
from typing import Any

from simulator.routing import Call, route
from simulator.schema import Json, Schema

PARTS = ("auth", "cloud", "me", "order", "vrack")
HEAD = {"apiVersion": "1.0", "basePath": "https://eu.api.ovh.com/1.0"}
STATUS = {"value": "PRODUCTION", "description": "Stable production version"}
PLAIN_TYPES = {"integer": "long", "number": "double", "boolean": "boolean", "object": "map[string]string"}
FORMATS = {"date-time": "datetime", "ip-block": "ipBlock", "ipv6-block": "ipv6Block"}


@route("GET", "/")
def list_parts(call: Call) -> Any:
    parts = [{"path": f"/{part}", "schema": "{path}.{format}", "format": ["json"], "description": ""} for part in PARTS]
    return {**HEAD, "apis": parts}


def _serve(part: str) -> None:
    @route("GET", f"/{part}.json")
    def describe(call: Call) -> Any:
        return _description(part)


for _part in PARTS:
    _serve(_part)


@functools.cache
def _description(part: str) -> Json:
    schema = Schema()
    by_path: dict[str, list[Json]] = {}
    used: set[str] = set()
    for name, about in schema.published_routes().items():
        method, path = name.split(" ")
        if path.split("/")[1] == part:
            by_path.setdefault(path, []).append(_operation(schema, method, about))
            used |= _types_in(
                schema, [about["answer"], about["body"], *about["path"].values(), *about["query"].values()]
            )
    apis = [{"path": path, "description": "", "operations": operations} for path, operations in sorted(by_path.items())]
    models = {name: _model(schema, name) for name in sorted(used)}
    return {**HEAD, "resourcePath": f"/{part}", "apis": apis, "models": models}


def _operation(schema: Schema, method: str, about: Json) -> Json:
    given = [("path", name, inner, True) for name, inner in about["path"].items()]
    given += [("query", name, inner, name in about["required_query"]) for name, inner in about["query"].items()]
    body = schema.resolve(about["body"] or {})
    given += [
        ("body", name, inner, name in body.get("required", []))
        for name, inner in body.get("properties", {}).items()
        if not schema.resolve(inner).get("readOnly")
    ]
    return {
        "httpMethod": method,
        "apiStatus": STATUS,
        "noAuthentication": about["open"],
        "description": "",
        "parameters": [
            {
                "name": name,
                "paramType": where,
                "dataType": _type(inner),
                "fullType": _type(inner),
                "required": required,
                "description": "",
            }
            for where, name, inner, required in given
        ],
        "responseType": _type(about["answer"]) if about["answer"] else "void",
    }


def _type(schema: Json) -> str:
    """The API's own name of a type."""
    parts = [schema, *schema.get("allOf", []), *schema.get("oneOf", [])]
    named = next((part["$ref"] for part in parts if "$ref" in part), None)
    if named:
        return str(named)
    if schema.get("type") == "array":
        return _type(schema.get("items", {})) + "[]"
    if schema.get("type") == "string":
        wanted = schema.get("format", "string")
        return str(FORMATS.get(wanted, wanted))
    return PLAIN_TYPES.get(schema.get("type", ""), "string")


def _types_in(schema: Schema, schemas: list[Any]) -> set[str]:
    """The names of all types that these refer to, and those that they refer to."""
    found: set[str] = set()
    waiting = list(schemas)
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            name = inner.get("$ref")
            if isinstance(name, str) and name not in found:
                found.add(name)
                waiting.append(schema.types[name])
            waiting.extend(inner.values())
        elif isinstance(inner, list):
            waiting.extend(inner)
    return found


def _model(schema: Schema, name: str) -> Json:
    namespace, _dot, id_ = name.rpartition(".")
    head = {"id": id_, "namespace": namespace, "description": ""}
    about = schema.types[name]
    if "enum" in about:
        return {**head, "enum": about["enum"], "enumType": "string"}
    properties = {}
    for field, inner in about.get("properties", {}).items():
        whole = schema.resolve(inner)
        properties[field] = {
            "type": _type(inner),
            "fullType": _type(inner),
            "canBeNull": bool(whole.get("nullable")),
            "readOnly": bool(whole.get("readOnly")),
            "required": field in about.get("required", []),
            "description": "",
        }
    return {**head, "properties": properties}
