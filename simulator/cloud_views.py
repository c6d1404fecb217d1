# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the API shows the records of a project."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from simulator import catalog
from simulator.addresses import public_gateway
from simulator.cloud_rules import instance_ports, is_out
from simulator.cloud_state import Instance, Network, Operation, Port, Project, SshKey, Subnet


def zulu(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def network_json(world: Any, network: Network) -> dict[str, Any]:
    now = world.now()
    return {
        "id": network.id,
        "name": network.name,
        "vlanId": network.vlan,
        "type": "private",
        "status": network.status(now),
        "regions": world.shuffled(
            {
                "region": name,
                "status": "ACTIVE" if region.is_active(now) else "BUILDING",
                "openstackId": region.openstack_id if region.is_active(now) else None,
            }
            for name, region in network.regions_now(now).items()
            if not is_out(world, name)
        ),
    }


def subnet_json(subnet: Subnet) -> dict[str, Any]:
    return {
        "id": subnet.id,
        "cidr": subnet.cidr,
        "gatewayIp": subnet.gateway_ip,
        "dhcpEnabled": subnet.dhcp,
        "ipPools": [
            {
                "network": subnet.cidr,
                "region": subnet.region,
                "dhcp": subnet.dhcp,
                "start": pool.start,
                "end": pool.end,
            }
            for pool in subnet.pools
        ],
    }


def ssh_key_json(key: SshKey, detailed: bool = False) -> dict[str, Any]:
    answer = {"id": key.id, "name": key.name, "publicKey": key.public_key, "regions": list(key.regions)}
    return {**answer, "fingerPrint": key.fingerprint} if detailed else answer


def openstack_network_id(project: Project, port: Port) -> str:
    """Return the id that the port's network has in the port's region."""
    if port.network_id == catalog.PUBLIC_NETWORK_ID:
        return catalog.ext_net_id(port.region)
    network = next(network for network in project.networks if network.id == port.network_id)
    return network.regions[port.region].openstack_id


def interface_json(world: Any, project: Project, port: Port) -> dict[str, Any]:
    return {
        "id": port.id,
        "type": port_type(port),
        "networkId": openstack_network_id(project, port),
        "macAddress": port.mac,
        "state": "ACTIVE" if world.now() >= port.active_at else "BUILD",
        "fixedIps": [{"ip": address.ip, "subnetId": address.subnet_id} for address in port.addresses],
    }


def port_type(port: Port) -> str:
    return "public" if port.network_id == catalog.PUBLIC_NETWORK_ID else "private"


def ip_addresses_json(world: Any, project: Project, instance: Instance) -> list[dict[str, Any]]:
    now = world.now()
    if not instance.is_built(now):
        return []
    addresses = []
    for port in instance_ports(project, instance, now):
        if now < max(port.active_at, port.addresses_from):
            continue
        for address in port.addresses:
            public = port_type(port) == "public"
            subnet = project.subnets.get(address.subnet_id)
            addresses.append(
                {
                    "ip": address.ip,
                    "version": 6 if ":" in address.ip else 4,
                    "type": port_type(port),
                    "networkId": port.network_id,
                    "gatewayIp": public_gateway(address.ip) if public else subnet and subnet.gateway_ip,
                }
            )
    return world.shuffled(addresses)


def _instance_common(world: Any, project: Project, instance: Instance) -> dict[str, Any]:
    plans = (catalog.flavor_by_id(instance.flavor_id) or {}).get("planCodes", {})
    since = instance.monthly_since
    monthly = since is not None
    active = instance.is_built(world.now()) and world.now() >= instance.monthly_ok_at
    billing = since is not None and {"since": zulu(since), "status": "ok" if active else "activationPending"}
    return {
        "id": instance.id,
        "name": instance.name,
        "region": instance.region,
        "status": instance.status(world.now()),
        "created": zulu(instance.created_at),
        "ipAddresses": ip_addresses_json(world, project, instance),
        "planCode": plans.get("monthly" if monthly else "hourly"),
        "monthlyBilling": billing or None,
        "operationIds": list(instance.operation_ids),
        "availabilityZone": instance.availability_zone,
        "currentMonthOutgoingTraffic": None,
    }


def instance_flat_json(world: Any, project: Project, instance: Instance) -> dict[str, Any]:
    """Return the form of lists; an instance in ERROR has it everywhere."""
    return {
        **_instance_common(world, project, instance),
        "flavorId": instance.flavor_id,
        "imageId": instance.image_id,
        "sshKeyId": instance.ssh_key_id,
    }


def instance_json(world: Any, project: Project, instance: Instance) -> dict[str, Any]:
    """Return the nested form of a single instance."""
    if instance.status(world.now()) == "ERROR":
        return instance_flat_json(world, project, instance)
    key = project.ssh_keys.get(instance.ssh_key_id or "")
    return {
        **_instance_common(world, project, instance),
        "flavor": catalog.flavor_by_id(instance.flavor_id),
        "image": catalog.image_by_id(instance.image_id or ""),
        "sshKey": key and ssh_key_json(key, detailed=True),
        "rescuePassword": instance.rescue_password,
    }


def _progress(operation: Operation, now: float) -> tuple[str, int]:
    if now >= operation.completed_at:
        return ("in-error", 100) if operation.failed else ("completed", 100)
    if now <= operation.created_at:
        return "created", 0
    share = (now - operation.created_at) / (operation.completed_at - operation.created_at)
    return "in-progress", int(100 * share)


def operation_json(world: Any, operation: Operation) -> dict[str, Any]:
    status, progress = _progress(operation, world.now())
    completed = world.timestamp(operation.completed_at) if progress == 100 else None
    common = {
        "action": operation.action,
        "progress": progress,
        "status": status,
        "startedAt": world.timestamp(operation.created_at),
        "completedAt": completed,
        "regions": [operation.region] if operation.region else [],
    }
    subs = [
        {**common, "id": sub_id, "resourceId": instance_id if status == "completed" else None}
        for sub_id, instance_id in zip(operation.sub_operation_ids, operation.instance_ids, strict=True)
    ]
    return {
        **common,
        "id": operation.id,
        "createdAt": world.timestamp(operation.created_at),
        "resourceId": operation.resource_id if status == "completed" else None,
        "subOperations": subs or None,
    }
