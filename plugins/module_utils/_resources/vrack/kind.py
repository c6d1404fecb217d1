# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done about vRacks: adopted from a project, ordered, named, ended."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Optional, Sequence

from ..._engine.errors import Refused, VrackError
from ..._engine.model import LATER, Action, Answer, Answers, Blocked, Call, Change, Reader, Ready, State, Step
from ..._messages import error
from ..._shared.lookup import is_id, normalised, not_found, same_name, suggesting
from .cart import tidy_up_call
from .naming import is_marked, mark, problem_of, shown
from .order import next_order_step
from .record import Vrack
from .spec import VrackSpec
from .termination import next_termination_step
from .world import VrackWorld, adopted, find, look, marked

NEW_FOR = 600.0
"""Seconds for which a new vRack may be listed but not known by itself."""


class VrackKind:
    """Makes a vRack be there under a name: takes the one that has it, adopts the project's, or orders one."""

    name = "vRack"

    def label(self, spec: VrackSpec) -> str:
        return f"vRack '{shown(spec.name or spec.service_name or '')}'"

    def observe(self, read: Reader, specs: Sequence[VrackSpec], last: Any, answers: Answers) -> VrackWorld:
        return look(read, specs, last, answers)

    def check(self, specs: Sequence[VrackSpec], world: VrackWorld) -> Iterable[VrackError]:
        return ()

    def plan(self, spec: VrackSpec, world: VrackWorld) -> Change:
        seen = find(spec, world)
        if seen is None and not spec.service_name:
            _refuse_service_name(str(spec.name), spec.state, world)
        if spec.state == "absent":
            return self._plan_absent(seen, world)
        seen = seen or marked(spec, world) or adopted(spec, world) or _delivered(spec, world)
        if seen is None and spec.service_name:
            names = [vrack.service_name for vrack in world.vracks]
            named = [vrack.service_name for vrack in world.vracks if same_name(vrack.name, spec.service_name)]
            if named:
                raise error("vrack_name_as_service", ref=spec.service_name, service_names=" or ".join(named))
            problem = error("vrack_service_unknown", ref=spec.service_name)
            raise suggesting(problem, self.name, spec.service_name, names)
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
                return Blocked("looking at the vRack", at_once=True)
            return next_termination_step(change.seen.service_name, spec.termination_token, known)
        order = world.orders.get(spec)
        if order is None:
            return Blocked("looking for an order that is under way", at_once=True)
        return next_order_step(order)

    def readiness(self, spec: VrackSpec, change: Change, world: VrackWorld) -> State:
        return Ready()

    def record(self, spec: VrackSpec, change: Change, world: VrackWorld) -> Optional[Dict[str, Any]]:
        return change.seen.record() if change.seen else None


def _refuse_service_name(name: str, state: str, world: VrackWorld) -> None:
    """As a name it would have a vRack ordered, beside the one that is meant."""
    names = {vrack.service_name: vrack.name for vrack in world.vracks}
    if normalised(name) in names:
        called = names[normalised(name)]
        raise error("vrack_service_as_name", ref=name.strip(), called=f" '{called}'" if called else "")
    if is_id(name) and state == "present":
        raise not_found("vRack", name, names.values())


def _check_texts(spec: VrackSpec, seen: Optional[Vrack]) -> None:
    """Only what is to be written: a name that a vRack has is as good as any."""
    name = None if seen is not None and seen.name == spec.name else spec.name
    description = None if seen is not None and seen.description == spec.description else spec.description
    problem = problem_of(name, description)
    if problem is not None:
        raise problem


def _kept_description(spec: VrackSpec, vrack: Vrack) -> str:
    """The mark of a refused name goes with the new one."""
    return "" if spec.name and not vrack.name and is_marked(vrack.description) else vrack.description


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
