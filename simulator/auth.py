# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who calls, and may they: keys, signatures, access rules, OAuth2 tokens."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from simulator.errors import ApiError, forbidden

if TYPE_CHECKING:
    from simulator.state import World

Rules = list[dict[str, str]]

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
ALL_RULES = [{"method": method, "path": "/*"} for method in ("GET", "POST", "PUT", "DELETE")]


@dataclass
class Credential:
    """A consumer key and what it may do."""

    consumer_key: str
    application_key: str
    credential_id: int
    rules: list[dict[str, str]]
    status: str = "validated"
    created: float = 0.0
    last_use: float | None = None
    expires: float | None = None
    allowed_ips: list[str] | None = None


@dataclass
class OAuthClient:
    client_id: str
    secret: str
    rules: list[dict[str, str]] = field(default_factory=lambda: list(ALL_RULES))
    tokens: dict[str, float] = field(default_factory=dict)


@dataclass
class Request:
    """What authentication needs to know of a request."""

    method: str
    path: str
    url: str
    headers: dict[str, str]
    body: bytes
    in_api: bool = True
    client: str = "127.0.0.1"


class Access:
    """All keys of the account. They outlive a reset, so that clients go on working.

    Whatever the seed, no two simulators have one in common: what a test finds elsewhere has leaked from its own run.
    """

    def __init__(self, created: float) -> None:
        self._rng = random.SystemRandom()
        self.application_key, self.application_secret = self._text(16), self._text(32)
        self.applications = {self.application_key: self.application_secret}
        self.credentials: dict[str, Credential] = {}
        self.consumer_key = self.add_credential(self.application_key, list(ALL_RULES), created=created).consumer_key
        self.oauth = OAuthClient(f"EU.{self._rng.getrandbits(64):016x}", self._text(32))

    def _text(self, length: int) -> str:
        return "".join(self._rng.choices(ALPHABET, k=length))

    def add_credential(
        self,
        application_key: str,
        rules: Rules,
        status: str = "validated",
        created: float = 0.0,
        allowed_ips: list[str] | None = None,
    ) -> Credential:
        credential = Credential(
            consumer_key=self._text(32),
            application_key=application_key,
            credential_id=self._rng.randrange(10**8, 10**9),
            rules=rules,
            status=status,
            created=created,
            allowed_ips=allowed_ips,
        )
        self.credentials[credential.consumer_key] = credential
        return credential

    def validation_token(self) -> str:
        return self._text(64)

    def allow(
        self,
        rules: Rules | None = None,
        status: str | None = None,
        consumer_key: str | None = None,
        expires_in: float | None = None,
        allowed_ips: list[str] | None = None,
        now: float = 0.0,
    ) -> None:
        """Change what a credential may do (the standard one; its rules are the OAuth2 client's too)."""
        credential = self.credentials[consumer_key or self.consumer_key]
        if rules is not None:
            credential.rules = rules
            if consumer_key is None:
                self.oauth.rules = rules
        if status is not None:
            credential.status = status
        if expires_in is not None:
            credential.expires = now + expires_in
        if allowed_ips is not None:
            credential.allowed_ips = allowed_ips

    def allow_everything(self) -> None:
        """The standard credential as it was when it was made."""
        credential = self.credentials[self.consumer_key]
        credential.expires = credential.allowed_ips = None
        self.allow(list(ALL_RULES), "validated")

    def caller(self, request: Request, world: World) -> Credential | OAuthClient:
        """The credential or OAuth2 client of a request, which may make this call; else ApiError."""
        authorization = request.headers.get("authorization", "")
        if authorization.lower().startswith("bearer "):
            return self._bearer(request, authorization[7:].strip(), world)
        return self._signed(request, world)

    def _bearer(self, request: Request, token: str, world: World) -> OAuthClient:
        if self.oauth.tokens.get(token, 0) <= world.clock.auth_now():
            raise ApiError(401, "Invalid or expired access token", "Client::Unauthorized")
        if not allowed(self.oauth.rules, request, world.settings.rules_end_in_star):
            action = request.path.strip("/").split("/")[0]
            raise forbidden(
                "User not granted for this request",
                {
                    "unauthorizedActionsByAuthentication": "",
                    "unauthorizedActionsByIAM": f"{action}:apiovh:{request.method.lower()}",
                },
            )
        return self.oauth

    def _signed(self, request: Request, world: World) -> Credential:
        headers = request.headers
        application = headers.get("x-ovh-application")
        if not application:
            raise ApiError(401, "You must login first", error_code="NOT_CREDENTIAL")
        if application not in self.applications:
            raise ApiError(403, "This application key is invalid", error_code="INVALID_KEY")
        if not headers.get("x-ovh-consumer"):
            raise ApiError(401, "You must login first", error_code="NOT_CREDENTIAL")
        credential = self.credentials.get(headers["x-ovh-consumer"])
        if credential is None or credential.application_key != application:
            raise ApiError(403, "This credential does not exist", error_code="NOT_CREDENTIAL")
        self._check_signature(request, world)
        if credential.expires is not None and credential.expires <= world.clock.auth_now():
            credential.status = "expired"
        if credential.status != "validated":
            raise ApiError(403, "This credential is not valid", error_code="INVALID_CREDENTIAL")
        if not comes_from(credential.allowed_ips, request.client):
            # Its text isn't known.
            raise ApiError(403, "This IP address is not allowed", error_code="FORBIDDEN")
        if not allowed(credential.rules, request, world.settings.rules_end_in_star):
            raise ApiError(403, "This call has not been granted", error_code="NOT_GRANTED_CALL")
        credential.last_use = world.clock.auth_now()
        return credential

    def _check_signature(self, request: Request, world: World) -> None:
        headers = request.headers
        stamp = headers.get("x-ovh-timestamp", "")
        tolerance = world.settings.signature_tolerance
        if not stamp.isdigit() or abs(int(stamp) - world.clock.auth_now()) > tolerance:
            raise ApiError(400, "Query out of time", error_code="QUERY_TIME_OUT")
        secret, consumer = self.applications[headers["x-ovh-application"]], headers["x-ovh-consumer"]
        if headers.get("x-ovh-signature") not in [
            signature(secret, consumer, request.method, url, request.body, stamp) for url in signed_urls(request.url)
        ]:
            raise ApiError(400, "Invalid signature", error_code="INVALID_SIGNATURE")

    def issue_token(self, request: Request, world: World) -> tuple[int, dict[str, Any]]:
        """The OAuth2 token endpoint: id and secret by HTTP Basic or in the form."""
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        client: tuple[str | None, ...] = (form.get("client_id"), form.get("client_secret"))
        authorization = request.headers.get("authorization", "")
        if authorization.lower().startswith("basic "):
            client = tuple(base64.b64decode(authorization[6:]).decode().split(":", 1))
        if client != (self.oauth.client_id, self.oauth.secret):
            return 401, {"error": "invalid_client", "error_description": "Client authentication failed"}
        if form.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        lifetime = world.settings.oauth2_token_lifetime
        token = f"eyJhbGciOiJFZERTQSJ9.{self._text(24)}.{self._text(24)}"
        self.oauth.tokens[token] = world.clock.auth_now() + lifetime
        return 200, {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(lifetime),
            "scope": form.get("scope", "all"),
        }


def signature(secret: str, consumer: str, method: str, url: str, body: bytes, stamp: str) -> str:
    texts = [text.encode("latin-1") for text in (secret, consumer, method, url)]
    return "$1$" + hashlib.sha1(b"+".join([*texts, body, stamp.encode()])).hexdigest()


def signed_urls(url: str) -> list[str]:
    """The URL as asked for; over HTTPS without its port too, for node-ovh signs it so whatever the port.

    A query that is a bare "?" is signed with it, and never arrives here.
    """
    urls = [url, re.sub(r"^(https://[^/]*):\d+/", r"\1/", url)] if url.startswith("https://") else [url]
    return urls if "?" in url else [*urls, *(f"{each}?" for each in urls)]


def comes_from(blocks: list[str] | None, address: str) -> bool:
    """None and an empty list: from everywhere."""
    client = ipaddress.ip_address(address)
    return not blocks or any(client in ipaddress.ip_network(block, strict=False) for block in blocks)


def allowed(rules: Rules, request: Request, star_only_at_end: bool = False) -> bool:
    return any(
        rule["method"] == request.method and _fits(rule["path"], request.path, star_only_at_end) for rule in rules
    )


def _fits(rule_path: str, path: str, star_only_at_end: bool) -> bool:
    if star_only_at_end:
        begin, star, nothing = rule_path.partition("*")
        return not nothing and (path.startswith(begin) if star else path == begin)
    return re.fullmatch(".*".join(re.escape(part) for part in rule_path.split("*")), path) is not None
