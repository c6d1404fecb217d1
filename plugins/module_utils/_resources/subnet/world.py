# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look sees that matters for subnets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Dict, List, Optional, Sequence, Set, Tuple

from ..._engine.errors import InputProblem
from ..._engine.model import Answer, Answers, Reader
from ..._shared.pools import Claim, Pool, allot, parse_cidr
from ..._shared.project import Project, find_projects, region_names
from ..._shared.quota import Quota, read_quotas
from ..private_network.record import Network, Networks, NetworkUser, find_network, list_networks, list_users
from .overlap import Beside, used_beside
from .record import Subnet, list_subnets_of, read_dns_servers, regional_path
from .spec import SubnetSpec


@dataclass(eq=False)
class SubnetWorld:
    """All specs of the task, for they share address space. Per project its networks, regions' names and users, per
    network its subnets.

    replaced: what there was of a subnet that is made anew, which keeps what is not asked otherwise.
    beside: what other projects of the vRack give out in the VLAN of a network that gets a subnet.
    pools: the addresses of every subnet that the task describes.
    asked: the regions of a network that the task describes a subnet for.
    """

    specs: Tuple[SubnetSpec, ...]
    projects: Dict[str, Project]
    found: Dict[Tuple[str, str, str], Network] = field(default_factory=dict)
    problems: Dict[Tuple[str, str, str], InputProblem] = field(default_factory=dict)
    subnets: Dict[str, Sequence[Subnet]] = field(default_factory=dict)
    names: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
    users: Dict[str, Sequence[NetworkUser]] = field(default_factory=dict)
    replaced: Dict[SubnetSpec, Subnet] = field(default_factory=dict)
    beside: Dict[str, Beside] = field(default_factory=dict)
    pools: Dict[SubnetSpec, Tuple[Pool, ...]] = field(default_factory=dict)
    asked: Dict[Tuple[str, str], Set[str]] = field(default_factory=dict)
    quotas: Dict[str, Tuple[Quota, ...]] = field(default_factory=dict)
    unread: Dict[str, Tuple[str, ...]] = field(default_factory=dict)

    def network(self, spec: SubnetSpec) -> Optional[Network]:
        return self.found.get((spec.project, spec.network, spec.region))

    def network_key(self, spec: SubnetSpec) -> Tuple[str, str]:
        """The same for all specs that mean one network, whether it exists or not."""
        network = self.network(spec)
        return self.projects[spec.project].id, network.id if network else spec.network

    def meant(self, spec: SubnetSpec) -> List[Subnet]:
        """The IPv4 subnets of the region that the spec may mean: with a cidr, the one that has it if there is one."""
        here = [one for one in self.of_network(spec) if one.region == spec.region and one.is_ipv4]
        exact = [one for one in here if one.cidr == spec.cidr]
        return exact if len(exact) == 1 or (spec.state == "absent" and spec.cidr) else here

    def seen(self, spec: SubnetSpec) -> Optional[Subnet]:
        """The one that is meant, if it is there. Several are a problem of its plan."""
        found = self.meant(spec)
        return found[0] if len(found) == 1 else None

    def is_made(self, spec: SubnetSpec) -> bool:
        """Whether there is none yet, or another one in whose place it comes."""
        there = self.seen(spec)
        return spec.state == "present" and (there is None or (spec.force and bool(spec.differences(there))))

    def others(self, spec: SubnetSpec) -> List[Subnet]:
        """Subnets of the network that stay whatever happens to this one."""
        own = self.seen(spec)
        return [one for one in self.of_network(spec) if one != own]

    def of_network(self, spec: SubnetSpec) -> Sequence[Subnet]:
        network = self.network(spec)
        return self.subnets.get(network.id, ()) if network else ()


def look(read: Reader, specs: Sequence[SubnetSpec], last: Optional[SubnetWorld], answers: Answers) -> SubnetWorld:
    """The fewest reads that cover every spec: the networks, and the subnets of those that are meant."""
    projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
    world = SubnetWorld(tuple(specs), projects)
    if last:
        world = replace(
            world,
            specs=last.specs,
            names=dict(last.names),
            replaced=dict(last.replaced),
            beside=dict(last.beside),
        )
    together: Dict[str, List[SubnetSpec]] = {}
    for spec in specs:
        together.setdefault(projects[spec.project].id, []).append(spec)
    for items in together.values():
        project = projects[items[0].project]
        found = _find_networks(items, list_networks(read, project), world)
        unsettled = [one for one in found if not _has_none_to_come(one, items, world, last, answers)]
        world.subnets.update({one.id: last.subnets[one.id] for one in found if last and one not in unsettled})
        world.subnets.update(list_subnets_of(read, project, unsettled))
        if last is None:
            _begin_to_read(read, project, [spec for spec in items if world.network(spec)], world)
    for spec in specs:
        _look_for_one(read, spec, world)
        project = projects[spec.project]
        if last is None and project.id not in world.quotas and world.is_made(spec):
            world.quotas[project.id], world.unread[project.id] = read_quotas(read, project)
    world.pools.update(_planned_pools(world, answers))
    return world


def _begin_to_read(read: Reader, project: Project, specs: Sequence[SubnetSpec], world: SubnetWorld) -> None:
    """What subnets that come or go depend on and does not depend on each other."""
    path = ("cloud", "project", project.id)
    if any(world.is_made(spec) for spec in specs):
        read.will_write()
        read.ahead(path + ("vrack",), path + ("region",), path + ("quota",))
    if any(spec.state == "absent" and world.seen(spec) for spec in specs):
        read.will_write()
        read.ahead(path + ("region",), path + ("instance",))


def _find_networks(specs: Sequence[SubnetSpec], networks: Networks, world: SubnetWorld) -> List[Network]:
    for spec in specs:
        key = (spec.project, spec.network, spec.region)
        try:
            world.found[key] = find_network(spec.network, networks, spec.region)
        except InputProblem as problem:
            world.problems[key] = problem
    return [network for network in (world.network(spec) for spec in specs) if network]


def _has_none_to_come(
    network: Network, specs: Sequence[SubnetSpec], world: SubnetWorld, last: Optional[SubnetWorld], answers: Answers
) -> bool:
    """Whether the last look still holds, for the network is being built in each region that is waited for."""
    if last is None or network.id not in last.subnets:
        return False
    building = {entry.region for entry in network.regions if not entry.in_use}
    waiting = [spec for spec in specs if world.network(spec) == network]
    return all(spec.state == "present" and spec.region in building and not answers.get(spec) for spec in waiting)


def _look_for_one(read: Reader, spec: SubnetSpec, world: SubnetWorld) -> None:
    project, network = world.projects[spec.project], world.network(spec)
    active = network is not None and network.region(spec.region) is not None
    if not active and project.id not in world.names:
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
    if (made or in_danger) and project.id not in world.names:
        world.names[project.id] = tuple(region_names(read, project))
    if seen is not None and in_danger and project.id not in world.users:
        world.users[project.id] = list_users(read, project)


def _look_for_dns_servers(read: Reader, spec: SubnetSpec, network: Network, world: SubnetWorld) -> None:
    path = regional_path(world.projects[spec.project], network, spec.region)
    known = read_dns_servers(read, path) if path else {}
    world.subnets[network.id] = [
        replace(one, dns_servers=known.get(one.id, one.dns_servers)) for one in world.subnets.get(network.id, ())
    ]


def _planned_pools(world: SubnetWorld, answers: Answers) -> Dict[SubnetSpec, Tuple[Pool, ...]]:
    """The pools of every subnet that the task describes: given, as they exist, or one chosen from what is free."""
    together: Dict[Tuple[str, str], List[SubnetSpec]] = {}
    for spec in world.specs:
        if spec.state == "present" and spec.project in world.projects:
            together.setdefault(world.network_key(spec), []).append(spec)
    found: Dict[SubnetSpec, Tuple[Pool, ...]] = {}
    for network, specs in together.items():
        world.asked[network] = {spec.region for spec in specs}
        own = {spec: _own_pools(spec, world, answers.get(spec, ())) for spec in specs}
        kept = {spec: pools for spec, pools in own.items() if len(pools) > 1}
        held = tuple(pool for pools in kept.values() for pool in pools)
        claims: Dict[SubnetSpec, Claim] = {}
        for spec in specs:
            if spec not in kept:
                taken = tuple(pool for one in world.others(spec) for pool in one.ranges) + held
                pool = own[spec][0] if own[spec] else None
                claims[spec] = Claim(spec.region, parse_cidr(str(spec.cidr)), pool, taken)
        found.update(kept)
        found.update({spec: (pool,) for spec, pool in allot(claims).items()})
    return found


def _own_pools(spec: SubnetSpec, world: SubnetWorld, answers: Sequence[Answer]) -> Tuple[Pool, ...]:
    """Those that are given, that exist, or that were sent: what is free by now does not move them any more."""
    if spec.start and spec.end:
        return (Pool.of(spec.start, spec.end),)
    seen = world.seen(spec)
    if seen is None:
        sent = _sent_pools(answers)
        if sent:
            return sent
        seen = world.replaced.get(spec)
    return seen.ranges if seen is not None and seen.cidr == spec.cidr else ()


def _sent_pools(answers: Sequence[Answer]) -> Tuple[Pool, ...]:
    """What the last request that may have made the subnet asked for."""
    for answer in reversed(answers):
        body = answer.call.body
        if answer.call.method == "POST" and body is not None and (answer.definite or answer.uncertain):
            return tuple(Pool.of(one["start"], one["end"]) for one in body.get("allocationPools") or [body])
    return ()
