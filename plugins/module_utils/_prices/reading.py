# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The prices of the account's subsidiary, from the file of the day or from the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from .._engine.model import Reader
from .._shared.answers import text
from .keeping import file_for, keep, kept
from .price_list import PriceList

if TYPE_CHECKING:
    from .._api.client import Client

PATH = "/order/catalog/public/cloud"


def read_prices(client: Client, read: Reader, subsidiary: Optional[str] = None) -> PriceList:
    """subsidiary: the account's own (GET /me) where it is left out. Raises VrackError where they can't be read."""
    wanted = subsidiary or text(read.get("me"), "ovhSubsidiary", "account")
    file = file_for(client.credentials.endpoint, wanted.upper())
    known = kept(file)
    if known is None:
        known = PriceList.from_api(client.read_openly(PATH, {"ovhSubsidiary": wanted.upper()}))
        keep(file, known)
    return known
