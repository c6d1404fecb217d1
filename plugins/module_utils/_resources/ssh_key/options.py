# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a key: the options of an item, and how one becomes a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from ..._messages import error
from ..._shared.given import text_given
from ..._shared.resource import PROJECT_OPTION, STATE_OPTION, Resource

if TYPE_CHECKING:
    from ..._engine.model import Kind
    from .spec import SshKeySpec

OPTIONS = {
    "project": PROJECT_OPTION,
    "name": {"type": "str"},
    "public_key": {"type": "str", "no_log": False},
    "region": {"type": "str"},
    "force": {"type": "bool", "default": False},
    "state": STATE_OPTION,
}


def to_spec(item: Mapping[str, Any]) -> SshKeySpec:
    from .spec import SshKeySpec

    name = text_given(item, "name")
    if not name:
        raise error("option_needed", option="name", when="to find the key")
    return SshKeySpec(
        state=item["state"],
        project=item["project"],
        name=name,
        public_key=text_given(item, "public_key"),
        region=text_given(item, "region"),
        force=item["force"],
    ).validated()


def load() -> Kind:
    from .kind import SshKeyKind

    return SshKeyKind()


RESOURCE = Resource(load, "ssh_key", "ssh_keys", ("name",), OPTIONS, to_spec)
