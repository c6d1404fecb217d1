# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an inventory reads. What can't be read, a project or a single instance, is named, and the rest goes on."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple, TypeVar

from ..._engine.errors import ApiError, Gone, InputProblem, VrackError
from ..._engine.model import Reader
from ..._messages import error
from ..._shared.answers import listed
from ..._shared.catalog import list_flavors, list_images
from ..._shared.lookup import PROJECT_ID, find_one
from ..._shared.project import Project, find_project, list_projects
from ..instance.record import Instance
from ..instance_network.interface import Interface, list_interfaces
from ..private_network.record import Network
from .hosts import ProjectHosts, host_variables

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Reading:
    """What was read, and what stood in the way of the rest: each problem says in *doing* what it is about."""

    projects: Sequence[ProjectHosts]
    problems: Sequence[VrackError]


def read_hosts(read: Reader, refs: Sequence[str], with_names: bool, with_interfaces: bool) -> Reading:
    """All of the projects: two requests a project, two more for names, and one an instance for interfaces."""
    problems: List[VrackError] = []
    projects = _projects(read, refs, problems)
    parts = [("instance",), ("network", "private")] + ([("flavor",), ("image",)] if with_names else [])
    with suppress(ApiError):  # all at once; what is refused is asked for again, project by project
        read.get_many([("cloud", "project", project.id, *part) for project in projects for part in parts])
    found = []
    for project in projects:
        with _noting(problems, _called(project)):
            try:
                found.append(_project_hosts(read, project, with_names, with_interfaces, problems))
            except Gone as gone:
                raise _why(read, project, gone) from None
    return Reading(found, problems)


def _projects(read: Reader, refs: Sequence[str], problems: List[VrackError]) -> List[Project]:
    """Those that are asked for, or all that are in use. Ids alone need no request."""
    if refs and all(PROJECT_ID.fullmatch(ref) for ref in refs):
        return [Project(ref.lower(), "", "ok") for ref in dict.fromkeys(refs)]
    projects = list_projects(read)
    if not refs:
        return sorted((one for one in projects if one.status == "ok"), key=lambda one: (one.description, one.id))
    found = []
    for ref in refs:
        with _noting(problems, ""):
            found.append(find_one("project", ref, projects, lambda one: [one.id], lambda one: one.description))
    return list(dict.fromkeys(found))


def _project_hosts(
    read: Reader, project: Project, with_names: bool, with_interfaces: bool, problems: List[VrackError]
) -> ProjectHosts:
    """The hosts of a project. Only the list of instances is needed for them; what else can't be read is left out."""
    place = ("cloud", "project", project.id)
    answer = listed(read.get(*place, "instance"), "instances")
    instances = _each(Instance.from_api, answer, "instance", project, problems)
    for one in instances:
        for field in dict.fromkeys(one.odd):
            with _noting(problems, f"{field} of instance '{one.name}' ({one.id}) of {_called(project)}"):
                raise error("bad_answer", thing="the instance", field=field)
    instances.sort(key=lambda one: (one.region, one.name, one.id))
    networks: List[Network] = []
    names: Dict[str, str] = {}
    interfaces: Dict[str, Tuple[Interface, ...]] = {}
    with _noting(problems, f"the networks of {_called(project)}"):
        answer = listed(read.get(*place, "network", "private"), "networks")
        networks += _each(Network.from_api, answer, "network", project, problems)
    if with_names:
        with _noting(problems, f"the names of flavors and images of {_called(project)}"):
            names.update({flavor.id: flavor.name for flavor in list_flavors(read, project)})
            names.update({image.id: image.name for image in list_images(read, project)})
    if with_interfaces:
        with _noting(problems, f"the interfaces of {_called(project)}"):
            interfaces.update(list_interfaces(read, project, {one.id: one.addresses for one in instances}))
    hosts = [host_variables(project, one, networks, names, interfaces.get(one.id, ())) for one in instances]
    return ProjectHosts(networks, hosts)


def _each(
    from_api: Callable[[Any], Thing], answer: Sequence[Any], what: str, project: Project, problems: List[VrackError]
) -> List[Thing]:
    """Each entry that can be understood."""
    found: List[Thing] = []
    for data in answer:
        said = data if isinstance(data, dict) else {}
        with _noting(problems, f"{what} '{said.get('name')}' ({said.get('id')}) of {_called(project)}"):
            found.append(from_api(data))
    return found


@contextmanager
def _noting(problems: List[VrackError], what: str) -> Iterator[None]:
    """Go on after an error, and remember what it is about."""
    try:
        yield
    except VrackError as problem:
        problem.doing = problem.doing or what
        problems.append(problem)


def _called(project: Project) -> str:
    name = f"project '{project.description}' ({project.id})" if project.description else f"project {project.id}"
    return name if project.status == "ok" else f"{name}, which is {project.status}"


def _why(read: Reader, project: Project, gone: Gone) -> VrackError:
    """A 404 below a project: that there is no such project, where it is that."""
    try:
        find_project(read, project.id)
    except InputProblem as unknown:
        return unknown
    except ApiError:
        pass
    return gone
