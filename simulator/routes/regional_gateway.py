# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gateways of a region. A gateway puts a router port on each of its subnets, which then holds the network."""

from __future__ import annotations

from typing import Any

from simulator import catalog
from simulator import cloud_rules as rules
from simulator.addresses import free_addresses, new_port, next_public_ipv4
from simulator.cloud_operations import begin_operation
from simulator.cloud_state import Address, Gateway, Operation, Port, Project, Subnet
from simulator.cloud_views import operation_json
from simulator.errors import bad_request, conflict
from simulator.regional_ids import checked_uuid
from simulator.routing import Call, route

GATEWAYS = "/cloud/project/{serviceName}/region/{regionName}/gateway"
NETWORK_GATEWAY = "/cloud/project/{serviceName}/region/{regionName}/network/{networkId}/subnet/{subnetId}/gateway"


def plug_router(world: Any, project: Project, gateway: Gateway, subnet: Subnet) -> Port:
    """Give the gateway a leg in the subnet: on the gateway's address, or the first free one where there is none."""
    taken = {a.ip for p in rules.ports_of(project, subnet.network_id, world.now()) for a in p.addresses}
    if subnet.gateway_ip in taken:
        raise conflict(f"IP address {subnet.gateway_ip} is already in use")
    ip = subnet.gateway_ip or next(free_addresses(project, subnet, world.now()))
    addresses = [Address(ip, subnet.id)]
    return new_port(world, project, subnet.network_id, subnet.region, addresses, owner="router", owner_id=gateway.id)


def start_gateway(world: Any, project: Project, subnet: Subnet, name: str, model: str) -> Operation:
    rules.refuse_over_quota(project, subnet.region, world.now(), router=1)
    gateway = Gateway(world.uuid(), name, subnet.region, model, next_public_ipv4(world))
    plug_router(world, project, gateway, subnet)
    project.gateways[gateway.id] = gateway
    operation = begin_operation(world, project, "gateway#create", subnet.region, gateway.id)
    gateway.active_at = operation.completed_at
    return operation


def _gateway_of(call: Call, project: Project, region: str) -> Gateway:
    gateway = project.gateways.get(checked_uuid(call.path["id"]))
    if gateway is None or gateway.region != region:
        raise rules.object_not_found()
    return gateway


def _router_ports(project: Project, gateway: Gateway) -> list[Port]:
    return [port for port in project.ports.values() if port.owner == "router" and port.owner_id == gateway.id]


def _router_port_of(call: Call, project: Project) -> Port:
    gateway = _gateway_of(call, project, rules.region_of(call, project).name)
    wanted = checked_uuid(call.path["interfaceId"])
    for port in _router_ports(project, gateway):
        if port.id == wanted:
            return port
    raise rules.object_not_found()


def _interface_json(project: Project, port: Port) -> dict[str, Any]:
    [address] = port.addresses
    subnet = project.subnets[address.subnet_id]
    network = next(network for network in project.networks if network.id == port.network_id)
    return {
        "id": port.id,
        "ip": address.ip,
        "networkId": network.regions[port.region].openstack_id,
        "subnetId": subnet.id,
        "subnet": {"id": subnet.id, "name": subnet.name, "cidr": subnet.cidr},
    }


def _gateway_json(call: Call, project: Project, gateway: Gateway) -> dict[str, Any]:
    outside = gateway.external_ip and {
        "ips": [{"ip": gateway.external_ip, "subnetId": catalog.ext_net_subnet_id(gateway.region, 4)}],
        "networkId": catalog.ext_net_id(gateway.region),
        "snatEnabled": True,
    }
    return {
        "id": gateway.id,
        "name": gateway.name,
        "region": gateway.region,
        "model": gateway.model,
        "type": "public",
        "status": "active" if call.world.now() >= gateway.active_at else "building",
        "externalInformation": outside,
        "interfaces": [_interface_json(project, port) for port in _router_ports(project, gateway)],
    }


@route("GET", GATEWAYS)
def list_gateways(call: Call) -> Any:
    project = rules.project_of(call)
    region, subnet_id = rules.region_of(call, project).name, call.query.get("subnetId")
    shown = [_gateway_json(call, project, g) for g in project.gateways.values() if g.region == region]
    return call.world.shuffled(
        gateway
        for gateway in shown
        if subnet_id is None or any(interface["subnetId"] == subnet_id for interface in gateway["interfaces"])
    )


@route("GET", GATEWAYS + "/{id}")
def get_gateway(call: Call) -> Any:
    project = rules.project_of(call)
    return _gateway_json(call, project, _gateway_of(call, project, rules.region_of(call, project).name))


@route("PUT", GATEWAYS + "/{id}")
def change_gateway(call: Call) -> Any:
    project = rules.project_of(call)
    gateway = _gateway_of(call, project, rules.region_of(call, project).name)
    gateway.name, gateway.model = call.body["name"], call.body["model"]
    return _gateway_json(call, project, gateway)


@route("DELETE", GATEWAYS + "/{id}")
def delete_gateway(call: Call) -> Any:
    world, project = call.world, rules.project_of(call)
    gateway = _gateway_of(call, project, rules.region_of(call, project).name)
    operation = begin_operation(world, project, "gateway#delete", gateway.region, gateway.id)

    def forget() -> None:
        project.gateways.pop(gateway.id, None)
        for port in _router_ports(project, gateway):
            del project.ports[port.id]

    world.after(operation.completed_at - world.now(), forget)
    return operation_json(world, operation)


@route("POST", GATEWAYS + "/{id}/expose")
def expose_gateway(call: Call) -> Any:
    return get_gateway(call)


@route("GET", GATEWAYS + "/{id}/interface")
def list_gateway_interfaces(call: Call) -> Any:
    return call.world.shuffled(get_gateway(call)["interfaces"])


@route("POST", GATEWAYS + "/{id}/interface")
def add_gateway_interface(call: Call) -> Any:
    project = rules.project_of(call)
    gateway = _gateway_of(call, project, rules.region_of(call, project).name)
    subnet = project.subnets.get(checked_uuid(call.body["subnetId"]))
    if subnet is None or subnet.region != gateway.region:
        raise bad_request(f"Subnet {call.body['subnetId']} does not exist")
    return _interface_json(project, plug_router(call.world, project, gateway, subnet))


@route("GET", GATEWAYS + "/{id}/interface/{interfaceId}")
def get_gateway_interface(call: Call) -> Any:
    project = rules.project_of(call)
    return _interface_json(project, _router_port_of(call, project))


@route("DELETE", GATEWAYS + "/{id}/interface/{interfaceId}")
def remove_gateway_interface(call: Call) -> Any:
    """Take the gateway's leg out of a subnet, which nothing holds then."""
    project = rules.project_of(call)
    del project.ports[_router_port_of(call, project).id]


@route("POST", NETWORK_GATEWAY)
def create_gateway_on_subnet(call: Call) -> Any:
    project = rules.project_of(call)
    subnet = project.subnets.get(checked_uuid(call.path["subnetId"]))
    if subnet is None or subnet.region != rules.region_of(call, project).name:
        raise rules.object_not_found()
    operation = start_gateway(call.world, project, subnet, call.body["name"], call.body["model"])
    return operation_json(call.world, operation)
