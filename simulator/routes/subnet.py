# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subnets of private networks, on the route that shows those of all regions in one list."""

from __future__ import annotations

import ipaddress
from typing import Any

from simulator import cloud_rules as rules
from simulator.addresses import checked_pool, free_addresses, new_port, parse_cidr, refuse_overlaps
from simulator.cloud_state import Address, Network, Project, Subnet
from simulator.cloud_views import subnet_json
from simulator.errors import ApiError, bad_request, not_found
from simulator.routing import Call, route

DHCP_PORTS = 2


@route("GET", "/cloud/project/{serviceName}/network/private/{networkId}/subnet")
def list_subnets(call: Call) -> Any:
    project = rules.project_of(call)
    network = rules.private_network(call, project)
    return call.world.shuffled(
        subnet_json(subnet)
        for subnet in rules.subnets_of(project, network)
        if call.world.now() >= subnet.visible_at and not rules.is_out(call.world, subnet.region)
    )


@route("POST", "/cloud/project/{serviceName}/network/private/{networkId}/subnet")
def create_subnet(call: Call) -> Any:
    world, project, body = call.world, rules.project_of(call), call.body
    network = rules.private_network(call, project)
    region = rules.enabled_region(world, project, body["region"]).name
    refuse_unless_active(world, network, region)
    cidr = parse_cidr(body["network"])
    gateway = None if body["noGateway"] else first_address(cidr)
    subnet = Subnet(
        id=world.uuid(),
        network_id=network.id,
        region=region,
        cidr=str(cidr),
        pools=[checked_pool(cidr, body["start"], body["end"], gateway)],
        dhcp=body["dhcp"],
        gateway_ip=gateway,
        visible_at=world.now() + world.duration("subnet_invisible"),
    )
    add_subnet(world, project, network, subnet)
    return subnet_json(subnet)


def first_address(cidr: ipaddress.IPv4Network) -> str:
    return str(cidr[1]) if cidr.num_addresses > 2 else str(cidr[0])


def refuse_unless_active(world: Any, network: Network, region: str) -> None:
    there = network.regions.get(region)
    if there is None or not there.is_active(world.now()) or network.gone_at is not None:
        raise bad_request(f"Network {network.id} is not active in region {region}")


def add_subnet(world: Any, project: Project, network: Network, subnet: Subnet) -> None:
    """Put a checked subnet in its place; one with DHCP takes its first addresses for ports of its own."""
    refuse_overlaps(project, network, subnet.region, parse_cidr(subnet.cidr), subnet.pools)
    rules.refuse_over_quota(project, subnet.region, world.now(), subnet=1)
    project.subnets[subnet.id] = subnet
    if subnet.dhcp:
        for _number in range(DHCP_PORTS):
            add_dhcp_port(world, project, subnet)


def add_dhcp_port(world: Any, project: Project, subnet: Subnet) -> Any:
    ip = next(free_addresses(project, subnet, world.now()), None)
    if ip is None:
        return None
    return new_port(
        world, project, subnet.network_id, subnet.region, [Address(ip, subnet.id)], owner="dhcp", owner_id=subnet.id
    )


@route("DELETE", "/cloud/project/{serviceName}/network/private/{networkId}/subnet/{subnetId}")
def delete_subnet(call: Call) -> Any:
    project = rules.project_of(call)
    network = rules.private_network(call, project)
    remove_subnet(call, project, network)


def remove_subnet(call: Call, project: Project, network: Network) -> None:
    subnet = project.subnets.get(call.path["subnetId"])
    if subnet is None or subnet.network_id != network.id:
        raise not_found(f"Subnet {call.path['subnetId']} does not exist")
    if not subnet.refused_to_go and rules.happens(call.world, "subnet_delete_500"):
        subnet.refused_to_go = True
        raise ApiError(500, "Internal server error")
    for port in rules.ports_of(project, network.id, call.world.now(), subnet.region):
        if port.owner != "dhcp" and any(address.subnet_id == subnet.id for address in port.addresses):
            raise bad_request(
                f"Unable to complete operation on subnet {subnet.id}: "
                "One or more ports have an IP allocation from this subnet."
            )
    rules.forget_subnet(project, subnet)
