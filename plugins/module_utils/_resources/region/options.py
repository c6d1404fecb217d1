# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a region: the options of an item, and how one becomes a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from ..._messages import error
from ..._shared.given import text_given
from ..._shared.resource import PROJECT_OPTION, Resource

if TYPE_CHECKING:
    from ..._engine.model import Kind
    from .spec import RegionSpec

OPTIONS = {"project": PROJECT_OPTION, "name": {"type": "str"}}


def to_spec(item: Mapping[str, Any]) -> RegionSpec:
    from .spec import RegionSpec

    name = text_given(item, "name")
    if name is None:
        raise error("option_needed", option="name", when="to know which region is meant")
    return RegionSpec(item["project"], name)


def load() -> Kind:
    from .kind import RegionKind

    return RegionKind()


RESOURCE = Resource(load, "region", "regions", ("name",), OPTIONS, to_spec)
