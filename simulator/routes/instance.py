# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances by the routes of v1."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from simulator import cloud_rules as rules
from simulator import instance_building as building
from simulator.cloud_state import Instance, InstanceGroup, Project
from simulator.cloud_views import instance_flat_json, instance_json
from simulator.errors import bad_request
from simulator.routing import OTHERS_PASS, Call, route


@route("GET", "/cloud/project/{serviceName}/instance")
def list_instances(call: Call) -> Any:
    world, project, region = call.world, rules.project_of(call), call.query.get("region")
    return world.shuffled(
        instance_flat_json(world, project, instance)
        for instance in rules.instances(project, world.now())
        if region in (None, instance.region) and world.now() >= instance.visible_at
        if not rules.is_out(world, instance.region)
    )


@route("GET", "/cloud/project/{serviceName}/instance/{instanceId}")
def get_instance(call: Call) -> Any:
    project = rules.project_of(call)
    answer = instance_json(call.world, project, rules.instance_of(call, project))
    return {**answer, "licensePlanCode": None} if "flavor" in answer else answer


@route("POST", "/cloud/project/{serviceName}/instance")
def create_instance(call: Call) -> Any:
    project = rules.project_of(call)
    [instance] = yield from _create(call, project, [call.body["name"]])
    return instance_json(call.world, project, instance)


@route("POST", "/cloud/project/{serviceName}/instance/bulk")
def create_instances(call: Call) -> Any:
    project, number = rules.project_of(call), call.body["number"]
    if number < 1:
        raise bad_request(f"Invalid number {number}")
    names = [f"{call.body['name']}-{index}" for index in range(1, number + 1)]
    made = yield from _create(call, project, names)
    return [instance_json(call.world, project, instance) for instance in made]


def _create(call: Call, project: Project, names: list[str]) -> Generator[object, None, list[Instance]]:
    """Of two that come at once each is checked against the quota as it was before the other."""
    world, now = call.world, call.world.now()
    for name in names:
        building.refuse_bad_name(name)
    building.refuse_large_user_data(call.given("userData"))
    region = building.instance_region(world, project, call.body["region"])
    monthly = bool(call.given("monthlyBilling"))
    flavor = building.fitting_flavor(region.name, call.body["flavorId"], monthly)
    if call.given("volumeId"):
        raise bad_request(f"Volume {call.body['volumeId']} does not exist in region {region.name}")
    if not call.given("imageId"):
        raise bad_request("Missing imageId or volumeId")
    image = building.fitting_image(region.name, call.body["imageId"], flavor)
    building.refuse_unknown_key(project, region.name, call.given("sshKeyId"))
    if call.given("groupId"):
        _group_of(project, call.body["groupId"], region.name)
    zone = building.availability_zone(world, region, call.given("availabilityZone"))
    networks = [
        (building.network_asked_for(world, project, region.name, entry["networkId"]), entry.get("ip"), None)
        for entry in call.given("networks") or []
    ] or [(building.PUBLIC, None, None)]
    count = len(names)
    rules.refuse_over_quota(
        project, region.name, now, instance=count, cores=count * flavor["vcpus"], ram=count * flavor["ram"] * 1000
    )
    yield OTHERS_PASS
    now = world.now()
    fields = {
        "region": region.name,
        "flavor_id": flavor["id"],
        "image_id": image["id"],
        "ssh_key_id": call.given("sshKeyId"),
        "availability_zone": zone,
        "monthly_since": now if monthly else None,
        "monthly_ok_at": now + world.duration("monthly_activation") if monthly else 0.0,
        "group_id": call.given("groupId"),
        "user_data": call.given("userData"),
    }
    return [building.build(world, project, {"name": name, **fields}, networks) for name in names]


@route("PUT", "/cloud/project/{serviceName}/instance/{instanceId}")
def rename_instance(call: Call) -> Any:
    building.refuse_bad_name(call.body["instanceName"], "instanceName")
    rules.instance_of(call, rules.project_of(call)).name = call.body["instanceName"]


@route("DELETE", "/cloud/project/{serviceName}/instance/{instanceId}")
def delete_instance(call: Call) -> Any:
    project = rules.project_of(call)
    building.delete(call.world, project, rules.instance_of(call, project))


@route("GET", "/cloud/project/{serviceName}/instance/group")
def list_groups(call: Call) -> Any:
    project, region = rules.project_of(call), call.query.get("region")
    return call.world.shuffled(
        _group_json(call, project, group) for group in project.groups.values() if region in (None, group.region)
    )


@route("POST", "/cloud/project/{serviceName}/instance/group")
def create_group(call: Call) -> Any:
    project = rules.project_of(call)
    region = rules.enabled_region(call.world, project, call.body["region"]).name
    group = InstanceGroup(call.world.uuid(), call.body["name"], region, call.body["type"])
    project.groups[group.id] = group
    return _group_json(call, project, group)


@route("GET", "/cloud/project/{serviceName}/instance/group/{groupId}")
def get_group(call: Call) -> Any:
    project = rules.project_of(call)
    return _group_json(call, project, _group_of(project, call.path["groupId"], call.query.get("region")))


@route("DELETE", "/cloud/project/{serviceName}/instance/group/{groupId}")
def delete_group(call: Call) -> Any:
    project = rules.project_of(call)
    del project.groups[_group_of(project, call.path["groupId"]).id]


def _group_of(project: Project, group_id: str, region: str | None = None) -> InstanceGroup:
    group = project.groups.get(group_id)
    if group is None or region not in (None, group.region):
        raise rules.object_not_found()
    return group


def _group_json(call: Call, project: Project, group: InstanceGroup) -> dict[str, Any]:
    members = [i.id for i in rules.instances(project, call.world.now()) if i.group_id == group.id]
    return {"id": group.id, "name": group.name, "region": group.region, "type": group.type, "instance_ids": members}
