# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far the API's word about an instance's interfaces is believed.

An instance is ACTIVE before its interfaces are shown, each for itself, and these before their addresses. What is not
shown of something that must be there is no news for a while.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, FrozenSet, Iterable, List, Mapping, Optional, Sequence, Set

from ..._engine.model import Answer, Answers
from ..._shared.instance_states import Stage, is_coming, stage
from ..instance_network.interface import Interface
from ..private_network.record import Network
from .addresses import addresses_by_network
from .record import Instance

YIELD_AFTER = 15.0
"""Seconds in which another run may take its interface off again that it has added beside one of this run."""

LATE = 30.0
"""Seconds of being ACTIVE, or since an interface was added, after which nothing is taken for shown late any more."""


@dataclass(frozen=True)
class Watch:
    """What this run saw of instances.

    now: when. since: from when on each ran. fresh: those that this run made, or saw coming or bare. attached: when this
    run last put each on a network. added: the instances of the interfaces that answers of this run gave, by their ids.
    shown: those of them that were seen. beside: since when there is another one on the network of each of them.
    """

    now: float = 0.0
    since: Dict[str, float] = field(default_factory=dict)
    fresh: FrozenSet[str] = frozenset()
    attached: Dict[str, float] = field(default_factory=dict)
    added: Dict[str, str] = field(default_factory=dict)
    shown: FrozenSet[str] = frozenset()
    beside: Dict[str, float] = field(default_factory=dict)

    def then(
        self,
        now: float,
        instances: Iterable[Instance],
        interfaces: Mapping[str, Sequence[Interface]],
        answers: Answers,
        made: FrozenSet[str] = frozenset(),
    ) -> Watch:
        """The same a look later. *made*: ids of instances that answers of this run gave."""
        since, attached, added = {}, dict(self.attached), dict(self.added)
        fresh: Set[str] = set(made)
        for one in instances:
            if is_coming(one.status):
                fresh.add(one.id)
            if stage(one.status) is Stage.RUNNING:
                since[one.id] = self.since.get(one.id, now)
                if not interfaces.get(one.id):
                    fresh.add(one.id)
        for answer in (one for several in answers.values() for one in several):
            if answer.call.method == "POST" and answer.call.path[-1] == "interface" and _may_have_worked(answer):
                attached[answer.call.path[-2]] = answer.at
                if _has_id(answer):
                    added[str(answer.value["id"])] = answer.call.path[-2]
        shown = {one.id for there in interfaces.values() for one in there if one.id in added}
        beside = {
            one.id: self.beside.get(one.id, now)
            for there in interfaces.values()
            for one in there
            if one.id in added and any(other.beside(one) and other.id not in added for other in there)
        }
        return Watch(now, since, self.fresh | fresh, attached, added, self.shown | shown, beside)

    def hides_added(self, instance: Instance) -> bool:
        """Whether what this run has put it on a network by is still to be shown."""
        hidden = any(there == instance.id and one not in self.shown for one, there in self.added.items())
        return hidden and self.is_recent(self.attached.get(instance.id))

    def surplus(self, interfaces: Sequence[Interface]) -> List[Interface]:
        """Of those on one network what this run has added although somebody else has done so, too."""
        own = [one for one in interfaces if one.id in self.beside]
        return own if len(own) < len(interfaces) else []

    def yields(self, own: Interface, interfaces: Sequence[Interface]) -> bool:
        """Whether it is for this run to take its own off: at once where the other's id is lower, for each run does so
        that has added one; else when nobody has taken the other one off."""
        lowest = min(one.id for one in interfaces)
        return own.id != lowest or self.now >= self.beside[own.id] + YIELD_AFTER

    def hides_interfaces(
        self, instance: Instance, interfaces: Sequence[Interface], networks: Sequence[Network]
    ) -> bool:
        """Whether it may have interfaces that are not shown yet."""
        if not self.is_recent(self.since.get(instance.id)):
            return False
        if instance.id in self.fresh:
            return True
        on = addresses_by_network(instance, interfaces, networks)
        return not set(on).issubset(addresses_by_network(instance.without_addresses(), interfaces, networks))

    def hides_addresses(self, instance: Instance, interfaces: Sequence[Interface], networks: Sequence[Network]) -> bool:
        """Whether addresses are missing that come by themselves: none is shown at all, or one of a fresh interface."""
        new = instance.id in self.fresh and self.is_recent(self.since.get(instance.id))
        if not new and not self.is_recent(self.attached.get(instance.id)):
            return False
        if self.hides_added(instance):
            return True
        shown = addresses_by_network(instance, (), networks)
        on = addresses_by_network(instance, interfaces, networks)
        return not interfaces or not all(one.addresses for one in interfaces) or shown != on

    def is_settled(self, instance: str) -> bool:
        """Whether it has run for so long, before this run's eyes, that nobody is about to take it away again."""
        since = self.since.get(instance)
        return since is not None and not self.is_recent(since)

    def is_recent(self, moment: Optional[float]) -> bool:
        return moment is not None and self.now < moment + LATE


def not_shown(instance: Instance) -> str:
    return f"the interfaces and addresses of instance '{instance.name}' ({instance.id}) are not shown yet"


def _has_id(answer: Answer) -> bool:
    return answer.definite and isinstance(answer.value, dict) and bool(answer.value.get("id"))


def _may_have_worked(answer: Answer) -> bool:
    return answer.definite or answer.uncertain
