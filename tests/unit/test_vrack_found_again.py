# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A vRack that was ordered and has no name is found again by every later run, and no second one ordered."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.naming import mark

from tests.unit.support.kills import Killed, killed_at
from tests.unit.support.ordering import Ordering

LONG = "a" * 256


@pytest.fixture
def account(sim):
    sim.settings(order_checking=1, order_delivering=3)
    return Ordering(sim)


# What can be known is refused before the first call


@pytest.mark.parametrize("name", ["my vrack", "a\tb", "a\nb", "a\x00b", "a b", LONG])
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_name_that_no_vrack_can_have(account, name, check_mode):
    run = account.run(name, check_mode=check_mode)
    assert (run.code, run.writes) == ("vrack_text", [])
    assert "at most 255 characters" in run.msg
    assert "\n" not in run.msg
    assert "\x00" not in run.msg


@pytest.mark.parametrize("description", ["a\nb", "a\x1bb", LONG])
def test_a_description_that_no_vrack_can_have(account, description):
    run = account.run(description=description)
    assert (run.code, run.writes) == ("vrack_text", [])


def test_a_new_name_is_held_against_the_same_rules(account, sim):
    service_name = sim.make("vrack", name="old")["service_name"]
    run = account.run("my vrack", service_name=service_name)
    assert (run.code, run.writes) == ("vrack_text", [])


def test_a_name_that_a_vrack_has_is_as_good_as_any(account, sim):
    sim.make("vrack", name="my vrack", description="a\nb")
    run = account.run("my vrack")
    assert (run.failed, run.changed, run.writes) == (False, False, [])


def test_a_description_may_have_blanks_or_be_empty(account):
    assert not account.run(description="of the shop").failed
    assert account.run(description="").changed


# A name that OVHcloud refuses, for whatever reason


@pytest.fixture
def picky(account, sim):
    """OVHcloud takes plain small letters only."""
    sim.settings(vrack_names="[a-z-]*")
    return account


@pytest.mark.parametrize("marked", [True, False], ids=["marked", "mark refused"])
def test_a_refused_name_orders_once_however_often_it_is_run(picky, sim, marked):
    if not marked:
        sim.settings(vrack_descriptions="[a-z]*")
    for _day in range(4):
        run = picky.run("NET")
        assert run.failed
        picky.let_carts_expire()
    assert len(picky.ordered()) == 1
    [made] = picky.ordered()
    assert made in run.msg


@pytest.mark.parametrize("expired", [False, True])
def test_the_corrected_run_takes_the_vrack_that_is_there(picky, sim, expired):
    first = picky.run("NET", description="of the shop")
    [made] = picky.ordered()
    assert first.changed
    assert first.code == "vrack_name_refused"
    assert made in first.msg
    assert "Invalid name" in first.msg
    assert f"service_name: {made}" in first.msg
    if expired:
        picky.let_carts_expire()
    checked = picky.run("net", description="of the shop", check_mode=True)
    corrected = picky.run("net", description="of the shop")
    assert not corrected.failed, corrected.msg
    assert checked.outcome.action == corrected.outcome.action == "update"
    assert corrected.writes == [f"PUT /vrack/{made}"]
    assert picky.vracks()[made] == ("net", "of the shop")
    assert picky.run("net").writes == []
    assert len(picky.orders()) == 1


def test_the_mark_goes_with_the_new_name(picky):
    picky.run("NET")
    [made] = picky.ordered()
    assert "NET" in picky.vracks()[made][1]
    assert picky.run(None, service_name=made).changed is False
    picky.run("net", service_name=made)
    assert picky.vracks()[made] == ("net", "")


def test_several_that_could_not_be_named_are_not_guessed(picky):
    picky.run("NET")
    [first] = picky.ordered()
    [other] = [picky.sim.make("vrack", description=mark("SHOP"))["service_name"]]
    run = picky.run("net")
    assert run.code == "vrack_several_unnamed"
    assert first in run.msg
    assert other in run.msg
    assert run.writes == []
    picky.sim.settings(vrack_names="[A-Z]*")
    assert picky.run("SHOP").writes == [f"PUT /vrack/{other}"]


def test_a_refused_new_name_of_a_vrack_that_was_there_before_is_just_refused(picky, sim):
    service_name = sim.make("vrack", name="")["service_name"]
    run = picky.run("NET", service_name=service_name)
    assert run.failed
    assert "Invalid name" in run.msg
    assert picky.vracks()[service_name] == ("", "")


# Orders whose cart has expired


def abandoned(account, **settings):
    """A run that has checked out and paid, and was not run again while its cart was there."""
    account.sim.settings(**settings)
    with pytest.raises(Killed):
        account.run(send=lambda send: killed_at(send, 5, after=True))
    account.let_carts_expire()


def test_an_order_whose_cart_has_expired_is_gone_on_with(account):
    abandoned(account)
    run = account.run(description="x")
    assert not run.failed, run.msg
    [made] = account.ordered()
    assert account.vracks()[made] == ("net-a", "x")
    assert run.calls("POST", "/checkout") == 0
    assert account.carts() == []


def test_an_order_that_is_still_under_way_after_its_cart_has_expired_is_waited_for(account):
    abandoned(account, order_checking=86400, order_delivering=3600)
    short = account.run(seconds=60)
    assert "not finished after 60 seconds" in short.msg
    assert short.outcome.facts["order_id"] == account.orders()[0]["order_id"]
    run = account.run(seconds=7200)
    assert not run.failed, run.msg
    assert account.named("net-a") == account.ordered()


def test_an_order_left_unpaid_is_told_and_none_made_beside_it(account):
    with pytest.raises(Killed):
        account.run(send=lambda send: killed_at(send, 4, after=True))
    account.let_carts_expire()
    for _run in range(2):
        run = account.run()
        assert run.code == "order_stray"
        assert f"{account.orders()[0]['order_id']} (notPaid)" in run.msg
        assert account.carts() == []
    assert len(account.orders()) == 1


def test_two_orders_of_unknown_origin_are_not_guessed(account):
    abandoned(account)
    account.order_by_hand()
    account.sim.advance(60)
    run = account.run()
    assert run.code == "order_stray"
    assert all(one in run.msg for one in account.ordered())
    assert len(account.orders()) == 2
    assert account.named("net-a") == []


@pytest.mark.parametrize("kind", ["dedicatedServer", "ip", "ipLoadbalancing"])
def test_a_vrack_that_is_in_use_is_nobodys_leftover(account, sim, kind):
    """Somebody has ordered it by hand, and works with it without a name."""
    abandoned(account)
    [used] = account.ordered()
    sim.control("POST", "/make", {"what": "contents", "vrack": used, "kind": kind, "names": ["one"]})
    run = account.run()
    assert not run.failed, run.msg
    assert account.vracks()[used][0] == ""
    assert len(account.orders()) == 2


def test_contents_that_cannot_be_read_are_not_taken_as_none(account, sim):
    abandoned(account)
    body = {"class": "Client::Forbidden", "message": "no"}
    sim.fault("status", "GET", "/vrack/*/dedicatedServer", status=403, body=body, times=-1)
    run = account.run()
    assert run.code == "order_stray"
    assert account.ordered()[0] in run.msg
    assert len(account.orders()) == 1


def test_an_old_order_says_nothing(account):
    abandoned(account)
    account.sim.advance(40 * 86400)
    run = account.run()
    assert not run.failed
    assert len(account.orders()) == 2


def test_an_ended_vrack_can_be_ordered_again(account):
    account.run()
    account.run(state="absent")
    run = account.run()
    assert not run.failed, run.msg
    assert len(account.orders()) == 2


def test_orders_of_other_names_are_explained_by_their_carts(account, sim):
    """Another run has ordered, and not named yet."""
    sim.settings(order_checking=1800, order_delivering=1800)
    other = account.run("net-b", seconds=30)
    assert other.failed
    run = account.run(seconds=7200)
    assert not run.failed, run.msg
    again = account.run("net-b")
    assert not again.failed, again.msg
    assert len(account.orders()) == 2
    assert sorted(account.named("net-a") + account.named("net-b")) == sorted(account.ordered())


def test_a_second_order_to_be_seen_is_not_taken_while_ones_own_is_hidden(account, sim):
    """The answer to the checkout was lost, and the list of orders shows only what another run has made."""
    sim.settings(order_visible_after=0, order_checking=100, order_delivering=100)
    other = account.run("net-b", seconds=30)
    assert other.failed
    sim.settings(order_visible_after=40)
    sim.fault("drop_after", "POST", "*/checkout")
    run = account.run()
    assert not run.failed, run.msg
    again = account.run("net-b")
    assert not again.failed, again.msg
    orders = {order["description"].split()[-1]: order["services"]["0"] for order in account.orders()}
    assert account.vracks()[orders["net-a"]][0] == "net-a"
    assert account.vracks()[orders["net-b"]][0] == "net-b"


# The price


@pytest.mark.parametrize(
    "body",
    [{"prices": {}}, {}, {"prices": None}, {"prices": {"withTax": {}}}, {"prices": {"withTax": {"value": None}}}],
)
def test_a_price_that_is_not_said_is_not_nothing(account, sim, body):
    sim.fault("status", "GET", "*/summary", status=200, body=body, times=-1)
    run = account.run()
    assert run.code == "order_price_unknown"
    assert account.orders() == []


def test_an_offer_without_a_price_is_not_taken(account, sim):
    price = {"duration": "P1M", "pricingMode": "default"}
    body = [{"planCode": "vrack", "productName": "vrack", "prices": [price]}]
    sim.fault("status", "GET", "*/order/cart/*/vrack", status=200, body=body, times=-1)
    run = account.run()
    assert run.code == "order_price_unknown"
    assert run.calls("POST", "/vrack") == 0


# What is no list is not "none"


@pytest.mark.parametrize("body", [None, {}], ids=["null", "object"])
@pytest.mark.parametrize("path", ["/order/cart", "/me/order", "/me/payment/method", "/order/cart/*/vrack"])
def test_an_answer_that_is_no_list_orders_nothing(account, sim, path, body):
    sim.fault("status", "GET", path, status=200, body=body, times=-1)
    run = account.run()
    assert run.code in ("bad_list", "not_a_list"), run.msg
    assert [order for order in account.orders() if order["paid_with"]] == []
