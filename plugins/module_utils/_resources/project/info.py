# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The projects that ovh_cloud_project_info finds."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from ..._engine.model import Reader
from ..._shared.entries import Entries
from ..._shared.given import text_given
from ..._shared.project import Project, find_project, list_projects
from ..._shared.readable import readable
from ..vrack.record import Vrack


def fetch(read: Reader, params: Mapping[str, Any]) -> Dict[str, Any]:
    wanted = text_given(params, "project")
    there = Entries([find_project(read, wanted, in_use=False)]) if wanted else list_projects(read)
    found = sorted(there, key=lambda project: (project.description, project.id))
    paths = {project.id: ("cloud", "project", project.id, "vrack") for project in found}
    answers = readable(read, list(paths.values()))
    vracks = [answers.get(paths[project.id]) for project in found]
    warnings = [
        f"project '{project.description}' ({project.id}) is {project.status}, and its vRack cannot be read"
        for project in found
        if paths[project.id] not in answers
    ]
    records = [to_record(project, Vrack.from_api(vrack) if vrack else None) for project, vrack in zip(found, vracks)]
    return {"projects": records, "warnings": warnings + [one.problem.sentence() for one in there.odd]}


def to_record(project: Project, vrack: Optional[Vrack]) -> Dict[str, Any]:
    return {
        "id": project.id,
        "description": project.description,
        "status": project.status,
        "vrack": {"service_name": vrack.service_name, "name": vrack.name} if vrack else None,
    }
