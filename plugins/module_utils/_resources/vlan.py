# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VLAN numbers: which are free, and which the other projects of a vRack have."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Collection, Dict, List, Optional, Sequence, Tuple

from .._engine.errors import Refused
from .._engine.model import Reader
from .border import listed
from .private_network import Network
from .project import Project

HIGHEST_VLAN = 4000


def free_vlan(taken: Collection[int]) -> Optional[int]:
    """The lowest free one: jobs that run at once choose the same, so that one of them is refused and looks again."""
    return next((vlan_id for vlan_id in range(1, HIGHEST_VLAN + 1) if vlan_id not in taken), None)


def vlans_of_neighbours(read: Reader, vrack: str, project: Project) -> Dict[int, str]:
    """VLAN -> "network 'x' of project y", of the vRack's other projects as far as the credential may read them."""
    return {
        network.vlan_id: f"network '{network.name}' of project {other}"
        for other, networks in networks_of_neighbours(read, vrack, project).items()
        for network in networks
    }


def networks_of_neighbours(read: Reader, vrack: str, project: Project) -> Dict[str, List[Network]]:
    """The networks of the vRack's other projects, by the project's id, as far as the credential may read them."""
    attached = _readable(read, [("vrack", vrack, "cloudProject")])
    others = [name for answer in attached.values() for name in listed(answer, "projects") if name != project.id]
    answers = _readable(read, [("cloud", "project", name, "network", "private") for name in others])
    return {
        path[2]: [Network.from_api(data) for data in listed(answer, "networks")] for path, answer in answers.items()
    }


def _readable(read: Reader, paths: Sequence[Tuple[str, ...]]) -> Dict[Tuple[str, ...], Any]:
    """The answers to those of the paths that are not refused."""
    try:
        return dict(zip(paths, read.get_many(paths, missing=[])))
    except Refused:
        answers = {}
    for path in paths:
        with suppress(Refused):
            answers[path] = read.get(*path, missing=[])
    return answers
