# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done about regions: activated for a project (POST /cloud/project/{serviceName}/region)."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Optional, Sequence

from ..._engine.errors import VrackError
from ..._engine.model import LATER, Action, Answers, Call, Change, Reader, Ready, State, Step
from ..._messages import error
from ..._shared.lookup import suggesting
from ..._shared.project import Project, Region
from .spec import RegionSpec
from .world import RegionWorld, look


class RegionKind:
    """Makes a project have regions."""

    name = "region"

    def label(self, spec: RegionSpec) -> str:
        return f"region '{spec.name}'"

    def observe(self, read: Reader, specs: Sequence[RegionSpec], last: Any, answers: Answers) -> RegionWorld:
        return look(read, specs, last)

    def check(self, specs: Sequence[RegionSpec], world: RegionWorld) -> Iterable[VrackError]:
        seen = set()
        for spec in specs:
            mark = (world.projects[spec.project].id, spec.name)
            if mark in seen:
                yield error("twice", what=spec.name)
            seen.add(mark)

    def plan(self, spec: RegionSpec, world: RegionWorld) -> Change:
        project, seen = world.projects[spec.project], world.find(spec)
        if seen is not None:
            record = _record(seen, project)
            return Change(Action.NONE, record, record, seen)
        offered = world.offered.get(project.id, (spec.name,))
        if spec.name not in offered:
            problem = error("region_not_offered", region=spec.name, project=project.description or project.id)
            raise suggesting(problem, self.name, spec.name, [*offered, *world.names[project.id]])
        return Change(Action.CREATE, None, {**dict.fromkeys(RECORD, LATER), "name": spec.name, "project": project.id})

    def calls(self, spec: RegionSpec, change: Change, world: RegionWorld) -> Step:
        path = ("cloud", "project", world.projects[spec.project].id, "region")
        return [Call("POST", path, f"activate region {spec.name}", {"region": spec.name})]

    def readiness(self, spec: RegionSpec, change: Change, world: RegionWorld) -> State:
        return Ready()

    def record(self, spec: RegionSpec, change: Change, world: RegionWorld) -> Optional[Dict[str, Any]]:
        return _record(change.seen, world.projects[spec.project]) if change.seen else None


RECORD = (
    "name",
    "project",
    "type",
    "status",
    "services",
    "availability_zones",
    "country",
    "continent",
    "private_networks",
)


def _record(region: Region, project: Project) -> Dict[str, Any]:
    return {**region.record(), "project": project.id}
