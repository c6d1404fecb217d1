# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer that our modules read, in every form that the API's schema leaves open, and in forms that it forbids.

A cell has one module do one thing while each answer of one route comes otherwise in one place. What can be understood
is used, one odd object among others changes nothing for these, and nothing is written on the ground of an answer that
is not understood: what an odd answer hides is not made again.
"""

from __future__ import annotations

import functools
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.launch import Simulator
from simulator.pagination import EXPANDABLE
from simulator.schema import Schema
from tests.matrices import states
from tests.matrices.states import DOINGS, Doing, things
from tests.matrices.words import is_bug
from tests.support.modules import run_modules
from tests.support.tasks import task

Json = dict[str, Any]

NOT_TRIED = ("inventory",)
IDENTITY = {
    *("id", "name", "vlanId", "region", "regions", "cidr", "ipPools", "status", "serviceName", "project_id"),
    *("networkId", "type", "description"),
}
"""Fields without which an object may be the one that is asked for: then nothing is made beside it."""
OTHER_TYPE: Json = {"string": 7, "integer": "x", "number": "x", "boolean": "yes", "array": {"a": 1}, "object": [1]}
BIG, DEEP, MANY = 10_000_000, 50_000, 1_000
WHOLE: Json = {
    "no JSON": {"do": "text", "value": "<html>"},
    "cut": {"do": "text", "value": '[{"id": "'},
    "empty body": {"do": "text", "value": ""},
    "null": {"do": "set", "value": None},
    "text": {"do": "set", "value": "x"},
    "number": {"do": "set", "value": 7},
    "list of lists": {"do": "set", "value": [[]]},
    "list of nulls": {"do": "set", "value": [None]},
    "object": {"do": "set", "value": {"message": "x"}},
    "ten megabytes": {"do": "fill", "value": BIG},
    "deep": {"do": "nest", "value": DEEP},
    "not finite": {"do": "text", "value": "[NaN]"},
}
LISTED: Json = {
    "empty": {"do": "set", "value": []},
    "twice": {"do": "repeat", "value": 2},
    "other order": {"do": "reverse"},
    "null among": {"do": "add", "value": [None]},
    "number among": {"do": "add", "value": [7]},
    "text among": {"do": "add", "value": ["x"]},
    "empty object among": {"do": "add", "value": [{}]},
}
ENDLESS = {"X-Pagination-Elements": "999999999"}
ELSEWHERE = {"kind": "status", "status": 302, "headers": {"Location": "http://127.0.0.1:9/believed"}}


@dataclass(frozen=True)
class Cell:
    route: str
    at: str
    form: str
    doing: str

    @property
    def row(self) -> str:
        return self.route

    @property
    def name(self) -> str:
        return f"{self.route} {self.at or '/'} {self.form}: {self.doing}"

    def given(self) -> Json:
        done, fault = DOINGS[self.doing], forms(self.route)[self.at, self.form]
        return {"route": f"GET {self.route}", **fault, f"ovh_{done.module}": done.options}


@functools.cache
def forms(route: str) -> dict[tuple[str, str], Json]:
    """Each place and form with the fault that brings it about."""
    schema = Schema()
    answer = schema.resolve(schema.answer_of(f"GET {route}"))
    if route in EXPANDABLE:
        answer = {"type": "array", "items": schema.answer_of(f"GET {EXPANDABLE[route]}")}
    found = {("", form): {"edits": [{"at": "", **edit}]} for form, edit in WHOLE.items()}
    found["", "endless"] = {"headers": ENDLESS}
    found["", "a redirect to another host"] = ELSEWHERE
    for at, form, edit in differences(schema, answer, ""):
        found[at, form] = {"edits": [edit]}
    return found


def differences(schema: Schema, about: Json, at: str, depth: int = 0) -> Iterator[tuple[str, str, Json]]:
    """What may be otherwise within a value of that type."""
    if about.get("type") == "array":
        for form, edit in LISTED.items():
            yield at, form, {"at": at, **edit}
        inner = schema.resolve(about.get("items", {}))
        if depth < 2:
            if not at and inner.get("properties"):
                yield from odd_ones(schema, inner)
            yield from differences(schema, inner, f"{at}/*", depth + 1)
    elif about.get("properties"):
        yield at, "a new field", {"at": at, "do": "put", "value": {"aNewField": {"x": [1]}}}
        for name, field in about["properties"].items():
            kind = schema.resolve(field)
            for form, edit in of_field(name, kind).items():
                yield f"{at}/{name}", form, {"at": f"{at}/{name}", **edit}
            if depth < 2:
                yield from differences(schema, kind, f"{at}/{name}", depth + 1)


def of_field(name: str, kind: Json) -> Json:
    found = {"missing": {"do": "drop"}, "null": {"do": "set", "value": None}}
    if kind.get("type") in OTHER_TYPE:
        found["another type"] = {"do": "set", "value": OTHER_TYPE[kind["type"]]}
    if "enum" in kind:
        found["a new word"] = {"do": "set", "value": "A_NEW_WORD"}
    if kind.get("type") == "string" and (name.lower().endswith("id") or kind.get("format") == "uuid"):
        found["in capitals"] = {"do": "upper"}
    return found


def odd_ones(schema: Schema, inner: Json) -> Iterator[tuple[str, str, Json]]:
    """One object more, in which one field is otherwise."""
    own = {name: value for name, value in OWN.items() if name in inner["properties"]}
    for name, field in inner["properties"].items():
        kind = schema.resolve(field)
        odd = {form: edit for form, edit in of_field(name, kind).items() if form in ("missing", "another type")}
        for form, edit in odd.items():
            put = {**own, name: edit["value"]} if "value" in edit else own
            difference = {"put": put, "drop": [name] if edit["do"] == "drop" else []}
            yield f"one more/{name}", form, {"at": "", "do": "odd", "value": difference}
    if "name" in own:
        yield "", "a thousand more", {"at": "", "do": "many", "value": {"put": own, "times": MANY}}


OWN = {"id": "11111111-2222-4333-8444-555555555555", "name": "odd-one", "vlanId": 2000, "cidr": "10.250.0.0/16"}


@functools.cache
def readers() -> dict[str, tuple[str, ...]]:
    """Who reads each route, as an undisturbed run of each shows; where no task or order is waited for, its plan."""
    found: dict[str, list[str]] = {}
    with Simulator.start(seed=1, strict=True) as simulator:
        states.begin(simulator)
        for name, done in DOINGS.items():
            if done.module not in NOT_TRIED:
                simulator.restore(states.BASE["state"] | {})
                check = () if {"order", "task"} & set(done.about) else ("--check",)
                for call in run_modules(simulator, [wanted(done)], *check).journal:
                    known = call["method"] == "GET" and call["route"] and not call["route"].startswith("/auth")
                    if known and name not in found.setdefault(call["route"], []):
                        found[call["route"]].append(name)
                settle(simulator)
    return {route: tuple(names) for route, names in sorted(found.items())}


def wanted(done: Doing) -> Json:
    return task("it", done.module, **states.options_of(done))


def settle(simulator: Simulator) -> None:
    simulator.clear_faults()
    simulator.advance(states.LATER)


def cells() -> Iterator[Cell]:
    for route, names in readers().items():
        for at, form in forms(route):
            for name in doers(names, f"{route} {at} {form}"):
                yield Cell(route, at, form, name)


def doers(names: tuple[str, ...], cell: str) -> list[str]:
    """Of those that read a route one that looks and one that does, and others in each cell."""
    sorts: dict[bool, list[str]] = {}
    for name in names:
        sorts.setdefault(DOINGS[name].only_looks, []).append(name)
    return [min(several, key=lambda name: zlib.crc32(f"{cell} {name}".encode())) for several in sorts.values()]


def begin(simulator: Simulator) -> None:
    states.begin(simulator)


def what_is_bad(simulator: Simulator, cell: Cell) -> str:
    """Why a cell breaks the promise, or nothing."""
    done = DOINGS[cell.doing]
    simulator.clear_faults()
    simulator.clear_journal()
    simulator.restore(states.BASE["state"] | {})
    before = things(simulator.state())
    fault = {"kind": "rewrite", **forms(cell.route)[cell.at, cell.form]}
    simulator.fault(method="GET", path=cell.route, times=-1, **fault)
    began = simulator.clock()["now"]
    told = run_modules(simulator, [wanted(done)])["it"]
    took = simulator.clock()["now"] - began
    settle(simulator)
    after = things(simulator.state())
    return (
        bad_words(cell, told)
        or bad_writes(cell, done, before, after, told.failed)
        or (f"it took {took:.0f} s" if told.failed and took > states.WAIT + 60 else "")
    )


def bad_words(cell: Cell, told: Any) -> str:
    if is_bug(told.result):
        return f"a bug: {told.msg} {str(told.result.get('exception'))[-300:]}"
    if not told.failed:
        return ""
    if is_harmless(cell, DOINGS[cell.doing]) and told.result.get("failure", {}).get("code") != "quota":
        return f"it failed: {told.msg}"
    nouns = [part.rstrip("s").casefold() for part in cell.route.split("/") if part and "{" not in part]
    field = [part for part in cell.at.split("/") if part not in ("*", "", "one more")]
    if any(word.casefold() in told.msg.casefold() for word in (nouns[-1], *field, *KNOWN_AS.get(nouns[-1], ()))):
        return ""
    return f"the message doesn't say of what: {told.msg}"


KNOWN_AS = {
    "sshkey": ("ssh key",),
    "private": ("network",),
    "public": ("network",),
    "cloudproject": ("project",),
    "regionavailable": ("region",),
    "me": ("account", "subsidiary"),
    "detail": ("order",),
    "statu": ("order",),
    "extension": ("order",),
    "summary": ("cost",),
    "project": ("the list goes on",),
}
HARMLESS = ("other order", "a new field", "a thousand more")


def is_harmless(cell: Cell, done: Doing) -> bool:
    """Whether all that is asked for can be told from the answer as well as ever."""
    if cell.at.startswith("one more/"):
        field = cell.at.partition("/")[2]
        return not (makes(done) or done.hasnt) or field not in IDENTITY
    return cell.form in HARMLESS


def makes(done: Doing) -> bool:
    """Whether it asks for something that isn't there yet."""
    return bool(done.has) and not set(done.has) <= set(things(states.BASE["state"]))


def bad_writes(cell: Cell, done: Doing, before: Counter[str], after: Counter[str], failed: bool) -> str:
    come, gone = after - before, before - after
    of_order = {one for one in come if one.startswith("order of") or (failed and one == "vRack ")}
    of_order = of_order if done.module == "vrack" else set()
    if set(come) - set(done.has) - of_order:
        return f"it made {sorted(come)}"
    if set(gone) - set(done.hasnt):
        return f"it removed {sorted(gone)}"
    hidden = cell.form == "empty" and not cell.at.strip("/*")
    if any(after[one] > max(1, before[one]) for one in done.has) and cell.form != "empty":
        return f"it made twice {[one for one in done.has if after[one] > 1]}"
    if not failed and not hidden:
        lacking, left = [one for one in done.has if not after[one]], [one for one in done.hasnt if after[one]]
        if lacking or left:
            return f"said to be done, but lacking {lacking}, left {left}"
    return ""
