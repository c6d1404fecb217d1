# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that the simulator holds until the test lets them go."""

from concurrent.futures import ThreadPoolExecutor

import ovh.exceptions
import pytest

CART = {"ovhSubsidiary": "FR"}


@pytest.fixture
def aside(sim):
    """Calls made in threads, none of which is left waiting when the test ends."""
    with ThreadPoolExecutor() as threads:
        yield lambda method, path, **body: threads.submit(getattr(sim.client(), method), path, **body)
        sim.release()


def test_held_before_its_effect(sim, client, aside):
    sim.hold("POST", "/order/cart")
    answer = aside("post", "/order/cart", **CART)
    [held] = sim.held(1)
    assert (held["method"], held["path"], held["body"], held["where"]) == ("POST", "/order/cart", CART, "before")
    assert client.get("/me")["nichandle"]
    assert sim.state()["carts"] == {}
    assert not answer.done()
    assert sim.release(held) == [held]
    assert answer.result(20)["cartId"] in sim.state()["carts"]
    assert sim.held() == []


def test_held_after_its_effect(sim, client, aside):
    sim.hold("POST", "/order/cart", where="after")
    answer = aside("post", "/order/cart", **CART)
    [held] = sim.held(1)
    [cart] = sim.state()["carts"]
    assert (held["where"], answer.done(), client.get(f"/order/cart/{cart}")["cartId"]) == ("after", False, cart)
    assert [one["status"] for one in sim.writes()] == [None]
    sim.release()
    assert answer.result(20)["cartId"] == cart


def test_the_nth_and_no_other(sim, client, aside):
    sim.hold("GET", "/me", skip=1)
    client.get("/me")
    second = aside("get", "/me")
    sim.held(1)
    client.get("/me")
    assert not second.done()
    sim.release()
    assert second.result(20)["nichandle"]


def test_several_are_let_go_one_by_one(sim, aside):
    """Two that ask for one thing at once have both asked before either is answered."""
    sim.hold("POST", "/order/cart", times=2)
    answers = [aside("post", "/order/cart", **CART, description=name) for name in ("a", "b")]
    held = {one["body"]["description"]: one for one in sim.held(2)}
    sim.release(held["b"])
    assert answers[1].result(20)["description"] == "b"
    assert sim.held() == [held["a"]]
    assert [cart["description"] for cart in sim.state()["carts"].values()] == ["b"]
    sim.release(held["a"])
    answers[0].result(20)


def test_waiting_for_one_that_never_comes_ends(sim):
    sim.hold("POST", "/order/cart")
    with pytest.raises(RuntimeError, match=r"1 were to be held within 0.1 s, and there are \[\]"):
        sim.held(1, timeout=0.1)
    with pytest.raises(RuntimeError, match="not held"):
        sim.release({"n": 12345})


def test_a_reset_lets_all_go_without_an_effect(sim, aside):
    """What belonged to the world before does nothing in the new one."""
    sim.hold("POST", "/order/cart")
    sim.hold("GET", "/me", where="after")
    answers = [aside("post", "/order/cart", **CART), aside("get", "/me")]
    sim.held(2)
    sim.reset()
    for answer in answers:
        with pytest.raises(ovh.exceptions.HTTPError, match=r"closed connection|reset"):
            answer.result(20)
    assert (sim.held(), sim.state()["carts"]) == ([], {})


def test_two_attach_a_project_at_once(sim, client, aside, project):
    """Both were checked before either had its effect, so both are given a task, and the first one counts."""
    vracks = client.get("/vrack")
    sim.hold("POST", "/vrack/*/cloudProject", where="between", times=2)
    tasks = [aside("post", f"/vrack/{vrack}/cloudProject", project=project["second"]) for vrack in vracks]
    first, second = sim.held(2)
    sim.release(second)
    next(task for task, vrack in zip(tasks, vracks, strict=True) if vrack in second["path"]).result(20)
    sim.release(first)
    assert len({task.result(20)["id"] for task in tasks}) == 2
    sim.advance(100)
    joined = [name for name, vrack in sim.state()["vracks"].items() if project["second"] in vrack["projects"]]
    assert len(joined) == 1


def test_two_check_out_a_cart_at_once(sim, client, aside):
    cart = client.post("/order/cart", **CART)["cartId"]
    client.post(f"/order/cart/{cart}/assign")
    client.post(f"/order/cart/{cart}/vrack", duration="P1M", planCode="vrack", pricingMode="default", quantity=1)
    sim.settings(racing=0.2)
    orders = [aside("post", f"/order/cart/{cart}/checkout") for _number in range(2)]
    assert len({order.result(20)["orderId"] for order in orders}) == 2


def test_two_make_a_network_of_one_vlan_at_once(sim, aside, project):
    sim.hold("POST", "*/network/private", where="between", times=2)
    path = f"/cloud/project/{project['auto']}/network/private"
    made = [aside("post", path, name=name, vlanId=42) for name in ("a", "b")]
    sim.held(2)
    sim.release()
    refused = [error for error in (one.exception(20) for one in made) if error]
    assert "already exists for this vlan" in str(*refused)
    assert len(sim.state()["cloud"]["projects"][project["auto"]]["networks"]) == 1


def test_two_instances_at_once_both_fit_into_a_quota_that_has_room_for_one(sim, client, aside, project):
    base = f"/cloud/project/{project['auto']}"
    flavor = next(one for one in client.get(f"{base}/flavor", region="GRA11") if one["name"] == "b3-8")
    image = next(one for one in client.get(f"{base}/image", region="GRA11") if one["name"] == "Debian 12")
    wanted = {"flavorId": flavor["id"], "imageId": image["id"], "region": "GRA11"}
    sim.make("quota", project="auto", region="GRA11", instance=1)
    sim.hold("POST", "*/instance", where="between", times=2)
    made = [aside("post", f"{base}/instance", name=name, **wanted) for name in ("a", "b")]
    sim.held(2)
    sim.release()
    assert len({one.result(20)["id"] for one in made}) == 2
    with pytest.raises(ovh.exceptions.ResourceConflictError, match="max quota of 1 reached for: instance"):
        client.post(f"{base}/instance", name="c", **wanted)
