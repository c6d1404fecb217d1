# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ordered faults, the rate limit, pages, the journal, and one seed giving one world."""

import asyncio
import time
from itertools import pairwise

import ovh.exceptions
import pytest

from simulator import app, auth, routing
from simulator.clock import Clock
from simulator.launch import Simulator
from simulator.state import Settings, World


def test_drop_before_has_no_effect(sim, client):
    sim.fault("drop_before", "POST", "/order/cart")
    client.get("/me")
    with pytest.raises(ovh.exceptions.HTTPError, match=r"closed connection|reset"):
        client.post("/order/cart", ovhSubsidiary="FR")
    assert sim.state()["carts"] == {}
    client.post("/order/cart", ovhSubsidiary="FR")


def test_drop_after_has_its_effect(sim, client):
    sim.fault("drop_after", "POST", "/order/cart")
    with pytest.raises(ovh.exceptions.HTTPError, match=r"closed connection|reset"):
        client.post("/order/cart", ovhSubsidiary="FR")
    assert len(sim.state()["carts"]) == 1


def test_cut_answer_has_its_effect(sim, client):
    sim.fault("cut", "POST", "/order/cart")
    with pytest.raises(ovh.exceptions.HTTPError, match="IncompleteRead"):
        client.post("/order/cart", ovhSubsidiary="FR")
    assert len(sim.state()["carts"]) == 1


def test_500_after_has_its_effect(sim, client):
    sim.fault("500_after", "POST", "/order/cart")
    with pytest.raises(ovh.exceptions.APIError, match="Internal server error"):
        client.post("/order/cart", ovhSubsidiary="FR")
    assert len(sim.state()["carts"]) == 1
    assert [one["status"] for one in sim.writes()] == [500]


def test_errors_that_are_no_json(sim, client):
    for kind in ("502html", "408html"):
        sim.fault(kind)
        with pytest.raises(ovh.exceptions.InvalidResponse):
            client.get("/me")


def test_429_with_and_without_retry_after(sim, client):
    for after in (None, 7):
        sim.fault("429", "GET", "/me", retry_after=after)
        answer = client.raw_call("GET", "/me")
        assert (answer.status_code, answer.headers.get("Retry-After")) == (429, after and str(after))


def test_slow(sim, client):
    client.get("/me")
    sim.fault("slow", delay=0.3)
    begin = time.monotonic()
    client.get("/me")
    assert time.monotonic() - begin >= 0.3


def test_which_calls_are_hit(sim, client):
    sim.fault("status", "GET", "/v*", skip=1, every=2, times=2, status=418, body={"message": "teapot"})
    statuses = [client.raw_call("GET", "/vrack").status_code for _number in range(8)]
    assert statuses == [200, 200, 418, 200, 418, 200, 200, 200]
    assert [fault["hits"] for fault in sim.faults()] == [2]
    assert [entry.get("fault") for entry in sim.journal() if entry["status"] == 418] == ["status", "status"]


def test_rate_limit(sim, client):
    client.get("/me")
    sim.rate(per_second=0.1, burst=2)
    answers = [client.raw_call("GET", "/me") for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    sim.rate()
    assert client.get("/me")


def test_journal(sim, client):
    client.get("/me/payment/method", default=True)
    mark = sim.journal()[-1]["n"]
    client.post("/order/cart", ovhSubsidiary="FR", description="x")
    (entry,) = sim.writes(since=mark)
    assert (entry["method"], entry["path"]) == ("POST", "/order/cart")
    assert entry["body"] == {"ovhSubsidiary": "FR", "description": "x"}
    assert entry["status"] == 200
    assert any(entry["path"] == "/me/payment/method?default=true" for entry in sim.journal())
    sim.clear_journal()
    assert sim.journal() == []


def pages(client, path, number=1, size=2):
    headers = {
        "X-Pagination-Mode": "CachedObjectList-Pages",
        "X-Pagination-Number": str(number),
        "X-Pagination-Size": str(size),
    }
    return client.raw_call("GET", path, headers=headers)


def test_lists_of_objects(sim, client, project):
    first, second = pages(client, "/cloud/project"), pages(client, "/cloud/project", 2)
    ids = [entry["project_id"] for entry in first.json() + second.json()]
    assert sorted(ids) == sorted(project.values())
    names = ("Elements", "Number", "Size")
    assert [second.headers[f"X-Pagination-{name}"] for name in names] == ["4", "2", "2"]
    assert pages(client, "/vrack").json()[0]["serviceName"].startswith("pn-")
    sim.settings(default_payment_method="CREDIT_CARD")
    assert pages(client, "/me/payment/method").json()[0]["paymentType"] == "CREDIT_CARD"


def test_other_lists_ignore_the_header_and_it_can_be_off(sim, client, project):
    vrack = client.get(f"/cloud/project/{project['running']}/vrack")["id"]
    assert pages(client, f"/vrack/{vrack}/cloudProject").json() == [project["running"]]
    sim.settings(pagination=False)
    assert sorted(pages(client, "/cloud/project").json()) == sorted(project.values())


def test_state_can_be_restored(sim, client):
    method = sim.make("payment_method")["id"]
    before = sim.state()
    client.post("/order/cart", ovhSubsidiary="FR")
    assert sim.state() != before
    sim.restore(before)
    assert sim.state() == before
    assert client.get(f"/me/payment/method/{method}")["paymentMethodId"] == method


def test_no_restoring_while_effects_are_to_come(sim, client, project):
    client.post(f"/cloud/project/{project['second']}/vrack")
    with pytest.raises(RuntimeError, match="advance the clock first"):
        sim.restore(sim.state())


def busy_hour(sim):
    client = sim.client()
    vrack = client.get("/vrack")
    cart = client.post("/order/cart", ovhSubsidiary="FR")["cartId"]
    client.post(f"/order/cart/{cart}/assign")
    client.post(f"/order/cart/{cart}/vrack", duration="P1M", planCode="vrack", pricingMode="default", quantity=1)
    order = client.post(f"/order/cart/{cart}/checkout")["orderId"]
    client.post(f"/me/order/{order}/payWithRegisteredPaymentMean", paymentMean="fidelityAccount")
    for _number in range(60):
        sim.advance(60)
    return vrack, client.get("/vrack"), sim.state()


def test_one_seed_gives_one_world(sim):
    with Simulator.start(seed=7, speed=0) as first, Simulator.start(seed=7, speed=0) as second:
        begun = busy_hour(first)
        assert begun == busy_hour(second)
        first.reset()
        assert begun == busy_hour(first)
        second.reset(seed=8)
        assert begun != busy_hour(second)


def built(sim, names):
    """When instances asked for in that order are ready, and their ids."""
    client = sim.client()
    project = next(id_ for id_, one in sim.state()["cloud"]["projects"].items() if one["description"] == "running")
    flavors = client.get(f"/cloud/project/{project}/flavor", region="GRA11", osType="linux")
    flavor = min(flavors, key=lambda one: (one["vcpus"], one["name"]))
    images = client.get(f"/cloud/project/{project}/image", region="GRA11", osType="linux")
    image = min(images, key=lambda one: one["name"])
    for name in names:
        body = {"name": name, "region": "GRA11", "flavorId": flavor["id"], "imageId": image["id"]}
        client.post(f"/cloud/project/{project}/instance", **body)
    made = sim.state()["cloud"]["projects"][project]["instances"].values()
    return {one["name"]: (one["id"], one["active_at"]) for one in made if one["name"] in names}


def test_who_is_first_does_not_change_what_a_seed_gives(sim):
    names = [f"web-{number}" for number in range(4)]
    begun = built(sim, names)
    assert len({ready for _id, ready in begun.values()}) == 4
    sim.reset()
    assert begun == built(sim, names[::-1])
    sim.reset(seed=2)
    assert begun != built(sim, names)


def test_what_is_restored_keeps_its_ids(sim, client):
    """What is made later has other ids than what is there."""
    for _number in range(3):
        before = sim.state()
        sim.make("vrack")
        client.post("/order/cart", ovhSubsidiary="FR")
        after = sim.state()
        sim.restore(after)
        assert len(after["vracks"]) == len(before["vracks"]) + 1
        assert len(after["carts"]) == len(before["carts"]) + 1


def test_a_reset_brings_back_speed_and_seed(sim):
    first = sim.state()
    sim.clock(speed=10)
    sim.reset(seed=5)
    assert sim.clock()["speed"] == 0
    sim.reset()
    assert sim.state() == first


@pytest.fixture
def broken(monkeypatch):
    """A simulator in this process, one of whose handlers does something and then crashes."""
    simulator = app.SimulatedApi(World(1, Settings(), Clock(0)))

    def crash(call):
        call.world.account.carts["half"] = None
        raise ZeroDivisionError

    monkeypatch.setitem(routing._handlers, ("GET", "/auth/time"), crash)
    return simulator


def test_a_crash_is_kept(broken):
    """It looks like any 500, which clients are used to, so the test that met it has to be told."""
    request = auth.Request("GET", "/auth/time", "http://localhost/1.0/auth/time", {}, b"")
    answer = asyncio.run(broken.answer(request, {}, {"body": None}))
    assert answer.status == 500
    [crash] = broken.crashes
    assert (crash["method"], crash["path"]) == ("GET", "/auth/time")
    assert "ZeroDivisionError" in crash["crash"]
    broken.reset()
    assert broken.crashes == []


def test_a_defect_fails_the_test_that_met_it_and_no_other(sim):
    sim.control("POST", "/defects", {"crash": "as if"})
    with pytest.raises(AssertionError):
        sim.assert_sound()
    sim.assert_sound()


def statuses(sim, percent, seed=1):
    sim.reset(seed=seed)
    client = sim.client(spared=False)
    client.get("/me")
    sim.settings(reads_fail=percent)
    return [client.raw_call("GET", "/vrack").status_code for _number in range(60)]


def test_any_read_fails_now_and_then_but_not_twice_in_a_row(sim):
    assert set(statuses(sim, 0)) == {200}
    begun = statuses(sim, 30)
    assert 0 < begun.count(500) < 30
    assert (500, 500) not in pairwise(begun)
    assert statuses(sim, 30) == begun
    assert statuses(sim, 30, seed=2) != begun


def test_any_write_fails_before_or_after_its_effect(sim):
    client = sim.client(spared=False)
    sim.settings(writes_fail=40)
    client.get("/auth/time")
    answers = [client.raw_call("POST", "/order/cart", {"ovhSubsidiary": "FR"}).status_code for _number in range(80)]
    made = [entry for entry in sim.journal() if entry["method"] == "POST"]
    assert {entry.get("chance") for entry in made} == {None, "before", "after"}
    assert len(sim.state()["carts"]) == len(sim.writes()) < 80
    assert answers.count(500) > 80 - len(sim.writes())


def test_those_that_a_test_makes_itself_are_spared(sim, client):
    sim.settings(reads_fail=100, writes_fail=100)
    assert client.get("/me")
    assert client.post("/order/cart", ovhSubsidiary="FR")


def test_a_timeout_says_nothing_and_has_no_effect(sim):
    sim.fault("timeout", "POST", "/order/cart")
    client = sim.client()
    client._timeout = 0.3
    with pytest.raises(ovh.exceptions.HTTPError, match="timed out"):
        client.post("/order/cart", ovhSubsidiary="FR")
    assert sim.state()["carts"] == {}


def test_a_rate_limit_that_refuses_each_third(sim, client):
    client.get("/me")
    sim.rate(every=3)
    assert [client.raw_call("GET", "/me").status_code for _number in range(7)] == [200, 200, 429, 200, 200, 429, 200]


def test_a_rate_limit_in_the_time_of_the_simulator(sim, client):
    client.get("/me")
    sim.rate(per_second=0.5, burst=1, virtual=True)
    answers = [client.raw_call("GET", "/me") for _number in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].headers["Retry-After"] == "2"
    sim.advance(2)
    assert client.raw_call("GET", "/me").status_code == 200


def test_a_rate_limit_that_says_so_in_other_ways(sim):
    client = sim.client()
    client.get("/me")
    client._timeout = 0.3
    sim.rate(every=1, answer="mixed")
    assert client.raw_call("GET", "/me").status_code == 429
    answer = client.raw_call("GET", "/me")
    assert (answer.status_code, answer.headers["Content-Type"]) == (408, "text/html")
    for said in ("closed connection|reset", "timed out"):
        with pytest.raises(ovh.exceptions.HTTPError, match=said):
            client.get("/me")
    with pytest.raises(RuntimeError, match="answers none of"):
        sim.rate(every=1, answer="418")


def test_an_answer_can_be_rewritten(sim, client, project):
    path = f"/cloud/project/{project['running']}/instance"
    edits = [
        {"at": "/name=prod-1/status", "do": "set", "value": "SHELVED"},
        {"at": "/name=prod-2/ipAddresses/*/ip", "do": "drop"},
        {"at": "", "do": "odd", "value": {"put": {"name": "odd"}, "drop": ["id"]}},
    ]
    sim.fault("rewrite", "GET", "/cloud/project/{serviceName}/instance", edits=edits)
    shown = {one["name"]: one for one in client.get(path)}
    assert shown["prod-1"]["status"] == "SHELVED"
    assert all("ip" not in one for one in shown["prod-2"]["ipAddresses"])
    assert "id" not in shown["odd"]
    assert {one["name"]: one["status"] for one in client.get(path)} == {"prod-1": "ACTIVE", "prod-2": "ACTIVE"}
    with pytest.raises(RuntimeError, match="no such edit"):
        sim.fault("rewrite", edits=[{"at": "", "do": "guess"}])
