# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The subnet of a private network in a region (…/network/private/{id}/subnet)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from .._engine.errors import InputProblem, NotFound, VrackError
from .._engine.model import LATER, Action, Answers, Blocked, Call, Change, Missing, Reader, Ready, State, Step
from .._messages import error
from .border import flag, objects, optional_text, text
from .pools import Pool, check_pool, choose_pool, gateway_of, parse_cidr
from .private_network import Network, find_network, is_network_id, list_networks, users_of_network, users_of_networks
from .project import Project, find_projects, region_names, unknown_region

COST = "Every instance in {region} loses its address in it and has to be attached again"


@dataclass(frozen=True)
class Subnet:
    """What the API says of a subnet in one region."""

    id: str
    region: str
    cidr: str
    start: str
    end: str
    dhcp: bool
    gateway_ip: Optional[str]

    @staticmethod
    def from_api(data: Any) -> List[Subnet]:
        return [
            Subnet(
                id=text(data, "id", "subnet"),
                region=text(pool, "region", "subnet's pool"),
                cidr=text(data, "cidr", "subnet"),
                start=text(pool, "start", "subnet's pool"),
                end=text(pool, "end", "subnet's pool"),
                dhcp=flag(data, "dhcpEnabled", "subnet"),
                gateway_ip=optional_text(data, "gatewayIp", "subnet") or None,
            )
            for pool in objects(data, "ipPools", "subnet")
        ]

    @property
    def pool(self) -> Pool:
        return Pool.of(self.start, self.end)

    def record(self, project: Project, network: Network) -> Dict[str, Any]:
        return {
            "id": self.id,
            "project": project.id,
            "network": network.id,
            "network_name": network.name,
            "region": self.region,
            "cidr": self.cidr,
            "start": self.start,
            "end": self.end,
            "dhcp": self.dhcp,
            "gateway_ip": self.gateway_ip,
        }


def list_subnets(read: Reader, project: Project, network: Network) -> List[Subnet]:
    """The network's subnets in all regions, in one request."""
    answer = read.get("cloud", "project", project.id, "network", "private", network.id, "subnet", missing=[])
    return [subnet for data in answer for subnet in Subnet.from_api(data)]


def list_subnets_of(read: Reader, project: Project, networks: Sequence[Network]) -> List[Tuple[Network, Subnet]]:
    """The subnets of several networks, each with its network, in one request a network."""
    path = ("cloud", "project", project.id, "network", "private")
    read.get_many([path + (network.id, "subnet") for network in networks], missing=[])
    return [(network, subnet) for network in networks for subnet in list_subnets(read, project, network)]


@dataclass(frozen=True)
class SubnetSpec:
    """A subnet as asked for. *dhcp* and *gateway* None: true and false when it is made, as they are when it exists."""

    state: str
    project: str
    network: str
    region: str
    cidr: Optional[str] = None
    start: Optional[str] = None
    end: Optional[str] = None
    dhcp: Optional[bool] = None
    gateway: Optional[bool] = None
    force: bool = False

    def validated(self) -> SubnetSpec:
        """Itself with its addresses in the API's spelling, or an InputProblem."""
        if self.cidr is None:
            if self.state == "present":
                raise error("option_needed", option="cidr", when="to make a subnet")
            return self
        network = parse_cidr(self.cidr.strip())
        if self.start is None or self.end is None:
            return replace(self, cidr=str(network))
        pool = check_pool(network, self.start, self.end, bool(self.gateway))
        return replace(self, cidr=str(network), start=str(pool.start), end=str(pool.end))


@dataclass(frozen=True)
class SubnetWorld:
    """Per project its networks, per network its subnets; all specs of the task, for they share address space."""

    specs: Tuple[SubnetSpec, ...]
    projects: Dict[str, Project]
    networks: Dict[str, Tuple[Network, ...]]
    found: Dict[Tuple[str, str, str], Network]
    problems: Dict[Tuple[str, str, str], InputProblem]
    subnets: Dict[str, Tuple[Subnet, ...]]
    names: Dict[str, Tuple[str, ...]]
    users: Dict[str, Dict[str, List[str]]]
    pools: Dict[SubnetSpec, Pool]

    def network(self, spec: SubnetSpec) -> Optional[Network]:
        return self.found.get((spec.project, spec.network, spec.region))


class SubnetKind:
    """Makes a region's subnet, and recreates one that differs when told to."""

    name = "subnet"

    def label(self, spec: SubnetSpec) -> str:
        return f"subnet of '{spec.network}' in {spec.region}"

    def observe(self, read: Reader, specs: Sequence[SubnetSpec], last: Any, answers: Answers) -> SubnetWorld:
        projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
        world = SubnetWorld(
            last.specs if last else tuple(specs), projects, {}, {}, {}, {}, last.names if last else {}, {}, {}
        )
        for spec in specs:
            project = projects[spec.project]
            if project.id not in world.networks:
                world.networks[project.id] = tuple(list_networks(read, project))
            self._find_network(spec, world)
        wanted = {network.id: projects[spec.project] for spec in specs for network in [world.network(spec)] if network}
        read.get_many(
            [("cloud", "project", project.id, "network", "private", one, "subnet") for one, project in wanted.items()],
            missing=[],
        )
        for spec in specs:
            self._observe_one(read, spec, world)
        world.pools.update(_planned_pools(world))
        return world

    def _find_network(self, spec: SubnetSpec, world: SubnetWorld) -> None:
        key = (spec.project, spec.network, spec.region)
        try:
            networks = world.networks[world.projects[spec.project].id]
            world.found[key] = find_network(spec.network, networks, spec.region)
        except InputProblem as problem:
            world.problems[key] = problem

    def _observe_one(self, read: Reader, spec: SubnetSpec, world: SubnetWorld) -> None:
        project, network = world.projects[spec.project], world.network(spec)
        active = network is not None and network.region(spec.region) is not None
        if spec.state == "present" and not active and project.id not in world.names:
            world.names[project.id] = tuple(region_names(read, project))
        if network is None:
            return
        if network.id not in world.subnets:
            world.subnets[network.id] = tuple(list_subnets(read, project, network))
        seen = _seen(spec, world)
        in_danger = spec.state == "absent" or spec.force or bool(_differences(spec, seen))
        if seen is not None and in_danger and project.id not in world.users:
            world.users[project.id] = users_of_networks(read, project)

    def check(self, specs: Sequence[SubnetSpec], world: SubnetWorld) -> Iterable[VrackError]:
        seen = set()
        for spec in specs:
            mark = (_network_key(spec, world), spec.region)
            if mark in seen:
                yield error("twice", what=self.label(spec))
            seen.add(mark)
        pools = [(spec, pool) for spec, pool in world.pools.items() if spec in specs]
        for index, (spec, pool) in enumerate(pools):
            for other, taken in pools[:index]:
                if _network_key(spec, world) == _network_key(other, world) and pool.overlaps(taken):
                    yield _overlap(spec, pool, other.region, taken, spec.network)

    def plan(self, spec: SubnetSpec, world: SubnetWorld) -> Change:
        project, network = world.projects[spec.project], world.network(spec)
        seen = _seen(spec, world)
        problem = world.problems.get((spec.project, spec.network, spec.region))
        if problem is not None and not isinstance(problem, NotFound):
            raise problem
        if spec.state == "absent":
            if seen is None or network is None:
                return Change(Action.NONE)
            _refuse_if_in_use(spec, network, project, world)
            return Change(Action.DELETE, seen.record(project, network), None, (network, seen))
        if network is None or network.region(spec.region) is None:
            names = world.names.get(project.id, ())
            if names and spec.region not in names:
                raise unknown_region(spec.region, names)
            return Change(Action.CREATE, None, _predicted(spec, world, network), missing=(_missing(spec, world),))
        if seen is None:
            _check_against_existing(spec, network, world)
            return Change(Action.CREATE, None, _predicted(spec, world, network), (network, None))
        before = seen.record(project, network)
        differences = _differences(spec, seen)
        if not differences:
            return Change(Action.NONE, before, before, (network, seen))
        if not spec.force:
            cost = COST.format(region=spec.region)
            users = users_of_network(network, world.users.get(project.id, {}), spec.region)
            if users:
                cost += f"; in the way now: {', '.join(users)}"
            raise error(
                "subnet_differs",
                network=spec.network,
                region=spec.region,
                differences="; ".join(differences),
                cost=cost,
            )
        _refuse_if_in_use(spec, network, project, world)
        _check_against_existing(spec, network, world)
        return Change(Action.REPLACE, before, _predicted(spec, world, network), (network, seen), reason="force")

    def calls(self, spec: SubnetSpec, change: Change, world: SubnetWorld) -> Step:
        network: Network = change.seen[0]
        seen: Optional[Subnet] = change.seen[1]
        project = world.projects[spec.project]
        path = ("cloud", "project", project.id, "network", "private", network.id, "subnet")
        if change.action in (Action.DELETE, Action.REPLACE) and seen is not None:
            doing = f"remove the subnet of '{network.name}' in {spec.region}"
            return [Call("DELETE", path + (seen.id,), doing, patient=(400, 409))]
        region = network.region(spec.region)
        if region is None or region.status != "ACTIVE" or region.openstack_id is None:
            status = region.status if region else "not there"
            return Blocked(f"network '{network.name}' is {status} in {spec.region}")
        wanted = change.after or {}
        body = {
            "network": wanted["cidr"],
            "start": wanted["start"],
            "end": wanted["end"],
            "dhcp": wanted["dhcp"],
            "noGateway": wanted["gateway_ip"] is None,
            "region": spec.region,
        }
        doing = f"create the subnet {wanted['cidr']} of '{network.name}' in {spec.region}"
        return [Call("POST", path, doing, body, patient=(409,))]

    def readiness(self, spec: SubnetSpec, change: Change, world: SubnetWorld) -> State:
        return Ready()

    def record(self, spec: SubnetSpec, change: Change, world: SubnetWorld) -> Optional[Dict[str, Any]]:
        if not change.seen or change.seen[1] is None:
            return None
        record: Dict[str, Any] = change.seen[1].record(world.projects[spec.project], change.seen[0])
        return record


def _seen(spec: SubnetSpec, world: SubnetWorld) -> Optional[Subnet]:
    """The one subnet of the region; with a cidr, the one that has it if there are several."""
    network = world.network(spec)
    here = [one for one in world.subnets.get(network.id if network else "", ()) if one.region == spec.region]
    exact = [one for one in here if one.cidr == spec.cidr]
    if spec.state == "absent" and spec.cidr:
        here = exact
    if len(here) > 1 and len(exact) != 1:
        candidates = ", ".join(f"{one.cidr} ({one.id})" for one in here)
        raise error("subnet_several", network=spec.network, region=spec.region, candidates=candidates)
    if len(here) > 1:
        return exact[0]
    return here[0] if here else None


def _differences(spec: SubnetSpec, seen: Optional[Subnet]) -> List[str]:
    """What was asked for and is otherwise, as sentences."""
    if seen is None or spec.state == "absent":
        return []
    wanted = [
        ("cidr", seen.cidr, spec.cidr),
        ("start", seen.start, spec.start),
        ("end", seen.end, spec.end),
        ("dhcp", seen.dhcp, spec.dhcp),
        ("gateway", seen.gateway_ip is not None, spec.gateway),
    ]
    return [
        f"{name} is {_shown(there)}, wanted {_shown(asked)}"
        for name, there, asked in wanted
        if asked not in (None, there)
    ]


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _network_key(spec: SubnetSpec, world: SubnetWorld) -> Tuple[str, str]:
    network = world.network(spec)
    return world.projects[spec.project].id, network.id if network else spec.network


def _existing_elsewhere(spec: SubnetSpec, world: SubnetWorld) -> List[Subnet]:
    """Subnets of the network that stay whatever happens to this one."""
    network = world.network(spec)
    own = _seen(spec, world)
    return [one for one in world.subnets.get(network.id if network else "", ()) if one != own]


def _planned_pools(world: SubnetWorld) -> Dict[SubnetSpec, Pool]:
    """The pool of every subnet that the task describes: given, as it exists, or chosen from what is free.

    Chosen in the order of the regions' names, so that neither the order of the list nor another job matters.
    """
    pools: Dict[SubnetSpec, Pool] = {}
    open_specs = []
    for spec in world.specs:
        if spec.state != "present" or spec.project not in world.projects:
            continue
        try:
            seen = _seen(spec, world)
        except InputProblem:
            continue
        if spec.start and spec.end:
            pools[spec] = Pool.of(spec.start, spec.end)
        elif seen is not None and seen.cidr == spec.cidr:
            pools[spec] = seen.pool
        else:
            open_specs.append(spec)
    for spec in sorted(open_specs, key=lambda one: one.region):
        pool = _choose(spec, world, pools)
        if pool is not None:
            pools[spec] = pool
    return pools


def _choose(spec: SubnetSpec, world: SubnetWorld, pools: Dict[SubnetSpec, Pool]) -> Optional[Pool]:
    network = parse_cidr(str(spec.cidr))
    key = _network_key(spec, world)
    siblings = [other for other in world.specs if other != spec and _network_key(other, world) == key]
    taken = [one.pool for one in _existing_elsewhere(spec, world)]
    taken += [pools[other] for other in siblings if other in pools]
    shared = any(other.cidr and parse_cidr(other.cidr).overlaps(network) for other in siblings)
    inside = [pool for pool in taken if pool.start in network or pool.end in network]
    return choose_pool(network, shared, inside)


def _check_against_existing(spec: SubnetSpec, network: Network, world: SubnetWorld) -> None:
    pool = world.pools.get(spec)
    others = _existing_elsewhere(spec, world)
    if pool is None:
        taken = ", ".join(f"{one.start} to {one.end} ({one.region})" for one in others) or "none"
        raise error("pool_no_room", cidr=spec.cidr, region=spec.region, network=spec.network, taken=taken)
    for other in others:
        if pool.overlaps(other.pool):
            raise _overlap(spec, pool, other.region, other.pool, network.name)


def _overlap(spec: SubnetSpec, pool: Pool, region: str, other: Pool, network: str) -> VrackError:
    return error(
        "pool_overlap",
        start=pool.start,
        end=pool.end,
        region=spec.region,
        other_start=other.start,
        other_end=other.end,
        other_region=region,
        network=network,
    )


def _predicted(spec: SubnetSpec, world: SubnetWorld, network: Optional[Network]) -> Dict[str, Any]:
    pool = world.pools.get(spec)
    return {
        "id": LATER,
        "project": world.projects[spec.project].id,
        "network": network.id if network else LATER,
        "network_name": network.name if network else spec.network,
        "region": spec.region,
        "cidr": spec.cidr,
        "start": str(pool.start) if pool else None,
        "end": str(pool.end) if pool else None,
        "dhcp": True if spec.dhcp is None else spec.dhcp,
        "gateway_ip": str(gateway_of(parse_cidr(str(spec.cidr)))) if spec.gateway else None,
    }


def _missing(spec: SubnetSpec, world: SubnetWorld) -> Missing:
    problem = world.problems.get((spec.project, spec.network, spec.region))
    if problem is None:
        return Missing(
            error("network_not_in_region", network=spec.network, region=spec.region),
            f"network '{spec.network}' is not in {spec.region} yet; taken as activated earlier in this play",
        )
    if is_network_id(spec.network):
        raise problem
    return Missing(problem, f"network '{spec.network}' does not exist yet; taken as made earlier in this play")


def _refuse_if_in_use(spec: SubnetSpec, network: Network, project: Project, world: SubnetWorld) -> None:
    found = users_of_network(network, world.users.get(project.id, {}), spec.region)
    if found:
        raise error("subnet_in_use", network=spec.network, region=spec.region, instances=", ".join(found))
