# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance's addresses by network, and which of the private ones is the one: the same answer everywhere.

The list of instances and an instance's interfaces both show addresses, each of them late now and then, so what either
shows counts.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from ..._engine.model import LATER
from ..instance_network.interface import Interface
from ..instance_network.target import PRIVATE, PUBLIC, known_networks
from ..private_network.record import Network
from .record import Instance


def addresses_by_network(
    instance: Instance, interfaces: Sequence[Interface], networks: Sequence[Network]
) -> Dict[str, List[str]]:
    """By PUBLIC, which is first, and the ids of private networks, by VLAN; networks that nobody knows are last."""
    known = known_networks(networks)
    found: Dict[str, List[str]] = {}
    own = ((one.type, ip, _network_id(one, known)) for one in interfaces for ip in one.addresses)
    for kind, ip, network_id in (*instance.addresses, *own):
        if kind not in (PUBLIC, PRIVATE):
            continue
        network = known.get(network_id)
        here = found.setdefault(PUBLIC if kind == PUBLIC else network.id if network else network_id, [])
        if ip not in here:
            here.append(ip)

    def order(key: str) -> Any:
        network = known.get(key)
        return key != PUBLIC, network is None, network.vlan_id if network else 0, key

    return {key: sorted(found[key], key=address_order) for key in sorted(found, key=order)}


def _network_id(interface: Interface, known: Mapping[str, Network]) -> str:
    """The one by which its network is known, if by any."""
    return interface.network_id if interface.network_id in known else interface.listed_id or interface.network_id


def first_address(addresses: Iterable[str], version: int = 4) -> Optional[str]:
    return next((one for one in addresses if (":" in one) == (version == 6)), None)


def private_address(by_network: Dict[str, List[str]]) -> Optional[str]:
    """The first IPv4 address on the private network of the lowest VLAN."""
    return first_address(ip for key, ips in by_network.items() if key != PUBLIC for ip in ips)


def predicted_private_address(on: Iterable[Tuple[Optional[int], Any]]) -> Any:
    """The same before it is there. *on*: VLAN, None where that is not known yet, and address of each network."""
    known = list(on)
    if len(known) > 1 and any(vlan is None for vlan, _ip in known):
        return LATER
    return min(known, key=lambda one: one[0] or 0)[1] if known else None


def address_order(ip: str) -> Tuple[int, int, str]:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return 9, 0, ip
    return address.version, int(address), ip
