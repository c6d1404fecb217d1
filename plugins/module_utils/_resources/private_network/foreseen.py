# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A planned private network in the API's answers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from ..._engine.model import Action, Change, Need
from ..._shared.foreseen import Edits
from .spec import NetworkSpec
from .world import NetworkWorld


def foresee(spec: NetworkSpec, change: Change, world: NetworkWorld, edits: Edits) -> None:
    """In the project's list of networks."""
    before, after = change.before or {}, change.after or {}
    path = ("cloud", "project", (after or before).get("project", ""), "network", "private")
    if change.action is Action.DELETE:
        edits.drop(path, "id", before["id"])
    elif change.action is Action.UPDATE:
        shown = {"name": after["name"], "regions": _regions(after, edits)}
        edits.change(path, "id", after["id"], lambda _one: shown)
    elif change.action is Action.CREATE:
        edits.add(
            path,
            {
                "id": edits.known(after["id"]),
                "name": after["name"],
                "vlanId": after["vlan_id"],
                "status": "ACTIVE",
                "type": "private",
                "regions": _regions(after, edits),
            },
        )


def _regions(record: Dict[str, Any], edits: Edits) -> List[Dict[str, Any]]:
    """As they are, and those that are new as if they were in use."""
    status, ids = record["region_status"], record["openstack_ids"]
    known = {region: (str(status[region]), ids[region]) for region in record["regions"] if isinstance(ids[region], str)}
    return [
        {"region": region, "status": known[region][0], "openstackId": known[region][1]}
        if region in known
        else {"region": region, "status": "ACTIVE", "openstackId": edits.known(ids[region])}
        for region in record["regions"]
    ]


def stands_on(spec: NetworkSpec, _region: Optional[str] = None) -> Tuple[Need, ...]:
    return (Need("vRack attachment", spec.project),)


def names(spec: NetworkSpec) -> Tuple[Need, ...]:
    return tuple(Need("network", str(ref)) for ref in (spec.name, spec.vlan_id) if ref is not None)
