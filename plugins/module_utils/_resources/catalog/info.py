# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flavors and images that ovh_flavor_info and ovh_image_info find."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from ..._engine.model import Reader
from ..._prices.amounts import amount_by_hour, amount_by_month, cost_of
from ..._prices.price_list import PriceList
from ..._prices.reading import read_prices
from ..._shared.catalog import Flavor, list_flavors, list_images, list_snapshots
from ..._shared.given import text_given
from ..._shared.lookup import is_meant
from ..._shared.project import find_project, region_names


def fetch_flavors(read: Reader, params: Mapping[str, Any], client: Any) -> List[Dict[str, Any]]:
    project = find_project(read, params["project"])
    name, region = text_given(params, "name"), text_given(params, "region")
    if region is not None and region not in region_names(read, project):
        return []
    found = sorted(list_flavors(read, project, region), key=lambda one: (one.region, one.name, one.id))
    meant = [
        one for one in found if is_meant(name, one.name, [one.id]) and params["available"] in (None, one.available)
    ]
    if not params["prices"] or not meant:
        return [one.record() for one in meant]
    prices = read_prices(client, read)
    return [{**one.record(), "prices": _prices(one, prices)} for one in meant]


def _prices(flavor: Flavor, prices: PriceList) -> Dict[str, Optional[str]]:
    hourly, monthly = cost_of(flavor, "hourly", prices), cost_of(flavor, "monthly", prices)
    return {
        "currency": prices.currency,
        "by_hour": amount_by_hour(hourly) if hourly else None,
        "by_month": amount_by_month(monthly) if monthly else None,
    }


def fetch_images(read: Reader, params: Mapping[str, Any]) -> List[Dict[str, Any]]:
    project = find_project(read, params["project"])
    name, region = text_given(params, "name"), text_given(params, "region")
    if region is not None and region not in region_names(read, project):
        return []
    found = list_images(read, project, region) + list_snapshots(read, project, region)
    return [
        one.record()
        for one in sorted(found, key=lambda one: (one.region, one.name, one.id))
        if is_meant(name, one.name, [one.id]) and params["os_type"] in (None, one.os_type)
    ]
