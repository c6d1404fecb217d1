# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The subnet of a private network in a region (…/network/private/{id}/subnet)."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from ..._engine.errors import Refused
from ..._engine.model import Reader
from ..._shared.answers import flag, listed, objects, optional_text, text, texts
from ..._shared.entries import Entries, entries
from ..._shared.pools import Pool
from ..._shared.project import Project
from ..private_network.record import Network


@dataclass(frozen=True)
class Subnet:
    """What the API says of a subnet in one region.

    pools: one mostly; OpenStack's own tools make subnets of several or none, as of IPv6, which are left alone here.
    region: empty where nothing tells it, as for a subnet without a pool whose regional route may not be read.
    dns_servers: None where the route that tells them was not asked.
    """

    id: str
    region: str
    cidr: str
    pools: Tuple[Tuple[str, str], ...]
    dhcp: bool
    gateway_ip: Optional[str]
    dns_servers: Optional[Tuple[str, ...]] = None

    @staticmethod
    def from_api(data: Any) -> List[Subnet]:
        """One for each region that the answer has pools of."""
        found: Dict[str, List[Tuple[str, str]]] = {}
        for pool in objects(data, "ipPools", "subnet"):
            ends = text(pool, "start", "subnet's pool"), text(pool, "end", "subnet's pool")
            found.setdefault(text(pool, "region", "subnet's pool"), []).append(ends)
        return [
            Subnet(
                id=text(data, "id", "subnet"),
                region=region,
                cidr=_in_usual_spelling(text(data, "cidr", "subnet")),
                pools=tuple(sorted(pools, key=_by_address)),
                dhcp=flag(data, "dhcpEnabled", "subnet"),
                gateway_ip=optional_text(data, "gatewayIp", "subnet") or None,
            )
            for region, pools in (found or {"": []}).items()
        ]

    @cached_property
    def is_ipv4(self) -> bool:
        """Whether this collection can make and compare the like of it."""
        with suppress(ValueError):
            ipaddress.IPv4Network(self.cidr)
            return True
        return False

    @cached_property
    def ranges(self) -> Tuple[Pool, ...]:
        """Its pools to calculate with: none of IPv6."""
        found: List[Pool] = []
        for ends in self.pools if self.is_ipv4 else ():
            with suppress(ValueError):
                found.append(Pool.of(*ends))
        return tuple(found)

    def shown_pools(self) -> str:
        return " and ".join(f"{start} to {end}" for start, end in self.pools) or "none"

    def record(self, project: Project, network: Network) -> Dict[str, Any]:
        start, end = self.pools[0] if len(self.pools) == 1 else (None, None)
        return {
            "id": self.id,
            "project": project.id,
            "network": network.id,
            "network_name": network.name,
            "region": self.region or None,
            "cidr": self.cidr,
            "start": start,
            "end": end,
            "pools": [{"start": first, "end": last} for first, last in self.pools],
            "dhcp": self.dhcp,
            "gateway_ip": self.gateway_ip,
            "dns_servers": None if self.dns_servers is None else list(self.dns_servers),
        }


def regions_said(data: Any, otherwise: str) -> List[str]:
    """The regions of a subnet that is not understood, as far as it says any."""
    pools = data.get("ipPools") if isinstance(data, dict) else None
    said = [pool.get("region") for pool in pools if isinstance(pool, dict)] if isinstance(pools, list) else []
    return [one for one in said if isinstance(one, str)] or [otherwise]


def _in_usual_spelling(cidr: str) -> str:
    """Without bits behind the prefix, which the API takes and may show."""
    with suppress(ValueError):
        return str(ipaddress.ip_network(cidr.strip(), strict=False))
    return cidr


def _by_address(ends: Tuple[str, str]) -> Tuple[int, int]:
    with suppress(ValueError):
        address = ipaddress.ip_address(ends[0])
        return address.version, int(address)
    return 0, 0


def list_subnets(read: Reader, project: Project, network: Network) -> Entries[Subnet]:
    """The network's subnets in all regions, in one request."""
    return list_subnets_of(read, project, [network])[network.id]


def list_subnets_of(read: Reader, project: Project, networks: Iterable[Network]) -> Dict[str, Entries[Subnet]]:
    """The subnets of several networks by the network's id, in one request a network."""
    meant = list({network.id: network for network in networks}.values())
    path = ("cloud", "project", project.id, "network", "private")
    answers = read.get_many([path + (network.id, "subnet") for network in meant], missing=[])
    found = {
        network.id: entries(answer, "subnets", f"subnet of '{network.name}'", Subnet.from_api)
        for network, answer in zip(meant, answers)
    }
    for network in meant:
        if not all(subnet.region for subnet in found[network.id]):
            found[network.id] = found[network.id].only(_with_regions(read, project, network, found[network.id]))
    return found


def _with_regions(read: Reader, project: Project, network: Network, subnets: Sequence[Subnet]) -> List[Subnet]:
    """The same where those without a pool have the region whose own route lists them, as far as that may be read."""
    regions: Dict[str, str] = {}
    for entry in network.regions:
        path = regional_path(project, network, entry.region)
        with suppress(Refused):
            for data in listed(read.get(*path, missing=[]), "subnets") if path else ():
                regions[text(data, "id", "subnet")] = entry.region
    return [replace(one, region=one.region or regions.get(one.id, "")) for one in subnets]


def regional_path(project: Project, network: Network, region: str) -> Optional[Tuple[str, ...]]:
    """The route that knows name servers: of one region, with the network's OpenStack id there."""
    entry = network.region(region)
    if entry is None or entry.openstack_id is None:
        return None
    return ("cloud", "project", project.id, "region", region, "network", entry.openstack_id, "subnet")


def read_dns_servers(read: Reader, path: Tuple[str, ...]) -> Dict[str, Tuple[str, ...]]:
    """Subnet id -> its name servers, in one request a network and region."""
    answer = listed(read.get(*path, missing=[]), "subnets")
    return {text(data, "id", "subnet"): usual_addresses(texts(data, "dnsNameServers", "subnet")) for data in answer}


def usual_addresses(addresses: Iterable[str]) -> Tuple[str, ...]:
    """In the spelling that is usual, each once, in their order."""
    return tuple(dict.fromkeys(_usual_address(address.strip()) for address in addresses))


def _usual_address(address: str) -> str:
    with suppress(ValueError):
        return str(ipaddress.ip_address(address))
    return address
