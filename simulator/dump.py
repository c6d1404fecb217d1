# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dataclasses to JSON and back, by their own type hints."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from typing import Any


def to_json(value):
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): to_json(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return sorted(to_json(inner) for inner in value)
    return value


def from_json(kind: Any, value: Any) -> Any:
    """A value of that type (a dataclass, a list, a dict …) out of what to_json made of it."""
    if value is None:
        return None
    if isinstance(kind, type) and is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: from_json(hints[name], inner) for name, inner in value.items()})
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        inner = [argument for argument in arguments if argument is not types.NoneType]
        return from_json(inner[0], value) if len(inner) == 1 else value
    if origin is dict:
        return {from_json(arguments[0], key): from_json(arguments[1], inner) for key, inner in value.items()}
    if origin in (list, set, tuple):
        return origin(from_json(arguments[0], inner) for inner in value)
    return kind(value) if kind in (int, float) else value
