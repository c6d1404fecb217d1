# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a request: journal, faults, authentication, schema, handler, and back."""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Awaitable, Callable, Generator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from simulator import auth, routing, worlds
from simulator.control import control_routes
from simulator.errors import ApiError, not_found, query_id
from simulator.faults import BEFORE_EFFECT, Fault, Faults
from simulator.gates import Gates, WorldGone
from simulator.journal import Journal, without_secrets
from simulator.pagination import EXPANDABLE, page
from simulator.rate import RateLimit
from simulator.rewriting import Raw, rewritten
from simulator.routes import register_all
from simulator.schema import Schema
from simulator.server import TRANSPORT
from simulator.state import World

PREFIXES = ("/1.0", "/v1")
TELLING_APART = ("name", "description", "region", "project", "network", "networkId", "vlanId", "start", "ip")
# The header of a client that tests look at the world with.
SPARED = "x-simulator-spared"
TOKEN_PATH = "/auth/oauth2/token"
LONGER_THAN_ANYBODY_WAITS = 600
HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-cache, no-store",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}

Entry = dict[str, Any]
"""A request in the journal."""
Between = Callable[[], Awaitable[None]]


@dataclass
class Answer:
    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


class SimulatedApi:
    """The world and all that stands around it."""

    def __init__(self, world: World, world_name: str = "default") -> None:
        register_all()
        self.world = world
        self.world_name = world_name
        self.schema = Schema()
        self._first_settings, self._first_seed = deepcopy(world.settings), world.seed
        self.journal = Journal()
        self.faults = Faults()
        self.gates = Gates()
        self.limit = RateLimit(world.clock)
        self.forget_defects()
        world.access = auth.Access(world.clock.auth_now())
        worlds.build(world, world_name)

    def reset(self, seed: int | None = None, world_name: str | None = None) -> None:
        """Everything as it was at the start, but for the keys, so that clients go on working."""
        self.world_name = world_name or self.world_name
        self.faults.clear()
        self.gates.drop()
        self.limit.set()
        self.journal.clear()
        self.forget_defects()
        self.world.access.allow_everything()
        self.world.settings = deepcopy(self._first_settings)
        self.world.clock.restart()
        self.world.clear(self._first_seed if seed is None else seed)
        worlds.build(self.world, self.world_name)

    def over_rate(self, request: auth.Request) -> Any:
        """The fault that this request meets if its key has made too many."""
        return self.limit.refusal(request.headers.get("x-ovh-consumer") or request.headers.get("authorization"))

    def forget_defects(self) -> None:
        self.schema_errors: list[Any] = []
        self.crashes: list[Any] = []

    async def answer(
        self, request: auth.Request, query: dict[str, str], entry: Entry, between: Between | None = None
    ) -> Answer:
        """One request under one frozen moment, errors turned to answers.

        `between` is awaited after the checks and before the effect, if the handler can stop there: others may pass.
        """
        try:
            self.world.tick()
            self.world.begin(f"{request.method} {request.path} {_what(entry['body'])}")
            return await self._answer(request, query, entry, between)
        except ApiError as error:
            return Answer(error.status, error.body())
        except WorldGone:
            raise
        except Exception:
            crash = traceback.format_exc()
            self.crashes.append({"method": request.method, "path": request.path, "body": entry["body"], "crash": crash})
            print(crash, file=sys.stderr)
            return _server_error()

    async def _answer(
        self, request: auth.Request, query: dict[str, str], entry: Entry, between: Between | None
    ) -> Answer:
        if request.path == TOKEN_PATH and not request.in_api:
            return Answer(*self.world.access.issue_token(request, self.world))
        found = routing.find(request.method, request.path) if request.in_api else None
        if found is None:
            raise not_found("Got an invalid (or empty) URL")
        route, path = found
        call = routing.Call(self.world, request.method, route, path, query, None, request.headers)
        if not self.schema.is_open(call.method, call.route):
            call.caller = self.world.access.caller(request, self.world)
        call.body = _parsed(request.body)
        self._check(call)
        failure = self._failure(call)
        if failure:
            entry["chance"] = failure
        if failure == "before":
            return _server_error()
        body = routing.handler_of(call.method, call.route)(call)
        if isinstance(body, Generator):
            body = await self._in_two_steps(body, between)
        answer = self._paged(call, entry, body)
        return _server_error() if failure else answer

    def _failure(self, call: routing.Call) -> str:
        """Does chance let this call fail, "before" or "after" its effect? Those that a test makes itself are spared."""
        settings = self.world.settings
        percent = settings.reads_fail if call.method == "GET" else settings.writes_fail
        return "" if SPARED in call.headers else self.world.drawing.failure(percent)

    async def _in_two_steps(self, handler: Generator[Any, None, Any], between: Between | None) -> Any:
        """The checks, then, a moment later, the effect in a world in which others were meanwhile."""
        drawing, account = self.world.drawing, self.world.account
        try:
            stop = next(handler)
        except StopIteration as end:
            return end.value
        if stop is not routing.OTHERS_PASS:
            raise RuntimeError("a handler only yields OTHERS_PASS")
        if between is not None:
            await between()
        if self.world.account is not account:
            raise WorldGone
        self.world.tick()
        self.world.drawing = drawing
        try:
            next(handler)
        except StopIteration as end:
            return end.value
        raise RuntimeError("a handler yields once, between its checks and its effect")

    def _paged(self, call: routing.Call, entry: Entry, body: Any) -> Answer:
        if self.world.settings.pagination:
            page_answer = page(call, body)
            if page_answer:
                body, headers = page_answer
                return self._checked(call, entry, Answer(200, body, headers), EXPANDABLE[call.route])
        return self._checked(call, entry, Answer(200, body))

    def _check(self, call: routing.Call) -> None:
        strict = self.world.settings.strict
        self.schema.check_path(call)
        call.query = self.schema.checked_query(call, strict)
        call.body = self.schema.checked_body(call, strict)

    def _checked(self, call: routing.Call, entry: Entry, answer: Answer, expanded_by: str | None = None) -> Answer:
        errors = self.schema.answer_errors(call.method, call.route, answer.body, expanded_by)
        if errors:
            entry["schema_error"] = errors
            self.schema_errors.append({"method": call.method, "route": call.route, "errors": errors})
            print(f"schema error: {call.method} {call.route}: {'; '.join(errors)}", file=sys.stderr)
        return answer


class Api:
    """The API itself, as an ASGI application."""

    def __init__(self, simulator: SimulatedApi) -> None:
        self.simulator = simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        simulator = self.simulator
        request, query, full_path = await _read(scope, receive)
        entry = simulator.journal.begin(request.method, full_path, simulator.world.clock.now())
        entry["body"] = _told_in_journal(request.body)
        found = routing.find(request.method, request.path) if request.in_api else None
        entry["route"] = found and found[0]
        if SPARED in request.headers:
            entry["spared"] = True
        fault = simulator.faults.strike(request.method, request.path, entry["route"])
        fault = fault or (found and simulator.over_rate(request))
        if fault:
            entry["fault"] = fault.kind
        try:
            answer = await self._answer(request, query, entry, fault, receive)
        except WorldGone:
            answer = None
        if answer is None:
            await _drop(scope)
            return
        entry["status"] = answer.status
        if fault and fault.kind == "drop_after":
            await _drop(scope)
            return
        await asyncio.sleep(simulator.world.settings.latency)
        id_of_query = query_id(simulator.world.clock.auth_now())
        await _send(answer, id_of_query, scope, send, cut=bool(fault and fault.kind == "cut"))

    async def _answer(
        self, request: auth.Request, query: dict[str, str], entry: Entry, fault: Fault | None, receive: Receive
    ) -> Answer | None:
        """The answer, or a fault's instead; None if there is none."""
        simulator = self.simulator
        if fault is None:
            return await simulator.answer(request, query, entry, self._race)
        if fault.kind == "timeout":
            await _silence(receive, fault.delay or LONGER_THAN_ANYBODY_WAITS)
            return None
        await asyncio.sleep(fault.delay)
        if fault.kind == "hold_before":
            await simulator.gates.hold(entry, "before")
        if fault.kind in BEFORE_EFFECT:
            return None if fault.kind == "drop_before" else _fault_answer(fault)

        async def between() -> None:
            await (simulator.gates.hold(entry, "between") if fault.kind == "hold_between" else self._race())

        answer = await simulator.answer(request, query, entry, between)
        if fault.kind == "hold_after":
            await simulator.gates.hold(entry, "after")
        if fault.kind == "rewrite" and answer.status == 200:
            return Answer(200, rewritten(answer.body, fault.edits), {**answer.headers, **fault.headers})
        return _fault_answer(fault) if fault.kind == "500_after" else answer

    async def _race(self) -> None:
        await asyncio.sleep(self.simulator.world.settings.racing)


async def _silence(receive: Receive, seconds: float) -> None:
    """Say nothing, until the client goes away."""
    try:
        await asyncio.wait_for(receive(), seconds)
    except TimeoutError:
        pass


async def _read(scope: Scope, receive: Receive) -> tuple[auth.Request, dict[str, str], str]:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    raw_path = scope["raw_path"].decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    url = f"{scope['scheme']}://{headers.get('host', '')}{raw_path}{'?' + query if query else ''}"
    prefix = next((prefix for prefix in PREFIXES if raw_path.startswith(prefix + "/")), "")
    path = raw_path.removeprefix(prefix)
    request = auth.Request(scope["method"], path, url, headers, body, bool(prefix), scope["client"][0])
    return request, dict(parse_qsl(query, keep_blank_values=True)), path + ("?" + query if query else "")


def _parsed(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise ApiError(400, "Invalid JSON received", "Client::BadRequest") from None


def _what(body: Any) -> list[Any] | None:
    """The parts of a body that tell apart what clients ask for at once; others may differ from run to run."""
    return [body.get(name) for name in TELLING_APART] if isinstance(body, dict) else None


def _told_in_journal(body: bytes) -> Any:
    try:
        return without_secrets(_parsed(body))
    except ApiError:
        return None


def _server_error() -> Answer:
    return Answer(500, {"message": "Internal server error"})


def _fault_answer(fault: Fault) -> Answer:
    status, headers, body = fault.answer()
    return Answer(status, body, headers)


async def _drop(scope: Scope) -> None:
    scope["extensions"][TRANSPORT].abort()
    await asyncio.sleep(0)


async def _send(answer: Answer, id_of_query: str, scope: Scope, send: Send, cut: bool = False) -> None:
    as_it_is = isinstance(answer.body, Raw) or (isinstance(answer.body, str) and _is_html(answer))
    body = answer.body.encode() if as_it_is else _as_json(answer.body)
    headers = {**HEADERS, "X-Ovh-Queryid": id_of_query, **answer.headers, "Content-Length": str(len(body))}
    encoded = [(name.lower().encode("latin-1"), str(value).encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    if cut:
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        scope["extensions"][TRANSPORT].close()
        await asyncio.sleep(0.01)
        return
    await send({"type": "http.response.body", "body": body})


def _is_html(answer: Answer) -> bool:
    return "html" in answer.headers.get("Content-Type", "")


def _as_json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def application(simulator: SimulatedApi) -> Starlette:
    return Starlette(
        routes=[Mount("/_simulator", routes=control_routes(simulator)), Mount("/", app=Api(simulator))],
    )
