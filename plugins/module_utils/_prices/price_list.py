# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OVHcloud's public catalogue (GET /order/catalog/public/cloud): what each plan costs, in micro-cents before tax."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Dict, Iterator, Optional

from .._shared.answers import objects, optional_text, section, text

HOUR, MONTH = "hour", "month"
BILLED = {HOUR: {"consumption"}, MONTH: {"renew", "consumption"}}
"""What a price is asked for, by the time that it is for. Of those by the month both were seen."""


@dataclass(frozen=True)
class PriceList:
    """by_hour, by_month: micro-cents by plan code. A plan that is in neither has no known price."""

    currency: str
    by_hour: Mapping[str, int]
    by_month: Mapping[str, int]

    @staticmethod
    def from_api(data: Any) -> PriceList:
        addons = objects(data, "addons", "catalogue")
        return PriceList(
            currency=text(section(data, "locale", "catalogue"), "currencyCode", "catalogue"),
            by_hour=dict(_prices(addons, HOUR)),
            by_month=dict(_prices(addons, MONTH)),
        )


def _prices(addons: Any, unit: str) -> Iterator[Any]:
    for addon in addons:
        code, price = optional_text(addon, "planCode", "addon"), _price(addon.get("pricings"), unit)
        if code and price is not None:
            yield code, price


def _price(pricings: Any, unit: str) -> Optional[int]:
    """Of one that commits himself to nothing and takes one. None where there is none, or more than one.

    Several are steps by the number taken. That the first ones are given away says nothing of who has some already.
    """
    steps = [one for one in pricings if _is_meant(one, unit)] if isinstance(pricings, list) else []
    first = [one.get("price") for one in steps if _begins_with(one) in (None, 0, 1)]
    given_away = first == [0] and len(steps) > 1
    return first[0] if len(first) == 1 and _is_amount(first[0]) and not given_away else None


def _is_amount(price: Any) -> bool:
    return isinstance(price, int) and not isinstance(price, bool) and price >= 0


def _is_meant(pricing: Any, unit: str) -> bool:
    if not isinstance(pricing, Mapping) or pricing.get("commitment"):
        return False
    capacities = pricing.get("capacities")
    return (
        (pricing.get("intervalUnit"), pricing.get("interval"), pricing.get("mode")) == (unit, 1, "default")
        and isinstance(capacities, list)
        and any(one in BILLED[unit] for one in capacities if isinstance(one, str))
    )


def _begins_with(pricing: Mapping[str, Any]) -> Any:
    """How many one takes at least for this price."""
    quantity = pricing.get("quantity")
    return quantity.get("min") if isinstance(quantity, Mapping) else None


def to_data(prices: PriceList) -> Dict[str, Any]:
    """As JSON keeps it."""
    return {"currency": prices.currency, "by_hour": dict(prices.by_hour), "by_month": dict(prices.by_month)}


def from_data(data: Any) -> PriceList:
    """The same back. Raises ValueError where it is something else."""
    try:
        found = PriceList(str(data["currency"]), dict(data["by_hour"]), dict(data["by_month"]))
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError("no list of prices") from problem
    if not all(_is_amount(price) for price in (*found.by_hour.values(), *found.by_month.values())):
        raise ValueError("no list of prices")
    return found
