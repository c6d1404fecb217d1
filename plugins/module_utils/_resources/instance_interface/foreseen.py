# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A planned interface of an instance in the API's answers."""

from __future__ import annotations

from typing import Optional, Tuple

from ..._engine.model import Action, Change, Need
from ..._shared.foreseen import Edits
from ..instance_network.foreseen import foresee_interfaces
from ..instance_network.target import PUBLIC
from .spec import InterfaceSpec
from .world import InterfaceWorld


def foresee(spec: InterfaceSpec, change: Change, world: InterfaceWorld, edits: Edits) -> None:
    """In the instance's list of interfaces, and in its addresses."""
    before, after = change.before, change.after
    shown = after or before or {}
    path = ("cloud", "project", shown.get("project", ""), "instance")
    if before is not None and change.action is Action.DELETE:
        gone = set(before["addresses"])
        edits.drop((*path, before["instance"], "interface"), "id", before["id"])
        edits.change(
            path,
            "id",
            before["instance"],
            lambda one: {"ipAddresses": [ip for ip in one.get("ipAddresses") or () if ip.get("ip") not in gone]},
        )
    elif after is not None and change.action is Action.CREATE:
        foresee_interfaces(path, after["instance"], [after], world.networks.get(after["project"], ()), edits)


def stands_on(spec: InterfaceSpec, region: Optional[str] = None) -> Tuple[Need, ...]:
    """region: the one in which the instance was found."""
    own = Need("instance", spec.instance, region)
    if spec.network == PUBLIC:
        return (own,)
    return own, Need("network", spec.network, region), Need("subnet", spec.network, region)


def names(spec: InterfaceSpec) -> Tuple[Need, ...]:
    return ()
