# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A project that is planned to join or to leave a vRack, in the API's answers."""

from __future__ import annotations

from typing import Optional, Tuple

from ..._engine.model import Action, Change, Need
from ..._shared.foreseen import Edits
from .spec import AttachmentSpec
from .world import AttachmentWorld


def foresee(spec: AttachmentSpec, change: Change, world: AttachmentWorld, edits: Edits) -> None:
    """In the project's vRack, and in the vRacks' projects."""
    before, after, wanted = change.before, change.after, world.vracks.get(spec.vrack)
    project = (after or before or {}).get("project", "")
    shown = ("cloud", "project", project, "vrack")
    if change.action in (Action.REPLACE, Action.DELETE) and before is not None:
        edits.drop(("vrack", before["vrack"], "cloudProject"), "project", project)
        edits.answer(shown, None)
    if change.action in (Action.CREATE, Action.REPLACE) and wanted is not None:
        edits.add(("vrack", wanted.service_name, "cloudProject"), project)
        edits.answer(shown, {"id": wanted.service_name, "name": wanted.name, "description": wanted.description})


def stands_on(spec: AttachmentSpec, _region: Optional[str] = None) -> Tuple[Need, ...]:
    return (Need("vRack", spec.vrack),)


def names(spec: AttachmentSpec) -> Tuple[Need, ...]:
    return (Need("vRack attachment", spec.project),)
