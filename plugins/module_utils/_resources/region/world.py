# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look reads for regions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Optional, Sequence, Tuple

from ..._engine.model import Reader
from ..._shared.project import Project, Region, find_projects, read_regions, region_names
from .record import offered_regions
from .spec import RegionSpec


@dataclass(eq=False)
class RegionWorld:
    """Per project: the names of its regions, those of them that are meant, and what it is offered beside them."""

    projects: Dict[str, Project]
    names: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
    regions: Dict[str, Dict[str, Region]] = field(default_factory=dict)
    offered: Dict[str, Tuple[str, ...]] = field(default_factory=dict)

    def find(self, spec: RegionSpec) -> Optional[Region]:
        return self.regions[self.projects[spec.project].id].get(spec.name)


def look(read: Reader, specs: Sequence[RegionSpec], last: Optional[RegionWorld]) -> RegionWorld:
    """The fewest reads that cover every spec. What is offered is read once a task, and only where a region is new."""
    projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
    world = RegionWorld(projects, offered=dict(last.offered) if last else {})
    for project in {project.id: project for project in projects.values()}.values():
        wanted = [spec.name for spec in specs if projects[spec.project].id == project.id]
        world.names[project.id] = tuple(region_names(read, project))
        world.regions[project.id] = read_regions(read, project, wanted)
        if project.id not in world.offered and not set(wanted).issubset(world.names[project.id]):
            world.offered[project.id] = tuple(offered_regions(read, project))
    return world
