# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interfaces of instances. The API lets an instance have several on one network."""

from __future__ import annotations

from typing import Any

from simulator import cloud_rules as rules
from simulator import instance_building as building
from simulator.cloud_state import Instance, Port, Project
from simulator.cloud_views import interface_json
from simulator.errors import conflict
from simulator.routing import Call, route

INTERFACES = "/cloud/project/{serviceName}/instance/{instanceId}/interface"


def _visible_interfaces(call: Call, project: Project) -> list[Port]:
    instance, now = rules.instance_of(call, project), call.world.now()
    return [port for port in rules.instance_ports(project, instance, now) if port.is_visible(now)]


@route("GET", INTERFACES)
def list_interfaces(call: Call) -> Any:
    project = rules.project_of(call)
    return call.world.shuffled(interface_json(call.world, project, port) for port in _visible_interfaces(call, project))


@route("GET", INTERFACES + "/{interfaceId}")
def get_interface(call: Call) -> Any:
    project = rules.project_of(call)
    return interface_json(call.world, project, _interface_of(call, project))


@route("POST", INTERFACES)
def add_interface(call: Call) -> Any:
    world, project = call.world, rules.project_of(call)
    instance = _instance_at_rest(call, project)
    network = building.network_asked_for(world, project, instance.region, call.body["networkId"])
    if len(rules.instance_ports(project, instance, world.now())) >= world.settings.interface_limit:
        raise conflict(f"Maximum number of ports exceeded for instance {instance.id}")
    building_time = world.duration("interface_building")
    port = building.plug(
        world,
        project,
        instance,
        network,
        call.given("ip"),
        active_at=world.now() + building_time,
        visible_at=world.now() + world.duration("interface_invisible"),
    )
    return interface_json(world, project, port)


@route("DELETE", INTERFACES + "/{interfaceId}")
def remove_interface(call: Call) -> Any:
    """Begin to unplug; a moment after the interface is gone its address is free."""
    world, project = call.world, rules.project_of(call)
    port = _interface_of(call, project)
    _instance_at_rest(call, project)
    deleting = world.duration("interface_deleting")
    port.gone_at = world.now() + deleting
    port.released_at = port.gone_at + world.duration("port_release_after_delete")
    world.after(port.released_at - world.now(), lambda: project.ports.pop(port.id, None))


def _interface_of(call: Call, project: Project) -> Port:
    for port in _visible_interfaces(call, project):
        if port.id == call.path["interfaceId"]:
            return port
    raise rules.object_not_found()


def _instance_at_rest(call: Call, project: Project) -> Instance:
    """Refuse a change of interfaces unless the instance is active and no other such change is under way."""
    now, instance = call.world.now(), rules.instance_of(call, project)
    status = instance.status(now)
    if status != "ACTIVE":
        raise conflict(f"Cannot change interfaces of instance {instance.id} while it is in state {status}")
    if any(port.is_changing(now) for port in rules.instance_ports(project, instance, now)):
        raise conflict(f"Instance {instance.id} is busy: another change of its interfaces is under way")
    return instance
