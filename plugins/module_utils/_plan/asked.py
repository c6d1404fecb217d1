# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a description to specs: what each role would hand to its module, and what that would make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence

from .._description.fields import SECTIONS
from .._description.topology import Topology
from .._engine.errors import InputProblem
from .._engine.model import Need
from .._messages import error
from .make import Part, Planner
from .parts import Sort, entries_of, kind_of, sorts_for


@dataclass(frozen=True)
class Asked:
    """What is to be planned of a description: all sections where none is named."""

    state: str = "present"
    sections: Optional[Sequence[str]] = None
    details: bool = False
    unlisted_regions: str = "refuse"


def parts_of(described: Topology, lists: Mapping[str, Any], asked: Asked, planner: Planner) -> List[Part]:
    """Everything that is asked for. Entries with a problem are left out, and the planner knows them to be broken."""
    parts: List[Part] = []
    places = described.places()
    for sort in sorts_for(asked.state):
        if sort.section in (asked.sections or SECTIONS):
            wrong = _wrong(sort, described, places, lists)
            specs = [] if wrong is None else _specs(sort, wrong, lists, asked, planner)
            if specs:
                parts.append(Part(sort, kind_of(sort, asked.details), specs))
    return parts


def _wrong(
    sort: Sort, described: Topology, places: Mapping[str, List[str]], lists: Mapping[str, Any]
) -> Optional[List[Mapping[str, Any]]]:
    """The entries with a problem; None where what all of them come from has one."""
    many = sort.resource.many
    if many not in places:
        return None if described.is_wrong("vrack") else []
    return [entry for place, entry in zip(places[many], lists.get(many, ())) if described.is_wrong(place)]


def _specs(
    sort: Sort, wrong: Sequence[Mapping[str, Any]], lists: Mapping[str, Any], asked: Asked, planner: Planner
) -> List[Any]:
    specs: List[Any] = []
    for entry in entries_of(sort, lists, asked.state):
        item = _item(sort.resource.options, entry, lists["project"], asked)
        try:
            if entry in wrong:
                planner.broken.add(_need(sort, entry))
            else:
                specs.append(sort.resource.to_spec(_with_known_choices(sort.resource.options, item)))
        except InputProblem as problem:
            planner.broken.add(_need(sort, entry))
            planner.add(problem, sort.resource.label(item))
    return specs


def _need(sort: Sort, entry: Mapping[str, Any]) -> Need:
    """What others would point at it by."""
    return Need(sort.name, str(entry.get("name") or entry.get("network") or entry.get("vrack") or ""))


def _item(options: Mapping[str, Any], entry: Mapping[str, Any], project: str, asked: Asked) -> Dict[str, Any]:
    """The entry with every option of its module."""
    common = {"project": project, "state": asked.state, "unlisted_regions": asked.unlisted_regions}
    return _filled(options, {**entry, **{name: value for name, value in common.items() if name in options}})


def _filled(options: Mapping[str, Any], entry: Mapping[str, Any]) -> Dict[str, Any]:
    found = {name: entry.get(name, option.get("default")) for name, option in options.items()}
    for name, option in options.items():
        if "options" in option and found[name] is not None:
            found[name] = [_filled(option["options"], one) for one in found[name]]
    return found


def _with_known_choices(options: Mapping[str, Any], item: Dict[str, Any]) -> Dict[str, Any]:
    """What Ansible refuses of a module's options, and a description does not."""
    for name, option in options.items():
        choices = option.get("choices")
        if choices and item[name] is not None and item[name] not in choices:
            raise error("bad_value", option=name, value=item[name], wanted=f"one of {', '.join(choices)}")
    return item
