# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that is in a vRack: its projects with their networks, subnets and instances, and its other services."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Tuple

from ..._engine.errors import VrackError
from ..._engine.model import Reader
from ..._messages import error
from ..._shared.catalog import image_names, list_flavors
from ..._shared.entries import Entries
from ..._shared.given import text_given
from ..._shared.project import Project, find_project, project_vrack
from ..instance.record import Instance, list_instances
from ..instance_network.target import PUBLIC
from ..private_network.record import Networks, list_networks
from ..subnet.record import list_subnets_of
from ..vrack.contents import contents_beside_projects
from ..vrack.record import Vrack, find_vrack, list_vracks, projects_in


def fetch(read: Reader, params: Mapping[str, Any]) -> Dict[str, Any]:
    """What can't be read of one project hides nothing of the others, and is a warning."""
    vrack, own = _where(read, text_given(params, "vrack"), text_given(params, "project"))
    notes: List[str] = []
    services: Tuple[str, ...] = ()
    ids = [own.id] if own else []
    if vrack is not None:
        ids += [one for one in projects_in(read, [vrack])[0] if one not in ids]
        services, whole = contents_beside_projects(read, vrack.service_name)
        if not whole:
            notes.append(f"not all services of vRack {vrack.service_name} could be read")
    projects = [_project(read, own if own and own.id == one else None, one, notes) for one in ids]
    return {
        "vrack": None if vrack is None else vrack.record(),
        "services": list(services),
        "projects": sorted(projects, key=lambda one: (one["description"], one["id"])),
        "warnings": notes,
    }


def _where(read: Reader, vrack: Optional[str], project: Optional[str]) -> Tuple[Optional[Vrack], Optional[Project]]:
    """The vRack that is asked for, or the one that the project is in, as far as there is one."""
    if vrack is not None:
        return find_vrack(read, vrack), None
    if project is None:
        raise error("option_needed", option="vrack or project", when="(or the variable OVH_CLOUD_PROJECT_SERVICE)")
    own = find_project(read, project)
    there = project_vrack(read, own)
    if there is None:
        return None, own
    for known in list_vracks(read, there["id"]):
        return known, own
    return Vrack(there["id"], str(there.get("name") or ""), str(there.get("description") or "")), own


def _project(read: Reader, known: Optional[Project], project_id: str, notes: List[str]) -> Dict[str, Any]:
    project = known or Project(project_id, "", "")
    found: Dict[str, List[Dict[str, Any]]] = {"networks": [], "subnets": [], "instances": []}
    try:
        project = known or find_project(read, project_id)
        found = _found(read, project, notes)
    except VrackError as problem:
        if known is not None:
            raise
        notes.append(f"project {project_id}: {problem.sentence()}")
    return {"id": project.id, "description": project.description, "status": project.status, **found}


def _found(read: Reader, project: Project, notes: List[str]) -> Dict[str, List[Dict[str, Any]]]:
    networks = list_networks(read, project)
    subnets = list_subnets_of(read, project, networks)
    instances = list_instances(read, project)
    flavors = {one.id: one.name for one in list_flavors(read, project)} if instances else {}
    images = image_names(read, project, [one.image_id for one in instances if one.image_id]) if instances else {}
    together: List[Entries[Any]] = [networks, instances, *subnets.values()]
    notes += [one.problem.sentence() for several in together for one in several.odd]
    records = [_instance(one, networks, {**images, **flavors}) for one in instances]
    return {
        "networks": [one.record(project) for one in sorted(networks, key=lambda one: (one.vlan_id, one.id))],
        "subnets": sorted(
            (subnet.record(project, one) for one in networks for subnet in subnets[one.id]),
            key=lambda record: (record["network"], record["region"] or "", record["cidr"], record["id"]),
        ),
        "instances": sorted(records, key=lambda record: (record["region"], record["name"], record["id"])),
    }


def _instance(instance: Instance, networks: Networks, names: Mapping[str, str]) -> Dict[str, Any]:
    """With the addresses that the list of instances has: no request an instance."""
    return {
        "id": instance.id,
        "name": instance.name,
        "region": instance.region,
        "status": instance.status,
        "flavor": names.get(instance.flavor_id, ""),
        "image": names.get(instance.image_id or "", ""),
        "billing": "monthly" if instance.monthly else "hourly",
        "addresses": [
            {"ip": ip, "network": PUBLIC if kind == PUBLIC else _network_id(network, networks)}
            for kind, ip, network in instance.addresses
        ],
    }


def _network_id(ref: str, networks: Networks) -> str:
    """The network's own id, where the address has that of OpenStack in a region."""
    return networks.with_id[ref].id if ref in networks.with_id else ref
