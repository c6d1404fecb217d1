# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A planned instance in the API's answers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from ..._engine.model import LATER, Action, Change, Need
from ..._shared.foreseen import Edits
from ..instance_network.foreseen import foresee_interfaces
from ..instance_network.target import PUBLIC
from .spec import InstanceSpec
from .world import InstanceWorld


def foresee(spec: InstanceSpec, change: Change, world: InstanceWorld, edits: Edits) -> None:
    """In the project's list of instances, and its interfaces."""
    before, after = change.before, change.after
    project = (after or before or {}).get("project", "")
    path = ("cloud", "project", project, "instance")
    if before is not None and change.action is Action.DELETE:
        edits.drop(path, "id", before["id"])
    if after is None or change.action not in (Action.CREATE, Action.UPDATE):
        return
    instance_id = edits.known(after["id"])
    if change.action is Action.CREATE:
        edits.add(path, {**_shown(after, edits), "id": instance_id, "ipAddresses": []})
    new = [one for one in after["interfaces"] if one["id"] is LATER]
    foresee_interfaces(path, instance_id, new, world.networks.get(project, ()), edits)


def _shown(record: Dict[str, Any], edits: Edits) -> Dict[str, Any]:
    return {
        "name": record["name"],
        "region": record["region"],
        "status": "ACTIVE",
        "flavorId": record["flavor_id"],
        "imageId": record["image_id"],
        "sshKeyId": edits.known(record["ssh_key_id"]) if record["ssh_key_id"] else None,
        "created": "",
        "monthlyBilling": {"status": "ok"} if record["billing"] == "monthly" else None,
        "availabilityZone": record["availability_zone"],
    }


def stands_on(spec: InstanceSpec, _region: Optional[str] = None) -> Tuple[Need, ...]:
    found: List[Need] = [Need("ssh key", spec.ssh_key, spec.region)] if spec.ssh_key else []
    for wish in spec.wishes:
        if wish.network != PUBLIC:
            found += [Need("network", wish.network, spec.region), Need("subnet", wish.network, spec.region)]
    return tuple(found)


def names(spec: InstanceSpec) -> Tuple[Need, ...]:
    return (Need("instance", spec.name, spec.region),)
