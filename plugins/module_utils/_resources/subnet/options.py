# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a subnet: the options of an item, and how one becomes a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from ..._messages import error
from ..._shared.given import text_given, texts_given
from ..._shared.resource import PROJECT_OPTION, STATE_OPTION, UNLISTED_OPTION, Resource

if TYPE_CHECKING:
    from ..._engine.model import Kind
    from .spec import SubnetSpec

OPTIONS = {
    "project": PROJECT_OPTION,
    "network": {"type": "str"},
    "region": {"type": "str"},
    "cidr": {"type": "str"},
    "start": {"type": "str"},
    "end": {"type": "str"},
    "dhcp": {"type": "bool"},
    "gateway": {"type": "bool"},
    "dns_servers": {"type": "list", "elements": "str"},
    "force": {"type": "bool", "default": False},
    "state": STATE_OPTION,
    "unlisted_regions": UNLISTED_OPTION,
}


def to_spec(item: Mapping[str, Any]) -> SubnetSpec:
    from .spec import SubnetSpec

    given = {option: text_given(item, option) for option in ("network", "region", "cidr", "start", "end")}
    for option in ("network", "region"):
        if not given[option]:
            raise error("option_needed", option=option, when="to find the subnet")
    for option, other in (("start", "end"), ("end", "start")):
        if given[other] and not given[option]:
            raise error("option_needed", option=option, when=f"with {other}")
    return SubnetSpec(
        state=item["state"],
        project=item["project"],
        network=str(given["network"]),
        region=str(given["region"]),
        cidr=given["cidr"],
        start=given["start"],
        end=given["end"],
        dhcp=item["dhcp"],
        gateway=item["gateway"],
        dns_servers=texts_given(item, "dns_servers"),
        force=item["force"],
        unlisted_regions=item["unlisted_regions"],
    ).validated()


def load() -> Kind:
    from .kind import SubnetKind

    return SubnetKind()


RESOURCE = Resource(load, "subnet", "subnets", ("network",), OPTIONS, to_spec)
