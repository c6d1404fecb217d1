# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters as they are given, made what the same value in a vrack_topology is: what is empty is left out, a list may
come as text, and a plain name is taken where one may stand for a mapping."""

from __future__ import annotations

import json
from typing import Any, Callable, Collection, Dict, List, Mapping, Optional

from ._description.fields import from_plain, is_left_out, kind_of, names_of, plain_field
from ._engine.errors import VrackError
from ._messages import error

Options = Mapping[str, Mapping[str, Any]]


class Entries:
    """Makes parameters fit for their options before Ansible looks at them. What can't be is left out, and a problem.

    parse: the mapping that a text such as "name=blue" is for Ansible, or None.
    inherited: options that are no example of what an entry begins with.
    """

    def __init__(self, parse: Callable[[str], Optional[Any]], inherited: Collection[str] = ()) -> None:
        self.problems: List[VrackError] = []
        self._parse = parse
        self._inherited = inherited

    def fitted(self, given: Mapping[str, Any], options: Options, place: str = "") -> Dict[str, Any]:
        fitting = dict(given)
        for name, option in options.items():
            if name not in given:
                continue
            if option.get("elements") == "dict":
                fitting[name] = self._list(given[name], option["options"], place + name)
            elif option.get("type") == "list":
                fitting[name] = self._names(given[name], place + name)
            elif is_empty(given[name], option):
                del fitting[name]
            elif is_no_number(given[name], option):
                self.problems.append(error("bad_value", option=place + name, value=given[name], wanted="a number"))
                del fitting[name]
        return fitting

    def _names(self, given: Any, place: str) -> Optional[List[Any]]:
        """A list of plain names, also where it comes as text."""
        from ._description.texts import NotReadable, list_of

        if is_left_out(given):
            return None
        if isinstance(given, (list, tuple)):
            return list(given)
        try:
            return names_of(list_of(given))
        except (NotReadable, TypeError):
            self.problems.append(error("no_list", place=place, given=kind_of(given)))
            return None

    def _list(self, given: Any, options: Options, place: str) -> Optional[List[Any]]:
        if is_left_out(given):
            return None
        entries = _listed(given)
        if entries is None:
            self.problems.append(error("no_list", place=place, given=kind_of(given)))
            return []
        found: List[Any] = []
        misfits: Dict[str, List[str]] = {}
        for index, entry in enumerate(entries):
            here = f"{place}[{index}]"
            mapping = self._mapping(entry, plain_field(options))
            if mapping is None:
                misfits.setdefault(kind_of(entry), []).append(here)
            else:
                found.append(self.fitted(mapping, options, f"{here}."))
        example = next((name for name in options if name not in self._inherited), "name")
        for kind, places in misfits.items():
            self.problems.append(error("no_mapping", places=", ".join(places), given=kind, example=example))
        return found

    def _mapping(self, entry: Any, plain: Optional[str]) -> Optional[Mapping[str, Any]]:
        parsed = self._parse(entry) if isinstance(entry, str) else None
        mapping = from_plain(entry, plain) if parsed is None else parsed
        return mapping if isinstance(mapping, Mapping) else None


def is_empty(value: Any, option: Mapping[str, Any]) -> bool:
    """Whether nothing is given where a number, a truth value or a choice without a default is wanted."""
    chosen = bool(option.get("choices")) and option.get("default") is None
    return (chosen or option.get("type") in ("int", "float", "bool")) and is_left_out(value)


def is_no_number(value: Any, option: Mapping[str, Any]) -> bool:
    """A truth value, which Python takes for a number."""
    return option.get("type") in ("int", "float") and isinstance(value, bool)


def _listed(given: Any) -> Optional[List[Any]]:
    """A list, also where it comes as text, as JSON or with commas between its entries."""
    if isinstance(given, (list, tuple)):
        return list(given)
    if not isinstance(given, str):
        return None
    try:
        parsed = json.loads(given)
    except ValueError:
        parsed = None
    if isinstance(parsed, (list, dict)):
        return parsed if isinstance(parsed, list) else [parsed]
    return [part.strip() for part in given.split(",") if part.strip()]
