# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attachment of a project to a vRack (POST, DELETE /vrack/{serviceName}/cloudProject) and its task."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Optional, Sequence, Tuple

from ..._engine.errors import Refused, VrackError
from ..._engine.model import (
    LATER,
    Action,
    Answer,
    Answers,
    Blocked,
    Call,
    Change,
    Missing,
    Need,
    Pending,
    Reader,
    Ready,
    State,
    Step,
    Underway,
)
from ..._messages import error, not_made_yet
from ..._shared.answers import STILL_IN_USE
from ..._shared.lookup import is_id
from ..._shared.project import Project
from ..vrack.record import Vrack
from .spec import AttachmentSpec
from .world import AttachmentWorld, look, refusals

ALREADY = ("already on a private network",)

METHODS = {Action.CREATE: "POST", Action.DELETE: "DELETE"}
"""The last call for what is wanted."""

LEAVES_WITHIN = 120.0
"""Seconds in which what holds a project in its vRack, such as the ports of instances that have gone, lets go of it."""


class AttachmentKind:
    """Puts projects into a vRack and takes them out."""

    name = "vRack attachment"

    def label(self, spec: AttachmentSpec) -> str:
        return f"attachment of project '{spec.project}'"

    def observe(self, read: Reader, specs: Sequence[AttachmentSpec], last: Any, answers: Answers) -> AttachmentWorld:
        return look(read, specs, last, answers)

    def check(self, specs: Sequence[AttachmentSpec], world: AttachmentWorld) -> Iterable[VrackError]:
        return ()

    def plan(self, spec: AttachmentSpec, world: AttachmentWorld) -> Change:
        project = world.projects[spec.project]
        current, wanted = world.current[project.id], world.vracks.get(spec.vrack)
        if spec.state == "absent":
            return self._plan_absent(spec, project, current, wanted, world)
        missing = () if wanted else (_missing(spec, world),)
        after = _record(spec, project, wanted)
        out = current is None or (world.leaving(project) is not None and not spec.move)
        if out or current is None:
            return Change(Action.CREATE, None, after, missing=missing, warnings=_overlaps(spec, project, world))
        if wanted is not None and current.service_name == wanted.service_name:
            return Change(Action.NONE, after, after, wanted)
        if not spec.move:
            raise _elsewhere(spec, project, current, world)
        for users in _users_to_remove(project, current, world):
            raise users.problem
        return Change(
            Action.REPLACE,
            _record(spec, project, current),
            after,
            current,
            missing=missing,
            warnings=_overlaps(spec, project, world),
            reason="moved",
        )

    def _plan_absent(
        self,
        spec: AttachmentSpec,
        project: Project,
        current: Optional[Vrack],
        wanted: Optional[Vrack],
        world: AttachmentWorld,
    ) -> Change:
        if current is None or wanted is None or current.service_name != wanted.service_name or world.leaving(project):
            return Change(Action.NONE)
        users = _users_to_remove(project, current, world)
        return Change(Action.DELETE, _record(spec, project, current), None, current, missing=users)

    def calls(self, spec: AttachmentSpec, change: Change, world: AttachmentWorld) -> Step:
        project = world.projects[spec.project]
        places = (world.current[project.id], world.vracks.get(spec.vrack))
        for vrack in [one for one in places if one is not None]:
            for task in world.tasks.get(vrack.service_name, ()):
                began = world.began(spec, task)
                if began and task.status == "cancelled":
                    raise error("task_cancelled", task=task.id, function=task.function, service_name=vrack.service_name)
                if task.open:
                    reason = f"task {task.id} ({task.function}) of vRack {vrack.service_name} is '{task.status}'"
                    return Underway(reason) if began == METHODS.get(change.action, "") else Blocked(reason)
        vrack = change.seen if change.action in (Action.DELETE, Action.REPLACE) else world.vracks[spec.vrack]
        path = ("vrack", vrack.service_name, "cloudProject")
        name = project.description or project.id
        _check_left_out(spec, name, vrack, world)
        if change.action is Action.CREATE:
            doing = f"attach project '{name}' to vRack {vrack.service_name}"
            body = {"project": project.id}
            return [Call("POST", path, doing, body, lock=vrack.service_name, patient=(409,), taken=ALREADY)]
        if world.going.get(project.id):
            return Blocked(f"{', '.join(world.going[project.id])} to be gone from the private networks")
        _check_stays(spec, project, vrack, world)
        doing = f"detach project '{name}' from vRack {vrack.service_name}"
        return [Call("DELETE", path + (project.id,), doing, lock=vrack.service_name, patient=STILL_IN_USE)]

    def readiness(self, spec: AttachmentSpec, change: Change, world: AttachmentWorld) -> State:
        project = world.projects[spec.project]
        vrack = world.vracks.get(spec.vrack)
        for task in world.tasks.get(vrack.service_name, ()) if vrack else ():
            if task.target == project.id and task.open:
                return Pending(f"task {task.id} ({task.function}) is '{task.status}'")
        return Ready()

    def record(self, spec: AttachmentSpec, change: Change, world: AttachmentWorld) -> Optional[Dict[str, Any]]:
        return _record(spec, world.projects[spec.project], change.seen) if change.seen else None


def _record(spec: AttachmentSpec, project: Project, vrack: Optional[Vrack]) -> Dict[str, Any]:
    return {
        "project": project.id,
        "project_name": project.description,
        "vrack": vrack.service_name if vrack else LATER,
        "vrack_name": vrack.name if vrack else spec.vrack,
    }


def _overlaps(spec: AttachmentSpec, project: Project, world: AttachmentWorld) -> Tuple[str, ...]:
    found = world.overlaps.get(project.id, ())
    if not found:
        return ()
    problem = error("attach_overlap", project=project.description or project.id, overlaps="; ".join(found))
    if spec.refuse_overlap:
        raise problem
    return (problem.sentence(),)


def _elsewhere(spec: AttachmentSpec, project: Project, current: Vrack, world: AttachmentWorld) -> VrackError:
    unfound = world.missing.get(spec.vrack)
    problem = error(
        "attach_elsewhere",
        project=project.description or project.id,
        service_name=current.service_name,
        name=f"'{current.name}'" if current.name else "without a name",
        wanted=spec.vrack,
        absent=f"; there is no vRack '{spec.vrack}'" if unfound else "",
    )
    problem.unfound = unfound
    return problem


def _missing(spec: AttachmentSpec, world: AttachmentWorld) -> Missing:
    if is_id(spec.vrack):
        raise world.missing[spec.vrack]
    return Missing(world.missing[spec.vrack], not_made_yet("vRack", spec.vrack), Need("vRack", spec.vrack))


def _check_stays(spec: AttachmentSpec, project: Project, vrack: Vrack, world: AttachmentWorld) -> None:
    """Whether what holds the project has had its time. Networks that are left may be what OVHcloud means."""
    refused = refusals(world.answers.get(spec, ()), "DELETE")
    if not refused or world.now - refused[0].at < LEAVES_WITHIN:
        return
    left = ", ".join(world.networks.get(project.id, ()))
    raise error(
        "attach_stays",
        project=project.description or project.id,
        service_name=vrack.service_name,
        why=str(refused[-1].error).rstrip("."),
        left=f" (its private networks: {left})" if left else "",
    )


def _check_left_out(spec: AttachmentSpec, project: str, vrack: Vrack, world: AttachmentWorld) -> None:
    """Whether this run has taken the project out of one vRack, and the other one does not take it."""
    answers = world.answers.get(spec, ())
    took_out = [one for one in answers if one.call.method == "DELETE" and one.definite]
    refused = [one.error for one in refusals(answers, "POST") if not _passes(one)]
    if spec.state == "present" and took_out and refused:
        raise error(
            "attach_left_out",
            project=project,
            left=took_out[-1].call.path[1],
            service_name=vrack.service_name,
            why=str(refused[-1]).rstrip("."),
        )


def _passes(answer: Answer) -> bool:
    refusal = answer.error
    status = refusal.status if isinstance(refusal, Refused) else None
    return status in answer.call.patient or any(said in str(refusal).lower() for said in answer.call.taken)


def _users_to_remove(project: Project, current: Vrack, world: AttachmentWorld) -> Tuple[Missing, ...]:
    """Whose addresses in private networks must go before the project can leave."""
    users = ", ".join(world.users.get(project.id, ()))
    if not users:
        return ()
    name = project.description or project.id
    problem = error("attach_in_use", project=name, service_name=current.service_name, instances=users)
    return (Missing(problem, f"addresses of {users} taken as removed earlier in this play"),)
