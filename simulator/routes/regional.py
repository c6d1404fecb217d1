# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks and subnets by the routes of one region, which know UUIDs only and serve Local Zones too."""

from __future__ import annotations

from typing import Any

from simulator import catalog
from simulator import cloud_rules as rules
from simulator.addresses import PUBLIC_POOLS, checked_pool, parse_cidr, public_gateway
from simulator.cloud_operations import begin_operation
from simulator.cloud_state import Network, NetworkRegion, Project, Subnet
from simulator.cloud_views import operation_json
from simulator.errors import ApiError, bad_request
from simulator.regional_ids import checked_uuid
from simulator.routes.network import end_network, vlan_asked_for, vrack_of_project
from simulator.routes.regional_gateway import start_gateway
from simulator.routes.subnet import add_subnet, first_address, remove_subnet
from simulator.routing import Call, route

NETWORKS = "/cloud/project/{serviceName}/region/{regionName}/network"
PUBLIC_RESOLVERS = ["213.186.33.99"]


def _network_of(call: Call, project: Project, region: str) -> Network:
    found = rules.network_of_openstack_id(project, region, checked_uuid(call.path["networkId"]), call.world.now())
    if found is None:
        raise rules.object_not_found()
    return found[0]


def _network_json(call: Call, project: Project, network: Network, region: str) -> dict[str, Any]:
    return {
        "id": network.regions[region].openstack_id,
        "name": network.name,
        "region": region,
        "status": network.status(call.world.now()),
        "visibility": "private",
        "vlanId": network.vlan,
        "subnetIds": [subnet.id for subnet in rules.subnets_of(project, network, region)],
    }


def _public_network_json(region: str) -> dict[str, Any]:
    return {
        "id": catalog.ext_net_id(region),
        "name": catalog.PUBLIC_NETWORK_NAME,
        "region": region,
        "status": "ACTIVE",
        "visibility": "public",
        "vlanId": None,
        "subnetIds": [catalog.ext_net_subnet_id(region, version) for version in (4, 6)],
    }


@route("GET", NETWORKS)
def list_regional_networks(call: Call) -> Any:
    project, now = rules.project_of(call), call.world.now()
    region = rules.region_of(call, project).name
    private = [
        _network_json(call, project, network, region)
        for network in rules.networks(project, now)
        if region in network.regions_now(now) and network.regions[region].is_active(now) and now >= network.visible_at
    ]
    return call.world.shuffled([*private, _public_network_json(region)])


@route("GET", NETWORKS + "/{networkId}")
def get_regional_network(call: Call) -> Any:
    project = rules.project_of(call)
    region = rules.region_of(call, project).name
    if call.path["networkId"] == catalog.ext_net_id(region):
        return _public_network_json(region)
    return _network_json(call, project, _network_of(call, project, region), region)


@route("POST", NETWORKS)
def create_regional_network(call: Call) -> Any:
    world, project = call.world, rules.project_of(call)
    region = rules.region_of(call, project)
    if call.given("gateway") and region.is_local_zone:
        raise bad_request(f"invalid: gateway feature is not available on region {region.name}")
    operation = begin_operation(world, project, "network#create", region.name, None)
    try:
        network = open_network(world, project, region, call.body["name"], call.given("vlanId"), operation.completed_at)
        operation.resource_id = network.regions[region.name].openstack_id
        _fill_network(call, project, network, region.name)
    except ApiError:
        del project.operations[operation.id]
        raise
    return operation_json(world, operation)


def _fill_network(call: Call, project: Project, network: Network, region: str) -> None:
    """Put in the subnet and the gateway asked for; if one is refused, the network goes too."""
    try:
        if call.given("subnet"):
            subnet = new_subnet(call.world, project, network, region, call.body["subnet"])
            if call.given("gateway"):
                gateway = call.body["gateway"]
                start_gateway(call.world, project, subnet, gateway["name"], gateway["model"])
    except ApiError:
        rules.forget_region(project, network, region)
        del network.regions[region]
        if not network.regions:
            project.networks.remove(network)
        raise


def open_network(
    world: Any, project: Project, region: catalog.Region, name: str, vlan: int | None, active_at: float
) -> Network:
    """Begin a network in a region. Where the project has the VLAN elsewhere, that network gets one more region."""
    now = world.now()
    rules.refuse_over_quota(project, region.name, now, network=1)
    there = NetworkRegion(world.uuid(), active_at)
    if region.is_local_zone:
        network = Network(there.openstack_id, name, vlan, {region.name: there}, now, active_at, local_zone=True)
        project.networks.append(network)
        return network
    vrack = vrack_of_project(world, project)
    for network in rules.networks(project, now):
        if (
            vlan is not None
            and network.vlan == vlan
            and not network.local_zone
            and region.name not in network.regions_now(now)
        ):
            network.regions[region.name] = there
            return network
    vlan = vlan_asked_for(world, project, vrack, vlan)
    network = Network(f"{vrack}_{vlan}", name, vlan, {region.name: there}, now, active_at)
    project.networks.append(network)
    return network


@route("DELETE", NETWORKS + "/{networkId}")
def delete_regional_network(call: Call) -> Any:
    """Take the region off the network; the last region's end is the network's."""
    world, project = call.world, rules.project_of(call)
    region = rules.region_of(call, project).name
    network = _network_of(call, project, region)
    rules.refuse_if_ports_in_use(project, network, world.now(), region)
    if network.gone_at is not None or network.regions[region].gone_at is not None:
        raise rules.object_not_found()
    seconds = world.duration("network_deleting")
    if len(network.regions_now(world.now())) == 1:
        end_network(world, project, network, seconds)
        return
    seconds = world.duration("network_region_deleting")
    network.regions[region].gone_at = world.now() + seconds

    def forget() -> None:
        if network.regions[region].gone_at is not None:
            rules.forget_region(project, network, region)
            del network.regions[region]

    world.after(seconds, forget)


def new_subnet(world: Any, project: Project, network: Network, region: str, wanted: dict[str, Any]) -> Subnet:
    """Make a subnet of what the regional routes are told; without pools the whole range is one."""
    if wanted["ipVersion"] != 4:
        raise bad_request(f"invalid: ip version {wanted['ipVersion']} is not supported")
    cidr = parse_cidr(wanted["cidr"])
    has_gateway = wanted.get("enableGatewayIp") or wanted.get("enableGatewayIP")
    gateway = (wanted.get("gatewayIp") or first_address(cidr)) if has_gateway else None
    first, last = cidr[1], cidr[-2]
    if str(first) == gateway:
        first = cidr[2]
    asked = wanted.get("allocationPools") or [{"start": str(first), "end": str(last)}]
    subnet = Subnet(
        id=world.uuid(),
        network_id=network.id,
        region=region,
        cidr=str(cidr),
        pools=[checked_pool(cidr, pool["start"], pool["end"], gateway) for pool in asked],
        dhcp=wanted["enableDhcp"],
        gateway_ip=gateway,
        name=wanted.get("name") or "",
        dns_servers=wanted.get("dnsNameServers") or _default_resolvers(wanted.get("useDefaultPublicDNSResolver")),
        host_routes=wanted.get("hostRoutes") or [],
    )
    add_subnet(world, project, network, subnet)
    return subnet


def _default_resolvers(wanted: bool | None) -> list[str]:
    """Those of OVHcloud, unless they are expressly not wanted: an empty list of name servers is not enough for that."""
    return [] if wanted is False else list(PUBLIC_RESOLVERS)


def _subnet_json(subnet: Subnet) -> dict[str, Any]:
    return {
        "id": subnet.id,
        "name": subnet.name,
        "cidr": subnet.cidr,
        "ipVersion": 4 if subnet.is_ipv4 else 6,
        "dhcpEnabled": subnet.dhcp,
        "gatewayIp": subnet.gateway_ip,
        "allocationPools": [{"start": pool.start, "end": pool.end} for pool in subnet.pools],
        "dnsNameServers": list(subnet.dns_servers),
        "hostRoutes": list(subnet.host_routes),
    }


def _public_subnets_json(region: str) -> list[dict[str, Any]]:
    """Show the public network's subnets, which belong to OVHcloud: one of each version."""
    return [
        {
            "id": catalog.ext_net_subnet_id(region, version),
            "name": f"{catalog.PUBLIC_NETWORK_NAME}-ipv{version}",
            "cidr": cidr,
            "ipVersion": version,
            "dhcpEnabled": version == 4,
            "gatewayIp": public_gateway(first),
            "allocationPools": [{"start": first, "end": last}],
            "dnsNameServers": list(PUBLIC_RESOLVERS) if version == 4 else [],
            "hostRoutes": [],
        }
        for version, (cidr, first, last) in PUBLIC_POOLS.items()
    ]


@route("GET", NETWORKS + "/{networkId}/subnet")
def list_regional_subnets(call: Call) -> Any:
    project, now = rules.project_of(call), call.world.now()
    region = rules.region_of(call, project).name
    if call.path["networkId"] == catalog.ext_net_id(region):
        return call.world.shuffled(_public_subnets_json(region))
    network = _network_of(call, project, region)
    return call.world.shuffled(
        _subnet_json(subnet) for subnet in rules.subnets_of(project, network, region) if now >= subnet.visible_at
    )


@route("POST", NETWORKS + "/{networkId}/subnet")
def create_regional_subnet(call: Call) -> Any:
    project = rules.project_of(call)
    region = rules.region_of(call, project).name
    subnet = new_subnet(call.world, project, _network_of(call, project, region), region, call.body)
    subnet.visible_at = call.world.now() + call.world.duration("subnet_invisible")
    return _subnet_json(subnet)


@route("GET", NETWORKS + "/{networkId}/subnet/{subnetId}")
def get_regional_subnet(call: Call) -> Any:
    project = rules.project_of(call)
    region = rules.region_of(call, project).name
    wanted = checked_uuid(call.path["subnetId"])
    if call.path["networkId"] == catalog.ext_net_id(region):
        for shown in _public_subnets_json(region):
            if shown["id"] == wanted:
                return shown
        raise rules.object_not_found()
    network = _network_of(call, project, region)
    for subnet in rules.subnets_of(project, network, region):
        if subnet.id == wanted:
            return _subnet_json(subnet)
    raise rules.object_not_found()


@route("DELETE", NETWORKS + "/{networkId}/subnet/{subnetId}")
def delete_regional_subnet(call: Call) -> Any:
    project = rules.project_of(call)
    remove_subnet(call, project, _network_of(call, project, rules.region_of(call, project).name))


@route("POST", "/cloud/project/{serviceName}/region/{regionName}/gateway")
def create_gateway_with_network(call: Call) -> Any:
    """Make a gateway together with a network and a subnet that are ready at once."""
    world, project = call.world, rules.project_of(call)
    region = rules.region_of(call, project)
    if region.is_local_zone:
        raise bad_request(f"invalid: gateway feature is not available on region {region.name}")
    rules.refuse_over_quota(project, region.name, world.now(), router=1)
    wanted = call.body["network"]
    network = open_network(world, project, region, wanted["name"], wanted.get("vlanId"), world.now())
    subnet = new_subnet(world, project, network, region.name, {**wanted["subnet"], "enableGatewayIp": True})
    operation = start_gateway(world, project, subnet, call.body["name"], call.body["model"])
    return operation_json(world, operation)
