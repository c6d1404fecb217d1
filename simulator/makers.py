# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Things made at once in their final state, for tests: POST /_simulator/make {"what": …}."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from simulator.errors import bad_request

Maker = Callable[..., Any]
Registered = TypeVar("Registered", bound=Maker)
_makers: dict[str, Maker] = {}


def maker(what: str) -> Callable[[Registered], Registered]:
    """Register `make_it(world, **fields)`, which returns the record it made."""

    def register(function: Registered) -> Registered:
        _makers[what] = function
        return function

    return register


def make(world: Any, what: str, fields: dict[str, Any]) -> Any:
    if what not in _makers:
        raise bad_request(f"nothing makes a {what!r}; there are {sorted(_makers)}")
    return _makers[what](world, **fields)
