# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the API says of vRacks (GET /vrack/{serviceName}), found by name or service name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence

from ..._engine.model import Reader
from ..._shared.answers import listed_texts, optional_text, text
from ..._shared.entries import Entries, entries
from ..._shared.lookup import VRACK_ID, find_one, normalised


@dataclass(frozen=True)
class Vrack:
    """What the API says of a vRack."""

    service_name: str
    name: str
    description: str

    @staticmethod
    def from_api(data: Any) -> Vrack:
        service_name = optional_text(data, "serviceName", "vRack") or text(data, "id", "vRack")
        name = optional_text(data, "name", "vRack") or ""
        return Vrack(service_name, name, optional_text(data, "description", "vRack") or "")

    def record(self) -> Dict[str, Any]:
        return {"service_name": self.service_name, "name": self.name, "description": self.description}


def list_vracks(read: Reader, service_name: Optional[str] = None) -> Entries[Vrack]:
    """All vRacks, or the one of that service name, if there is one."""
    if service_name is None:
        return entries(read.get_objects("vrack"), "vRacks", "vRack", lambda data: [Vrack.from_api(data)])
    data = read.get("vrack", service_name, missing=None)
    return Entries(() if data is None else (Vrack.from_api(data),))


def find_vrack(read: Reader, ref: str) -> Vrack:
    """The vRack with that service name (one request) or that name."""
    ref = normalised(ref)
    if VRACK_ID.fullmatch(ref):
        for vrack in list_vracks(read, ref):
            return vrack
    return find_one("vRack", ref, list_vracks(read), lambda one: [one.service_name], lambda one: one.name)


def projects_in(read: Reader, vracks: Sequence[Vrack]) -> List[List[str]]:
    """The ids of the projects in each of them."""
    answers = read.get_many([("vrack", vrack.service_name, "cloudProject") for vrack in vracks], missing=[])
    return [sorted(listed_texts(answer, "projects")) for answer in answers]
