# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Planned interfaces in the API's answers."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence

from ..._engine.model import LATER
from ..._shared.foreseen import Edits, Path
from ..private_network.record import Network
from .target import PUBLIC


def foresee_interfaces(
    instances: Path, instance_id: str, records: Sequence[Mapping[str, Any]], networks: Sequence[Network], edits: Edits
) -> None:
    """Put these into the instance's interfaces, and their addresses into the list of instances."""
    ids = {network.name: network.id for network in networks}
    addresses = _addresses(records, ids)
    edits.change(
        instances, "id", instance_id, lambda one: {"ipAddresses": [*(one.get("ipAddresses") or ()), *addresses]}
    )
    for interface in _interfaces(records, ids, edits):
        edits.add((*instances, instance_id, "interface"), interface)


def _addresses(records: Sequence[Mapping[str, Any]], ids: Mapping[str, str]) -> List[Dict[str, Any]]:
    """What the list of instances will show of these interfaces: only the addresses that were chosen."""
    return [
        {"type": one["type"], "ip": one["ip"], "networkId": ids.get(one["network"], ""), "version": 4}
        for one in records
        if one["type"] != PUBLIC and one["ip"] is not LATER
    ]


def _interfaces(records: Sequence[Mapping[str, Any]], ids: Mapping[str, str], edits: Edits) -> List[Dict[str, Any]]:
    """The same in the list of an instance's interfaces."""
    return [
        {
            "id": edits.known(one["id"]),
            "type": one["type"],
            "networkId": ids.get(one["network"], ""),
            "macAddress": "",
            "state": "ACTIVE",
            "fixedIps": [] if one["ip"] is LATER else [{"ip": one["ip"], "subnetId": ""}],
        }
        for one in records
    ]
