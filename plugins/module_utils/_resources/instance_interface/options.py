# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of an interface: the options of an item, and how one becomes a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from ..._messages import error
from ..._shared.given import text_given
from ..._shared.resource import PROJECT_OPTION, STATE_OPTION, UNLISTED_OPTION, Resource

if TYPE_CHECKING:
    from ..._engine.model import Kind
    from .spec import InterfaceSpec

OPTIONS = {
    "project": PROJECT_OPTION,
    "instance": {"type": "str"},
    "region": {"type": "str"},
    "network": {"type": "str"},
    "public": {"type": "bool", "default": False},
    "ip": {"type": "str"},
    "allow_public_removal": {"type": "bool", "default": False},
    "state": STATE_OPTION,
    "unlisted_regions": UNLISTED_OPTION,
}


def to_spec(item: Mapping[str, Any]) -> InterfaceSpec:
    from ..instance_network.wish import wished_network
    from .spec import InterfaceSpec

    instance = text_given(item, "instance")
    if not instance:
        raise error("option_needed", option="instance", when="to find the interface")
    return InterfaceSpec(
        state=item["state"],
        project=item["project"],
        instance=instance,
        network=wished_network(text_given(item, "network"), item["public"]),
        region=text_given(item, "region"),
        ip=text_given(item, "ip"),
        allow_public_removal=item["allow_public_removal"],
        unlisted_regions=item["unlisted_regions"],
    ).validated()


def load() -> Kind:
    from .kind import InterfaceKind

    return InterfaceKind()


RESOURCE = Resource(load, "interface", "interfaces", ("instance", "network"), OPTIONS, to_spec)
