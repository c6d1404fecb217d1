# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Address pools, and who gets which address. Public addresses come from the ranges kept for documentation."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from simulator import catalog
from simulator.cloud_rules import ports_of, subnets_of
from simulator.cloud_state import Address, Network, Pool, Port, Project, Subnet
from simulator.errors import bad_request, conflict

_PUBLIC_RANGES = tuple(ipaddress.ip_network(cidr) for cidr in ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24"))
_PUBLIC_HOSTS = 250
_PUBLIC_V6_PREFIX = "2001:db8:302:2200"
# What the public network's subnets show of themselves, by IP version: CIDR, first and last address.
PUBLIC_POOLS = {
    4: (str(_PUBLIC_RANGES[0]), str(_PUBLIC_RANGES[0][2]), str(_PUBLIC_RANGES[0][_PUBLIC_HOSTS + 1])),
    6: (f"{_PUBLIC_V6_PREFIX}::/56", f"{_PUBLIC_V6_PREFIX}::2", f"{_PUBLIC_V6_PREFIX}::ffff"),
}


def parse_cidr(text: str) -> ipaddress.IPv4Network:
    """Read a network; one with host bits (10.0.0.1/20) stands for the network that it lies in."""
    try:
        return ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        raise bad_request(f"Invalid network {text}") from None


def parse_ip(text: str) -> ipaddress.IPv4Address:
    try:
        return ipaddress.IPv4Address(text)
    except ValueError:
        raise bad_request(f"Invalid IP address {text}") from None


def checked_pool(cidr: ipaddress.IPv4Network, start: str, end: str, gateway: str | None) -> Pool:
    first, last = parse_ip(start), parse_ip(end)
    if first > last:
        raise bad_request(f"Invalid pool: start {start} is after end {end}")
    hosts = range(int(cidr.network_address) + 1, int(cidr.broadcast_address))
    if int(first) not in hosts or int(last) not in hosts:
        raise bad_request(f"Invalid pool: {start}-{end} is not in network {cidr}")
    if gateway and first <= parse_ip(gateway) <= last:
        raise bad_request(f"Gateway ip {gateway} conflicts with allocation pool {start}-{end}")
    return Pool(start, end)


def refuse_overlaps(
    project: Project, network: Network, region: str, cidr: ipaddress.IPv4Network, pools: list[Pool]
) -> None:
    """In one region subnets may not overlap at all; between the regions of a network their pools may not."""
    for other in subnets_of(project, network):
        if not other.is_ipv4:
            continue
        if other.region == region and cidr.overlaps(ipaddress.IPv4Network(other.cidr)):
            raise bad_request(
                f"Invalid input for operation: Requested subnet with cidr: {cidr} for network: "
                f"{network.regions[region].openstack_id} overlaps with another subnet."
            )
        for pool in pools:
            for taken in other.pools:
                if parse_ip(pool.start) <= parse_ip(taken.end) and parse_ip(taken.start) <= parse_ip(pool.end):
                    raise bad_request(
                        f"Pool {pool.start}-{pool.end} overlaps with {taken.start}-{taken.end} of region {other.region}"
                    )


def addresses_in_use(project: Project, subnet: Subnet, now: float) -> set[str]:
    return {
        address.ip
        for port in ports_of(project, subnet.network_id, now)
        for address in port.addresses
        if address.subnet_id == subnet.id
    }


def free_addresses(project: Project, subnet: Subnet, now: float) -> Iterator[str]:
    taken = addresses_in_use(project, subnet, now)
    for pool in subnet.pools if subnet.is_ipv4 else ():
        for number in range(int(parse_ip(pool.start)), int(parse_ip(pool.end)) + 1):
            ip = str(ipaddress.IPv4Address(number))
            if ip not in taken and ip != subnet.gateway_ip:
                yield ip


def private_address(world: Any, project: Project, subnets: list[Subnet], ip: str | None) -> Address:
    """Choose an address in one of a network's subnets in a region; with several, it may be any of them."""
    now = world.now()
    if ip:
        wanted = parse_ip(ip)
        for subnet in subnets:
            if subnet.is_ipv4 and wanted in ipaddress.IPv4Network(subnet.cidr):
                if ip in addresses_in_use(project, subnet, now):
                    raise conflict(f"IP address {ip} is already in use")
                if wanted in (parse_cidr(subnet.cidr).network_address, parse_cidr(subnet.cidr).broadcast_address):
                    break
                return Address(ip, subnet.id)
        raise bad_request(f"IP address {ip} is not a valid IP for the specified network")
    candidates = [subnet for subnet in subnets if next(free_addresses(project, subnet, now), None)]
    if not candidates:
        raise conflict("No more IP addresses available on the network")
    subnet = candidates[0] if len(candidates) == 1 else world.rng.choice(candidates)
    return Address(next(free_addresses(project, subnet, now)), subnet.id)


def next_public_ipv4(world: Any) -> str:
    """Give public addresses in turn, so that one given back does not come again soon."""
    cloud = world.account.cloud
    number = cloud.public_addresses_given
    cloud.public_addresses_given += 1
    block = _PUBLIC_RANGES[number // _PUBLIC_HOSTS % len(_PUBLIC_RANGES)]
    return str(block[number % _PUBLIC_HOSTS + 2])


def public_addresses(world: Any, region: str) -> list[Address]:
    ipv4 = next_public_ipv4(world)
    ipv6 = f"{_PUBLIC_V6_PREFIX}::{world.account.cloud.public_addresses_given:x}"
    return [
        Address(ipv4, catalog.ext_net_subnet_id(region, 4)),
        Address(ipv6, catalog.ext_net_subnet_id(region, 6)),
    ]


def public_gateway(ip: str) -> str:
    return f"{_PUBLIC_V6_PREFIX}::1" if ":" in ip else ip.rpartition(".")[0] + ".1"


def mac_address(world: Any) -> str:
    return "fa:16:3e:" + ":".join(f"{world.rng.randrange(256):02x}" for _number in range(3))


def new_port(
    world: Any, project: Project, network_id: str, region: str, addresses: list[Address], **fields: Any
) -> Port:
    port = Port(world.uuid(), network_id, region, mac_address(world), addresses, **fields)
    project.ports[port.id] = port
    return port
