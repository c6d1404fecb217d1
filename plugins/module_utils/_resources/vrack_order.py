# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of a vRack as a chain: cart, assign, offer, one item, checkout, payment, delivery.

Each look reads how far it has come and the one next step follows from that. A cart is recognised by a marker in its
description, so a run that was killed, or another job, goes on with the same cart. Checkout is the point of no
return: from there on the order is followed, and never a second one made.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from .._engine.model import Answer, Blocked, Call, Reader, Step, Underway
from .._messages import error
from .border import flag, number, optional_text, text

MARKER = "ovhcloud.vrack "
TAKE_OVER_AFTER = 30.0
"""Seconds (times a random factor of one to two) after which another job's cart that does not move is taken over."""
SETTLE = 15.0
"""Seconds in which an order whose payment was refused may still move by itself."""
STOPPED = {
    "documentsRequested": "OVHcloud asks for documents: send them by the control panel, then run the task again",
    "cancelled": "Ask OVHcloud why. To order again, delete cart {cart} or wait until it expires ({expire})",
    "cancelling": "Ask OVHcloud why. To order again, delete cart {cart} or wait until it expires ({expire})",
}


@dataclass(frozen=True)
class Offer:
    """What is ordered."""

    plan_code: str = "vrack"
    duration: str = "P1M"
    pricing_mode: str = "default"
    subsidiary: Optional[str] = None


@dataclass(frozen=True)
class Cart:
    """A cart with our marker."""

    id: str
    read_only: bool
    expire: str
    items: Tuple[int, ...]

    @staticmethod
    def from_api(data: Any) -> Cart:
        return Cart(
            text(data, "cartId", "cart"),
            flag(data, "readOnly", "cart"),
            optional_text(data, "expire", "cart") or "",
            tuple(sorted(data.get("items") or ())),
        )


@dataclass(frozen=True)
class Order:
    """The order that our cart became. Its address and password are never read."""

    id: int
    status: str
    service_name: Optional[str] = None


@dataclass(frozen=True)
class OrderWorld:
    """How far the order has come."""

    name: str
    offer: Offer
    now: float
    answers: Tuple[Answer, ...]
    subsidiary: str = ""
    cart: Optional[Cart] = None
    offers: Tuple[Dict[str, Any], ...] = ()
    price: Optional[Tuple[float, str]] = None
    order: Optional[Order] = None
    payment_method: Optional[int] = None
    moved_at: float = 0.0
    patience: float = 0.0

    @property
    def delivered(self) -> Optional[str]:
        return self.order.service_name if self.order else None

    def answer(self, method: str, *path: str) -> Optional[Answer]:
        """The last answer of this run to that call."""
        found = [one for one in self.answers if one.call.method == method and one.call.path == path]
        return found[-1] if found else None

    def mine(self) -> bool:
        """Whether this run made the cart, or has begun to work on it."""
        cart = self.cart.id if self.cart else ""
        made = any(one.definite and one.value and _cart_id(one.value) == cart for one in self.answers)
        return made or any(cart in one.call.path for one in self.answers)


def marker(name: str) -> str:
    return MARKER + name


def observe_order(
    read: Reader, name: str, offer: Offer, last: Optional[OrderWorld], answers: Sequence[Answer]
) -> OrderWorld:
    """Read how far it has come: the cart, and only what its next step depends on."""
    known: Dict[str, Any] = {"name": name, "offer": offer, "now": read.now(), "answers": tuple(answers)}
    cart = last.cart if last is not None and last.order is not None else _winning_cart(read, name, answers)
    known["cart"] = cart
    if cart is None:
        known["subsidiary"] = _subsidiary(read, offer, last)
    elif cart.read_only:
        known["order"] = _follow(read, cart, offer, last, answers)
        if known["order"] is not None and known["order"].status == "notPaid":
            known["payment_method"] = _default_method(read)
    elif not cart.items:
        known["offers"] = tuple(read.get("order", "cart", cart.id, offer.plan_code))
    elif len(cart.items) == 1:
        known["price"] = _price(read, cart)
    moved = last is None or last.cart != cart
    known["moved_at"] = known["now"] if moved or last is None else last.moved_at
    known["patience"] = TAKE_OVER_AFTER * random.uniform(1.0, 2.0) if moved or last is None else last.patience
    return OrderWorld(**known)


def next_order_step(world: OrderWorld) -> Step:
    """The one call that comes next."""
    cart = world.cart
    if cart is None:
        body = {"ovhSubsidiary": world.subsidiary, "description": marker(world.name)}
        return [Call("POST", ("order", "cart"), "open a cart for the vRack", body)]
    if cart.read_only:
        return _after_checkout(world, cart)
    if not world.mine() and world.now - world.moved_at < world.patience:
        return Blocked(f"another run is ordering this vRack (cart {cart.id})")
    return _before_checkout(world, cart)


def _before_checkout(world: OrderWorld, cart: Cart) -> Step:
    path = ("order", "cart", cart.id)
    assigned = world.answer("POST", *path, "assign")
    if assigned is None or assigned.uncertain:
        return [Call("POST", path + ("assign",), "assign the cart to the account")]
    if not cart.items:
        _check_offer(world)
        body = {
            "planCode": world.offer.plan_code,
            "duration": world.offer.duration,
            "pricingMode": world.offer.pricing_mode,
            "quantity": 1,
        }
        return [Call("POST", path + (world.offer.plan_code,), "put the vRack in the cart", body)]
    if len(cart.items) > 1:
        extra = str(cart.items[-1])
        return [Call("DELETE", path + ("item", extra), "take the second article out of the cart")]
    value, shown = world.price or (0.0, "")
    if value > 0:
        raise error("order_price", price=shown, cart=cart.id)
    return [Call("POST", path + ("checkout",), "check the cart out")]


def _check_offer(world: OrderWorld) -> None:
    offered = [
        (offer.get("planCode"), price.get("duration"), price.get("pricingMode"), price.get("price") or {})
        for offer in world.offers
        for price in offer.get("prices") or []
    ]
    wanted = (world.offer.plan_code, world.offer.duration, world.offer.pricing_mode)
    fitting = [entry for entry in offered if entry[:3] == wanted]
    if not fitting:
        raise error(
            "order_offer",
            plan_code=wanted[0],
            duration=wanted[1],
            pricing_mode=wanted[2],
            offered="; ".join(sorted(f"{plan}, {duration}, {mode}" for plan, duration, mode, price in offered))
            or "none",
        )
    price = fitting[0][3]
    if price.get("value", 0) > 0:
        raise error("order_price", price=price.get("text"), cart=world.cart.id if world.cart else "")


def _after_checkout(world: OrderWorld, cart: Cart) -> Step:
    order = world.order
    if order is None:
        checkout = world.answer("POST", "order", "cart", cart.id, "checkout")
        if world.now - world.moved_at < TAKE_OVER_AFTER * 2 or checkout is not None:
            return Blocked(f"looking for the order that cart {cart.id} became")
        raise error("order_lost", cart=cart.id, expire=cart.expire)
    facts = {"order_id": order.id, "order_status": order.status}
    if order.status in STOPPED:
        todo = STOPPED[order.status].format(cart=cart.id, expire=cart.expire)
        raise error("order_stopped", order=order.id, status=order.status, todo=todo)
    if order.status == "notPaid":
        return _pay(world, order)
    if order.status != "delivered":
        return Underway(f"order {order.id} is '{order.status}'", facts)
    if order.service_name is None:
        if world.now - world.moved_at < TAKE_OVER_AFTER * 2:
            return Underway(f"order {order.id} is delivered, its details do not name the vRack yet", facts)
        raise error("order_nameless", order=order.id)
    return Underway(f"order {order.id} is delivered, vRack {order.service_name} is not visible yet", facts)


def _pay(world: OrderWorld, order: Order) -> Step:
    """By the account's default method if it has one, else the free way; the other one where that is refused."""
    path = ("me", "order", str(order.id))
    doing = f"pay order {order.id} (0.00)"
    free = Call("POST", path + ("payWithRegisteredPaymentMean",), doing, {"paymentMean": "fidelityAccount"})
    ways = [free]
    if world.payment_method is not None:
        ways.insert(0, Call("POST", path + ("pay",), doing, {"paymentMethod": {"id": world.payment_method}}))
    refused = []
    for way in ways:
        answer = world.answer(way.method, *way.path)
        if answer is None or answer.error is None or answer.uncertain:
            return [way]
        refused.append(answer)
    if world.now - refused[-1].at < SETTLE:
        return Blocked(f"order {order.id} is not paid: {refused[-1].error}")
    why = "; ".join(str(getattr(answer.error, "what", "")) for answer in refused)
    raise error("order_unpaid", order=order.id, why=why)


def _winning_cart(read: Reader, name: str, answers: Sequence[Answer]) -> Optional[Cart]:
    """The cart that counts: one that was checked out, else the lowest. Carts made by this run may not be listed yet."""
    ids = set(read.get("order", "cart", query={"description": marker(name)}))
    ids.update(_cart_id(one.value) for one in answers if one.call.path == ("order", "cart") and one.definite)
    answered = read.get_many([("order", "cart", cart) for cart in sorted(ids)], missing=None)
    carts = [Cart.from_api(data) for data in answered if data is not None]
    return min(carts, key=lambda cart: (not cart.read_only, cart.id)) if carts else None


def _cart_id(value: Any) -> str:
    return text(value, "cartId", "cart") if isinstance(value, dict) and "cartId" in value else ""


def _subsidiary(read: Reader, offer: Offer, last: Optional[OrderWorld]) -> str:
    if offer.subsidiary:
        return offer.subsidiary.upper()
    if last is not None and last.subsidiary:
        return last.subsidiary
    return text(read.get("me"), "ovhSubsidiary", "account")


def _default_method(read: Reader) -> Optional[int]:
    methods = read.get("me", "payment", "method", query={"default": "true"})
    return int(methods[0]) if methods else None


def _price(read: Reader, cart: Cart) -> Tuple[float, str]:
    summary = read.get("order", "cart", cart.id, "summary")
    price = (summary.get("prices") or {}).get("withTax") or {}
    return float(price.get("value") or 0), str(price.get("text") or "")


def _follow(
    read: Reader, cart: Cart, offer: Offer, last: Optional[OrderWorld], answers: Sequence[Answer]
) -> Optional[Order]:
    """The order of this cart: known from this run's checkout, or found by plan and date among the latest orders."""
    if last is not None and last.order is not None:
        order_id = last.order.id
    else:
        checked_out = [one for one in answers if one.definite and one.call.path[-1:] == ("checkout",)]
        ids = [number(one.value, "orderId", "order") for one in checked_out] or _recent_orders(read, cart, offer)
        if not ids:
            return None
        order_id = ids[0]
    path = ("me", "order", str(order_id))
    status = read.get(*path, "status")
    service_name = _service_name(read, path, offer) if status == "delivered" else None
    return Order(order_id, str(status), service_name)


def _recent_orders(read: Reader, cart: Cart, offer: Offer) -> List[int]:
    """Orders of this plan since the cart was made, the oldest first: nothing else links a cart to its order."""
    query = {}
    if cart.expire:
        query["date.from"] = (_moment(cart.expire) - timedelta(days=1, minutes=5)).isoformat()
    ids = sorted(read.get("me", "order", query=query))
    return [one for one in ids if _ordered_plan(read, ("me", "order", str(one))) == offer.plan_code]


def _ordered_plan(read: Reader, path: Tuple[str, ...]) -> Optional[str]:
    for detail in read.get(*path, "details"):
        plan = _plan_of_detail(read, path + ("details", str(detail)))
        if plan:
            return plan
    return None


def _plan_of_detail(read: Reader, line: Tuple[str, ...]) -> Optional[str]:
    """The plan that a line of an order is about. In the US there is no extension, only a description."""
    extension = read.get(*line, "extension", missing=None)
    if extension is not None:
        return str(((extension.get("order") or {}).get("plan") or {}).get("code") or "")
    return "vrack" if "vrack" in str(read.get(*line).get("description", "")).lower() else None


def _service_name(read: Reader, path: Tuple[str, ...], offer: Offer) -> Optional[str]:
    """The name of the vRack that a delivered order brought."""
    for detail in sorted(read.get(*path, "details")):
        line = path + ("details", str(detail))
        if _plan_of_detail(read, line) != offer.plan_code:
            continue
        for name in _names_in_line(read, line):
            if name.startswith("pn-"):
                return name
    return None


def _names_in_line(read: Reader, line: Tuple[str, ...]) -> Iterator[str]:
    """Where the name of what was ordered may stand: in the line itself or, in the US, in its operations."""
    yield str(read.get(*line).get("domain") or "")
    for operation in read.get(*line, "operations", missing=None) or []:
        answer = read.get(*line, "operations", str(operation), missing=None) or {}
        yield str((answer.get("resource") or {}).get("name") or "")


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp.replace("Z", "+00:00"))


def left_over_cart(answers: Sequence[Answer]) -> Optional[str]:
    """The cart of an order that this run has seen to its end, unless it was tidied away already."""
    paths = [one.call.path for one in answers if one.call.path[:2] == ("order", "cart") and len(one.call.path) > 2]
    if not paths or any(one.call.method == "DELETE" and len(one.call.path) == 3 for one in answers):
        return None
    return paths[-1][2]


def tidy_up_call(cart: str) -> Call:
    """A cart that stays would be taken for the order of a new vRack of that name, should this one be ended soon."""
    return Call("DELETE", ("order", "cart", cart), f"remove cart {cart}, which has become an order")
