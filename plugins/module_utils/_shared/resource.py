# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module is about, and the options that several have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Tuple

from .._engine.model import Kind

PROJECT_OPTION: Dict[str, Any] = {"type": "str"}
"""When left out or empty, a variable stands in for it, which the front door knows."""

STATE_OPTION: Dict[str, Any] = {"type": "str", "choices": ["present", "absent"], "default": "present"}
UNLISTED_OPTION: Dict[str, Any] = {"type": "str", "choices": ["refuse", "skip"], "default": "refuse"}


@dataclass(frozen=True)
class Resource:
    """What a module is about: a kind, how its items are called in results, their options, and how one becomes a spec.

    identity: the option that names an item. many: the option of the list form, and the key of the results.
    """

    kind: Kind
    one: str
    many: str
    identity: Tuple[str, ...]
    options: Mapping[str, Any]
    to_spec: Callable[[Mapping[str, Any]], Any]
    listed: bool = True
