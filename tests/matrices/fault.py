# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of fault, in every deed of every module: it converges, or ends in time with one clear message.

What was done is reported, and the next run, without the fault, comes to the same end as an undisturbed one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from simulator.launch import Simulator
from tests.matrices.deeds import DEEDS
from tests.matrices.words import differences, how_it_ended

HTML = "<html><body><h1>It works!</h1></body></html>"
REVOKED = {"errorCode": "INVALID_CREDENTIAL", "httpCode": "403 Forbidden", "message": "This credential is not valid"}
FAULTS: dict[str, dict[str, Any]] = {
    "429": {"kind": "429"},
    "429 with Retry-After": {"kind": "429", "retry_after": 2},
    "500": {"kind": "500"},
    "500 after the effect": {"kind": "500_after"},
    "502 with a page": {"kind": "502html"},
    "408 with a page": {"kind": "408html"},
    "503": {"kind": "status", "status": 503, "body": {"message": "Service unavailable"}},
    "reset before the effect": {"kind": "drop_before"},
    "reset after it": {"kind": "drop_after"},
    "cut in the middle": {"kind": "cut"},
    "no JSON": {"kind": "status", "status": 200, "body": HTML},
    "another list": {"kind": "status", "status": 200, "body": [[1, None], "x"]},
    "another object": {"kind": "status", "status": 200, "body": {"message": None, "id": {}}},
    "null": {"kind": "status", "status": 200, "body": None},
    "the key is revoked": {"kind": "status", "status": 403, "body": REVOKED},
    "404": {"kind": "status", "status": 404, "body": {"message": "The requested object does not exist"}},
    "409": {"kind": "status", "status": 409, "body": {"message": "Action pending on this service"}},
}
SAYS_NONE = ("404", "null")
"""How the API says that something is not there: a run that believes it has done well."""
MOMENTS = ("first", "every third", "write", "always", "from the write on")
LATE = dict.fromkeys(
    (
        "network_invisible",
        "subnet_invisible",
        "instance_invisible",
        "interface_invisible",
        "address_invisible",
        "vrack_visible_after",
        "cart_visible_after",
        "order_visible_after",
    ),
    10,
)
MOST_REQUESTS = 2500


@dataclass(frozen=True)
class Cell:
    """One deed, with one fault at one moment."""

    deed: str
    fault: str
    moment: str

    @property
    def row(self) -> str:
        return self.fault

    @property
    def name(self) -> str:
        return f"{self.deed}: {self.fault}, {self.moment}"

    def given(self) -> dict[str, Any]:
        return {"task": DEEDS[self.deed].options, "fault": FAULTS.get(self.fault, self.fault), "moment": self.moment}


def cells() -> Iterator[Cell]:
    for deed in DEEDS:
        for fault in FAULTS:
            yield from (Cell(deed, fault, moment) for moment in MOMENTS)
        yield Cell(deed, "reads ten seconds behind", "always")
        yield Cell(deed, "the clock ten minutes off", "always")
        yield Cell(deed, "nobody answers there", "always")


def begin(simulator: Simulator) -> None:
    """Each cell begins anew."""


@cache
def undisturbed(simulator: Simulator, name: str) -> dict[str, Any]:
    deed = DEEDS[name]
    deed.prepare(simulator)
    done = deed.run(simulator)
    assert not done.tasks[0].failed, done.tasks[0].msg
    return deed.settled(simulator)


def what_is_bad(simulator: Simulator, cell: Cell) -> str:
    deed, wanted = DEEDS[cell.deed], undisturbed(simulator, cell.deed)
    deed.prepare(simulator, **(LATE if cell.fault == "reads ten seconds behind" else {}))
    before = deed.settled(simulator) if not deed.settings else {}
    environment = strike(simulator, cell)
    [done] = deed.run(simulator, "--diff", **environment).tasks
    simulator.clear_faults()
    simulator.clock(auth_offset=0)
    after = deed.settled(simulator)
    [again] = deed.run(simulator).tasks
    end = deed.settled(simulator)
    all_well = not done.failed and cell.fault not in SAYS_NONE
    reasons = [
        how_it_ended(done),
        f"{len(done.calls)} requests" if len(done.calls) > MOST_REQUESTS else "",
        f"changed, and not said: {differences(before, after)}" if before != after and not done.changed else "",
        f"the next run failed: {again.msg}" if again.failed else "",
        f"in the end not as wanted: {differences(wanted, end)}" if end != wanted else "",
        f"all was well, and the next run wrote {again.writes}" if all_well and again.writes else "",
    ]
    return "; ".join(filter(None, reasons))


def strike(simulator: Simulator, cell: Cell) -> dict[str, str]:
    """Order the fault; the environment of the task that meets it."""
    if cell.fault == "nobody answers there":
        return {"OVH_ENDPOINT": "http://127.0.0.1:9/1.0"}
    if cell.fault == "the clock ten minutes off":
        simulator.clock(auth_offset=600)
    fault = FAULTS.get(cell.fault)
    if fault is None:
        return {}
    times = {
        "first": {"times": 1},
        "every third": {"times": -1, "every": 3},
        "always": {"times": -1},
    }.get(cell.moment)
    if times is not None:
        simulator.fault(**fault, **times, path="/[!a]*")
        return {}
    for method in ("POST", "PUT", "DELETE"):
        often = {"times": 1} if cell.moment == "write" else {"times": -1}
        simulator.fault(**fault, method=method, path="/[!a]*", **often)
    return {}
