# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look reads for vRacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Dict, FrozenSet, List, Optional, Sequence, Tuple

from ..._engine.model import Answer, Answers, Reader
from ..._messages import error
from ..._shared.answers import optional_text
from ..._shared.entries import Entries
from ..._shared.lookup import find_one, refuse_doubt
from ..._shared.project import Project, find_projects, project_vrack
from .cart import begin_to_list_carts, carts_for, left_over_cart
from .contents import contents_beside_projects
from .naming import is_marked, mark
from .order import OrderWorld, begin_to_order, begin_to_read, observe_order
from .record import Vrack, list_vracks, projects_in
from .spec import VrackSpec
from .termination import TerminationWorld, observe_termination

NOBODY: FrozenSet[str] = frozenset()


@dataclass(frozen=True)
class Adoption:
    """The vRack that a project sits in, and what else is in it."""

    project: Project
    vrack: Optional[Vrack]
    others: Tuple[str, ...] = ()


@dataclass(eq=False)
class VrackWorld:
    """All vRacks of the account (or the one that is named by service name), and what the next step depends on."""

    vracks: Entries[Vrack]
    projects: Dict[str, Project]
    adoptions: Dict[str, Adoption]
    contents: Dict[str, Tuple[str, ...]]
    orders: Dict[VrackSpec, OrderWorld]
    terminations: Dict[VrackSpec, TerminationWorld]
    left_over: Dict[VrackSpec, str]
    answers: Answers


def look(read: Reader, specs: Sequence[VrackSpec], last: Optional[VrackWorld], answers: Answers) -> VrackWorld:
    """The vRacks, and for each spec what its next step depends on: of orders that are on their way only these."""
    if last is not None:
        followed = _follow(read, specs, last, answers)
        if followed is not None:
            return followed
    projects = find_projects(
        read, [spec.adopt_from for spec in specs if spec.adopt_from], last.projects if last else None
    )
    if last is not None:
        for spec in specs:
            _begin_to_read(read, spec, last, answers.get(spec, ()))
    vracks = _read_vracks(read, specs)
    world = VrackWorld(vracks, projects, {}, {}, {}, {}, {}, answers)
    for spec in specs:
        _look_for_one(read, spec, world, last, answers)
    return world


def _begin_to_read(read: Reader, spec: VrackSpec, last: VrackWorld, answers: Sequence[Answer]) -> None:
    """What this look will ask for besides the vRacks, so that it is on its way while these are read."""
    named = spec in last.left_over or any(one.call.method == "PUT" and one.definite for one in answers)
    if named and (_met_carts(spec, last) or left_over_cart(answers)):
        begin_to_list_carts(read, str(spec.name))
    elif spec in last.orders and not named:
        begin_to_read(read, last.orders[spec], answers)
    elif not answers and spec.state == "present" and find(spec, last) is None:
        begin_to_order(read, spec.offer)


def _follow(read: Reader, specs: Sequence[VrackSpec], last: VrackWorld, answers: Answers) -> Optional[VrackWorld]:
    """The world with the orders as they are now, if they are all that is waited for."""
    before = {spec: last.orders[spec] for spec in specs if spec in last.orders and last.orders[spec].followed}
    if len(before) < len(specs):
        return None
    orders = {
        spec: observe_order(read, str(spec.name), spec.offer, order, answers.get(spec, ()), NOBODY, NOBODY)
        for spec, order in before.items()
    }
    return replace(last, orders=orders, answers=answers) if all(one.followed for one in orders.values()) else None


def _look_for_one(
    read: Reader, spec: VrackSpec, world: VrackWorld, last: Optional[VrackWorld], answers: Answers
) -> None:
    seen = find(spec, world)
    if spec.state == "absent":
        if seen is not None:
            _look_for_one_that_goes(read, spec, seen, world, last)
        return
    if seen is not None or spec.service_name:
        own, met = answers.get(spec, ()), _met_carts(spec, last)
        if seen is not None and (met or left_over_cart(own)):
            met += carts_for(read, seen.name)
        cart = left_over_cart(own, met)
        if cart:
            world.left_over[spec] = cart
        return
    ordering = last is not None and spec in last.orders
    if not ordering and marked(spec, world) is not None:
        return
    if last is None:
        read.will_write()
    if spec.adopt_from and not ordering and spec.adopt_from not in world.adoptions:
        world.adoptions[spec.adopt_from] = _adoption(read, spec.adopt_from, world, last)
    if last is not None and adopted(spec, world) is None:
        before, own = last.orders.get(spec), answers.get(spec, ())
        sure = before is not None and before.followed
        taken, free = (NOBODY, NOBODY) if sure else _taken_and_free(read, world.vracks)
        world.orders[spec] = observe_order(read, str(spec.name), spec.offer, before, own, taken, free)


def _look_for_one_that_goes(
    read: Reader, spec: VrackSpec, seen: Vrack, world: VrackWorld, last: Optional[VrackWorld]
) -> None:
    """How far its end has come, and what it holds: not again while only a mail or the end itself is waited for."""
    name = seen.service_name
    if last is not None:
        own, before = world.answers.get(spec, ()), last.terminations.get(spec)
        found = world.terminations[spec] = observe_termination(read, name, bool(spec.termination_token), own, before)
        if found.waits(spec.termination_token) and name in last.contents:
            world.contents[name] = last.contents[name]
            return
    beside, _whole = contents_beside_projects(read, name)
    world.contents[name] = _projects_inside(read, seen) + beside


def _met_carts(spec: VrackSpec, last: Optional[VrackWorld]) -> List[str]:
    """Those that the look before saw, of an order that has come to its end since."""
    order = last.orders.get(spec) if last is not None else None
    cart = order.cart.id if order is not None and order.cart is not None else None
    cart = cart or (last.left_over.get(spec) if last is not None else None)
    return [cart] if cart else []


def find(spec: VrackSpec, world: VrackWorld) -> Optional[Vrack]:
    """By service name or by name, if it is there."""
    if spec.service_name:
        return next((vrack for vrack in world.vracks if vrack.service_name == spec.service_name), None)
    if not any(vrack.name == spec.name for vrack in world.vracks):
        refuse_doubt(world.vracks, name=spec.name)
        return None
    return find_one("vRack", str(spec.name), world.vracks, lambda one: [one.service_name], lambda one: one.name)


def adopted(spec: VrackSpec, world: VrackWorld) -> Optional[Vrack]:
    """The vRack to take over, or None where the project is in none."""
    adoption = world.adoptions.get(spec.adopt_from or "")
    if adoption is None or adoption.vrack is None:
        return None
    vrack = adoption.vrack
    project = adoption.project.description or adoption.project.id
    if vrack.name:
        raise error("vrack_elsewhere", project=project, service_name=vrack.service_name, name=f"'{vrack.name}'")
    if adoption.others:
        raise error(
            "vrack_adopted_by_others",
            service_name=vrack.service_name,
            project=project,
            others=", ".join(adoption.others),
        )
    return vrack


def marked(spec: VrackSpec, world: VrackWorld) -> Optional[Vrack]:
    """A vRack that was ordered and whose name was refused: the one of this name, else the only one there is."""
    if spec.service_name:
        return None
    found = [vrack for vrack in world.vracks if not vrack.name and is_marked(vrack.description)]
    found = [vrack for vrack in found if vrack.description == mark(str(spec.name))] or found
    if len(found) > 1:
        names = ", ".join(sorted(vrack.service_name for vrack in found))
        raise error("vrack_several_unnamed", service_names=names, name=spec.name)
    return found[0] if found else None


def _read_vracks(read: Reader, specs: Sequence[VrackSpec]) -> Entries[Vrack]:
    """One request for a vRack named by its service name; the list where any is looked for by name."""
    found: List[Vrack] = []
    by_name = False
    for spec in specs:
        named = list_vracks(read, spec.service_name) if spec.service_name else []
        found.extend(named)
        by_name = by_name or not named
    return list_vracks(read) if by_name else Entries(found)


def _adoption(read: Reader, ref: str, world: VrackWorld, last: Optional[VrackWorld]) -> Adoption:
    """Of a project that was in no vRack that is still believed: the second look comes right after the first."""
    known = last.adoptions.get(ref) if last is not None else None
    return known if known is not None and known.vrack is None else _read_adoption(read, world.projects[ref])


def _read_adoption(read: Reader, project: Project) -> Adoption:
    data = project_vrack(read, project)
    if data is None:
        return Adoption(project, None)
    vrack = Vrack.from_api(data)
    if vrack.name:
        return Adoption(project, vrack)
    return Adoption(project, vrack, _projects_inside(read, vrack, besides=project.id))


def _projects_inside(read: Reader, vrack: Vrack, besides: str = "") -> Tuple[str, ...]:
    """The projects in a vRack, by description and id."""
    (inside,) = projects_in(read, [vrack])
    projects = [project for project in inside if project != besides]
    known = read.get_many([("cloud", "project", project) for project in projects], missing={})
    names = [optional_text(data, "description", "project") or "" for data in known]
    return tuple(f"project '{name}' ({project})" for name, project in zip(names, projects))


def _taken_and_free(read: Reader, vracks: Sequence[Vrack]) -> Tuple[FrozenSet[str], FrozenSet[str]]:
    """The vRacks that have a name, and those that have neither name nor description and hold no project."""
    plain = [vrack for vrack in vracks if not vrack.name and not vrack.description]
    empty = [vrack.service_name for vrack, inside in zip(plain, projects_in(read, plain)) if not inside]
    return frozenset(vrack.service_name for vrack in vracks if vrack.name), frozenset(empty)
