# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""vRacks (GET, PUT /vrack/{serviceName}): found by name or service name, adopted from a project, or ordered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, Iterable, List, Optional, Sequence, Tuple

from .._engine.errors import Refused, VrackError
from .._engine.model import LATER, Action, Answer, Answers, Blocked, Call, Change, Reader, Ready, State, Step
from .._messages import error
from .border import listed, optional_text, text
from .lookup import VRACK_ID, find_one, suggesting
from .project import Project, find_projects, project_vrack
from .vrack_cart import left_over_cart, tidy_up_call
from .vrack_contents import contents_beside_projects
from .vrack_name import is_marked, mark, problem_of, shown
from .vrack_order import Offer, OrderWorld, next_order_step, observe_order
from .vrack_termination import TerminationWorld, next_termination_step, observe_termination

NEW_FOR = 600.0
"""Seconds for which a new vRack may be listed but not known by itself."""


@dataclass(frozen=True)
class Vrack:
    """What the API says of a vRack."""

    service_name: str
    name: str
    description: str

    @staticmethod
    def from_api(data: Any) -> Vrack:
        service_name = optional_text(data, "serviceName", "vRack") or text(data, "id", "vRack")
        name = optional_text(data, "name", "vRack") or ""
        return Vrack(service_name, name, optional_text(data, "description", "vRack") or "")

    def record(self) -> Dict[str, Any]:
        return {"service_name": self.service_name, "name": self.name, "description": self.description}


@dataclass(frozen=True)
class VrackSpec:
    """A vRack as asked for. The order's options matter only when one has to be ordered."""

    state: str
    name: Optional[str] = None
    service_name: Optional[str] = None
    description: Optional[str] = None
    adopt_from: Optional[str] = None
    offer: Offer = field(default_factory=Offer)
    termination_token: Any = None


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


def list_vracks(read: Reader, service_name: Optional[str] = None) -> List[Vrack]:
    """All vRacks, or the one of that service name, if there is one."""
    if service_name is None:
        return [Vrack.from_api(data) for data in read.get_objects("vrack")]
    data = read.get("vrack", service_name, missing=None)
    return [] if data is None else [Vrack.from_api(data)]


def find_vrack(read: Reader, ref: str) -> Vrack:
    """The vRack with that service name (one request) or that name."""
    if VRACK_ID.fullmatch(ref):
        for vrack in list_vracks(read, ref):
            return vrack
    return find_one("vRack", ref, list_vracks(read), lambda one: [one.service_name], lambda one: one.name)


def projects_in(read: Reader, vracks: Sequence[Vrack]) -> List[List[str]]:
    """The ids of the projects in each of them."""
    answers = read.get_many([("vrack", vrack.service_name, "cloudProject") for vrack in vracks], missing=[])
    return [sorted(str(project) for project in listed(answer, "projects")) for answer in answers]


class VrackKind:
    """Makes a vRack be there under a name: takes the one that has it, adopts the project's, or orders one."""

    name = "vRack"

    def label(self, spec: VrackSpec) -> str:
        return f"vRack '{shown(spec.name or spec.service_name or '')}'"

    def observe(self, read: Reader, specs: Sequence[VrackSpec], last: Any, answers: Answers) -> VrackWorld:
        projects = find_projects(
            read, [spec.adopt_from for spec in specs if spec.adopt_from], last.projects if last else None
        )
        vracks = _read_vracks(read, specs)
        world = VrackWorld(vracks, projects, {}, {}, {}, {}, {}, answers)
        for spec in specs:
            self._observe_one(read, spec, world, last, answers)
        return world

    def _observe_one(self, read: Reader, spec: VrackSpec, world: VrackWorld, last: Any, answers: Answers) -> None:
        seen = _find(spec, world)
        if spec.state == "absent":
            if seen is None:
                return
            beside, _whole = contents_beside_projects(read, seen.service_name)
            world.contents[seen.service_name] = _contents(read, seen) + beside
            if last is not None:
                world.terminations[spec] = observe_termination(
                    read, seen.service_name, bool(spec.termination_token), answers.get(spec, ())
                )
            return
        if seen is not None or spec.service_name:
            cart = left_over_cart(answers.get(spec, ()))
            if cart:
                world.left_over[spec] = cart
            return
        ordering = last is not None and spec in last.orders
        if not ordering and _marked(spec, world) is not None:
            return
        if spec.adopt_from and not ordering and spec.adopt_from not in world.adoptions:
            world.adoptions[spec.adopt_from] = _read_adoption(read, world.projects[spec.adopt_from])
        if last is not None and _adopted(spec, world) is None:
            taken, free = _taken_and_free(read, world.vracks)
            before, own = last.orders.get(spec), answers.get(spec, ())
            world.orders[spec] = observe_order(read, str(spec.name), spec.offer, before, own, taken, free)

    def check(self, specs: Sequence[VrackSpec], world: VrackWorld) -> Iterable[VrackError]:
        return ()

    def plan(self, spec: VrackSpec, world: VrackWorld) -> Change:
        seen = _find(spec, world)
        if spec.state == "absent":
            return self._plan_absent(seen, world)
        seen = seen or _marked(spec, world) or _adopted(spec, world) or _delivered(spec, world)
        if seen is None and spec.service_name:
            names = [vrack.service_name for vrack in world.vracks]
            raise suggesting(error("vrack_service_unknown", ref=spec.service_name), spec.service_name, names)
        _check_texts(spec, seen)
        if seen is None:
            after = Vrack("", str(spec.name), spec.description or "").record()
            return Change(Action.CREATE, None, {**after, "service_name": LATER}, reason="ordered free of charge")
        wanted = Vrack(
            seen.service_name,
            seen.name if spec.name is None else spec.name,
            _kept_description(spec, seen) if spec.description is None else spec.description,
        )
        action = Action.NONE if wanted == seen and spec not in world.left_over else Action.UPDATE
        return Change(action, seen.record(), wanted.record(), seen)

    def _plan_absent(self, seen: Optional[Vrack], world: VrackWorld) -> Change:
        if seen is None:
            return Change(Action.NONE)
        holds = world.contents.get(seen.service_name, ())
        if holds:
            raise error("vrack_holds", service_name=seen.service_name, what=", ".join(holds))
        return Change(Action.DELETE, seen.record(), None, seen)

    def calls(self, spec: VrackSpec, change: Change, world: VrackWorld) -> Step:
        if change.action is Action.UPDATE and spec in world.left_over and change.before == change.after:
            return [tidy_up_call(world.left_over[spec])]
        if change.action is Action.UPDATE and not change.seen.name:
            refusal = _refusal_of_name(change.seen, world.answers.get(spec, ()))
            if refusal is not None:
                return _after_a_refused_name(spec, change.seen, refusal, world)
        if change.action is Action.UPDATE:
            wanted = change.after or {}
            return [
                Call(
                    "PUT",
                    ("vrack", change.seen.service_name),
                    f"set name and description of vRack {change.seen.service_name}",
                    {"name": wanted["name"], "description": wanted["description"]},
                    lock=change.seen.service_name,
                    patient=(404,),
                    patient_for=NEW_FOR,
                )
            ]
        if change.action is Action.DELETE:
            known = world.terminations.get(spec)
            if known is None:
                return Blocked("looking at the vRack")
            return next_termination_step(change.seen.service_name, spec.termination_token, known)
        order = world.orders.get(spec)
        return Blocked("looking for an order that is under way") if order is None else next_order_step(order)

    def readiness(self, spec: VrackSpec, change: Change, world: VrackWorld) -> State:
        return Ready()

    def record(self, spec: VrackSpec, change: Change, world: VrackWorld) -> Optional[Dict[str, Any]]:
        return change.seen.record() if change.seen else None


def _read_vracks(read: Reader, specs: Sequence[VrackSpec]) -> Tuple[Vrack, ...]:
    """One request for a vRack named by its service name; the list where any is looked for by name."""
    found: List[Vrack] = []
    by_name = False
    for spec in specs:
        named = list_vracks(read, spec.service_name) if spec.service_name else []
        found.extend(named)
        by_name = by_name or not named
    return tuple(list_vracks(read)) if by_name else tuple(found)


def _find(spec: VrackSpec, world: VrackWorld) -> Optional[Vrack]:
    if spec.service_name:
        return next((vrack for vrack in world.vracks if vrack.service_name == spec.service_name), None)
    if not any(vrack.name == spec.name for vrack in world.vracks):
        return None
    return find_one("vRack", str(spec.name), world.vracks, lambda one: [one.service_name], lambda one: one.name)


def _read_adoption(read: Reader, project: Project) -> Adoption:
    data = project_vrack(read, project)
    if data is None:
        return Adoption(project, None)
    vrack = Vrack.from_api(data)
    if vrack.name:
        return Adoption(project, vrack)
    return Adoption(project, vrack, _contents(read, vrack, besides=project.id))


def _contents(read: Reader, vrack: Vrack, besides: str = "") -> Tuple[str, ...]:
    """The projects in a vRack, by description and id."""
    (inside,) = projects_in(read, [vrack])
    projects = [project for project in inside if project != besides]
    known = read.get_many([("cloud", "project", project) for project in projects], missing={})
    names = [optional_text(data, "description", "project") or "" for data in known]
    return tuple(f"project '{name}' ({project})" for name, project in zip(names, projects))


def _adopted(spec: VrackSpec, world: VrackWorld) -> Optional[Vrack]:
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


def _check_texts(spec: VrackSpec, seen: Optional[Vrack]) -> None:
    """Only what is to be written: a name that a vRack has is as good as any."""
    name = None if seen is not None and seen.name == spec.name else spec.name
    description = None if seen is not None and seen.description == spec.description else spec.description
    problem = problem_of(name, description)
    if problem is not None:
        raise problem


def _marked(spec: VrackSpec, world: VrackWorld) -> Optional[Vrack]:
    """A vRack that was ordered and whose name was refused: the one of this name, else the only one there is."""
    if spec.service_name:
        return None
    found = [vrack for vrack in world.vracks if not vrack.name and is_marked(vrack.description)]
    found = [vrack for vrack in found if vrack.description == mark(str(spec.name))] or found
    if len(found) > 1:
        names = ", ".join(sorted(vrack.service_name for vrack in found))
        raise error("vrack_several_unnamed", service_names=names, name=spec.name)
    return found[0] if found else None


def _kept_description(spec: VrackSpec, vrack: Vrack) -> str:
    """The mark of a refused name goes with the new one."""
    return "" if spec.name and not vrack.name and is_marked(vrack.description) else vrack.description


def _taken_and_free(read: Reader, vracks: Sequence[Vrack]) -> Tuple[FrozenSet[str], FrozenSet[str]]:
    """The vRacks that have a name, and those that have neither name nor description and hold no project."""
    plain = [vrack for vrack in vracks if not vrack.name and not vrack.description]
    empty = [vrack.service_name for vrack, inside in zip(plain, projects_in(read, plain)) if not inside]
    return frozenset(vrack.service_name for vrack in vracks if vrack.name), frozenset(empty)


def _refusal_of_name(seen: Vrack, answers: Sequence[Answer]) -> Optional[Refused]:
    """What the API has said against the name in this run. 404 is not about the name: it passes, or ends the wait."""
    path = ("vrack", seen.service_name)
    for answer in answers:
        refusal = answer.error
        naming = answer.call.method == "PUT" and answer.call.path == path and "name" in (answer.call.body or {})
        if naming and isinstance(refusal, Refused) and refusal.status != 404:
            return refusal
    return None


def _after_a_refused_name(spec: VrackSpec, seen: Vrack, refusal: Refused, world: VrackWorld) -> Step:
    """Mark the vRack, so that later runs know of it whatever becomes of the cart, and say so."""
    answers = world.answers.get(spec, ())
    order = world.orders.get(spec)
    ours = is_marked(seen.description) or order is not None
    if ours and not is_marked(seen.description):
        body = {"description": mark(str(spec.name))}
        path = ("vrack", seen.service_name)
        if not any(answer.call.path == path and answer.call.body == body and answer.error for answer in answers):
            return [Call("PUT", path, f"mark vRack {seen.service_name} as one without a name", body)]
    if order is not None and order.cart is not None:
        tidy_up = tidy_up_call(order.cart.id)
        if not any(answer.call.key == tidy_up.key for answer in answers):
            return [tidy_up]
    if not ours:
        raise refusal
    why = refusal.sentence().rstrip(".")
    raise error("vrack_name_refused", service_name=seen.service_name, name=spec.name, why=why)


def _delivered(spec: VrackSpec, world: VrackWorld) -> Optional[Vrack]:
    """The vRack that our own order has brought, once the API shows it."""
    order = world.orders.get(spec)
    if order is None or not order.delivered:
        return None
    return next((vrack for vrack in world.vracks if vrack.service_name == order.delivered), None)
