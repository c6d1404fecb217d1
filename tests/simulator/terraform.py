# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A day of OVHcloud's own Terraform provider, replayed: terraform_day.json holds what it asked, in order.

Each step is a `call`, with the `body` that it sent and the `status` that it got (200 where none is said). In braces
stand ids, which another step `gives` out of its answer. The clock stands still but between the phases and where the
provider waits: `after` so many seconds, and `until` a state is reached, at its own rhythm.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

DAY: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("terraform_day.json").read_text("utf-8"))
BETWEEN_PHASES = 60
RHYTHM = 3
RHYTHM_OF_REFUSALS = 30
PATIENCE = 1800
TRIES_OF_REFUSALS = 10
TOKEN = re.compile(
    r".*https://www.ovh.com/manager/#/billing/confirmTerminate\?id=[0-9A-Za-z]+&token=([0-9A-Za-z]+).*", re.DOTALL
)
# What the provider reads out of answers without looking whether it is there.
NEEDS = {
    "GET /auth/details": "account method identities.0",
    "GET /me": "nichandle ovhSubsidiary currency.code country email firstname name",
    "GET /cloud/project/ID": "project_id description status planCode iam.urn",
    "GET /cloud/project/ID/region/NAME": "name status services.0.name services.0.status continentCode",
    "GET /cloud/project/ID/flavor": "0.id 0.name 0.region 0.osType 0.planCodes.hourly 0.ram 0.vcpus",
    "GET /cloud/project/ID/flavor/ID": "id name region osType planCodes.hourly capabilities.0.name",
    "GET /cloud/project/ID/image": "0.id 0.name 0.region 0.visibility 0.status 0.user 0.creationDate",
    "GET /cloud/project/ID/image/ID": "id name region type",
    "POST /order/cart": "cartId",
    "GET /order/cart/ID/vrack": "0.planCode 0.prices.0.duration 0.prices.0.pricingMode 0.prices.0.priceInUcents",
    "POST /order/cart/ID/vrack": "itemId cartId prices.0.price.value settings.planCode",
    "GET /order/cart/ID/checkout": "prices.withoutTax.value details.0.description",
    "POST /order/cart/ID/checkout": "orderId url prices.withoutTax.value",
    "GET /me/order/ID/details/ID/extension": "order.plan.code",
    "GET /me/order/ID/details/ID": "orderDetailId domain quantity description",
    "GET /vrack/ID": "serviceName name description iam.urn",
    "POST /vrack/ID/cloudProject": "id serviceName status function",
    "DELETE /vrack/ID/cloudProject/ID": "id serviceName status function",
    "GET /vrack/ID/cloudProject/ID": "vrack project",
    "GET /cloud/project/ID/vrack": "id name description",
    "POST /cloud/project/ID/sshkey": "id name publicKey",
    "GET /cloud/project/ID/sshkey/ID": "id name publicKey fingerPrint regions.0",
    "POST /cloud/project/ID/network/private": "id name vlanId type status regions.0.region",
    "GET /cloud/project/ID/network/private/ID": "id name vlanId type status regions.0.region regions.0.status",
    "POST /cloud/project/ID/network/private/ID/subnet": "id cidr gatewayIp ipPools.0.start ipPools.0.end",
    "GET /cloud/project/ID/network/private/ID/subnet": (
        "0.id 0.cidr 0.dhcpEnabled 0.gatewayIp 0.ipPools.0.network 0.ipPools.0.region 0.ipPools.0.start 0.ipPools.0.end"
    ),
    "GET /cloud/project/ID/region/NAME/network/ID": "id name region visibility",
    "POST /cloud/project/ID/region/NAME/network/ID/subnet": "id name cidr ipVersion allocationPools.0.start",
    "GET /cloud/project/ID/region/NAME/network/ID/subnet/ID": "id name cidr gatewayIp dnsNameServers.0",
    "POST /cloud/project/ID/region/NAME/instance": "id status action",
    "GET /cloud/project/ID/operation/ID": "id status action",
    "GET /cloud/project/ID/region/NAME/instance/ID": "id name region status flavorId imageId sshKey regionType",
    "GET /cloud/project/ID/region/NAME/instance": "0.id 0.name 0.status",
    "GET /cloud/project/ID/region/NAME/gateway/ID": "id name model region status interfaces.0.subnetId",
    "GET /me/notification/email/history": "0",
    "GET /me/notification/email/history/ID": "id subject body date",
}


class Replay:
    """The day, phase by phase, against a simulator whose clock only steps."""

    def __init__(self, sim: Any, project: str) -> None:
        self.sim = sim
        self.client = sim.client()
        self.ids: dict[str, Any] = {"project": project, "soon": "2099-01-01T00:00:00Z"}
        self.seen: dict[str, dict[str, Any]] = {}
        """By phase: the last answer to each thing that was read."""
        others = [id_ for id_ in self.client.get("/cloud/project") if id_ != project]
        self.ids.update({f"project_{number}": id_ for number, id_ in enumerate(others, 2)})
        for name, image in (("image", "Debian 12"), ("other_image", "Ubuntu 22.04")):
            self.ids[name] = self._named(f"/cloud/project/{project}/image?region=GRA11", image)
        self.ids["flavor"] = self._named(f"/cloud/project/{project}/flavor?region=GRA11", "b3-8")

    def _named(self, path: str, name: str) -> str:
        return next(str(one["id"]) for one in self.client.get(path) if one["name"] == name)

    def play(self, phase: str) -> None:
        self.sim.advance(BETWEEN_PHASES)
        for step in DAY[phase]:
            method, path = self._filled(step["call"]).split(" ")
            answer = self._step(step, method, path)
            if method == "GET":
                self.seen.setdefault(phase, {})[path] = in_order(answer)
            for name, where in step.get("gives", {}).items():
                self.ids[name] = found(answer, where)

    def _step(self, step: dict[str, Any], method: str, path: str) -> Any:
        self.sim.advance(step.get("after", 0))
        body = json.loads(self._filled(json.dumps(step["body"]))) if "body" in step else None
        until, waited, refusals = step.get("until"), 0, 0
        while True:
            answer = self.client.raw_call(method, path, body)
            value = answer.json()
            if _reached(self._filled(until) if isinstance(until, str) else until, answer.status_code, value):
                break
            refused = answer.status_code >= 400
            refusals += refused
            patient = waited < PATIENCE and refusals <= TRIES_OF_REFUSALS
            assert patient, f"{method} {path}: not {until}, but {answer.status_code} {answer.text}"
            pause = RHYTHM_OF_REFUSALS if refused else RHYTHM
            self.sim.advance(pause)
            waited += pause
        wanted = step.get("status", 200)
        assert answer.status_code == wanted, f"{method} {path}: {answer.status_code} {answer.text}"
        for where in NEEDS.get(route_of(method, path), "").split() if wanted == 200 else ():
            assert _has(value, where), f"{method} {path}: no {where} in {value}"
        return value

    def _filled(self, text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: str(self.ids[match[1]]), text)


def _reached(until: Any, status: int, answer: Any) -> bool:
    if until is None or until == "accepted":
        return until is None or status == 200
    if until == "gone":
        return status == 404
    if until == "something":
        return status == 200 and bool(answer)
    if isinstance(until, dict):
        return status == 200 and all(answer[name] == value for name, value in until.items())
    if until.startswith("newer than "):
        return status == 200 and max(answer, default=0) > int(until.rpartition(" ")[2])
    return status == 200 and bool(answer == until)


def _has(value: Any, where: str) -> bool:
    try:
        return found(value, where) is not None
    except (LookupError, TypeError):
        return False


def found(value: Any, where: str) -> Any:
    """What stands in an answer at `regions.region=GRA11.openstackId`, `0.id` or the like."""
    if where == "max":
        return max(value)
    if where == "token":
        match = TOKEN.fullmatch(value["body"])
        assert match, value["body"]
        return match[1]
    for step in where.split("."):
        name, _sign, wanted = step.partition("=")
        if wanted:
            value = next(one for one in value if one[name] == wanted)
        else:
            value = value[int(step)] if step.isdigit() else value[step]
    return value


def route_of(method: str, path: str) -> str:
    """A path with ID for each id, and NAME for a region's name."""
    parts = path.partition("?")[0].split("/")
    for index in range(1, len(parts)):
        if re.search(r"\d", parts[index]) or parts[index].count("-") > 1:
            parts[index] = "NAME" if parts[index - 1] == "region" else "ID"
    return f"{method} {'/'.join(parts)}"


def in_order(value: Any) -> Any:
    """An answer with its lists in one order, for the API's come in any."""
    if isinstance(value, dict):
        return {name: in_order(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return sorted((in_order(inner) for inner in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value
