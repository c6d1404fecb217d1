# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OVHcloud asks for its flavors: the public catalogue, in micro-cents.

The prices of b2-7 and b3-8 are published ones; all others, and those by the month but b2-7's, are made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator import catalog

_PUBLISHED = {
    "b2-7.consumption": 6_810_000,
    "b2-7.monthly.postpaid": 2_420_000_000,
    "b3-8.consumption": 5_120_000,
    "b3-8.consumption.3AZ": 6_400_000,
}
_A_CORE_AND_HOUR = 2_600_000
_HOURS = 730
WITHOUT_PRICE = "c2-7"
"""A flavor that can be had and that the catalogue does not know."""
_CURRENCIES = {"CZ": "CZK", "GB": "GBP", "MA": "MAD", "PL": "PLN", "SN": "XOF", "TN": "TND"}
_TAX = 20


def as_json(subsidiary: str) -> dict[str, Any]:
    prices = _prices()
    addons = [_addon(code, flavor, price) for code, (flavor, price) in prices.items()]
    families = [{"name": "instance", "addons": sorted(prices), "default": None, "exclusive": False, "mandatory": False}]
    project = _plan("project.2018", "Public Cloud Project", "cloud", families, [_pricing("month", ["renew"], 0)])
    return {
        "catalogId": 1234,
        "locale": {
            "currencyCode": _CURRENCIES.get(subsidiary, "EUR"),
            "subsidiary": subsidiary,
            "taxRate": float(_TAX),
        },
        "planFamilies": [],
        "plans": [project],
        "addons": addons,
        "products": [],
    }


def _prices() -> dict[str, tuple[dict[str, Any], int]]:
    """Every plan code that a flavor names, with the flavor and the price."""
    flavors = [flavor for name in catalog.REGIONS for flavor in catalog.flavors(name)]
    return {code: (flavor, price) for flavor in flavors for code, price in _of(flavor)}


def _of(flavor: dict[str, Any]) -> Iterator[tuple[str, int]]:
    if flavor["name"] == WITHOUT_PRICE:
        return
    hour = flavor["vcpus"] * _A_CORE_AND_HOUR
    plans = flavor["planCodes"]
    made_up = ((plans["hourly"], hour), (plans["monthly"], hour * _HOURS // 2), (plans["license"], hour // 2))
    yield from ((code, _PUBLISHED.get(code, price)) for code, price in made_up if code)


def _addon(code: str, flavor: dict[str, Any], price: int) -> dict[str, Any]:
    """With a cheaper price for who commits himself, which stands first."""
    unit, capacity = ("month", "renew") if ".monthly." in code else ("hour", "consumption")
    pricings = [
        _pricing(unit, [capacity], price // 2, commitment=12, mode="savingsplan"),
        _pricing(unit, [capacity], price),
    ]
    return _plan(code, flavor["name"], "publiccloud-instance", [], pricings)


def _plan(code: str, name: str, product: str, families: list[Any], pricings: list[Any]) -> dict[str, Any]:
    return {
        "addonFamilies": families,
        "blobs": None,
        "configurations": [],
        "consumptionConfiguration": None,
        "family": None,
        "invoiceName": name,
        "planCode": code,
        "pricingType": "rental",
        "pricings": pricings,
        "product": product,
    }


def _pricing(
    unit: str, capacities: list[str], price: int, commitment: int = 0, mode: str = "default"
) -> dict[str, Any]:
    return {
        "capacities": capacities,
        "commitment": commitment,
        "description": "",
        "engagementConfiguration": None,
        "interval": 1,
        "intervalUnit": unit,
        "mode": mode,
        "mustBeCompleted": False,
        "phase": 1,
        "price": price,
        "promotions": [],
        "quantity": {"min": 1, "max": None},
        "repeat": {"min": 1, "max": None},
        "strategy": "tiered",
        "tax": price * _TAX // 100,
        "type": "rental",
    }
