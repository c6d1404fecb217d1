# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API's own types let through, and what not."""

import ovh.exceptions
import pytest

from tests.simulator.schema import Schema


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


def test_an_instance_alone_is_nested_and_flat_only_in_error():
    route, flat = "/cloud/project/{serviceName}/instance/{instanceId}", {"flavorId": "x", "imageId": "y"}
    schema = Schema()
    assert schema.answer_errors("GET", route, {"status": "ACTIVE", "flavor": {"name": "b3-8"}, "image": None}) == []
    assert schema.answer_errors("GET", route, {"status": "ERROR", **flat}) == []
    assert schema.answer_errors("GET", route, {"status": "ACTIVE", **flat})
    listed = "/cloud/project/{serviceName}/instance"
    assert schema.answer_errors("GET", listed, [{"status": "ACTIVE", **flat}]) == []
    assert schema.answer_errors("GET", listed, [{"status": "ACTIVE", "flavor": {"name": "b3-8"}}])


def test_answers_are_checked():
    schema = Schema()
    right = {"serviceName": "pn-1", "name": "", "description": "", "iam": None}
    assert schema.answer_errors("GET", "/vrack/{serviceName}", right) == []
    for wrong in ({"name": 3}, {"name": None}, {"colour": "red"}, {"iam": {"id": "no-uuid"}}):
        assert schema.answer_errors("GET", "/vrack/{serviceName}", {**right, **wrong})
    assert schema.answer_errors("GET", "/me/order/{orderId}/status", "paid")
    assert schema.answer_errors("DELETE", "/order/cart/{cartId}", {"done": True})
