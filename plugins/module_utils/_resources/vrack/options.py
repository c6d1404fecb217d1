# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a vRack: the options of an item, and how one becomes a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from ..._messages import error
from ..._shared.given import text_given
from ..._shared.resource import STATE_OPTION, Resource

if TYPE_CHECKING:
    from ..._engine.model import Kind
    from .spec import VrackSpec

OPTIONS = {
    "name": {"type": "str"},
    "service_name": {"type": "str"},
    "description": {"type": "str"},
    "adopt_from": {"type": "str"},
    "subsidiary": {"type": "str"},
    "duration": {"type": "str", "default": "P1M"},
    "pricing_mode": {"type": "str", "default": "default"},
    "plan_code": {"type": "str", "default": "vrack"},
    "termination_token": {"type": "str", "no_log": True},
    "state": STATE_OPTION,
}

OFFER = ("plan_code", "duration", "pricing_mode", "subsidiary")


def to_spec(item: Mapping[str, Any]) -> VrackSpec:
    from ..._engine.secret import Secret
    from ..._shared.lookup import normalised
    from .offer import Offer
    from .spec import VrackSpec

    name, service_name = text_given(item, "name"), text_given(item, "service_name")
    if not name and not service_name:
        raise error("option_needed", option="name or service_name", when="to find the vRack")
    offer = {option: text_given(item, option) for option in OFFER}
    return VrackSpec(
        state=item["state"],
        name=name,
        service_name=normalised(service_name) if service_name else None,
        description=item["description"],
        adopt_from=text_given(item, "adopt_from"),
        offer=Offer(**{option: value for option, value in offer.items() if value}),
        termination_token=Secret(item["termination_token"]) if item["termination_token"] else None,
    )


def load() -> Kind:
    from .kind import VrackKind

    return VrackKind()


RESOURCE = Resource(load, "vrack", "vracks", ("name", "service_name"), OPTIONS, to_spec, listed=False)
