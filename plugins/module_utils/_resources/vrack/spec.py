# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A vRack as asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional

from ..._engine.model import Secret
from ..._messages import error
from .order import Offer


@dataclass(frozen=True)
class VrackSpec:
    """A vRack as asked for. The order's options matter only when one has to be ordered."""

    state: str
    name: Optional[str] = None
    service_name: Optional[str] = None
    description: Optional[str] = None
    adopt_from: Optional[str] = None
    offer: Offer = field(default_factory=Offer)
    termination_token: Any = None


def to_spec(item: Mapping[str, Any]) -> VrackSpec:
    if not item["name"] and not item["service_name"]:
        raise error("option_needed", option="name or service_name", when="to find the vRack")
    return VrackSpec(
        state=item["state"],
        name=item["name"] or None,
        service_name=item["service_name"] or None,
        description=item["description"],
        adopt_from=item["adopt_from"] or None,
        offer=Offer(item["plan_code"], item["duration"], item["pricing_mode"], item["subsidiary"] or None),
        termination_token=Secret(item["termination_token"]) if item["termination_token"] else None,
    )
