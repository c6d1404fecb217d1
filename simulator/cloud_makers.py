# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Things of Public Cloud made at once, in their final state. References are ids, names or descriptions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator import catalog
from simulator import cloud_rules as rules
from simulator import instance_building as building
from simulator.addresses import checked_pool, free_addresses, next_public_ipv4, parse_cidr
from simulator.cloud_state import (
    Gateway,
    Instance,
    Network,
    NetworkRegion,
    Pool,
    Port,
    Project,
    SshKey,
    Subnet,
)
from simulator.errors import bad_request
from simulator.makers import maker
from simulator.routes.regional_gateway import plug_router
from simulator.routes.sshkey import add_key
from simulator.routes.subnet import add_dhcp_port, add_subnet, first_address

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExamples demo@example.org"


def _find(things: Iterable[Any], wanted: str, what: str, *names: str) -> Any:
    for thing in things:
        if wanted in [getattr(thing, name) for name in ("id", *names)]:
            return thing
    raise bad_request(f"no {what} {wanted!r}")


def find_project(world: Any, wanted: str) -> Project:
    return _find(world.account.cloud.projects.values(), wanted, "project", "description")


def _find_network(world: Any, project: Project, wanted: str) -> Network:
    return _find(rules.networks(project, world.now()), wanted, "network", "name")


@maker("project")
def make_project(
    world: Any,
    description: str,
    project_id: str | None = None,
    regions: list[str] | None = None,
    vrack: str | None = None,
    status: str = "ok",
) -> Project:
    project = Project(
        id=project_id or world.hex_id(),
        description=description,
        created_at=world.now(),
        regions=list(catalog.DEFAULT_REGIONS if regions is None else regions),
        status=status,
    )
    world.account.cloud.projects[project.id] = project
    if vrack:
        vracks = world.account.vracks
        inside = vracks.get(vrack) or next(one for one in vracks.values() if one.name == vrack)
        inside.projects.append(project.id)
    return project


@maker("status")
def set_status(world: Any, project: str, status: str) -> Project:
    """A project is suspended, say, or not any more."""
    found = find_project(world, project)
    found.status = status
    return found


@maker("network")
def make_network(
    world: Any,
    project: str,
    name: str,
    vlan: int,
    regions: list[str] | None = None,
    openstack_ids: dict[str, str] | None = None,
) -> Network:
    owner = find_project(world, project)
    vrack = world.account.vrack_of(owner.id)
    if vrack is None:
        raise bad_request(f"project {project!r} is in no vRack")
    if regions is None:
        regions = [n for n in owner.regions if rules.takes_private_networks(rules.region_record(world, n))]
    ids = openstack_ids or {}
    network = Network(
        id=f"{vrack.service_name}_{vlan}",
        name=name,
        vlan=vlan,
        regions={region: NetworkRegion(ids.get(region) or world.uuid()) for region in regions},
        created_at=world.now(),
    )
    owner.networks.append(network)
    return network


@maker("subnet")
def make_subnet(
    world: Any,
    project: str,
    network: str,
    region: str,
    cidr: str,
    start: str | None = None,
    end: str | None = None,
    dhcp: bool = True,
    gateway: bool = False,
    pools: list[list[str]] | None = None,
) -> Subnet:
    """With several pools, none or of IPv6 it is one that OpenStack's own tools made."""
    owner = find_project(world, project)
    there = _find_network(world, owner, network)
    if ":" in cidr:
        six = Subnet(world.uuid(), there.id, region, cidr, [Pool(*ends) for ends in pools or ()], dhcp, None)
        owner.subnets[six.id] = six
        return six
    block = parse_cidr(cidr)
    gateway_ip = first_address(block) if gateway else None
    asked = [[start or str(block[2]), end or str(block[-2])]] if pools is None else pools
    checked = [checked_pool(block, first, last, gateway_ip) for first, last in asked]
    subnet = Subnet(world.uuid(), there.id, region, cidr, checked, dhcp, gateway_ip)
    add_subnet(world, owner, there, subnet)
    return subnet


@maker("ssh_key")
def make_ssh_key(
    world: Any, project: str, name: str, public_key: str = PUBLIC_KEY, regions: list[str] | None = None
) -> SshKey:
    owner = find_project(world, project)
    return add_key(world, owner, name, public_key, list(owner.regions) if regions is None else regions)


@maker("instance")
def make_instance(
    world: Any,
    project: str,
    name: str,
    region: str,
    flavor: str = "b3-8",
    image: str = "Debian 12",
    ssh_key: str | None = None,
    networks: list[str | dict[str, str]] | None = None,
    state: str = "ACTIVE",
    failed: bool = False,
    instance_id: str | None = None,
) -> Instance:
    """Networks are `public`, a network's name or id, or {network, ip}; by default the public one."""
    owner = find_project(world, project)
    key = _find(owner.ssh_keys.values(), ssh_key, "ssh key", "name") if ssh_key else None
    instance = Instance(
        id=instance_id or world.uuid(),
        name=name,
        region=region,
        flavor_id=catalog.flavor_named(region, flavor)["id"],
        image_id=catalog.image_named(region, image)["id"],
        ssh_key_id=key and key.id,
        created_at=world.now(),
        state=state,
        failed=failed,
    )
    owner.instances[instance.id] = instance
    for entry in ["public"] if networks is None else networks:
        wanted = entry if isinstance(entry, dict) else {"network": entry}
        make_interface(world, project, instance.id, wanted["network"], wanted.get("ip"))
    return instance


@maker("interface")
def make_interface(world: Any, project: str, instance: str, network: str = "public", ip: str | None = None) -> Port:
    owner = find_project(world, project)
    machine = _find(rules.instances(owner, world.now()), instance, "instance", "name")
    there = building.PUBLIC if network == "public" else _find_network(world, owner, network)
    return building.plug(world, owner, machine, there, ip, active_at=0.0)


@maker("router")
def make_router(world: Any, project: str, network: str, region: str) -> Gateway:
    owner = find_project(world, project)
    subnet = rules.subnets_of(owner, _find_network(world, owner, network), region)[0]
    gateway = Gateway(world.uuid(), "router", region, "s", next_public_ipv4(world))
    owner.gateways[gateway.id] = gateway
    plug_router(world, owner, gateway, subnet)
    return gateway


@maker("dhcp_port")
def make_dhcp_port(world: Any, project: str, subnet: str) -> Port:
    owner = find_project(world, project)
    there = owner.subnets[subnet]
    if next(free_addresses(owner, there, world.now()), None) is None:
        raise bad_request(f"subnet {subnet} is full")
    return add_dhcp_port(world, owner, there)


@maker("quota")
def make_quota(world: Any, project: str, region: str, **limits: int) -> dict[str, int]:
    """Set limits of a region: instance, cores, ram, network, subnet, router, floatingip, keypair."""
    unknown = set(limits) - set(rules.DEFAULT_QUOTA)
    if unknown:
        raise bad_request(f"no such quota: {sorted(unknown)}")
    quotas = find_project(world, project).quotas.setdefault(region, {})
    quotas.update(limits)
    return quotas


@maker("region")
def make_region(world: Any, name: str, **changes: Any) -> dict[str, Any]:
    """Change a region for this account: status (DOWN, MAINTENANCE), down_services (["instance"]), outage (true).

    In an outage the region is not listed any more, and what is in it vanishes from lists.
    """
    world.account.cloud.region_changes[name] = changes
    return rules.region_record(world, name).as_json()
