# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding records, and the rules that cross resources: which regions count, ports in use, quotas."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

from simulator import catalog
from simulator.cloud_state import Instance, Network, NetworkRegion, Port, Project, Subnet
from simulator.errors import ApiError, bad_request, conflict, not_found

DEFAULT_QUOTA = {
    "instance": 20,
    "cores": 40,
    "ram": 160000,
    "network": 50,
    "subnet": 50,
    "router": 2,
    "floatingip": 5,
    "keypair": 100,
}
_QUOTA_CLASSES = {
    "instance": "Instance",
    "cores": "Cores",
    "ram": "RAM",
    "network": "Network",
    "subnet": "Subnet",
    "router": "Router",
    "floatingip": "FloatingIP",
    "keypair": "Keypair",
}


def happens(world: Any, setting: str) -> bool:
    """Whether what comes now and then comes this time: a part of 1, drawn without changing what else is drawn."""
    drawn = random.Random(f"{world.seed} {world.drawing.name} {setting}").random()
    return bool(drawn < getattr(world.settings, setting))


def object_not_found() -> ApiError:
    return not_found("Object not found")


def project_of(call: Any) -> Project:
    project = call.world.account.cloud.projects.get(call.path["serviceName"])
    if project is None:
        raise not_found("This service does not exist")
    if project.status == "suspended" and call.route != "/cloud/project/{serviceName}":
        raise ApiError(460, "This service is expired")
    return project


def region_record(world: Any, name: str) -> catalog.Region:
    """Return a region of the catalogue, as it is in this account (a region can be made to be down)."""
    changes = {key: value for key, value in world.account.cloud.region_changes.get(name, {}).items() if key != "outage"}
    if "down_services" in changes:
        changes = {**changes, "down_services": tuple(changes["down_services"])}
    return dataclasses.replace(catalog.REGIONS[name], **changes)


def is_out(world: Any, name: str) -> bool:
    """Whether a region is in an outage: it is not listed, and nor is what is in it."""
    return bool(world.account.cloud.region_changes.get(name, {}).get("outage"))


def listed_regions(world: Any, project: Project) -> list[str]:
    return [name for name in project.regions if not is_out(world, name)]


def enabled_region(world: Any, project: Project, name: str) -> catalog.Region:
    if name not in listed_regions(world, project):
        raise bad_request(f"Invalid region {name}")
    return region_record(world, name)


def region_of(call: Any, project: Project) -> catalog.Region:
    """Return the region of a regional route."""
    if call.path["regionName"] not in listed_regions(call.world, project):
        raise not_found(f"Region {call.path['regionName']} does not exist")
    return region_record(call.world, call.path["regionName"])


def takes_private_networks(region: catalog.Region) -> bool:
    """Say whether the route /network/private takes the region."""
    return region.status == "UP" and not region.is_local_zone and region.service_is_up("network")


def networks(project: Project, now: float) -> list[Network]:
    return [network for network in project.networks if network.exists(now)]


def private_network(call: Any, project: Project) -> Network:
    """Return the network that a /network/private route names; a new one is unknown to reads and writes for a moment."""
    now, wanted = call.world.now(), call.path["networkId"]
    for network in networks(project, now):
        if network.id == wanted and not network.local_zone and now >= network.visible_at:
            return network
    raise not_found(f"The requested network (id = {wanted}) does not exist")


def network_of_openstack_id(
    project: Project, region_name: str, openstack_id: str, now: float
) -> tuple[Network, NetworkRegion] | None:
    for network in networks(project, now):
        region = network.regions_now(now).get(region_name)
        if region and region.openstack_id == openstack_id and region.is_active(now):
            return network, region
    return None


def subnets_of(project: Project, network: Network, region_name: str | None = None) -> list[Subnet]:
    return [
        subnet
        for subnet in project.subnets.values()
        if subnet.network_id == network.id and region_name in (None, subnet.region)
    ]


def ports_of(project: Project, network_id: str, now: float, region_name: str | None = None) -> list[Port]:
    """Return the ports that hold addresses of a network."""
    return [
        port
        for port in project.ports.values()
        if port.network_id == network_id and region_name in (None, port.region) and port.holds_addresses(now)
    ]


def refuse_if_ports_in_use(project: Project, network: Network, now: float, region_name: str | None = None) -> None:
    """Instances and routers hold a network; DHCP's own ports do not."""
    ports = ports_of(project, network.id, now, region_name)
    for port in ports:
        if port.owner == "router":
            raise conflict(f"Port {port.id} has device owner network:router_interface_distributed")
    if any(port.owner == "instance" for port in ports):
        raise conflict(
            f"Unable to complete operation on network {network.id}. "
            "There are one or more ports still in use on the network."
        )


def forget_region(project: Project, network: Network, region_name: str | None = None) -> None:
    """Drop the subnets and their DHCP ports of a network, or of one region of it."""
    for subnet in subnets_of(project, network, region_name):
        forget_subnet(project, subnet)


def forget_subnet(project: Project, subnet: Subnet) -> None:
    del project.subnets[subnet.id]
    for port in list(project.ports.values()):
        if port.owner == "dhcp" and any(address.subnet_id == subnet.id for address in port.addresses):
            del project.ports[port.id]


def instances(project: Project, now: float) -> list[Instance]:
    return [instance for instance in project.instances.values() if instance.exists(now)]


def instance_by_id(project: Project, instance_id: str, now: float) -> Instance:
    instance = project.instances.get(instance_id)
    if instance is None or not instance.exists(now):
        raise object_not_found()
    return instance


def instance_of(call: Any, project: Project) -> Instance:
    return instance_by_id(project, call.path["instanceId"], call.world.now())


def instance_ports(project: Project, instance: Instance, now: float) -> list[Port]:
    """Return an instance's interfaces, those too that are being plugged or unplugged."""
    return [
        port
        for port in project.ports.values()
        if port.owner == "instance" and port.owner_id == instance.id and (port.gone_at is None or now < port.gone_at)
    ]


def quota(project: Project, region_name: str, kind: str) -> int:
    return project.quotas.get(region_name, {}).get(kind, DEFAULT_QUOTA[kind])


def used(project: Project, region_name: str, now: float) -> dict[str, int]:
    there = [instance for instance in instances(project, now) if instance.region == region_name]
    flavors = [catalog.flavor_by_id(instance.flavor_id) or {} for instance in there]
    return {
        "instance": len(there),
        "cores": sum(flavor.get("vcpus", 0) for flavor in flavors),
        "ram": sum(flavor.get("ram", 0) * 1000 for flavor in flavors),
        "network": sum(region_name in network.regions_now(now) for network in networks(project, now)),
        "subnet": sum(subnet.region == region_name for subnet in project.subnets.values()),
        "router": sum(gateway.region == region_name for gateway in project.gateways.values()),
        "floatingip": sum(floating.region == region_name for floating in project.floating_ips.values()),
        "keypair": sum(region_name in key.regions for key in project.ssh_keys.values()),
    }


def refuse_over_quota(project: Project, region_name: str, now: float, **wanted: int) -> None:
    in_use = used(project, region_name, now)
    for kind, number in wanted.items():
        limit = quota(project, region_name, kind)
        if in_use[kind] + number > limit:
            class_ = f"Client::MaxQuotaReached::{_QUOTA_CLASSES[kind]}"
            raise ApiError(409, f"conflict: max quota of {limit} reached for: {kind}", class_)
