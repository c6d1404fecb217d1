# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with an instance that exists: reboot, stop, rescue, reinstall, resize, shelve, monthly billing."""

from __future__ import annotations

from typing import Any

from simulator import cloud_rules as rules
from simulator import instance_building as building
from simulator.catalog import flavor_by_id
from simulator.cloud_state import Instance, Project
from simulator.cloud_views import instance_json
from simulator.errors import bad_request, conflict
from simulator.routing import Call, route

INSTANCE = "/cloud/project/{serviceName}/instance/{instanceId}"


def _instance_in(call: Call, *states: str) -> tuple[Project, Instance]:
    project = rules.project_of(call)
    instance = rules.instance_of(call, project)
    status = instance.status(call.world.now())
    if status not in states:
        raise conflict(f"Instance {instance.id} is in state {status}, it must be in {' or '.join(states)}")
    return project, instance


def _pass(call: Call, instance: Instance, through: str, to: str) -> None:
    """Let the instance be in one state for a while, then in another."""
    instance.passing_state = through
    instance.passing_until = call.world.now() + call.world.duration("instance_changing")
    instance.state = to


@route("POST", INSTANCE + "/reboot")
def reboot(call: Call) -> Any:
    _project, instance = _instance_in(call, "ACTIVE", "SHUTOFF")
    _pass(call, instance, "HARD_REBOOT" if call.body["type"] == "hard" else "REBOOT", "ACTIVE")


@route("POST", INSTANCE + "/start")
def start(call: Call) -> Any:
    _project, instance = _instance_in(call, "SHUTOFF")
    _pass(call, instance, "SHUTOFF", "ACTIVE")


@route("POST", INSTANCE + "/stop")
def stop(call: Call) -> Any:
    _project, instance = _instance_in(call, "ACTIVE")
    _pass(call, instance, "ACTIVE", "SHUTOFF")


@route("POST", INSTANCE + "/resume")
def resume(call: Call) -> Any:
    _project, instance = _instance_in(call, "SUSPENDED", "PAUSED")
    _pass(call, instance, instance.state, "ACTIVE")


@route("POST", INSTANCE + "/shelve")
def shelve(call: Call) -> Any:
    _project, instance = _instance_in(call, "ACTIVE", "SHUTOFF")
    _pass(call, instance, "SHELVING", "SHELVED_OFFLOADED")


@route("POST", INSTANCE + "/unshelve")
def unshelve(call: Call) -> Any:
    _project, instance = _instance_in(call, "SHELVED_OFFLOADED")
    _pass(call, instance, "UNSHELVING", "ACTIVE")


@route("POST", INSTANCE + "/rescueMode")
def rescue(call: Call) -> Any:
    if not call.body["rescue"]:
        _project, instance = _instance_in(call, "RESCUE")
        instance.rescue_password = None
        _pass(call, instance, "UNRESCUING", "ACTIVE")
        return {"adminPassword": None}
    _project, instance = _instance_in(call, "ACTIVE", "SHUTOFF")
    instance.rescue_password = call.world.token(12)
    _pass(call, instance, "RESCUING", "RESCUE")
    return {"adminPassword": instance.rescue_password}


@route("POST", INSTANCE + "/reinstall")
def reinstall(call: Call) -> Any:
    project, instance = _instance_in(call, "ACTIVE", "SHUTOFF")
    flavor = flavor_by_id(instance.flavor_id) or {}
    instance.image_id = building.fitting_image(instance.region, call.body["imageId"], flavor)["id"]
    _pass(call, instance, "REBUILD", "ACTIVE")
    return instance_json(call.world, project, instance)


@route("POST", INSTANCE + "/resize")
def resize(call: Call) -> Any:
    project, instance = _instance_in(call, "ACTIVE", "SHUTOFF")
    old = flavor_by_id(instance.flavor_id) or {}
    monthly = instance.monthly_since is not None
    new = building.fitting_flavor(instance.region, call.body["flavorId"], monthly)
    if new["disk"] < old.get("disk", 0):
        raise bad_request("Resize to a smaller disk is not possible")
    more = {"cores": new["vcpus"] - old.get("vcpus", 0), "ram": (new["ram"] - old.get("ram", 0)) * 1000}
    rules.refuse_over_quota(project, instance.region, call.world.now(), **{k: n for k, n in more.items() if n > 0})
    instance.flavor_id = new["id"]
    _pass(call, instance, "RESIZE", "ACTIVE")
    return instance_json(call.world, project, instance)


@route("POST", INSTANCE + "/activeMonthlyBilling")
def activate_monthly_billing(call: Call) -> Any:
    project, instance = _instance_in(call, "ACTIVE", "SHUTOFF")
    if instance.monthly_since is not None:
        raise conflict(f"Instance {instance.id} is billed monthly already")
    building.fitting_flavor(instance.region, instance.flavor_id, monthly=True)
    instance.monthly_since = call.world.now()
    instance.monthly_ok_at = call.world.now() + call.world.duration("monthly_activation")
    return instance_json(call.world, project, instance)
