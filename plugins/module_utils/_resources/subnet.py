# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The subnet of a private network in a region (…/network/private/{id}/subnet)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .._engine.model import Reader
from .border import flag, listed, objects, optional_text, text, texts
from .pools import Pool
from .private_network import Network
from .project import Project


@dataclass(frozen=True)
class Subnet:
    """What the API says of a subnet in one region. *dns_servers* None: the route that tells them was not asked."""

    id: str
    region: str
    cidr: str
    start: str
    end: str
    dhcp: bool
    gateway_ip: Optional[str]
    dns_servers: Optional[Tuple[str, ...]] = None

    @staticmethod
    def from_api(data: Any) -> List[Subnet]:
        return [
            Subnet(
                id=text(data, "id", "subnet"),
                region=text(pool, "region", "subnet's pool"),
                cidr=text(data, "cidr", "subnet"),
                start=text(pool, "start", "subnet's pool"),
                end=text(pool, "end", "subnet's pool"),
                dhcp=flag(data, "dhcpEnabled", "subnet"),
                gateway_ip=optional_text(data, "gatewayIp", "subnet") or None,
            )
            for pool in objects(data, "ipPools", "subnet")
        ]

    @property
    def pool(self) -> Pool:
        return Pool.of(self.start, self.end)

    def record(self, project: Project, network: Network) -> Dict[str, Any]:
        return {
            "id": self.id,
            "project": project.id,
            "network": network.id,
            "network_name": network.name,
            "region": self.region,
            "cidr": self.cidr,
            "start": self.start,
            "end": self.end,
            "dhcp": self.dhcp,
            "gateway_ip": self.gateway_ip,
            "dns_servers": None if self.dns_servers is None else list(self.dns_servers),
        }


def list_subnets(read: Reader, project: Project, network: Network) -> List[Subnet]:
    """The network's subnets in all regions, in one request."""
    answer = read.get("cloud", "project", project.id, "network", "private", network.id, "subnet", missing=[])
    return [subnet for data in listed(answer, "subnets") for subnet in Subnet.from_api(data)]


def list_subnets_of(read: Reader, project: Project, networks: Sequence[Network]) -> List[Tuple[Network, Subnet]]:
    """The subnets of several networks, each with its network, in one request a network."""
    path = ("cloud", "project", project.id, "network", "private")
    read.get_many([path + (network.id, "subnet") for network in networks], missing=[])
    return [(network, subnet) for network in networks for subnet in list_subnets(read, project, network)]


def regional_path(project: Project, network: Network, region: str) -> Optional[Tuple[str, ...]]:
    """The route that knows name servers: of one region, with the network's OpenStack id there."""
    entry = network.region(region)
    if entry is None or entry.openstack_id is None:
        return None
    return ("cloud", "project", project.id, "region", region, "network", entry.openstack_id, "subnet")


def read_dns_servers(read: Reader, path: Tuple[str, ...]) -> Dict[str, Tuple[str, ...]]:
    """Subnet id -> its name servers, in one request a network and region."""
    answer = listed(read.get(*path, missing=[]), "subnets")
    return {text(data, "id", "subnet"): texts(data, "dnsNameServers", "subnet") for data in answer}
