# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How handlers are registered and found, and what they are given."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import unquote


@dataclass
class Call:
    """One request, as a handler sees it."""

    world: Any
    method: str
    route: str
    path: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    caller: Any = None

    def given(self, name: str) -> Any:
        """A field of the body. The API reads null and an empty list as "not given"."""
        value = self.body.get(name) if isinstance(self.body, dict) else None
        return None if value == [] else value


# What a handler yields once, between its checks and its effect: others may pass. It returns its answer afterwards.
OTHERS_PASS = object()

Handler = Callable[[Call], Any]
Registered = TypeVar("Registered", bound=Handler)
_handlers: dict[tuple[str, str], Handler] = {}


def route(method: str, path: str) -> Callable[[Registered], Registered]:
    """Register a handler for a path of the schema, e.g. `/vrack/{serviceName}`."""

    def register(handler: Registered) -> Registered:
        if (method, path) in _handlers:
            raise ValueError(f"two handlers for {method} {path}")
        _handlers[method, path] = handler
        return handler

    return register


def handler_of(method: str, path: str) -> Handler:
    return _handlers[method, path]


def routes() -> list[tuple[str, str]]:
    return list(_handlers)


@lru_cache(maxsize=10_000)
def find(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """The registered path that fits and its parameters; one with fewer parameters wins."""
    matches = []
    for known_method, known_path in _handlers:
        match = method == known_method and _pattern(known_path).fullmatch(path)
        if match:
            matches.append((known_path, {name: unquote(value) for name, value in match.groupdict().items()}))
    return min(matches, key=lambda found: len(found[1]), default=None)


_patterns: dict[str, re.Pattern[str]] = {}


def _pattern(path: str) -> re.Pattern[str]:
    if path not in _patterns:
        _patterns[path] = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))
    return _patterns[path]
