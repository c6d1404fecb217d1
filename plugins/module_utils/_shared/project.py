# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Public Cloud projects and their regions (GET /cloud/project, /cloud/project/{id}/region)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from .._engine.errors import InputProblems, Refused, VrackError
from .._engine.model import Reader
from .._messages import error
from .answers import listed_texts, objects, optional_text, text, texts
from .entries import Entries, entries
from .lookup import PROJECT_ID, find_one, normalised, not_found, suggesting

NOT_IN_USE = ("deleted", "deleting", "suspended")

EXPIRED = 460
"""The status that everything of a service which has not been paid for is answered with."""


@dataclass(frozen=True)
class Project:
    """A project: its id and the description that people know it by."""

    id: str
    description: str
    status: str

    @staticmethod
    def from_api(data: Any) -> Project:
        name = optional_text(data, "description", "project") or optional_text(data, "projectName", "project")
        return Project(text(data, "project_id", "project"), name or "", text(data, "status", "project"))


@dataclass(frozen=True)
class Region:
    """A region that is enabled in a project."""

    name: str
    type: str
    status: str
    services: Tuple[str, ...]
    zones: Tuple[str, ...]
    country: str
    continent: str

    @staticmethod
    def from_api(data: Any) -> Region:
        up = [
            text(service, "name", "region's service")
            for service in objects(data, "services", "region")
            if service.get("status") == "UP"
        ]
        return Region(
            name=text(data, "name", "region"),
            type=text(data, "type", "region"),
            status=text(data, "status", "region"),
            services=tuple(sorted(up)),
            zones=texts(data, "availabilityZones", "region"),
            country=optional_text(data, "countryCode", "region") or "",
            continent=optional_text(data, "continentCode", "region") or "",
        )

    @property
    def is_local_zone(self) -> bool:
        return self.type == "localzone"

    def takes_private_networks(self) -> bool:
        return not self.is_local_zone and self.status == "UP" and "network" in self.services

    def record(self) -> Dict[str, Any]:
        return {
            "name": self.name,
            "type": self.type,
            "status": self.status,
            "services": list(self.services),
            "availability_zones": list(self.zones),
            "country": self.country,
            "continent": self.continent,
            "private_networks": self.takes_private_networks(),
        }


def list_projects(read: Reader) -> Entries[Project]:
    answer = read.get_objects("cloud", "project")
    return entries(answer, "projects", "project", lambda data: [Project.from_api(data)])


def find_project(read: Reader, ref: str, in_use: bool = True) -> Project:
    """The project with that id or description: one request for an id. *in_use*: refuse one that is not."""
    project = _find_any(read, ref)
    if in_use and project.status in NOT_IN_USE:
        name = project.description or project.id
        raise error("project_not_in_use", project=name, id=project.id, status=project.status)
    return project


def _find_any(read: Reader, ref: str) -> Project:
    ref = normalised(ref)
    if PROJECT_ID.fullmatch(ref):
        try:
            data = read.get("cloud", "project", ref, missing=None)
        except Refused as refusal:
            known = [one for one in list_projects(read) if one.id == ref] if refusal.status == EXPIRED else []
            if not known:
                raise
            return known[0]
        if data is not None:
            return Project.from_api(data)
        raise not_found("project", ref, [f"{project.description} ({project.id})" for project in list_projects(read)])
    projects = list_projects(read)
    return find_one("project", ref, projects, lambda one: [one.id], lambda one: one.description, field="description")


def find_projects(read: Reader, refs: Sequence[str], last: Optional[Dict[str, Project]]) -> Dict[str, Project]:
    """Each reference with its project, read once a task."""
    known = dict(last or {})
    for ref in refs:
        if ref not in known:
            known[ref] = find_project(read, ref)
    return known


def region_names(read: Reader, project: Project) -> List[str]:
    return sorted(set(listed_texts(read.get("cloud", "project", project.id, "region"), "regions")))


def read_regions(read: Reader, project: Project, names: Optional[Sequence[str]] = None) -> Dict[str, Region]:
    """Regions of the project by name: all, or those of *names* that are enabled."""
    wanted = region_names(read, project)
    if names is not None:
        wanted = [name for name in wanted if name in names]
    answers = read.get_many([("cloud", "project", project.id, "region", name) for name in wanted])
    return {name: Region.from_api(answer) for name, answer in zip(wanted, answers)}


SKIP = "skip"
"""What *unlisted_regions* says where regions that are not listed are to be left alone instead of refused."""


def check_listed(regions: Iterable[str], listed: Sequence[str]) -> None:
    """Refuse to make or remove where a region that matters is not listed.

    OVHcloud was seen not to list a region in an outage, nor what is in it: "not there" means nothing then.
    """
    problems: List[VrackError] = [unknown_region(name, listed) for name in sorted(set(regions)) if name not in listed]
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise InputProblems(problems)


def check_none_hidden(regions: Iterable[str]) -> None:
    """The same where no region is named, and all of the project's matter."""
    names = ", ".join(sorted(regions))
    if names:
        raise error("regions_hidden", regions=names)


def in_region(name: Optional[str]) -> str:
    """The end of what something is called, where its region is known."""
    return f" in {name}" if name else ""


def skipped_regions(label: str, regions: Iterable[str]) -> Tuple[str, ...]:
    """The warning for regions that are skipped, where there are any."""
    names = ", ".join(sorted(set(regions)))
    return (f"{label}: {names} not listed by the project now, so nothing was made or removed there",) if names else ()


def unknown_region(name: str, enabled: Sequence[str]) -> VrackError:
    problem = error("region_unknown", region=name, usable=", ".join(sorted(enabled)))
    return suggesting(problem, "region", name, enabled)


def project_vrack(read: Reader, project: Project) -> Optional[Dict[str, Any]]:
    """What GET /cloud/project/{id}/vrack says: id, name, description; None where the project is in no vRack."""
    answer: Optional[Dict[str, Any]] = read.get("cloud", "project", project.id, "vrack", missing=None)
    if answer is not None:
        text(answer, "id", "vRack of the project")
    return answer
