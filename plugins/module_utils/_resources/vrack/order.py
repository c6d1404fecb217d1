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
from dataclasses import dataclass, field, replace
from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..._engine.errors import Forbidden
from ..._engine.model import Answer, Blocked, Call, Reader, Step, Underway
from ..._messages import error
from ..._shared.answers import listed, listed_numbers, number, objects, text
from ..._shared.entries import entries
from .cart import Cart, count_orders_of_others, left_over_cart, made_carts, marker, read_carts, tidy_up_call
from .contents import contents_beside_projects
from .delivery import CANCELLED, ORDERS, KnownOrders, Order, days_before, read_order, recent_orders
from .offer import Offer

PRODUCT = "vrack"
"""The route of a cart that has the offers of vRacks, whatever their plan is called."""

TAKE_OVER_AFTER = 30.0
"""Seconds after which another job's cart that does not move is taken over: by the run with the next cart, and by each
later one after as many seconds more, for none may check it out while another does. With up to half of it by chance, for
runs that have no cart."""

LAST_TURN = 4
"""No run waits for more turns than so many, however many carts there are."""

SETTLE = 15.0
"""Seconds in which what somebody else has begun may still show: an order that gets paid, a rival run's checkout."""

LOOK_BACK = 30
"""Days in which an order counts that has brought, or may yet bring, a vRack which nobody has named."""

FREE_MEANS = ("fidelityAccount", "ovhAccount")


@dataclass(frozen=True)
class OrderWorld:
    """How far the order has come.

    offers: what an empty cart was offered, also after it has been removed.
    price: what the cart comes to, None where that isn't said.
    orders: the one that the cart became or, while that isn't known, all that it may be.
    told: whether the answer to this run's checkout said which.
    before: orders that were there while the cart was still open, and so are not what it became.
    strays: orders that no cart explains, and whose vRack, if there is one already, nobody has named.
    stray_is_free: whether all that such a vRack might hold could be read.
    since: how far back orders are looked at.
    others: how many carts for vRacks of other names have become orders.
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
    told: bool = False
    before: FrozenSet[int] = frozenset()
    strays: Tuple[Order, ...] = ()
    stray_is_free: bool = False
    since: str = ""
    others: int = 0
    known: KnownOrders = field(default_factory=KnownOrders)
    payment_method: Optional[int] = None
    free_means: Tuple[str, ...] = FREE_MEANS[:1]
    contested: bool = False
    moved_at: float = 0.0
    patience: float = 0.0
    chance: float = 0.0

    @property
    def order(self) -> Optional[Order]:
        """What the cart became. While another run's order is on its way too, a single one to be seen may be that."""
        sure = self.told or not self.others or self.settled(TAKE_OVER_AFTER * 2)
        return self.orders[0] if len(self.orders) == 1 and sure else None

    @property
    def followed(self) -> bool:
        """Whether the order of this run's checkout is on its way, so that it alone is what comes next."""
        sure = self.told and self.cart is not None and self.cart.read_only
        return sure and self.order is not None and not self.order.over

    @property
    def stray(self) -> Optional[Order]:
        """The one order that can only be what an earlier run has made, whose cart has gone since."""
        alone = len(self.strays) == 1 and not self.others
        return self.strays[0] if alone and self.settled(SETTLE) else None

    @property
    def delivered(self) -> Optional[str]:
        if self.order:
            return self.order.service_name
        return self.stray.service_name if self.stray and self.stray_is_free else None

    def settled(self, seconds: float) -> bool:
        return self.now - self.moved_at >= seconds

    def mine(self) -> bool:
        """Whether this run made the cart, or has begun to work on it."""
        cart = self.cart.id if self.cart else ""
        return cart in made_carts(self.answers) or any(cart in one.call.path for one in self.answers)


def begin_to_order(read: Reader, offer: Offer) -> None:
    """What a cart needs to know, once it is certain that there is no vRack yet."""
    if not offer.subsidiary:
        read.ahead(("me",))


def begin_to_read(read: Reader, last: OrderWorld, answers: Sequence[Answer]) -> None:
    """What the next look will ask for of an order that is being made by this run, while the vRacks are read."""
    checkouts = [one for one in answers if one.call.path[3:] == ("checkout",)]
    if last.since and not checkouts and not (last.cart and last.cart.read_only):
        read.ahead(ORDERS, query={"date.from": last.since})
    for one in checkouts:
        if one.definite and last.order is None:
            read.ahead((*ORDERS, str(number(one.value, "orderId", "order")), "status"))


def _begin_to_read_cart(read: Reader, last: Optional[OrderWorld], answers: Sequence[Answer]) -> None:
    """This run's own cart and, where that seems to be the one that counts, what it is offered, or comes to."""
    done = {one.call.path for one in answers if one.definite}
    for cart in made_carts(answers)[-1:]:
        path = ("order", "cart", cart)
        read.ahead(path)
        counts = last is None or last.cart is None or last.cart.id == cart
        if counts and path + ("checkout",) not in done:
            read.ahead(path + ("summary" if path + (PRODUCT,) in done else PRODUCT,))


def _ordered_cart(last: Optional[OrderWorld], answers: Sequence[Answer]) -> Optional[Cart]:
    """The cart that has become an order, as far as this run knows for sure: nothing about it changes any more."""
    if last is None or last.cart is None:
        return None
    cart = last.cart
    if last.order is not None:
        return cart
    checkout = ("order", "cart", cart.id, "checkout")
    done = any(one.definite and one.call.path == checkout for one in answers)
    return replace(cart, read_only=True) if done else None


def observe_order(
    read: Reader,
    name: str,
    offer: Offer,
    last: Optional[OrderWorld],
    answers: Sequence[Answer],
    taken: FrozenSet[str],
    free: FrozenSet[str],
) -> OrderWorld:
    """Read how far it has come: the cart, and only what its next step depends on.

    taken: the vRacks that have a name, which no order of ours can have brought just now. free: those that have none,
    and hold no project. Both were read before the carts: a run removes its cart after it has named its vRack.
    """
    ordered = _ordered_cart(last, answers)
    if ordered is None:
        _begin_to_read_cart(read, last, answers)
    known: Dict[str, Any] = {"name": name, "offer": offer, "now": read.now(), "answers": tuple(answers)}
    carts = [ordered] if ordered is not None else read_carts(read, name, answers)
    cart = known["cart"] = carts[0] if carts else None
    known["known"] = last.known if last is not None else KnownOrders()
    known["since"] = last.since if last is not None else ""
    known["before"] = last.before if last is not None else frozenset()
    if last is not None and cart is not None and not cart.read_only:
        known["before"] = frozenset(last.known.plans)
    known["offers"] = last.offers if last is not None else None
    known["contested"] = len(carts) > 1 or (last is not None and last.contested)
    if cart is None:
        known["subsidiary"] = _subsidiary(read, offer, last)
    elif cart.read_only:
        known.update(_orders_of(read, cart, known, taken))
        known.update(_payment(read, known["orders"], answers))
    elif not cart.items:
        known["offers"] = entries(read.get("order", "cart", cart.id, PRODUCT), "offers", "offer", _with_prices)
    elif len(cart.items) == 1:
        known["price"] = _price(read, cart)
    if cart is not None and not cart.read_only:
        known["since"] = known["since"] or days_before(cart.expire, LOOK_BACK)
    if known["since"] and not (cart is not None and cart.read_only):
        known.update(_strays(read, known, free))
    now = (cart, known.get("orders", ()), known.get("strays", ()))
    moved = last is None or (last.cart, last.orders, last.strays) != now
    known["moved_at"] = known["now"] if moved or last is None else last.moved_at
    chance = TAKE_OVER_AFTER * random.uniform(0.0, 0.5) if moved or last is None else last.chance
    known["chance"] = chance
    turn = turn_of([one.id for one in carts if one is not None], made_carts(answers))
    known["patience"] = TAKE_OVER_AFTER * turn + chance
    return OrderWorld(**known)


def turn_of(carts: Sequence[str], made: Sequence[str]) -> int:
    """When a run may take the first of these carts over: after the runs that made the ones between it and its own."""
    return min([*(carts.index(one) for one in made if one in carts), len(carts), LAST_TURN])


def next_order_step(world: OrderWorld) -> Step:
    """The one call that comes next."""
    cart = world.cart
    if cart is None:
        if world.offers is not None:
            _check_strays(world)
            _check_offer(world)
        body = {"ovhSubsidiary": world.subsidiary, "description": marker(world.name)}
        return [Call("POST", ("order", "cart"), "open a cart for the vRack", body, preparatory=True)]
    if cart.read_only:
        return _after_checkout(world, cart)
    if not world.mine() and world.now - world.moved_at < world.patience:
        return Blocked(f"another run is ordering this vRack (cart {cart.id})")
    if len(world.strays) > world.others:
        return _beside_a_stray(world, cart)
    return _before_checkout(world, cart)


def _beside_a_stray(world: OrderWorld, cart: Cart) -> Step:
    """An order that no cart explains is what an earlier run made, or a person: another one is not made beside it."""
    if not world.settled(SETTLE):
        return Blocked("an order of a vRack is there already: looking whose it is")
    stray = world.stray
    if stray is not None and not stray.over and stray.status not in ("notPaid", "documentsRequested"):
        return Underway(f"order {stray.id} is '{stray.status}'", {"order_id": stray.id, "order_status": stray.status})
    if left_over_cart(world.answers) == cart.id:
        return [tidy_up_call(cart.id)]
    _check_strays(world)
    return Blocked("looking for the order")


def _check_strays(world: OrderWorld) -> None:
    if len(world.strays) > world.others:
        shown = [f"{one.id} ({', '.join(filter(None, (one.status, one.service_name)))})" for one in world.strays]
        raise error("order_stray", orders=", ".join(shown), days=LOOK_BACK)


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
    if world.price is None:
        raise error("order_price_unknown", cart=cart.id)
    value, shown = world.price
    if value != 0:
        raise error("order_price", price=shown, cart=cart.id)
    if not cart.shown:
        return Blocked(f"the account's list of carts to show cart {cart.id}, for other runs look there")
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


def _offered(world: OrderWorld) -> List[Tuple[Any, Any, Any, Any]]:
    return [
        (offer.get("planCode"), price.get("duration"), price.get("pricingMode"), price.get("price"))
        for offer in world.offers or ()
        for price in offer["prices"]
    ]


def _with_prices(offer: Any) -> List[Dict[str, Any]]:
    prices = objects(offer, "prices", "offer")
    return [{**offer, "prices": prices}]


def _fitting(world: OrderWorld) -> List[Tuple[Any, Any, Any, Any]]:
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
    price = _amount(fitting[0][3])
    cart = world.cart.id if world.cart else ""
    if price is None:
        raise error("order_price_unknown", cart=cart)
    if price[0] != 0:
        raise error("order_price", price=price[1], cart=cart)


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
    doing = f"pay order {order.id} (0.00), which is '{order.status}'"
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
    methods = listed_numbers(read.get("me", "payment", "method", query={"default": "true"}), "payment methods")
    known: Dict[str, Any] = {"payment_method": methods[0] if methods else None}
    if _refused_payments(orders, answers):
        path = ("me", "order", str(orders[0].id), "availableRegisteredPaymentMean")
        offered = listed(read.get(*path), "payment means")
        means = [entry.get("paymentMean") for entry in offered]
        known["free_means"] = tuple(mean for mean in FREE_MEANS if mean == FREE_MEANS[0] or mean in means)
    return known


def _subsidiary(read: Reader, offer: Offer, last: Optional[OrderWorld]) -> str:
    if offer.subsidiary:
        return offer.subsidiary.upper()
    if last is not None and last.subsidiary:
        return last.subsidiary
    return text(read.get("me"), "ovhSubsidiary", "account")


def _price(read: Reader, cart: Cart) -> Optional[Tuple[float, str]]:
    summary = read.get("order", "cart", cart.id, "summary")
    prices = summary.get("prices") if isinstance(summary, Mapping) else None
    return _amount(prices.get("withTax") if isinstance(prices, Mapping) else None)


def _amount(price: Any) -> Optional[Tuple[float, str]]:
    """A price and how it is written. None where it isn't said: that is not free of charge."""
    value = price.get("value") if isinstance(price, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value), str(price.get("text") or value)


def _orders_of(read: Reader, cart: Cart, known: Dict[str, Any], taken: FrozenSet[str]) -> Dict[str, Any]:
    """The order of this cart, where this run's checkout said it; else those that it may have become."""
    plan = known["offer"].plan_code
    checkout = ("order", "cart", cart.id, "checkout")
    told = [one.value for one in known["answers"] if one.definite and one.call.path == checkout]
    if told:
        return {"told": True, "orders": (read_order(read, number(told[0], "orderId", "order"), plan),)}
    found, remembered = recent_orders(read, days_before(cart.expire, 0), plan, known["known"])
    free = [order for order in found if order.service_name not in taken and order.id not in known["before"]]
    orders = tuple([order for order in free if order.status not in CANCELLED] or free)
    return {"orders": orders, "known": remembered, "others": count_orders_of_others(read, known["name"])}


def _strays(read: Reader, known: Dict[str, Any], free: FrozenSet[str]) -> Dict[str, Any]:
    """Orders whose cart has expired: those that are under way, and those whose vRack nobody has named or uses."""
    found, remembered = recent_orders(read, known["since"], known["offer"].plan_code, known["known"])
    unnamed = [one for one in found if one.status not in CANCELLED and one.service_name in {None, *free}]
    contents = {one: contents_beside_projects(read, one.service_name) for one in unnamed if one.service_name}
    strays = tuple(one for one in unnamed if not contents.get(one, ((), True))[0])
    others = count_orders_of_others(read, known["name"]) if strays else 0
    whole = all(contents.get(one, ((), True))[1] for one in strays)
    return {"strays": strays, "stray_is_free": whole, "known": remembered, "others": others}
