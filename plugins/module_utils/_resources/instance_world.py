# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look reads for instances, and how a spec's things are found in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Dict, FrozenSet, List, Optional, Sequence, Set, Tuple

from .._engine.errors import InputProblem
from .._engine.model import Answer, Answers, Reader
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
from .instance import Instance, list_instances
from .instance_spec import InstanceSpec, NetworkWish
from .instance_states import BEING_BUILT, is_broken
from .private_network import Network, list_networks
from .project import Project, Region, find_projects, read_regions, region_names
from .quota import Quota, read_quotas
from .ssh_key import SshKey, list_keys
from .subnet import Subnet, list_subnets


@dataclass(frozen=True)
class InstanceWorld:
    """Per project what its instances depend on; catalogues by project and region; interfaces by instance.

    own: ids of the instances that this run itself has made. lost: specs of which a creation was sent whose answer was
    lost. first: whether nothing was looked at before.
    """

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
    quotas: Dict[str, Tuple[Quota, ...]] = field(default_factory=dict)
    own: FrozenSet[str] = frozenset()
    lost: FrozenSet[InstanceSpec] = frozenset()
    first: bool = True

    def project(self, spec: InstanceSpec) -> Project:
        return self.projects[spec.project]

    def find_all(self, spec: InstanceSpec) -> List[Instance]:
        """By exact name and region, or by id. Those that are going count only where nothing else is there."""
        instances = self.instances[self.project(spec).id]
        if spec.by_id:
            return [one for one in instances if one.id == spec.name]
        found = [one for one in instances if one.name == spec.name and one.region == spec.region]
        return [one for one in found if one.staying] or found

    def find(self, spec: InstanceSpec) -> Optional[Instance]:
        """The one that is meant.

        Several are never chosen between, but where they appear while this run waits they come from runs that made the
        same instance at the same moment. The oldest is the one then, for each run removes its own.
        """
        found = sorted(self.find_all(spec), key=lambda one: one.age)
        elsewhere = [one for one in found if one.region != spec.region]
        if elsewhere:
            one = elsewhere[0]
            raise error("instance_elsewhere", name=one.name, id=one.id, there=one.region, region=spec.region)
        doubtful = self.first or spec.state == "absent" or (spec in self.lost and not self.surplus(spec))
        if doubtful and len([one for one in found if one.staying]) > 1:
            candidates = ", ".join(f"{one.id} ({one.status}, of {one.created})" for one in found)
            raise error("instance_several", name=spec.name, region=spec.region, candidates=candidates)
        return found[0] if found else None

    def surplus(self, spec: InstanceSpec) -> List[Instance]:
        """What this run made although another run had made the same before it."""
        staying = [one for one in self.find_all(spec) if one.staying]
        return [one for one in sorted(staying, key=lambda one: one.age)[1:] if one.id in self.own]

    def is_new(self, spec: InstanceSpec) -> bool:
        return not any(one.staying for one in self.find_all(spec))

    def is_lacking(self, spec: InstanceSpec, wish: NetworkWish) -> bool:
        """Whether it must still be put on the network, as far as can be seen."""
        try:
            target = self.target(spec, wish)
        except InputProblem:
            return True
        there = [self.interfaces[one.id] for one in self.find_all(spec) if one.id in self.interfaces]
        return self.is_new(spec) or any(not any(one.on(target) for one in interfaces) for interfaces in there)

    def target(self, spec: InstanceSpec, wish: NetworkWish) -> Target:
        project = self.project(spec)
        return find_target(wish.network, spec.region, self.networks[project.id], self.public.get(project.id))


def look(read: Reader, specs: Sequence[InstanceSpec], last: Optional[InstanceWorld], answers: Answers) -> InstanceWorld:
    """The fewest reads that cover every spec. Catalogues and the like are read once a task."""
    world = InstanceWorld(find_projects(read, [spec.project for spec in specs], last.projects if last else None))
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
            own=last.own | _made(answers),
            lost=frozenset(spec for spec in specs if _lost(answers.get(spec, ()))),
            first=False,
        )
    for project in world.projects.values():
        world.instances[project.id] = tuple(list_instances(read, project))
    present = [spec for spec in specs if spec.state == "present"]
    new = [spec for spec in present if world.is_new(spec) and not spec.by_id]
    _look_at_networks(read, present, world)
    _look_at_regions(read, new, world)
    _look_at_catalogs(read, present, world)
    _look_at_interfaces(read, present, world)
    for spec in new:
        project = world.project(spec)
        if last is None and project.id not in world.quotas:
            world.quotas[project.id] = read_quotas(read, project)
        if spec.ssh_key and project.id not in world.keys:
            world.keys[project.id] = tuple(list_keys(read, project))
    for spec in present:
        for wish in spec.wishes:
            if world.is_lacking(spec, wish):
                _look_at_network(read, spec, wish, world)
    return world


def _made(answers: Answers) -> FrozenSet[str]:
    """Ids of the instances that the answers say were made."""
    return frozenset(
        str(answer.value["id"])
        for several in answers.values()
        for answer in several
        if _is_creation(answer) and answer.definite
    )


def _lost(answers: Sequence[Answer]) -> bool:
    return any(_is_creation(answer) and answer.uncertain for answer in answers)


def _is_creation(answer: Answer) -> bool:
    return answer.call.method == "POST" and answer.call.path[-1] == "instance"


def _look_at_networks(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    """The project's networks: again only while one that is wanted is not in use yet."""
    for project in {spec.project: world.project(spec) for spec in specs}.values():
        wishes = [(spec, wish) for spec in specs if world.project(spec) == project for wish in spec.wishes]
        if project.id not in world.networks or not all(_is_active(spec, wish, world) for spec, wish in wishes):
            world.networks[project.id] = tuple(list_networks(read, project))


def _look_at_regions(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    """The regions of new instances, each once a task."""
    wanted: Dict[str, Set[str]] = {}
    for spec in specs:
        project = world.project(spec)
        if project.id not in world.names:
            world.names[project.id] = tuple(region_names(read, project))
        if spec.region in world.names[project.id] and (project.id, spec.region) not in world.regions:
            wanted.setdefault(spec.project, set()).add(spec.region)
    for ref, names in wanted.items():
        project = world.projects[ref]
        for name, region in read_regions(read, project, sorted(names)).items():
            world.regions[project.id, name] = region


def _look_at_catalogs(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    images: Dict[Tuple[str, str], Set[str]] = {}
    for spec in specs:
        images.setdefault((spec.project, spec.region), set()).add(str(spec.image))
    for (ref, region), wanted in images.items():
        project = world.projects[ref]
        known = region in world.names.get(project.id, (region,))
        if known and (project.id, region) not in world.catalogs:
            world.catalogs[project.id, region] = read_catalog(read, project, region, sorted(wanted))


def _look_at_interfaces(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    """One request an instance that is there to stay; none for those that are still being built."""
    found = [
        (world.project(spec), instance)
        for spec in specs
        for instance in world.find_all(spec)
        if instance.staying and not is_broken(instance.status) and instance.status not in BEING_BUILT
    ]
    paths = [interface_path(project, instance.id) for project, instance in found]
    for (_project, instance), answer in zip(found, read.get_many(paths, missing=[])):
        world.interfaces[instance.id] = parse_interfaces(answer)


def _look_at_network(read: Reader, spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> None:
    """What is needed to put an instance on a network: the public one's ids, a private one's subnets."""
    project = world.project(spec)
    if wish.network == PUBLIC:
        if project.id not in world.public:
            world.public[project.id] = read_public_network(read, project)
        return
    try:
        network = world.target(spec, wish).network
    except InputProblem:
        return
    if network is not None and not any(one.region == spec.region for one in world.subnets.get(network.id, ())):
        world.subnets[network.id] = tuple(list_subnets(read, project, network))


def _is_active(spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> bool:
    try:
        return not world.target(spec, wish).hindrance()
    except InputProblem:
        return False
