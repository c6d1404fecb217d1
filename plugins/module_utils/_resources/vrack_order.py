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
from typing import Any, Dict, FrozenSet, Iterator, List, Optional, Sequence, Tuple

from .._engine.errors import Forbidden
from .._engine.model import Answer, Blocked, Call, Reader, Step, Underway
from .._messages import error
from .border import flag, number, numbers, optional_text, text
from .vrack_delivery import Order, read_order, recent_orders

MARKER = "ovhcloud.vrack "
PRODUCT = "vrack"
"""The route of a cart that has the offers of vRacks, whatever their plan is called."""
TAKE_OVER_AFTER = 30.0
"""Seconds (times a random factor of one to two) after which another job's cart that does not move is taken over."""
SETTLE = 15.0
"""Seconds in which what somebody else has begun may still show: an order that gets paid, a rival run's checkout."""
FREE_MEANS = ("fidelityAccount", "ovhAccount")
CANCELLED = ("cancelled", "cancelling")


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
    assigned: bool

    @staticmethod
    def from_api(data: Any, assigned: bool) -> Cart:
        return Cart(
            text(data, "cartId", "cart"),
            flag(data, "readOnly", "cart"),
            optional_text(data, "expire", "cart") or "",
            tuple(sorted(numbers(data, "items", "cart"))),
            assigned,
        )


@dataclass(frozen=True)
class OrderWorld:
    """How far the order has come.

    offers: what an empty cart was offered, also after it has been removed.
    orders: the one that the cart became or, while that isn't known, all that it may be.
    contested: whether another run has had a cart for the same vRack.
    """

    name: str
    offer: Offer
    now: float
    answers: Tuple[Answer, ...]
    subsidiary: str = ""
    cart: Optional[Cart] = None
    offers: Optional[Tuple[Dict[str, Any], ...]] = None
    price: Optional[Tuple[float, str]] = None
    orders: Tuple[Order, ...] = ()
    payment_method: Optional[int] = None
    free_means: Tuple[str, ...] = FREE_MEANS[:1]
    contested: bool = False
    moved_at: float = 0.0
    patience: float = 0.0

    @property
    def order(self) -> Optional[Order]:
        return self.orders[0] if len(self.orders) == 1 else None

    @property
    def delivered(self) -> Optional[str]:
        return self.order.service_name if self.order else None

    def mine(self) -> bool:
        """Whether this run made the cart, or has begun to work on it."""
        cart = self.cart.id if self.cart else ""
        return cart in _made_carts(self.answers) or any(cart in one.call.path for one in self.answers)


def marker(name: str) -> str:
    return MARKER + name


def observe_order(
    read: Reader,
    name: str,
    offer: Offer,
    last: Optional[OrderWorld],
    answers: Sequence[Answer],
    named: FrozenSet[str],
) -> OrderWorld:
    """Read how far it has come: the cart, and only what its next step depends on.

    named: the vRacks that have a name, which no order of ours can have brought just now.
    """
    known: Dict[str, Any] = {"name": name, "offer": offer, "now": read.now(), "answers": tuple(answers)}
    carts = [last.cart] if last is not None and last.order is not None else _carts(read, name, answers)
    cart = known["cart"] = carts[0] if carts else None
    known["offers"] = last.offers if last is not None else None
    known["contested"] = len(carts) > 1 or (last is not None and last.contested)
    if cart is None:
        known["subsidiary"] = _subsidiary(read, offer, last)
    elif cart.read_only:
        known["orders"] = _orders_of(read, cart, offer, answers, named)
        known.update(_payment(read, known["orders"], answers))
    elif not cart.items:
        known["offers"] = tuple(read.get("order", "cart", cart.id, PRODUCT))
    elif len(cart.items) == 1:
        known["price"] = _price(read, cart)
    moved = last is None or (last.cart, last.orders) != (cart, known.get("orders", ()))
    known["moved_at"] = known["now"] if moved or last is None else last.moved_at
    known["patience"] = TAKE_OVER_AFTER * random.uniform(1.0, 2.0) if moved or last is None else last.patience
    return OrderWorld(**known)


def next_order_step(world: OrderWorld) -> Step:
    """The one call that comes next."""
    cart = world.cart
    if cart is None:
        if world.offers is not None:
            _check_offer(world)
        body = {"ovhSubsidiary": world.subsidiary, "description": marker(world.name)}
        return [Call("POST", ("order", "cart"), "open a cart for the vRack", body, preparatory=True)]
    if cart.read_only:
        return _after_checkout(world, cart)
    if not world.mine() and world.now - world.moved_at < world.patience:
        return Blocked(f"another run is ordering this vRack (cart {cart.id})")
    return _before_checkout(world, cart)


def _before_checkout(world: OrderWorld, cart: Cart) -> Step:
    path = ("order", "cart", cart.id)
    if not cart.assigned:
        return [Call("POST", path + ("assign",), "assign the cart to the account", preparatory=True)]
    if not cart.items:
        if not _fitting(world) and left_over_cart(world.answers) == cart.id:
            return [tidy_up_call(cart.id)]
        _check_offer(world)
        body = {
            "planCode": world.offer.plan_code,
            "duration": world.offer.duration,
            "pricingMode": world.offer.pricing_mode,
            "quantity": 1,
        }
        return [Call("POST", path + (PRODUCT,), "put the vRack in the cart", body, preparatory=True)]
    if len(cart.items) > 1:
        extra = str(cart.items[-1])
        doing = "take the second article out of the cart"
        return [Call("DELETE", path + ("item", extra), doing, preparatory=True)]
    value, shown = world.price or (0.0, "")
    if value > 0:
        raise error("order_price", price=shown, cart=cart.id)
    if world.contested and world.now - world.moved_at < SETTLE:
        return Blocked("another run has a cart for this vRack as well: looking whether it has ordered")
    _report_refusal(world, path + ("checkout",))
    return [Call("POST", path + ("checkout",), "check the cart out", taken=("already been ordered",))]


def _report_refusal(world: OrderWorld, path: Tuple[str, ...]) -> None:
    """A 403 that is not about the key's rules is the order system's."""
    for answer in world.answers:
        refusal = answer.error
        if answer.call.path == path and isinstance(refusal, Forbidden) and not refusal.code:
            raise error("order_refused", why=refusal.sentence().rstrip("."))


def _offered(world: OrderWorld) -> List[Tuple[Any, Any, Any, Dict[str, Any]]]:
    return [
        (offer.get("planCode"), price.get("duration"), price.get("pricingMode"), price.get("price") or {})
        for offer in world.offers or ()
        for price in offer.get("prices") or []
    ]


def _fitting(world: OrderWorld) -> List[Tuple[Any, Any, Any, Dict[str, Any]]]:
    wanted = (world.offer.plan_code, world.offer.duration, world.offer.pricing_mode)
    return [entry for entry in _offered(world) if entry[:3] == wanted]


def _check_offer(world: OrderWorld) -> None:
    fitting = _fitting(world)
    if not fitting:
        offered = sorted(f"{plan}, {duration}, {mode}" for plan, duration, mode, price in _offered(world))
        raise error(
            "order_offer",
            plan_code=world.offer.plan_code,
            duration=world.offer.duration,
            pricing_mode=world.offer.pricing_mode,
            offered="; ".join(offered) or "none",
        )
    price = fitting[0][3]
    if price.get("value", 0) > 0:
        raise error("order_price", price=price.get("text"), cart=world.cart.id if world.cart else "")


def _after_checkout(world: OrderWorld, cart: Cart) -> Step:
    order = world.order
    if order is None:
        return _look_for_order(world, cart)
    facts = {"order_id": order.id, "order_status": order.status}
    if order.status == "documentsRequested":
        raise error("order_documents", order=order.id, status=order.status)
    if order.status in CANCELLED:
        raise error("order_cancelled", order=order.id, status=order.status, cart=cart.id, expire=cart.expire)
    if order.status == "notPaid":
        return _pay(world, order)
    if order.status != "delivered":
        return Underway(f"order {order.id} is '{order.status}'", facts)
    if order.service_name is None:
        if world.now - world.moved_at < TAKE_OVER_AFTER * 2:
            return Underway(f"order {order.id} is delivered, its details do not name the vRack yet", facts)
        raise error("order_nameless", order=order.id)
    return Underway(
        f"order {order.id} is delivered, but vRack {order.service_name} is not visible (if it has been ended since, "
        f"delete cart {cart.id} to order another)",
        facts,
    )


def _look_for_order(world: OrderWorld, cart: Cart) -> Step:
    """Nothing links a cart to its order but the answer to the checkout, which got lost."""
    settled = world.now - world.moved_at >= TAKE_OVER_AFTER * 2
    if not world.orders:
        if settled:
            raise error("order_lost", cart=cart.id, expire=cart.expire)
        return Blocked(f"looking for the order that cart {cart.id} became")
    shown = ", ".join(f"{order.id} ({order.status})" for order in world.orders)
    if settled and all(order.over for order in world.orders):
        raise error("order_ambiguous", cart=cart.id, orders=shown)
    return Blocked(f"cart {cart.id} became one of the orders {shown}, and which one shows when the others are done")


def _pay(world: OrderWorld, order: Order) -> Step:
    """By the account's default method if it has one, else a free way; another one where that is refused."""
    refused = {one.call.key: one for one in _refused_payments(world.orders, world.answers)}
    for way in _ways_to_pay(world, order):
        if way.key not in refused:
            return [way]
    why = "; ".join(str(one.error) for one in refused.values())
    if world.now - max(one.at for one in refused.values()) < SETTLE:
        return Blocked(f"order {order.id} to move by itself, for it could not be paid: {why}")
    raise error("order_unpaid", order=order.id, why=why)


def _ways_to_pay(world: OrderWorld, order: Order) -> Iterator[Call]:
    path = ("me", "order", str(order.id))
    doing = f"pay order {order.id} (0.00)"
    if world.payment_method is not None:
        yield Call("POST", path + ("pay",), doing, {"paymentMethod": {"id": world.payment_method}})
    for mean in world.free_means:
        yield Call("POST", path + ("payWithRegisteredPaymentMean",), doing, {"paymentMean": mean})


def _refused_payments(orders: Sequence[Order], answers: Sequence[Answer]) -> List[Answer]:
    paths = [("me", "order", str(order.id)) for order in orders]
    return [one for one in answers if one.call.path[:3] in paths and one.error is not None and not one.uncertain]


def _payment(read: Reader, orders: Sequence[Order], answers: Sequence[Answer]) -> Dict[str, Any]:
    """What an unpaid order can be paid with. What it takes is asked only when a first way was refused."""
    if len(orders) != 1 or orders[0].status != "notPaid":
        return {}
    methods = read.get("me", "payment", "method", query={"default": "true"})
    known: Dict[str, Any] = {"payment_method": int(methods[0]) if methods else None}
    if _refused_payments(orders, answers):
        offered = read.get("me", "order", str(orders[0].id), "availableRegisteredPaymentMean")
        means = [entry.get("paymentMean") for entry in offered]
        known["free_means"] = tuple(mean for mean in FREE_MEANS if mean == FREE_MEANS[0] or mean in means)
    return known


def _carts(read: Reader, name: str, answers: Sequence[Answer]) -> Sequence[Optional[Cart]]:
    """The carts with our marker, the one that counts first: one that was checked out, else the lowest.

    The list holds those that are assigned to the account. Carts made by this run may not be in it yet.
    """
    listed = {str(cart) for cart in read.get("order", "cart", query={"description": marker(name)})}
    listed.update(one.call.path[2] for one in answers if one.definite and one.call.path[3:] == ("assign",))
    ids = sorted(listed.union(_made_carts(answers)))
    answered = read.get_many([("order", "cart", cart) for cart in ids], missing=None)
    carts = [Cart.from_api(data, data.get("cartId") in listed) for data in answered if data is not None]
    return sorted(carts, key=lambda cart: (not cart.read_only, cart.id))


def _cart_id(value: Any) -> str:
    return text(value, "cartId", "cart") if isinstance(value, dict) and "cartId" in value else ""


def _subsidiary(read: Reader, offer: Offer, last: Optional[OrderWorld]) -> str:
    if offer.subsidiary:
        return offer.subsidiary.upper()
    if last is not None and last.subsidiary:
        return last.subsidiary
    return text(read.get("me"), "ovhSubsidiary", "account")


def _price(read: Reader, cart: Cart) -> Tuple[float, str]:
    summary = read.get("order", "cart", cart.id, "summary")
    price = (summary.get("prices") or {}).get("withTax") or {}
    return float(price.get("value") or 0), str(price.get("text") or "")


def _orders_of(
    read: Reader, cart: Cart, offer: Offer, answers: Sequence[Answer], named: FrozenSet[str]
) -> Tuple[Order, ...]:
    """The order of this cart, where this run's checkout said it; else those that it may have become."""
    checkout = ("order", "cart", cart.id, "checkout")
    told = [one.value for one in answers if one.definite and one.call.path == checkout]
    if told:
        return (read_order(read, number(told[0], "orderId", "order"), offer.plan_code),)
    candidates = recent_orders(read, cart.expire, offer.plan_code)
    found = [read_order(read, one, offer.plan_code) for one in candidates]
    free = [order for order in found if order.service_name not in named]
    return tuple([order for order in free if order.status not in CANCELLED] or free)


def left_over_cart(answers: Sequence[Answer]) -> Optional[str]:
    """A cart that this run made or worked on, and has not tried to remove yet."""
    carts = [one.call.path[2] for one in answers if one.call.path[:2] == ("order", "cart") and len(one.call.path) > 2]
    removed = {one.call.path[2] for one in answers if one.call.method == "DELETE" and len(one.call.path) == 3}
    return next((cart for cart in _made_carts(answers) + carts if cart not in removed), None)


def _made_carts(answers: Sequence[Answer]) -> List[str]:
    return [_cart_id(one.value) for one in answers if one.call.path == ("order", "cart") and one.definite]


def tidy_up_call(cart: str) -> Call:
    """A cart that stays would be taken for the order of a new vRack of that name, should this one be ended soon."""
    doing = f"remove cart {cart}, which is no longer needed"
    return Call("DELETE", ("order", "cart", cart), doing, preparatory=True)
