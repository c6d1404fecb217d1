# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/order/cart: from the empty cart to the checkout."""

from __future__ import annotations

from datetime import datetime

from simulator.errors import ApiError, bad_request, forbidden, not_found
from simulator.payment import default_method, price, prices
from simulator.routes.order import DETAIL_TYPES, new_order, order_url, pay_if_unpaid, pay_order
from simulator.routing import OTHERS_PASS, route
from simulator.state import Cart, CartItem

A_DAY = 86400
PLAN, DURATION, PRICING_MODE = "vrack", "P1M", "default"


@route("POST", "/order/cart")
def post_cart(call):
    world = call.world
    cart = Cart(
        cart_id=world.uuid(),
        subsidiary=call.body["ovhSubsidiary"],
        description=call.given("description") or "",
        expire=call.given("expire") or world.timestamp(world.now() + A_DAY),
        created=world.now(),
        ends_at=ends_at(world, call.given("expire")),
    )
    world.account.carts[cart.cart_id] = cart
    return cart_view(cart)


@route("GET", "/order/cart")
def list_carts(call):
    """Only carts that were assigned are the account's, and the list may run behind."""
    world, wanted = call.world, call.query.get("description")
    carts = [cart for cart in world.account.carts.values() if cart.assigned and not is_expired(world, cart)]
    listed = [cart for cart in carts if world.now() >= cart.listed_from]
    return world.shuffled(cart.cart_id for cart in listed if wanted in (None, cart.description))


@route("GET", "/order/cart/{cartId}")
def get_cart(call):
    return cart_view(cart_of(call))


@route("PUT", "/order/cart/{cartId}")
def put_cart(call):
    cart = writable_cart(call)
    if call.given("description") is not None:
        cart.description = call.body["description"]
    if call.given("expire") is not None:
        cart.expire = call.body["expire"]
        cart.ends_at = ends_at(call.world, cart.expire)
    return cart_view(cart)


@route("DELETE", "/order/cart/{cartId}")
def delete_cart(call):
    del call.world.account.carts[cart_of(call).cart_id]


@route("POST", "/order/cart/{cartId}/assign")
def assign_cart(call):
    cart = cart_of(call)
    if cart.assigned:
        raise bad_request("This cart is already assigned")
    cart.assigned = True
    cart.listed_from = call.world.now() + call.world.duration("cart_visible_after")


@route("GET", "/order/cart/{cartId}/vrack")
def list_offers(call):
    cart_of(call)
    value = call.world.settings.vrack_price
    offered = {
        "capacities": ["installation", "renew"],
        "description": "Monthly fees",
        "duration": DURATION,
        "interval": 1,
        "maximumQuantity": 1,
        "maximumRepeat": None,
        "minimumQuantity": 1,
        "minimumRepeat": 1,
        "price": price(call.world, value),
        "priceInUcents": round(value * 10**8),
        "pricingMode": PRICING_MODE,
        "pricingType": "rental",
    }
    return [{"planCode": PLAN, "productName": "vrack", "productType": "delivery", "prices": [offered]}]


@route("GET", "/order/cart/{cartId}/vrack/options")
def list_options(call):
    """A vRack has none."""
    cart_of(call)
    if call.query["planCode"] != PLAN:
        raise not_found(f"Offer {call.query['planCode']} not found")
    return []


@route("POST", "/order/cart/{cartId}/vrack")
def post_item(call):
    cart, body = writable_cart(call), call.body
    if body["planCode"] != PLAN:
        raise not_found(f"Offer {body['planCode']} not found")
    if body["duration"] != DURATION or body["pricingMode"] != PRICING_MODE:
        raise ApiError(503, "This service is temporarily unavailable", "Server::ServiceUnavailable")
    check_quantity(body["quantity"])
    item = CartItem(
        item_id=call.world.number(9),
        plan_code=body["planCode"],
        duration=body["duration"],
        pricing_mode=body["pricingMode"],
        quantity=body["quantity"],
        price=call.world.settings.vrack_price,
    )
    cart.items[item.item_id] = item
    return item_view(call.world, cart, item)


@route("GET", "/order/cart/{cartId}/item")
def list_items(call):
    return call.world.shuffled(cart_of(call).items)


@route("GET", "/order/cart/{cartId}/item/{itemId}")
def get_item(call):
    return item_view(call.world, cart_of(call), item_of(call))


@route("PUT", "/order/cart/{cartId}/item/{itemId}")
def put_item(call):
    cart, item = writable_cart(call), item_of(call)
    if call.given("duration") not in (None, DURATION):
        raise ApiError(503, "This service is temporarily unavailable", "Server::ServiceUnavailable")
    if call.given("quantity") is not None:
        check_quantity(call.body["quantity"])
        item.quantity = call.body["quantity"]
    return item_view(call.world, cart, item)


@route("DELETE", "/order/cart/{cartId}/item/{itemId}")
def delete_item(call):
    cart = writable_cart(call)
    del cart.items[item_of(call).item_id]


@route("GET", "/order/cart/{cartId}/item/{itemId}/configuration")
def list_configurations(call):
    label, known = call.query.get("label"), item_of(call).configurations
    return call.world.shuffled(id_ for id_, entry in known.items() if label in (None, entry["label"]))


@route("POST", "/order/cart/{cartId}/item/{itemId}/configuration")
def post_configuration(call):
    writable_cart(call)
    id_ = call.world.number(9)
    item_of(call).configurations[id_] = {"label": call.body["label"], "value": call.body["value"]}
    return configuration_view(call, id_)


@route("GET", "/order/cart/{cartId}/item/{itemId}/configuration/{configurationId}")
def get_configuration(call):
    return configuration_view(call, int(call.path["configurationId"]))


@route("DELETE", "/order/cart/{cartId}/item/{itemId}/configuration/{configurationId}")
def delete_configuration(call):
    writable_cart(call)
    id_ = int(call.path["configurationId"])
    configuration_view(call, id_)
    del item_of(call).configurations[id_]


@route("GET", "/order/cart/{cartId}/item/{itemId}/requiredConfiguration")
def list_required_configurations(call):
    """A vRack has none."""
    item_of(call)
    return []


@route("GET", "/order/cart/{cartId}/coupon")
def list_coupons(call):
    return cart_of(call).coupons


@route("POST", "/order/cart/{cartId}/coupon")
def post_coupon(call):
    cart = writable_cart(call)
    cart.coupons.append(call.body["coupon"])
    return cart.coupons


@route("DELETE", "/order/cart/{cartId}/coupon")
def delete_coupon(call):
    cart = writable_cart(call)
    if call.query["coupon"] not in cart.coupons:
        raise not_found(f"Coupon {call.query['coupon']} not found")
    cart.coupons.remove(call.query["coupon"])


@route("GET", "/order/cart/{cartId}/summary")
def get_summary(call):
    return form(call.world, cart_of(call))


@route("GET", "/order/cart/{cartId}/checkout")
def dry_run(call):
    return form(call.world, cart_to_check_out(call))


@route("POST", "/order/cart/{cartId}/checkout")
def checkout(call):
    world, cart = call.world, cart_to_check_out(call)
    yield OTHERS_PASS
    cart.read_only = True
    order = new_order(world, cart)
    if call.given("autoPayWithPreferredPaymentMethod") and default_method(world):
        pay_order(world, order, default_method(world).type)
    if world.settings.order_pays_itself is not None:
        world.after(world.settings.order_pays_itself, pay_if_unpaid, world, order)
    return {**form(world, cart), "orderId": order.order_id, "url": order_url(order)}


def cart_to_check_out(call):
    cart = cart_of(call)
    if not cart.assigned:
        raise forbidden("You are not allowed")
    if cart.read_only:
        raise bad_request("This cart has already been ordered")
    if not cart.items:
        raise bad_request("This cart is empty")
    return cart


def cart_of(call):
    cart = call.world.account.carts.get(call.path["cartId"])
    if cart is None or is_expired(call.world, cart):
        raise not_found(f"The requested object (cartId = {call.path['cartId']}) does not exist")
    return cart


def is_expired(world, cart):
    return cart.ends_at <= world.clock.unhurried()


def ends_at(world, expire):
    """Carts live in their client's time, however fast the world's runs."""
    lifetime = A_DAY if expire is None else datetime.fromisoformat(expire).timestamp() - world.clock.auth_now()
    return world.clock.unhurried() + lifetime


def writable_cart(call):
    cart = cart_of(call)
    if cart.read_only:
        raise bad_request("This cart is read only")
    return cart


def item_of(call):
    item = cart_of(call).items.get(int(call.path["itemId"]))
    if item is None:
        raise not_found(f"The requested object (itemId = {call.path['itemId']}) does not exist")
    return item


def check_quantity(quantity):
    if quantity != 1:
        raise bad_request(f"Invalid quantity {quantity}: between 1 and 1")


def cart_view(cart):
    return {
        "cartId": cart.cart_id,
        "description": cart.description,
        "expire": cart.expire,
        "items": list(cart.items),
        "readOnly": cart.read_only,
    }


def item_view(world, cart, item):
    labels = ("TOTAL", "FEE", "RENEW", "PRICE")
    return {
        "cartId": cart.cart_id,
        "itemId": item.item_id,
        "productId": "vrack",
        "offerId": None,
        "parentItemId": None,
        "duration": item.duration,
        "settings": {"planCode": item.plan_code, "pricingMode": item.pricing_mode, "quantity": item.quantity},
        "configurations": list(item.configurations),
        "options": [],
        "prices": [
            {"label": label, "price": price(world, 0 if label == "FEE" else item.price), "promotions": []}
            for label in labels
        ],
    }


def configuration_view(call, id_):
    known = item_of(call).configurations
    if id_ not in known:
        raise not_found(f"The requested object (configurationId = {id_}) does not exist")
    return {"id": id_, **known[id_]}


def form(world, cart):
    """The order form: of the summary, the dry run and the real checkout."""
    total = sum(item.price * item.quantity for item in cart.items.values())
    return {
        "orderId": None,
        "url": None,
        "prices": {**prices(world, total), "originalWithoutTax": price(world, total), "reduction": price(world, 0)},
        "details": [detail(world, item, detail_type) for item in cart.items.values() for detail_type in DETAIL_TYPES],
        "contracts": [{"name": "made-up conditions", "url": "https://example.org/contract.pdf", "content": "…"}],
    }


def detail(world, item, detail_type):
    value = item.price if detail_type == "DURATION" else 0
    return {
        "cartItemID": item.item_id,
        "description": "vRack",
        "detailType": detail_type,
        "domain": "*001",
        "quantity": item.quantity,
        "unitPrice": price(world, value),
        "totalPrice": price(world, value * item.quantity),
        "originalTotalPrice": price(world, value * item.quantity),
        "reductionTotalPrice": price(world, 0),
        "reductions": [],
    }
