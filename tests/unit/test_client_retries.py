# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The retry table: what is asked again, what never is, and how each failure is told."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._api.client import LAST_LOOK, Client
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Refused, Uncertain, Unreachable

from simulator.launch import Simulator
from tests.unit.support.clock import StepClock
from tests.unit.support.faults import AFTER, BEFORE, let_slow_ones_end, order, patient_but_for_slow_ones
from tests.unit.support.simulated import by_key, call, client_of

CART = {"ovhSubsidiary": "FR", "description": "a test"}


@pytest.fixture
def client(sim, monkeypatch):
    """A client that has made its first request, with nothing in the journal."""
    monkeypatch.setattr(Client, "_time_for_one", patient_but_for_slow_ones(sim, Client._time_for_one))
    with client_of(by_key(sim.env)) as client:
        client.warm_up()
        sim.clear_journal()
        yield client
    let_slow_ones_end(sim)


@pytest.fixture
def vrack(sim):
    return next(iter(sim.state()["vracks"]))


def statuses(sim, method):
    return [entry["status"] for entry in sim.journal() if entry["method"] == method]


# GET


@pytest.mark.parametrize("kind", ["429", *BEFORE, *AFTER])
def test_a_get_is_asked_again(sim, client, kind):
    order(sim, kind, "GET", "/me", times=2)
    answer, _headers = client.read("/me")
    assert answer["ovhSubsidiary"] == "FR"
    assert len(statuses(sim, "GET")) == 3


@pytest.mark.parametrize("kind", [*BEFORE, "drop_after", "cut"])
def test_a_get_is_given_up_after_five_attempts(sim, client, kind):
    order(sim, kind, "GET", "/me", times=-1)
    with pytest.raises(Unreachable) as caught:
        client.read("/me")
    assert len(statuses(sim, "GET")) == 5
    assert caught.value.attempts == 5
    assert "GET /me" in str(caught.value)
    assert "(5 attempts)" in str(caught.value) or ", 5 attempts)" in str(caught.value)


def test_pauses_between_attempts_grow_and_are_never_quite_the_same(sim, client):
    order(sim, "500", "GET", "/me", times=-1)
    with pytest.raises(Unreachable):
        client.read("/me")
    waits = client.clock.waits
    assert len(waits) == 4
    assert all(0.3 * 2**number * 0.69 <= wait <= 0.3 * 2**number * 1.31 for number, wait in enumerate(waits))
    assert len({round(wait / 2**number, 6) for number, wait in enumerate(waits)}) > 1


def test_the_deadline_ends_attempts_before_their_number_does(sim):
    with client_of(by_key(sim.env), seconds=1.0) as client:
        client.warm_up()
        order(sim, "500", "GET", "/me", times=-1)
        with pytest.raises(Unreachable) as caught:
            client.read("/me")
        assert 1 <= caught.value.attempts < 5
        assert client.clock.now() <= 1001.0


@pytest.mark.parametrize("status", [400, 404, 409, 418])
def test_a_refused_get_is_not_asked_again(sim, client, status):
    order(sim, "status", "GET", "/me", times=-1, status=status, body={"message": "no", "class": "Client::No"})
    with pytest.raises(Refused):
        client.read("/me")
    assert [entry["status"] for entry in sim.journal() if entry["path"] == "/me"] == [status]


# PUT


@pytest.mark.parametrize("kind", ["429", *BEFORE, *AFTER])
def test_a_put_is_sent_again_and_has_its_effect(sim, client, vrack, kind):
    order(sim, kind, "PUT", "/vrack/*", times=2)
    value, changed = client.send(call("PUT", "vrack", vrack, name="blue"))
    assert (value, changed) == (None, True)
    assert sim.state()["vracks"][vrack]["name"] == "blue"
    assert len(statuses(sim, "PUT")) == 3


def test_a_put_is_given_up_after_five_attempts(sim, client, vrack):
    """Each of them may have worked."""
    order(sim, "502html", "PUT", "/vrack/*", times=-1)
    with pytest.raises(Uncertain):
        client.send(call("PUT", "vrack", vrack, name="blue"))
    assert len(statuses(sim, "PUT")) == 5


# DELETE


@pytest.mark.parametrize("kind", ["429", *BEFORE])
def test_a_delete_is_sent_again(sim, client, kind):
    cart = client.send(call("POST", "order", "cart", **CART))[0]["cartId"]
    order(sim, kind, "DELETE", "/order/cart/*", times=2)
    assert client.send(call("DELETE", "order", "cart", cart)) == (None, True)
    assert sim.state()["carts"] == {}
    assert len(statuses(sim, "DELETE")) == 3


@pytest.mark.parametrize("kind", AFTER)
def test_a_delete_whose_answer_was_lost_is_sent_again_and_finds_nothing(sim, client, kind):
    cart = client.send(call("POST", "order", "cart", **CART))[0]["cartId"]
    order(sim, kind, "DELETE", "/order/cart/*")
    client.send(call("DELETE", "order", "cart", cart))
    assert sim.state()["carts"] == {}
    assert len(statuses(sim, "DELETE")) == 2


def test_a_delete_of_what_is_gone_did_nothing(sim, client):
    cart = client.send(call("POST", "order", "cart", **CART))[0]["cartId"]
    client.send(call("DELETE", "order", "cart", cart))
    assert client.send(call("DELETE", "order", "cart", cart)) == (None, False)


# POST


@pytest.mark.parametrize("kind", BEFORE)
def test_a_post_without_answer_is_uncertain_and_sent_once_although_it_had_no_effect(sim, client, kind):
    order(sim, kind, "POST", "/order/cart", times=-1)
    with pytest.raises(Uncertain):
        client.send(call("POST", "order", "cart", **CART))
    assert len(statuses(sim, "POST")) == 1
    assert sim.state()["carts"] == {}


@pytest.mark.parametrize("kind", AFTER)
def test_a_post_without_answer_is_uncertain_and_sent_once_although_it_had_its_effect(sim, client, kind):
    order(sim, kind, "POST", "/order/cart", times=-1)
    with pytest.raises(Uncertain) as caught:
        client.send(call("POST", "order", "cart", **CART))
    let_slow_ones_end(sim)
    assert len(statuses(sim, "POST")) == 1
    assert len(sim.state()["carts"]) == 1
    assert "POST /order/cart" in str(caught.value)


def test_a_post_that_was_turned_away_for_its_rate_is_sent_again(sim, client):
    order(sim, "429", "POST", "/order/cart", times=3)
    client.send(call("POST", "order", "cart", **CART))
    assert statuses(sim, "POST") == [429, 429, 429, 200]
    assert len(sim.state()["carts"]) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_a_refused_post_is_not_sent_again(sim, client, status):
    order(sim, "status", "POST", "/order/cart", times=-1, status=status, body={"message": "no"})
    with pytest.raises(Refused) as caught:
        client.send(call("POST", "order", "cart", **CART))
    assert statuses(sim, "POST") == [status]
    assert caught.value.status == status


# No connection


@pytest.fixture(scope="module")
def gone():
    """A client whose API has gone away after its first request."""
    clock = StepClock()
    with Simulator.start(seed=1, speed=0) as sim, client_of(by_key(sim.env), clock) as client:
        client.warm_up()
        sim.stop()
        yield client


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
def test_without_a_connection_everything_is_tried_again_and_nothing_is_uncertain(gone, method):
    with pytest.raises(Unreachable) as caught:
        gone.send(call(method, "order", "cart"))
    assert caught.value.attempts == 5
    assert "no connection" in str(caught.value)


# 429


def test_retry_after_is_obeyed(sim, client):
    order(sim, "429", "GET", "/me", retry_after=17)
    client.read("/me")
    assert client.clock.now() >= 1017.0


def test_without_retry_after_the_pause_grows(sim, client):
    order(sim, "429", "GET", "/me", times=4)
    client.read("/me")
    waits = [wait for wait in client.clock.waits if wait > 0.2]
    assert waits == sorted(waits)
    assert len(waits) == 4


def test_429_is_asked_again_until_the_deadline(sim):
    with client_of(by_key(sim.env), seconds=120.0) as client:
        client.warm_up()
        order(sim, "429", "GET", "/me", times=-1)
        with pytest.raises(Unreachable) as caught:
            client.read("/me")
        assert caught.value.status == 429
        assert caught.value.attempts > 5
        assert "max_concurrency" in caught.value.advice
        assert client.clock.now() <= 1120.0


def test_one_429_slows_all_that_follow_for_a_while(sim, client):
    order(sim, "429", "GET", "/me", retry_after=1)
    client.read("/me")
    begin = client.clock.now()
    for number in range(3):
        client.read("/me")
        assert client.clock.now() > begin, number
        begin = client.clock.now()
    client.clock.wait(20.0)
    client.read("/me")
    begin = client.clock.now()
    client.read("/me")
    assert client.clock.now() == begin


@pytest.mark.parametrize("kind", AFTER)
def test_a_delete_whose_answer_was_lost_counts_as_done_by_this_run(sim, client, kind):
    """The second attempt finds nothing, which is no sign that somebody else removed it."""
    cart = client.send(call("POST", "order", "cart", **CART))[0]["cartId"]
    order(sim, kind, "DELETE", "/order/cart/*")
    assert client.send(call("DELETE", "order", "cart", cart)) == (None, True)
    assert sim.state()["carts"] == {}


@pytest.mark.parametrize("kind", ["408html", "drop_after", "slow"])
def test_what_an_api_answers_under_load_slows_all_that_follow(sim, client, kind):
    """No 429 was seen there, but time-outs, resets and a page with status 408."""
    order(sim, kind, "GET", "/me")
    client.read("/me")
    client.clock.waits.clear()
    for _read in range(3):
        client.read("/me")
    assert len(client.clock.waits) == 3


def test_an_error_of_the_api_itself_slows_nothing_down(sim, client):
    order(sim, "500", "GET", "/me")
    client.read("/me")
    client.clock.waits.clear()
    for _read in range(3):
        client.read("/me")
    assert client.clock.waits == []


def test_a_429_with_a_pause_beyond_the_deadline_ends_all_at_once(sim):
    with client_of(by_key(sim.env), seconds=10.0) as client:
        client.warm_up()
        order(sim, "429", "GET", "/me", times=-1, retry_after=120)
        for _read in range(3):
            with pytest.raises(Unreachable) as caught:
                client.read("/me")
            assert caught.value.code == "too_many_requests"
        assert client.clock.now() < 1010.0


@pytest.mark.parametrize(
    ("first", "kind", "code"),
    [("500_after", Uncertain, "answer_lost"), ("429", Unreachable, "too_many_requests")],
)
def test_when_the_time_is_long_up_it_is_told_what_the_attempts_came_to(sim, vrack, first, kind, code):
    """A change that may have been made is not told as one that could not be asked for."""
    with client_of(by_key(sim.env), seconds=1.0) as client:
        client.warm_up()
        sim.fault(first, "PUT", "/vrack/*")
        sim.fault("429", "PUT", "/vrack/*", times=-1, retry_after=2)
        with pytest.raises(kind) as caught:
            client.send(call("PUT", "vrack", vrack, name="blue"))
        assert client.deadline.over() > LAST_LOOK
    assert caught.value.code == code
    assert caught.value.attempts > 2
    assert (sim.state()["vracks"][vrack]["name"] == "blue") == (kind is Uncertain)
