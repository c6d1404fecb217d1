# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of an instance: the options of an item, and how one becomes a spec."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Mapping, Optional

from ..._messages import error
from ..._shared.given import text_given
from ..._shared.resource import PROJECT_OPTION, STATE_OPTION, UNLISTED_OPTION, Resource

if TYPE_CHECKING:
    from ..._engine.model import Kind
    from ..._engine.secret import Secret
    from .spec import InstanceSpec, NetworkWish

NETWORK_OPTIONS = {
    "network": {"type": "str"},
    "public": {"type": "bool", "default": False},
    "ip": {"type": "str"},
}

OPTIONS = {
    "project": PROJECT_OPTION,
    "name": {"type": "str"},
    "region": {"type": "str"},
    "flavor": {"type": "str"},
    "image": {"type": "str"},
    "ssh_key": {"type": "str", "no_log": False},
    "networks": {"type": "list", "elements": "dict", "options": NETWORK_OPTIONS},
    "user_data": {"type": "raw", "no_log": True},
    "billing": {"type": "str", "choices": ["hourly", "monthly"]},
    "availability_zone": {"type": "str"},
    "state": STATE_OPTION,
    "unlisted_regions": UNLISTED_OPTION,
}


def to_spec(item: Mapping[str, Any]) -> InstanceSpec:
    from .spec import InstanceSpec

    given = {option: text_given(item, option) for option in ("flavor", "image", "ssh_key", "availability_zone")}
    name, region = text_given(item, "name"), text_given(item, "region")
    for option, value in (("name", name), ("region", region)):
        if not value:
            raise error("option_needed", option=option, when="to find the instance")
    networks = item["networks"]
    return InstanceSpec(
        state=item["state"],
        project=item["project"],
        name=str(name),
        region=str(region),
        networks=None if networks is None else tuple(to_wish(network) for network in networks),
        user_data=to_user_data(item["user_data"]),
        billing=item["billing"],
        unlisted_regions=item["unlisted_regions"],
        **given,
    ).validated()


def to_user_data(given: Any) -> Optional[Secret]:
    from ..._engine.secret import Secret

    if isinstance(given, (dict, list)):
        return Secret(json.dumps(given)) if given else None
    if given is None or isinstance(given, str):
        return Secret(given) if given and given.strip() else None
    wanted = "text, a mapping or a list"
    raise error("bad_value", option="user_data", value=f"of type {type(given).__name__}", wanted=wanted)


def to_wish(network: Mapping[str, Any]) -> NetworkWish:
    from ..instance_network.wish import wished_network
    from .spec import NetworkWish

    return NetworkWish(wished_network(text_given(network, "network"), network["public"]), text_given(network, "ip"))


def load() -> Kind:
    from .kind import InstanceKind

    return InstanceKind()


RESOURCE = Resource(load, "instance", "instances", ("name",), OPTIONS, to_spec)
