# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look reads for projects in vRacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..._engine.errors import NotFound, Refused
from ..._engine.model import Answer, Answers, Reader
from ..._messages import error
from ..._shared.answers import listed_numbers, optional_objects, text
from ..._shared.entries import entries
from ..._shared.instance_states import holds_addresses
from ..._shared.lookup import VRACK_ID
from ..._shared.project import Project, find_projects, project_vrack
from ..private_network.record import list_networks
from ..subnet.overlap import overlaps
from ..vrack.record import Vrack, find_vrack
from .record import Task
from .spec import AttachmentSpec


@dataclass(eq=False)
class AttachmentWorld:
    """Projects with the vRack each is in, the vRacks meant, and the open tasks of both.

    users: instances with addresses in private networks. going: those of them that are being removed. networks: what is
    left of a project that was not let out of its vRack.
    """

    projects: Dict[str, Project]
    vracks: Dict[str, Vrack]
    missing: Dict[str, NotFound]
    current: Dict[str, Optional[Vrack]]
    tasks: Dict[str, Tuple[Task, ...]]
    users: Dict[str, Tuple[str, ...]]
    going: Dict[str, Tuple[str, ...]]
    networks: Dict[str, Tuple[str, ...]]
    overlaps: Dict[str, Tuple[str, ...]]
    answers: Answers
    now: float

    def leaving(self, project: Project) -> Optional[Task]:
        """The open task that takes the project out of the vRack that it still is in."""
        current = self.current[project.id]
        tasks = self.tasks.get(current.service_name, ()) if current else ()
        return next((task for task in tasks if task.takes_out(project)), None)

    def held_up_by(self, spec: AttachmentSpec) -> Optional[Tuple[str, Task]]:
        """The open task, with its vRack, without whose end nothing moves."""
        for vrack in (self.current[self.projects[spec.project].id], self.vracks.get(spec.vrack)):
            name = vrack.service_name if vrack else ""
            for task in self.tasks.get(name, ()):
                if task.open:
                    return name, task
        return None

    def began(self, spec: AttachmentSpec, task: Task) -> Optional[str]:
        """The method of this run's call that began the task, or that may have, for its answer was lost."""
        for answer in self.answers.get(spec, ()):
            if answer.definite and isinstance(answer.value, dict) and answer.value.get("id") == task.id:
                return answer.call.method
            if answer.uncertain and task.about(self.projects[spec.project], answer.call.method):
                return answer.call.method
        return None


def look(
    read: Reader, specs: Sequence[AttachmentSpec], last: Optional[AttachmentWorld], answers: Answers
) -> AttachmentWorld:
    """The fewest reads that cover every spec: of what is all held up by tasks only these."""
    followed = _follow(read, [last.held_up_by(spec) for spec in specs]) if last else ()
    if last and followed and all(task and task.open for _vrack, task in followed):
        now = {task.id: task for _vrack, task in followed if task}
        tasks = {vrack: tuple(now.get(one.id, one) for one in before) for vrack, before in last.tasks.items()}
        return replace(last, tasks=tasks, answers=answers, now=read.now())
    vracks = dict(last.vracks) if last else {}
    if last is None:
        named = [("vrack", spec.vrack) for spec in specs if VRACK_ID.fullmatch(spec.vrack)]
        read.ahead(*named, *[(*vrack, "task") for vrack in named])
    projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
    read.ahead(*[("cloud", "project", projects[spec.project].id, "vrack") for spec in specs])
    read.ahead(*[("vrack", vracks[spec.vrack].service_name, "task") for spec in specs if spec.vrack in vracks])
    world = AttachmentWorld(
        projects=projects,
        vracks=vracks,
        missing={},
        current={},
        tasks={},
        users={},
        going={},
        networks={},
        overlaps=dict(last.overlaps) if last else {},
        answers=answers,
        now=read.now(),
    )
    for ref in dict.fromkeys(spec.vrack for spec in specs):
        if ref not in world.vracks:
            try:
                world.vracks[ref] = find_vrack(read, ref)
            except NotFound as problem:
                world.missing[ref] = problem
    for spec in specs:
        _look_for_one(read, spec, world)
    for vrack, task in followed:
        if task and task.id not in [one.id for one in world.tasks.get(vrack, ())]:
            world.tasks[vrack] = (*world.tasks.get(vrack, ()), task)  # how it ended is told once
    return world


def _look_for_one(read: Reader, spec: AttachmentSpec, world: AttachmentWorld) -> None:
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
        world.users[project.id], world.going[project.id] = _users_of_private_networks(read, project)
        if refusals(world.answers.get(spec, ()), "DELETE"):
            world.networks[project.id] = tuple(sorted(one.name for one in list_networks(read, project)))
    free = current is None or world.leaving(project) is not None
    joining = wanted is not None and wanted != current and (free or spec.move)
    if joining and spec.state == "present" and wanted and project.id not in world.overlaps:
        read.will_write()
        world.overlaps[project.id] = overlaps(read, project, wanted)


def _follow(read: Reader, held_up_by: Sequence[Optional[Tuple[str, Task]]]) -> Tuple[Tuple[str, Optional[Task]], ...]:
    """The tasks as they are now, with their vRacks; none where not all is held up. One that is gone is None."""
    if not all(held_up_by):
        return ()
    known = {one[1].id: one[0] for one in held_up_by if one}
    answers = read.get_many([("vrack", vrack, "task", str(task)) for task, vrack in known.items()], missing=None)
    tasks = [None if answer is None else Task.from_api(answer) for answer in answers]
    return tuple(zip(known.values(), tasks))


def refusals(answers: Sequence[Answer], method: str) -> List[Answer]:
    """The definite noes to this run's calls of that method."""
    return [one for one in answers if one.call.method == method and isinstance(one.error, Refused)]


def _open_tasks(read: Reader, vrack: Vrack) -> Tuple[Task, ...]:
    path = ("vrack", vrack.service_name, "task")
    listed = read.get(*path, missing=None)
    if listed is None:
        raise error("vrack_ended", service_name=vrack.service_name)
    ids = listed_numbers(listed, "tasks")
    answers: List[Any] = list(read.get_many([path + (str(task),) for task in ids], missing=None))
    return tuple(Task.from_api(answer) for answer in answers if answer is not None)


def _users_of_private_networks(read: Reader, project: Project) -> Tuple[Tuple[str, ...], Tuple[str, ...]]:
    """Names of the project's instances that have an address in a private network: those that stay, those that go."""
    staying: List[str] = []
    going: List[str] = []
    answer = read.get("cloud", "project", project.id, "instance")
    found = entries(answer, "instances", "instance", _private_user)
    for odd in found.odd:
        raise odd.problem
    for name, stays in found:
        (staying if stays else going).append(name)
    return tuple(sorted(staying)), tuple(sorted(going))


def _private_user(instance: Any) -> List[Tuple[str, bool]]:
    """Its name and whether it stays, where it has an address in a private network."""
    addresses = optional_objects(instance, "ipAddresses", "instance")
    if not any(address.get("type") == "private" for address in addresses):
        return []
    return [(text(instance, "name", "instance"), holds_addresses(text(instance, "status", "instance")))]
