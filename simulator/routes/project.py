# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects of the account."""

from __future__ import annotations

from typing import Any

from simulator.catalog import stable_uuid
from simulator.cloud_rules import project_of
from simulator.routing import Call, route


@route("GET", "/cloud/project")
def list_projects(call: Call) -> Any:
    return call.world.shuffled(call.world.account.cloud.projects)


@route("GET", "/cloud/project/{serviceName}")
def get_project(call: Call) -> Any:
    project = project_of(call)
    return {
        "project_id": project.id,
        "projectName": project.name,
        "description": project.description,
        "status": project.status,
        "planCode": "project.2018",
        "access": "full",
        "creationDate": call.world.timestamp(project.created_at),
        "expiration": None,
        "manualQuota": bool(project.quotas),
        "orderId": project.order_id,
        "unleash": False,
        "iam": {
            "id": stable_uuid("iam", project.id),
            "urn": f"urn:v1:eu:resource:publicCloudProject:{project.id}",
            "displayName": project.id,
            "tags": {},
        },
    }


@route("PUT", "/cloud/project/{serviceName}")
def change_project(call: Call) -> Any:
    project = project_of(call)
    if call.given("description") is not None:
        project.description = call.body["description"]
    if call.given("projectName") is not None:
        project.name = call.body["projectName"]


@route("GET", "/cloud/project/{serviceName}/serviceInfos")
def get_service(call: Call) -> Any:
    project, nichandle = project_of(call), call.world.account.nichandle
    return {
        "serviceId": 1000 + list(call.world.account.cloud.projects).index(project.id),
        "domain": project.id,
        "status": "ok",
        "creation": call.world.timestamp(project.created_at)[:10],
        "expiration": call.world.timestamp(project.created_at + 365 * 86400)[:10],
        "engagedUpTo": None,
        "renewalType": "automaticV2016",
        "renew": {"automatic": True, "deleteAtExpiration": False, "forced": False, "manualPayment": False, "period": 1},
        "possibleRenewPeriod": [1],
        "canDeleteAtExpiration": True,
        "contactAdmin": nichandle,
        "contactBilling": nichandle,
        "contactTech": nichandle,
    }


@route("PUT", "/cloud/project/{serviceName}/serviceInfos")
def change_service(call: Call) -> Any:
    project_of(call)
