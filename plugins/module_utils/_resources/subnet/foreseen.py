# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A planned subnet in the API's answers."""

from __future__ import annotations

from typing import Optional, Tuple

from ..._engine.model import Action, Change, Need
from ..._shared.foreseen import Edits
from .spec import SubnetSpec
from .world import SubnetWorld


def foresee(spec: SubnetSpec, change: Change, world: SubnetWorld, edits: Edits) -> None:
    """In its network's list of subnets."""
    before, after = change.before, change.after
    if before is not None and change.action in (Action.DELETE, Action.REPLACE):
        path = ("cloud", "project", before["project"], "network", "private", before["network"], "subnet")
        edits.drop(path, "id", before["id"])
    if after is not None and change.action in (Action.CREATE, Action.REPLACE):
        of_pools = {"network": after["cidr"], "region": after["region"], "dhcp": after["dhcp"]}
        edits.add(
            ("cloud", "project", after["project"], "network", "private", edits.known(after["network"]), "subnet"),
            {
                "id": edits.known(after["id"]),
                "cidr": after["cidr"],
                "ipPools": [{**pool, **of_pools} for pool in after["pools"]],
                "dhcpEnabled": after["dhcp"],
                "gatewayIp": after["gateway_ip"],
            },
        )


def stands_on(spec: SubnetSpec, _region: Optional[str] = None) -> Tuple[Need, ...]:
    return (Need("network", spec.network, spec.region),)


def names(spec: SubnetSpec) -> Tuple[Need, ...]:
    return (Need("subnet", spec.network, spec.region),)
