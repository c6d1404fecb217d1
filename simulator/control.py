# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control path /_simulator/: not authenticated, not in the journal."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from simulator.dump import from_json, to_json
from simulator.errors import ApiError, bad_request
from simulator.makers import make
from simulator.state import Account

Query = Mapping[str, str]
Methods = dict[str, Callable[[Any, Any], Any]]


def change(settings: Any, changes: dict[str, Any]) -> None:
    known = {field.name for field in fields(settings)}
    if not known.issuperset(changes):
        raise bad_request(f"no such setting: {sorted(set(changes) - known)}")
    if "kind" in changes:
        settings.be_kind(changes["kind"])
    for name, value in changes.items():
        setattr(settings, name, value)


def control_routes(simulator: Any) -> list[Route]:
    control = Control(simulator)
    table: dict[str, Methods] = {
        "/journal": {"GET": control.journal, "DELETE": control.clear_journal},
        "/journal/last": {"GET": control.last_of_journal},
        "/schema-errors": {"GET": control.schema_errors},
        "/defects": {"GET": control.defects, "POST": control.add_defect, "DELETE": control.forget_defects},
        "/state": {"GET": control.state},
        "/reset": {"POST": control.reset},
        "/restore": {"POST": control.restore},
        "/settings": {"GET": control.settings, "PATCH": control.change_settings},
        "/clock": {"GET": control.clock, "POST": control.set_clock},
        "/faults": {"GET": control.faults, "POST": control.add_fault, "DELETE": control.clear_faults},
        "/held": {"GET": control.held, "DELETE": control.release},
        "/rules": {"POST": control.rules},
        "/rate": {"POST": control.rate},
        "/make": {"POST": control.make},
    }
    return [Route(path, _endpoint(methods), methods=list(methods)) for path, methods in table.items()]


def _endpoint(methods: Methods) -> Callable[[Request], Awaitable[JSONResponse]]:
    async def endpoint(request: Request) -> JSONResponse:
        body = await request.body()
        try:
            answer = methods[request.method](request.query_params, json.loads(body) if body else {})
            return JSONResponse(await answer if inspect.isawaitable(answer) else answer)
        except ApiError as error:
            return JSONResponse(error.body(), error.status)
        except (TypeError, ValueError, KeyError) as error:
            return JSONResponse({"message": f"{type(error).__name__}: {error}"}, 400)

    return endpoint


class Control:
    """One method a route, given the query and the body."""

    def __init__(self, simulator: Any) -> None:
        self.simulator = simulator
        self.world = simulator.world

    def journal(self, query: Query, _body: Any) -> list[Any]:
        return self.simulator.journal.since(int(query.get("since", 0)))

    def last_of_journal(self, _query: Query, _body: Any) -> int:
        return int(self.simulator.journal.last)

    def clear_journal(self, _query: Query, _body: Any) -> None:
        self.simulator.journal.clear()

    def schema_errors(self, _query: Query, _body: Any) -> list[Any]:
        return self.simulator.schema_errors

    def defects(self, _query: Query, _body: Any) -> list[Any]:
        """What the simulator itself did wrong: handlers that crashed, answers that don't fit the schema."""
        return [*self.simulator.crashes, *self.simulator.schema_errors]

    def add_defect(self, _query: Query, body: Any) -> None:
        self.simulator.crashes.append(body)

    def forget_defects(self, query: Query, body: Any) -> list[Any]:
        known = self.defects(query, body)
        self.simulator.forget_defects()
        return known

    def state(self, _query: Query, _body: Any) -> dict[str, Any]:
        """The account, and how many effects are still to come."""
        self.world.tick()
        return {**to_json(self.world.account), "pending_effects": len(self.world.timeline)}

    def reset(self, _query: Query, body: Any) -> None:
        self.simulator.reset(body.get("seed"), body.get("world"))

    def restore(self, _query: Query, body: Any) -> None:
        """Only a world at rest can be restored: effects still to come are not in the dump."""
        if body.pop("pending_effects"):
            raise bad_request("this dump was taken while effects were still to come: advance the clock first")
        account = from_json(Account, body)
        self.world.put_back(account)

    def settings(self, _query: Query, _body: Any) -> dict[str, Any]:
        return asdict(self.world.settings)

    def change_settings(self, _query: Query, body: Any) -> dict[str, Any]:
        change(self.world.settings, body)
        return asdict(self.world.settings)

    def clock(self, _query: Query, _body: Any) -> dict[str, Any]:
        clock = self.world.clock
        return {"now": clock.now(), "speed": clock.speed, "auth_offset": clock.auth_offset}

    def set_clock(self, query: Query, body: Any) -> dict[str, Any]:
        clock = self.world.clock
        if "speed" in body:
            clock.set_speed(float(body["speed"]))
        if "auth_offset" in body:
            clock.auth_offset = float(body["auth_offset"])
        clock.advance(float(body.get("advance", 0)))
        self.world.tick()
        return self.clock(query, body)

    def faults(self, _query: Query, _body: Any) -> Any:
        return self.simulator.faults.listed()

    def add_fault(self, _query: Query, body: Any) -> Any:
        return self.simulator.faults.add(body)

    def clear_faults(self, _query: Query, _body: Any) -> None:
        self.simulator.faults.clear()

    async def held(self, query: Query, _body: Any) -> Any:
        """The requests that are held, once they are `count`; 400 if that takes over `timeout` real seconds."""
        return await self.simulator.gates.wait(int(query.get("count", 0)), float(query.get("timeout", 0)))

    def release(self, _query: Query, body: Any) -> Any:
        return self.simulator.gates.release(body.get("numbers"))

    def rules(self, _query: Query, body: Any) -> None:
        self.world.access.allow(**body, now=self.world.clock.auth_now())

    def rate(self, _query: Query, body: Any) -> None:
        self.simulator.limit.set(**(body or {}))

    def make(self, _query: Query, body: Any) -> Any:
        self.world.tick()
        self.world.begin(f"make {json.dumps(body, sort_keys=True)}")
        return to_json(make(self.world, body.pop("what"), body))
