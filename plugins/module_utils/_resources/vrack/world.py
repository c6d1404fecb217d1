# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look reads for vRacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, FrozenSet, List, Optional, Sequence, Tuple

from ..._engine.model import Answers, Reader
from ..._shared.answers import optional_text
from ..._shared.project import Project, project_vrack
from .order import OrderWorld
from .record import Vrack, list_vracks, projects_in
from .spec import VrackSpec
from .termination import TerminationWorld


@dataclass(frozen=True)
class Adoption:
    """The vRack that a project sits in, and what else is in it."""

    project: Project
    vrack: Optional[Vrack]
    others: Tuple[str, ...] = ()


@dataclass(frozen=True)
class VrackWorld:
    """All vRacks of the account (or the one that is named by service name), and what the next step depends on."""

    vracks: Tuple[Vrack, ...]
    projects: Dict[str, Project]
    adoptions: Dict[str, Adoption]
    contents: Dict[str, Tuple[str, ...]]
    orders: Dict[VrackSpec, OrderWorld]
    terminations: Dict[VrackSpec, TerminationWorld]
    left_over: Dict[VrackSpec, str]
    answers: Answers


def read_vracks(read: Reader, specs: Sequence[VrackSpec]) -> Tuple[Vrack, ...]:
    """One request for a vRack named by its service name; the list where any is looked for by name."""
    found: List[Vrack] = []
    by_name = False
    for spec in specs:
        named = list_vracks(read, spec.service_name) if spec.service_name else []
        found.extend(named)
        by_name = by_name or not named
    return tuple(list_vracks(read)) if by_name else tuple(found)


def read_adoption(read: Reader, project: Project) -> Adoption:
    data = project_vrack(read, project)
    if data is None:
        return Adoption(project, None)
    vrack = Vrack.from_api(data)
    if vrack.name:
        return Adoption(project, vrack)
    return Adoption(project, vrack, projects_inside(read, vrack, besides=project.id))


def projects_inside(read: Reader, vrack: Vrack, besides: str = "") -> Tuple[str, ...]:
    """The projects in a vRack, by description and id."""
    (inside,) = projects_in(read, [vrack])
    projects = [project for project in inside if project != besides]
    known = read.get_many([("cloud", "project", project) for project in projects], missing={})
    names = [optional_text(data, "description", "project") or "" for data in known]
    return tuple(f"project '{name}' ({project})" for name, project in zip(names, projects))


def taken_and_free(read: Reader, vracks: Sequence[Vrack]) -> Tuple[FrozenSet[str], FrozenSet[str]]:
    """The vRacks that have a name, and those that have neither name nor description and hold no project."""
    plain = [vrack for vrack in vracks if not vrack.name and not vrack.description]
    empty = [vrack.service_name for vrack, inside in zip(plain, projects_in(read, plain)) if not inside]
    return frozenset(vrack.service_name for vrack in vracks if vrack.name), frozenset(empty)
