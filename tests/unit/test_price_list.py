# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of a plan's prices counts. What is in doubt has no known price, and is not counted as zero."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._prices.price_list import PriceList


def pricing(price: Any = 5, unit: str = "hour", **more: Any) -> dict[str, Any]:
    plain = {"interval": 1, "mode": "default", "commitment": 0, "capacities": ["consumption"], "quantity": {"min": 1}}
    return {"price": price, "intervalUnit": unit, **plain, **more}


def known(*pricings: Any) -> tuple[int | None, int | None]:
    """By the hour and by the month."""
    catalogue = {"locale": {"currencyCode": "EUR"}, "addons": [{"planCode": "p", "pricings": list(pricings)}]}
    found = PriceList.from_api(catalogue)
    return found.by_hour.get("p"), found.by_month.get("p")


@pytest.mark.parametrize(
    ("pricings", "found"),
    [
        ([pricing()], (5, None)),
        ([pricing(0)], (0, None)),
        ([pricing(), pricing(700, "month", capacities=["renew"])], (5, 700)),
        ([pricing(700, "month")], (None, 700)),
        ([pricing(700, "month", capacities=["installation"])], (None, None)),
        ([pricing(2, commitment=12, mode="savingsplan"), pricing()], (5, None)),
        ([pricing(2, mode="upfront12"), pricing()], (5, None)),
        ([pricing(5), pricing(4, quantity={"min": 10})], (5, None)),
        ([pricing(0), pricing(4, quantity={"min": 10})], (None, None)),
        ([pricing(5), pricing(4)], (None, None)),
        ([pricing(4, quantity={"min": 10})], (None, None)),
        ([pricing(5, quantity=None)], (5, None)),
        ([pricing(5, interval=2)], (None, None)),
        ([pricing(5, unit="day")], (None, None)),
        ([pricing(None)], (None, None)),
        ([pricing("5")], (None, None)),
        ([pricing(True)], (None, None)),
        ([pricing(-5)], (None, None)),
        ([pricing(5.5)], (None, None)),
        ([pricing(capacities=None), pricing(capacities=[None]), None, "x"], (None, None)),
        ([], (None, None)),
    ],
)
def test_the_price_that_counts(pricings: list[Any], found: tuple[int | None, int | None]) -> None:
    assert known(*pricings) == found
