# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances by the routes of one region: an operation with a part for each instance."""

from __future__ import annotations

from typing import Any

from simulator import catalog
from simulator import cloud_rules as rules
from simulator import instance_building as building
from simulator.cloud_operations import begin_operation
from simulator.cloud_state import Address, Instance, Network, Port, Project
from simulator.cloud_views import openstack_network_id, operation_json, port_type
from simulator.errors import bad_request
from simulator.payment import price
from simulator.regional_ids import checked_uuid
from simulator.routes.floating_ip import new_floating_ip
from simulator.routes.regional import new_subnet, open_network
from simulator.routes.regional_gateway import start_gateway
from simulator.routes.sshkey import add_key, key_id
from simulator.routing import Call, route

# What can be done with an instance in each state, and under which heading the panel shows it.
ACTIONS = {
    "ACTIVE": (
        ("details", "details"),
        ("stop", "boot"),
        ("reboot", "boot"),
        ("rescue", "boot"),
        ("reinstall", "lifecycle"),
        ("shelve", "shelve"),
        ("delete", "delete"),
    ),
    "SHUTOFF": (("details", "details"), ("start", "boot"), ("delete", "delete")),
    "RESCUE": (("details", "details"), ("unrescue", "boot")),
    "SHELVED_OFFLOADED": (("details", "details"), ("unshelve", "shelve"), ("delete", "delete")),
    "ERROR": (("details", "details"), ("delete", "delete")),
}
INSTANCES = "/cloud/project/{serviceName}/region/{regionName}/instance"


@route("GET", INSTANCES)
def list_regional_instances(call: Call) -> Any:
    world, project = call.world, rules.project_of(call)
    region = rules.region_of(call, project)
    return world.shuffled(
        _instance_json(call, project, instance, region)
        for instance in rules.instances(project, world.now())
        if instance.region == region.name and world.now() >= instance.visible_at
    )


@route("GET", INSTANCES + "/{instanceId}")
def get_regional_instance(call: Call) -> Any:
    project = rules.project_of(call)
    region = rules.region_of(call, project)
    instance = rules.instance_by_id(project, checked_uuid(call.path["instanceId"]), call.world.now())
    if instance.region != region.name:
        raise rules.object_not_found()
    return _instance_json(call, project, instance, region)


@route("POST", INSTANCES)
def create_regional_instances(call: Call) -> Any:
    world, project, body = call.world, rules.project_of(call), call.body
    region = building.instance_region(world, project, rules.region_of(call, project).name)
    monthly, count = body["billingPeriod"] == "monthly", max(1, call.given("bulk") or 1)
    if not call.given("name"):
        raise bad_request("invalid: missing name")
    flavor = building.fitting_flavor(region.name, body["flavor"].get("id", ""), monthly)
    if not body["bootFrom"].get("imageId"):
        raise bad_request("invalid: missing imageId")
    image = building.fitting_image(region.name, body["bootFrom"]["imageId"], flavor)
    key = _ssh_key(call, project, region)
    zone = building.availability_zone(world, region, call.given("availabilityZone"))
    rules.refuse_over_quota(
        project, region.name, world.now(),
        instance=count, cores=count * flavor["vcpus"], ram=count * flavor["ram"] * 1000,
    )  # fmt: skip
    network, ip, subnet_id = _network(call, project, region)
    fields = {
        "region": region.name,
        "flavor_id": flavor["id"],
        "image_id": image["id"],
        "ssh_key_id": key,
        "availability_zone": zone,
        "monthly_since": world.now() if monthly else None,
        "group_id": (call.given("group") or {}).get("id"),
        "user_data": call.given("userData"),
    }
    names = [body["name"]] if count == 1 else [f"{body['name']}-{index}" for index in range(1, count + 1)]
    made = [building.build(world, project, {"name": name, **fields}, [(network, ip, subnet_id)]) for name in names]
    if (body["network"].get("private") or {}).get("floatingIpCreate"):
        for instance in made:
            new_floating_ip(world, project, rules.instance_ports(project, instance, world.now())[0])
    operation = begin_operation(
        world,
        project,
        "instance#create",
        region.name,
        None,
        instance_ids=[instance.id for instance in made],
        sub_operation_ids=[world.uuid() for _one in made],
    )
    for instance in made:
        instance.operation_ids.append(operation.id)
    return operation_json(world, operation)


def _ssh_key(call: Call, project: Project, region: catalog.Region) -> str | None:
    new = call.given("sshKeyCreate")
    if new:
        return add_key(call.world, project, new["name"], new["publicKey"], [region.name]).id
    known = call.given("sshKey")
    if not known:
        return None
    building.refuse_unknown_key(project, region.name, key_id(known["name"]))
    return key_id(known["name"])


def _network(call: Call, project: Project, region: catalog.Region) -> tuple[Network | None, str | None, str | None]:
    """Return the network asked for, with the address and the subnet wanted there."""
    world, wanted = call.world, call.body["network"]
    private = wanted.get("private")
    if not private:
        if not wanted.get("public"):
            raise bad_request("invalid: missing network input")
        return building.PUBLIC, None, None
    if private.get("networkCreate"):
        new = private["networkCreate"]
        network = open_network(world, project, region, new["name"], new.get("vlanId"), world.now())
        subnet = new_subnet(world, project, network, region.name, new["subnet"])
    else:
        known = private.get("network") or {}
        found = rules.network_of_openstack_id(project, region.name, checked_uuid(known.get("id", "")), world.now())
        if found is None:
            raise bad_request(f"invalid: network {known.get('id')} does not exist")
        network = building.usable_network(world, project, found[0], region.name)
        subnets = {subnet.id: subnet for subnet in rules.subnets_of(project, network, region.name)}
        if known.get("subnetId") not in subnets:
            raise bad_request(f"invalid: subnet {known.get('subnetId')} does not exist")
        subnet = subnets[known["subnetId"]]
    if private.get("gatewayCreate"):
        start_gateway(world, project, subnet, private["gatewayCreate"]["name"], private["gatewayCreate"]["model"])
    return network, private.get("ip"), subnet.id


def _address_json(project: Project, port: Port, address: Address) -> dict[str, Any]:
    subnet = project.subnets.get(address.subnet_id)
    network = next((network for network in project.networks if network.id == port.network_id), None)
    name = network.name if network else catalog.PUBLIC_NETWORK_NAME
    return {
        "ip": address.ip,
        "version": 6 if ":" in address.ip else 4,
        "type": port_type(port),
        "subnet": {
            "id": address.subnet_id,
            "name": subnet.name if subnet else "",
            "gatewayIP": subnet.gateway_ip if subnet else None,
            "network": {"id": openstack_network_id(project, port), "name": name},
        },
    }


def _instance_json(call: Call, project: Project, instance: Instance, region: catalog.Region) -> dict[str, Any]:
    now = call.world.now()
    flavor, image = catalog.flavor_by_id(instance.flavor_id) or {}, catalog.image_by_id(instance.image_id or "") or {}
    key = project.ssh_keys.get(instance.ssh_key_id or "")
    status = instance.status(now)
    ports = rules.instance_ports(project, instance, now) if instance.is_built(now) else []
    plugged = [port for port in ports if now >= port.active_at]
    floating = [ip for ip in project.floating_ips.values() if ip.port_id in [port.id for port in plugged]]
    addresses = [_address_json(project, port, address) for port in plugged for address in port.addresses]
    addresses += [{"ip": ip.ip, "version": 4, "type": "floating", "subnet": None} for ip in floating]
    return {
        "id": instance.id,
        "name": instance.name,
        "region": instance.region,
        "regionType": region.type,
        "status": status,
        "taskState": {"BUILD": "spawning", "DELETING": "deleting"}.get(status, ""),
        "pendingTask": status in ("BUILD", "DELETING"),
        "flavorId": instance.flavor_id,
        "flavorName": flavor.get("name", ""),
        "imageId": instance.image_id,
        "sshKey": key.name if key else "",
        "login": image.get("user"),
        "addresses": call.world.shuffled(addresses),
        "attachedVolumes": [],
        "availabilityZone": instance.availability_zone,
        "flavor": _flavor_json(flavor) if flavor else None,
        "actions": [{"name": name, "group": group} for name, group in ACTIONS.get(status, ())],
        "pricings": _pricings_json(call, instance, flavor),
        **_wanted_json(call, image),
    }


def _wanted_json(call: Call, image: dict[str, Any]) -> dict[str, Any]:
    """What is shown on request only; else it is null."""
    shown = {name: call.query.get(f"with{name.title()}") == "true" for name in ("image", "backups", "volumes")}
    image_json = {"id": image["id"], "name": image["name"], "deprecated": False} if image else None
    return {
        "image": image_json if shown["image"] else None,
        "backups": [] if shown["backups"] else None,
        "volumes": [] if shown["volumes"] else None,
    }


def _flavor_json(flavor: dict[str, Any]) -> dict[str, Any]:
    def amount(value: int, unit: str) -> dict[str, Any]:
        return {"value": value, "unit": unit}

    bandwidth = amount(flavor["outboundBandwidth"], "Mbit/s")
    specs = {
        "cpu": amount(flavor["vcpus"], "vCore"),
        "ram": amount(flavor["ram"], "GB"),
        "storage": amount(flavor["disk"], "GB"),
        "bandwidth": {"public": bandwidth, "private": bandwidth},
    }
    return {"id": flavor["id"], "name": flavor["name"], "specs": specs}


def _pricings_json(call: Call, instance: Instance, flavor: dict[str, Any]) -> list[dict[str, Any]]:
    """Show by the hour and by the month, with made-up prices; the way it is paid is the enabled one."""
    monthly = instance.monthly_since is not None
    offered = {"hour": not monthly, **({"month": monthly} if (flavor.get("planCodes") or {}).get("monthly") else {})}
    return [
        {
            "type": kind,
            "status": "enabled" if enabled else "available",
            "includeVat": False,
            "price": price(call.world, 0.05 if kind == "hour" else 22.0),
        }
        for kind, enabled in offered.items()
    ]
