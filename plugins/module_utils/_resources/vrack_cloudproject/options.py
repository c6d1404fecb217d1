# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a project in a vRack: the options of an item, and how one becomes a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from ..._messages import error
from ..._shared.given import text_given
from ..._shared.resource import PROJECT_OPTION, STATE_OPTION, Resource

if TYPE_CHECKING:
    from ..._engine.model import Kind
    from .spec import AttachmentSpec

OPTIONS = {
    "vrack": {"type": "str", "required": True},
    "project": PROJECT_OPTION,
    "move": {"type": "bool", "default": False},
    "refuse_overlap": {"type": "bool", "default": False},
    "state": STATE_OPTION,
}


def to_spec(item: Mapping[str, Any]) -> AttachmentSpec:
    from .spec import AttachmentSpec

    vrack = text_given(item, "vrack")
    if not vrack:
        raise error("option_needed", option="vrack", when="to find the vRack")
    return AttachmentSpec(item["state"], vrack, item["project"], item["move"], item["refuse_overlap"])


def load() -> Kind:
    from .kind import AttachmentKind

    return AttachmentKind()


RESOURCE = Resource(load, "attachment", "attachments", ("vrack", "project"), OPTIONS, to_spec, listed=False)
