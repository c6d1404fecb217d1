# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A planned key in the API's answers."""

from __future__ import annotations

from typing import Optional, Tuple

from ..._engine.model import LATER, Change, Need
from ..._shared.foreseen import Edits
from .spec import SshKeySpec
from .world import SshKeyWorld


def foresee(spec: SshKeySpec, change: Change, world: SshKeyWorld, edits: Edits) -> None:
    """In the project's list of keys."""
    before, after = change.before, change.after
    path = ("cloud", "project", (after or before or {}).get("project", ""), "sshkey")
    if before is not None:
        edits.drop(path, "id", before["id"])
    if after is not None:
        regions = [] if after["regions"] is LATER else after["regions"]
        shown = {"name": after["name"], "publicKey": after["public_key"], "regions": regions}
        edits.add(path, {"id": edits.known(after["id"]), **shown})


def stands_on(spec: SshKeySpec, _region: Optional[str] = None) -> Tuple[Need, ...]:
    return ()


def names(spec: SshKeySpec) -> Tuple[Need, ...]:
    return (Need("ssh key", spec.name, spec.region),)
