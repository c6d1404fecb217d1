# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Amounts of money, in whole micro-cents: a hundred million make one of the currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Iterable, Optional

from .._shared.catalog import Flavor
from .price_list import PriceList

HOURS_OF_A_MONTH = 730
UNIT = Decimal(100_000_000)


@dataclass(frozen=True)
class Cost:
    """Of something that runs, in micro-cents. by_hour is 0 for what is billed by the month."""

    by_hour: int
    by_month: int

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.by_hour + other.by_hour, self.by_month + other.by_month)


NOTHING = Cost(0, 0)


def cost_of(flavor: Flavor, billing: Optional[str], prices: PriceList) -> Optional[Cost]:
    """Of an instance of the flavor, with its licence. None where a part of it has no known price."""
    plan = flavor.monthly_plan if billing == "monthly" else flavor.hourly_plan
    own, licence = _price(plan, prices), _price(flavor.license_plan, prices) if flavor.license_plan else NOTHING
    return None if own is None or licence is None else own + licence


def _price(code: str, prices: PriceList) -> Optional[Cost]:
    if code in prices.by_hour:
        return Cost(prices.by_hour[code], prices.by_hour[code] * HOURS_OF_A_MONTH)
    return Cost(0, prices.by_month[code]) if code in prices.by_month else None


def amount(value: int, places: int) -> str:
    """As a decimal number in the currency's unit, with so many places after the point."""
    return f"{Decimal(value) / UNIT:.{places}f}"


def amount_by_hour(cost: Cost) -> str:
    return amount(cost.by_hour, 4)


def amount_by_month(cost: Cost) -> str:
    return amount(cost.by_month, 2)


def told(cost: Cost, currency: str) -> str:
    """In words, as 0.0512 EUR an hour, 37.38 EUR a month."""
    hourly = f"{amount_by_hour(cost)} {currency} an hour, " if cost.by_hour else ""
    return f"{hourly}{amount_by_month(cost)} {currency} a month"


def total(costs: Iterable[Cost]) -> Cost:
    return sum(costs, NOTHING)
