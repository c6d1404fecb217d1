# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a vRack holds beside projects: servers, addresses and the rest of what OVHcloud puts into one."""

from __future__ import annotations

from typing import Dict, List, Tuple

from ..._engine.errors import Refused, Unreachable
from ..._engine.model import Reader
from ..._shared.answers import listed

KINDS: Dict[str, str] = {
    "dedicatedServer": "server",
    "dedicatedServerInterface": "server interface",
    "dedicatedCloud": "private cloud",
    "dedicatedCloudDatacenter": "datacenter",
    "dedicatedConnect": "dedicated connection",
    "ip": "address block",
    "ipv6": "IPv6 block",
    "ipLoadbalancing": "load balancer",
    "legacyVrack": "old vRack",
    "ovhCloudConnect": "OVHcloud Connect",
    "vrackServices": "vRack Services",
}
"""What sentences call them, by the end of their route."""


def contents_beside_projects(read: Reader, service_name: str) -> Tuple[Tuple[str, ...], bool]:
    """Each thing as "server ns1", and whether every kind could be read. The API refuses some to some accounts."""
    found: List[str] = []
    whole = True
    for route, called in KINDS.items():
        try:
            inside = listed(read.get("vrack", service_name, route, missing=[]), called)
        except (Refused, Unreachable):
            whole = False
        else:
            found.extend(f"{called} {one}" for one in inside)
    return tuple(sorted(found)), whole
