# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: a value that can be printed, saved, read again and held against another one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

from .._engine.model import Action, shown

VERSION = 1
"""Of the saved form. One of another version is refused."""


@dataclass(frozen=True)
class Item:
    """What is to be done with one thing. A value that the API will choose is LATER in *after*.

    name: how sentences call it, unlike any other of the plan. waits_for: names of the items that come first.
    waiting: what it is waited for though there is nothing to do.
    """

    kind: str
    name: str
    action: Action
    before: Optional[Dict[str, Any]] = None
    after: Optional[Dict[str, Any]] = None
    reason: str = ""
    waits_for: Tuple[str, ...] = ()
    warnings: Tuple[str, ...] = ()
    drift: Tuple[str, ...] = ()
    waiting: str = ""

    @property
    def idle(self) -> bool:
        """Whether nothing is to be done, and nothing to be waited for."""
        return self.action is Action.NONE and not self.waiting


@dataclass(frozen=True)
class Plan:
    """All items in the order in which they come about, those with nothing to do among them.

    left: what is there and not described, where that was looked at.
    """

    state: str
    project: str
    items: Tuple[Item, ...]
    left: Tuple[str, ...] = ()

    @property
    def to_do(self) -> List[Item]:
        return [item for item in self.items if item.action is not Action.NONE]

    def notes(self) -> List[str]:
        """What there is to know of the things, each once."""
        return list(dict.fromkeys(text for item in self.items for text in (*item.drift, *item.warnings)))

    def counts(self) -> Dict[str, int]:
        return {action.value: len([one for one in self.items if one.action is action]) for action in Action}


@dataclass
class Problems:
    """Everything that stands in the way, each thing once, with what it is about."""

    found: List[Tuple[str, str, str]] = field(default_factory=list)

    def add(self, about: str, code: str, text: str) -> None:
        if not any(known == text for _about, _code, known in self.found):
            self.found.append((about, code, text))


def to_data(plan: Plan) -> Dict[str, Any]:
    """The plan as JSON has it: what there is to do, and what it comes to."""
    return {
        "version": VERSION,
        "state": plan.state,
        "project": plan.project,
        "counts": plan.counts(),
        "changes": [
            {
                "kind": item.kind,
                "name": item.name,
                "action": item.action.value,
                "reason": item.reason,
                "waits_for": list(item.waits_for),
                "before": item.before,
                "after": shown(item.after),
            }
            for item in plan.to_do
        ],
        "drift": [text for item in plan.items for text in item.drift],
        "left": list(plan.left),
    }
