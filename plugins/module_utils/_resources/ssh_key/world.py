# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look reads for keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional, Sequence, Tuple

from ..._engine.model import Reader
from ..._shared.entries import Entries
from ..._shared.lookup import same_name
from ..._shared.project import Project, find_projects, region_names
from ..._shared.quota import Quota, read_quotas
from .material import material
from .record import SshKey, list_keys
from .spec import SshKeySpec


@dataclass(eq=False)
class SshKeyWorld:
    """Per project: its keys, and its regions where one is named."""

    projects: Dict[str, Project]
    keys: Dict[str, Entries[SshKey]]
    names: Dict[str, Tuple[str, ...]]
    quotas: Dict[str, Tuple[Quota, ...]] = field(default_factory=dict)
    unread: Dict[str, Tuple[str, ...]] = field(default_factory=dict)


def look(read: Reader, specs: Sequence[SshKeySpec], last: Optional[SshKeyWorld]) -> SshKeyWorld:
    """The keys of each project, and what a new one depends on."""
    projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
    world = SshKeyWorld(projects, {}, dict(last.names) if last else {})
    for spec in specs:
        project = projects[spec.project]
        if project.id not in world.keys:
            world.keys[project.id] = list_keys(read, project)
        if last is None and is_made(spec, world.keys[project.id]) and project.id not in world.quotas:
            read.will_write()
            world.quotas[project.id], world.unread[project.id] = read_quotas(read, project)
        if spec.region and spec.state == "present" and project.id not in world.names:
            world.names[project.id] = tuple(region_names(read, project))
    return world


def is_made(spec: SshKeySpec, keys: Sequence[SshKey]) -> bool:
    """Whether there is none yet, or another one in whose place it comes."""
    there = fitting(spec, keys)
    others = [key for key in there if material(key.public_key) != material(str(spec.public_key))]
    return spec.state == "present" and (not there or (spec.force and bool(others)))


def fitting(spec: SshKeySpec, keys: Sequence[SshKey]) -> List[SshKey]:
    """Those that have the spec's name or id."""
    return [key for key in keys if spec.name == key.id or same_name(spec.name, key.name)]
