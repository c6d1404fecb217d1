# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Floating IPs: public addresses that lead to a private one, through a gateway on its subnet."""

from __future__ import annotations

from typing import Any

from simulator import catalog
from simulator import cloud_rules as rules
from simulator.addresses import next_public_ipv4
from simulator.cloud_operations import begin_operation
from simulator.cloud_state import FloatingIp, Gateway, Port, Project
from simulator.cloud_views import operation_json
from simulator.errors import bad_request, conflict
from simulator.regional_ids import checked_uuid
from simulator.routes.regional_gateway import start_gateway
from simulator.routing import Call, route

REGION = "/cloud/project/{serviceName}/region/{regionName}"


def _refuse_in_local_zone(call: Call, project: Project) -> catalog.Region:
    region = rules.region_of(call, project)
    if region.is_local_zone:
        raise bad_request(f"invalid: floating ip feature is not available on region {region.name}")
    return region


def _gateway_of_port(project: Project, port: Port) -> Gateway | None:
    subnet_id = port.addresses[0].subnet_id
    for router in project.ports.values():
        if router.owner == "router" and router.addresses[0].subnet_id == subnet_id:
            return project.gateways.get(router.owner_id)
    return None


def new_floating_ip(world: Any, project: Project, port: Port) -> FloatingIp:
    gateway = _gateway_of_port(project, port)
    if gateway is None:
        raise bad_request("invalid: the subnet has no gateway")
    rules.refuse_over_quota(project, port.region, world.now(), floatingip=1)
    floating = FloatingIp(world.uuid(), port.region, next_public_ipv4(world), gateway.id, port.id, port.addresses[0].ip)
    project.floating_ips[floating.id] = floating
    return floating


def _floating_ip_of(call: Call, project: Project, floating_ip_id: str) -> FloatingIp:
    floating = project.floating_ips.get(checked_uuid(floating_ip_id))
    if floating is None or floating.region != call.path["regionName"]:
        raise rules.object_not_found()
    return floating


def _floating_ip_json(floating: FloatingIp) -> dict[str, Any]:
    entity = floating.port_id and {
        "id": floating.port_id,
        "ip": floating.private_ip,
        "gatewayId": floating.gateway_id,
        "type": "instance",
    }
    return {
        "id": floating.id,
        "ip": floating.ip,
        "region": floating.region,
        "networkId": catalog.ext_net_id(floating.region),
        "status": "active" if floating.port_id else "down",
        "associatedEntity": entity,
    }


@route("GET", REGION + "/floatingip")
def list_floating_ips(call: Call) -> Any:
    project = rules.project_of(call)
    region = _refuse_in_local_zone(call, project).name
    return call.world.shuffled(_floating_ip_json(ip) for ip in project.floating_ips.values() if ip.region == region)


@route("GET", REGION + "/floatingip/{floatingIpId}")
def get_floating_ip(call: Call) -> Any:
    return _floating_ip_json(_floating_ip_of(call, rules.project_of(call), call.path["floatingIpId"]))


@route("DELETE", REGION + "/floatingip/{floatingIpId}")
def delete_floating_ip(call: Call) -> Any:
    project = rules.project_of(call)
    del project.floating_ips[_floating_ip_of(call, project, call.path["floatingIpId"]).id]


def _port_with(call: Call, project: Project, ip: str) -> Port:
    instance = rules.instance_by_id(project, checked_uuid(call.path["instanceId"]), call.world.now())
    for port in rules.instance_ports(project, instance, call.world.now()):
        if ip in [address.ip for address in port.addresses]:
            return port
    raise bad_request(f"invalid: instance {instance.id} has no address {ip}")


def _ensure_gateway(call: Call, project: Project, port: Port) -> None:
    wanted = call.given("gateway")
    if wanted and _gateway_of_port(project, port) is None:
        subnet = project.subnets[port.addresses[0].subnet_id]
        start_gateway(call.world, project, subnet, wanted["name"], wanted["model"])


@route("POST", REGION + "/instance/{instanceId}/floatingIp")
def create_floating_ip(call: Call) -> Any:
    project = rules.project_of(call)
    region = _refuse_in_local_zone(call, project).name
    port = _port_with(call, project, call.body["ip"])
    _ensure_gateway(call, project, port)
    floating = new_floating_ip(call.world, project, port)
    return operation_json(call.world, begin_operation(call.world, project, "floatingip#create", region, floating.id))


@route("POST", REGION + "/instance/{instanceId}/associateFloatingIp")
def associate_floating_ip(call: Call) -> Any:
    project = rules.project_of(call)
    region = _refuse_in_local_zone(call, project).name
    floating = _floating_ip_of(call, project, call.body["floatingIpId"])
    port = _port_with(call, project, call.body["ip"])
    if floating.port_id:
        raise conflict(f"Floating IP {floating.ip} is in use")
    _ensure_gateway(call, project, port)
    gateway = _gateway_of_port(project, port)
    if gateway is None:
        raise bad_request("invalid: the subnet has no gateway")
    floating.port_id, floating.gateway_id, floating.private_ip = port.id, gateway.id, call.body["ip"]
    operation = begin_operation(call.world, project, "floatingip#associate", region, floating.id)
    return operation_json(call.world, operation)
