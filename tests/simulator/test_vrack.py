# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attaching, detaching, and the end of a vRack."""

import re

import ovh.exceptions
import pytest


@pytest.fixture
def vrack(sim):
    return sim.make("vrack", name="mine")["service_name"]


def attach(sim, client, vrack, project):
    task = client.post(f"/vrack/{vrack}/cloudProject", project=project)
    sim.advance(60)
    return task


def test_a_finished_task_is_not_found(sim, client, vrack, project):
    sim.settings(task_init=5, task_todo=0, task_doing=10)
    task = client.post(f"/vrack/{vrack}/cloudProject", project=project["empty"])
    path = f"/vrack/{vrack}/task/{task['id']}"
    assert (task["status"], client.get(f"/vrack/{vrack}/task")) == ("init", [task["id"]])
    with pytest.raises(ovh.exceptions.ResourceNotFoundError):
        client.get(f"/vrack/{vrack}/cloudProject/{project['empty']}")
    sim.advance(6)
    assert client.get(path)["status"] == "doing"
    sim.advance(10)
    with pytest.raises(ovh.exceptions.ResourceNotFoundError):
        client.get(path)
    assert client.get(f"/vrack/{vrack}/task") == []
    attached = {"vrack": vrack, "project": project["empty"]}
    assert client.get(f"/vrack/{vrack}/cloudProject/{project['empty']}") == attached
    assert client.get(f"/cloud/project/{project['empty']}/vrack")["id"] == vrack


def test_attached_elsewhere(client, vrack, project):
    with pytest.raises(ovh.exceptions.BadParametersError, match="already on a private network"):
        client.post(f"/vrack/{vrack}/cloudProject", project=project["running"])


def test_one_change_at_a_time(client, vrack, project):
    client.post(f"/vrack/{vrack}/cloudProject", project=project["empty"])
    with pytest.raises(ovh.exceptions.ResourceConflictError):
        client.post(f"/vrack/{vrack}/cloudProject", project=project["second"])


def test_unknown_names(client, vrack):
    for path in ("/vrack/pn-1", "/vrack/pn-1/task", f"/cloud/project/{'0' * 32}/vrack"):
        with pytest.raises(ovh.exceptions.ResourceNotFoundError, match="This service does not exist"):
            client.get(path)
    with pytest.raises(ovh.exceptions.ResourceNotFoundError):
        client.post(f"/vrack/{vrack}/cloudProject", project="0" * 32)


def test_detach(sim, client, vrack, project):
    attach(sim, client, vrack, project["empty"])
    client.delete(f"/vrack/{vrack}/cloudProject/{project['empty']}")
    sim.advance(60)
    assert client.get(f"/vrack/{vrack}/cloudProject") == []
    with pytest.raises(ovh.exceptions.ResourceNotFoundError):
        client.get(f"/cloud/project/{project['empty']}/vrack")


def test_detach_is_refused_while_ports_are_in_use(client, project):
    prod = client.get(f"/cloud/project/{project['running']}/vrack")["id"]
    with pytest.raises(ovh.exceptions.ResourceConflictError, match="ports still in use"):
        client.delete(f"/vrack/{prod}/cloudProject/{project['running']}")
    assert client.get(f"/vrack/{prod}/task") == []


def test_what_can_be_attached(client, vrack, project):
    allowed = client.get(f"/vrack/{vrack}/allowedServices")
    eligible = client.get(f"/vrack/{vrack}/eligibleServices")["result"]
    for families in (allowed, eligible):
        assert sorted(families["cloudProject"]) == sorted([project["empty"], project["second"]])
    only = client.get(f"/vrack/{vrack}/allowedServices", serviceFamily="cloudProject")
    assert {family for family, ids in only.items() if ids is not None} == {"cloudProject"}
    assert client.get(f"/vrack/{vrack}/serviceInfos")["domain"] == vrack


def test_the_end(sim, client, vrack):
    before = client.get("/me/notification/email/history")
    assert isinstance(client.post(f"/vrack/{vrack}/terminate"), str)
    (email,) = set(client.get("/me/notification/email/history")) - set(before)
    assert email > max(before), "clients look for ids above the last one that they knew"
    body = client.get(f"/me/notification/email/history/{email}")["body"]
    token = re.search(r"/billing/confirmTerminate\?id=[0-9A-Za-z]+&token=([0-9A-Za-z]+)", body)[1]
    with pytest.raises(ovh.exceptions.BadParametersError):
        client.post(f"/vrack/{vrack}/confirmTermination", token="wrong")
    client.post(f"/vrack/{vrack}/confirmTermination", token=token)
    sim.advance(60)
    with pytest.raises(ovh.exceptions.ResourceNotFoundError):
        client.get(f"/vrack/{vrack}")
    assert token not in str(sim.journal())


def test_a_vrack_that_holds_something_is_not_ended(sim, client, vrack, project):
    attach(sim, client, vrack, project["empty"])
    with pytest.raises(ovh.exceptions.BadParametersError, match="not empty"):
        client.post(f"/vrack/{vrack}/terminate")


def test_a_vrack_made_for_a_project(sim, client, project):
    path = f"/cloud/project/{project['second']}"
    operation = client.post(f"{path}/vrack")
    assert operation["status"] != "completed"
    with pytest.raises(ovh.exceptions.ResourceConflictError):
        client.post(f"{path}/vrack")
    sim.advance(60)
    done = client.get(f"{path}/operation/{operation['id']}")
    assert done["status"] == "completed"
    assert client.get(f"{path}/vrack")["id"] == done["resourceId"]


def test_a_page_leaves_out_what_is_not_usable_yet(sim, client):
    """The list of names is ahead of it, and the page of objects waits for it."""
    sim.settings(vrack_visible_after=0, vrack_usable_after=36000)
    cart = client.post("/order/cart", ovhSubsidiary="FR")["cartId"]
    client.post(f"/order/cart/{cart}/assign")
    client.post(f"/order/cart/{cart}/vrack", planCode="vrack", duration="P1M", pricingMode="default", quantity=1)
    order = client.post(f"/order/cart/{cart}/checkout")["orderId"]
    client.post(f"/me/order/{order}/payWithRegisteredPaymentMean", paymentMean="fidelityAccount")
    sim.advance(300)
    paged = {"X-Pagination-Mode": "CachedObjectList-Pages"}
    answer = client.raw_call("GET", "/vrack", headers=paged)
    assert (len(client.get("/vrack")), len(answer.json()), answer.headers["X-Pagination-Elements"]) == (3, 2, "2")


@pytest.mark.parametrize("name", ["my vrack", "a\nb", "a\x00", "", "a" * 256])
def test_names_that_are_refused(client, vrack, name):
    with pytest.raises(ovh.exceptions.BadParametersError, match="Invalid name"):
        client.put(f"/vrack/{vrack}", name=name)
    assert client.get(f"/vrack/{vrack}")["name"] == "mine"


def test_a_description_may_have_spaces_and_be_empty(sim, client, vrack):
    for description in ("of the shop", ""):
        client.put(f"/vrack/{vrack}", description=description)
        assert client.get(f"/vrack/{vrack}")["description"] == description
    sim.settings(vrack_names="[a-z]+")
    with pytest.raises(ovh.exceptions.BadParametersError):
        client.put(f"/vrack/{vrack}", name="m1")


def test_the_stages_of_a_task(sim, client, vrack, project):
    sim.settings(task_init=2, task_todo=2, task_doing=2, task_done_shown=2)
    task = client.post(f"/vrack/{vrack}/cloudProject", project=project["empty"])
    path = f"/vrack/{vrack}/task"
    seen = []
    while client.get(path):
        seen.append(client.get(f"{path}/{task['id']}")["status"])
        attached = project["empty"] in client.get(f"/vrack/{vrack}/cloudProject")
        assert attached == (seen[-1] == "done")
        sim.advance(2)
    assert seen == ["init", "todo", "doing", "done"]


def test_a_project_with_networks_does_not_leave(sim, client, project):
    auto = client.get(f"/cloud/project/{project['auto']}/vrack")["id"]
    path = f"/vrack/{auto}/cloudProject/{project['auto']}"
    sim.make("network", project="auto", name="blue", vlan=7, regions=["GRA11"])
    with pytest.raises(ovh.exceptions.BadParametersError, match="has private networks"):
        client.delete(path)
    sim.settings(detach_with_networks=True)
    assert client.delete(path)["function"] == "removeCloudProjectFromVrack"
    with pytest.raises(ovh.exceptions.ResourceConflictError):
        client.delete(path)
    sim.advance(60)
    with pytest.raises(ovh.exceptions.ResourceNotFoundError):
        client.delete(path)


def test_there_are_older_mails_and_a_new_one_has_a_higher_id(client, vrack):
    before = client.get("/me/notification/email/history")
    assert len(before) > 1
    client.post(f"/vrack/{vrack}/terminate")
    (new,) = set(client.get("/me/notification/email/history")).difference(before)
    assert new > max(before)
    dates = [client.get(f"/me/notification/email/history/{one}")["date"] for one in sorted([*before, new])]
    assert dates == sorted(dates)
