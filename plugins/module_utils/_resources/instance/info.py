# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The instances that ovh_instance_info finds."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from ..._engine.model import Reader
from ..._shared.catalog import image_names, list_flavors
from ..._shared.entries import Entries
from ..._shared.given import text_given
from ..._shared.lookup import is_meant
from ..._shared.project import Project, find_project
from ..instance_network.interface import list_interfaces
from ..instance_network.target import PRIVATE, PUBLIC
from ..private_network.record import list_networks, matching_networks
from .record import Instance, is_on, list_instances
from .result import instance_record


def fetch(read: Reader, params: Mapping[str, Any]) -> Entries[Dict[str, Any]]:
    project = find_project(read, params["project"])
    name, region = text_given(params, "name"), text_given(params, "region")
    network, status = text_given(params, "network"), text_given(params, "status")
    instances = list_instances(read, project)
    found = [
        instance
        for instance in instances
        if is_meant(name, instance.name, [instance.id])
        and region in (None, instance.region)
        and status in (None, instance.status)
    ]
    if network is not None:
        found = on_network(read, project, network, found)
    found.sort(key=lambda instance: (instance.region, instance.name, instance.id))
    return instances.only(to_records(read, project, found, params["with_interfaces"]))


def on_network(read: Reader, project: Project, ref: str, instances: List[Instance]) -> List[Instance]:
    if ref == PUBLIC:
        return [instance for instance in instances if is_on(instance, None)]
    networks = matching_networks(ref, list_networks(read, project))
    return [instance for instance in instances if any(is_on(instance, network) for network in networks)]


def to_records(
    read: Reader, project: Project, instances: List[Instance], with_interfaces: bool
) -> List[Dict[str, Any]]:
    if not instances:
        return []
    flavors = {flavor.id: flavor.name for flavor in list_flavors(read, project)}
    images = image_names(read, project, [one.image_id for one in instances if one.image_id])
    interfaces = list_interfaces(read, project, {one.id: one.addresses for one in instances}) if with_interfaces else {}
    private = any(kind == PRIVATE for one in instances for kind, _ip, _network in one.addresses)
    networks = list_networks(read, project) if private or with_interfaces else []
    return [
        instance_record(
            one,
            project,
            interfaces.get(one.id, ()),
            networks,
            flavors.get(one.flavor_id, ""),
            images.get(one.image_id or "", ""),
        )
        for one in instances
    ]
