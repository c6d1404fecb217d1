# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Regions of a project, those it may still enable, and the operations under way there."""

from __future__ import annotations

from typing import Any

from simulator import catalog
from simulator.cloud_rules import is_out, listed_regions, object_not_found, project_of, region_of, region_record
from simulator.cloud_views import operation_json
from simulator.errors import bad_request
from simulator.routing import Call, route


@route("GET", "/cloud/project/{serviceName}/region")
def list_regions(call: Call) -> Any:
    return call.world.shuffled(listed_regions(call.world, project_of(call)))


@route("GET", "/cloud/project/{serviceName}/region/{regionName}")
def get_region(call: Call) -> Any:
    return region_of(call, project_of(call)).as_json()


@route("POST", "/cloud/project/{serviceName}/region")
def enable_region(call: Call) -> Any:
    project, name = project_of(call), call.body["region"]
    if name in project.regions or name not in catalog.REGIONS:
        raise bad_request(f"Invalid region {name}")

    def enable() -> None:
        if name not in project.regions:
            project.regions.append(name)

    call.world.after(call.world.duration("region_enabling"), enable)
    return region_record(call.world, name).as_json()


@route("GET", "/cloud/project/{serviceName}/regionAvailable")
def list_available_regions(call: Call) -> Any:
    project = project_of(call)
    return call.world.shuffled(
        {
            "name": region.name,
            "type": region.type,
            "continentCode": region.continent,
            "datacenterLocation": region.datacenter,
        }
        for region in catalog.REGIONS.values()
        if region.name not in project.regions and not is_out(call.world, region.name)
    )


@route("GET", "/cloud/project/{serviceName}/operation")
def list_operations(call: Call) -> Any:
    project, instance_id = project_of(call), call.query.get("instanceId")
    return call.world.shuffled(
        operation_json(call.world, operation)
        for operation in project.operations.values()
        if instance_id in (None, *operation.instance_ids)
    )


@route("GET", "/cloud/project/{serviceName}/operation/{operationId}")
def get_operation(call: Call) -> Any:
    operation = project_of(call).operations.get(call.path["operationId"])
    if operation is None:
        raise object_not_found()
    return operation_json(call.world, operation)
