# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throw-away kinds of resources, to try the loop with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import (
    Ambiguous,
    FailedState,
    InputProblem,
    VrackError,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import (
    LATER,
    Action,
    Call,
    Change,
    Failed,
    Pending,
    Ready,
)


@dataclass(frozen=True)
class Vlan:
    """A network as asked for."""

    vlan: int
    name: str = "net"
    present: bool = True


class VlanKind:
    """Networks, found by their VLAN. *options* go into every call."""

    name = "network"

    def __init__(self, **options: Any) -> None:
        self.options = options

    def label(self, spec: Vlan) -> str:
        return f"network {spec.vlan}"

    def observe(self, read: Any, specs: Sequence[Vlan], last: Any, answers: Any) -> Any:
        return {"now": read.now(), "things": read.get("things")}

    def check(self, specs: Sequence[Vlan], world: Any) -> Iterable[VrackError]:
        for index, spec in enumerate(specs):
            if any(spec.vlan == other.vlan for other in specs[:index]):
                yield InputProblem(f"VLAN {spec.vlan} stands twice in the list")

    def _find(self, spec: Vlan, world: Any) -> Any:
        return next((thing for thing in world["things"] if thing["vlan"] == spec.vlan), None)

    def plan(self, spec: Vlan, world: Any) -> Change:
        if spec.vlan > 4094:
            raise InputProblem(f"{spec.vlan} is no VLAN")
        seen = self._find(spec, world)
        before = self._record(seen)
        if not spec.present:
            return Change(Action.NONE if seen is None else Action.DELETE, before, None, seen)
        if seen is None:
            return Change(Action.CREATE, None, {"id": LATER, "name": spec.name, "vlan": spec.vlan})
        after = {**seen, "name": spec.name}
        action = Action.NONE if seen["name"] == spec.name else Action.UPDATE
        return Change(action, before, self._record(after), seen)

    def calls(self, spec: Vlan, change: Change, world: Any) -> list[Call]:
        if change.action is Action.CREATE:
            body = {"name": spec.name, "vlan": spec.vlan}
            return [Call("POST", ("things",), f"create network {spec.vlan}", body, **self.options)]
        path = ("things", change.seen["id"])
        if change.action is Action.DELETE:
            return [Call("DELETE", path, f"remove network {spec.vlan}", **self.options)]
        return [Call("PUT", path, f"rename network {spec.vlan}", {"name": spec.name}, **self.options)]

    def readiness(self, spec: Vlan, change: Change, world: Any) -> Any:
        if change.seen is None:
            return Ready()
        if change.seen["name"] == "broken":
            return Failed(FailedState("it is in status ERROR", advice="Remove it"))
        return Pending("it is BUILDING") if world["now"] < change.seen["ready_at"] else Ready()

    def record(self, spec: Vlan, change: Change, world: Any) -> Any:
        return self._record(change.seen)

    def _record(self, thing: Any) -> Any:
        return thing and {"id": thing["id"], "name": thing["name"], "vlan": thing["vlan"]}


class HostKind(VlanKind):
    """Hosts, found by their name, of which the API keeps as many as one likes."""

    name = "host"

    def _find(self, spec: Vlan, world: Any) -> Any:
        found = [thing for thing in world["things"] if thing["name"] == spec.name]
        if len(found) > 1:
            raise Ambiguous(f"there are {len(found)} of the name {spec.name}")
        return found[0] if found else None


class ChainKind(VlanKind):
    """Networks that need three more steps after they are made, in their order, each of them once."""

    STEPS = (1, 2, 3)

    def plan(self, spec: Vlan, world: Any) -> Change:
        change = super().plan(spec, world)
        if change.seen is not None and change.seen["steps"] != list(self.STEPS):
            return Change(Action.UPDATE, change.before, change.after, change.seen)
        return change

    def calls(self, spec: Vlan, change: Change, world: Any) -> list[Call]:
        if change.action is not Action.UPDATE:
            return super().calls(spec, change, world)
        step = next(step for step in self.STEPS if step not in change.seen["steps"])
        return [Call("POST", ("things", change.seen["id"], "step"), f"do step {step}", {"step": step}, **self.options)]
