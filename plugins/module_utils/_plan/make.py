# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From specs of all kinds to one plan: each kind looks at the world as the kinds before it will have left it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from .._engine.errors import BadAnswer, InputProblems, Unreachable, VrackError
from .._engine.model import Action, Change, Failed, Kind, Need, Outcome, Pending, Reader
from .._shared.foreseen import Edits, ForeseenReader, told
from .model import Item, Problems
from .parts import Sort


@dataclass(frozen=True)
class Part:
    """All that is asked of one kind."""

    sort: Sort
    kind: Kind
    specs: Sequence[Any]


@dataclass
class Planned:
    """One item with what it was planned from."""

    part: Part
    spec: Any
    change: Change
    item: Item


@dataclass
class Planner:
    """Goes through the kinds in order. Nothing that one of them plans is decided here.

    explain: adds to a problem what it is that was not found.
    broken: what an item with a problem would have been known by. Who points at it has no problem of their own.
    """

    problems: Problems
    explain: Callable[[VrackError], VrackError] = lambda problem: problem
    planned: List[Planned] = field(default_factory=list)
    worlds: Dict[str, Any] = field(default_factory=dict)
    edits: Edits = field(default_factory=Edits)
    broken: Set[Need] = field(default_factory=set)
    _names: Counter[str] = field(default_factory=Counter)
    _regions: Set[str] = field(default_factory=set)
    """What was said of regions: once is enough for all kinds."""

    def run(self, parts: Sequence[Part], read: Reader) -> None:
        first_looks = _look_at_once(parts, read)
        for part in parts:
            try:
                world = self._world(part, first_looks[part.sort.module], read)
            except (Unreachable, BadAnswer):
                raise
            except VrackError as problem:
                self.add(problem)
                self.broken.update(need for spec in part.specs for need in part.sort.foreseen.names(spec))
                continue
            self.worlds[part.sort.module] = world
            self._plan_part(part, world, read)
        _say_what_waits(self.planned)

    def _world(self, part: Part, first_look: Any, read: Reader) -> Any:
        if self.edits:
            return part.kind.observe(ForeseenReader(read, self.edits), part.specs, None, {})
        if isinstance(first_look, VrackError):
            raise first_look
        return first_look

    def _plan_part(self, part: Part, world: Any, read: Reader) -> None:
        here = [one for one in (self._plan_one(part, spec, world, read) for spec in part.specs) if one is not None]
        for problem in _checked(part, world):
            self.add(problem)
        for one in here:
            if one.change.action is not Action.NONE:
                part.sort.foreseen.foresee(one.spec, one.change, world, self.edits)
        self.planned.extend(here)

    def _plan_one(self, part: Part, spec: Any, world: Any, read: Reader) -> Optional[Planned]:
        label = self._own_name(part.kind.label(spec))
        try:
            change = part.kind.plan(spec, world)
            if change.missing:
                self._add_missing(part, spec, change, label)
                return None
            waiting = self._outlook(part, spec, change, world, read)
        except VrackError as problem:
            self.add(problem, label)
            self.broken.update(part.sort.foreseen.names(spec))
            return None
        before = told(change.before)
        after = before if change.after is change.before else told(change.after)
        item = Item(
            kind=part.kind.name,
            name=label,
            action=change.action,
            before=before,
            after=after,
            reason=change.reason,
            warnings=change.warnings,
            drift=change.drift,
            waiting=waiting,
        )
        return Planned(part, spec, change, item)

    def _own_name(self, label: str) -> str:
        """Unlike that of any other item: a key may stand in a list once a region."""
        self._names[label] += 1
        return label if self._names[label] == 1 else f"{label} ({self._names[label]})"

    def _outlook(self, part: Part, spec: Any, change: Change, world: Any, read: Reader) -> str:
        """What is waited for where there is nothing to do. Raises what would end it when its turn comes."""
        if change.action is Action.NONE:
            state = part.kind.readiness(spec, change, world)
            if isinstance(state, Failed):
                raise state.error
            return state.reason if isinstance(state, Pending) else ""
        if change.action is Action.CREATE and part.sort.module == "ovh_vrack":
            again = ForeseenReader(read, self.edits)
            world = part.kind.observe(again, [spec], world, {})  # the second look is the one that looks for orders
            change = part.kind.plan(spec, world)
        if change.action is not Action.NONE:
            part.kind.calls(spec, change, world)
        return ""

    def _add_missing(self, part: Part, spec: Any, change: Change, label: str) -> None:
        self.broken.update(part.sort.foreseen.names(spec))
        for missing in change.missing:
            if not self._is_broken(missing.need):
                self.add(missing.problem, label)

    def _is_broken(self, need: Optional[Need]) -> bool:
        if need is None:
            return False
        return need in self.broken or replace(need, region=None) in self.broken

    def add(self, problem: VrackError, label: str = "") -> None:
        problem = self.explain(problem)
        for one in problem.problems if isinstance(problem, InputProblems) else [problem]:
            if one.code == "region_unknown" and one.what in self._regions:
                continue
            self._regions.update([one.what] if one.code == "region_unknown" else [])
            one.doing = one.doing or label
            self.problems.add(one.doing, one.code, one.sentence())


def _look_at_once(parts: Sequence[Part], read: Reader) -> Dict[str, Any]:
    """What each kind sees before anything is planned, or why it sees nothing: all look side by side."""

    def look(part: Part) -> Any:
        try:
            return part.kind.observe(read, part.specs, None, {})
        except VrackError as problem:
            return problem

    from concurrent.futures import ThreadPoolExecutor

    if not parts:
        return {}
    with ThreadPoolExecutor(len(parts)) as threads:
        return dict(zip([part.sort.module for part in parts], threads.map(look, parts)))


def _checked(part: Part, world: Any) -> Iterable[VrackError]:
    try:
        return list(part.kind.check(part.specs, world))
    except VrackError as problem:
        return [problem]


def _say_what_waits(planned: Sequence[Planned]) -> None:
    """Fill in what each item waits for: what it stands on and is made too, or what stands on it and goes too."""
    known = _Known(planned)
    first: Dict[str, List[str]] = {one.item.name: [] for one in planned}
    for one in planned:
        region = (one.item.after or one.item.before or {}).get("region")
        for need in one.part.sort.foreseen.stands_on(one.spec, region if isinstance(region, str) else None):
            other = known.find(need)
            if other is None or other is one:
                continue
            if _makes(other.item, need.region) and one.item.action not in (Action.NONE, Action.DELETE):
                first[one.item.name].append(other.item.name)
            elif {one.item.action, other.item.action} == {Action.DELETE} and need.kind != "ssh key":
                first[other.item.name].append(one.item.name)
    for one in planned:
        one.item = replace(one.item, waits_for=tuple(dict.fromkeys(first[one.item.name])))


class _Known:
    """Every item by what others may call it. A network has a name, a number and an id, and its subnets go by each."""

    def __init__(self, planned: Sequence[Planned]) -> None:
        self._network_names: Dict[str, str] = {}
        self._by_name: Dict[Need, Planned] = {}
        for one in planned:
            self._take_network(one.item)
        for one in planned:
            for need in one.part.sort.foreseen.names(one.spec):
                self._by_name[self._as_named(need)] = one

    def _take_network(self, item: Item) -> None:
        for record in (item.before, item.after):
            if item.kind == "private network" and record is not None:
                for ref in (record["id"], record["vlan_id"], record["name"]):
                    self._network_names.setdefault(str(ref), record["name"])

    def find(self, need: Need) -> Optional[Planned]:
        named = self._as_named(need)
        return self._by_name.get(named) or self._by_name.get(replace(named, region=None))

    def _as_named(self, need: Need) -> Need:
        if need.kind not in ("network", "subnet"):
            return need
        return replace(need, ref=self._network_names.get(need.ref, need.ref))


def _makes(item: Item, region: Optional[str]) -> bool:
    """Whether the item makes what is needed there: a network that exists may be new to a region."""
    if item.action is not Action.UPDATE:
        return item.action in (Action.CREATE, Action.REPLACE)
    before, after = item.before or {}, item.after or {}
    return item.kind == "private network" and region in set(after["regions"]) - set(before["regions"])


def outcomes(planned: Sequence[Planned], worlds: Mapping[str, Any]) -> Dict[str, List[Outcome]]:
    """What each module would have said, by module: where nothing is to be done, what is there."""
    found: Dict[str, List[Outcome]] = {}
    for one in planned:
        module = one.part.sort.module
        record = one.item.after
        if one.change.action is Action.NONE:
            record = told(one.part.kind.record(one.spec, one.change, worlds[module]))
        outcome = Outcome(
            label=one.item.name,
            action=one.item.action,
            changed=one.item.action is not Action.NONE,
            before=one.item.before,
            after=one.item.after,
            record=record,
        )
        found.setdefault(module, []).append(outcome)
    return found
