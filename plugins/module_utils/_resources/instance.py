# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances and the networks that they must have (…/instance)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from .._engine.errors import InputProblem, NotFound, VrackError
from .._engine.model import (
    LATER,
    Action,
    Answers,
    Blocked,
    Call,
    Change,
    Failed,
    Missing,
    Pending,
    Reader,
    Ready,
    Secret,
    State,
    Step,
)
from .._messages import error
from .attachment import (
    PUBLIC,
    Interface,
    PublicNetwork,
    Target,
    attach_call,
    find_target,
    interface_path,
    interface_record,
    ip_differs,
    network_names,
    parse_interfaces,
    read_public_network,
    with_either_id,
)
from .border import objects, optional_text, text
from .catalog import Catalog, check_fit, find_flavor, find_image, read_catalog
from .lookup import UUID
from .private_network import Network, is_network_id, list_networks
from .project import Project, Region, find_projects, read_regions, region_names, unknown_region
from .ssh_key import SshKey, find_key, list_keys
from .subnet import Subnet, list_subnets

GOING = ("DELETING", "DELETED", "SOFT_DELETED")
BROKEN = ("ERROR",)
ON_ITS_WAY = ("BUILD", "BUILDING", "REBUILD", "UNKNOWN")
NO_UNIQUE_NAMES = 60.0
"""Seconds before a creation whose answer was lost is repeated: the API lets two instances have one name."""


@dataclass(frozen=True)
class Instance:
    """What the list of instances says of one."""

    id: str
    name: str
    region: str
    status: str
    flavor_id: str
    image_id: Optional[str]
    key_id: Optional[str]
    created: str
    monthly: bool
    zone: Optional[str]
    addresses: Tuple[Tuple[str, str, str], ...]
    """Type, address and network id of each."""

    @staticmethod
    def from_api(data: Any) -> Instance:
        addresses = [
            (
                text(entry, "type", "instance's address"),
                text(entry, "ip", "instance's address"),
                optional_text(entry, "networkId", "instance's address") or "",
            )
            for entry in objects(data, "ipAddresses", "instance")
        ]
        return Instance(
            id=text(data, "id", "instance"),
            name=text(data, "name", "instance"),
            region=text(data, "region", "instance"),
            status=text(data, "status", "instance"),
            flavor_id=optional_text(data, "flavorId", "instance") or "",
            image_id=optional_text(data, "imageId", "instance"),
            key_id=optional_text(data, "sshKeyId", "instance"),
            created=optional_text(data, "created", "instance") or "",
            monthly=bool(data.get("monthlyBilling")),
            zone=optional_text(data, "availabilityZone", "instance"),
            addresses=tuple(sorted(addresses)),
        )

    def address(self, kind: str, version: int) -> Optional[str]:
        found = [ip for type_, ip, network in self.addresses if type_ == kind and (":" in ip) == (version == 6)]
        return found[0] if found else None

    def record(
        self, project: Project, interfaces: Sequence[Interface], names: Dict[str, str], flavor: str, image: str
    ) -> Dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "project": project.id,
            "region": self.region,
            "status": self.status,
            "flavor": flavor,
            "flavor_id": self.flavor_id,
            "image": image,
            "image_id": self.image_id,
            "ssh_key_id": self.key_id,
            "billing": "monthly" if self.monthly else "hourly",
            "availability_zone": self.zone,
            "created": self.created,
            "public_ip": self.address("public", 4),
            "public_ipv6": self.address("public", 6),
            "private_ip": self.address("private", 4),
            "interfaces": [interface_record(interface, names) for interface in interfaces],
        }


def list_instances(read: Reader, project: Project) -> List[Instance]:
    """All instances of the project, in one request."""
    return [Instance.from_api(data) for data in read.get("cloud", "project", project.id, "instance")]


def is_on(instance: Instance, network: Optional[Network]) -> bool:
    """Whether it has an address in the network, or (for None) in the public one."""
    if network is None:
        return any(kind == PUBLIC for kind, _ip, _network_id in instance.addresses)
    return any(network_id in network.ids() for _kind, _ip, network_id in instance.addresses)


@dataclass(frozen=True)
class NetworkWish:
    """A network that an instance must be on: PUBLIC or a reference to a private one."""

    network: str
    ip: Optional[str] = None


@dataclass(frozen=True)
class InstanceSpec:
    """An instance as asked for. *networks* None: the public network alone when it is made."""

    state: str
    project: str
    name: str
    region: str
    flavor: Optional[str] = None
    image: Optional[str] = None
    ssh_key: Optional[str] = None
    networks: Optional[Tuple[NetworkWish, ...]] = None
    user_data: Optional[Secret] = None
    billing: Optional[str] = None
    availability_zone: Optional[str] = None

    def validated(self) -> InstanceSpec:
        """Itself, or an InputProblem for what is wrong whatever exists."""
        if self.state == "absent":
            return self
        for option in ("flavor", "image"):
            if not getattr(self, option):
                raise error("option_needed", option=option, when=f"for instance '{self.name}'")
        if self.networks is not None and not self.networks:
            raise error("networks_empty")
        seen = set()
        for wish in self.networks or ():
            if wish.network in seen:
                raise error("twice", what=wish.network)
            seen.add(wish.network)
            if wish.ip is not None and wish.network == PUBLIC:
                raise error("ip_public")
            if wish.ip is not None:
                check_ip(wish.ip)
        return self


def check_ip(value: str) -> None:
    try:
        ipaddress.IPv4Address(value)
    except ValueError as problem:
        raise error("address_bad", option="ip", value=value) from problem


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


class InstanceKind:
    """Makes instances and attaches the networks that are missing. It never removes a network."""

    name = "instance"

    def label(self, spec: InstanceSpec) -> str:
        return f"instance '{spec.name}' in {spec.region}"

    def observe(self, read: Reader, specs: Sequence[InstanceSpec], last: Any, answers: Answers) -> InstanceWorld:
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
        self._observe_networks(read, present, world)
        for spec in present:
            self._observe_catalog(read, spec, world)
        self._observe_interfaces(read, present, world)
        for spec in present:
            if not _find_all(spec, world):
                self._observe_for_creation(read, spec, world)
            if self._needs_public_network(spec, world):
                project = projects[spec.project]
                world.public[project.id] = read_public_network(read, project)
        return world

    def _observe_networks(self, read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
        """The project's networks: again only while one that is wanted is not in use yet."""
        for project in {spec.project: world.projects[spec.project] for spec in specs}.values():
            wishes = [
                (spec, wish) for spec in specs if world.projects[spec.project] == project for wish in _wishes(spec)
            ]
            if project.id not in world.networks or not all(_is_active(spec, wish, world) for spec, wish in wishes):
                world.networks[project.id] = tuple(list_networks(read, project))

    def _observe_catalog(self, read: Reader, spec: InstanceSpec, world: InstanceWorld) -> None:
        project = world.projects[spec.project]
        if project.id not in world.names and not _find_all(spec, world):
            world.names[project.id] = tuple(region_names(read, project))
        if spec.region not in world.names.get(project.id, (spec.region,)):
            return
        if (project.id, spec.region) not in world.catalogs:
            world.catalogs[project.id, spec.region] = read_catalog(read, project, spec.region, spec.image)

    def _needs_public_network(self, spec: InstanceSpec, world: InstanceWorld) -> bool:
        """Its ids are needed only to send them."""
        wanted = any(wish.network == PUBLIC for wish in _wishes(spec))
        if not wanted or world.projects[spec.project].id in world.public:
            return False
        there = [one for found in _find_all(spec, world) for one in world.interfaces.get(found.id, ())]
        return not any(one.type == PUBLIC for one in there)

    def _observe_for_creation(self, read: Reader, spec: InstanceSpec, world: InstanceWorld) -> None:
        """What only a new instance needs: zones, its key, its networks' subnets."""
        project = world.projects[spec.project]
        if spec.region not in world.names[project.id]:
            return
        if spec.availability_zone and (project.id, spec.region) not in world.regions:
            for name, region in read_regions(read, project, [spec.region]).items():
                world.regions[project.id, name] = region
        if spec.ssh_key and project.id not in world.keys:
            world.keys[project.id] = tuple(list_keys(read, project))
        for wish in _wishes(spec):
            try:
                network = _target(spec, wish, world).network
            except InputProblem:
                continue
            if network is not None and not any(one.region == spec.region for one in world.subnets.get(network.id, ())):
                world.subnets[network.id] = tuple(list_subnets(read, project, network))

    def _observe_interfaces(self, read: Reader, specs: Sequence[InstanceSpec], world: InstanceWorld) -> None:
        """One request an instance that is there to stay; none for those that are still being built."""
        found = [
            (world.projects[spec.project], instance)
            for spec in specs
            for instance in _find_all(spec, world)
            if instance.status not in GOING + BROKEN + ON_ITS_WAY
        ]
        paths = [interface_path(project, instance.id) for project, instance in found]
        for (_project, instance), answer in zip(found, read.get_many(paths, missing=[])):
            world.interfaces[instance.id] = parse_interfaces(answer)

    def check(self, specs: Sequence[InstanceSpec], world: InstanceWorld) -> Iterable[VrackError]:
        seen = set()
        for spec in specs:
            mark = (world.projects[spec.project].id, spec.name, spec.region)
            if mark in seen:
                yield error("twice", what=self.label(spec))
            seen.add(mark)

    def plan(self, spec: InstanceSpec, world: InstanceWorld) -> Change:
        project = world.projects[spec.project]
        seen = _find(spec, world)
        if spec.state == "absent":
            if seen is None:
                return Change(Action.NONE)
            before = _record(seen, spec, world)
            return Change(Action.NONE if seen.status in GOING else Action.DELETE, before, None, seen)
        if spec.region not in world.names.get(project.id, (spec.region,)):
            raise unknown_region(spec.region, world.names[project.id])
        missing = tuple(_missing(spec, world))
        if seen is None or seen.status in GOING:
            _check_choices(spec, project, world)
            return Change(Action.CREATE, None, _predicted(spec, project, world), seen, missing)
        before = _record(seen, spec, world)
        warnings = tuple(_unchangeable(spec, seen, project, world))
        lacking = [] if missing else self._lacking(spec, seen, world)
        wished = {wish.network: wish for wish in _wishes(spec)}
        new = [wished[ref] for ref in lacking] + [wished[one] for one in _missing_refs(spec, world)]
        if not new:
            return Change(Action.NONE, before, before, seen, missing, warnings)
        after = {**before, "interfaces": before["interfaces"] + [_predicted_interface(spec, one, world) for one in new]}
        if after["private_ip"] is None:
            after["private_ip"] = next((one.ip or LATER for one in new if one.network != PUBLIC), None)
        return Change(Action.UPDATE, before, after, seen, missing, warnings)

    def _lacking(self, spec: InstanceSpec, seen: Instance, world: InstanceWorld) -> List[str]:
        """The wanted networks that the instance is not on. One that is still being built has what it was made with."""
        if seen.id not in world.interfaces:
            return []
        lacking = []
        for wish in _wishes(spec):
            target = _target(spec, wish, world)
            there = [one for one in world.interfaces[seen.id] if one.on(target)]
            if not there:
                lacking.append(wish.network)
            elif wish.ip is not None and not any(wish.ip in one.addresses for one in there):
                raise ip_differs(seen.name, wish.network, there[0].address, wish.ip)
        return lacking

    def calls(self, spec: InstanceSpec, change: Change, world: InstanceWorld) -> Step:
        project = world.projects[spec.project]
        seen: Optional[Instance] = change.seen
        if change.action is Action.DELETE and seen is not None:
            path = ("cloud", "project", project.id, "instance", seen.id)
            return [Call("DELETE", path, f"remove instance '{spec.name}'", lock=seen.id, patient=(409,))]
        if seen is not None and seen.status in GOING:
            return Blocked(f"the old instance '{spec.name}' is being removed")
        targets = [(wish, _target(spec, wish, world)) for wish in _wishes(spec)]
        for _wish, target in targets:
            blocked = _not_active(target)
            if blocked:
                return Blocked(blocked)
        if seen is None:
            return [_create_call(spec, project, targets, world)]
        if seen.status != "ACTIVE":
            raise error("instance_not_ready", name=seen.name, id=seen.id, status=seen.status)
        if any(one.building for one in world.interfaces.get(seen.id, ())):
            return Blocked(f"an interface of instance '{seen.name}' is being added")
        lacking = self._lacking(spec, seen, world)
        return [
            attach_call(project, seen.id, seen.name, target, wish.ip, lock=seen.id)
            for wish, target in targets
            if wish.network in lacking
        ]

    def readiness(self, spec: InstanceSpec, change: Change, world: InstanceWorld) -> State:
        seen: Optional[Instance] = change.seen
        if seen is None:
            return Ready()
        if seen.status in BROKEN and spec.state == "present":
            return Failed(error("instance_error", name=seen.name, id=seen.id, status=seen.status))
        if seen.status in ON_ITS_WAY + GOING:
            return Pending(f"instance '{seen.name}' is {seen.status}")
        if any(one.building for one in world.interfaces.get(seen.id, ())):
            return Pending(f"an interface of instance '{seen.name}' is being added")
        return Ready()

    def record(self, spec: InstanceSpec, change: Change, world: InstanceWorld) -> Optional[Dict[str, Any]]:
        return _record(change.seen, spec, world) if change.seen else None


def _find_all(spec: InstanceSpec, world: InstanceWorld) -> List[Instance]:
    """By exact name and region, or by id. Those that are going count only where nothing else is there."""
    instances = world.instances[world.projects[spec.project].id]
    if UUID.match(spec.name):
        return [one for one in instances if one.id == spec.name]
    found = [one for one in instances if one.name == spec.name and one.region == spec.region]
    return [one for one in found if one.status not in GOING] or found


def _find(spec: InstanceSpec, world: InstanceWorld) -> Optional[Instance]:
    found = _find_all(spec, world)
    staying = [one for one in found if one.status not in GOING]
    if len(staying) > 1:
        candidates = ", ".join(sorted(f"{one.id} ({one.status})" for one in staying))
        raise error("instance_several", name=spec.name, region=spec.region, candidates=candidates)
    return found[0] if found else None


def _target(spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> Target:
    project = world.projects[spec.project]
    return find_target(wish.network, spec.region, world.networks[project.id], world.public.get(project.id))


def _wishes(spec: InstanceSpec) -> Tuple[NetworkWish, ...]:
    return spec.networks or ()


def _is_active(spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> bool:
    try:
        return not _not_active(_target(spec, wish, world))
    except InputProblem:
        return False


def _not_active(target: Target) -> str:
    if target.network is None:
        return ""
    entry = target.network.region(target.region)
    if entry is not None and entry.status == "ACTIVE" and entry.openstack_id:
        return ""
    return f"network '{target.network.name}' is {entry.status if entry else 'not'} in {target.region}"


def _missing_refs(spec: InstanceSpec, world: InstanceWorld) -> List[str]:
    return [wish.network for wish in _wishes(spec) if _missing_network(spec, wish, world) is not None]


def _missing_network(spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> Optional[Missing]:
    """Why a network of the instance is not there (yet), where it is looked for by name."""
    try:
        target = _target(spec, wish, world)
    except NotFound as problem:
        if is_network_id(wish.network):
            raise
        warning = f"network '{wish.network}' does not exist yet; taken as made earlier in this play"
        return Missing(problem, warning)
    network = target.network
    if network is None:
        return None
    if network.region(spec.region) is None:
        elsewhere = error("network_not_in_region", network=network.name, region=spec.region)
        return Missing(elsewhere, f"network '{network.name}' is not in {spec.region} yet; taken as activated earlier")
    known = world.subnets.get(network.id)
    if known is not None and not any(subnet.region == spec.region for subnet in known):
        bare = error("network_without_subnet", network=network.name, region=spec.region)
        return Missing(
            bare, f"network '{network.name}' has no subnet in {spec.region} yet; taken as made earlier in this play"
        )
    return None


def _missing(spec: InstanceSpec, world: InstanceWorld) -> Iterable[Missing]:
    project = world.projects[spec.project]
    for wish in _wishes(spec):
        missing = _missing_network(spec, wish, world)
        if missing is not None:
            yield missing
    if spec.ssh_key and project.id in world.keys and not _find_all(spec, world):
        try:
            find_key(spec.ssh_key, world.keys[project.id], spec.region)
        except NotFound as problem:
            yield Missing(problem, f"ssh key '{spec.ssh_key}' does not exist yet; taken as made earlier in this play")


def _check_choices(spec: InstanceSpec, project: Project, world: InstanceWorld) -> None:
    """Refuse what the API would refuse: flavor, image, zone, addresses."""
    catalog = world.catalogs[project.id, spec.region]
    flavor = find_flavor(str(spec.flavor), catalog.flavors, spec.region)
    image = find_image(str(spec.image), catalog.images, spec.region)
    check_fit(flavor, image)
    if spec.billing == "monthly" and not flavor.monthly:
        raise error("flavor_not_monthly", flavor=flavor.name, region=spec.region)
    if spec.availability_zone:
        zones = world.regions[project.id, spec.region].zones
        if spec.availability_zone not in zones:
            known = f" (it has {', '.join(zones)})" if zones else " (it has one zone only)"
            raise error("zone_not_here", region=spec.region, zone=spec.availability_zone, zones=known)
    for wish in _wishes(spec):
        if wish.ip is not None and _missing_network(spec, wish, world) is None:
            network = _target(spec, wish, world).network
            subnets = [one for one in world.subnets.get(network.id if network else "", ()) if one.region == spec.region]
            check_ip_in_subnets(wish.ip, wish.network, spec.region, subnets)


def check_ip_in_subnets(ip: str, network: str, region: str, subnets: Sequence[Subnet]) -> None:
    if not any(ipaddress.IPv4Address(ip) in ipaddress.IPv4Network(subnet.cidr, strict=False) for subnet in subnets):
        cidrs = ", ".join(subnet.cidr for subnet in subnets) or "none"
        raise error("ip_outside", ip=ip, network=network, region=region, cidrs=cidrs)


def _unchangeable(spec: InstanceSpec, seen: Instance, project: Project, world: InstanceWorld) -> Iterable[str]:
    """What is otherwise than asked for and stays so: recreating an instance is never done here."""
    flavor, image = _names_of(seen, project, world)
    for option, there, wanted, there_id in (
        ("flavor", flavor, spec.flavor, seen.flavor_id),
        ("image", image, spec.image, seen.image_id),
    ):
        if wanted and there and wanted not in (there, there_id):
            yield f"instance '{seen.name}' has {option} '{there}', not '{wanted}'; it is left as it is"
    billing = "monthly" if seen.monthly else "hourly"
    if spec.billing and spec.billing != billing:
        yield f"instance '{seen.name}' has {billing} billing, not {spec.billing}; it is left as it is"
    if spec.availability_zone and seen.zone and spec.availability_zone != seen.zone:
        yield f"instance '{seen.name}' is in zone {seen.zone}, not {spec.availability_zone}; it is left as it is"


def _names_of(seen: Instance, project: Project, world: InstanceWorld) -> Tuple[str, str]:
    """Names of flavor and image, where the catalogue still has them."""
    catalog = world.catalogs.get((project.id, seen.region))
    flavors = {flavor.id: flavor.name for flavor in catalog.flavors} if catalog else {}
    images = {image.id: image.name for image in catalog.images} if catalog else {}
    return flavors.get(seen.flavor_id, ""), images.get(seen.image_id or "", "")


def _record(seen: Instance, spec: InstanceSpec, world: InstanceWorld) -> Dict[str, Any]:
    project = world.projects[spec.project]
    flavor, image = _names_of(seen, project, world)
    names = network_names(world.networks.get(project.id, ()))
    return seen.record(project, world.interfaces.get(seen.id, ()), names, flavor, image)


def _predicted(spec: InstanceSpec, project: Project, world: InstanceWorld) -> Dict[str, Any]:
    wishes = spec.networks or (NetworkWish(PUBLIC),)
    public = any(wish.network == PUBLIC for wish in wishes)
    catalog = world.catalogs[project.id, spec.region]
    keys = [one.id for one in world.keys.get(project.id, ()) if spec.ssh_key in (one.name, one.id)]
    return {
        "id": LATER,
        "name": spec.name,
        "project": project.id,
        "region": spec.region,
        "status": LATER,
        "flavor": spec.flavor,
        "flavor_id": find_flavor(str(spec.flavor), catalog.flavors, spec.region).id,
        "image": spec.image,
        "image_id": find_image(str(spec.image), catalog.images, spec.region).id,
        "ssh_key_id": keys[0] if keys else LATER if spec.ssh_key else None,
        "billing": spec.billing or "hourly",
        "availability_zone": spec.availability_zone,
        "created": LATER,
        "public_ip": LATER if public else None,
        "public_ipv6": LATER if public else None,
        "private_ip": next((wish.ip or LATER for wish in wishes if wish.network != PUBLIC), None),
        "interfaces": [_predicted_interface(spec, wish, world) for wish in wishes],
    }


def _predicted_interface(spec: InstanceSpec, wish: NetworkWish, world: InstanceWorld) -> Dict[str, Any]:
    name = wish.network
    if _missing_network(spec, wish, world) is None:
        name = _target(spec, wish, world).name
    return {
        "id": LATER,
        "type": PUBLIC if wish.network == PUBLIC else "private",
        "network": name,
        "network_id": LATER,
        "ip": wish.ip or LATER,
        "addresses": [wish.ip] if wish.ip else LATER,
        "mac": LATER,
        "state": LATER,
    }


def _create_call(
    spec: InstanceSpec, project: Project, targets: Sequence[Tuple[NetworkWish, Target]], world: InstanceWorld
) -> Call:
    catalog = world.catalogs[project.id, spec.region]
    common: Dict[str, Any] = {
        "name": spec.name,
        "region": spec.region,
        "flavorId": find_flavor(str(spec.flavor), catalog.flavors, spec.region).id,
        "imageId": find_image(str(spec.image), catalog.images, spec.region).id,
    }
    if spec.ssh_key:
        common["sshKeyId"] = find_key(spec.ssh_key, world.keys[project.id], spec.region).id
    if spec.user_data is not None:
        common["userData"] = spec.user_data
    if spec.billing is not None:
        common["monthlyBilling"] = spec.billing == "monthly"
    if spec.availability_zone:
        common["availabilityZone"] = spec.availability_zone

    def make(ids: List[str], otherwise: Optional[Call]) -> Call:
        body = dict(common)
        networks = []
        for network_id, (wish, _to) in zip(ids, targets):
            networks.append({"networkId": network_id, "ip": wish.ip} if wish.ip else {"networkId": network_id})
        if networks:
            body["networks"] = networks
        return Call(
            "POST",
            ("cloud", "project", project.id, "instance"),
            f"create instance '{spec.name}' in {spec.region}",
            body,
            patience=NO_UNIQUE_NAMES,
            otherwise=otherwise,
        )

    return with_either_id([target for wish, target in targets], make)
