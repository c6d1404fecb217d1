# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of mappings as they are given: a plain name is taken where a vrack_topology takes one, and else refused."""

from __future__ import annotations

import json
from typing import Any, Callable, Collection, Dict, List, Mapping, Optional

from ._description.fields import from_plain, is_left_out, kind_of, plain_field
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
            if option.get("elements") == "dict" and name in given:
                fitting[name] = self._list(given[name], option["options"], place + name)
        return fitting

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
