# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reads of one look: remembered, in pages where the route has them, and one by one where it has not."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._api import reader as reader_module
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import BadAnswer, Forbidden, Gone, Refused

from tests.unit.support.faults import order
from tests.unit.support.simulated import by_key, by_oauth2, client_of


@pytest.fixture
def client(sim):
    with client_of(by_key(sim.env)) as client:
        client.warm_up()
        sim.clear_journal()
        yield client


def paths(sim):
    return [entry["path"] for entry in sim.journal() if entry["method"] == "GET"]


def ids(objects):
    return sorted(entry["project_id"] for entry in objects)


def test_whole_objects_come_in_one_request(sim, client):
    found = client.reader().get_objects("cloud", "project")
    assert ids(found) == sorted(sim.state()["cloud"]["projects"])
    assert paths(sim) == ["/cloud/project"]


def test_several_pages_are_put_together(sim, client, monkeypatch):
    monkeypatch.setattr(reader_module, "PAGE_SIZE", 3)
    found = client.reader().get_objects("cloud", "project")
    assert ids(found) == sorted(sim.state()["cloud"]["projects"])
    assert paths(sim) == ["/cloud/project"] * 2


def test_a_last_page_that_is_full_is_the_last(sim, client, monkeypatch):
    monkeypatch.setattr(reader_module, "PAGE_SIZE", 2)
    assert len(client.reader().get_objects("cloud", "project")) == 4
    assert paths(sim) == ["/cloud/project"] * 2


def test_a_route_without_pages_is_read_one_by_one(sim, client):
    sim.settings(pagination=False)
    found = client.reader().get_objects("cloud", "project")
    assert ids(found) == sorted(sim.state()["cloud"]["projects"])
    assert len(paths(sim)) == 1 + len(found)


def test_what_vanishes_between_list_and_read_is_left_out(sim, client):
    sim.settings(pagination=False)
    [gone, *rest] = sorted(sim.state()["cloud"]["projects"])
    order(sim, "status", "GET", f"/cloud/project/{gone}", status=404, body={"message": "gone"})
    assert ids(client.reader().get_objects("cloud", "project")) == rest


def test_an_empty_list_is_empty(sim, client):
    order(sim, "status", "GET", "/vrack", status=200, body=[], headers={"X-Pagination-Elements": "0"})
    assert client.reader().get_objects("vrack") == []


def test_an_answer_that_is_no_list_is_told_as_such(sim, client):
    order(sim, "status", "GET", "/vrack", status=200, body={"odd": True})
    with pytest.raises(BadAnswer, match="GET /vrack: a list was expected"):
        client.reader().get_objects("vrack")


def test_each_path_is_read_once_a_look(sim, client):
    look = client.reader()
    assert look.get("me") is look.get("me")
    look.get_many([("me",), ("me",), ("vrack",)])
    assert sorted(paths(sim)) == ["/me", "/vrack"]
    client.reader().get("me")
    assert sorted(paths(sim)) == ["/me", "/me", "/vrack"]


def test_answers_come_in_the_order_of_the_paths(sim, client):
    projects = sorted(sim.state()["cloud"]["projects"], reverse=True)
    found = client.reader().get_many([("cloud", "project", one) for one in projects])
    assert [entry["project_id"] for entry in found] == projects


def test_a_404_is_an_error_or_what_stands_for_it(client):
    look = client.reader()
    with pytest.raises(Gone):
        look.get("vrack", "pn-0")
    assert look.get("vrack", "pn-0", missing=None) is None
    assert look.get_many([("vrack", "pn-0"), ("vrack", "pn-1")], missing=[]) == [[], []]


def test_other_refusals_are_never_taken_for_missing(sim, client):
    order(
        sim, "status", "GET", "/vrack/*", status=403, body={"errorCode": "NOT_GRANTED_CALL", "message": "no"}, times=-1
    )
    with pytest.raises(Forbidden):
        client.reader().get("vrack", "pn-0", missing=None)
    with pytest.raises(Forbidden):
        client.reader().get_many([("vrack", "pn-0")], missing=None)


def test_segments_and_queries_are_quoted(sim, client):
    """A reference from a playbook must not lead to another route."""
    client.reader().get("vrack", "../me", missing=None)
    client.reader().get("vrack", "a/b?c=d#e", missing=None)
    client.reader().get("order", "cart", query={"description": "a & b=c"})
    assert paths(sim) == [
        "/vrack/..%2Fme",
        "/vrack/a%2Fb%3Fc%3Dd%23e",
        "/order/cart?description=a+%26+b%3Dc",
    ]


def test_a_success_without_a_body_is_none(sim, client):
    order(sim, "status", "GET", "/me", status=204, body=None)
    assert client.read("/me")[0] is None


def test_a_success_that_is_no_json_is_asked_again(sim, client):
    order(sim, "status", "GET", "/me", status=200, headers={"Content-Type": "text/html"}, body="<html></html>")
    assert client.read("/me")[0]["ovhSubsidiary"] == "FR"


def test_one_refusal_ends_the_reads_that_have_not_begun(sim, client):
    """A key that may not read interfaces: five hundred requests would say the same five hundred times."""
    sim.fault("status", "GET", "/order/cart/*", times=-1, status=403, body={"message": "no", "class": "Client::No"})
    with pytest.raises(Forbidden):
        client.reader().get_many([("order", "cart", f"cart-{number}") for number in range(500)])
    client.workers.shutdown()
    assert sum(entry["path"].startswith("/order/cart/") for entry in sim.journal()) < 30


def test_reads_do_not_wait_until_slow_calls_free_a_worker(sim, client):
    """All workers wait for answers of their own; the look is made all the same."""
    let_go = threading.Event()
    for _worker in range(client.workers._max_workers):
        client.workers.submit(let_go.wait, 30)
    try:
        found = client.reader().get_many([("me",), ("auth", "time")])
        assert found[0]["ovhSubsidiary"] == "FR"
    finally:
        let_go.set()


# What is begun before it is asked for


def test_what_was_begun_is_read_once_and_met_where_it_is_asked_for(sim, client):
    look = client.reader()
    look.ahead(("me",), ("order", "cart"))
    look.ahead(("order", "cart"), query={"description": "x"})
    assert look.get("me")["ovhSubsidiary"] == "FR"
    assert look.get_many([("order", "cart"), ("me",)])[0] == []
    assert look.get("order", "cart", query={"description": "x"}) == []
    assert sorted(paths(sim)) == ["/me", "/order/cart", "/order/cart?description=x"]


def test_what_went_wrong_with_it_is_told_to_whoever_asks(sim, client):
    order(sim, "status", "GET", "/me", status=409, body={"message": "no", "class": "Client::No"})
    look = client.reader()
    look.ahead(("me",), ("vrack", "pn-0"))
    for _time in range(2):
        with pytest.raises(Refused):
            look.get("me")
    assert look.get("vrack", "pn-0", missing="none") == "none"
    assert sorted(paths(sim)) == ["/me", "/vrack/pn-0"]


def test_what_no_worker_has_come_to_is_read_by_who_asks(sim, client):
    """Workers may all wait for what waits for this."""
    let_go = threading.Event()
    for _worker in range(client.workers._max_workers):
        client.workers.submit(let_go.wait, 30)
    try:
        look = client.reader()
        look.ahead(("me",))
        assert look.get("me")["ovhSubsidiary"] == "FR"
        assert look.get_many([("me",)])[0]["ovhSubsidiary"] == "FR"
    finally:
        let_go.set()
    assert paths(sim) == ["/me"]


def test_rights_are_asked_for_beside_what_a_look_reads_before_it_writes(sim, client):
    """Once for all looks; not where the task writes nothing whatever it sees, nor where they can't be asked for."""
    client.reader().will_write()
    assert paths(sim) == []
    client.checks_rights = True
    for _look in range(2):
        client.reader().will_write()
    client.workers.shutdown()
    assert paths(sim) == ["/auth/currentCredential"]
    assert client.rights()["rules"]
    with client_of(by_oauth2(sim.env)) as other:
        other.checks_rights = True
        other.reader().will_write()
        other.reader().get("me")
        other.workers.shutdown()
    assert paths(sim) == ["/auth/currentCredential", "/me"]
