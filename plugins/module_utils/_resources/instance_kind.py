# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances and the networks that they must have (…/instance)."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from .._engine.errors import VrackError
from .._engine.model import (
    LATER,
    Action,
    Answers,
    Blocked,
    Call,
    Change,
    Failed,
    Pending,
    Reader,
    Ready,
    State,
    Step,
)
from .._messages import error
from .attachment import PUBLIC, attach_call, ip_differs, network_names
from .instance import BROKEN, GOING, ON_ITS_WAY, Instance
from .instance_creation import check_choices, create_call, missing_refs, missing_things, predicted, predicted_interface
from .instance_spec import InstanceSpec
from .instance_world import InstanceWorld, look, not_active
from .project import Project, unknown_region


class InstanceKind:
    """Makes instances and attaches the networks that are missing. It never removes a network."""

    name = "instance"

    def label(self, spec: InstanceSpec) -> str:
        return f"instance '{spec.name}' in {spec.region}"

    def observe(self, read: Reader, specs: Sequence[InstanceSpec], last: Any, answers: Answers) -> InstanceWorld:
        return look(read, specs, last)

    def check(self, specs: Sequence[InstanceSpec], world: InstanceWorld) -> Iterable[VrackError]:
        seen = set()
        for spec in specs:
            mark = (world.project(spec).id, spec.name, spec.region)
            if mark in seen:
                yield error("twice", what=self.label(spec))
            seen.add(mark)

    def plan(self, spec: InstanceSpec, world: InstanceWorld) -> Change:
        project = world.project(spec)
        seen = world.find(spec)
        if spec.state == "absent":
            if seen is None:
                return Change(Action.NONE)
            before = _record(seen, spec, world)
            return Change(Action.NONE if seen.status in GOING else Action.DELETE, before, None, seen)
        if spec.region not in world.names.get(project.id, (spec.region,)):
            raise unknown_region(spec.region, world.names[project.id])
        missing = tuple(missing_things(spec, world))
        if seen is None or seen.status in GOING:
            check_choices(spec, project, world)
            return Change(Action.CREATE, None, predicted(spec, project, world), seen, missing)
        before = _record(seen, spec, world)
        warnings = tuple(_unchangeable(spec, seen, project, world))
        lacking = [] if missing else self._lacking(spec, seen, world)
        wished = {wish.network: wish for wish in spec.wishes}
        new = [wished[ref] for ref in lacking] + [wished[one] for one in missing_refs(spec, world)]
        if not new:
            return Change(Action.NONE, before, before, seen, missing, warnings)
        after = {**before, "interfaces": before["interfaces"] + [predicted_interface(spec, one, world) for one in new]}
        if after["private_ip"] is None:
            after["private_ip"] = next((one.ip or LATER for one in new if one.network != PUBLIC), None)
        return Change(Action.UPDATE, before, after, seen, missing, warnings)

    def _lacking(self, spec: InstanceSpec, seen: Instance, world: InstanceWorld) -> List[str]:
        """The wanted networks that the instance is not on. One that is still being built has what it was made with."""
        if seen.id not in world.interfaces:
            return []
        lacking = []
        for wish in spec.wishes:
            target = world.target(spec, wish)
            there = [one for one in world.interfaces[seen.id] if one.on(target)]
            if not there:
                lacking.append(wish.network)
            elif wish.ip is not None and not any(wish.ip in one.addresses for one in there):
                raise ip_differs(seen.name, wish.network, there[0].address, wish.ip)
        return lacking

    def calls(self, spec: InstanceSpec, change: Change, world: InstanceWorld) -> Step:
        project = world.project(spec)
        seen: Optional[Instance] = change.seen
        if change.action is Action.DELETE and seen is not None:
            path = ("cloud", "project", project.id, "instance", seen.id)
            return [Call("DELETE", path, f"remove instance '{spec.name}'", lock=seen.id, patient=(409,))]
        if seen is not None and seen.status in GOING:
            return Blocked(f"the old instance '{spec.name}' is being removed")
        targets = [(wish, world.target(spec, wish)) for wish in spec.wishes]
        for _wish, target in targets:
            blocked = not_active(target)
            if blocked:
                return Blocked(blocked)
        if seen is None:
            return [create_call(spec, project, targets, world)]
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
    names = network_names(world.networks.get(project.id, ()))
    return seen.record(project, world.interfaces.get(seen.id, ()), names, flavor, image)
