# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look sees that matters for private networks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Dict, Optional, Sequence, Tuple

from ..._engine.errors import InputProblem, Refused
from ..._engine.model import Answer, Answers, Reader
from ..._messages import error
from ..._shared.lookup import find_one, normalised, plain
from ..._shared.project import Project, Region, find_projects, project_vrack, read_regions, region_names
from ..._shared.quota import Quota, read_quotas
from ..region.record import hidden_regions
from .record import BUILDING, GOING, Network, Networks, NetworkUser, list_networks, list_users, staying
from .spec import NetworkSpec
from .vlans import Neighbours, free_vlan, read_neighbours

NO_NEIGHBOURS = Neighbours({})


@dataclass(eq=False)
class NetworkWorld:
    """All specs of the task, for they share VLANs. Per project: its networks, the names of its regions, those looked at
    closely, its vRack, the VLANs of other projects there, its instances' addresses.

    names: read where a region is to be made or removed. hidden: those that seem to be in an outage, where all matter.
    vlans: the number chosen for a spec that names none.
    turns: per project, where the API takes one new network at a time, whose turn it is.
    """

    specs: Tuple[NetworkSpec, ...]
    projects: Dict[str, Project]
    networks: Dict[str, Networks] = field(default_factory=dict)
    names: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
    hidden: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
    regions: Dict[str, Dict[str, Region]] = field(default_factory=dict)
    vrack: Dict[str, Optional[str]] = field(default_factory=dict)
    neighbours: Dict[str, Neighbours] = field(default_factory=dict)
    users: Dict[str, Sequence[NetworkUser]] = field(default_factory=dict)
    vlans: Dict[NetworkSpec, int] = field(default_factory=dict)
    quotas: Dict[str, Tuple[Quota, ...]] = field(default_factory=dict)
    unread: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
    turns: Dict[str, NetworkSpec] = field(default_factory=dict)


def look(read: Reader, specs: Sequence[NetworkSpec], last: Optional[NetworkWorld], answers: Answers) -> NetworkWorld:
    """The fewest reads that cover every spec: the networks, and the regions that are to be new to one."""
    projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
    world = NetworkWorld(tuple(specs), projects)
    if last is not None:
        world = replace(
            last,
            projects=projects,
            networks={},
            users={},
            vlans={},
            names=dict(last.names),
            hidden=dict(last.hidden),
            regions={project: dict(regions) for project, regions in last.regions.items()},
            vrack=dict(last.vrack),
            neighbours=dict(last.neighbours),
            turns=dict(last.turns),
        )
    for spec in specs:
        project = projects[spec.project]
        if project.id not in world.networks:
            world.networks[project.id] = list_networks(read, project)
    if last is None:
        _begin_to_read(read, specs, world)
    for spec in specs:
        _look_for_one(read, spec, world)
        project = projects[spec.project]
        if last is None and project.id not in world.quotas and new_regions(spec, world):
            world.quotas[project.id], world.unread[project.id] = read_quotas(read, project)
    world.vlans.update(_chosen_vlans(world, answers))
    if world.turns or any(_is_conflict(answer) for sent in answers.values() for answer in sent):
        _give_turns(specs, world)
    return world


def _begin_to_read(read: Reader, specs: Sequence[NetworkSpec], world: NetworkWorld) -> None:
    """What networks that come or go depend on and does not depend on each other."""
    for spec in specs:
        path = ("cloud", "project", world.projects[spec.project].id)
        with suppress(InputProblem):
            seen = find(spec, world)
            if spec.state == "present" and seen is None:
                read.will_write()
                read.ahead(path + ("region",), path + ("vrack",), path + ("quota",))
            elif spec.state == "absent" and seen is not None:
                read.will_write()
                read.ahead(path + ("region",), path + ("instance",))


def _look_for_one(read: Reader, spec: NetworkSpec, world: NetworkWorld) -> None:
    project = world.projects[spec.project]
    try:
        seen = find(spec, world)
    except InputProblem:
        return
    if spec.state == "present":
        staying = None if seen is None or seen.status == GOING else seen
        _look_at_regions(read, spec, staying, world)
        if staying is None and project.id not in world.vrack:
            vrack = project_vrack(read, project)
            world.vrack[project.id] = vrack["id"] if vrack else None
            if vrack:
                world.neighbours[project.id] = read_neighbours(read, vrack["id"], project)
    elif project.id not in world.names:
        world.names[project.id] = tuple(region_names(read, project))
    everywhere = spec.regions is None and (seen is None or seen.status == GOING)
    if (everywhere or _takes_away(spec, seen)) and project.id not in world.hidden:
        world.hidden[project.id] = hidden_regions(read, project, world.names[project.id])
    leaving = seen is not None and (spec.state == "absent" or spec.exact_regions)
    if leaving and project.id not in world.users:
        world.users[project.id] = list_users(read, project)


def _takes_away(spec: NetworkSpec, seen: Optional[Network]) -> bool:
    """Whether the network is to be in no other region than those that are named, and is there."""
    return spec.state == "present" and bool(spec.regions) and spec.exact_regions and seen is not None


def _look_at_regions(read: Reader, spec: NetworkSpec, seen: Optional[Network], world: NetworkWorld) -> None:
    """A close look at the regions that the network is to get, or at all where one of them is to be refused."""
    project = world.projects[spec.project]
    known = world.regions.setdefault(project.id, {})
    present = {entry.region for entry in seen.regions} if seen else set()
    if seen is not None and present.issuperset(spec.regions or ()) and not spec.exact_regions:
        return
    if project.id not in world.names:
        world.names[project.id] = tuple(region_names(read, project))
    names = world.names[project.id]
    wanted = [name for name in (spec.regions or names) if name not in present]
    new = [name for name in wanted if name in names and name not in known]
    if new:
        known.update(read_regions(read, project, new))
    if spec.regions and any(name not in names or not known[name].takes_private_networks() for name in wanted):
        known.update(read_regions(read, project))


def new_regions(spec: NetworkSpec, world: NetworkWorld) -> Tuple[str, ...]:
    """The regions that the network is yet to get, as far as it is asked for well."""
    if spec.state == "absent":
        return ()
    try:
        seen = find(spec, world)
    except InputProblem:
        return ()
    project = world.projects[spec.project].id
    if seen is None or seen.status == GOING:
        usable = (name for name, region in world.regions[project].items() if region.takes_private_networks())
        return tuple(spec.regions if spec.regions is not None else usable)
    present = {entry.region for entry in seen.regions}
    return tuple(region for region in spec.regions or () if region not in present)


def find(spec: NetworkSpec, world: NetworkWorld) -> Optional[Network]:
    """By VLAN, which is unique in a project, else by name or id."""
    networks = world.networks[world.projects[spec.project].id]
    by_vlan = staying(networks.by_vlan.get(str(spec.vlan_id), ()))
    ref = normalised(spec.name or "")
    by_name = staying(networks.by_id.get(ref) or networks.by_name.get(plain(ref)) or ()) if ref else []
    if by_vlan:
        if by_name and by_vlan[0] not in by_name:
            raise error(
                "network_name_and_vlan",
                name=spec.name,
                by_name=by_name[0].id,
                vlan_id=spec.vlan_id,
                by_vlan=by_vlan[0].id,
            )
        return by_vlan[0]
    if not by_name:
        return None
    return find_one("network", ref, by_name, lambda one: one.ids(), lambda one: one.name)


def _chosen_vlans(world: NetworkWorld, answers: Answers) -> Dict[NetworkSpec, int]:
    """The VLAN of each new network that names none: the one that was sent for it, or else the lowest that is free, in
    the order of the list."""
    chosen: Dict[NetworkSpec, int] = {}
    taken = {
        project: set(networks.vlans()) | set(world.neighbours.get(project, NO_NEIGHBOURS).vlans())
        for project, networks in world.networks.items()
    }
    present = [spec for spec in world.specs if spec.state == "present" and spec.project in world.projects]
    for spec in present:
        if spec.vlan_id is not None:
            taken.get(world.projects[spec.project].id, set()).add(spec.vlan_id)
    for spec in present:
        project = world.projects[spec.project].id
        if spec.vlan_id is None and project in taken and _is_new(spec, world):
            vlan_id = _sent_vlan(answers.get(spec, ()))
            vlan_id = free_vlan(taken[project]) if vlan_id is None else vlan_id
            if vlan_id is not None:
                chosen[spec] = vlan_id
                taken[project].add(vlan_id)
    return chosen


def _sent_vlan(answers: Sequence[Answer]) -> Optional[int]:
    """That of the last request for a network, unless it was refused: the network may be there and not be shown yet."""
    for answer in reversed(answers):
        body = answer.call.body or {}
        if answer.call.method == "POST" and "vlanId" in body:
            return int(body["vlanId"]) if answer.definite or answer.uncertain else None
    return None


def _is_conflict(answer: Answer) -> bool:
    return isinstance(answer.error, Refused) and answer.error.status == 409


def _give_turns(specs: Sequence[NetworkSpec], world: NetworkWorld) -> None:
    """Let a network of each project be there and in use before the next is tried."""
    world.turns.clear()
    present = [spec for spec in world.specs if spec.state == "present" and spec.project in world.projects]
    coming = [spec for spec in present if _is_coming(spec, world)]
    for spec in [*coming, *(spec for spec in specs if spec.state == "present" and _is_new(spec, world))]:
        world.turns.setdefault(world.projects[spec.project].id, spec)


def _is_new(spec: NetworkSpec, world: NetworkWorld) -> bool:
    try:
        seen = find(spec, world)
    except InputProblem:
        return False
    return seen is None or seen.status == GOING


def _is_coming(spec: NetworkSpec, world: NetworkWorld) -> bool:
    with suppress(InputProblem):
        seen = find(spec, world)
        return seen is not None and seen.status == BUILDING
    return False
