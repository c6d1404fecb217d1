# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes an instance: the checks of what is asked for, its networks and its ports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator import catalog
from simulator import cloud_rules as rules
from simulator.addresses import new_port, private_address, public_addresses
from simulator.catalog import Region
from simulator.cloud_state import Instance, Network, Port, Project
from simulator.errors import ApiError, bad_request

PUBLIC = None  # stands for the public network where a private one is a record


def instance_region(world: Any, project: Project, name: str) -> Region:
    region = rules.enabled_region(world, project, name)
    if region.status != "UP" or not region.service_is_up("instance"):
        raise bad_request(f"Invalid region {name}: instances are not available there")
    return region


def refuse_bad_name(name: str, field: str = "name") -> None:
    if not name or len(name) > 255 or any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
        raise bad_request(f"Invalid {field}")


def refuse_large_user_data(user_data: str | None) -> None:
    if len((user_data or "").encode()) > 65535:
        raise bad_request("Invalid userData: it is too large")


def fitting_flavor(region: str, flavor_id: str, monthly: bool) -> dict[str, Any]:
    flavor = next((flavor for flavor in catalog.flavors(region) if flavor["id"] == flavor_id), None)
    if flavor is None:
        raise bad_request(f"Invalid flavorId {flavor_id} in region {region}")
    if not flavor["available"]:
        raise bad_request(f"Flavor {flavor['name']} is not available in region {region}")
    if monthly and not flavor["planCodes"]["monthly"]:
        raise bad_request(f"Flavor {flavor['name']} has no monthly plan")
    return flavor


def fitting_image(region: str, image_id: str, flavor: dict[str, Any]) -> dict[str, Any]:
    image = next((image for image in catalog.images(region) if image["id"] == image_id), None)
    if image is None:
        raise bad_request(f"Invalid imageId {image_id} in region {region}")
    too_small = image["minDisk"] > flavor["disk"] or image["minRam"] > flavor["ram"]
    if too_small or image["type"] != flavor["osType"]:
        raise bad_request("invalid: Image cannot be used with the chosen flavor")
    return image


def availability_zone(world: Any, region: Region, wanted: str | None) -> str | None:
    three_zones = region.type == "region-3-az"
    if wanted and (not three_zones or wanted not in region.zones):
        raise bad_request(f"Invalid availabilityZone {wanted} in region {region.name}")
    return wanted or (world.rng.choice(region.zones) if three_zones else None)


def refuse_unknown_key(project: Project, region: str, key_id: str | None) -> None:
    key = project.ssh_keys.get(key_id) if key_id else None
    if key_id and (key is None or region not in key.regions):
        raise bad_request(f"SSH key {key_id} does not exist in region {region}")


def network_asked_for(world: Any, project: Project, region: str, network_id: str) -> Network | None:
    """Find a network by the id that the v1 routes take: `pn-…`, the region's OpenStack id, or both, as set."""
    takes_pn, takes_openstack = (world.settings.network_ids in ("both", form) for form in ("pn", "openstack"))
    if (network_id == catalog.PUBLIC_NETWORK_ID and takes_pn) or (
        network_id == catalog.ext_net_id(region) and takes_openstack
    ):
        return PUBLIC
    now = world.now()
    for network in rules.networks(project, now):
        there = network.regions_now(now).get(region)
        by_openstack_id = there is not None and there.openstack_id == network_id
        if (by_openstack_id and takes_openstack) or (network.id == network_id and takes_pn):
            return usable_network(world, project, network, region)
    raise bad_request(f"Network {network_id} does not exist in region {region}")


def usable_network(world: Any, project: Project, network: Network, region: str) -> Network:
    """Refuse a network that can't take ports in the region: not active there, or without a subnet."""
    there = network.regions.get(region)
    if there is None or not there.is_active(world.now()) or network.gone_at is not None:
        raise bad_request(f"Network {network.id} is not active in region {region}")
    if not rules.subnets_of(project, network, region):
        raise bad_request(f"Network {network.id} has no subnet in region {region}")
    return network


def plug(
    world: Any,
    project: Project,
    instance: Instance,
    network: Network | None,
    ip: str | None,
    active_at: float,
    visible_at: float | None = None,
    subnet_id: str | None = None,
) -> Port:
    """Give the instance a port on the network; its address is taken from this moment on, and shown later."""
    if network is PUBLIC:
        if ip:
            raise bad_request("An IP address can be chosen for private networks only")
        network_id, addresses = catalog.PUBLIC_NETWORK_ID, public_addresses(world, instance.region)
    else:
        subnets = [
            subnet for subnet in rules.subnets_of(project, network, instance.region) if subnet_id in (None, subnet.id)
        ]
        asked_for = None if world.settings.other_addresses else ip
        network_id, addresses = network.id, [private_address(world, project, subnets, asked_for)]
    late = 0.0 if visible_at is None else world.duration("address_invisible")
    return new_port(
        world,
        project,
        network_id,
        instance.region,
        addresses,
        owner_id=instance.id,
        active_at=active_at,
        visible_at=active_at if visible_at is None else visible_at,
        addresses_from=active_at + late,
    )


def build(
    world: Any,
    project: Project,
    fields: dict[str, Any],
    networks: Sequence[tuple[Network | None, str | None, str | None]],
) -> Instance:
    """Begin an instance out of checked fields and its networks, each with the address and subnet asked for.

    If an address is refused nothing is left behind.
    """
    if len(networks) > world.settings.interface_limit:
        raise bad_request(f"Too many networks: an instance has at most {world.settings.interface_limit} interfaces")
    now = world.now()
    instance = Instance(
        id=world.uuid(),
        created_at=now,
        active_at=now + world.duration("instance_building"),
        visible_at=now + world.duration("instance_invisible"),
        failed=fields["name"] in world.settings.instance_fail_names
        or world.rng.random() < world.settings.instance_failures,
        **fields,
    )
    ports = []
    try:
        for network, ip, subnet_id in networks:
            visible_at = instance.active_at + world.duration("interface_invisible")
            ports.append(plug(world, project, instance, network, ip, instance.active_at, visible_at, subnet_id))
    except ApiError:
        for port in ports:
            del project.ports[port.id]
        raise
    project.instances[instance.id] = instance
    return instance


def delete(world: Any, project: Project, instance: Instance) -> None:
    """Begin to delete an instance; its ports are released a moment after it is gone."""
    if instance.gone_at is not None:
        raise rules.object_not_found()
    deleting = world.duration("instance_deleting")
    instance.gone_at = world.now() + deleting
    released_at = instance.gone_at + world.duration("port_release_after_delete")
    for port in rules.instance_ports(project, instance, world.now()):
        port.released_at = released_at

    def release() -> None:
        for port in [port for port in project.ports.values() if port.owner_id == instance.id]:
            del project.ports[port.id]
            for floating in project.floating_ips.values():
                if floating.port_id == port.id:
                    floating.port_id = floating.private_ip = None

    world.after(deleting, lambda: project.instances.pop(instance.id, None))
    world.after(released_at - world.now(), release)
