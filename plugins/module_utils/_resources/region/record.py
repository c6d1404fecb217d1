# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regions that a project may still have (GET …/regionAvailable). Those that it has are shared by all kinds."""

from __future__ import annotations

from typing import List

from ..._engine.model import Reader
from ..._shared.answers import listed, text
from ..._shared.project import Project


def offered_regions(read: Reader, project: Project) -> List[str]:
    """The names of the regions that can be activated for the project."""
    answer = listed(read.get("cloud", "project", project.id, "regionAvailable"), "available regions")
    return sorted(text(data, "name", "available region") for data in answer)
