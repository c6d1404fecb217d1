# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A kind whose wishes and answers a test writes down, look by look."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Action, Call, Change, Ready

from tests.unit.support.fake_api import MOST


class Scripted:
    """Kind and API in one. *wishes* says, of the script itself, which calls are to be made now; none means done.

    answers: for the last segment of a call's path what its requests end with, one after the other; the last one stays.
    An exception is raised, a callable is called, anything else is the answer.
    """

    name = "thing"

    def __init__(self, clock: Any, wishes: Callable[[Any], Any], **answers: list[Any]) -> None:
        self.clock = clock
        self.wishes = wishes
        self.answers = answers
        self.looks = 0
        self.sent: list[tuple[float, str]] = []
        self._lock = threading.Lock()

    # The API

    def reader(self) -> Scripted:
        return self

    def now(self) -> float:
        return float(self.clock.now())

    def today(self) -> float:
        return self.now()

    def send(self, call: Call) -> tuple[Any, bool]:
        name = call.path[-1]
        with self._lock:
            self.sent.append((self.now(), name))
            assert len(self.sent) < MOST
            planned = self.answers.get(name, [None])
            answer = planned.pop(0) if len(planned) > 1 else planned[0]
        if callable(answer):
            answer = answer()
        if isinstance(answer, Exception):
            raise answer
        return answer, True

    def times(self, name: str) -> list[float]:
        """When the call was sent, in seconds after it was first sent."""
        times = [at for at, sent in self.sent if sent == name]
        return [at - times[0] for at in times]

    def names(self) -> list[str]:
        return [name for at, name in self.sent]

    # The kind

    def label(self, spec: Any) -> str:
        return f"thing '{spec}'"

    def observe(self, read: Any, specs: Any, last: Any, answers: Any) -> int:
        self.looks += 1
        return self.looks

    def check(self, specs: Any, world: Any) -> Any:
        return ()

    def plan(self, spec: Any, world: Any) -> Change:
        wishes = self.wishes(self)
        return Change(Action.UPDATE if wishes else Action.NONE, {"made": False}, {"made": True}, wishes)

    def calls(self, spec: Any, change: Change, world: Any) -> Any:
        return change.seen

    def readiness(self, spec: Any, change: Change, world: Any) -> Any:
        return Ready()

    def record(self, spec: Any, change: Change, world: Any) -> Any:
        return {"made": change.action is Action.NONE}


def call(name: str, **options: Any) -> Call:
    """A call that scripts know by *name*."""
    return Call(options.pop("method", "POST"), ("things", name), f"do {name}", **options)
