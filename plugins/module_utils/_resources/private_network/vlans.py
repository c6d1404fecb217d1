# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VLAN numbers: which are free, and which the other projects of a vRack have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Collection, Dict, Mapping, Optional, Tuple

from ..._engine.model import Reader
from ..._shared.answers import listed_texts
from ..._shared.project import Project
from ..._shared.readable import not_compared, readable
from .record import Networks, networks_in
from .spec import HIGHEST_VLAN


def free_vlan(taken: Collection[int]) -> Optional[int]:
    """The lowest free one: jobs that run at once choose the same, so that one of them is refused and looks again."""
    return next((vlan_id for vlan_id in range(1, HIGHEST_VLAN + 1) if vlan_id not in taken), None)


@dataclass(frozen=True)
class Neighbours:
    """The networks of a vRack's other projects, by the project's id. unread: sentences about those not known."""

    networks: Mapping[str, Networks]
    unread: Tuple[str, ...] = ()

    def vlans(self) -> Dict[int, str]:
        """VLAN -> "network 'x' of project y"."""
        return {
            vlan_id: f"network '{name}' of project {project}"
            for project, networks in self.networks.items()
            for vlan_id, name in networks.vlans().items()
        }


def read_neighbours(read: Reader, vrack: str, project: Project) -> Neighbours:
    """As far as the credential may read them, for nothing hangs on them but warnings."""
    attached = ("vrack", vrack, "cloudProject")
    ids = readable(read, [attached])
    if ids.get(attached) is None:
        return Neighbours({}, (not_compared(f"the networks of other projects in vRack {vrack}"),))
    others = [name for name in listed_texts(ids[attached], "projects") if name != project.id]
    answers = readable(read, [("cloud", "project", name, "network", "private") for name in others])
    known = {path[2]: answer for path, answer in answers.items() if answer is not None}
    found = {name: networks_in(answer) for name, answer in known.items()}
    unread = tuple(not_compared(f"the networks of project {name}") for name in others if name not in found)
    return Neighbours(found, unread)
