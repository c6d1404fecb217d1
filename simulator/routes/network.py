# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private networks by the route that knows all regions."""

from __future__ import annotations

from typing import Any

from simulator import cloud_rules as rules
from simulator.catalog import Region
from simulator.cloud_state import Network, NetworkRegion, Project
from simulator.cloud_views import network_json
from simulator.errors import bad_request, conflict, not_found
from simulator.routing import OTHERS_PASS, Call, route

LAST_VLAN = 4095
LAST_FREE_CHOICE = 4000
LONGEST_NAME = 255


@route("GET", "/cloud/project/{serviceName}/network/private")
def list_networks(call: Call) -> Any:
    now = call.world.now()
    return call.world.shuffled(
        network_json(call.world, network)
        for network in rules.networks(rules.project_of(call), now)
        if not network.local_zone and now >= network.visible_at and not _all_out(call.world, network)
    )


def _all_out(world: Any, network: Network) -> bool:
    regions = network.regions_now(world.now())
    return bool(regions) and all(rules.is_out(world, name) for name in regions)


@route("GET", "/cloud/project/{serviceName}/network/private/{networkId}")
def get_network(call: Call) -> Any:
    return network_json(call.world, rules.private_network(call, rules.project_of(call)))


@route("POST", "/cloud/project/{serviceName}/network/private")
def create_network(call: Call) -> Any:
    world, project = call.world, rules.project_of(call)
    vrack = vrack_of_project(world, project)
    checked_name(call.body["name"])
    regions = _regions_asked_for(call, project)
    vlan = vlan_asked_for(world, project, vrack, call.given("vlanId"))
    refuse_while_building(world, project)
    for region in regions:
        rules.refuse_over_quota(project, region, world.now(), network=1)
    yield OTHERS_PASS
    # Its id is made of the VLAN, so that stays unique.
    vlan_asked_for(world, project, vrack, vlan)
    return network_json(world, new_network(world, project, f"{vrack}_{vlan}", call.body["name"], vlan, regions))


def checked_name(name: str) -> str:
    """Refuse what no list could show: nothing, too much, or line feeds and the like. The real limit is not known."""
    if not name.strip() or len(name) > LONGEST_NAME or any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
        raise bad_request("Invalid name")
    return name


def vrack_of_project(world: Any, project: Project) -> str:
    vrack = world.account.vrack_of(project.id)
    if vrack is None:
        raise bad_request(f"Project {project.id} is not linked to a vRack")
    return vrack.service_name


def refuse_while_building(world: Any, project: Project) -> None:
    now = world.now()
    if world.settings.create_conflicts and any(
        network.status(now) == "BUILDING" for network in rules.networks(project, now)
    ):
        raise conflict("Another network of this project is being created")


def _regions_asked_for(call: Call, project: Project) -> list[str]:
    asked = call.given("regions")
    if asked is None:
        every = [rules.region_record(call.world, name) for name in rules.listed_regions(call.world, project)]
        return [region.name for region in every if rules.takes_private_networks(region)]
    return [_checked_region(call.world, project, name).name for name in dict.fromkeys(asked)]


def _checked_region(world: Any, project: Project, name: str) -> Region:
    region = rules.enabled_region(world, project, name)
    if not rules.takes_private_networks(region):
        raise bad_request(f"Invalid region {name}")
    return region


def vlan_asked_for(world: Any, project: Project, vrack: str, vlan: int | None) -> int:
    """Check the VLAN; where none is given, a free one is chosen at random."""
    now = world.now()
    taken = {network.vlan: network for network in rules.networks(project, now) if not network.local_zone}
    if vlan is None:
        return world.rng.choice([number for number in range(1, LAST_FREE_CHOICE + 1) if number not in taken])
    if not 0 <= vlan <= LAST_VLAN:
        raise bad_request(f"Invalid vlanId {vlan}: must be between 0 and {LAST_VLAN}")
    others = [] if world.settings.same_vlan_in_vrack else _other_projects_networks(world, project, vrack)
    for network in [*taken.values(), *others]:
        if network.vlan == vlan:
            raise bad_request(f"A private network already exists for this vlan ID (network id {network.id})")
    return vlan


def _other_projects_networks(world: Any, project: Project, vrack: str) -> list[Network]:
    account = world.account
    neighbours = [name for name in account.vracks[vrack].projects if name in account.cloud.projects]
    return [
        network
        for name in neighbours
        if name != project.id
        for network in rules.networks(account.cloud.projects[name], world.now())
    ]


def new_network(
    world: Any, project: Project, network_id: str, name: str, vlan: int | None, regions: list[str]
) -> Network:
    now = world.now()
    network = Network(
        id=network_id,
        name=name,
        vlan=vlan,
        regions={region: new_region(world) for region in regions},
        created_at=now,
        visible_at=now + world.duration("network_invisible"),
    )
    project.networks.append(network)
    if _vanishes(world, project):
        network.vanishes = True
        end_network(world, project, network, min(region.active_at for region in network.regions.values()) - now)
    return network


def _vanishes(world: Any, project: Project) -> bool:
    """Whether regions that have not learnt of the project's vRack lose the network: as ordered, or now and then."""
    if world.account.cloud.networks_that_vanished < world.settings.networks_that_vanish:
        world.account.cloud.networks_that_vanished += 1
        return True
    joined = [task.done_at for task in world.account.tasks.values() if task.project == project.id]
    fresh = any(0 <= world.now() - moment < world.settings.vrack_learnt_after for moment in joined)
    return fresh and rules.happens(world, "networks_vanish_after_attach")


def new_region(world: Any) -> NetworkRegion:
    return NetworkRegion(openstack_id=world.uuid(), active_at=world.now() + world.duration("region_building"))


def end_network(world: Any, project: Project, network: Network, seconds: float) -> None:
    network.gone_at = world.now() + seconds

    def forget() -> None:
        rules.forget_region(project, network)
        project.networks = [other for other in project.networks if other is not network]

    world.after(seconds, forget)


@route("PUT", "/cloud/project/{serviceName}/network/private/{networkId}")
def rename_network(call: Call) -> Any:
    rules.private_network(call, rules.project_of(call)).name = checked_name(call.body["name"])


@route("DELETE", "/cloud/project/{serviceName}/network/private/{networkId}")
def delete_network(call: Call) -> Any:
    project = rules.project_of(call)
    network = rules.private_network(call, project)
    rules.refuse_if_ports_in_use(project, network, call.world.now())
    if network.gone_at is not None and not network.vanishes:
        raise not_found(f"The requested network (id = {network.id}) does not exist")
    end_network(call.world, project, network, call.world.duration("network_deleting"))


@route("POST", "/cloud/project/{serviceName}/network/private/{networkId}/region")
def add_region(call: Call) -> Any:
    world, project = call.world, rules.project_of(call)
    network = rules.private_network(call, project)
    region = _checked_region(world, project, call.body["region"])
    if region.name in network.regions_now(world.now()):
        raise bad_request(f"Network {network.id} is already activated in region {region.name}")
    if network.gone_at is not None:
        raise conflict(f"Network {network.id} is being deleted")
    rules.refuse_over_quota(project, region.name, world.now(), network=1)
    network.regions[region.name] = new_region(world)
    return network_json(world, network)
