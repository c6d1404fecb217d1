# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/me/payment: the registered payment methods."""

from __future__ import annotations

from simulator.errors import not_found
from simulator.makers import maker
from simulator.payment import payment_methods
from simulator.routing import route
from simulator.state import PaymentMethod


@route("GET", "/me/payment/method")
def list_methods(call):
    methods = payment_methods(call.world).values()
    default, kind = call.query.get("default"), call.query.get("paymentType")
    if default is not None:
        methods = [method for method in methods if method.default == (default.lower() in ("true", "1"))]
    if kind is not None:
        methods = [method for method in methods if method.type == kind]
    if call.query.get("status", "VALID") != "VALID":
        methods = []
    return call.world.shuffled(method.id for method in methods)


@route("GET", "/me/payment/method/{paymentMethodId}")
def get_method(call):
    method = payment_methods(call.world).get(int(call.path["paymentMethodId"]))
    if method is None:
        raise not_found("The requested object (paymentMethodId) does not exist")
    unset = (
        "billingContactId formSessionId integration label lastUpdate merchantId oneclick paymentMeanId paymentSubType"
    )
    return {
        **dict.fromkeys(unset.split()),
        "icon": {"data": None, "name": None, "url": None},
        "paymentMethodId": method.id,
        "paymentType": method.type,
        "default": method.default,
        "description": None,
        "status": "VALID",
        "creationDate": call.world.timestamp(method.created),
        "expirationDate": None,
    }


@maker("payment_method")
def make_payment_method(world, kind="CREDIT_CARD", default=False):
    method = PaymentMethod(world.number(6), kind, default, world.now())
    world.account.payment_methods[method.id] = method
    return method
