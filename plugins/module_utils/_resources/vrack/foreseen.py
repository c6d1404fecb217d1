# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A planned vRack in the API's answers."""

from __future__ import annotations

from typing import Optional, Tuple

from ..._engine.model import Action, Change, Need
from ..._shared.foreseen import Edits
from .spec import VrackSpec
from .world import VrackWorld


def foresee(spec: VrackSpec, change: Change, world: VrackWorld, edits: Edits) -> None:
    """In the list of vRacks, and by itself."""
    record = change.after or {}
    shown = {"name": record.get("name"), "description": record.get("description")}
    if change.action is Action.CREATE:
        edits.add(("vrack",), {"serviceName": edits.known(record["service_name"]), **shown})
    elif change.action is Action.UPDATE:
        service_name = record["service_name"]
        edits.change(("vrack",), "serviceName", service_name, lambda _one: shown)
        edits.answer(("vrack", service_name), {"serviceName": service_name, **shown})


def stands_on(spec: VrackSpec, _region: Optional[str] = None) -> Tuple[Need, ...]:
    return ()


def names(spec: VrackSpec) -> Tuple[Need, ...]:
    return tuple(Need("vRack", ref) for ref in (spec.name, spec.service_name) if ref)
