# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small API in memory, as hostile as a real one: late reads, lost answers, uniqueness, quota, other clients."""

from __future__ import annotations

import itertools
import random
import threading
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Gone, Refused, Uncertain, Unreachable

MOST = 2000
"""Calls after which a loop that sends without end is stopped."""


def refused(what: str, status: int = 400) -> Refused:
    return Refused(what, "POST", "/things", status, query_id="EU.test")


@dataclass
class FakeApi:
    """Things with a VLAN. A read shows the things as they were *lag* seconds ago.

    unique: no two things have one VLAN. building: seconds until a thing is ready. quota: VLANs that are refused.
    answer_lost, request_lost: shares of POSTs that end in nothing, after and before their effect.
    """

    clock: Any
    unique: bool = True
    lag: float = 0.0
    building: float = 0.0
    quota: frozenset[int] = frozenset()
    answer_lost: float = 0.0
    request_lost: float = 0.0
    seed: int = 1
    turn: Any = None
    failing_reads: int = 0
    reads: int = 0
    sent: list[tuple[float, str, tuple[str, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._history: dict[str, list[tuple[float, dict[str, Any] | None]]] = {}

    # What the loop uses

    def reader(self) -> FakeApi:
        return self

    def now(self) -> float:
        return float(self.clock.now())

    def today(self) -> float:
        return self.now()

    def get(self, *_path: str) -> list[dict[str, Any]]:
        self._take_turn()
        with self._lock:
            self.reads += 1
            if self.failing_reads:
                self.failing_reads -= 1
                raise Unreachable("status 502", "GET", "/things", 502)
            return self._as_of(self.now() - self.lag)

    def send(self, call: Any) -> tuple[Any, bool]:
        self._take_turn()
        with self._lock:
            self.sent.append((self.now(), call.method, call.path))
            assert len(self.sent) < MOST
            if call.method == "POST" and self._random.random() < self.request_lost:
                raise Uncertain("the connection broke off", "POST", "/things")
            answer = self._effect(call)
            if call.method == "POST" and self._random.random() < self.answer_lost:
                raise Uncertain("the connection broke off", "POST", "/things")
            return answer

    # What tests look at

    def things(self) -> list[dict[str, Any]]:
        """The truth, however late reads are."""
        return self._as_of(float("inf"))

    def posts(self) -> int:
        return sum(method == "POST" for at, method, path in self.sent)

    def make(self, **fields: Any) -> str:
        """Something that another client makes."""
        id_ = f"thing-{next(self._ids)}"
        self._write(id_, {"ready_at": self.now() + self.building, "steps": [], **fields})
        return id_

    # Within

    def _take_turn(self) -> None:
        if self.turn is not None:
            self.turn()

    def _write(self, id_: str, fields: dict[str, Any] | None) -> None:
        self._history.setdefault(id_, []).append((self.now(), fields))

    def _as_of(self, moment: float) -> list[dict[str, Any]]:
        seen = []
        for id_, versions in self._history.items():
            fields = [fields for at, fields in versions if at <= moment][-1:]
            if fields and fields[0] is not None:
                seen.append({"id": id_, **fields[0]})
        return seen

    def _effect(self, call: Any) -> tuple[Any, bool]:
        if call.method == "POST" and len(call.path) == 1:
            return self._create(dict(call.body)), True
        there = {thing["id"]: thing for thing in self.things()}
        if call.path[1] not in there:
            if call.method == "DELETE":
                return None, False
            raise Gone("no such thing", call.method, "/things", 404)
        thing = there[call.path[1]]
        if call.method == "DELETE":
            self._write(thing.pop("id"), None)
        elif call.method == "PUT":
            self._write(thing.pop("id"), {**thing, **call.body})
        else:
            self._add_step(thing, call.body["step"])
        return None, True

    def _create(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields.get("vlan") in self.quota:
            raise refused("quota exceeded", 403)
        if self.unique and any(thing["vlan"] == fields["vlan"] for thing in self.things()):
            raise refused(f"VLAN {fields['vlan']} is in use", 409)
        return {"id": self.make(**fields), **fields}

    def _add_step(self, thing: dict[str, Any], step: int) -> None:
        if step in thing["steps"]:
            raise refused(f"step {step} was done already", 409)
        self._write(thing.pop("id"), {**thing, "steps": [*thing["steps"], step]})
