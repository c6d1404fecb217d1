# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far the API's word about an instance's interfaces is believed.

An instance is ACTIVE before its interfaces are shown, each for itself, and these before their addresses. What is not
shown of something that must be there is no news for a while.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, FrozenSet, Iterable, Mapping, Optional, Sequence, Set

from ..._engine.model import Answer, Answers
from ..._shared.instance_states import Stage, is_coming, stage
from ..instance_network.interface import Interface
from ..private_network.record import Network
from .addresses import addresses_by_network
from .record import Instance

LATE = 30.0
"""Seconds of being ACTIVE, or since an interface was added, after which nothing is taken for shown late any more."""


@dataclass(frozen=True)
class Watch:
    """What this run saw of instances.

    now: when. since: from when on each ran. fresh: those that this run made, or saw coming or bare. attached: when this
    run last put each on a network.
    """

    now: float = 0.0
    since: Dict[str, float] = field(default_factory=dict)
    fresh: FrozenSet[str] = frozenset()
    attached: Dict[str, float] = field(default_factory=dict)

    def then(
        self,
        now: float,
        instances: Iterable[Instance],
        interfaces: Mapping[str, Sequence[Interface]],
        answers: Answers,
        made: FrozenSet[str] = frozenset(),
    ) -> Watch:
        """The same a look later. *made*: ids of instances that answers of this run gave."""
        since, attached = {}, dict(self.attached)
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
        return Watch(now, since, self.fresh | fresh, attached)

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


def _may_have_worked(answer: Answer) -> bool:
    return answer.definite or answer.uncertain
