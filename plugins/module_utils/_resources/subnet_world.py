# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subnets as asked for, and what one look sees that matters for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .._engine.errors import InputProblem
from .._engine.model import Reader
from .._messages import error
from .pools import Claim, Pool, allot, check_pool, parse_address, parse_cidr
from .private_network import Network, NetworkUser, find_network, list_networks, list_users
from .project import Project, find_projects, region_names
from .subnet import Subnet, list_subnets, list_subnets_of, read_dns_servers, regional_path
from .vrack_overlap import Used, used_beside


@dataclass(frozen=True)
class SubnetSpec:
    """A subnet as asked for. *dhcp* and *gateway* None: true and false when it is made, as they are when it exists.

    *dns_servers* None: none of this module's business; empty: none.
    """

    state: str
    project: str
    network: str
    region: str
    cidr: Optional[str] = None
    start: Optional[str] = None
    end: Optional[str] = None
    dhcp: Optional[bool] = None
    gateway: Optional[bool] = None
    dns_servers: Optional[Tuple[str, ...]] = None
    force: bool = False

    def validated(self) -> SubnetSpec:
        """Itself with its addresses in the API's spelling, or an InputProblem."""
        for server in self.dns_servers or ():
            parse_address(server, "dns_servers")
        if self.cidr is None:
            if self.state == "present":
                raise error("option_needed", option="cidr", when="to make a subnet")
            return self
        network = parse_cidr(self.cidr.strip())
        if self.start is None or self.end is None:
            return replace(self, cidr=str(network))
        pool = check_pool(network, self.start, self.end, bool(self.gateway))
        return replace(self, cidr=str(network), start=str(pool.start), end=str(pool.end))

    def differences(self, seen: Optional[Subnet]) -> List[str]:
        """What was asked for and is otherwise, as sentences."""
        if seen is None or self.state == "absent":
            return []
        wanted = [
            ("cidr", seen.cidr, self.cidr),
            ("start", seen.start, self.start),
            ("end", seen.end, self.end),
            ("dhcp", seen.dhcp, self.dhcp),
            ("gateway", seen.gateway_ip is not None, self.gateway),
            ("dns_servers", seen.dns_servers, self.dns_servers),
        ]
        return [
            f"{name} is {_shown(there)}, wanted {_shown(asked)}"
            for name, there, asked in wanted
            if asked is not None and asked != there
        ]


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class SubnetWorld:
    """All specs of the task, for they share address space. Per project its networks, regions' names and users, per
    network its subnets.

    replaced: what there was of a subnet that is made anew, which keeps what is not asked otherwise.
    beside: what other projects of the vRack give out in the VLAN of a network that gets a subnet.
    pools: the addresses of every subnet that the task describes.
    """

    specs: Tuple[SubnetSpec, ...]
    projects: Dict[str, Project]
    networks: Dict[str, Tuple[Network, ...]] = field(default_factory=dict)
    found: Dict[Tuple[str, str, str], Network] = field(default_factory=dict)
    problems: Dict[Tuple[str, str, str], InputProblem] = field(default_factory=dict)
    subnets: Dict[str, Tuple[Subnet, ...]] = field(default_factory=dict)
    names: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
    users: Dict[str, Sequence[NetworkUser]] = field(default_factory=dict)
    replaced: Dict[SubnetSpec, Subnet] = field(default_factory=dict)
    beside: Dict[str, Tuple[Used, ...]] = field(default_factory=dict)
    pools: Dict[SubnetSpec, Pool] = field(default_factory=dict)

    def network(self, spec: SubnetSpec) -> Optional[Network]:
        return self.found.get((spec.project, spec.network, spec.region))

    def network_key(self, spec: SubnetSpec) -> Tuple[str, str]:
        """The same for all specs that mean one network, whether it exists or not."""
        network = self.network(spec)
        return self.projects[spec.project].id, network.id if network else spec.network

    def seen(self, spec: SubnetSpec) -> Optional[Subnet]:
        """The one subnet of the region; with a cidr, the one that has it if there are several."""
        here = [one for one in self._subnets(spec) if one.region == spec.region]
        exact = [one for one in here if one.cidr == spec.cidr]
        if spec.state == "absent" and spec.cidr:
            here = exact
        if len(here) > 1 and len(exact) != 1:
            candidates = ", ".join(f"{one.cidr} ({one.id})" for one in here)
            raise error("subnet_several", network=spec.network, region=spec.region, candidates=candidates)
        if len(here) > 1:
            return exact[0]
        return here[0] if here else None

    def others(self, spec: SubnetSpec) -> List[Subnet]:
        """Subnets of the network that stay whatever happens to this one."""
        own = self.seen(spec)
        return [one for one in self._subnets(spec) if one != own]

    def _subnets(self, spec: SubnetSpec) -> Tuple[Subnet, ...]:
        network = self.network(spec)
        return self.subnets.get(network.id, ()) if network else ()


def look(read: Reader, specs: Sequence[SubnetSpec], last: Optional[SubnetWorld]) -> SubnetWorld:
    """The fewest reads that cover every spec: the networks, and the subnets of those that are meant."""
    projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
    world = SubnetWorld(tuple(specs), projects)
    if last:
        world = replace(world, specs=last.specs, names=last.names, replaced=last.replaced, beside=last.beside)
    for project in {spec.project: projects[spec.project] for spec in specs}.values():
        world.networks[project.id] = tuple(list_networks(read, project))
        meant = _find_networks([spec for spec in specs if projects[spec.project] == project], project, world)
        for network, _subnet in list_subnets_of(read, project, meant):
            world.subnets[network.id] = tuple(list_subnets(read, project, network))
    for spec in specs:
        _look_for_one(read, spec, world)
    world.pools.update(_planned_pools(world))
    return world


def _find_networks(specs: Sequence[SubnetSpec], project: Project, world: SubnetWorld) -> List[Network]:
    for spec in specs:
        key = (spec.project, spec.network, spec.region)
        try:
            world.found[key] = find_network(spec.network, world.networks[project.id], spec.region)
        except InputProblem as problem:
            world.problems[key] = problem
    return list({network.id: network for network in (world.network(spec) for spec in specs) if network}.values())


def _look_for_one(read: Reader, spec: SubnetSpec, world: SubnetWorld) -> None:
    project, network = world.projects[spec.project], world.network(spec)
    active = network is not None and network.region(spec.region) is not None
    if spec.state == "present" and not active and project.id not in world.names:
        world.names[project.id] = tuple(region_names(read, project))
    if network is None:
        return
    if spec.dns_servers is not None or spec in world.replaced:
        _look_for_dns_servers(read, spec, network, world)
    seen = world.seen(spec)
    differs = bool(spec.differences(seen))
    if seen is not None and differs and spec.force and spec not in world.replaced:
        _look_for_dns_servers(read, spec, network, world)
        world.replaced[spec] = world.seen(spec) or seen
    made = spec.state == "present" and (seen is None or spec in world.replaced)
    if made and network.id not in world.beside:
        world.beside[network.id] = used_beside(read, project, network)
    in_danger = spec.state == "absent" or differs
    if seen is not None and in_danger and project.id not in world.users:
        world.users[project.id] = list_users(read, project)


def _look_for_dns_servers(read: Reader, spec: SubnetSpec, network: Network, world: SubnetWorld) -> None:
    path = regional_path(world.projects[spec.project], network, spec.region)
    known = read_dns_servers(read, path) if path else {}
    world.subnets[network.id] = tuple(
        replace(one, dns_servers=known.get(one.id, one.dns_servers)) for one in world.subnets.get(network.id, ())
    )


def _planned_pools(world: SubnetWorld) -> Dict[SubnetSpec, Pool]:
    """The pool of every subnet that the task describes: given, as it exists, or chosen from what is free."""
    claims: Dict[Tuple[str, str], Dict[SubnetSpec, Claim]] = {}
    for spec in world.specs:
        if spec.state != "present" or spec.project not in world.projects:
            continue
        try:
            taken = tuple(one.pool for one in world.others(spec))
            claim = Claim(spec.region, parse_cidr(str(spec.cidr)), _own_pool(spec, world), taken)
        except InputProblem:
            continue
        claims.setdefault(world.network_key(spec), {})[spec] = claim
    return {spec: pool for together in claims.values() for spec, pool in allot(together).items()}


def _own_pool(spec: SubnetSpec, world: SubnetWorld) -> Optional[Pool]:
    if spec.start and spec.end:
        return Pool.of(spec.start, spec.end)
    seen = world.seen(spec) or world.replaced.get(spec)
    return seen.pool if seen is not None and seen.cidr == spec.cidr else None
