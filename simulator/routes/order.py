# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/me/order: paying an order and following it until its vRack is delivered.

An order's status follows from its record and the clock. Its url, pdfUrl and password are secrets: they hold
`order-secret-`, so that tests can look for them where they must not be.
"""

from __future__ import annotations

from datetime import datetime

from simulator.errors import ApiError, bad_request, not_found
from simulator.payment import default_method, payment_methods, price, prices
from simulator.routing import route
from simulator.state import ZONE, Order
from simulator.worlds import new_vrack

TWO_WEEKS = 14 * 86400
FREE_MEANS = ("fidelityAccount", "ovhAccount")
DETAIL_TYPES = ("INSTALLATION", "DURATION")
NOT_DELIVERED_YET = "*001"


def new_order(world, cart):
    items = list(cart.items.values())
    order = Order(
        order_id=world.number(9),
        cart_id=cart.cart_id,
        description=cart.description,
        price=sum(item.price * item.quantity for item in items),
        secret=f"order-secret-{world.token(16)}",
        date=world.now(),
        expiration=world.now() + TWO_WEEKS,
        plans=items,
        detail_ids=[world.number(9) for _plan in items for _type in DETAIL_TYPES],
        details_from=world.now() + world.duration("order_details_empty"),
        listed_from=world.now() + world.duration("order_visible_after"),
    )
    world.account.orders[order.order_id] = order
    return order


def pay_order(world, order, mean):
    """From here on the order lives: checking, then what the settings say it comes to."""
    order.paid_with = mean
    order.paid_at = world.now()
    order.outcome = world.settings.order_outcome
    checking, delivering = world.duration("order_checking"), world.duration("order_delivering")
    order.delivering_from = world.now() + checking
    order.ends_at = order.delivering_from + delivering
    if world.settings.order_status_fails_once:
        order.status_failures_left = 1
    if order.outcome == "delivered":
        world.after(checking + delivering, deliver, world, order)


def pay_if_unpaid(world, order):
    if order.paid_with is None:
        pay_order(world, order, "itself")


def deliver(world, order):
    for index, _plan in enumerate(order.plans):
        vrack = new_vrack(
            world,
            listed_after=world.duration("vrack_visible_after"),
            usable_after=world.duration("vrack_usable_after"),
        )
        order.services[index] = vrack.service_name


def status_of(order, now):
    if order.paid_with is None:
        return "notPaid"
    if now < order.delivering_from:
        return "checking"
    if order.outcome == "documentsRequested":
        return "documentsRequested"
    if now < order.ends_at:
        return "cancelling" if order.outcome == "cancelled" else "delivering"
    return order.outcome


def order_url(order):
    address = "https://www.ovh.com/cgi-bin/order/displayOrder.cgi"
    return f"{address}?orderId={order.order_id}&orderPassword={order.secret}"


def order_of(call):
    order = call.world.account.orders.get(int(call.path["orderId"]))
    if order is None:
        raise not_found(f"The requested object (orderId = {call.path['orderId']}) does not exist")
    return order


@route("GET", "/me/order")
def list_orders(call):
    since, until = _moment(call.query.get("date.from")), _moment(call.query.get("date.to"))
    orders = [order for order in call.world.account.orders.values() if call.world.now() >= order.listed_from]
    return call.world.shuffled(
        order.order_id
        for order in orders
        if (since is None or order.date >= since) and (until is None or order.date <= until)
    )


def _moment(text):
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).timestamp()


@route("GET", "/me/order/{orderId}")
def get_order(call):
    world, order = call.world, order_of(call)
    amounts = prices(world, order.price)
    return {
        "orderId": order.order_id,
        "date": world.timestamp(order.date),
        "expirationDate": world.timestamp(order.expiration),
        "retractionDate": None,
        "password": order.secret,
        "url": order_url(order),
        "pdfUrl": order_url(order).replace("displayOrder", "displayOrderPdf"),
        "priceWithTax": amounts["withTax"],
        "priceWithoutTax": amounts["withoutTax"],
        "tax": amounts["tax"],
    }


@route("GET", "/me/order/{orderId}/status")
def get_status(call):
    order = order_of(call)
    if order.status_failures_left:
        order.status_failures_left -= 1
        raise ApiError(500, "Internal server error")
    return status_of(order, call.world.now())


@route("GET", "/me/order/{orderId}/associatedObject")
def get_associated_object(call):
    order = order_of(call)
    bill = order.order_id if status_of(order, call.world.now()) == "delivered" else None
    return {"id": None if bill is None else f"FR{bill}", "type": None if bill is None else "Bill"}


@route("GET", "/me/order/{orderId}/followUp")
def get_follow_up(call):
    world, order = call.world, order_of(call)
    status = status_of(order, world.now())
    done = ["notPaid", "checking", "delivering", "delivered"]
    reached = done.index(status) if status in done else 1
    steps = ("VALIDATING", "VALIDATED", "DELIVERING", "AVAILABLE")
    history = [{"date": world.timestamp(order.date), "label": "ORDER_STARTED", "description": "Order started"}]
    return [
        {
            "step": step,
            "status": "DONE" if index < reached or reached == 3 else "DOING" if index == reached else "TODO",
            "history": history if index == 0 else [],
        }
        for index, step in enumerate(steps)
    ]


@route("GET", "/me/order/{orderId}/payment")
def get_payment(call):
    order = order_of(call)
    if order.paid_with is None:
        raise not_found("The requested object (payment) does not exist")
    kind = "free" if order.price == 0 else "creditCard"
    return {"paymentDate": call.world.timestamp(order.paid_at), "paymentIdentifier": None, "paymentType": kind}


@route("GET", "/me/order/{orderId}/availableRegisteredPaymentMean")
def list_available_means(call):
    return [{"paymentMean": mean} for mean in _available_means(call.world, order_of(call))]


@route("GET", "/me/order/{orderId}/paymentMethods")
def get_payment_methods(call):
    order_of(call)
    return {"available": [], "paymentMethods": [], "registered": list(payment_methods(call.world))}


def _available_means(world, order):
    if order.paid_with or order.price > 0 or world.settings.us_orders:
        return []
    return [mean for mean in FREE_MEANS if mean not in world.settings.refused_payment_means]


@route("POST", "/me/order/{orderId}/pay")
def pay(call):
    world, order = call.world, unpaid_order(call)
    method = payment_methods(world).get(call.body["paymentMethod"].get("id"))
    if method is None:
        raise ApiError(404, "paymentMethod not found")
    _refuse_mean(world, method.type)
    pay_order(world, order, method.type)


@route("POST", "/me/order/{orderId}/payWithRegisteredPaymentMean")
def pay_with_registered_mean(call):
    world, order, mean = call.world, unpaid_order(call), call.body["paymentMean"]
    _refuse_mean(world, mean)
    registered = default_method(world)
    if mean not in FREE_MEANS and not (registered and registered.type == mean):
        raise ApiError(404, "paymentMean not found")
    if mean in FREE_MEANS and mean not in _available_means(world, order):
        if world.settings.us_orders:
            raise ApiError(404, "paymentMean not found")
        raise _cannot_pay_with(mean)
    pay_order(world, order, mean)


def unpaid_order(call):
    order = order_of(call)
    if order.paid_with:
        raise bad_request("This order is already paid")
    return order


def _refuse_mean(world, mean):
    if mean in world.settings.refused_payment_means:
        raise _cannot_pay_with(mean)


def _cannot_pay_with(mean):
    return ApiError(403, f"This order can't be paid with '{mean}'")


@route("GET", "/me/order/{orderId}/details")
def list_details(call):
    order = order_of(call)
    return call.world.shuffled(order.detail_ids) if call.world.now() >= order.details_from else []


@route("GET", "/me/order/{orderId}/details/{orderDetailId}")
def get_detail(call):
    order, index = detail_of(call)
    plan, detail_type = order.plans[index // len(DETAIL_TYPES)], DETAIL_TYPES[index % len(DETAIL_TYPES)]
    value = plan.price if detail_type == "DURATION" else 0
    us_orders = call.world.settings.us_orders
    return {
        "orderDetailId": order.detail_ids[index],
        "description": "vRack",
        "detailType": detail_type,
        "domain": NOT_DELIVERED_YET if us_orders else service_of(order, index) or NOT_DELIVERED_YET,
        "quantity": str(plan.quantity),
        "cancelled": status_of(order, call.world.now()) == "cancelled",
        "unitPrice": price(call.world, value),
        "totalPrice": price(call.world, value * plan.quantity),
    }


@route("GET", "/me/order/{orderId}/details/{orderDetailId}/extension")
def get_extension(call):
    order, index = detail_of(call)
    if call.world.settings.us_orders:
        raise not_found("Got an invalid (or empty) URL")
    plan = order.plans[index // len(DETAIL_TYPES)]
    return {
        "order": {
            "action": "installation",
            "configurations": [],
            "plan": {
                "code": plan.plan_code,
                "duration": plan.duration,
                "pricingMode": plan.pricing_mode,
                "product": {"name": "vrack"},
                "quantity": plan.quantity,
            },
            "type": "plan",
        }
    }


@route("GET", "/me/order/{orderId}/details/{orderDetailId}/operations")
def list_operations(call):
    """In the US only."""
    order, index = _us_detail(call)
    return [order.detail_ids[index] + 1] if service_of(order, index) else []


@route("GET", "/me/order/{orderId}/details/{orderDetailId}/operations/{operationId}")
def get_operation(call):
    order, index = _us_detail(call)
    service = service_of(order, index)
    if service is None or int(call.path["operationId"]) != order.detail_ids[index] + 1:
        raise not_found("The requested object (operationId) does not exist")
    resource = {"name": service, "displayName": service, "state": "ACTIVE"}
    return {"id": order.detail_ids[index] + 1, "status": "done", "type": "installation", "resource": resource}


def _us_detail(call):
    if not call.world.settings.us_orders:
        raise not_found("Got an invalid (or empty) URL")
    return detail_of(call)


def detail_of(call):
    """The order, and the place of the detail in it."""
    order, id_ = order_of(call), int(call.path["orderDetailId"])
    if id_ not in order.detail_ids or call.world.now() < order.details_from:
        raise not_found(f"The requested object (orderDetailId = {id_}) does not exist")
    return order, order.detail_ids.index(id_)


def service_of(order, detail_index):
    """The vRack delivered for a detail, or None."""
    return order.services.get(detail_index // len(DETAIL_TYPES))
