# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a request: journal, faults, authentication, schema, handler, and back."""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from copy import deepcopy
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.routing import Mount

from tests.simulator import auth, routing, worlds
from tests.simulator.control import control_routes
from tests.simulator.errors import ApiError, not_found, query_id
from tests.simulator.faults import BEFORE_EFFECT, Faults, RateLimit
from tests.simulator.gates import Gates
from tests.simulator.journal import Journal, without_secrets
from tests.simulator.pagination import EXPANDABLE, page
from tests.simulator.routes import register_all
from tests.simulator.schema import Schema
from tests.simulator.server import TRANSPORT

PREFIXES = ("/1.0", "/v1")
TELLING_APART = ("name", "description", "region", "project", "network", "networkId", "vlanId", "start", "ip")
TOKEN_PATH = "/auth/oauth2/token"
HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-cache, no-store",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}


@dataclass
class Answer:
    status: int
    body: object
    headers: dict[str, str] = field(default_factory=dict)


class Simulator:
    """The world and all that stands around it."""

    def __init__(self, world, world_name="default"):
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

    def reset(self, seed=None, world_name=None):
        """Everything as it was at the start, but for the keys, so that clients go on working."""
        self.world_name = world_name or self.world_name
        self.faults.clear()
        self.gates.drop()
        self.limit.set(None, None, True)
        self.journal.clear()
        self.forget_defects()
        self.world.access.allow(list(auth.ALL_RULES), "validated")
        self.world.settings = deepcopy(self._first_settings)
        self.world.clock.restart()
        self.world.clear(self._first_seed if seed is None else seed)
        worlds.build(self.world, self.world_name)

    def forget_defects(self):
        self.schema_errors, self.crashes = [], []

    def answer(self, request, query, entry):
        """One request under one frozen moment, errors turned to answers."""
        try:
            self.world.tick()
            self.world.begin(f"{request.method} {request.path} {_what(entry['body'])}")
            return self._answer(request, query, entry)
        except ApiError as error:
            return Answer(error.status, error.body())
        except Exception:
            crash = traceback.format_exc()
            self.crashes.append({"method": request.method, "path": request.path, "body": entry["body"], "crash": crash})
            print(crash, file=sys.stderr)
            return Answer(500, {"message": "Internal server error"})

    def _answer(self, request, query, entry):
        if request.path == TOKEN_PATH and not request.in_api:
            return Answer(*self.world.access.issue_token(request, self.world))
        found = routing.find(request.method, request.path) if request.in_api else None
        if found is None:
            raise not_found("Got an invalid (or empty) URL")
        entry["route"], path = found
        refusal = self.limit.refusal(request.headers.get("x-ovh-consumer") or request.headers.get("authorization"))
        if refusal is not None:
            body = {"class": "Client::TooManyRequests", "message": "Too Many Requests"}
            return Answer(429, body, refusal)
        call = routing.Call(self.world, request.method, entry["route"], path, query, None, request.headers)
        if not self.schema.is_open(call.method, call.route):
            call.caller = self.world.access.caller(request, self.world)
        call.body = _parsed(request.body)
        self._check(call)
        body = routing.handler_of(call.method, call.route)(call)
        if self.world.settings.pagination:
            page_answer = page(call, body)
            if page_answer:
                body, headers = page_answer
                return self._checked(call, entry, Answer(200, body, headers), EXPANDABLE[call.route])
        return self._checked(call, entry, Answer(200, body))

    def _check(self, call):
        strict = self.world.settings.strict
        self.schema.check_path(call)
        call.query = self.schema.checked_query(call, strict)
        call.body = self.schema.checked_body(call, strict)

    def _checked(self, call, entry, answer, expanded_by=None):
        errors = self.schema.answer_errors(call.method, call.route, answer.body, expanded_by)
        if errors:
            entry["schema_error"] = errors
            self.schema_errors.append({"method": call.method, "route": call.route, "errors": errors})
            print(f"schema error: {call.method} {call.route}: {'; '.join(errors)}", file=sys.stderr)
        return answer


class Api:
    """The API itself, as an ASGI application."""

    def __init__(self, simulator):
        self.simulator = simulator

    async def __call__(self, scope, receive, send):
        simulator = self.simulator
        request, query, full_path = await _read(scope, receive)
        entry = simulator.journal.begin(request.method, full_path, simulator.world.clock.now())
        entry["body"] = _told_in_journal(request.body)
        fault = simulator.faults.strike(request.method, request.path)
        if fault:
            entry["fault"] = fault.kind
            await asyncio.sleep(fault.delay)
        if fault and fault.kind == "hold_before" and not await simulator.gates.hold(entry, "before"):
            await _drop(scope)
            return
        if fault and fault.kind in BEFORE_EFFECT:
            if fault.kind == "drop_before":
                await _drop(scope)
                return
            answer = _fault_answer(fault)
        else:
            answer = simulator.answer(request, query, entry)
        if fault and fault.kind == "500_after":
            answer = _fault_answer(fault)
        if fault and fault.kind == "hold_after" and not await simulator.gates.hold(entry, "after"):
            await _drop(scope)
            return
        entry["status"] = answer.status
        if fault and fault.kind == "drop_after":
            await _drop(scope)
            return
        await asyncio.sleep(simulator.world.settings.latency)
        id_of_query = query_id(simulator.world.clock.auth_now())
        await _send(answer, id_of_query, scope, send, cut=bool(fault and fault.kind == "cut"))


async def _read(scope, receive):
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
    request = auth.Request(scope["method"], path, url, headers, body, in_api=bool(prefix))
    return request, dict(parse_qsl(query, keep_blank_values=True)), path + ("?" + query if query else "")


def _parsed(body):
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise ApiError(400, "Invalid JSON received", "Client::BadRequest") from None


def _what(body):
    """The parts of a body that tell apart what clients ask for at once; others may differ from run to run."""
    return [body.get(name) for name in TELLING_APART] if isinstance(body, dict) else None


def _told_in_journal(body):
    try:
        return without_secrets(_parsed(body))
    except ApiError:
        return None


def _fault_answer(fault):
    status, headers, body = fault.answer()
    return Answer(status, body, headers)


async def _drop(scope):
    scope["extensions"][TRANSPORT].abort()
    await asyncio.sleep(0)


async def _send(answer, id_of_query, scope, send, cut=False):
    body = answer.body.encode() if isinstance(answer.body, str) and _is_html(answer) else _as_json(answer.body)
    headers = {**HEADERS, "X-Ovh-Queryid": id_of_query, **answer.headers, "Content-Length": str(len(body))}
    encoded = [(name.lower().encode("latin-1"), str(value).encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    if cut:
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        scope["extensions"][TRANSPORT].close()
        await asyncio.sleep(0.01)
        return
    await send({"type": "http.response.body", "body": body})


def _is_html(answer):
    return "html" in answer.headers.get("Content-Type", "")


def _as_json(body):
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def application(simulator):
    return Starlette(
        routes=[Mount("/_simulator", routes=control_routes(simulator)), Mount("/", app=Api(simulator))],
    )
