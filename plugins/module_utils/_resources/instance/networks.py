# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The networks and addresses that an instance is to have, held against what there is."""

from __future__ import annotations

from typing import Iterable, List, Optional, Sequence, Tuple

from ..._engine.errors import InputProblem, NotFound, VrackError
from ..._engine.model import Missing, Need
from ..._messages import error, no_subnet_yet, not_in_region_yet, not_made_yet
from ..._shared.lookup import is_id
from ..instance_network.address import check_ip_in_subnets
from ..instance_network.interface import Interface, interfaces_on
from ..instance_network.target import PUBLIC, ip_differs
from ..private_network.record import Network
from ..subnet.record import Subnet
from .record import Instance
from .spec import InstanceSpec, NetworkWish
from .world import InstanceWorld


def missing_refs(spec: InstanceSpec, world: InstanceWorld) -> List[str]:
    return [wish.network for wish in spec.wishes if missing_network(spec, wish, world) is not None]


def missing_network(spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> Optional[Missing]:
    """Why a network of the instance is not there (yet), where it is looked for by name."""
    need = Need("network", wish.network, spec.region)
    try:
        target = world.target(spec, wish)
    except NotFound as problem:
        if is_id(wish.network):
            raise
        return Missing(problem, not_made_yet("network", wish.network), need)
    network = target.network
    if network is None:
        return None
    if network.region(spec.region) is None:
        _refuse_local_zone(spec, network, world)
        elsewhere = error("network_not_in_region", network=network.name, region=spec.region)
        return Missing(elsewhere, not_in_region_yet(network.name, spec.region), need)
    known = world.subnets.get(network.id)
    if known is not None and not any(subnet.region == spec.region for subnet in known):
        bare = error("network_without_subnet", network=network.name, region=spec.region)
        warning = no_subnet_yet(network.name, spec.region)
        return Missing(bare, warning, Need("subnet", wish.network, spec.region))
    return None


def _refuse_local_zone(spec: InstanceSpec, network: Network, world: InstanceWorld) -> None:
    region = world.regions.get((world.project(spec).id, spec.region))
    if region is not None and region.is_local_zone:
        usable = ", ".join(entry.region for entry in network.regions)
        raise error("region_is_local_zone", region=spec.region, usable=usable)


def lacking_networks(spec: InstanceSpec, seen: Instance, world: InstanceWorld) -> List[str]:
    """The wanted networks that the instance is not on. One that is still being built has what it was made with."""
    if seen.id not in world.interfaces:
        return []
    lacking = []
    for wish in spec.wishes:
        target = world.target(spec, wish)
        there = interfaces_on(target, world.interfaces[seen.id])
        if not there:
            lacking.append(wish.network)
        elif wish.ip is None or world.watch.hides_added(seen):
            continue
        elif not any(wish.ip in one.addresses for one in there):
            raise ip_differs(seen.name, wish.network, there[0].address, wish.ip)
    return lacking


def surplus_interfaces(
    spec: InstanceSpec, seen: Instance, world: InstanceWorld
) -> List[Tuple[Interface, List[Interface]]]:
    """What this run has added although another run has put the instance on the network, too, with all on it."""
    found: List[Tuple[Interface, List[Interface]]] = []
    for wish in spec.wishes if world.watch.beside else ():
        there = interfaces_on(world.target(spec, wish), world.interfaces.get(seen.id, ()))
        fitting = [one for one in there if wish.ip is None or wish.ip in one.addresses]
        found.extend((one, fitting) for one in world.watch.surplus(fitting))
    return found


def refuse_network_twice(spec: InstanceSpec, world: InstanceWorld) -> None:
    """Two references may mean one network: its name and its VLAN."""
    found = set()
    for wish in spec.wishes:
        if wish.network == PUBLIC or missing_network(spec, wish, world) is not None:
            continue
        network = world.target(spec, wish).network
        if network in found:
            raise error("twice", what=wish.network)
        found.add(network)


def check_networks(spec: InstanceSpec, world: InstanceWorld) -> None:
    """Refuse networks that take no instance any more, of those that this one is to be put on."""
    for wish in spec.wishes:
        if world.is_lacking(spec, wish) and missing_network(spec, wish, world) is None:
            world.target(spec, wish).refuse_more()


def check_addresses(spec: InstanceSpec, world: InstanceWorld) -> None:
    """Refuse addresses that the instance can't have on the networks that it is to be put on."""
    for wish, network in _addresses_to_get(spec, world):
        check_ip_in_subnets(str(wish.ip), wish.network, spec.region, _subnets(spec, network, world))
        world.found[world.project(spec).id].holders.refuse_taken(str(wish.ip), network, world.find_all(spec))


def address_being_freed(spec: InstanceSpec, world: InstanceWorld) -> Optional[str]:
    """Whose address this instance waits for: one that is going."""
    for wish, network in _addresses_to_get(spec, world):
        freed = world.found[world.project(spec).id].holders.being_freed(str(wish.ip), network)
        if freed is not None:
            return freed
    return None


def _addresses_to_get(spec: InstanceSpec, world: InstanceWorld) -> Iterable[Tuple[NetworkWish, Network]]:
    for wish in spec.wishes:
        if wish.ip is None or not world.is_lacking(spec, wish) or missing_network(spec, wish, world) is not None:
            continue
        network = world.target(spec, wish).network
        if network is not None:
            yield wish, network


def _subnets(spec: InstanceSpec, network: Network, world: InstanceWorld) -> List[Subnet]:
    return [one for one in world.subnets.get(network.id, ()) if one.region == spec.region]


def addresses_twice(specs: Sequence[InstanceSpec], world: InstanceWorld) -> Iterable[VrackError]:
    """Addresses that two items of one list ask for."""
    asked = set()
    for spec in specs:
        for wish in spec.wishes if spec.state == "present" else ():
            if wish.ip is None or _is_unknown(spec, wish, world):
                continue
            network = world.target(spec, wish).network
            if (network, wish.ip) in asked:
                yield error("twice", what=f"{wish.ip} on {wish.network}")
            asked.add((network, wish.ip))


def _is_unknown(spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> bool:
    try:
        return missing_network(spec, wish, world) is not None
    except InputProblem:
        return True


def boot_warnings(spec: InstanceSpec, world: InstanceWorld) -> Iterable[str]:
    """What is allowed and seldom wanted."""
    networks = [world.target(spec, wish).network for wish in spec.wishes if missing_network(spec, wish, world) is None]
    private = [network for network in networks if network is not None]
    if not spec.wishes or len(private) < len(spec.wishes):
        return
    if not any(subnet.dhcp for network in private for subnet in _subnets(spec, network, world)):
        names = ", ".join(f"'{network.name}'" for network in private)
        yield (
            f"instance '{spec.name}' is on {names} only, without DHCP in {spec.region}: it can't reach OVHcloud's "
            "metadata at its first boot, may hang for minutes and come up without its key and name"
        )
