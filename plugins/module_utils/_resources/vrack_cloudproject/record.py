# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the API says of the tasks of a vRack (GET /vrack/{serviceName}/task)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..._shared.answers import number, optional_text, text
from ..._shared.project import Project


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

    def takes_out(self, project: Project) -> bool:
        return self.open and self.about(project, "DELETE")

    def about(self, project: Project, method: str) -> bool:
        """Whether it is what a call of that method begins for the project."""
        return self.target == project.id and ("remove" in self.function.lower()) == (method == "DELETE")
