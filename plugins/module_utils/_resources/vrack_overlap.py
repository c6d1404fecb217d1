# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses that meet between projects: one VLAN of a vRack is one network, whichever project it is made in."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import List, Sequence, Tuple

from .._engine.errors import Refused
from .._engine.model import Reader
from .private_network import Network, list_networks
from .project import Project, project_vrack
from .subnet import Subnet, list_subnets_of
from .vlan import networks_of_neighbours
from .vrack import Vrack, projects_in


@dataclass(frozen=True)
class Used:
    """Addresses that a project gives out in a VLAN."""

    project: Project
    network: Network
    subnet: Subnet

    def meets(self, other: Used) -> bool:
        return self.network.vlan_id == other.network.vlan_id and bool(self._common(other))

    def _common(self, other: Used) -> List[Tuple[IPv4Address, IPv4Address]]:
        """The parts that are in a pool of both."""
        return [
            (max(mine.start, their.start), min(mine.end, their.end))
            for mine in self.subnet.ranges
            for their in other.subnet.ranges
            if mine.overlaps(their)
        ]

    def shown(self) -> str:
        return f"network '{self.network.name}' of project '{self.project.description or self.project.id}'"

    def with_other(self, other: Used) -> str:
        common = " and ".join(f"{start} to {end}" for start, end in self._common(other))
        where = f"VLAN {self.network.vlan_id}, {self.subnet.cidr}"
        return f"{self.shown()} and {other.shown()} both give out {common} ({where})"


def overlaps(read: Reader, project: Project, vrack: Vrack) -> Tuple[str, ...]:
    """A sentence for each pair of networks, the project's and one in the vRack, that give out the same addresses."""
    own = _used(read, project)
    if not own:
        return ()
    (others,) = projects_in(read, [vrack])
    found: List[str] = []
    for other in _projects(read, [one for one in others if one != project.id]):
        try:
            theirs = _used(read, other)
        except Refused:
            found.append(f"the networks of project '{other.description}' cannot be read, and so were not compared")
            continue
        found.extend(sorted({mine.with_other(their) for mine in own for their in theirs if mine.meets(their)}))
    return tuple(found)


def used_beside(read: Reader, project: Project, network: Network) -> Tuple[Used, ...]:
    """What the vRack's other projects give out in the network's VLAN, as far as the credential may read it."""
    vrack = project_vrack(read, project)
    if vrack is None:
        return ()
    neighbours = networks_of_neighbours(read, str(vrack["id"]), project)
    same_vlan = {
        other: [one for one in networks if one.vlan_id == network.vlan_id] for other, networks in neighbours.items()
    }
    return tuple(
        used
        for other in _projects(read, [other for other, networks in same_vlan.items() if networks])
        for used in _used_in(read, other, same_vlan[other.id])
    )


def _projects(read: Reader, ids: Sequence[str]) -> List[Project]:
    answers = read.get_many([("cloud", "project", one) for one in ids], missing=None)
    return [Project.from_api(answer) for answer in answers if answer is not None]


def _used(read: Reader, project: Project) -> List[Used]:
    return _used_in(read, project, list_networks(read, project))


def _used_in(read: Reader, project: Project, networks: Sequence[Network]) -> List[Used]:
    found = list_subnets_of(read, project, networks)
    return [Used(project, network, subnet) for network in networks for subnet in found[network.id]]
