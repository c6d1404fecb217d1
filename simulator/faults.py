# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that tests order: which call they hit, and what they do to its answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from simulator.errors import bad_request
from simulator.rewriting import Edit, check_edits

HTML = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>\r\n"
BEFORE_EFFECT = ("status", "429", "500", "502html", "408html", "drop_before", "timeout")
AFTER_EFFECT = ("drop_after", "cut", "slow", "500_after", "rewrite")
# They stand at a gate until the test lets them go, and are then done and answered as if nothing had been.
HELD = ("hold_before", "hold_between", "hold_after")


@dataclass
class Fault:
    """Hits calls of a method (`*`: any) on a path, which may be given as the route's own: past `skip` of them each
    `every`-th, `times` times (-1: always)."""

    kind: str
    method: str = "*"
    path: str = "*"
    times: int = 1
    skip: int = 0
    every: int = 1
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    delay: float = 0.0
    retry_after: float | None = None
    edits: list[Edit] = field(default_factory=list)
    seen: int = 0
    hits: int = 0

    def strikes(self, method, path, route=None):
        if self.method not in ("*", method) or not (self.path == route or fnmatchcase(path, self.path)):
            return False
        self.seen += 1
        past = self.seen - self.skip
        if past <= 0 or past % self.every or 0 <= self.times <= self.hits:
            return False
        self.hits += 1
        return True

    def answer(self):
        """(status, headers, body) of the answer that stands in for the real one; a text body goes out as it is."""
        if self.kind == "429":
            headers = {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
            return 429, headers, {"class": "Client::TooManyRequests", "message": "Too Many Requests"}
        if self.kind in ("500", "500_after"):
            return 500, {}, {"message": "Internal server error"}
        if self.kind == "502html":
            return 502, {"Content-Type": "text/html"}, HTML.format("502 Bad Gateway")
        if self.kind == "408html":
            return 408, {"Content-Type": "text/html"}, HTML.format("408 Request Time-out")
        return self.status, self.headers, self.body


class Faults:
    def __init__(self):
        self._faults = []

    def add(self, fields):
        unknown = set(fields) - set(Fault.__dataclass_fields__)
        if unknown or fields.get("kind") not in BEFORE_EFFECT + AFTER_EFFECT + HELD:
            raise bad_request(f"no such fault: {fields}")
        check_edits(fields.get("edits", []))
        self._faults.append(Fault(**fields))
        return asdict(self._faults[-1])

    def strike(self, method, path, route=None):
        """The first fault that hits this call; the others don't count it."""
        return next((fault for fault in self._faults if fault.strikes(method, path, route)), None)

    def clear(self):
        self._faults = []

    def listed(self):
        return [asdict(fault) for fault in self._faults]
