# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ordering a vRack, and ending one."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun, TaskRun, run_tasks
from tests.support.tasks import task as task_of
from tests.support.vracks import order_services, service_name, vracks
from tests.unit.support.ordering import Ordering, Run

QUERY_ID = r"query id [A-Z]{2}\.ext-[0-9a-f.]+"


@pytest.fixture
def sim_settings() -> dict[str, Any]:
    """As unkind as OVHcloud's."""
    return {"strict": True}


@pytest.fixture
def account(sim: Simulator) -> Ordering:
    return Ordering(sim)


def task(title: str, /, **options: Any) -> dict[str, Any]:
    return task_of(title, "vrack", **options)


def order(simulator: Simulator, name: str = "net-a", /, **options: Any) -> PlaybookRun:
    """One run that wants a vRack of that name."""
    return run_modules(simulator, [task("order", **{"name": name, "description": "x", **options})])


def one_run(account: Ordering, name: str = "net-a", /, wait_timeout: float = 1800.0, **options: Any) -> Run:
    """The same without Ansible, and without a second waited."""
    return account.run(name, seconds=wait_timeout, **{"description": "x", **options})


def calls(run: PlaybookRun | Run, method: str, ending: str) -> int:
    """How many requests of the method there were whose path ends so."""
    return sum(call["method"] == method and call["path"].partition("?")[0].endswith(ending) for call in run.journal)


def the_order(simulator: Simulator) -> dict[str, Any]:
    """The one order that the account has."""
    orders = list(simulator.state()["orders"].values())
    assert len(orders) == 1, f"{len(orders)} orders were made"
    return dict(orders[0])


def assert_link_shown_nowhere(run: PlaybookRun) -> None:
    """Neither its address nor its password is in what the run printed or returned."""
    for shown in (run.output, str([one.result for one in run.tasks])):
        for secret in ("order-secret-", "displayOrder"):
            place = shown.find(secret)
            assert place < 0, f"an order's link is shown: {shown[max(0, place - 100) : place + 50]!r}"


def assert_changed(run: Run | TaskRun) -> None:
    assert (run.failed, run.changed) == (False, True), run.msg


def assert_ordered_once(simulator: Simulator, name: str = "net-a") -> None:
    """There is one order, and it brought the vRack that has the name."""
    assert order_services(simulator) == [service_name(simulator, name)]
    assert [called for called, _description in vracks(simulator).values()].count(name) == 1
    assert the_order(simulator)["paid_with"] is not None


@pytest.mark.parametrize("default_method", ["CREDIT_CARD", None])
def test_C01_default_payment_method(account: Ordering, default_method: str | None) -> None:
    """The account's default method pays, the free way where there is none; retired payment routes are not asked."""
    account.sim.settings(default_payment_method=default_method)
    run = one_run(account)
    assert [call["path"] for call in run.journal if "/paymentMean" in call["path"]] == []
    assert_changed(run)
    assert_ordered_once(account.sim)
    assert calls(run, "POST", "/pay") == (1 if default_method else 0)
    assert calls(run, "POST", "/payWithRegisteredPaymentMean") == (0 if default_method else 1)


def test_C01_a_price_stops_before_the_checkout(account: Ordering) -> None:
    """What costs something is not ordered, and the price named: the offer's, or what the cart comes to all the same."""
    account.sim.settings(vrack_price=5)
    run = one_run(account)
    assert "would cost 5.00" in run.msg
    account.sim.settings(vrack_price=0)
    dearer = {"prices": {"withTax": {"value": 6, "text": "6.00 €", "currencyCode": "EUR"}}}
    account.sim.fault("status", "GET", "*/summary", status=200, body=dearer, times=-1)
    again = one_run(account, "net-b")
    for one in (run, again):
        assert calls(one, "POST", "/checkout") == 0
        assert one.failed
        assert not one.changed
    assert "would cost 6.00" in again.msg
    assert account.sim.state()["orders"] == {}


def test_C02_refused_payment_takes_the_free_way(account: Ordering) -> None:
    """The default method is not accepted for the order, which costs nothing: the same order is paid the free way."""
    account.sim.settings(default_payment_method="BANK_ACCOUNT", refused_payment_means=["BANK_ACCOUNT"])
    run = one_run(account)
    assert_changed(run)
    assert calls(run, "POST", "/pay") == calls(run, "POST", "/payWithRegisteredPaymentMean") == 1
    assert calls(run, "POST", "/checkout") == 1
    assert_ordered_once(account.sim)


def test_C02_another_free_mean_where_the_order_takes_that(account: Ordering) -> None:
    """The order is asked what it takes, once the usual free mean was refused."""
    account.sim.settings(refused_payment_means=["fidelityAccount"])
    run = one_run(account)
    assert_changed(run)
    assert the_order(account.sim)["paid_with"] == "ovhAccount"
    assert calls(run, "GET", "/availableRegisteredPaymentMean") == 1


def test_C02_C12_an_unpaid_order_is_gone_on_with_and_its_link_shown_nowhere(simulator: Simulator) -> None:
    """Every way refused: the order's id and what to do are told, never its link; the next run pays the same order."""
    means = ["BANK_ACCOUNT", "fidelityAccount", "ovhAccount"]
    simulator.settings(default_payment_method="BANK_ACCOUNT", refused_payment_means=means)
    run = run_tasks(simulator, [task("order", name="net-a", diff=True, wait_timeout=10)], "-vvvv")
    assert run["order"].failed
    unpaid = the_order(simulator)
    assert str(unpaid["order_id"]) in run["order"].msg
    assert "This order can't be paid with 'BANK_ACCOUNT'" in run["order"].msg
    assert unpaid["secret"].startswith("order-secret-")
    assert_link_shown_nowhere(run)

    simulator.settings(refused_payment_means=[])
    again = order(simulator)
    assert calls(again, "POST", "/checkout") == 0
    assert_changed(again["order"])
    assert_ordered_once(simulator)


def test_C03_payment_mean_unknown_but_the_order_goes_on(account: Ordering) -> None:
    """404 for the mean is "not this way": an order that gets paid all the same is followed."""
    account.sim.settings(us_orders=True, order_pays_itself=10)
    run = one_run(account)
    assert_changed(run)
    assert calls(run, "POST", "/checkout") == 1
    assert_ordered_once(account.sim)


def test_C03_payment_mean_unknown_and_the_order_stays_unpaid(account: Ordering) -> None:
    """One failure within the time, with the order's id and status."""
    account.sim.settings(us_orders=True)
    run = one_run(account, wait_timeout=60)
    assert f"order {the_order(account.sim)['order_id']} is 'notPaid' and could not be paid" in run.msg
    assert run.failed
    assert "404" in run.msg
    assert "in the control panel" in run.msg
    assert calls(run, "POST", "/checkout") == 1


@pytest.mark.parametrize("first", [{"wait_timeout": 8}, {"wait": False}])
def test_C04_C12_a_slow_order_is_resumed(simulator: Simulator, first: dict[str, Any]) -> None:
    """The wait ends with the order's id and state, not its link; the next run takes up that order."""
    simulator.settings(order_checking=2400, order_delivering=7200)
    run = run_tasks(simulator, [task("order", name="net-a", description="x", diff=True, **first)], "-vvvv")
    slow = the_order(simulator)
    assert run["order"].failed == ("wait_timeout" in first)
    assert run["order"].changed
    assert run["order"].result.get("order_id") == slow["order_id"]
    assert run["order"].result["order_status"] == "checking"
    assert_link_shown_nowhere(run)
    if run["order"].failed:
        assert f"order {slow['order_id']} is 'checking'" in run["order"].msg

    simulator.advance(10_000)
    simulator.settings(order_checking=1, order_delivering=1)
    again = run_tasks(
        simulator,
        [
            task("resumed", name="net-a", description="x", wait_timeout=300),
            task("third", name="net-a", description="x"),
        ],
    )
    assert calls(again, "POST", "/checkout") == 0
    assert not again["resumed"].failed, again["resumed"].msg
    made = again["resumed"].result["vrack"]["service_name"]
    assert made == service_name(simulator, "net-a")
    assert [write.rpartition("/")[0] for write in again.writes] == ["PUT /vrack", "DELETE /order/cart"]
    assert (again["third"].changed, again["third"].result["vrack"]["service_name"]) == (False, made)
    assert_ordered_once(simulator)


def test_C05_the_offers_answer_500_twice(account: Ordering) -> None:
    """Reads are repeated."""
    account.sim.fault("500", "GET", "*/order/cart/*/vrack", times=2)
    run = one_run(account)
    assert_changed(run)
    assert_ordered_once(account.sim)


def test_C05_the_offers_answer_500_for_good(account: Ordering) -> None:
    """A bounded number of times: then the path and the query id are told, and nothing was ordered."""
    account.sim.fault("500", "GET", "*/order/cart/*/vrack", times=-1)
    run = one_run(account, wait_timeout=8)
    assert run.failed
    assert re.search(r"GET /order/cart/[-0-9a-f]+/vrack answered 500", run.msg)
    assert re.search(QUERY_ID, run.msg), run.msg
    assert calls(run, "POST", "/checkout") == 0


@pytest.mark.parametrize(
    "hidden",
    [
        {"vrack_visible_after": 120, "vrack_usable_after": 120},
        {"vrack_visible_after": 120, "vrack_usable_after": 0},
        {"vrack_visible_after": 0, "vrack_usable_after": 120, "pagination": False},
    ],
    ids=["all", "list", "itself"],
)
def test_C06_delivered_but_not_found_yet(account: Ordering, hidden: dict[str, Any]) -> None:
    """404 on a vRack that was just delivered is "not yet", in the list, by its name, and for the change of its name."""
    account.sim.settings(**hidden)
    unknown = {"class": "Client::NotFound", "message": "This service does not exist"}
    account.sim.fault("status", "PUT", "/vrack/*", status=404, body=unknown)
    run = one_run(account)
    assert_changed(run)
    assert vracks(account.sim)[service_name(account.sim, "net-a")] == ("net-a", "x")
    assert_ordered_once(account.sim)


def test_C06_no_second_order_for_a_vrack_that_is_not_visible(account: Ordering) -> None:
    """A run that ended before the vRack could be seen is followed by one that waits for the same vRack."""
    hidden = 36_000
    account.sim.settings(vrack_visible_after=hidden, vrack_usable_after=hidden, order_checking=1, order_delivering=1)
    run = one_run(account, wait_timeout=20)
    assert run.failed
    assert "is delivered" in run.msg
    assert order_services(account.sim)[0] in run.msg
    account.sim.advance(2 * hidden)
    account.sim.settings(vrack_visible_after=1, vrack_usable_after=1)
    again = one_run(account, wait_timeout=60)
    assert calls(again, "POST", "/checkout") == 0
    assert_changed(again)
    assert_ordered_once(account.sim)


def test_C07_the_name_is_elsewhere_in_the_us(account: Ordering) -> None:
    """Where an order's lines have no extension, their operations name the vRack."""
    account.sim.settings(us_orders=True, default_payment_method="CREDIT_CARD")
    run = one_run(account)
    assert_changed(run)
    assert run.vrack["service_name"] == service_name(account.sim, "net-a")
    assert calls(run, "GET", "/operations") > 0
    assert calls(run, "POST", "/checkout") == 1
    assert_ordered_once(account.sim)


def test_C07_a_delivered_order_that_names_nothing(account: Ordering) -> None:
    """If no place names the vRack, that is told with the order's id, and none is ordered anew in the next run."""
    account.sim.settings(us_orders=True, default_payment_method="CREDIT_CARD", order_checking=1, order_delivering=1)
    account.sim.fault("status", "GET", "*/operations", status=200, body=[], times=-1)
    run = one_run(account, wait_timeout=10)
    again = one_run(account, wait_timeout=10)
    for one in (run, again):
        assert one.failed
        assert f"order {the_order(account.sim)['order_id']} is delivered" in one.msg
    assert calls(again, "POST", "/checkout") == 0


def test_C08_an_existing_vrack_is_not_ordered(simulator: Simulator) -> None:
    """Known by name or service name, whoever ordered it; an order's options are not compared."""
    existing = simulator.make("vrack", name="net-a")["service_name"]
    options = {"plan_code": "other", "duration": "P1Y", "pricing_mode": "x", "subsidiary": "US", "wait_timeout": 10}
    run = run_modules(
        simulator,
        [
            task("by name", name="net-a", plan_code="vrack", duration="P1M"),
            task("by service name", service_name=existing),
            task("other options", name="net-a", **options),
            task("check", name="net-a", **options, check_mode=True),
        ],
    )
    assert run.writes == []
    assert [call["path"] for call in run.journal if call["path"].startswith(("/order", "/me"))] == []
    assert [(one.failed, one.changed) for one in run.tasks] == [(False, False)] * 4, [one.msg for one in run.tasks]
    assert [one.result["vrack"]["service_name"] for one in run.tasks] == [existing] * 4


@pytest.mark.parametrize("outcome", ["documentsRequested", "cancelled"])
def test_C09_held_or_cancelled(simulator: Simulator, outcome: str) -> None:
    """The wait ends at once with the order, its status and what a person must do; no second order, now or next time."""
    simulator.settings(order_outcome=outcome)
    wish: dict[str, Any] = {"name": "net-a", "wait_timeout": 20}
    run = run_modules(simulator, [task("first", **wish), task("second", **wish)])
    held = the_order(simulator)
    cart = held["cart_id"]
    for name in ("first", "second"):
        assert run[name].failed
        assert re.search(f"order {held['order_id']} is '({outcome}|cancelling)'", run[name].msg)
        assert "not finished after" not in run[name].msg
    assert calls(run, "POST", "/checkout") == 1
    assert not run["second"].changed
    if outcome == "documentsRequested":
        assert "send them by the control panel" in run["first"].msg
        return
    assert f"delete cart {cart} or wait until it expires" in run["second"].msg
    simulator.advance(600)
    simulator.client().delete(f"/order/cart/{cart}")
    simulator.settings(order_outcome="delivered")
    told = order(simulator)
    assert_changed(told["order"])
    assert service_name(simulator, "net-a") in order_services(simulator)


def test_C10_the_cart_is_assigned_before_it_is_checked_out(account: Ordering) -> None:
    """An unassigned cart would be refused as "not allowed"."""
    run = one_run(account)
    assert_changed(run)
    ways = [write.rsplit("/", 1)[1] for write in run.writes]
    assert ways.index("assign") < ways.index("checkout")
    assert calls(run, "POST", "/assign") == 1


def test_C10_the_order_system_refuses(account: Ordering) -> None:
    """A 403 of the checkout though the key may call it: told as the order system's, without advice about rules."""
    body = {"class": "Client::Forbidden", "message": "You are not allowed"}
    account.sim.fault("status", "POST", "*/checkout", status=403, body=body, times=-1)
    run = one_run(account)
    assert run.failed
    assert not run.changed
    assert "OVHcloud's order system refused" in run.msg
    assert "You are not allowed" in run.msg
    assert re.search(QUERY_ID, run.msg), run.msg
    assert "lacks" not in run.msg
    assert "make a new key" not in run.msg


def test_C10_a_missing_rule_is_told_as_one(simulator: Simulator) -> None:
    """The same status for want of an access rule names the rule."""
    body = {"errorCode": "NOT_GRANTED_CALL", "httpCode": "403 Forbidden", "message": "This call has not been granted"}
    simulator.fault("status", "POST", "*/checkout", status=403, body=body, times=-1)
    run = order(simulator)
    assert "The key lacks the access rule POST /order/cart/*/checkout" in run["order"].msg
    assert "order system" not in run["order"].msg
    assert run["order"].failed
    assert not run["order"].changed


@pytest.mark.steady("an answer that is lost is waited for longer than the task has time")
def test_C11_an_offer_that_is_not_there(simulator: Simulator) -> None:
    """What is to be ordered is held against the offers first; the answer to a wrong one would hide the mistake.

    The cart that told the offers is taken away again, so that the corrected run has not to wait for it.
    """
    wrong = {"duration": "PT18S", "pricing_mode": "yearly", "plan_code": "vrock"}
    run = run_modules(
        simulator,
        [
            *(task(option, name="net-a", wait_timeout=20, **{option: value}) for option, value in wrong.items()),
            task("corrected", name="net-a"),
        ],
    )
    for option in wrong:
        assert [write for write in run[option].writes if "/vrack" in write] == []
    assert run["corrected"].changed, run["corrected"].msg
    assert_ordered_once(simulator)
    for option, value in wrong.items():
        assert run[option].failed
        assert not run[option].changed
        assert value in run[option].msg
        assert "offered: vrack, P1M, default" in run[option].msg


def test_C12_the_link_is_shown_nowhere_on_the_way_to_success(simulator: Simulator) -> None:
    """Neither results, diff, nor the most talkative output hold an order's link or password."""
    run = run_tasks(simulator, [task("order", name="net-a", diff=True)], "-vvvv")
    assert run["order"].changed
    assert_link_shown_nowhere(run)


def test_C13_a_vrack_that_holds_something_is_not_ended(simulator: Simulator) -> None:
    """What is inside is named, and the end not asked for; the same in check mode."""
    prod, running = service_name(simulator, "prod"), simulator.project("running")["id"]
    run = run_modules(
        simulator,
        [
            task("real", name="prod", state="absent"),
            task("check", service_name=prod, state="absent", check_mode=True),
        ],
    )
    for name in ("real", "check"):
        assert run[name].failed
        assert not run[name].changed
        assert f"vRack {prod} still holds project 'running' ({running})" in run[name].msg
    assert run.writes == []


def test_C13_a_vrack_that_is_used_while_its_mail_is_waited_for_is_not_ended(simulator: Simulator) -> None:
    """What is inside is looked at again once the mail is there, before anything is confirmed."""
    old, project = simulator.make("vrack", name="old")["service_name"], simulator.project("empty")["id"]
    simulator.hold("GET", "/me/notification/email/history", times=1)
    with ThreadPoolExecutor(1) as workers:
        running = workers.submit(run_modules, simulator, [task("end", name="old", state="absent")])
        simulator.held(1)
        simulator.client().post(f"/vrack/{old}/cloudProject", project=project)
        simulator.advance(60)
        simulator.release()
    run = running.result()
    assert f"vRack {old} still holds project 'empty' ({project})" in run["end"].msg
    assert [one for one in run.writes if "Termination" in one] == []


def test_C13_a_mail_that_cannot_be_read_leaves_a_step_to_a_person(simulator: Simulator) -> None:
    """The task says which mail to look for, changes nothing, and goes on with the token from it."""
    old = simulator.make("vrack", name="old")["service_name"]
    rules = ["GET /vrack", "GET /vrack/*", "GET /cloud/project", "POST /vrack/*"]
    simulator.rules([dict(zip(("method", "path"), rule.split(), strict=True)) for rule in rules])
    run = run_tasks(simulator, [task("asked", name="old", state="absent")])
    assert run["asked"].failed
    assert not run["asked"].changed, "the vRack is still there"
    assert "e-mail" in run["asked"].msg
    assert "termination_token" in run["asked"].msg
    assert old in vracks(simulator)

    token = simulator.state()["vracks"][old]["termination_token"]
    assert token not in run.output
    resumed = run_tasks(
        simulator,
        [
            task("wrong token", name="old", state="absent", termination_token="wrong"),
            task("token", name="old", state="absent", termination_token=token),
            task("twice", name="old", state="absent"),
        ],
        "-vvvv",
    )
    assert resumed["wrong token"].failed
    assert not resumed["wrong token"].changed
    assert "Invalid token" in resumed["wrong token"].msg
    assert resumed["token"].changed, resumed["token"].msg
    assert not resumed["twice"].changed
    assert resumed.writes == [f"POST /vrack/{old}/confirmTermination"] * 2
    assert token not in resumed.output
    assert old not in vracks(simulator)


def test_C13_an_older_mail_is_not_taken_for_the_new_one(simulator: Simulator) -> None:
    """The end was asked for before: the token of the mail of then no longer works, and that of the new one is used."""
    old = simulator.make("vrack", name="old")["service_name"]
    other = simulator.make("vrack", name="other")["service_name"]
    client = simulator.client()
    for _number in range(3):
        client.post(f"/vrack/{old}/terminate")
        client.post(f"/vrack/{other}/terminate")
    history = "/me/notification/email/history"
    simulator.fault("status", "GET", history, status=200, body=client.get(history), times=2)
    run = run_modules(simulator, [task("end", name="old", state="absent")])
    assert run["end"].changed, run["end"].msg
    assert old not in vracks(simulator)
    assert other in vracks(simulator)
    assert [write.rpartition("/")[2] for write in run.writes].count("terminate") == 1


def test_C13_no_mail_comes(simulator: Simulator) -> None:
    """The wait for the mail ends with the step that is left to a person."""
    old = simulator.make("vrack", name="old")["service_name"]
    simulator.fault("status", "GET", "/me/notification/email/history", status=200, body=[], times=-1)
    run = run_modules(simulator, [task("end", name="old", state="absent", wait_timeout=4)])
    assert run["end"].failed
    assert not run["end"].changed
    assert "waiting for the e-mail" in run["end"].msg
    assert old in vracks(simulator)


def test_two_runs_at_once_order_one_vrack(simulator: Simulator) -> None:
    """Two processes want a vRack of the same name: one order, one payment, and both end with the same vRack."""
    simulator.settings(order_checking=20, order_delivering=20)
    with ThreadPoolExecutor(2) as both:
        runs = list(both.map(lambda _number: order(simulator), range(2)))
    assert [run["order"].failed for run in runs] == [False, False], [run["order"].msg for run in runs]
    assert_ordered_once(simulator)
    made = {run["order"].result["vrack"]["service_name"] for run in runs}
    assert made == {service_name(simulator, "net-a")}
    paid = [call for call in simulator.writes() if "/me/order/" in call["path"] and call["status"] == 200]
    assert len(paid) == 1
    assert simulator.state()["carts"] == {}


def test_an_order_of_another_name_is_not_taken_for_ones_own(account: Ordering) -> None:
    """The answer to a checkout is lost while another order is fresh: each name gets the vRack of its own order."""
    one_run(account, "net-b")
    account.sim.fault("drop_after", "POST", "*/checkout")
    run = one_run(account)
    assert_changed(run)
    names = vracks(account.sim)
    assert sorted(names[one][0] for one in order_services(account.sim)) == ["net-a", "net-b"]
    assert len(account.sim.state()["orders"]) == 2
