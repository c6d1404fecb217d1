# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses that meet between projects: one VLAN of a vRack is one network, whichever project it is made in."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import List, Sequence, Tuple

from ..._engine.errors import ApiError
from ..._engine.model import Reader
from ..._shared.project import Project, project_vrack
from ..._shared.readable import not_compared, readable
from ..private_network.record import Network, list_networks
from ..private_network.vlans import read_neighbours
from ..vrack.record import Vrack, projects_in
from .record import Subnet, list_subnets_of


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
    """A sentence for each pair of networks, the project's and one in the vRack, that give out the same addresses, and
    for each project whose networks cannot be read."""
    own = _used(read, project)
    if not own:
        return ()
    try:
        (others,) = projects_in(read, [vrack])
    except ApiError:
        return (not_compared(f"the networks of other projects in vRack {vrack.service_name}"),)
    found: List[str] = []
    for other in _projects(read, [one for one in others if one != project.id]):
        try:
            theirs = _used(read, other)
        except ApiError:
            found.append(not_compared(f"the networks of project '{other.description or other.id}'"))
            continue
        found.extend(sorted({mine.with_other(their) for mine in own for their in theirs if mine.meets(their)}))
    return tuple(found)


@dataclass(frozen=True)
class Beside:
    """What other projects of the vRack give out in a network's VLAN. unread: sentences about what is not known."""

    used: Tuple[Used, ...] = ()
    unread: Tuple[str, ...] = ()


def used_beside(read: Reader, project: Project, network: Network) -> Beside:
    """As far as the credential may read it, for nothing hangs on it but warnings."""
    try:
        vrack = project_vrack(read, project)
    except ApiError:
        return Beside(unread=(not_compared("the networks of other projects in the vRack"),))
    if vrack is None:
        return Beside()
    neighbours = read_neighbours(read, str(vrack["id"]), project)
    used: List[Used] = []
    unread = list(neighbours.unread)
    meant = {
        other: [one for one in networks if one.vlan_id == network.vlan_id]
        for other, networks in neighbours.networks.items()
    }
    for other in _projects(read, [name for name, networks in meant.items() if networks]):
        try:
            used.extend(_used_in(read, other, meant[other.id]))
        except ApiError:
            unread.append(not_compared(f"the subnets of project '{other.description or other.id}'"))
    return Beside(tuple(used), tuple(unread))


def _projects(read: Reader, ids: Sequence[str]) -> List[Project]:
    """Those of these ids; one that cannot be read by its id alone, for only its description is wanted."""
    answers = readable(read, [("cloud", "project", one) for one in ids])
    known = {path[2]: Project.from_api(answer) for path, answer in answers.items() if answer is not None}
    return [known.get(one) or Project(one, "", "") for one in ids]


def _used(read: Reader, project: Project) -> List[Used]:
    return _used_in(read, project, list_networks(read, project))


def _used_in(read: Reader, project: Project, networks: Sequence[Network]) -> List[Used]:
    found = list_subnets_of(read, project, networks)
    return [Used(project, network, subnet) for network in networks for subnet in found[network.id]]
