# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Payment methods of the account, and prices."""

from __future__ import annotations

from simulator.state import PaymentMethod

DEFAULT_METHOD_ID = 700042
TAX = 0.2


def payment_methods(world):
    """The methods by id, with the default one that the settings may add."""
    methods = dict(world.account.payment_methods)
    if world.settings.default_payment_method:
        kind = world.settings.default_payment_method
        methods[DEFAULT_METHOD_ID] = PaymentMethod(DEFAULT_METHOD_ID, kind, True, world.now())
    return methods


def default_method(world):
    return next((method for method in payment_methods(world).values() if method.default), None)


def price(world, value):
    currency, micro = world.account.currency, round(value * 10**8)
    return {"currencyCode": currency, "text": f"{value:.2f} €", "value": value, "priceInUcents": micro}


def prices(world, value):
    """Without tax, the tax, and both, under the names that orders use."""
    tax = round(value * TAX, 2)
    return {
        "withoutTax": price(world, value),
        "tax": price(world, tax),
        "withTax": price(world, round(value + tax, 2)),
    }
