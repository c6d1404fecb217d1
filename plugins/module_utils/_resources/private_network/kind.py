# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done about private networks: made, renamed, activated in regions and taken out of them, removed."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any, Dict, Iterable, List, Optional, Sequence, Set, Tuple

from ..._engine.errors import InputProblem, InputProblems, VrackError
from ..._engine.model import (
    LATER,
    Action,
    Answers,
    Blocked,
    Call,
    Change,
    Failed,
    Missing,
    Need,
    Pending,
    Reader,
    Ready,
    State,
    Step,
)
from ..._messages import error
from ..._shared.answers import STILL_IN_USE
from ..._shared.lookup import id_in, is_id, normalised, not_found, plain, refuse_doubt, same_name
from ..._shared.project import SKIP, Project, check_listed, check_none_hidden, skipped_regions, unknown_region
from ..._shared.quota import problems_by_region
from .record import ACTIVE, BUILDING, GOING, Network, users_of
from .spec import NetworkSpec
from .world import NO_NEIGHBOURS, NetworkWorld, find, look, new_regions

ALREADY = ("already activated",)

VLAN_TAKEN = ("already exists for this vlan",)


class NetworkKind:
    """Makes private networks, renames them, adds regions, takes regions away when told to, and removes them."""

    name = "private network"

    def label(self, spec: NetworkSpec) -> str:
        vlan = "" if spec.vlan_id is None else f" (VLAN {spec.vlan_id})"
        unnamed = vlan and not spec.name
        return f"private network of VLAN {spec.vlan_id}" if unnamed else f"private network '{spec.name}'{vlan}"

    def observe(self, read: Reader, specs: Sequence[NetworkSpec], last: Any, answers: Answers) -> NetworkWorld:
        return look(read, specs, last, answers)

    def check(self, specs: Sequence[NetworkSpec], world: NetworkWorld) -> Iterable[VrackError]:
        """One network, by its name, its VLAN or its id, stands in a list once."""
        seen: Set[Any] = set()
        for spec in specs:
            marks = _marks(spec, world)
            doubled = [mark for mark in marks if mark in seen]
            if doubled:
                yield error("twice", what=f"{doubled[0][1]} {doubled[0][2]}")
            seen.update(marks)
        yield from _quota_problems(specs, world)

    def plan(self, spec: NetworkSpec, world: NetworkWorld) -> Change:
        project = world.projects[spec.project]
        seen = find(spec, world)
        if seen is None:
            refuse_doubt(world.networks[project.id], name=spec.name, id=id_in(spec.name), vlanId=spec.vlan_id)
        if spec.state == "absent":
            return self._plan_absent(spec, project, seen, world)
        if seen is None or seen.status == GOING:
            return self._plan_new(spec, project, seen, world)
        if spec.vlan_id is not None and seen.vlan_id != spec.vlan_id:
            raise error("network_vlan_differs", name=seen.name, vlan_id=seen.vlan_id, wanted=spec.vlan_id)
        return self._plan_existing(spec, project, seen, world)

    def _plan_new(self, spec: NetworkSpec, project: Project, seen: Optional[Network], world: NetworkWorld) -> Change:
        if not spec.name:
            raise error("option_needed", option="name", when="to make a network")
        if seen is None and is_id(spec.name):
            raise not_found("network", spec.name, [one.name for one in world.networks[project.id]])
        if spec.unlisted_regions != SKIP:
            check_none_hidden(_hidden(spec, project, world))
        wanted = _wanted_regions(spec, project, world)
        skipped = skipped_regions(self.label(spec), _skipped(spec, project, world))
        if skipped and not wanted:
            return Change(Action.NONE, warnings=skipped)
        if not wanted:
            raise error("no_region_usable", what="a private network")
        self._check_regions(spec, project, wanted, world)
        if spec.vlan_id is None and spec not in world.vlans:
            raise error("vlans_used_up")
        missing = (_no_vrack(spec, project),) if world.vrack.get(project.id) is None else ()
        warnings: Tuple[str, ...] = ()
        neighbour = _neighbour(spec, project, world)
        if neighbour:
            warnings = (f"VLAN {spec.vlan_id} is also that of {neighbour} in the same vRack: the two are one network",)
        warnings += world.neighbours.get(project.id, NO_NEIGHBOURS).unread + world.unread.get(project.id, ())
        after = _predicted(spec, project, world)
        return Change(Action.CREATE, None, after, seen, missing=missing, warnings=warnings + skipped)

    def _plan_existing(self, spec: NetworkSpec, project: Project, seen: Network, world: NetworkWorld) -> Change:
        present = [entry.region for entry in seen.regions]
        wanted = _wanted_regions(spec, project, world, seen)
        added = [region for region in wanted if region not in present]
        self._check_regions(spec, project, added, world)
        surplus = [region for region in present if spec.regions is not None and region not in wanted]
        warnings: Tuple[str, ...] = ()
        drift: Tuple[str, ...] = ()
        if surplus and not spec.exact_regions:
            drift = (
                f"network '{seen.name}' is also in {', '.join(surplus)}, which is not asked for; "
                "exact_regions: true takes it away there",
            )
            surplus = []
        if spec.exact_regions:
            unseen = set(world.hidden.get(project.id, ())) - set(wanted)
            warnings += skipped_regions(self.label(spec), unseen)
        if spec.unlisted_regions == SKIP:
            out = {region for region in surplus if region not in world.names[project.id]}
            out |= _skipped(spec, project, world, seen)
            warnings += skipped_regions(self.label(spec), out)
            surplus = [region for region in surplus if region not in out]
        elif surplus:
            check_listed(surplus, world.names[project.id])
        for region in surplus:
            for users in _users_to_remove(seen, project, world, region):
                raise users.problem
        before = seen.record(project)
        after = dict(before)
        keeps = spec.name is None or normalised(spec.name) in seen.ids() or same_name(seen.name, spec.name)
        after["name"] = seen.name if keeps else spec.name
        after["regions"] = sorted(set(present) - set(surplus) | set(added))
        for key in ("region_status", "openstack_ids"):
            after[key] = {region: before[key].get(region, LATER) for region in after["regions"]}
        changes = after["name"] != seen.name or added or surplus
        action = Action.UPDATE if changes else Action.NONE
        return Change(action, before, after, seen, warnings=warnings, drift=drift)

    def _plan_absent(self, spec: NetworkSpec, project: Project, seen: Optional[Network], world: NetworkWorld) -> Change:
        if seen is not None and seen.status == GOING:
            return Change(Action.NONE, seen.record(project), None, seen)
        hidden = _hidden(spec, project, world)
        if spec.unlisted_regions != SKIP:
            check_listed(_regions_to_leave(spec, seen), world.names[project.id])
            check_none_hidden(hidden)
        if seen is None:
            return Change(Action.NONE, warnings=skipped_regions(self.label(spec), hidden))
        out = _out_of_sight(spec, project, seen, world)
        if out:
            record = seen.record(project)
            return Change(Action.NONE, record, record, seen, warnings=skipped_regions(self.label(spec), out))
        return Change(Action.DELETE, seen.record(project), None, seen, missing=_users_to_remove(seen, project, world))

    def _check_regions(self, spec: NetworkSpec, project: Project, added: Sequence[str], world: NetworkWorld) -> None:
        problems = [problem for problem in (_unfit(name, project, world) for name in added) if problem]
        for problem in problems:
            problem.doing = self.label(spec)
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise InputProblems(problems)

    def calls(self, spec: NetworkSpec, change: Change, world: NetworkWorld) -> Step:
        project = world.projects[spec.project]
        path: Tuple[str, ...] = ("cloud", "project", project.id, "network", "private")
        seen: Optional[Network] = change.seen
        if change.action is Action.CREATE and seen is not None:
            return Blocked(f"the old network '{seen.name}' ({seen.id}) is being removed")
        if world.turns.get(project.id, spec) != spec:
            return Blocked("other networks of the project are made first, for the API takes one at a time")
        if seen is None:
            return [_create_call(spec, project, change.after or {}, world)]
        if change.action is Action.DELETE:
            return [Call("DELETE", path + (seen.id,), f"remove private network '{seen.name}'", patient=STILL_IN_USE)]
        wanted = change.after or {}
        calls: List[Call] = []
        if wanted["name"] != seen.name:
            doing = f"rename private network '{seen.name}' to '{wanted['name']}'"
            calls.append(Call("PUT", path + (seen.id,), doing, {"name": wanted["name"]}))
        for region in wanted["regions"]:
            if seen.region(region) is None:
                doing = f"activate private network '{seen.name}' in {region}"
                body = {"region": region}
                calls.append(Call("POST", path + (seen.id, "region"), doing, body, taken=ALREADY, lock=seen.id))
        for entry in seen.regions:
            if entry.region not in wanted["regions"] and entry.openstack_id:
                doing = f"take private network '{seen.name}' out of {entry.region}"
                where = ("cloud", "project", project.id, "region", entry.region, "network", entry.openstack_id)
                calls.append(Call("DELETE", where, doing, patient=STILL_IN_USE, lock=seen.id))
        return calls or Blocked(
            f"network '{seen.name}' is {seen.status}, and can leave a region once it is active there"
        )

    def readiness(self, spec: NetworkSpec, change: Change, world: NetworkWorld) -> State:
        seen: Optional[Network] = change.seen
        if seen is None:
            return Ready()
        if spec.state == "absent":
            out = seen.status != GOING and _out_of_sight(spec, world.projects[spec.project], seen, world)
            return Ready() if out else Pending(f"network '{seen.name}' is {seen.status}")
        if seen.status == "ERROR":
            return Failed(error("network_error", name=seen.name, id=seen.id))
        wanted = _wanted_regions(spec, world.projects[spec.project], world, seen)
        for entry in seen.regions:
            if entry.region in wanted and entry.status not in (ACTIVE, BUILDING):
                return Failed(error("network_region_state", name=seen.name, status=entry.status, region=entry.region))
            hindrance = seen.hindrance(entry.region)
            if entry.region in wanted and hindrance:
                return Pending(hindrance)
        return Ready()

    def record(self, spec: NetworkSpec, change: Change, world: NetworkWorld) -> Optional[Dict[str, Any]]:
        return change.seen.record(world.projects[spec.project]) if change.seen else None


def _marks(spec: NetworkSpec, world: NetworkWorld) -> List[Tuple[str, str, Any]]:
    """All that the network is known by, whichever of it the item says."""
    project = world.projects[spec.project].id
    marks: List[Tuple[str, str, Any]] = []
    if spec.name:
        marks.append((project, "name", plain(spec.name)))
    if spec.vlan_id is not None:
        marks.append((project, "VLAN", spec.vlan_id))
    with suppress(InputProblem):
        seen = find(spec, world)
        if seen is not None:
            marks.append((project, "network", seen.id))
    return marks


def _wanted_regions(
    spec: NetworkSpec, project: Project, world: NetworkWorld, seen: Optional[Network] = None
) -> List[str]:
    """Those asked for; else those that an existing network has, and for a new one all that can take it."""
    if spec.regions is not None:
        return sorted(set(spec.regions) - _skipped(spec, project, world, seen))
    if seen is not None and seen.status != GOING:
        return sorted(entry.region for entry in seen.regions)
    return sorted(name for name, region in world.regions[project.id].items() if region.takes_private_networks())


def _skipped(spec: NetworkSpec, project: Project, world: NetworkWorld, seen: Optional[Network] = None) -> Set[str]:
    """Regions asked for that are not listed and are to be left alone."""
    if spec.unlisted_regions != SKIP or project.id not in world.names:
        return set()
    present = {entry.region for entry in seen.regions} if seen else set()
    return set(spec.regions or ()) - set(world.names[project.id]) - present | _hidden(spec, project, world, seen)


def _regions_to_leave(spec: NetworkSpec, seen: Optional[Network]) -> List[str]:
    """Those that a network to be removed is in, as the item and as the API say."""
    return [*(spec.regions or ()), *(entry.region for entry in (seen.regions if seen else ()))]


def _out_of_sight(spec: NetworkSpec, project: Project, seen: Network, world: NetworkWorld) -> Set[str]:
    """Regions in which a network to be removed is left alone. It goes from all regions at once, so it stays whole."""
    out = set(_regions_to_leave(spec, seen)) - set(world.names[project.id])
    return out if spec.unlisted_regions == SKIP else set()


def _hidden(spec: NetworkSpec, project: Project, world: NetworkWorld, seen: Optional[Network] = None) -> Set[str]:
    """Regions that seem to be out, where all of the project's matter: one of them may have the network."""
    all_matter = spec.regions is None and (seen is None or seen.status == GOING)
    return set(world.hidden.get(project.id, ())) if all_matter else set()


def _unfit(name: str, project: Project, world: NetworkWorld) -> Optional[VrackError]:
    """Why the region cannot take a private network."""
    names, regions = world.names.get(project.id, ()), world.regions[project.id]
    if name not in names:
        return unknown_region(name, names)
    region = regions[name]
    if region.takes_private_networks():
        return None
    usable = ", ".join(sorted(one.name for one in regions.values() if one.takes_private_networks())) or "none"
    if region.is_local_zone:
        return error("region_is_local_zone", region=name, usable=usable)
    why = f"status {region.status}" if region.status != "UP" else "its network service is not up"
    return error("region_not_usable", region=name, what="a private network", why=why, usable=usable)


def _create_call(spec: NetworkSpec, project: Project, wanted: Dict[str, Any], world: NetworkWorld) -> Call:
    body: Dict[str, Any] = {"name": spec.name, "vlanId": wanted["vlan_id"]}
    if spec.regions is not None:
        body["regions"] = [region for region in spec.regions if region in wanted["regions"]]
    neighbour = _neighbour(spec, project, world)
    vlan = f"VLAN {wanted['vlan_id']}" + (f", which is also that of {neighbour}" if neighbour else "")
    return Call(
        "POST",
        ("cloud", "project", project.id, "network", "private"),
        f"create private network '{spec.name}' ({vlan})",
        body,
        patient=(409,),
        taken=() if neighbour else VLAN_TAKEN,
        intent="make the network",
    )


def _predicted(spec: NetworkSpec, project: Project, world: NetworkWorld) -> Dict[str, Any]:
    regions = _wanted_regions(spec, project, world)
    return {
        "id": LATER,
        "name": spec.name,
        "vlan_id": _vlan(spec, project, world),
        "project": project.id,
        "status": LATER,
        "regions": regions,
        "region_status": dict.fromkeys(regions, LATER),
        "openstack_ids": dict.fromkeys(regions, LATER),
    }


def _vlan(spec: NetworkSpec, project: Project, world: NetworkWorld) -> Any:
    """The VLAN of a new network. Which are free is known once the vRack is."""
    if spec.vlan_id is not None:
        return spec.vlan_id
    return LATER if world.vrack[project.id] is None else world.vlans[spec]


def _neighbour(spec: NetworkSpec, project: Project, world: NetworkWorld) -> str:
    """Who else in the vRack has the VLAN that is asked for."""
    vlans = world.neighbours.get(project.id, NO_NEIGHBOURS).vlans()
    return vlans.get(spec.vlan_id, "") if spec.vlan_id is not None else ""


def _quota_problems(specs: Sequence[NetworkSpec], world: NetworkWorld) -> Iterable[VrackError]:
    """Networks beyond what the project may have in a region."""
    for project_id, quotas in world.quotas.items():
        own = [spec for spec in specs if world.projects[spec.project].id == project_id]
        count = Counter(region for spec in own for region in new_regions(spec, world))
        yield from problems_by_region(quotas, {region: {"networks": number} for region, number in count.items()})


def _no_vrack(spec: NetworkSpec, project: Project) -> Missing:
    name = project.description or project.id
    return Missing(
        error("project_without_vrack", project=name),
        f"project '{name}' is in no vRack yet; taken as attached earlier in this play",
        Need("vRack attachment", spec.project),
    )


def _users_to_remove(
    seen: Network, project: Project, world: NetworkWorld, region: Optional[str] = None
) -> Tuple[Missing, ...]:
    """Who must leave the network before it can go."""
    found = ", ".join(users_of(seen, world.users.get(project.id, ()), region))
    if not found:
        return ()
    problem = error("network_in_use", name=seen.name, where=f" in {region}" if region else "", instances=found)
    return (Missing(problem, f"{found} in network '{seen.name}' taken as removed earlier in this play"),)
