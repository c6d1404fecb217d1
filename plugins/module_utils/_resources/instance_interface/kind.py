# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One more interface of an instance that exists, or one less."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from ..._engine.errors import InputProblem, NotFound, VrackError
from ..._engine.model import (
    LATER,
    Action,
    Answers,
    Blocked,
    Change,
    Missing,
    Need,
    Pending,
    Reader,
    Ready,
    State,
    Step,
)
from ..._messages import error, no_subnet_yet, not_in_region_yet, not_made_yet
from ..._shared.instance_states import is_coming
from ..._shared.lookup import is_id
from ..._shared.project import SKIP, check_listed, check_none_hidden, skipped_regions
from ..instance.record import Instance, refuse_if_at_rest
from ..instance.watch import not_shown
from ..instance_network.address import check_ip_in_subnets
from ..instance_network.interface import (
    Interface,
    attach_call,
    detach_call,
    interface_record,
    interfaces_on,
)
from ..instance_network.target import PUBLIC, Target, find_target, ip_differs, known_networks
from .spec import InterfaceSpec
from .world import InterfaceWorld, instance_of, look, target_of


class InterfaceKind:
    """Attaches an instance to a network, or takes it off. brief: as for instances."""

    name = "instance interface"

    def __init__(self, brief: bool = False) -> None:
        self.brief = brief

    def label(self, spec: InterfaceSpec) -> str:
        return f"interface of '{spec.instance}' on '{spec.network}'"

    def observe(self, read: Reader, specs: Sequence[InterfaceSpec], last: Any, answers: Answers) -> InterfaceWorld:
        world = look(read, specs, last, answers, self.brief)
        for spec in specs:
            self._take_turn(spec, world)
        return world

    def _take_turn(self, spec: InterfaceSpec, world: InterfaceWorld) -> None:
        try:
            instance = instance_of(spec, world)
            change = self.plan(spec, world)
            waits = change.missing or (change.action is Action.CREATE and target_of(spec, instance, world).hindrance())
            if change.action is not Action.NONE and not waits:
                world.turns.setdefault(instance.id, spec)
        except VrackError:
            pass  # the loop plans it too, and tells

    def check(self, specs: Sequence[InterfaceSpec], world: InterfaceWorld) -> Iterable[VrackError]:
        seen = set()
        for spec in specs:
            mark = (world.projects[spec.project].id, *_what_is_meant(spec, world), spec.ip)
            if mark in seen:
                yield error("twice", what=f"{spec.instance} on {spec.network}")
            seen.add(mark)

    def plan(self, spec: InterfaceSpec, world: InterfaceWorld) -> Change:
        missing: List[Missing] = []
        instance = _known_instance(spec, world, missing)
        unlisted = _unlisted_regions(spec, world) if instance is None else []
        if unlisted:
            return Change(Action.NONE, warnings=skipped_regions(self.label(spec), unlisted))
        target = _known_target(spec, instance, world, missing)
        if spec.state == "absent":
            return self._plan_absent(spec, instance, target, world)
        if instance is None or target is None:
            return Change(Action.CREATE, None, _predicted(spec, instance, target, world), missing=tuple(missing))
        there = interfaces_on(target, world.interfaces.get(instance.id, ()))
        fitting = _fitting(spec, there)
        if fitting:
            surplus = world.watch.surplus(fitting)
            kept = next(one for one in fitting if one not in surplus)
            record = _record(spec, instance, kept, world)
            if surplus:
                return Change(Action.UPDATE, record, record, kept)
            return Change(Action.NONE, record, record, fitting[0], warnings=_several(spec, instance, fitting))
        if there and world.watch.hides_added(instance):
            record = _record(spec, instance, there[0], world)
            return Change(Action.NONE, record, record, there[0])
        if there:
            raise ip_differs(instance.name, spec.network, there[0].address, str(spec.ip))
        refuse_if_at_rest(instance)
        target.refuse_more()
        after = _predicted(spec, instance, target, world)
        missing.extend(_missing_subnet(spec, instance, target, world))
        return Change(Action.CREATE, None, after, missing=tuple(missing))

    def _plan_absent(
        self, spec: InterfaceSpec, instance: Optional[Instance], target: Optional[Target], world: InterfaceWorld
    ) -> Change:
        if instance is None or target is None:
            return Change(Action.NONE)
        there = interfaces_on(target, world.interfaces.get(instance.id, ()))
        there = _fitting(spec, there)
        if not there:
            return Change(Action.NONE)
        if len(there) > 1:
            candidates = ", ".join(f"{one.address} ({one.id})" for one in there)
            raise error("interface_several", instance=instance.name, network=spec.network, candidates=candidates)
        seen = there[0]
        if seen.type == PUBLIC and not spec.allow_public_removal:
            addresses = ", ".join(seen.addresses) or "its address"
            raise error("interface_public_removal", instance=instance.name, addresses=addresses)
        refuse_if_at_rest(instance)
        return Change(Action.DELETE, _record(spec, instance, seen, world), None, seen)

    def calls(self, spec: InterfaceSpec, change: Change, world: InterfaceWorld) -> Step:
        project, instance = world.projects[spec.project], instance_of(spec, world)
        if is_coming(instance.status):
            return Blocked(f"instance '{instance.name}' ({instance.id}) is {instance.status}")
        if world.turns.get(instance.id, spec) != spec:
            return Blocked(f"another interface of '{instance.name}' goes first")
        doing = f"take instance '{instance.name}' off '{spec.network}'"
        if change.action is Action.DELETE:
            return [detach_call(project, instance.id, change.seen.id, doing)]
        target = target_of(spec, instance, world)
        if change.action is Action.UPDATE:
            there = _fitting(spec, interfaces_on(target, world.interfaces[instance.id]))
            own = world.watch.surplus(there)
            if not all(world.watch.yields(one, there) for one in own):
                return Blocked(f"another run to take off what it added to '{instance.name}' on '{spec.network}'")
            return [detach_call(project, instance.id, one.id, doing) for one in own]
        if target.hindrance():
            return Blocked(target.hindrance())
        if world.hides_interfaces(instance, project):
            return Blocked(not_shown(instance))
        freed = _address_being_freed(spec, target, world)
        if freed is not None:
            return Blocked(freed)
        if any(one.building for one in world.interfaces.get(instance.id, ())):
            return Blocked(f"another interface of '{instance.name}' is being added")
        patient_for = world.found[project.id].holders.patience([(spec.ip, target.network)])
        return [attach_call(project, instance.id, instance.name, target, spec.ip, instance.id, patient_for)]

    def readiness(self, spec: InterfaceSpec, change: Change, world: InterfaceWorld) -> State:
        if change.seen is not None and change.seen.building:
            return Pending(f"the interface on '{spec.network}' is {change.seen.state}")
        project = world.projects[spec.project]
        try:
            instance = instance_of(spec, world)
        except InputProblem:
            return Ready()
        if spec.state == "present" and world.hides_addresses(instance, project):
            return Pending(not_shown(instance))
        if spec.state == "absent" and change.seen is None and world.hides_interfaces(instance, project):
            return Pending(not_shown(instance))
        return Ready()

    def record(self, spec: InterfaceSpec, change: Change, world: InterfaceWorld) -> Optional[Dict[str, Any]]:
        return _record(spec, instance_of(spec, world), change.seen, world) if change.seen else None


def _fitting(spec: InterfaceSpec, there: Sequence[Interface]) -> List[Interface]:
    return [one for one in there if spec.ip is None or spec.ip in one.addresses]


def _several(spec: InterfaceSpec, instance: Instance, fitting: Sequence[Interface]) -> Tuple[str, ...]:
    """A sentence where somebody, or another run in the same second, has put it on the network once more."""
    if len(fitting) < 2:
        return ()
    shown = ", ".join(f"{one.address or 'no address yet'} ({one.id})" for one in fitting)
    return (f"instance '{instance.name}' has several interfaces on '{spec.network}', and all are left: {shown}",)


def _what_is_meant(spec: InterfaceSpec, world: InterfaceWorld) -> Tuple[str, str]:
    """Ids of the instance and the network where they exist: one thing can be named in several ways."""
    instance, network = f"{spec.instance} in {spec.region}", spec.network
    try:
        found = instance_of(spec, world)
        instance = found.id
        target = target_of(spec, found, world)
        network = target.network.id if target.network else PUBLIC
    except InputProblem:
        pass
    return instance, network


def _unlisted_regions(spec: InterfaceSpec, world: InterfaceWorld) -> List[str]:
    """Those in which the instance may be, out of sight. Refused, unless they are to be left alone."""
    project = world.projects[spec.project]
    names, hidden = world.names.get(project.id, ()), world.hidden.get(project.id, ())
    if spec.unlisted_regions != SKIP:
        check_listed([spec.region] if spec.region else [], names)
        check_none_hidden([] if spec.region else hidden)
    return [region for region in ([spec.region] if spec.region else hidden) if region not in names]


def _known_instance(spec: InterfaceSpec, world: InterfaceWorld, missing: List[Missing]) -> Optional[Instance]:
    try:
        return instance_of(spec, world)
    except NotFound as problem:
        if is_id(spec.instance) and spec.state == "present":
            raise
        warning = not_made_yet("instance", spec.instance)
        missing.append(Missing(problem, warning, Need("instance", spec.instance, spec.region)))
        return None


def _known_target(
    spec: InterfaceSpec, instance: Optional[Instance], world: InterfaceWorld, missing: List[Missing]
) -> Optional[Target]:
    project = world.projects[spec.project]
    region = instance.region if instance else spec.region
    try:
        target = find_target(spec.network, region or "", world.networks[project.id], world.public.get(project.id))
    except NotFound as problem:
        if is_id(spec.network) and spec.state == "present":
            raise
        missing.append(Missing(problem, not_made_yet("network", spec.network), Need("network", spec.network, region)))
        return None
    if target.network is not None and region and target.network.region(region) is None:
        problem_here = error("network_not_in_region", network=target.network.name, region=region)
        warning = not_in_region_yet(target.network.name, region)
        missing.append(Missing(problem_here, warning, Need("network", spec.network, region)))
        return None
    return target


def _missing_subnet(
    spec: InterfaceSpec, instance: Instance, target: Target, world: InterfaceWorld
) -> Iterable[Missing]:
    network = target.network
    if network is None or network.id not in world.subnets:
        return
    here = [subnet for subnet in world.subnets[network.id] if subnet.region == instance.region]
    if not here:
        problem = error("network_without_subnet", network=network.name, region=instance.region)
        warning = no_subnet_yet(network.name, instance.region)
        yield Missing(problem, warning, Need("subnet", spec.network, instance.region))
    elif spec.ip is not None:
        check_ip_in_subnets(spec.ip, spec.network, instance.region, here)
        world.found[world.projects[spec.project].id].holders.refuse_taken(spec.ip, network, [instance])


def _address_being_freed(spec: InterfaceSpec, target: Target, world: InterfaceWorld) -> Optional[str]:
    """Whose address this interface waits for: an instance that is going."""
    if spec.ip is None or target.network is None:
        return None
    return world.found[world.projects[spec.project].id].holders.being_freed(spec.ip, target.network)


def _record(spec: InterfaceSpec, instance: Instance, seen: Interface, world: InterfaceWorld) -> Dict[str, Any]:
    project = world.projects[spec.project]
    return {
        **interface_record(seen, known_networks(world.networks[project.id])),
        "project": project.id,
        "instance": instance.id,
        "instance_name": instance.name,
        "region": instance.region,
    }


def _predicted(
    spec: InterfaceSpec, instance: Optional[Instance], target: Optional[Target], world: InterfaceWorld
) -> Dict[str, Any]:
    public = spec.network == PUBLIC
    return {
        "id": LATER,
        "type": PUBLIC if public else "private",
        "network": target.name if target else spec.network,
        "network_id": LATER,
        "vlan_id": None if public else target.network.vlan_id if target and target.network else LATER,
        "ip": spec.ip or LATER,
        "addresses": [spec.ip] if spec.ip else LATER,
        "mac": LATER,
        "state": LATER,
        "project": world.projects[spec.project].id,
        "instance": instance.id if instance else LATER,
        "instance_name": instance.name if instance else spec.instance,
        "region": instance.region if instance else spec.region or LATER,
    }
