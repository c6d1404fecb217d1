# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done about subnets: made, recreated when told to, removed. The API cannot change one."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from ..._engine.errors import NotFound, VrackError
from ..._engine.model import LATER, Action, Answers, Blocked, Call, Change, Missing, Need, Reader, Ready, State, Step
from ..._messages import error, not_in_region_yet, not_made_yet
from ..._shared.answers import STILL_IN_USE
from ..._shared.lookup import is_id
from ..._shared.pools import Pool, check_pool, gateway_of, parse_cidr, whole_pool
from ..._shared.project import SKIP, Project, in_region, skipped_regions, unknown_region
from ..._shared.quota import problems_by_region
from ..private_network.record import Network, users_of
from .overlap import Beside, Used
from .record import Subnet, regional_path, regions_said
from .spec import SubnetSpec
from .world import SubnetWorld, look

COST = "Every instance in {region} loses its address in it and has to be attached again"


class SubnetKind:
    """Makes a region's subnet, and recreates one that differs when told to."""

    name = "subnet"

    def label(self, spec: SubnetSpec) -> str:
        return f"subnet of '{spec.network}'{in_region(spec.region)}"

    def observe(self, read: Reader, specs: Sequence[SubnetSpec], last: Any, answers: Answers) -> SubnetWorld:
        return look(read, specs, last, answers)

    def check(self, specs: Sequence[SubnetSpec], world: SubnetWorld) -> Iterable[VrackError]:
        seen: Dict[Any, List[SubnetSpec]] = {}
        for spec in specs:
            here = seen.setdefault((world.network_key(spec), spec.region), [])
            if any(not _may_stand_together(spec, other, world) for other in here):
                yield error("twice", what=self.label(spec))
            here.append(spec)
        together: Dict[Any, List[Tuple[SubnetSpec, Pool]]] = {}
        for spec in dict.fromkeys(specs):
            beside = together.setdefault(world.network_key(spec), [])
            own = [(spec, pool) for pool in world.pools.get(spec, ())]
            for (_spec, pool), (other, taken) in itertools.product(own, beside):
                if pool.overlaps(taken) and not (_stands(spec, world) and _stands(other, world)):
                    yield _overlap(spec, pool, other.region, taken, spec.network)
            beside.extend(own)
        yield from _quota_problems(specs, world)

    def plan(self, spec: SubnetSpec, world: SubnetWorld) -> Change:
        problem = world.problems.get((spec.project, spec.network, spec.region))
        if problem is not None and not isinstance(problem, NotFound):
            raise problem
        project, network, seen = world.projects[spec.project], world.network(spec), world.seen(spec)
        _refuse_doubt(spec, world)
        names = world.names.get(project.id)
        if names is not None and spec.region not in names:
            if spec.unlisted_regions != SKIP:
                raise unknown_region(spec.region, names)
            return Change(Action.NONE, warnings=skipped_regions(self.label(spec), [spec.region]))
        if seen is None:
            _refuse_beside_odd(spec, world)
        if spec.state == "absent":
            if seen is None or network is None:
                return Change(Action.NONE, warnings=_left_alone(spec, world))
            users = _users_to_remove(spec, network, seen, world)
            return Change(Action.DELETE, seen.record(project, network), None, (network, seen), missing=users)
        if network is None or network.region(spec.region) is None:
            return Change(Action.CREATE, None, _predicted(spec, world, network), missing=(_missing(spec, world),))
        if seen is None:
            _check_against_existing(spec, network, world)
            after = _predicted(spec, world, network)
            warnings = _met_beside(spec, network, world) + _no_room_beside(spec, network, world)
            warnings += world.unread.get(project.id, ())
            return Change(Action.CREATE, None, after, (network, None), warnings=warnings)
        return self._plan_existing(spec, network, seen, world)

    def _plan_existing(self, spec: SubnetSpec, network: Network, seen: Subnet, world: SubnetWorld) -> Change:
        before = seen.record(world.projects[spec.project], network)
        differences = spec.differences(seen)
        if not differences:
            return Change(Action.NONE, before, before, (network, seen))
        if not spec.force:
            raise error(
                "subnet_differs",
                network=spec.network,
                region=spec.region,
                differences="; ".join(differences),
                cost=_cost(spec, network, seen, world),
            )
        for users in _users_to_remove(spec, network, seen, world):
            raise users.problem
        _check_against_existing(spec, network, world)
        after, beside = _predicted(spec, world, network), _met_beside(spec, network, world)
        return Change(Action.REPLACE, before, after, (network, seen), warnings=beside, reason="force")

    def calls(self, spec: SubnetSpec, change: Change, world: SubnetWorld) -> Step:
        network: Network = change.seen[0]
        seen: Optional[Subnet] = change.seen[1]
        project = world.projects[spec.project]
        if change.action in (Action.DELETE, Action.REPLACE) and seen is not None:
            path = _path(project, network) + (seen.id,)
            doing = f"remove the subnet of '{network.name}' in {spec.region}"
            return [Call("DELETE", path, doing, patient=STILL_IN_USE)]
        if network.status == "ERROR":
            raise error("network_error", name=network.name, id=network.id)
        network.refuse_more(spec.region)
        hindrance = network.hindrance(spec.region)
        if hindrance:
            return Blocked(hindrance)
        return [_create_call(spec, project, network, change.after or {})]

    def readiness(self, spec: SubnetSpec, change: Change, world: SubnetWorld) -> State:
        return Ready()

    def record(self, spec: SubnetSpec, change: Change, world: SubnetWorld) -> Optional[Dict[str, Any]]:
        if not change.seen or change.seen[1] is None:
            return None
        record: Dict[str, Any] = change.seen[1].record(world.projects[spec.project], change.seen[0])
        return record


def _quota_problems(specs: Sequence[SubnetSpec], world: SubnetWorld) -> Iterable[VrackError]:
    """Subnets beyond what the project may have in a region."""
    for project_id, quotas in world.quotas.items():
        made = [one for one in specs if world.projects[one.project].id == project_id and world.is_made(one)]
        count = Counter({spec.region: 0 for spec in made})
        count.update(spec.region for spec in made if world.seen(spec) is None)
        yield from problems_by_region(quotas, {region: {"subnets": number} for region, number in count.items()})


def _path(project: Project, network: Network) -> Tuple[str, ...]:
    return ("cloud", "project", project.id, "network", "private", network.id, "subnet")


def _create_call(spec: SubnetSpec, project: Project, network: Network, wanted: Dict[str, Any]) -> Call:
    """By the route of all regions, or by the region's own, which alone takes name servers and several pools."""
    doing = f"create the subnet {wanted['cidr']} of '{network.name}' in {spec.region}"
    path = _path(project, network)
    body = {
        "network": wanted["cidr"],
        "start": wanted["start"],
        "end": wanted["end"],
        "dhcp": wanted["dhcp"],
        "noGateway": wanted["gateway_ip"] is None,
        "region": spec.region,
    }
    if wanted["dns_servers"] is not None or len(wanted["pools"]) > 1:
        path = regional_path(project, network, spec.region) or path
        body = {
            "name": network.name,
            "cidr": wanted["cidr"],
            "ipVersion": 4,
            "allocationPools": wanted["pools"],
            "enableDhcp": wanted["dhcp"],
            "enableGatewayIp": wanted["gateway_ip"] is not None,
        }
        if wanted["dns_servers"] is not None:
            body.update({"dnsNameServers": wanted["dns_servers"], "useDefaultPublicDNSResolver": False})
    return Call("POST", path, doing, body, patient=(409,), intent="make the subnet")


def _may_stand_together(spec: SubnetSpec, other: SubnetSpec, world: SubnetWorld) -> bool:
    """A region can have several subnets, told apart by their cidr, but here only one is made."""
    removed = "absent" in (spec.state, other.state)
    return spec.cidr != other.cidr and (removed or (_stands(spec, world) and _stands(other, world)))


def _stands(spec: SubnetSpec, world: SubnetWorld) -> bool:
    """Whether the subnet exists and stays as it is."""
    seen = world.seen(spec)
    return seen is not None and not spec.differences(seen)


def _refuse_doubt(spec: SubnetSpec, world: SubnetWorld) -> None:
    """Several that may be meant, or one that nothing tells the region of."""
    meant = world.meant(spec)
    if len(meant) > 1:
        candidates = ", ".join(f"{one.cidr} ({one.id})" for one in meant)
        raise error("subnet_several", network=spec.network, region=spec.region, candidates=candidates)
    for one in world.of_network(spec):
        if not meant and not one.region and one.is_ipv4 and spec.cidr in (None, one.cidr):
            raise error("subnet_unplaced", network=spec.network, cidr=one.cidr, id=one.id)


def _refuse_beside_odd(spec: SubnetSpec, world: SubnetWorld) -> None:
    """A subnet that is not understood may be the one that is meant, unless it says another region."""
    subnets = world.of_network(spec)
    for one in getattr(subnets, "odd", ()):
        if spec.region in regions_said(one.data, spec.region):
            raise one.problem


def _left_alone(spec: SubnetSpec, world: SubnetWorld) -> Tuple[str, ...]:
    """What is there in the region and none of this module's business."""
    return tuple(
        f"network '{spec.network}' has subnet {one.cidr} ({one.id}) in {spec.region}, which is not IPv4 and left alone"
        for one in world.of_network(spec)
        if one.region == spec.region and not one.is_ipv4 and spec.cidr is None
    )


def _check_against_existing(spec: SubnetSpec, network: Network, world: SubnetWorld) -> None:
    pools = world.pools.get(spec, ())
    others = world.others(spec)
    if not pools:
        held = ", ".join(f"{one.start} to {one.end} ({other.region})" for other in others for one in other.ranges)
        raise error("pool_no_room", cidr=spec.cidr, region=spec.region, network=spec.network, taken=held or "none")
    for pool in pools:
        check_pool(parse_cidr(str(spec.cidr)), str(pool.start), str(pool.end), _with_gateway(spec, world))
    taken_by = [(other.region, taken) for other in others for taken in other.ranges]
    for pool, (region, taken) in itertools.product(pools, taken_by):
        if pool.overlaps(taken):
            raise _overlap(spec, pool, region, taken, network.name)


def _met_beside(spec: SubnetSpec, network: Network, world: SubnetWorld) -> Tuple[str, ...]:
    """A sentence for each subnet of another project of the vRack that gives out the same addresses in this VLAN, and
    for each project of which that is not known."""
    pools = tuple((str(pool.start), str(pool.end)) for pool in world.pools.get(spec, ()))
    own = Subnet("", spec.region, str(spec.cidr), pools, bool(spec.dhcp), None)
    mine = Used(world.projects[spec.project], network, own)
    beside = world.beside.get(network.id, Beside())
    return tuple(mine.with_other(their) for their in beside.used if mine.meets(their)) + beside.unread


def _no_room_beside(spec: SubnetSpec, network: Network, world: SubnetWorld) -> Tuple[str, ...]:
    """A sentence where the subnet takes the whole of its cidr and other regions of the network have none yet."""
    pools, whole = world.pools.get(spec, ()), whole_pool(parse_cidr(str(spec.cidr)))
    settled = {one.region for one in world.of_network(spec)} | {spec.region}
    settled |= world.asked.get(world.network_key(spec), set())
    bare = [entry.region for entry in network.regions if entry.region not in settled]
    if spec.start is not None or pools != (whole,) or not bare:
        return ()
    return (
        f"the subnet of '{spec.network}' in {spec.region} takes all of {spec.cidr}, so that nothing of it is left for "
        f"{', '.join(bare)}; where these are to share it, list them in one task, or give start and end",
    )


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


def _with_gateway(spec: SubnetSpec, world: SubnetWorld) -> bool:
    old = world.replaced.get(spec)
    return bool(spec.gateway) if spec.gateway is not None or old is None else old.gateway_ip is not None


def _predicted(spec: SubnetSpec, world: SubnetWorld, network: Optional[Network]) -> Dict[str, Any]:
    """What is not asked for is as it was or, in a new subnet, as the module's defaults say."""
    pools, old = world.pools.get(spec, ()), world.replaced.get(spec)
    shown = [{"start": str(pool.start), "end": str(pool.end)} for pool in pools]
    dhcp = spec.dhcp if spec.dhcp is not None else old.dhcp if old else True
    dns_servers = spec.dns_servers if spec.dns_servers is not None else old.dns_servers if old else None
    gateway_ip = str(gateway_of(parse_cidr(str(spec.cidr)))) if _with_gateway(spec, world) else None
    return {
        "id": LATER,
        "project": world.projects[spec.project].id,
        "network": network.id if network else LATER,
        "network_name": network.name if network else spec.network,
        "region": spec.region,
        "cidr": spec.cidr,
        "start": shown[0]["start"] if len(shown) == 1 else None,
        "end": shown[0]["end"] if len(shown) == 1 else None,
        "pools": shown,
        "dhcp": dhcp,
        "gateway_ip": gateway_ip,
        "dns_servers": None if dns_servers is None else list(dns_servers),
    }


def _missing(spec: SubnetSpec, world: SubnetWorld) -> Missing:
    problem = world.problems.get((spec.project, spec.network, spec.region))
    if problem is None:
        return Missing(
            error("network_not_in_region", network=spec.network, region=spec.region),
            not_in_region_yet(spec.network, spec.region),
            Need("network", spec.network, spec.region),
        )
    if is_id(spec.network):
        raise problem
    return Missing(problem, not_made_yet("network", spec.network), Need("network", spec.network, spec.region))


def _cost(spec: SubnetSpec, network: Network, seen: Subnet, world: SubnetWorld) -> str:
    cost = COST.format(region=spec.region)
    users = _users(network, seen, spec, world)
    return f"{cost}; in the way now: {', '.join(users)}" if users else cost


def _users(network: Network, seen: Subnet, spec: SubnetSpec, world: SubnetWorld) -> List[str]:
    return users_of(network, world.users.get(world.projects[spec.project].id, ()), spec.region, seen.cidr)


def _users_to_remove(spec: SubnetSpec, network: Network, seen: Subnet, world: SubnetWorld) -> Tuple[Missing, ...]:
    """Who must leave the subnet before it can go."""
    found = ", ".join(_users(network, seen, spec, world))
    if not found:
        return ()
    problem = error("subnet_in_use", network=spec.network, region=spec.region, instances=found)
    where = f"the subnet of '{spec.network}' in {spec.region}"
    return (Missing(problem, f"{found} in {where} taken as removed earlier in this play"),)
