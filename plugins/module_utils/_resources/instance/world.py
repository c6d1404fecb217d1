# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look reads for instances, and how a spec's things are found in it."""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Dict, FrozenSet, List, Optional, Sequence, Set, Tuple, Union

from ..._engine.errors import InputProblem, Refused
from ..._engine.model import Answer, Answers, Reader
from ..._messages import error
from ..._shared.answers import text
from ..._shared.catalog import Catalog, fetch_catalogs, read_catalog
from ..._shared.entries import Entries
from ..._shared.instance_states import BEING_BUILT, Stage, is_broken, is_coming, is_gone, stage
from ..._shared.project import Project, Region, find_projects, read_regions, region_names
from ..._shared.quota import Quota, read_quotas
from ..instance_network.interface import Interface, interface_path, parse_interfaces
from ..instance_network.target import PRIVATE, PUBLIC, PublicNetwork, Target, find_target, read_public_network
from ..private_network.record import Network, list_networks
from ..ssh_key.record import SshKey, list_keys
from ..subnet.record import Subnet, list_subnets
from .brief import interfaces_as_listed
from .record import Found, Instance, list_instances
from .spec import InstanceSpec, NetworkWish
from .watch import Watch


@dataclass(eq=False)
class InstanceWorld:
    """Per project what its instances depend on; catalogues by project and region; interfaces by instance.

    made: ids of the instances that this run itself has made and when it was told them, by what they were made for.
    shown: those of them that a look has shown. lost: specs of which a creation was sent whose answer was lost. first:
    whether nothing was looked at before.
    """

    projects: Dict[str, Project]
    instances: Dict[str, Entries[Instance]] = field(default_factory=dict)
    found: Dict[str, Found] = field(default_factory=dict)
    networks: Dict[str, Tuple[Network, ...]] = field(default_factory=dict)
    targets: Dict[Tuple[str, str, str], Union[Target, InputProblem]] = field(default_factory=dict)
    public: Dict[str, PublicNetwork] = field(default_factory=dict)
    keys: Dict[str, Entries[SshKey]] = field(default_factory=dict)
    subnets: Dict[str, Tuple[Subnet, ...]] = field(default_factory=dict)
    names: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
    regions: Dict[Tuple[str, str], Region] = field(default_factory=dict)
    catalogs: Dict[Tuple[str, str], Catalog] = field(default_factory=dict)
    interfaces: Dict[str, Tuple[Interface, ...]] = field(default_factory=dict)
    quotas: Dict[str, Tuple[Quota, ...]] = field(default_factory=dict)
    unread: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
    watch: Watch = field(default_factory=Watch)
    made: Dict[InstanceSpec, Dict[str, float]] = field(default_factory=dict)
    shown: FrozenSet[str] = frozenset()
    lost: FrozenSet[InstanceSpec] = frozenset()
    first: bool = True

    def project(self, spec: InstanceSpec) -> Project:
        return self.projects[spec.project]

    def find_all(self, spec: InstanceSpec) -> List[Instance]:
        """By exact name and region, or by id: the one given, or the one that the answer to a creation gave.

        Those that are going count only where nothing else is there.
        """
        there = self.found[self.project(spec).id]
        if spec.by_id:
            return [there.by_id[spec.name]] if spec.name in there.by_id else []
        named = [one for one in there.named(spec.name, spec.region) if not is_gone(one.status)]
        made = [there.by_id[one] for one in sorted(self.made.get(spec, ())) if one in there.by_id]
        found = named + [one for one in made if one not in named]
        return [one for one in found if one.staying] or found

    def find(self, spec: InstanceSpec) -> Optional[Instance]:
        """The one that is meant.

        Several are never chosen between, but where they appear while this run waits, or are being built when it begins,
        they come from runs that made the same instance at the same moment. The oldest is the one then, for each run
        removes its own.
        """
        found = sorted(self.find_all(spec), key=lambda one: one.age)
        elsewhere = [one for one in found if one.region != spec.region]
        if elsewhere:
            one = elsewhere[0]
            raise error("instance_elsewhere", name=one.name, id=one.id, there=one.region, region=spec.region)
        staying = [one for one in found if one.staying]
        meets_a_race = self.first and spec.state == "present" and all(is_coming(one.status) for one in staying[1:])
        doubtful = self.first or spec.state == "absent" or (spec in self.lost and not self.surplus(spec))
        doubtful = doubtful or any(self.watch.is_settled(one.id) for one in staying[1:])
        if doubtful and len(staying) > 1 and not meets_a_race:
            candidates = ", ".join(f"{one.id} ({one.status}, of {one.created})" for one in found)
            raise error("instance_several", name=spec.name, region=spec.region, candidates=candidates)
        return found[0] if found else None

    def has_twin(self, spec: InstanceSpec) -> bool:
        """Whether another run has made the same beside it, and has not removed it yet."""
        return len(self._staying(spec)) > 1

    def _staying(self, spec: InstanceSpec) -> List[Instance]:
        return [one for one in self.find_all(spec) if one.staying]

    def surplus(self, spec: InstanceSpec) -> List[Instance]:
        """What this run made although another run had made the same before it."""
        own = self.made.get(spec, {})
        return [one for one in sorted(self._staying(spec), key=lambda one: one.age)[1:] if one.id in own]

    def hides_own(self, spec: InstanceSpec) -> bool:
        """Whether what this run made is still to be shown, so that another one may not be all there is."""
        told = self.made.get(spec, {})
        return any(one not in self.shown and self.watch.is_recent(at) for one, at in told.items())

    def is_new(self, spec: InstanceSpec) -> bool:
        return not self._staying(spec)

    def is_lacking(self, spec: InstanceSpec, wish: NetworkWish) -> bool:
        """Whether it must still be put on the network, as far as can be seen."""
        try:
            target = self.target(spec, wish)
        except InputProblem:
            return True
        there = [self.interfaces[one.id] for one in self.find_all(spec) if one.id in self.interfaces]
        return self.is_new(spec) or any(not any(one.on(target) for one in interfaces) for interfaces in there)

    def hides_interfaces(self, spec: InstanceSpec, seen: Instance) -> bool:
        return self.watch.hides_interfaces(seen, self.interfaces.get(seen.id, ()), self._networks(spec))

    def hides_addresses(self, spec: InstanceSpec, seen: Instance) -> bool:
        return self.watch.hides_addresses(seen, self.interfaces.get(seen.id, ()), self._networks(spec))

    def _networks(self, spec: InstanceSpec) -> Sequence[Network]:
        return self.networks.get(self.project(spec).id, ())

    def target(self, spec: InstanceSpec, wish: NetworkWish) -> Target:
        project_id = self.project(spec).id
        key = (project_id, wish.network, spec.region)
        if key not in self.targets:
            public = self.public.get(project_id)
            try:
                self.targets[key] = find_target(wish.network, spec.region, self.networks[project_id], public)
            except InputProblem as problem:
                self.targets[key] = problem
        found = self.targets[key]
        if isinstance(found, Target):
            return found
        raise copy(found)


def look(
    read: Reader,
    specs: Sequence[InstanceSpec],
    last: Optional[InstanceWorld],
    answers: Answers,
    brief: bool = False,
) -> InstanceWorld:
    """The fewest reads that cover every spec. Catalogues and the like are read once a task.

    brief: interfaces are taken from the list of instances where that is enough.
    """
    world = InstanceWorld(find_projects(read, [spec.project for spec in specs], last.projects if last else None))
    if last is not None:
        world = _with_what_is_known(world, last, specs, answers)
    present = [spec for spec in specs if spec.state == "present"]
    if last is None:
        read.ahead(*[("cloud", "project", world.project(spec).id, "network", "private") for spec in present])
    for project in world.projects.values():
        world.instances[project.id] = list_instances(read, project)
        before = last.found.get(project.id) if last else None
        world.found[project.id] = Found(world.instances[project.id], before)
    new = [spec for spec in present if world.is_new(spec) and not spec.by_id]
    absent = [spec for spec in specs if spec.state == "absent"]
    if last is None and (new or any(world.find_all(spec) for spec in absent)):
        read.will_write()
    _look_at_networks(read, present, world)
    _look_at_networks(read, [spec for spec in absent if _on_several(world.find_all(spec))], world)
    if last is None:
        _begin_to_read(read, new, world)
        _look_at_region_names(read, [spec for spec in absent if not world.find_all(spec)], world)
    _look_at_regions(read, new, world)
    _look_at_catalogs(read, present, new, world)
    _look_at_interfaces(read, present, world, brief)
    for spec in new:
        project = world.project(spec)
        if last is None and project.id not in world.quotas:
            world.quotas[project.id], world.unread[project.id] = read_quotas(read, project)
        if spec.ssh_key and project.id not in world.keys:
            world.keys[project.id] = list_keys(read, project)
    _look_at_lacking_networks(read, present, world)
    meant = [one for spec in specs for one in world.find_all(spec)]
    made_ids = frozenset(one for ids in world.made.values() for one in ids)
    made_ids |= {one.id for one in meant if one.is_young(read.today())}
    watch = last.watch if last else Watch()
    watch = watch.then(read.now(), meant, world.interfaces, answers, made_ids)
    shown = {one for one in made_ids if any(one in there.by_id for there in world.found.values())}
    return replace(world, shown=world.shown | shown, watch=watch)


def _with_what_is_known(
    world: InstanceWorld, last: InstanceWorld, specs: Sequence[InstanceSpec], answers: Answers
) -> InstanceWorld:
    """With what is read once a task, and what the answers have told."""
    made = dict(last.made)
    made.update((spec, {**made.get(spec, {}), **_made(answers.get(spec, ()))}) for spec in specs)
    return replace(
        world,
        networks=dict(last.networks),
        public=dict(last.public),
        keys=dict(last.keys),
        subnets=dict(last.subnets),
        names=dict(last.names),
        regions=dict(last.regions),
        catalogs=dict(last.catalogs),
        made=made,
        shown=last.shown,
        lost=frozenset(spec for spec in specs if _lost(answers.get(spec, ()))),
        first=False,
    )


def _begin_to_read(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    """What new instances depend on and does not depend on each other."""
    for spec in specs:
        path = ("cloud", "project", world.project(spec).id)
        read.ahead(path + ("region",), path + ("quota",))
        if spec.ssh_key:
            read.ahead(path + ("sshkey",))
        for wish in spec.wishes:
            if wish.network == PUBLIC:
                read.ahead(path + ("network", "public"))
                continue
            with suppress(InputProblem):
                network = world.target(spec, wish).network
                if network is not None:
                    read.ahead(path + ("network", "private", network.id, "subnet"))


def _made(answers: Sequence[Answer]) -> Dict[str, float]:
    """Ids of the instances that the answers say were made, and when they said so."""
    creations = [answer for answer in answers if _is_creation(answer) and answer.definite]
    return {text(answer.value, "id", "new instance"): answer.at for answer in creations}


def _lost(answers: Sequence[Answer]) -> bool:
    return any(_is_creation(answer) and answer.uncertain for answer in answers)


def _is_creation(answer: Answer) -> bool:
    return answer.call.method == "POST" and answer.call.path[-1] == "instance"


def _on_several(instances: Sequence[Instance]) -> bool:
    """Whether it takes the networks' VLANs to say which private address is the first."""
    return any(len({network for kind, _ip, network in one.addresses if kind == PRIVATE}) > 1 for one in instances)


def _look_at_networks(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    """The project's networks: again only while one that is wanted is not in use yet."""
    for project in {spec.project: world.project(spec) for spec in specs}.values():
        wishes = [(spec, wish) for spec in specs if world.project(spec) == project for wish in spec.wishes]
        if project.id not in world.networks or not all(_is_active(spec, wish, world) for spec, wish in wishes):
            world.networks[project.id] = list_networks(read, project)
            world.targets.clear()


def _look_at_region_names(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    for spec in specs:
        project = world.project(spec)
        if project.id not in world.names:
            world.names[project.id] = tuple(region_names(read, project))


def _look_at_regions(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    """The regions of new instances, each once a task."""
    _look_at_region_names(read, specs, world)
    wanted: Dict[str, Set[str]] = {}
    for spec in specs:
        project = world.project(spec)
        if spec.region in world.names[project.id] and (project.id, spec.region) not in world.regions:
            wanted.setdefault(spec.project, set()).add(spec.region)
    for ref, names in wanted.items():
        project = world.projects[ref]
        for name in sorted(names):
            path = ("cloud", "project", project.id)
            read.ahead(path + ("image",), path + ("flavor",), query={"region": name})
        for name, region in read_regions(read, project, sorted(names)).items():
            world.regions[project.id, name] = region


def _look_at_catalogs(
    read: Reader, specs: Sequence[InstanceSpec], new: Sequence[InstanceSpec], world: InstanceWorld
) -> None:
    images: Dict[Tuple[str, str], Set[str]] = {}
    for spec in specs:
        images.setdefault((spec.project, spec.region), set()).update([spec.image] if spec.image else [])
    needed = {(spec.project, spec.region) for spec in new}
    unread: Dict[Project, List[str]] = {}
    for ref, region in images:
        project = world.projects[ref]
        known = region in world.names.get(project.id, (region,))
        if known and (project.id, region) not in world.catalogs:
            unread.setdefault(project, []).append(region)
    for project, regions in unread.items():
        fetch_catalogs(read, project, regions)
    for (ref, region), wanted in images.items():
        project = world.projects[ref]
        if region in unread.get(project, ()) and (project.id, region) not in world.catalogs:
            try:
                world.catalogs[project.id, region] = read_catalog(read, project, region, sorted(wanted))
            except Refused as refusal:
                if (ref, region) in needed or refusal.status not in (400, 404):
                    raise
                # An instance can be in a region that the project no longer has. Its names are not known then.
                world.catalogs[project.id, region] = Catalog((), ())


def _look_at_interfaces(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld, brief: bool) -> None:
    """One request an instance that is there to stay; none for those that are still being built."""
    if brief:
        _take_interfaces_from_list(specs, world)
    found = [
        (world.project(spec), instance)
        for spec in specs
        for instance in world.find_all(spec)
        if instance.staying and not is_broken(instance.status) and instance.status not in BEING_BUILT
        if instance.id not in world.interfaces
    ]
    paths = [interface_path(project, instance.id) for project, instance in found]
    for (_project, instance), answer in zip(found, read.get_many(paths, missing=[])):
        world.interfaces[instance.id] = parse_interfaces(answer, instance.addresses)


def _take_interfaces_from_list(specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    for spec in specs:
        found = world.find_all(spec)
        if len(found) == 1 and stage(found[0].status) is Stage.RUNNING:
            with suppress(InputProblem):
                wishes = [(world.target(spec, wish), wish.ip) for wish in spec.wishes]
                shown = interfaces_as_listed(found[0], wishes, world.networks.get(world.project(spec).id, ()))
                if shown is not None:
                    world.interfaces[found[0].id] = shown


def _look_at_lacking_networks(read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
    world.targets.clear()
    for spec in specs:
        for wish in spec.wishes:
            if world.is_lacking(spec, wish):
                _look_at_network(read, spec, wish, world)
    world.targets.clear()


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
        world.subnets[network.id] = list_subnets(read, project, network)


def _is_active(spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> bool:
    try:
        return not world.target(spec, wish).hindrance()
    except InputProblem:
        return False
