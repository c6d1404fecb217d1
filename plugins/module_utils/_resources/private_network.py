# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private networks of a project: a VLAN of the vRack, region by region (…/network/private)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from .._engine.errors import VrackError
from .._engine.model import LATER, Action, Answers, Call, Change, Failed, Missing, Pending, Reader, Ready, State, Step
from .._messages import error
from .border import number, objects, optional_text, text
from .lookup import NETWORK_ID, UUID, find_one
from .project import Project, Region, find_projects, project_vrack, read_regions, region_names, unknown_region

ALREADY = ("already activated",)
VLAN_TAKEN = ("already exists for this vlan",)
HIGHEST_VLAN = 4000


@dataclass(frozen=True)
class NetworkRegion:
    """The network in one region. The OpenStack id is there once it is ACTIVE."""

    region: str
    status: str
    openstack_id: Optional[str]


@dataclass(frozen=True)
class Network:
    """What the API says of a private network."""

    id: str
    name: str
    vlan_id: int
    status: str
    regions: Tuple[NetworkRegion, ...]

    @staticmethod
    def from_api(data: Any) -> Network:
        regions = [
            NetworkRegion(
                text(entry, "region", "network's region"),
                text(entry, "status", "network's region"),
                optional_text(entry, "openstackId", "network's region"),
            )
            for entry in objects(data, "regions", "network")
        ]
        return Network(
            id=text(data, "id", "network"),
            name=text(data, "name", "network"),
            vlan_id=number(data, "vlanId", "network"),
            status=text(data, "status", "network"),
            regions=tuple(sorted(regions, key=lambda entry: entry.region)),
        )

    def region(self, name: str) -> Optional[NetworkRegion]:
        return next((entry for entry in self.regions if entry.region == name), None)

    def ids(self) -> List[str]:
        return [self.id] + [entry.openstack_id for entry in self.regions if entry.openstack_id]

    def record(self, project: Project) -> Dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "vlan_id": self.vlan_id,
            "project": project.id,
            "status": self.status,
            "regions": [entry.region for entry in self.regions],
            "region_status": {entry.region: entry.status for entry in self.regions},
            "openstack_ids": {entry.region: entry.openstack_id for entry in self.regions},
        }


def list_networks(read: Reader, project: Project) -> List[Network]:
    """All private networks of the project, in one request."""
    return [Network.from_api(data) for data in read.get("cloud", "project", project.id, "network", "private")]


def find_network(ref: str, networks: Sequence[Network], region: Optional[str] = None) -> Network:
    """By pn-… id, by OpenStack id (of that region), by name, or by VLAN number."""
    if UUID.match(ref) and region is not None:
        for network in networks:
            for entry in network.regions:
                if entry.openstack_id == ref and entry.region != region:
                    raise error("id_of_other_region", ref=ref, name=network.name, other=entry.region, region=region)
    by_name = [network for network in networks if network.name == ref]
    if ref.isdigit() and not by_name:
        by_vlan = [network for network in networks if network.vlan_id == int(ref)]
        if by_vlan:
            return by_vlan[0]
    return find_one("network", ref, networks, lambda one: one.ids(), lambda one: one.name)


def matching_networks(ref: str, networks: Sequence[Network]) -> List[Network]:
    """All that *ref* fits: those with that id, or else that name, or else that VLAN number."""
    by_id = [network for network in networks if ref in network.ids()]
    by_name = [network for network in networks if network.name == ref]
    return by_id or by_name or [network for network in networks if str(network.vlan_id) == ref]


def is_network_id(ref: str) -> bool:
    return bool(NETWORK_ID.match(ref) or UUID.match(ref))


@dataclass(frozen=True)
class NetworkSpec:
    """A private network as asked for. *regions* None stands for all that can take one."""

    state: str
    project: str
    name: Optional[str] = None
    vlan_id: Optional[int] = None
    regions: Optional[Tuple[str, ...]] = None
    exact_regions: bool = False


@dataclass(frozen=True)
class NetworkWorld:
    """Per project: its networks, the names of its regions, those looked at closely, its vRack, its instances."""

    projects: Dict[str, Project]
    networks: Dict[str, Tuple[Network, ...]] = field(default_factory=dict)
    names: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
    regions: Dict[str, Dict[str, Region]] = field(default_factory=dict)
    vrack: Dict[str, bool] = field(default_factory=dict)
    users: Dict[str, Dict[str, List[str]]] = field(default_factory=dict)


class NetworkKind:
    """Makes private networks, renames them, adds regions, takes regions away when told to, and removes them."""

    name = "private network"

    def label(self, spec: NetworkSpec) -> str:
        vlan = "" if spec.vlan_id is None else f" (VLAN {spec.vlan_id})"
        return f"private network '{spec.name}'{vlan}" if spec.name else f"private network of VLAN {spec.vlan_id}"

    def observe(self, read: Reader, specs: Sequence[NetworkSpec], last: Any, answers: Answers) -> NetworkWorld:
        projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
        world = NetworkWorld(projects)
        if last is not None:
            world = replace(world, names=last.names, regions=last.regions, vrack=last.vrack)
        for spec in specs:
            project = projects[spec.project]
            if project.id not in world.networks:
                world.networks[project.id] = tuple(list_networks(read, project))
        for spec in specs:
            self._observe_one(read, spec, world)
        return world

    def _observe_one(self, read: Reader, spec: NetworkSpec, world: NetworkWorld) -> None:
        project = world.projects[spec.project]
        seen = _find(spec, world)
        if spec.state == "present":
            known = world.regions.setdefault(project.id, {})
            present = {entry.region for entry in seen.regions} if seen else set()
            nothing_new = spec.regions is not None and present.issuperset(spec.regions)
            if project.id not in world.names and not nothing_new:
                world.names[project.id] = tuple(region_names(read, project))
            names = world.names.get(project.id, ())
            new = [
                name
                for name in (names if spec.regions is None else spec.regions)
                if name not in present and name not in known and name in names
            ]
            if new:
                known.update(read_regions(read, project, new))
            if seen is None and project.id not in world.vrack:
                world.vrack[project.id] = project_vrack(read, project) is not None
        leaving = seen is not None and (spec.state == "absent" or spec.exact_regions)
        if leaving and project.id not in world.users:
            world.users[project.id] = users_of_networks(read, project)

    def check(self, specs: Sequence[NetworkSpec], world: NetworkWorld) -> Iterable[VrackError]:
        seen = set()
        for spec in specs:
            project = world.projects[spec.project].id
            for mark in ((project, "name", spec.name), (project, "VLAN", spec.vlan_id)):
                if mark[2] is None:
                    continue
                if mark in seen:
                    yield error("twice", what=f"{mark[1]} {mark[2]}")
                seen.add(mark)

    def plan(self, spec: NetworkSpec, world: NetworkWorld) -> Change:
        project = world.projects[spec.project]
        seen = _find(spec, world)
        if spec.state == "absent":
            return self._plan_absent(spec, project, seen, world)
        missing: Tuple[Missing, ...] = ()
        if seen is None:
            if not spec.name:
                raise error("option_needed", option="name", when="to make a network")
            if not world.vrack.get(project.id, True):
                missing = (_no_vrack(project),)
            _check_regions(spec, project, _wanted_regions(spec, project, world), world)
            return Change(Action.CREATE, None, _predicted(spec, project, world), missing=missing)
        if spec.vlan_id is not None and seen.vlan_id != spec.vlan_id:
            raise error("network_vlan_differs", name=seen.name, vlan_id=seen.vlan_id, wanted=spec.vlan_id)
        return self._plan_existing(spec, project, seen, world)

    def _plan_existing(self, spec: NetworkSpec, project: Project, seen: Network, world: NetworkWorld) -> Change:
        present = [entry.region for entry in seen.regions]
        wanted = _wanted_regions(spec, project, world, present)
        added = [region for region in wanted if region not in present]
        _check_regions(spec, project, added, world)
        surplus = [region for region in present if spec.regions is not None and region not in wanted]
        warnings: Tuple[str, ...] = ()
        if surplus and not spec.exact_regions:
            warnings = (
                f"network '{seen.name}' is also in {', '.join(surplus)}, which is not asked for; "
                "exact_regions: true takes it away there",
            )
            surplus = []
        for region in surplus:
            _refuse_if_in_use(seen, project, world, region)
        before = seen.record(project)
        after = dict(before)
        after["name"] = spec.name or seen.name
        after["regions"] = sorted(set(present) - set(surplus) | set(added))
        for key in ("region_status", "openstack_ids"):
            after[key] = {region: before[key].get(region, LATER) for region in after["regions"]}
        changes = after["name"] != seen.name or added or surplus
        action = Action.UPDATE if changes else Action.NONE
        return Change(action, before, after, seen, warnings=warnings)

    def _plan_absent(self, spec: NetworkSpec, project: Project, seen: Optional[Network], world: NetworkWorld) -> Change:
        if seen is None:
            return Change(Action.NONE)
        if seen.status == "DELETING":
            return Change(Action.NONE, seen.record(project), None, seen)
        _refuse_if_in_use(seen, project, world)
        return Change(Action.DELETE, seen.record(project), None, seen)

    def calls(self, spec: NetworkSpec, change: Change, world: NetworkWorld) -> Step:
        project = world.projects[spec.project]
        path: Tuple[str, ...] = ("cloud", "project", project.id, "network", "private")
        wanted = change.after or {}
        if change.action is Action.CREATE:
            body: Dict[str, Any] = {"name": spec.name, "vlanId": wanted["vlan_id"]}
            if spec.regions is not None:
                body["regions"] = list(spec.regions)
            doing = f"create private network '{spec.name}' (VLAN {wanted['vlan_id']})"
            return [Call("POST", path, doing, body, patient=(409,), taken=VLAN_TAKEN)]
        seen: Network = change.seen
        path += (seen.id,)
        if change.action is Action.DELETE:
            return [Call("DELETE", path, f"remove private network '{seen.name}'", patient=(400, 409))]
        calls: List[Call] = []
        if wanted["name"] != seen.name:
            doing = f"rename private network '{seen.name}' to '{wanted['name']}'"
            calls.append(Call("PUT", path, doing, {"name": wanted["name"]}))
        for region in wanted["regions"]:
            if seen.region(region) is None:
                doing = f"activate private network '{seen.name}' in {region}"
                calls.append(Call("POST", path + ("region",), doing, {"region": region}, taken=ALREADY, lock=seen.id))
        for entry in seen.regions:
            if entry.region not in wanted["regions"] and entry.openstack_id:
                doing = f"take private network '{seen.name}' out of {entry.region}"
                where = ("cloud", "project", project.id, "region", entry.region, "network", entry.openstack_id)
                calls.append(Call("DELETE", where, doing, patient=(400, 409), lock=seen.id))
        return calls

    def readiness(self, spec: NetworkSpec, change: Change, world: NetworkWorld) -> State:
        seen: Optional[Network] = change.seen
        if seen is None:
            return Ready()
        if spec.state == "absent":
            return Pending(f"network '{seen.name}' is {seen.status}")
        if seen.status == "ERROR":
            return Failed(error("network_error", name=seen.name, id=seen.id))
        wanted = _wanted_regions(spec, world.projects[spec.project], world, [one.region for one in seen.regions])
        for entry in seen.regions:
            if entry.region in wanted and (entry.status != "ACTIVE" or entry.openstack_id is None):
                return Pending(f"network '{seen.name}' is {entry.status} in {entry.region}")
        return Ready()

    def record(self, spec: NetworkSpec, change: Change, world: NetworkWorld) -> Optional[Dict[str, Any]]:
        return change.seen.record(world.projects[spec.project]) if change.seen else None


def _find(spec: NetworkSpec, world: NetworkWorld) -> Optional[Network]:
    """By VLAN, which is unique in a project, else by name or id."""
    networks = world.networks[world.projects[spec.project].id]
    by_vlan = [one for one in networks if spec.vlan_id is not None and one.vlan_id == spec.vlan_id]
    if by_vlan:
        others = [one for one in networks if one.name == spec.name and one is not by_vlan[0]]
        if others and by_vlan[0].name != spec.name:
            raise error(
                "network_name_and_vlan",
                name=spec.name,
                by_name=others[0].id,
                vlan_id=spec.vlan_id,
                by_vlan=by_vlan[0].id,
            )
        return by_vlan[0]
    if not any(spec.name in (one.name, one.id) for one in networks):
        return None
    return find_one("network", str(spec.name), networks, lambda one: [one.id], lambda one: one.name)


def _wanted_regions(spec: NetworkSpec, project: Project, world: NetworkWorld, present: Sequence[str] = ()) -> List[str]:
    if spec.regions is not None:
        return sorted(set(spec.regions))
    usable = [name for name, region in world.regions[project.id].items() if region.takes_private_networks()]
    return sorted(set(usable) | set(present))


def _check_regions(spec: NetworkSpec, project: Project, added: Sequence[str], world: NetworkWorld) -> None:
    enabled = world.names.get(project.id, ())
    usable = ", ".join(sorted(name for name in enabled if not _is_unfit(world.regions[project.id].get(name))))
    for name in added:
        region = world.regions[project.id].get(name)
        if name not in enabled:
            raise unknown_region(name, enabled)
        if region is not None and region.is_local_zone:
            raise error("region_is_local_zone", region=name, usable=usable)
        if region is not None and not region.takes_private_networks():
            why = f"status {region.status}" if region.status != "UP" else "its network service is not up"
            raise error("region_not_usable", region=name, what="a private network", why=why, usable=usable)


def _is_unfit(region: Optional[Region]) -> bool:
    return region is not None and not region.takes_private_networks()


def _predicted(spec: NetworkSpec, project: Project, world: NetworkWorld) -> Dict[str, Any]:
    regions = _wanted_regions(spec, project, world)
    return {
        "id": LATER,
        "name": spec.name,
        "vlan_id": spec.vlan_id if spec.vlan_id is not None else _free_vlan(world.networks[project.id]),
        "project": project.id,
        "status": LATER,
        "regions": regions,
        "region_status": dict.fromkeys(regions, LATER),
        "openstack_ids": dict.fromkeys(regions, LATER),
    }


def _free_vlan(networks: Sequence[Network]) -> int:
    """The lowest free one: jobs that run at once choose the same, so that one of them is refused and looks again."""
    taken = {network.vlan_id for network in networks}
    for vlan_id in range(1, HIGHEST_VLAN + 1):
        if vlan_id not in taken:
            return vlan_id
    raise error("vlans_used_up")


def _no_vrack(project: Project) -> Missing:
    name = project.description or project.id
    return Missing(
        error("project_without_vrack", project=name),
        f"project '{name}' is in no vRack yet; taken as attached earlier in this play",
    )


def users_of_networks(read: Reader, project: Project) -> Dict[str, List[str]]:
    """Network id -> "instance (address)" of every instance that has an address there."""
    users: Dict[str, List[str]] = {}
    for instance in read.get("cloud", "project", project.id, "instance"):
        if instance.get("status") in ("DELETING", "DELETED"):
            continue
        for address in instance.get("ipAddresses") or ():
            name = f"{text(instance, 'name', 'instance')} ({address.get('ip')})"
            users.setdefault(str(address.get("networkId")), []).append(name)
            users.setdefault(f"{address.get('networkId')} {instance.get('region')}", []).append(name)
    return users


def users_of_network(network: Network, users: Dict[str, List[str]], region: Optional[str] = None) -> List[str]:
    """Who has an address in the network (in one region). Addresses name it by one id or the other."""
    found: List[str] = []
    for network_id in network.ids():
        found.extend(users.get(network_id if region is None else f"{network_id} {region}", ()))
    return sorted(set(found))


def _refuse_if_in_use(seen: Network, project: Project, world: NetworkWorld, region: Optional[str] = None) -> None:
    found = users_of_network(seen, world.users.get(project.id, {}), region)
    if found:
        where = f" in {region}" if region else ""
        raise error("network_in_use", name=seen.name, where=where, instances=", ".join(found))
