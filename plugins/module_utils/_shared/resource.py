# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module is about, and the options that several have."""

from __future__ import annotations

from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Tuple

if TYPE_CHECKING:
    from .._engine.model import Kind

PROJECT_OPTION: Dict[str, Any] = {"type": "str"}
"""When left out or empty, a variable stands in for it, which the front door knows."""

STATE_OPTION: Dict[str, Any] = {"type": "str", "choices": ["present", "absent"], "default": "present"}
UNLISTED_OPTION: Dict[str, Any] = {"type": "str", "choices": ["refuse", "skip"], "default": "refuse"}


class Resource:
    """What a module is about: a kind, how its items are called in results, their options, and how one becomes a spec.

    load: imports the kind, which is done when it is needed. identity: the option that names an item. many: the option
    of the list form, and the key of the results.
    """

    def __init__(
        self,
        load: Callable[[], Kind],
        one: str,
        many: str,
        identity: Tuple[str, ...],
        options: Mapping[str, Any],
        to_spec: Callable[[Mapping[str, Any]], Any],
        listed: bool = True,
    ) -> None:
        self._load = load
        self.one = one
        self.many = many
        self.identity = identity
        self.options = options
        self.to_spec = to_spec
        self.listed = listed

    @cached_property
    def kind(self) -> Kind:
        return self._load()

    def label(self, item: Mapping[str, Any]) -> str:
        """How sentences call an item that is no spec yet: as its kind calls one that is."""
        texts = {name: "" for name, option in self.options.items() if option["type"] == "str"}
        given = {name: value for name, value in item.items() if value is not None}
        return self.kind.label(SimpleNamespace(**{**dict.fromkeys(self.options), **texts, **given}))
