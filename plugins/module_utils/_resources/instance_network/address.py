# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An address that is asked for on a private network."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Sequence

from ..._messages import error

if TYPE_CHECKING:
    from ..subnet.record import Subnet


def check_ip(value: str) -> None:
    try:
        ipaddress.IPv4Address(value.strip())
    except ValueError as problem:
        raise error("address_bad", option="ip", value=value) from problem


def check_ip_in_subnets(ip: str, network: str, region: str, subnets: Sequence[Subnet]) -> None:
    """Refuse an address that no instance of the region can have on the network."""
    wanted = ipaddress.IPv4Address(ip.strip())
    usable = [subnet for subnet in subnets if subnet.is_ipv4]
    for subnet in usable:
        block = ipaddress.IPv4Network(subnet.cidr, strict=False)
        if wanted in block:
            _refuse_reserved(wanted, block, subnet)
            return
    cidrs = ", ".join(subnet.cidr for subnet in usable) or "none"
    raise error("ip_outside", ip=ip, network=network, region=region, cidrs=cidrs)


def _refuse_reserved(wanted: ipaddress.IPv4Address, block: ipaddress.IPv4Network, subnet: Subnet) -> None:
    for what, reserved in (
        ("network address", str(block.network_address)),
        ("broadcast address", str(block.broadcast_address)),
        ("gateway", subnet.gateway_ip),
    ):
        if str(wanted) == reserved:
            raise error("ip_reserved", ip=wanted, what=what, cidr=subnet.cidr)
