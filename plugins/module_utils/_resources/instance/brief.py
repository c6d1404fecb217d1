# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance's interfaces as the list of instances tells them, where that is enough: no request an instance."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from ..instance_network.interface import Interface
from ..instance_network.target import PUBLIC, Target, known_networks
from ..private_network.record import Network
from .addresses import address_order
from .record import Instance

Wish = Tuple[Target, Optional[str]]
"""A network to be on, and the address to have there."""


def interfaces_as_listed(
    instance: Instance, wishes: Sequence[Wish], networks: Sequence[Network]
) -> Optional[Tuple[Interface, ...]]:
    """One a network that it has an address on, without id, MAC address and state, and the public one without its
    network's id, which is another there. None where only the instance's own route can tell: a wish that the list does
    not show as fulfilled, an instance without any address."""
    known = known_networks(networks)
    together: Dict[Tuple[str, str], List[str]] = {}
    for kind, ip, network_id in instance.addresses:
        there = known[network_id].region(instance.region) if network_id in known else None
        own = there.openstack_id if there and there.openstack_id else network_id
        together.setdefault((kind, "" if kind == PUBLIC else own), []).append(ip)
    shown = tuple(
        Interface("", kind, of, "", "", tuple(sorted(ips, key=address_order)), ())
        for (kind, of), ips in together.items()
    )
    if instance.odd or not shown or not all(_is_fulfilled(wish, shown) for wish in wishes):
        return None
    return shown


def _is_fulfilled(wish: Wish, shown: Sequence[Interface]) -> bool:
    target, ip = wish
    there = [one for one in shown if one.on(target)]
    return len(there) == 1 and (ip is None or ip in there[0].addresses)
