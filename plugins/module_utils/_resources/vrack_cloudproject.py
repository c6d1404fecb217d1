# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attachment of a project to a vRack (POST, DELETE /vrack/{serviceName}/cloudProject) and its task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from .._engine.errors import NotFound, VrackError
from .._engine.model import (
    LATER,
    Action,
    Answers,
    Blocked,
    Call,
    Change,
    Missing,
    Pending,
    Reader,
    Ready,
    State,
    Step,
    Underway,
)
from .._messages import error
from .border import number, optional_text, text
from .instance_states import holds_addresses
from .project import Project, find_projects, project_vrack
from .vrack import Vrack, find_vrack
from .vrack_overlap import overlaps

ALREADY = ("already on a private network",)
METHODS = {Action.CREATE: "POST", Action.DELETE: "DELETE"}
"""The last call for what is wanted."""


@dataclass(frozen=True)
class AttachmentSpec:
    """A project that is to be in a vRack, or not to be in it."""

    state: str
    vrack: str
    project: str
    move: bool = False
    refuse_overlap: bool = False


@dataclass(frozen=True)
class Task:
    """A change of a vRack that is under way. A finished one answers 404."""

    id: int
    function: str
    status: str
    target: str

    @staticmethod
    def from_api(data: Any) -> Task:
        return Task(
            number(data, "id", "task"),
            text(data, "function", "task"),
            text(data, "status", "task"),
            optional_text(data, "targetDomain", "task") or "",
        )

    @property
    def open(self) -> bool:
        return self.status not in ("done", "cancelled")


@dataclass(frozen=True)
class AttachmentWorld:
    """Projects with the vRack each is in, the vRacks meant, and the open tasks of both."""

    projects: Dict[str, Project]
    vracks: Dict[str, Vrack]
    missing: Dict[str, NotFound]
    current: Dict[str, Optional[Vrack]]
    tasks: Dict[str, Tuple[Task, ...]]
    users: Dict[str, Tuple[str, ...]]
    overlaps: Dict[str, Tuple[str, ...]]
    answers: Answers

    def began(self, spec: AttachmentSpec, task: Task) -> Optional[str]:
        """The method of this run's call that began the task, if one did."""
        for answer in self.answers.get(spec, ()):
            if answer.definite and isinstance(answer.value, dict) and answer.value.get("id") == task.id:
                return answer.call.method
        return None


class AttachmentKind:
    """Puts projects into a vRack and takes them out."""

    name = "vRack attachment"

    def label(self, spec: AttachmentSpec) -> str:
        return f"attachment of project '{spec.project}'"

    def observe(self, read: Reader, specs: Sequence[AttachmentSpec], last: Any, answers: Answers) -> AttachmentWorld:
        projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
        world = AttachmentWorld(
            projects, dict(last.vracks) if last else {}, {}, {}, {}, {}, dict(last.overlaps) if last else {}, answers
        )
        for ref in dict.fromkeys(spec.vrack for spec in specs):
            if ref not in world.vracks:
                try:
                    world.vracks[ref] = find_vrack(read, ref)
                except NotFound as problem:
                    world.missing[ref] = problem
        for spec in specs:
            self._observe_one(read, spec, world)
        return world

    def _observe_one(self, read: Reader, spec: AttachmentSpec, world: AttachmentWorld) -> None:
        project = world.projects[spec.project]
        if project.id not in world.current:
            data = project_vrack(read, project)
            world.current[project.id] = Vrack.from_api(data) if data else None
        current, wanted = world.current[project.id], world.vracks.get(spec.vrack)
        for vrack in (current, wanted):
            if vrack is not None and vrack.service_name not in world.tasks:
                world.tasks[vrack.service_name] = _open_tasks(read, vrack)
        leaving = current is not None and (spec.state == "absent") == (wanted == current)
        if leaving and (spec.state == "absent" or spec.move) and project.id not in world.users:
            world.users[project.id] = _users_of_private_networks(read, project)
        joining = wanted is not None and wanted != current and (current is None or spec.move)
        if joining and spec.state == "present" and wanted and project.id not in world.overlaps:
            world.overlaps[project.id] = overlaps(read, project, wanted)

    def check(self, specs: Sequence[AttachmentSpec], world: AttachmentWorld) -> Iterable[VrackError]:
        seen = set()
        for spec in specs:
            project = world.projects[spec.project]
            if spec.state == "present" and project.id in seen:
                yield error("twice", what=spec.project)
            seen.add(project.id)

    def plan(self, spec: AttachmentSpec, world: AttachmentWorld) -> Change:
        project = world.projects[spec.project]
        current, wanted = world.current[project.id], world.vracks.get(spec.vrack)
        if spec.state == "absent":
            return self._plan_absent(spec, project, current, wanted, world)
        missing = () if wanted else (_missing(spec, world),)
        after = _record(spec, project, wanted)
        if current is None:
            return Change(Action.CREATE, None, after, missing=missing, warnings=_overlaps(spec, project, world))
        if wanted is not None and current.service_name == wanted.service_name:
            return Change(Action.NONE, after, after, current)
        if not spec.move:
            raise error(
                "attach_elsewhere",
                project=project.description or project.id,
                service_name=current.service_name,
                name=f"'{current.name}'" if current.name else "without a name",
                wanted=spec.vrack,
            )
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
        if current is None or wanted is None or current.service_name != wanted.service_name:
            return Change(Action.NONE)
        users = _users_to_remove(project, current, world)
        return Change(Action.DELETE, _record(spec, project, current), None, current, missing=users)

    def calls(self, spec: AttachmentSpec, change: Change, world: AttachmentWorld) -> Step:
        project = world.projects[spec.project]
        vrack = change.seen if change.action in (Action.DELETE, Action.REPLACE) else world.vracks[spec.vrack]
        for task in world.tasks.get(vrack.service_name, ()):
            began = world.began(spec, task)
            if began and task.status == "cancelled":
                raise error("task_cancelled", task=task.id, function=task.function, service_name=vrack.service_name)
            if task.open:
                reason = f"task {task.id} ({task.function}) of vRack {vrack.service_name} is '{task.status}'"
                return Underway(reason) if began == METHODS.get(change.action, "") else Blocked(reason)
        path = ("vrack", vrack.service_name, "cloudProject")
        name = project.description or project.id
        if change.action is Action.CREATE:
            doing = f"attach project '{name}' to vRack {vrack.service_name}"
            body = {"project": project.id}
            return [Call("POST", path, doing, body, lock=vrack.service_name, patient=(409,), taken=ALREADY)]
        doing = f"detach project '{name}' from vRack {vrack.service_name}"
        return [Call("DELETE", path + (project.id,), doing, lock=vrack.service_name, patient=(400, 409))]

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


def _missing(spec: AttachmentSpec, world: AttachmentWorld) -> Missing:
    return Missing(
        world.missing[spec.vrack],
        f"vRack '{spec.vrack}' does not exist yet; taken as made earlier in this play",
    )


def _open_tasks(read: Reader, vrack: Vrack) -> Tuple[Task, ...]:
    path = ("vrack", vrack.service_name, "task")
    answers: List[Any] = list(read.get_many([path + (str(task),) for task in read.get(*path)], missing=None))
    return tuple(Task.from_api(answer) for answer in answers if answer is not None)


def _users_of_private_networks(read: Reader, project: Project) -> Tuple[str, ...]:
    """Names of the project's instances that have an address in a private network, but for those that are going."""
    return tuple(
        sorted(
            text(instance, "name", "instance")
            for instance in read.get("cloud", "project", project.id, "instance")
            if holds_addresses(text(instance, "status", "instance"))
            and any(address.get("type") == "private" for address in instance.get("ipAddresses") or ())
        )
    )


def _users_to_remove(project: Project, current: Vrack, world: AttachmentWorld) -> Tuple[Missing, ...]:
    """Whose addresses in private networks must go before the project can leave."""
    users = ", ".join(world.users.get(project.id, ()))
    if not users:
        return ()
    name = project.description or project.id
    problem = error("attach_in_use", project=name, service_name=current.service_name, instances=users)
    return (Missing(problem, f"addresses of {users} taken as removed earlier in this play"),)
