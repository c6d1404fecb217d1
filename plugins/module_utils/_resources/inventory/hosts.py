# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances as hosts of an inventory: their variables, which of them are wanted, and where each is reached."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from ..._shared.instance_states import STAGES, is_there
from ..._shared.project import Project
from ..instance.addresses import addresses_by_network, first_address, private_address
from ..instance.record import Instance
from ..instance_network.interface import Interface
from ..instance_network.target import PUBLIC
from ..private_network.record import Network, NetworkRegion, matching_networks

Host = Dict[str, Any]
"""An instance's variables, all of JSON's types."""


HOST_VARIABLES = (
    "ovh_id",
    "ovh_name",
    "ovh_project",
    "ovh_project_name",
    "ovh_region",
    "ovh_availability_zone",
    "ovh_status",
    "ovh_flavor",
    "ovh_flavor_id",
    "ovh_image",
    "ovh_image_id",
    "ovh_ssh_key_id",
    "ovh_billing",
    "ovh_created",
    "ovh_public_ip",
    "ovh_public_ipv6",
    "ovh_private_ip",
    "ovh_networks",
    "ovh_vlans",
)


NETWORK_VARIABLES = ("id", "type", "vlan_id", "ip", "addresses", "mac", "subnet_id")

FORM = 1
"""Of what is kept in a cache. One more whenever the same names come to mean something else."""


@dataclass(frozen=True)
class ProjectHosts:
    """What an inventory knows of a project. Goes to a cache and back as JSON."""

    networks: Sequence[Network]
    hosts: Sequence[Host]

    def as_json(self) -> Dict[str, Any]:
        return {"networks": [asdict(network) for network in self.networks], "hosts": list(self.hosts)}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> ProjectHosts:
        """Raises whatever it likes where that is of another form."""
        networks = []
        for network in data["networks"]:
            regions = tuple(NetworkRegion(**region) for region in network["regions"])
            networks.append(Network(**{**network, "regions": regions}))
        for host in data["hosts"]:
            forms = [set(HOST_VARIABLES), *(set(NETWORK_VARIABLES) for _name in host["ovh_networks"])]
            if [set(host), *(set(one) for one in host["ovh_networks"].values())] != forms:
                raise ValueError("a host of another form")
        return ProjectHosts(networks, list(data["hosts"]))

    def network_ids(self, refs: Iterable[str]) -> Set[str]:
        """The ids of all networks that *refs* fit, as *ovh_networks* has them."""
        found: Set[str] = set()
        for ref in refs:
            found.update([PUBLIC] if ref == PUBLIC else [one.id for one in matching_networks(ref, self.networks)])
        return found


def host_variables(
    project: Project,
    instance: Instance,
    networks: Sequence[Network],
    names: Mapping[str, str],
    interfaces: Sequence[Interface],
) -> Host:
    """The variables of a host. Flavor and image go by their ids where *names* lacks them."""
    addresses = addresses_by_network(instance, interfaces, networks)
    on_networks = _networks(addresses, networks, interfaces)
    return {
        "ovh_id": instance.id,
        "ovh_name": instance.name,
        "ovh_project": project.id,
        "ovh_project_name": project.description or None,
        "ovh_region": instance.region,
        "ovh_availability_zone": instance.zone,
        "ovh_status": instance.status,
        "ovh_flavor": names.get(instance.flavor_id, instance.flavor_id),
        "ovh_flavor_id": instance.flavor_id,
        "ovh_image": names.get(instance.image_id or "", instance.image_id),
        "ovh_image_id": instance.image_id,
        "ovh_ssh_key_id": instance.key_id,
        "ovh_billing": "monthly" if instance.monthly else "hourly",
        "ovh_created": instance.created,
        "ovh_public_ip": first_address(addresses.get(PUBLIC, ())),
        "ovh_public_ipv6": first_address(addresses.get(PUBLIC, ()), 6),
        "ovh_private_ip": private_address(addresses),
        "ovh_networks": on_networks,
        "ovh_vlans": {
            str(one["vlan_id"]): {"network": name, **one}
            for name, one in on_networks.items()
            if one["vlan_id"] is not None
        },
    }


def _networks(
    addresses: Mapping[str, List[str]], networks: Sequence[Network], interfaces: Sequence[Interface]
) -> Dict[str, Any]:
    """What the instance has on each network, by the network's name: the public one first, then by VLAN."""
    known = {network.id: network for network in networks}
    found: Dict[str, Any] = {}
    for key, ips in addresses.items():
        network = known.get(key)
        name = network.name if network else key
        found[key if name in found or (network and name == PUBLIC) else name] = {
            "id": key,
            "type": PUBLIC if key == PUBLIC else "private",
            "vlan_id": network.vlan_id if network else None,
            **_port(ips, interfaces),
        }
    return found


def _port(addresses: Sequence[str], interfaces: Sequence[Interface]) -> Dict[str, Any]:
    """Addresses on one network, the first IPv4 one as *ip*, with MAC and subnet of that where they were read."""
    ip = next((one for one in addresses if ":" not in one), addresses[0])
    port = next((one for one in interfaces if ip in one.addresses), None)
    subnet_ids = dict(zip(port.addresses, port.subnet_ids)) if port else {}
    return {
        "ip": ip,
        "addresses": list(addresses),
        "mac": port.mac if port else None,
        "subnet_id": subnet_ids.get(ip),
    }


def for_cache(found: Sequence[ProjectHosts]) -> Dict[str, Any]:
    return {"form": FORM, "projects": [project.as_json() for project in found]}


def from_cache(kept: Any) -> Optional[List[ProjectHosts]]:
    """What a cache holds; None where another version wrote it, or it is spoilt."""
    try:
        return [ProjectHosts.from_json(entry) for entry in kept["projects"]] if kept["form"] == FORM else None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


@dataclass(frozen=True)
class Wanted:
    """Which hosts are wanted. An empty list wants all; without *statuses* those that are going are left out."""

    regions: Sequence[str] = ()
    statuses: Sequence[str] = ()
    networks: Sequence[str] = ()
    names: Sequence[str] = ()

    def unknown_regions(self, found: Sequence[ProjectHosts]) -> List[str]:
        """Those in which nothing is: no instance, and no network."""
        return [region for region in self.regions if region not in known_regions(found)]

    def unknown_statuses(self, found: Sequence[ProjectHosts]) -> List[str]:
        """Those that no instance is in, and that OVHcloud does not have."""
        seen = {host["ovh_status"] for project in found for host in project.hosts}
        return [status for status in self.statuses if status.upper() not in seen and status.upper() not in STAGES]

    def among(self, project: ProjectHosts) -> List[Host]:
        ids = project.network_ids(self.networks)
        statuses = [status.upper() for status in self.statuses]
        return [
            host
            for host in project.hosts
            if (not self.regions or host["ovh_region"] in self.regions)
            and (host["ovh_status"] in statuses if statuses else is_there(host["ovh_status"]))
            and (not self.networks or any(one["id"] in ids for one in host["ovh_networks"].values()))
            and (not self.names or any(fnmatchcase(host["ovh_name"], pattern) for pattern in self.names))
        ]


def known_regions(found: Sequence[ProjectHosts]) -> Set[str]:
    """Where anything is."""
    regions = {host["ovh_region"] for project in found for host in project.hosts}
    return regions.union(entry.region for project in found for network in project.networks for entry in network.regions)


def address_to_connect(host: Host, connect_with: str, network_ids: Optional[Set[str]]) -> Optional[str]:
    """Where a host is reached: private addresses on one of these networks, or on any for None."""
    private = [
        one["ip"]
        for one in host["ovh_networks"].values()
        if one["type"] != PUBLIC and (network_ids is None or one["id"] in network_ids)
    ]
    ways = {
        "public_ipv4": [host["ovh_public_ip"]],
        "public_ipv6": [host["ovh_public_ipv6"]],
        "private": private,
        "any": [host["ovh_public_ip"], host["ovh_public_ipv6"], *private],
    }
    return next((address for address in ways[connect_with] if address), None)
