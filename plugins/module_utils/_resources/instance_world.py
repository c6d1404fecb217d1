# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look reads for instances, and how a spec's things are found in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Dict, List, Optional, Sequence, Tuple

from .._engine.errors import InputProblem
from .._engine.model import Reader
from .._messages import error
from .attachment import (
    PUBLIC,
    Interface,
    PublicNetwork,
    Target,
    find_target,
    interface_path,
    parse_interfaces,
    read_public_network,
)
from .catalog import Catalog, read_catalog
from .instance import BROKEN, GOING, ON_ITS_WAY, Instance, list_instances
from .instance_spec import InstanceSpec, NetworkWish
from .lookup import UUID
from .private_network import Network, list_networks
from .project import Project, Region, find_projects, read_regions, region_names
from .ssh_key import SshKey, list_keys
from .subnet import Subnet, list_subnets


@dataclass(frozen=True)
class InstanceWorld:
    """Per project what its instances depend on; catalogues by project and region; interfaces by instance."""

    projects: Dict[str, Project]
    instances: Dict[str, Tuple[Instance, ...]] = field(default_factory=dict)
    networks: Dict[str, Tuple[Network, ...]] = field(default_factory=dict)
    public: Dict[str, PublicNetwork] = field(default_factory=dict)
    keys: Dict[str, Tuple[SshKey, ...]] = field(default_factory=dict)
    subnets: Dict[str, Tuple[Subnet, ...]] = field(default_factory=dict)
    names: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
    regions: Dict[Tuple[str, str], Region] = field(default_factory=dict)
    catalogs: Dict[Tuple[str, str], Catalog] = field(default_factory=dict)
    interfaces: Dict[str, Tuple[Interface, ...]] = field(default_factory=dict)

    def project(self, spec: InstanceSpec) -> Project:
        return self.projects[spec.project]

    def find_all(self, spec: InstanceSpec) -> List[Instance]:
        """By exact name and region, or by id. Those that are going count only where nothing else is there."""
        instances = self.instances[self.project(spec).id]
        if UUID.match(spec.name):
            return [one for one in instances if one.id == spec.name]
        found = [one for one in instances if one.name == spec.name and one.region == spec.region]
        return [one for one in found if one.status not in GOING] or found

    def find(self, spec: InstanceSpec) -> Optional[Instance]:
        found = self.find_all(spec)
        staying = [one for one in found if one.status not in GOING]
        if len(staying) > 1:
            candidates = ", ".join(sorted(f"{one.id} ({one.status})" for one in staying))
            raise error("instance_several", name=spec.name, region=spec.region, candidates=candidates)
        return found[0] if found else None

    def target(self, spec: InstanceSpec, wish: NetworkWish) -> Target:
        project = self.project(spec)
        return find_target(wish.network, spec.region, self.networks[project.id], self.public.get(project.id))


def look(read: Reader, specs: Sequence[InstanceSpec], last: Optional[InstanceWorld]) -> InstanceWorld:
    """The fewest reads that cover every spec. Catalogues and the like are read once a task."""
    projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
    world = InstanceWorld(projects)
    if last is not None:
        world = replace(
            world,
            networks=dict(last.networks),
            public=last.public,
            keys=last.keys,
            subnets=last.subnets,
            names=last.names,
            regions=last.regions,
            catalogs=last.catalogs,
        )
    for project in {spec.project: projects[spec.project] for spec in specs}.values():
        world.instances[project.id] = tuple(list_instances(read, project))
    present = [spec for spec in specs if spec.state == "present"]
    _observe_networks(read, present, world)
    for spec in present:
        _observe_catalog(read, spec, world)
    _observe_interfaces(read, present, world)
    for spec in present:
        if not world.find_all(spec):
            _observe_for_creation(read, spec, world)
        if _needs_public_network(spec, world):
            project = projects[spec.project]
            world.public[project.id] = read_public_network(read, project)
    return world


def _observe_networks(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    """The project's networks: again only while one that is wanted is not in use yet."""
    for project in {spec.project: world.project(spec) for spec in specs}.values():
        wishes = [(spec, wish) for spec in specs if world.project(spec) == project for wish in spec.wishes]
        if project.id not in world.networks or not all(_is_active(spec, wish, world) for spec, wish in wishes):
            world.networks[project.id] = tuple(list_networks(read, project))


def _observe_catalog(read: Reader, spec: InstanceSpec, world: InstanceWorld) -> None:
    project = world.project(spec)
    if project.id not in world.names and not world.find_all(spec):
        world.names[project.id] = tuple(region_names(read, project))
    if spec.region not in world.names.get(project.id, (spec.region,)):
        return
    if (project.id, spec.region) not in world.catalogs:
        world.catalogs[project.id, spec.region] = read_catalog(read, project, spec.region, spec.image)


def _needs_public_network(spec: InstanceSpec, world: InstanceWorld) -> bool:
    """Its ids are needed only to send them."""
    wanted = any(wish.network == PUBLIC for wish in spec.wishes)
    if not wanted or world.project(spec).id in world.public:
        return False
    there = [one for found in world.find_all(spec) for one in world.interfaces.get(found.id, ())]
    return not any(one.type == PUBLIC for one in there)


def _observe_for_creation(read: Reader, spec: InstanceSpec, world: InstanceWorld) -> None:
    """What only a new instance needs: zones, its key, its networks' subnets."""
    project = world.project(spec)
    if spec.region not in world.names[project.id]:
        return
    if spec.availability_zone and (project.id, spec.region) not in world.regions:
        for name, region in read_regions(read, project, [spec.region]).items():
            world.regions[project.id, name] = region
    if spec.ssh_key and project.id not in world.keys:
        world.keys[project.id] = tuple(list_keys(read, project))
    for wish in spec.wishes:
        try:
            network = world.target(spec, wish).network
        except InputProblem:
            continue
        if network is not None and not any(one.region == spec.region for one in world.subnets.get(network.id, ())):
            world.subnets[network.id] = tuple(list_subnets(read, project, network))


def _observe_interfaces(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    """One request an instance that is there to stay; none for those that are still being built."""
    found = [
        (world.project(spec), instance)
        for spec in specs
        for instance in world.find_all(spec)
        if instance.status not in GOING + BROKEN + ON_ITS_WAY
    ]
    paths = [interface_path(project, instance.id) for project, instance in found]
    for (_project, instance), answer in zip(found, read.get_many(paths, missing=[])):
        world.interfaces[instance.id] = parse_interfaces(answer)


def _is_active(spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> bool:
    try:
        return not not_active(world.target(spec, wish))
    except InputProblem:
        return False


def not_active(target: Target) -> str:
    """Why the network is not in use in the region, or nothing."""
    if target.network is None:
        return ""
    entry = target.network.region(target.region)
    if entry is not None and entry.status == "ACTIVE" and entry.openstack_id:
        return ""
    return f"network '{target.network.name}' is {entry.status if entry else 'not'} in {target.region}"
