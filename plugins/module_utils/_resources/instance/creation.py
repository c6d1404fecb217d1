# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a new instance takes: checks of what was chosen, its predicted record, the call that makes it."""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from ..._engine.errors import NotFound, VrackError
from ..._engine.model import LATER, Call, Missing, Need
from ..._messages import error, not_made_yet
from ..._shared.catalog import check_fit, find_flavor, find_image
from ..._shared.lookup import is_id, refuse_doubt, same_name
from ..._shared.project import Project
from ..._shared.quota import RAM_UNIT, problems_by_region
from ..instance_network.interface import in_order
from ..instance_network.target import PUBLIC, Target, with_either_id
from ..private_network.record import Network
from ..ssh_key.record import find_key
from .addresses import predicted_private_address
from .networks import missing_network
from .spec import InstanceSpec, NetworkWish
from .world import InstanceWorld

SEVERAL_ZONES = "region-3-az"
"""The type of the regions in which a zone can be chosen."""

NO_UNIQUE_NAMES = 60.0
"""Seconds before a creation whose answer was lost is repeated: the API lets two instances have one name."""


def missing_things(spec: InstanceSpec, world: InstanceWorld) -> Iterable[Missing]:
    project = world.project(spec)
    for wish in spec.wishes:
        missing = missing_network(spec, wish, world)
        if missing is not None:
            yield missing
    if spec.ssh_key and project.id in world.keys and not world.find_all(spec):
        try:
            find_key(spec.ssh_key, world.keys[project.id], spec.region)
        except NotFound as problem:
            if is_id(spec.ssh_key):
                raise
            warning = not_made_yet("ssh key", spec.ssh_key)
            yield Missing(problem, warning, Need("ssh key", spec.ssh_key, spec.region))


def quota_problems(specs: Sequence[InstanceSpec], world: InstanceWorld) -> Iterable[VrackError]:
    """What the new instances would take beyond the quota of their regions."""
    asked: Dict[str, Dict[str, Counter[str]]] = {}
    for spec in specs:
        project = world.project(spec)
        catalog = world.catalogs.get((project.id, spec.region))
        if spec.state == "absent" or not world.is_new(spec) or catalog is None:
            continue
        flavors = [one for one in catalog.flavors if spec.flavor in (one.id, one.name)]
        needs = asked.setdefault(project.id, {}).setdefault(spec.region, Counter())
        needs["instances"] += 1
        needs["cores"] += flavors[0].vcpus if flavors else 0
        needs["MB of memory"] += flavors[0].ram * RAM_UNIT if flavors else 0
    for project_id, regions in asked.items():
        yield from problems_by_region(world.quotas.get(project_id, ()), regions)


def check_choices(spec: InstanceSpec, project: Project, world: InstanceWorld) -> None:
    """Refuse what the API would refuse of a new instance: region, flavor, image, zone."""
    spec.check_new()
    refuse_beside_unreadable(spec, world)
    region = world.regions[project.id, spec.region]
    if region.status != "UP" or "instance" not in region.services:
        why = f"its status is {region.status}" if region.status != "UP" else "its instance service is down"
        usable = ", ".join(name for name in world.names[project.id] if name != region.name)
        raise error("region_not_usable", region=region.name, what="an instance", why=why, usable=usable)
    catalog = world.catalogs[project.id, spec.region]
    flavor = find_flavor(str(spec.flavor), catalog.flavors, spec.region)
    image = find_image(str(spec.image), catalog.images, spec.region)
    check_fit(flavor, image)
    if spec.billing == "monthly" and not flavor.monthly:
        raise error("flavor_not_monthly", flavor=flavor.name, region=spec.region)
    zones = region.zones if region.type == SEVERAL_ZONES else ()
    if spec.availability_zone and spec.availability_zone not in zones:
        known = f" (it has {', '.join(zones)})" if zones else " (it has one zone only)"
        raise error("zone_not_here", region=spec.region, zone=spec.availability_zone, zones=known)


def refuse_beside_unreadable(spec: InstanceSpec, world: InstanceWorld) -> None:
    """An instance whose name or region came oddly may be the one that is meant."""
    instances = world.instances[world.project(spec).id]
    refuse_doubt(instances, name=spec.name)
    for one in instances:
        may_be = ("name" in one.odd or same_name(one.name, spec.name)) and one.region in ("", spec.region)
        for field in ("name", "region"):
            if field in one.odd and may_be:
                raise error("bad_answer", thing=f"instance {one.id}", field=field)


def predicted(spec: InstanceSpec, project: Project, world: InstanceWorld) -> Dict[str, Any]:
    wishes = spec.networks or (NetworkWish(PUBLIC),)
    public = any(wish.network == PUBLIC for wish in wishes)
    catalog = world.catalogs[project.id, spec.region]
    keys = [one.id for one in world.keys.get(project.id, ()) if spec.ssh_key in (one.name, one.id)]
    return {
        "id": LATER,
        "name": spec.name,
        "project": project.id,
        "region": spec.region,
        "status": LATER,
        "flavor": spec.flavor,
        "flavor_id": find_flavor(str(spec.flavor), catalog.flavors, spec.region).id,
        "image": spec.image,
        "image_id": find_image(str(spec.image), catalog.images, spec.region).id,
        "ssh_key_id": keys[0] if keys else LATER if spec.ssh_key else None,
        "billing": spec.billing or "hourly",
        "availability_zone": spec.availability_zone,
        "created": LATER,
        "public_ip": LATER if public else None,
        "public_ipv6": LATER if public else None,
        "private_ip": predicted_private_address(vlans_and_addresses(spec, wishes, world)),
        "interfaces": in_order(predicted_interface(spec, wish, world) for wish in wishes),
    }


def predicted_interface(spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> Dict[str, Any]:
    network = _network(spec, wish, world)
    name = network.name if network else wish.network
    return {
        "id": LATER,
        "type": PUBLIC if wish.network == PUBLIC else "private",
        "network": name,
        "network_id": LATER,
        "vlan_id": network.vlan_id if network else None if wish.network == PUBLIC else LATER,
        "ip": wish.ip or LATER,
        "addresses": [wish.ip] if wish.ip else LATER,
        "mac": LATER,
        "state": LATER,
    }


def vlans_and_addresses(
    spec: InstanceSpec, wishes: Iterable[NetworkWish], world: InstanceWorld
) -> List[Tuple[Optional[int], Any]]:
    """Of the private networks wished: the VLAN, where the network is there, and the address."""
    private = [wish for wish in wishes if wish.network != PUBLIC]
    networks = [(_network(spec, wish, world), wish) for wish in private]
    return [(network.vlan_id if network else None, wish.ip or LATER) for network, wish in networks]


def _network(spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> Optional[Network]:
    """The private network wished, if it is there; whether it is in the region already is no matter."""
    try:
        return world.target(spec, wish).network
    except NotFound:
        return None


def create_call(
    spec: InstanceSpec, project: Project, targets: Sequence[Tuple[NetworkWish, Target]], world: InstanceWorld
) -> Call:
    catalog = world.catalogs[project.id, spec.region]
    common: Dict[str, Any] = {
        "name": spec.name,
        "region": spec.region,
        "flavorId": find_flavor(str(spec.flavor), catalog.flavors, spec.region).id,
        "imageId": find_image(str(spec.image), catalog.images, spec.region).id,
    }
    if spec.ssh_key:
        common["sshKeyId"] = find_key(spec.ssh_key, world.keys[project.id], spec.region).id
    if spec.user_data is not None:
        common["userData"] = spec.user_data
    if spec.billing is not None:
        common["monthlyBilling"] = spec.billing == "monthly"
    if spec.availability_zone:
        common["availabilityZone"] = spec.availability_zone

    patient_for = world.found[project.id].holders.patience([(wish.ip, to.network) for wish, to in targets])

    def make(ids: List[str], otherwise: Optional[Call]) -> Call:
        body = dict(common)
        networks = []
        for network_id, (wish, _to) in zip(ids, targets):
            networks.append({"networkId": network_id, "ip": wish.ip} if wish.ip else {"networkId": network_id})
        if networks:
            body["networks"] = networks
        return Call(
            "POST",
            ("cloud", "project", project.id, "instance"),
            f"create instance '{spec.name}' in {spec.region}",
            body,
            patience=NO_UNIQUE_NAMES,
            patient=(409,) if any(wish.ip for wish, _to in targets) else (),
            patient_for=patient_for,
            otherwise=otherwise,
            intent="make the instance",
        )

    return with_either_id([target for wish, target in targets], make)
