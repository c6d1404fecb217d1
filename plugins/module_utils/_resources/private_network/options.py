# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a private network: the options of an item, and how one becomes a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from ..._shared.given import text_given, texts_given
from ..._shared.resource import PROJECT_OPTION, STATE_OPTION, UNLISTED_OPTION, Resource

if TYPE_CHECKING:
    from ..._engine.model import Kind
    from .spec import NetworkSpec

OPTIONS = {
    "project": PROJECT_OPTION,
    "name": {"type": "str"},
    "vlan_id": {"type": "int"},
    "regions": {"type": "list", "elements": "str"},
    "exact_regions": {"type": "bool", "default": False},
    "state": STATE_OPTION,
    "unlisted_regions": UNLISTED_OPTION,
}


def to_spec(item: Mapping[str, Any]) -> NetworkSpec:
    from .spec import NetworkSpec

    return NetworkSpec(
        state=item["state"],
        project=item["project"],
        name=text_given(item, "name"),
        vlan_id=item["vlan_id"],
        regions=texts_given(item, "regions"),
        exact_regions=item["exact_regions"],
        unlisted_regions=item["unlisted_regions"],
    ).validated()


def load() -> Kind:
    from .kind import NetworkKind

    return NetworkKind()


RESOURCE = Resource(load, "network", "networks", ("name", "vlan_id"), OPTIONS, to_spec)
