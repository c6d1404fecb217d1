# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API's own types let through, and what not."""

import copy

import ovh.exceptions
import pytest

from simulator.schema import Schema


@pytest.fixture
def vrack(sim):
    return sim.make("vrack", name="other")["service_name"]


def test_repeated_path_parameters_and_nulls_pass(client, vrack, project):
    network = client.post(
        f"/cloud/project/{project['running']}/network/private",
        name="demo",
        regions=None,
        serviceName=project["running"],
        vlanId=0,
    )
    assert network["vlanId"] == 0
    body = {"serviceName": vrack, "project": project["second"]}
    assert client.post(f"/vrack/{vrack}/cloudProject", **body)["status"] == "init"


def test_strict_refuses_unknown_fields(sim, client, vrack, project):
    sim.settings(strict=True)
    with pytest.raises(ovh.exceptions.BadParametersError, match="not described parameters: \\(serviceName\\)"):
        client.post(f"/vrack/{vrack}/cloudProject", serviceName=vrack, project=project["second"])
    path = f"/cloud/project/{project['running']}/region/GRA11/network"
    subnet = {"cidr": "10.0.0.0/24", "enableDhcp": True, "enableGatewayIp": False, "ipVersion": 4}
    with pytest.raises(ovh.exceptions.BadParametersError, match="\\[colour\\] Unknown parameter"):
        client.post(path, name="x", subnet=subnet, colour="red")
    assert client.get(f"/vrack/{vrack}/task") == []


@pytest.mark.parametrize("project_value", [7, True, {"id": "x"}])
def test_wrong_type(client, vrack, project_value):
    with pytest.raises(ovh.exceptions.BadParametersError, match="Body parameter project isn't formated correctly"):
        client.post(f"/vrack/{vrack}/cloudProject", project=project_value)


def test_wrong_enum(client):
    with pytest.raises(ovh.exceptions.BadParametersError, match="ovhSubsidiary"):
        client.post("/order/cart", ovhSubsidiary="fr")


@pytest.mark.parametrize("body", [{}, {"project": None}, {"project": []}])
def test_missing_field(client, vrack, body):
    with pytest.raises(ovh.exceptions.BadParametersError, match="project"):
        client.post(f"/vrack/{vrack}/cloudProject", **body)


def test_an_empty_list_is_not_given_whatever_the_type(client):
    cart = client.post("/order/cart", ovhSubsidiary="FR", description=[], expire=None)
    assert cart["description"] == ""


def test_read_only_fields_are_ignored(client, vrack):
    client.put(f"/vrack/{vrack}", serviceName="pn-1", name="new")
    assert client.get(f"/vrack/{vrack}")["name"] == "new"


def test_path_types(client):
    for path in ("/me/order/abc", "/me/payment/method/abc"):
        with pytest.raises(ovh.exceptions.BadParametersError, match="not valid for type long"):
            client.get(path)


def test_query_types(client):
    with pytest.raises(ovh.exceptions.BadParametersError):
        client.get("/me/payment/method", default="perhaps")


def test_an_instance_alone_is_nested_and_flat_only_in_error(client, project):
    schema, listed = Schema(), "/cloud/project/{serviceName}/instance"
    alone = listed + "/{instanceId}"
    flat = client.get(f"/cloud/project/{project['running']}/instance")[0]
    nested = client.get(f"/cloud/project/{project['running']}/instance/{flat['id']}")
    assert schema.answer_errors("GET", alone, {**nested, "image": None}) == []
    assert schema.answer_errors("GET", alone, {**flat, "status": "ERROR"}) == []
    assert schema.answer_errors("GET", alone, flat)
    assert schema.answer_errors("GET", listed, [flat]) == []
    assert schema.answer_errors("GET", listed, [nested])
    assert schema.answer_errors("POST", listed, nested) == schema.answer_errors("POST", listed, flat) == []


def test_answers_are_checked():
    schema = Schema()
    right = {"serviceName": "pn-1", "name": "", "description": "", "iam": None}
    assert schema.answer_errors("GET", "/vrack/{serviceName}", right) == []
    for wrong in ({"name": 3}, {"name": None}, {"colour": "red"}, {"iam": {"id": "no-uuid"}}):
        assert schema.answer_errors("GET", "/vrack/{serviceName}", {**right, **wrong})
    assert schema.answer_errors("GET", "/me/order/{orderId}/status", "paid")
    assert schema.answer_errors("DELETE", "/order/cart/{cartId}", {"done": True})


def without(answer, *path):
    """A copy that lacks one field; numbers in the path are places in a list."""
    changed = copy.deepcopy(answer)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return changed


def fields(answer, *path):
    """The way to each field, however deep."""
    inner = answer.items() if isinstance(answer, dict) else enumerate(answer) if isinstance(answer, list) else ()
    for name, value in inner:
        if isinstance(answer, dict):
            yield (*path, name)
        yield from fields(value, *path, name)


def test_a_missing_field_is_seen(client, project):
    schema, running = Schema(), f"/cloud/project/{project['running']}"
    cart = client.post("/order/cart", ovhSubsidiary="FR")["cartId"]
    instance = client.get(f"{running}/instance")[0]["id"]
    answers = {
        "/order/cart/{cartId}/vrack": client.get(f"/order/cart/{cart}/vrack"),
        "/cloud/project/{serviceName}/network/private": client.get(f"{running}/network/private"),
        "/cloud/project/{serviceName}/instance/{instanceId}": client.get(f"{running}/instance/{instance}"),
    }
    for route, answer in answers.items():
        assert schema.answer_errors("GET", route, answer) == []
        for path in fields(answer):
            errors = schema.answer_errors("GET", route, without(answer, *path))
            if path == ("licensePlanCode",):
                assert errors == [], "real answers were seen without it"
            else:
                assert any(error.endswith(f"{path[-1]}: missing") for error in errors), path
