# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/auth: time, who one is, and asking for a consumer key."""

from __future__ import annotations

from simulator.auth import OAuthClient
from simulator.errors import ApiError
from simulator.routing import route


@route("GET", "/auth/time")
def get_time(call):
    return int(call.world.clock.auth_now())


@route("GET", "/auth/details")
def get_details(call):
    nichandle = call.world.account.nichandle
    identity = f"urn:v1:eu:identity:account:{nichandle}"
    details = {"account": nichandle, "description": None, "roles": [], "user": None}
    if isinstance(call.caller, OAuthClient):
        credential = f"urn:v1:eu:identity:credential:{nichandle}/oauth2-{call.caller.client_id}"
        return {
            **details,
            "allowedRoutes": None,
            "description": "ci",
            "identities": [credential, identity],
            "method": "oauth2_client_credentials",
        }
    return {**details, "allowedRoutes": call.caller.rules, "identities": [identity], "method": "account"}


@route("GET", "/auth/currentCredential")
def get_current_credential(call):
    world, credential = call.world, call.caller
    if isinstance(credential, OAuthClient):
        raise ApiError(400, "This call needs a consumer key", "Client::BadRequest")
    return credential_json(world, credential)


def credential_json(world, credential):
    return {
        "allowedIPs": credential.allowed_ips,
        "applicationId": 250042,
        "creation": world.timestamp(credential.created),
        "credentialId": credential.credential_id,
        "expiration": None if credential.expires is None else world.timestamp(credential.expires),
        "lastUse": world.timestamp(credential.last_use) if credential.last_use else None,
        "ovhSupport": False,
        "rules": credential.rules,
        "status": credential.status,
    }


@route("POST", "/auth/credential")
def post_credential(call):
    access = call.world.access
    application = call.headers.get("x-ovh-application")
    if application not in access.applications:
        raise ApiError(403, "This application key is invalid", error_code="INVALID_KEY")
    credential = access.add_credential(
        application,
        call.body["accessRules"],
        status="pendingValidation",
        created=call.world.clock.auth_now(),
        allowed_ips=call.given("allowedIPs"),
    )
    return {
        "consumerKey": credential.consumer_key,
        "state": credential.status,
        "validationUrl": f"https://eu.api.ovh.com/auth/?credentialToken={access.validation_token()}",
    }


@route("POST", "/auth/logout")
def post_logout(call):
    call.caller.status = "expired"
