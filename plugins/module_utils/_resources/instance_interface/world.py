# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look reads for interfaces."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Dict, List, Optional, Sequence, Tuple

from ..._engine.errors import InputProblem, NotFound
from ..._engine.model import Answers, Reader
from ..._shared.entries import Entries
from ..._shared.lookup import find_one
from ..._shared.project import Project, find_projects, region_names
from ..instance.brief import Wish, interfaces_as_listed
from ..instance.record import Found, Instance, list_instances
from ..instance.watch import Watch
from ..instance_network.interface import Interface, interface_path, parse_interfaces
from ..instance_network.target import PUBLIC, PublicNetwork, Target, find_target, read_public_network
from ..private_network.record import Network, list_networks
from ..region.record import hidden_regions
from ..subnet.record import Subnet, list_subnets_of
from .spec import InterfaceSpec


@dataclass(eq=False)
class InterfaceWorld:
    """Per project its instances and networks; the interfaces of the instances that are meant.

    names: of the project's regions, and hidden: those that seem to be out, read where an instance is not found.
    """

    projects: Dict[str, Project]
    instances: Dict[str, Entries[Instance]]
    found: Dict[str, Found]
    networks: Dict[str, Tuple[Network, ...]]
    public: Dict[str, PublicNetwork]
    subnets: Dict[str, Tuple[Subnet, ...]]
    interfaces: Dict[str, Tuple[Interface, ...]]
    turns: Dict[str, InterfaceSpec] = field(default_factory=dict)
    """Whose turn it is with each instance: the API takes one change of its interfaces at a time."""
    names: Dict[str, Sequence[str]] = field(default_factory=dict)
    hidden: Dict[str, Sequence[str]] = field(default_factory=dict)
    watch: Watch = field(default_factory=Watch)

    def hides_interfaces(self, instance: Instance, project: Project) -> bool:
        return self.watch.hides_interfaces(instance, self.interfaces.get(instance.id, ()), self.networks[project.id])

    def hides_addresses(self, instance: Instance, project: Project) -> bool:
        return self.watch.hides_addresses(instance, self.interfaces.get(instance.id, ()), self.networks[project.id])


def look(
    read: Reader,
    specs: Sequence[InterfaceSpec],
    last: Optional[InterfaceWorld],
    answers: Answers,
    brief: bool = False,
) -> InterfaceWorld:
    """The fewest reads that cover every spec. brief: the list of instances is believed where it tells enough."""
    projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
    networks: Dict[str, Tuple[Network, ...]] = {project.id: () for project in projects.values()}
    networks.update(last.networks if last else {})
    world = InterfaceWorld(projects, {}, {}, networks, dict(last.public) if last else {}, {}, {})
    if last is None:
        private = [projects[spec.project] for spec in specs if spec.network != PUBLIC]
        read.ahead(*[("cloud", "project", project.id, "network", "private") for project in private])
    for spec in specs:
        project = projects[spec.project]
        if project.id not in world.instances:
            world.instances[project.id] = list_instances(read, project)
            before = last.found.get(project.id) if last else None
            world.found[project.id] = Found(world.instances[project.id], before)
        if not _is_usable(spec, world):
            world.networks[project.id] = list_networks(read, project)
        if spec.network == PUBLIC and spec.state == "present" and project.id not in world.public:
            world.public[project.id] = read_public_network(read, project)
    meant = _look_at_interfaces(read, specs, world, brief)
    watch = (last.watch if last else Watch()).then(read.now(), meant, world.interfaces, answers)
    world = replace(world, watch=watch)
    _look_at_subnets(read, specs, world)
    _look_at_regions(read, specs, world)
    return world


def _look_at_regions(read: Reader, specs: Sequence[InterfaceSpec], world: InterfaceWorld) -> None:
    """Where an instance is not found it may be in a region that is not listed."""
    for spec in specs:
        project = world.projects[spec.project]
        try:
            instance_of(spec, world)
        except NotFound:
            if project.id not in world.names:
                world.names[project.id] = region_names(read, project)
            if not spec.region and project.id not in world.hidden:
                world.hidden[project.id] = hidden_regions(read, project, world.names[project.id])
        except InputProblem:
            continue


def _look_at_interfaces(
    read: Reader, specs: Sequence[InterfaceSpec], world: InterfaceWorld, brief: bool
) -> Sequence[Instance]:
    """Reads the interfaces of the instances meant, and returns these."""
    found: Dict[str, Tuple[Project, Instance]] = {}
    wishes: Dict[str, Optional[List[Wish]]] = {}
    for spec in specs:
        try:
            instance = instance_of(spec, world)
        except InputProblem:
            continue
        found[instance.id] = world.projects[spec.project], instance
        _add_wish(spec, instance, world, wishes)
    if brief:
        for instance_id, wished in wishes.items():
            project, instance = found[instance_id]
            shown = interfaces_as_listed(instance, wished or (), world.networks[project.id])
            if shown is not None and wished is not None:
                world.interfaces[instance_id] = shown
    unread = [one for one in found if one not in world.interfaces]
    answers = read.get_many([interface_path(found[one][0], one) for one in unread], missing=[])
    for instance_id, answer in zip(unread, answers):
        world.interfaces[instance_id] = parse_interfaces(answer, found[instance_id][1].addresses)
    return [instance for _project, instance in found.values()]


def _add_wish(
    spec: InterfaceSpec, instance: Instance, world: InterfaceWorld, wishes: Dict[str, Optional[List[Wish]]]
) -> None:
    """What is asked of an instance; None where that is something that the list of instances can't tell."""
    known = wishes.setdefault(instance.id, [])
    try:
        if spec.state == "present" and known is not None and instance.status == "ACTIVE":
            known.append((target_of(spec, instance, world), spec.ip))
            return
    except InputProblem:
        pass
    wishes[instance.id] = None


def _look_at_subnets(read: Reader, specs: Sequence[InterfaceSpec], world: InterfaceWorld) -> None:
    """Where interfaces are to be made, what their networks have."""
    needed: Dict[Project, List[Network]] = {}
    for spec in specs:
        if spec.state == "absent" or spec.network == PUBLIC:
            continue
        with suppress(InputProblem):
            instance = instance_of(spec, world)
            target = target_of(spec, instance, world)
            lacking = not any(one.on(target) for one in world.interfaces.get(instance.id, ()))
            if target.network is not None and lacking:
                needed.setdefault(world.projects[spec.project], []).append(target.network)
    if needed:
        read.will_write()
    for project, networks in needed.items():
        found = list_subnets_of(read, project, networks)
        world.subnets.update({network: tuple(subnets) for network, subnets in found.items()})


def instance_of(spec: InterfaceSpec, world: InterfaceWorld) -> Instance:
    """By id, or by name (in the region, where one is given)."""
    project_id = world.projects[spec.project].id
    found = world.found[project_id]
    by_id = [found.by_id[spec.instance]] if spec.instance in found.by_id else []
    near = by_id or found.named(spec.instance) or world.instances[project_id]
    here = world.instances[project_id].only(one for one in near if one.staying and spec.region in (None, one.region))
    return find_one("instance", spec.instance, here, lambda one: [one.id], lambda one: one.name, spec.region or "")


def target_of(spec: InterfaceSpec, instance: Instance, world: InterfaceWorld) -> Target:
    """Its network in the instance's region."""
    project = world.projects[spec.project]
    return find_target(spec.network, instance.region, world.networks[project.id], world.public.get(project.id))


def _is_usable(spec: InterfaceSpec, world: InterfaceWorld) -> bool:
    """Whether the network is known and in use, so that it need not be read again."""
    try:
        return not target_of(spec, instance_of(spec, world), world).hindrance()
    except InputProblem:
        return False
