# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's descriptions of itself, which some clients read to know what they may call."""

import json
import urllib.request

import pytest

from simulator import routing
from simulator.routes import register_all
from simulator.schema import Schema

BUILT_IN = {"string", "long", "double", "boolean", "void", "uuid", "datetime", "date", "password", "ipv4"}


def published(sim, path):
    """Read without any key, as a browser does."""
    with urllib.request.urlopen(sim.url + path, timeout=10) as answer:
        return json.load(answer)


def test_every_part_is_listed_and_described(sim):
    listed = published(sim, "/1.0/")
    assert {part["path"] for part in listed["apis"]} == {"/auth", "/cloud", "/me", "/order", "/vrack"}
    for part in listed["apis"]:
        path = part["schema"].replace("{path}", part["path"]).replace("{format}", part["format"][0])
        assert published(sim, f"/1.0{path}")["resourcePath"] == part["path"]
        assert published(sim, f"/v1{path}?null")["apiVersion"] == "1.0"


def test_no_answer_goes_out_unchecked():
    """What a route answers that the schema lacks would not be looked at: put it into make_schema.py."""
    register_all()
    schema = Schema()
    known = {f"{method} {path}" for method, path in routing.routes()}
    assert {route for route in known if not schema.knows(route)} == set()


def test_what_is_described_is_what_is_served(sim):
    register_all()
    served = {f"{method} {path}" for method, path in routing.routes()}
    described = {
        f"{operation['httpMethod']} {api['path']}"
        for part in ("auth", "cloud", "me", "order", "vrack")
        for api in published(sim, f"/1.0/{part}.json")["apis"]
        for operation in api["operations"]
    }
    assert described == set(Schema().published_routes())
    assert len(described - served) <= 3, described - served


@pytest.mark.parametrize("part", ["auth", "cloud", "me", "order", "vrack"])
def test_every_type_that_is_named_is_described(sim, part):
    description = published(sim, f"/1.0/{part}.json")
    operations = [operation for api in description["apis"] for operation in api["operations"]]
    named = {operation["responseType"] for operation in operations}
    named |= {parameter["fullType"] for operation in operations for parameter in operation["parameters"]}
    for model in description["models"].values():
        named |= {field["fullType"] for field in model.get("properties", {}).values()}
    plain = {name.removesuffix("[]").removesuffix("[]") for name in named}
    assert {name for name in plain if name not in BUILT_IN and not name.startswith("map[")} <= set(
        description["models"]
    )


def test_one_route_in_full(sim):
    cloud = published(sim, "/1.0/cloud.json")
    path = "/cloud/project/{serviceName}/network/private/{networkId}/subnet"
    [api] = [api for api in cloud["apis"] if api["path"] == path]
    [post] = [operation for operation in api["operations"] if operation["httpMethod"] == "POST"]
    parameters = {one["name"]: (one["paramType"], one["dataType"], one["required"]) for one in post["parameters"]}
    assert parameters["networkId"] == ("path", "string", True)
    assert parameters["dhcp"] == ("body", "boolean", True)
    assert (post["responseType"], post["noAuthentication"]) == ("cloud.network.Subnet", False)
    field = cloud["models"]["cloud.network.Subnet"]["properties"]["gatewayIp"]
    assert (field["type"], field["canBeNull"], field["readOnly"]) == ("string", True, True)
    assert "BUILDING" in cloud["models"]["cloud.network.NetworkStatusEnum"]["enum"]
