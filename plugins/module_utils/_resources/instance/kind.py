# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances and the networks that they must have (…/instance)."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Optional, Sequence, Set, Tuple

from ..._engine.errors import VrackError
from ..._engine.model import (
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
    State,
    Step,
)
from ..._messages import error
from ..._shared.instance_states import is_broken, is_coming, is_going, is_gone
from ..._shared.lookup import is_id, not_found, plain
from ..._shared.project import SKIP, Project, in_region, skipped_regions, unknown_region
from ..instance_network.interface import Interface, attach_call, detach_call, in_order
from ..instance_network.target import PUBLIC, Target
from .addresses import predicted_private_address
from .creation import (
    check_choices,
    create_call,
    missing_things,
    predicted,
    predicted_interface,
    quota_problems,
    refuse_beside_unreadable,
    vlans_and_addresses,
)
from .networks import (
    address_being_freed,
    addresses_twice,
    boot_warnings,
    check_addresses,
    check_networks,
    lacking_networks,
    missing_refs,
    refuse_network_twice,
    surplus_interfaces,
)
from .record import Instance, refuse_if_at_rest
from .result import instance_record
from .spec import InstanceSpec
from .watch import not_shown
from .world import InstanceWorld, look


class InstanceKind:
    """Makes instances and attaches the networks that are missing. It never removes a network.

    brief: look no closer than it takes to plan; records then lack ids, MAC addresses and states of interfaces.
    """

    name = "instance"

    def __init__(self, brief: bool = False) -> None:
        self.brief = brief

    def label(self, spec: InstanceSpec) -> str:
        return f"instance '{spec.name}'{in_region(spec.region)}"

    def observe(self, read: Reader, specs: Sequence[InstanceSpec], last: Any, answers: Answers) -> InstanceWorld:
        return look(read, specs, last, answers, self.brief)

    def check(self, specs: Sequence[InstanceSpec], world: InstanceWorld) -> Iterable[VrackError]:
        seen: Set[Tuple[str, str]] = set()
        for spec in specs:
            found = world.find_all(spec)
            project = world.project(spec)
            named = f"{plain(spec.name)} in {spec.region}"
            marks = {(project.id, one.id) for one in found} or {(project.id, named)}
            if not seen.isdisjoint(marks):
                yield error("twice", what=f"{spec.name} in {spec.region}")
            seen |= marks
        yield from addresses_twice(specs, world)
        yield from quota_problems(specs, world)

    def plan(self, spec: InstanceSpec, world: InstanceWorld) -> Change:
        seen = world.find(spec)
        if spec.state == "absent":
            return _plan_absent(spec, seen, world)
        project = world.project(spec)
        if seen is not None and spec.by_id and not seen.staying:
            raise error("instance_going", name=seen.name, id=seen.id, status=seen.status)
        if seen is None and is_id(spec.name):
            names = [one.name for one in world.instances[project.id] if one.region == spec.region]
            raise not_found("instance", spec.name, names, f" in {spec.region}")
        if (seen is None or not seen.staying) and spec.region not in world.names.get(project.id, (spec.region,)):
            return _without_region(spec, project, world)
        missing = tuple(missing_things(spec, world))
        refuse_network_twice(spec, world)
        check_networks(spec, world)
        check_addresses(spec, world)
        if seen is None or not seen.staying:
            check_choices(spec, project, world)
            warnings = tuple(boot_warnings(spec, world))
            warnings += world.unread.get(project.id, ())
            return Change(Action.CREATE, None, predicted(spec, project, world), seen, missing, warnings)
        return _plan_existing(spec, seen, missing, world)

    def calls(self, spec: InstanceSpec, change: Change, world: InstanceWorld) -> Step:
        project = world.project(spec)
        seen: Optional[Instance] = change.seen
        if change.action is Action.DELETE and seen is not None:
            return [_remove_call(project, seen)]
        if seen is not None and not seen.staying:
            return Blocked(f"the old instance '{spec.name}' is being removed")
        surplus = world.surplus(spec)
        if surplus:
            return [_remove_call(project, one) for one in surplus]
        if seen is not None and world.hides_own(spec):
            return Blocked(f"the instance '{spec.name}' that was made is not shown yet")
        twins = surplus_interfaces(spec, seen, world) if seen is not None else []
        if seen is not None and twins:
            if not all(world.watch.yields(one, there) for one, there in twins):
                return Blocked(f"another run to take off what it added to instance '{seen.name}'")
            return [_detach_call(project, seen, one) for one, _there in twins]
        targets = [(wish, world.target(spec, wish)) for wish in spec.wishes]
        hindrance = _hindrance(spec, seen, [target for _wish, target in targets], world)
        if hindrance is not None:
            return Blocked(hindrance)
        if seen is None:
            return [create_call(spec, project, targets, world)]
        lacking = lacking_networks(spec, seen, world)
        first = next(to for to in targets if to[0].network in lacking)
        patient_for = world.found[project.id].holders.patience([(first[0].ip, first[1].network)])
        return [attach_call(project, seen.id, seen.name, first[1], first[0].ip, seen.id, patient_for)]

    def readiness(self, spec: InstanceSpec, change: Change, world: InstanceWorld) -> State:
        seen: Optional[Instance] = change.seen
        if seen is None:
            return Ready()
        if is_broken(seen.status) and spec.state == "present":
            return Failed(error("instance_error", name=seen.name, id=seen.id, status=seen.status))
        if is_coming(seen.status) or is_going(seen.status):
            return Pending(_being(seen))
        if any(one.building for one in world.interfaces.get(seen.id, ())):
            return Pending(f"an interface of instance '{seen.name}' is being added")
        if spec.state == "present" and world.has_twin(spec):
            return Pending(f"another run to remove what it made beside instance '{seen.name}' ({seen.id})")
        if spec.state == "present" and world.hides_addresses(spec, seen):
            return Pending(not_shown(seen))
        return Ready()

    def record(self, spec: InstanceSpec, change: Change, world: InstanceWorld) -> Optional[Dict[str, Any]]:
        return _record(change.seen, spec, world) if change.seen else None


def _without_region(spec: InstanceSpec, project: Project, world: InstanceWorld) -> Change:
    """Nothing, where that is asked for: "not there" means nothing in a region that is not listed."""
    if spec.unlisted_regions != SKIP:
        raise unknown_region(spec.region, world.names[project.id])
    return Change(Action.NONE, warnings=skipped_regions(f"instance '{spec.name}'", [spec.region]))


def _plan_absent(spec: InstanceSpec, seen: Optional[Instance], world: InstanceWorld) -> Change:
    project = world.project(spec)
    if seen is None and spec.region not in world.names.get(project.id, (spec.region,)):
        return _without_region(spec, project, world)
    if seen is None:
        refuse_beside_unreadable(spec, world)
    if seen is None or is_gone(seen.status):
        return Change(Action.NONE)
    before = _record(seen, spec, world)
    return Change(Action.DELETE if seen.staying else Action.NONE, before, None, seen)


def _plan_existing(spec: InstanceSpec, seen: Instance, missing: Tuple[Missing, ...], world: InstanceWorld) -> Change:
    before = _record(seen, spec, world)
    drift = tuple(_unchangeable(spec, seen, world.project(spec), world))
    if world.surplus(spec) or world.hides_own(spec):
        return Change(Action.UPDATE, before, before, seen)
    if is_broken(seen.status):
        return Change(Action.NONE, before, before, seen, drift=drift)
    if not missing and surplus_interfaces(spec, seen, world):
        return Change(Action.UPDATE, before, before, seen, drift=drift)
    lacking = [] if missing else lacking_networks(spec, seen, world)
    wished = {wish.network: wish for wish in spec.wishes}
    new = [wished[ref] for ref in lacking] + [wished[one] for one in missing_refs(spec, world)]
    if not new:
        return Change(Action.NONE, before, before, seen, missing, drift=drift)
    refuse_if_at_rest(seen)
    more = [predicted_interface(spec, one, world) for one in new]
    after = {**before, "interfaces": in_order([*before["interfaces"], *more])}
    after["private_ip"] = predicted_private_address(
        [(one["vlan_id"], one["ip"]) for one in before["interfaces"] if one["type"] != PUBLIC]
        + vlans_and_addresses(spec, new, world)
    )
    if any(one.network == PUBLIC for one in new):
        after.update({field: LATER for field in ("public_ip", "public_ipv6") if before[field] is None})
    return Change(Action.UPDATE, before, after, seen, missing, drift=drift)


def _remove_call(project: Project, instance: Instance) -> Call:
    path = ("cloud", "project", project.id, "instance", instance.id)
    doing = f"remove instance '{instance.name}' ({instance.id})"
    return Call("DELETE", path, doing, lock=instance.id, patient=(409,))


def _detach_call(project: Project, instance: Instance, surplus: Interface) -> Call:
    doing = f"take off what was added to instance '{instance.name}' beside another run's interface"
    return detach_call(project, instance.id, surplus.id, doing)


def _being(instance: Instance) -> str:
    return f"instance '{instance.name}' ({instance.id}) is {instance.status}"


def _hindrance(
    spec: InstanceSpec, seen: Optional[Instance], targets: Sequence[Target], world: InstanceWorld
) -> Optional[str]:
    """Why an instance can't be made, or put on another network, yet."""
    for target in targets:
        if target.hindrance():
            return target.hindrance()
    freed = address_being_freed(spec, world)
    if freed or seen is None:
        return freed
    if is_coming(seen.status):
        return _being(seen)
    if world.hides_interfaces(spec, seen):
        return not_shown(seen)
    if any(one.building for one in world.interfaces.get(seen.id, ())):
        return f"an interface of instance '{seen.name}' is being added"
    return None


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
    project = world.project(spec)
    flavor, image = _names_of(seen, project, world)
    networks = world.networks.get(project.id, ())
    return instance_record(seen, project, world.interfaces.get(seen.id, ()), networks, flavor, image)
