# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes below /api/v2/, each with a trailing slash as AWX wants it."""

from __future__ import annotations

import base64
import json
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.awx import surveys
from tests.support.awx.installation import LINKS, Installation
from tests.support.awx.kinds import KINDS, UNIFIED, Refused

USER, PASSWORD = "admin", "not a real password"
TOKEN = "madeUpTokenOfThirtyCharacters0"
VERSION = {"X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"}
REALM = {"WWW-Authenticate": "Bearer realm=api authorization_url=/api/o/authorize/"}
NOBODY = "Authentication credentials were not provided. To establish a login session, visit /api/login/."
PAGING = ("page", "page_size", "order_by", "search")


class Api:
    """Answers requests about one installation, and remembers them as (method, path with query, body)."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.requests: list[tuple[str, str, Any]] = []
        self.tokens: dict[int, str] = {}
        self.superuser = True

    def application(self) -> Starlette:
        routes = [
            Route("/api/v2/ping/", self.ping),
            Route("/api/v2/me/", self.me),
            Route("/api/v2/tokens/", self.make_token, methods=["POST"]),
            Route("/api/v2/tokens/{number:int}/", self.drop_token, methods=["DELETE"]),
            Route("/api/v2/unified_job_templates/", self.unified),
            Route("/api/v2/project_updates/{number:int}/", self.project_update),
            Route("/api/v2/{route}/", self.list_or_create, methods=["GET", "POST"]),
            Route("/api/v2/{route}/{key}/", self.one, methods=["GET", "PATCH", "DELETE"]),
            Route("/api/v2/{route}/{key}/{relation}/", self.related, methods=["GET", "POST", "DELETE"]),
        ]
        application = Starlette(
            routes=routes, exception_handlers={Refused: self.refused, HTTPException: self.unknown_route}
        )
        application.router.redirect_slashes = True
        return application

    # -- who asks, and how answers look ------------------------------------------------------------------------------

    async def refused(self, _request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return JSONResponse(error.body, error.status, headers=REALM if error.status == 401 else VERSION)

    async def unknown_route(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 405:
            return JSONResponse({"detail": f'Method "{request.method}" not allowed.'}, 405)
        return Response("<html>404</html>", error.status_code, media_type="text/html")

    async def body(self, request: Request) -> Any:
        """Let the caller in, remember the request, and read what it says."""
        raw = await request.body()
        try:
            body = json.loads(raw) if raw else None
        except ValueError as error:
            raise Refused(400, {"detail": f"JSON parse error - {error}"}) from None
        query = f"?{request.url.query}" if request.url.query else ""
        self.requests.append((request.method, request.url.path.removeprefix("/api/v2") + query, body))
        scheme, _space, value = request.headers.get("authorization", "").partition(" ")
        basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if (scheme, value) not in (("Basic", basic), *(("Bearer", token) for token in [TOKEN, *self.tokens.values()])):
            raise Refused(401, {"detail": NOBODY})
        return body

    async def ping(self, _request: Request) -> Response:
        return JSONResponse({"ha": False, "version": "24.6.1"}, headers={"X-API-Product-Name": "AWX"})

    async def me(self, request: Request) -> Response:
        await self.body(request)
        who = {"id": 1, "type": "user", "url": "/api/v2/users/1/", "username": USER, "is_superuser": self.superuser}
        return JSONResponse({"count": 1, "next": None, "previous": None, "results": [who]}, headers=VERSION)

    async def make_token(self, request: Request) -> Response:
        body = await self.body(request)
        if not set(body["scope"].split()) <= {"read", "write"}:
            allowed = "Must be a simple space-separated string with allowed scopes ['read', 'write']."
            raise Refused(400, {"scope": [allowed]})
        number = len(self.requests)
        self.tokens[number] = f"{number:030d}"
        made = {"id": number, "type": "o_auth2_access_token", "url": f"/api/v2/tokens/{number}/"}
        return JSONResponse({**made, "token": self.tokens[number], **body}, 201, headers=VERSION)

    async def drop_token(self, request: Request) -> Response:
        await self.body(request)
        self.tokens.pop(request.path_params["number"], None)
        return Response(status_code=204, headers=VERSION)

    # -- lists -------------------------------------------------------------------------------------------------------

    async def unified(self, request: Request) -> Response:
        await self.body(request)
        shown = [
            {**self.installation.shown(route, one), "organization": self.installation.organization_of(route, one)}
            for route in UNIFIED
            if route != "workflow_approval_templates"
            for one in self.installation.objects[route].values()
        ]
        return self.page(request, shown, "UnifiedJobTemplate")

    async def list_or_create(self, request: Request) -> Response:
        body = await self.body(request)
        route = known_route(request)
        if request.method == "GET":
            there = self.installation.objects[route].values()
            return self.page(request, [self.installation.shown(route, one) for one in there], KINDS[route].title)
        if route == "execution_environments" and not body.get("organization"):
            self.for_superusers()
        if route in ("credential_types", "organizations"):
            self.for_superusers()
        made = self.installation.create(route, body)
        return JSONResponse(self.installation.shown(route, made), 201, headers=VERSION)

    def for_superusers(self) -> None:
        """What an administrator of an organization may not."""
        if not self.superuser:
            raise Refused(403, {"detail": "You do not have permission to perform this action."})

    def page(self, request: Request, there: list[dict[str, Any]], title: str) -> Response:
        query = dict(request.query_params)
        size = min(int(query.get("page_size", 25)), 200)
        number = int(query.get("page", 1))
        wanted = {name: value for name, value in query.items() if name not in PAGING}
        found = sorted(
            (one for one in there if fits(one, wanted, title)), key=lambda one: (one.get("name", ""), one["id"])
        )
        if number > 1 and (number - 1) * size >= len(found):
            raise Refused(404, {"detail": "Invalid page."})
        more = f"{request.url.path}?page={number + 1}&page_size={size}" if number * size < len(found) else None
        results = found[(number - 1) * size : number * size]
        page = {"count": len(found), "next": more, "previous": None, "results": results}
        return JSONResponse(page, headers=VERSION)

    # -- one object --------------------------------------------------------------------------------------------------

    async def one(self, request: Request) -> Response:
        body = await self.body(request)
        route = known_route(request)
        found = self.installation.find(route, request.path_params["key"])
        if request.method != "GET" and route == "credential_types":
            self.for_superusers()
        if request.method == "DELETE":
            return Response(status_code=self.installation.delete(route, found), headers=VERSION)
        if request.method == "PATCH":
            found = self.installation.change(route, found, body)
        return JSONResponse(self.installation.shown(route, found), headers=VERSION)

    async def project_update(self, request: Request) -> Response:
        await self.body(request)
        return JSONResponse(self.installation.look_at_update(request.path_params["number"]), headers=VERSION)

    async def related(self, request: Request) -> Response:
        body = await self.body(request)
        route, relation = known_route(request), request.path_params["relation"]
        if relation not in KINDS[route].related:
            raise HTTPException(404)
        found = self.installation.find(route, request.path_params["key"])
        if relation in LINKS:
            return self.nodes(request, found, relation, body)
        return getattr(self, relation)(request, route, found, body)

    def nodes(self, request: Request, node: dict[str, Any], relation: str, body: Any) -> Response:
        route = "workflow_job_template_nodes"
        if request.method == "GET":
            there = [self.installation.objects[route][number] for number in node[relation]]
            return self.page(request, [self.installation.shown(route, one) for one in there], KINDS[route].title)
        self.installation.link_node(node, relation, body)
        return Response(status_code=204, headers=VERSION)

    def credentials(self, request: Request, _route: str, template: dict[str, Any], body: Any) -> Response:
        if request.method == "GET":
            there = self.installation.objects["credentials"]
            numbers = self.installation.template_credentials.get(template["id"], [])
            shown = [self.installation.shown("credentials", there[one]) for one in numbers if one in there]
            return self.page(request, shown, "Credential")
        self.installation.link_credential(template["id"], body)
        return Response(status_code=204, headers=VERSION)

    def survey_spec(self, request: Request, route: str, template: dict[str, Any], body: Any) -> Response:
        key = (route, template["id"])
        if request.method == "GET":
            return JSONResponse(self.installation.surveys.get(key, {}), headers=VERSION)
        if request.method == "DELETE":
            self.installation.surveys.pop(key, None)
            return Response(status_code=200, headers=VERSION)
        error = surveys.spec_error(body)
        if error:
            raise Refused(400, {"error": error})
        self.installation.surveys[key] = body
        return Response(status_code=200, headers=VERSION)

    def create_approval_template(self, _request: Request, _route: str, node: dict[str, Any], body: Any) -> Response:
        made = self.installation.ask_for_approval(node, body)
        return JSONResponse(self.installation.shown("workflow_approval_templates", made), 201, headers=VERSION)

    def launch(self, _request: Request, route: str, template: dict[str, Any], body: Any) -> Response:
        return JSONResponse(self.installation.launch(route, template, body or {}), 201, headers=VERSION)

    def update(self, _request: Request, route: str, one: dict[str, Any], _body: Any) -> Response:
        if route != "projects":
            raise HTTPException(405)
        return JSONResponse(self.installation.start_update(one), 202, headers=VERSION)

    def playbooks(self, _request: Request, _route: str, project: dict[str, Any], _body: Any) -> Response:
        return JSONResponse(self.installation.playbooks(project["id"]), headers=VERSION)


def known_route(request: Request) -> str:
    route = str(request.path_params["route"])
    if route not in KINDS:
        raise HTTPException(404)
    return route


def fits(one: dict[str, Any], wanted: dict[str, str], title: str) -> bool:
    """Exact filters, all of which must fit; of those with or__, one must."""
    either = {name.removeprefix("or__"): value for name, value in wanted.items() if name.startswith("or__")}
    every = {name: value for name, value in wanted.items() if not name.startswith("or__")}
    for name in (*either, *every):
        if name not in one:
            raise Refused(400, {"detail": f"{title} has no field named '{name}'"})
    return all(str(one[name]) == value for name, value in every.items()) and (
        not either or any(str(one[name]) == value for name, value in either.items())
    )
