# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arithmetic of address pools: what is valid, what overlaps, and a split between regions that never moves."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Dict, Hashable, List, Mapping, Optional, Sequence, Tuple, TypeVar

from .._messages import error

Key = TypeVar("Key", bound=Hashable)


SLOTS = 8
"""Parts that a network is split into where several regions share it and give no pools of their own."""


@dataclass(frozen=True)
class Pool:
    """Addresses from start to end, both included."""

    start: ipaddress.IPv4Address
    end: ipaddress.IPv4Address

    @staticmethod
    def of(start: str, end: str) -> Pool:
        return Pool(ipaddress.IPv4Address(start), ipaddress.IPv4Address(end))

    def overlaps(self, other: Pool) -> bool:
        return self.start <= other.end and other.start <= self.end

    def holds(self, address: ipaddress.IPv4Address) -> bool:
        return self.start <= address <= self.end


def parse_cidr(cidr: str) -> ipaddress.IPv4Network:
    """The network, or an InputProblem: wrong form, bits behind the prefix, no room."""
    try:
        network = ipaddress.IPv4Network(cidr, strict=False)
    except ValueError as problem:
        raise error("cidr_bad", cidr=cidr, why=str(problem).rstrip(".")) from problem
    if "/" not in cidr:
        raise error("cidr_bad", cidr=cidr, why="the prefix is missing")
    if str(network) != cidr.strip():
        raise error("cidr_host_bits", cidr=cidr, network=network)
    if network.prefixlen > 29:
        raise error("cidr_small", cidr=cidr)
    return network


def parse_address(value: str, option: str) -> ipaddress.IPv4Address:
    try:
        return ipaddress.IPv4Address(value.strip())
    except ValueError as problem:
        raise error("address_bad", option=option, value=value) from problem


def gateway_of(network: ipaddress.IPv4Network) -> ipaddress.IPv4Address:
    """The address that OVHcloud gives the router: the network's first."""
    return network.network_address + 1


def check_pool(network: ipaddress.IPv4Network, start: str, end: str, gateway: bool) -> Pool:
    """The pool, or an InputProblem: outside the network, turned round, or holding the gateway."""
    pool = Pool(parse_address(start, "start"), parse_address(end, "end"))
    for option, address in (("start", pool.start), ("end", pool.end)):
        if address not in network or address in (network.network_address, network.broadcast_address):
            raise error("pool_outside", option=option, value=address, cidr=network)
    if pool.end < pool.start:
        raise error("pool_order", start=start, end=end)
    if gateway and pool.holds(gateway_of(network)):
        raise error("pool_gateway", start=start, end=end, gateway_ip=gateway_of(network))
    return pool


def whole_pool(network: ipaddress.IPv4Network) -> Pool:
    """All addresses for hosts except the one that a gateway would have."""
    return Pool(network.network_address + 2, network.broadcast_address - 1)


def slots(network: ipaddress.IPv4Network) -> List[Pool]:
    """The network in equal parts, each cut to the addresses that hosts can have."""
    bits = min(SLOTS.bit_length() - 1, 30 - network.prefixlen)
    whole = whole_pool(network)
    return [
        Pool(max(part.network_address, whole.start), min(part.broadcast_address, whole.end))
        for part in network.subnets(prefixlen_diff=bits)
    ]


def choose_pool(network: ipaddress.IPv4Network, shared: bool, taken: Sequence[Pool]) -> Optional[Pool]:
    """A free pool: the whole network for a lone region, else the first part that nothing touches.

    Parts do not depend on how many regions there are, so one more region never moves another's pool.
    """
    candidates = slots(network) if shared or taken else [whole_pool(network)]
    for pool in candidates:
        if pool.start <= pool.end and not any(pool.overlaps(other) for other in taken):
            return pool
    return None


@dataclass(frozen=True)
class Claim:
    """A region's wish for a part of a network. *pool* None: to be chosen. *taken*: what others have there already."""

    region: str
    network: ipaddress.IPv4Network
    pool: Optional[Pool] = None
    taken: Tuple[Pool, ...] = ()


def allot(claims: Mapping[Key, Claim]) -> Dict[Key, Pool]:
    """A pool for each claim: its own, or one that is free; none where nothing is left.

    Chosen in the order of the regions' names, so that neither the order of the list nor another job matters.
    """
    pools = {key: claim.pool for key, claim in claims.items() if claim.pool is not None}
    for key, claim in sorted(claims.items(), key=lambda entry: entry[1].region):
        if key in pools:
            continue
        whole = Pool(claim.network.network_address, claim.network.broadcast_address)
        shared = any(other.network.overlaps(claim.network) for name, other in claims.items() if name != key)
        taken = [pool for pool in (*claim.taken, *pools.values()) if pool.overlaps(whole)]
        chosen = choose_pool(claim.network, shared, taken)
        if chosen is not None:
            pools[key] = chosen
    return pools
