# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the cart to the delivered vRack, with the bodies that Terraform sends."""

from datetime import UTC, datetime, timedelta

import ovh.exceptions
import pytest

from simulator.launch import Simulator

ITEM = {"duration": "P1M", "planCode": "vrack", "pricingMode": "default", "quantity": 1}


def filled_cart(client, **fields):
    cart = client.post("/order/cart", ovhSubsidiary="FR", **fields)["cartId"]
    client.post(f"/order/cart/{cart}/assign")
    client.post(f"/order/cart/{cart}/vrack", **ITEM)
    return cart


def new_order(client):
    return client.post(f"/order/cart/{filled_cart(client)}/checkout")["orderId"]


def status(client, order):
    """The status, asked again once after an error, as clients do."""
    try:
        return client.get(f"/me/order/{order}/status")
    except ovh.exceptions.APIError:
        return client.get(f"/me/order/{order}/status")


def paid_order(client):
    order = new_order(client)
    client.post(f"/me/order/{order}/payWithRegisteredPaymentMean", paymentMean="fidelityAccount")
    return order


def test_as_terraform_does_it(sim, client):
    assert client.get("/auth/details")["account"]
    cart = filled_cart(client)
    assert client.get("/me/payment/method", default="true") == []
    dry = client.get(f"/order/cart/{cart}/checkout")
    assert (dry["orderId"], dry["url"], dry["prices"]["withoutTax"]["value"]) == (None, None, 0)
    order = client.post(f"/order/cart/{cart}/checkout")["orderId"]
    assert client.post(f"/me/order/{order}/payWithRegisteredPaymentMean", paymentMean="fidelityAccount") is None

    seen = []
    for _number in range(60):
        seen.append(status(client, order))
        sim.advance(3)
    assert list(dict.fromkeys(seen)) == ["checking", "delivering", "delivered"]

    details = client.get(f"/me/order/{order}/details")
    assert len(details) == 2
    for detail in details:
        assert client.get(f"/me/order/{order}/details/{detail}/extension")["order"]["plan"]["code"] == "vrack"
        answer = client.get(f"/me/order/{order}/details/{detail}")
        assert answer["quantity"] == "1"
        name = answer["domain"]
    assert name.startswith("pn-")
    client.put(f"/vrack/{name}", name="demo", description="demo")
    assert client.get(f"/vrack/{name}")["name"] == "demo"
    assert name in client.get("/vrack")
    assert client.get(f"/me/order/{order}")["orderId"] == order


def test_unassigned_cart_is_not_checked_out(client):
    cart = client.post("/order/cart", ovhSubsidiary="FR")["cartId"]
    client.post(f"/order/cart/{cart}/vrack", **ITEM)
    with pytest.raises(ovh.exceptions.APIError, match="You are not allowed"):
        client.post(f"/order/cart/{cart}/checkout")
    assert client.get("/me/order") == []


def test_carts_are_found_by_description_and_closed_by_the_checkout(sim, client):
    cart = filled_cart(client, description="mine")
    filled_cart(client, description="other")
    sim.advance(5)
    assert client.get("/order/cart", description="mine") == [cart]
    client.post(f"/order/cart/{cart}/checkout")
    assert client.get(f"/order/cart/{cart}")["readOnly"] is True
    with pytest.raises(ovh.exceptions.BadParametersError, match="read only"):
        client.post(f"/order/cart/{cart}/vrack", **ITEM)


def test_carts_need_no_authentication_until_they_are_assigned(sim, client):
    sim.rules([])
    cart = client.call("POST", "/order/cart", {"ovhSubsidiary": "FR"}, need_auth=False)["cartId"]
    assert client.call("GET", f"/order/cart/{cart}/vrack", need_auth=False)[0]["planCode"] == "vrack"
    with pytest.raises(ovh.exceptions.APIError):
        client.call("POST", f"/order/cart/{cart}/assign", need_auth=False)


def test_items_configurations_and_coupons(client):
    cart = filled_cart(client)
    (item,) = client.get(f"/order/cart/{cart}/item")
    path = f"/order/cart/{cart}/item/{item}"
    assert client.get(f"{path}/requiredConfiguration") == []
    configuration = client.post(f"{path}/configuration", label="colour", value="red")["id"]
    assert client.get(f"{path}/configuration", label="colour") == [configuration]
    client.delete(f"{path}/configuration/{configuration}")
    assert client.get(f"{path}/configuration") == []
    assert client.post(f"/order/cart/{cart}/coupon", coupon="SUMMER") == ["SUMMER"]
    client.delete(f"/order/cart/{cart}/coupon", coupon="SUMMER")
    assert client.get(f"/order/cart/{cart}/coupon") == []
    client.delete(path)
    assert client.get(f"/order/cart/{cart}/summary")["details"] == []
    client.delete(f"/order/cart/{cart}")
    with pytest.raises(ovh.exceptions.ResourceNotFoundError):
        client.get(f"/order/cart/{cart}")


def test_unknown_duration_reads_as_unavailable(client):
    cart = client.post("/order/cart", ovhSubsidiary="FR")["cartId"]
    with pytest.raises(ovh.exceptions.APIError, match="temporarily unavailable"):
        client.post(f"/order/cart/{cart}/vrack", **{**ITEM, "duration": "PT18S"})


def test_priced_offer(sim, client):
    sim.settings(vrack_price=9.99)
    cart = filled_cart(client)
    assert client.get(f"/order/cart/{cart}/vrack")[0]["prices"][0]["price"]["value"] == 9.99
    order = client.post(f"/order/cart/{cart}/checkout")
    assert order["prices"]["withoutTax"]["value"] == 9.99
    path = f"/me/order/{order['orderId']}/payWithRegisteredPaymentMean"
    with pytest.raises(ovh.exceptions.APIError, match="can't be paid with 'fidelityAccount'"):
        client.post(path, paymentMean="fidelityAccount")


def test_payment_with_the_default_method(sim, client):
    sim.settings(default_payment_method="bankAccount")
    (method,) = client.get("/me/payment/method", default=True)
    order = new_order(client)
    client.post(f"/me/order/{order}/pay", paymentMethod={"id": method})
    assert status(client, order) == "checking"


def test_refused_payments_leave_the_order_payable(sim, client):
    sim.settings(default_payment_method="bankAccount", refused_payment_means=["bankAccount"])
    order = new_order(client)
    (method,) = client.get("/me/payment/method", default=True)
    with pytest.raises(ovh.exceptions.APIError, match="This order can't be paid with 'bankAccount'"):
        client.post(f"/me/order/{order}/pay", paymentMethod={"id": method})
    with pytest.raises(ovh.exceptions.ResourceNotFoundError, match="paymentMean not found"):
        client.post(f"/me/order/{order}/payWithRegisteredPaymentMean", paymentMean="paypal")
    assert status(client, order) == "notPaid"
    means = client.get(f"/me/order/{order}/availableRegisteredPaymentMean")
    assert {"paymentMean": "fidelityAccount"} in means
    client.post(f"/me/order/{order}/payWithRegisteredPaymentMean", paymentMean="fidelityAccount")
    assert status(client, order) == "checking"


def test_an_order_that_pays_itself(sim, client):
    sim.settings(order_pays_itself=30, order_status_fails_once=False)
    order = new_order(client)
    assert status(client, order) == "notPaid"
    sim.advance(31)
    assert status(client, order) == "checking"


def test_status_fails_once_and_not_in_the_kind_world(sim, client):
    order = paid_order(client)
    with pytest.raises(ovh.exceptions.APIError):
        client.get(f"/me/order/{order}/status")
    assert client.get(f"/me/order/{order}/status") == "checking"
    sim.settings(kind=True)
    assert client.get(f"/me/order/{paid_order(client)}/status") == "checking"


@pytest.mark.parametrize("outcome", ["documentsRequested", "cancelled"])
def test_orders_that_come_to_nothing(sim, client, outcome):
    before = client.get("/vrack")
    sim.settings(order_outcome=outcome)
    order = paid_order(client)
    sim.advance(300)
    assert status(client, order) == outcome
    assert sorted(client.get("/vrack")) == sorted(before)


def test_details_are_empty_at_first(sim, client):
    order = new_order(client)
    assert client.get(f"/me/order/{order}/details") == []
    sim.advance(10)
    assert len(client.get(f"/me/order/{order}/details")) == 2


def test_new_vrack_is_listed_late(sim, client):
    sim.settings(vrack_visible_after=20, order_checking=5, order_delivering=5)
    before = client.get("/vrack")
    order = paid_order(client)
    sim.advance(11)
    assert status(client, order) == "delivered"
    assert len(client.get("/vrack")) == len(before)
    sim.advance(20)
    assert len(client.get("/vrack")) == len(before) + 1


def test_in_the_us(sim, client):
    sim.settings(us_orders=True, default_payment_method="CREDIT_CARD")
    order = new_order(client)
    with pytest.raises(ovh.exceptions.ResourceNotFoundError, match="paymentMean not found"):
        client.post(f"/me/order/{order}/payWithRegisteredPaymentMean", paymentMean="fidelityAccount")
    client.post(f"/me/order/{order}/pay", paymentMethod={"id": client.get("/me/payment/method")[0]})
    sim.advance(300)
    detail = client.get(f"/me/order/{order}/details")[0]
    path = f"/me/order/{order}/details/{detail}"
    with pytest.raises(ovh.exceptions.ResourceNotFoundError):
        client.get(f"{path}/extension")
    assert not client.get(path)["domain"].startswith("pn-")
    (operation,) = client.get(f"{path}/operations")
    assert client.get(f"{path}/operations/{operation}")["resource"]["name"].startswith("pn-")


def test_orders_by_date(sim, client):
    first = new_order(client)
    sim.advance(3600)
    second = new_order(client)
    sim.advance(5)
    later = client.get(f"/me/order/{second}")["date"]
    assert client.get("/me/order", **{"date.from": later}) == [second]
    assert client.get("/me/order", **{"date.to": client.get(f"/me/order/{first}")["date"]}) == [first]


def test_secrets_of_an_order_can_be_recognised(client):
    order = client.get(f"/me/order/{new_order(client)}")
    for name in ("password", "url", "pdfUrl"):
        assert "order-secret-" in order[name]


def test_lists_of_carts_and_orders_run_behind(sim, client):
    """What is asked for by its id is known at once."""
    sim.settings(cart_visible_after=30, order_visible_after=60)
    cart = filled_cart(client, description="mine")
    order = client.post(f"/order/cart/{cart}/checkout")["orderId"]
    assert (client.get("/order/cart"), client.get("/me/order")) == ([], [])
    assert client.get(f"/order/cart/{cart}")["readOnly"]
    assert client.get(f"/me/order/{order}")["orderId"] == order
    sim.advance(30)
    assert (client.get("/order/cart", description="mine"), client.get("/me/order")) == ([cart], [])
    sim.advance(30)
    assert client.get("/me/order") == [order]


def test_a_cart_lives_in_its_clients_time():
    """A day of its own, or until the moment that was asked for: not less because the world runs fast."""
    with Simulator.start(seed=1, speed=86400, kind=True) as sim:
        client = sim.client()
        soon = (datetime.now(UTC) + timedelta(minutes=10)).isoformat(timespec="seconds")
        carts = [client.post("/order/cart", ovhSubsidiary="FR", **more)["cartId"] for more in ({}, {"expire": soon})]
        begun = sim.clock()["now"]
        while sim.clock()["now"] < begun + 2 * 86400:
            for cart in carts:
                assert client.get(f"/order/cart/{cart}")["cartId"] == cart
        sim.advance(601)
        assert client.get(f"/order/cart/{carts[0]}")["cartId"] == carts[0]
        with pytest.raises(ovh.exceptions.ResourceNotFoundError):
            client.get(f"/order/cart/{carts[1]}")
        sim.advance(86400)
        with pytest.raises(ovh.exceptions.ResourceNotFoundError):
            client.get(f"/order/cart/{carts[0]}")


def test_what_clients_ask_for_beside(client):
    cart = filled_cart(client)
    assert client.get(f"/order/cart/{cart}/vrack/options", planCode="vrack") == []
    (item,) = client.get(f"/order/cart/{cart}/item")
    for entry in client.get(f"/order/cart/{cart}/item/{item}")["prices"]:
        assert entry["promotions"] == []
        assert entry["price"]["priceInUcents"] == 0
