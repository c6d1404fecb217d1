# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances as hosts of an inventory: their variables, which of them are wanted, and where each is reached."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from .._engine.model import Reader
from .attachment import PUBLIC, Interface, list_interfaces
from .catalog import list_flavors, list_images
from .instance import Instance, list_instances
from .instance_states import is_there
from .private_network import Network, NetworkRegion, list_networks, matching_networks
from .project import Project

Host = Dict[str, Any]
"""An instance's variables, all of JSON's types."""


@dataclass(frozen=True)
class ProjectHosts:
    """What an inventory knows of a project. Goes to a cache and back as JSON."""

    networks: Sequence[Network]
    hosts: Sequence[Host]

    def as_json(self) -> Dict[str, Any]:
        return {"networks": [asdict(network) for network in self.networks], "hosts": list(self.hosts)}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> ProjectHosts:
        networks = []
        for network in data["networks"]:
            regions = tuple(NetworkRegion(**region) for region in network["regions"])
            networks.append(Network(**{**network, "regions": regions}))
        return ProjectHosts(networks, list(data["hosts"]))

    def network_ids(self, refs: Iterable[str]) -> Set[str]:
        """The ids of all networks that *refs* fit, as *ovh_networks* has them."""
        found: Set[str] = set()
        for ref in refs:
            found.update([PUBLIC] if ref == PUBLIC else [one.id for one in matching_networks(ref, self.networks)])
        return found


def read_hosts(
    read: Reader, projects: Sequence[Project], with_names: bool, with_interfaces: bool
) -> List[ProjectHosts]:
    """Everything of all projects: two requests a project, two more for names, and one an instance for interfaces."""
    parts = [("instance",), ("network", "private")] + ([("flavor",), ("image",)] if with_names else [])
    read.get_many([("cloud", "project", project.id, *part) for project in projects for part in parts])
    return [_project_hosts(read, project, with_names, with_interfaces) for project in projects]


def _project_hosts(read: Reader, project: Project, with_names: bool, with_interfaces: bool) -> ProjectHosts:
    networks = list_networks(read, project)
    instances = sorted(list_instances(read, project), key=lambda one: (one.region, one.name, one.id))
    names: Dict[str, str] = {}
    if with_names:
        names.update({flavor.id: flavor.name for flavor in list_flavors(read, project)})
        names.update({image.id: image.name for image in list_images(read, project)})
    interfaces = list_interfaces(read, project, [one.id for one in instances]) if with_interfaces else {}
    hosts = [host_variables(project, one, networks, names, interfaces.get(one.id, ())) for one in instances]
    return ProjectHosts(networks, hosts)


def host_variables(
    project: Project,
    instance: Instance,
    networks: Sequence[Network],
    names: Mapping[str, str],
    interfaces: Sequence[Interface],
) -> Host:
    """The variables of a host. Flavor and image go by their ids where *names* lacks them."""
    on_networks = _networks(instance, networks, interfaces)
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
        "ovh_public_ip": instance.address("public", 4),
        "ovh_public_ipv6": instance.address("public", 6),
        "ovh_private_ip": next((one["ip"] for one in on_networks.values() if one["type"] != PUBLIC), None),
        "ovh_networks": on_networks,
        "ovh_vlans": {
            str(one["vlan_id"]): {"network": name, **one}
            for name, one in on_networks.items()
            if one["vlan_id"] is not None
        },
    }


def _networks(instance: Instance, networks: Sequence[Network], interfaces: Sequence[Interface]) -> Dict[str, Any]:
    """What the instance has on each network, by the network's name: the public one first, then by VLAN."""
    known = {one: network for network in networks for one in network.ids()}
    addresses: Dict[str, List[str]] = {}
    for kind, ip, network_id in instance.addresses:
        network = known.get(network_id)
        key = PUBLIC if kind == PUBLIC else network.id if network else network_id
        addresses.setdefault(key, []).append(ip)

    def order(key: str) -> Any:
        network = known.get(key)
        return key != PUBLIC, network is None, network.vlan_id if network else 0, key

    found: Dict[str, Any] = {}
    for key in sorted(addresses, key=order):
        network = known.get(key)
        name = network.name if network else key
        found[key if name in found or (network and name == PUBLIC) else name] = {
            "id": key,
            "type": PUBLIC if key == PUBLIC else "private",
            "vlan_id": network.vlan_id if network else None,
            **_port(addresses[key], interfaces),
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


@dataclass(frozen=True)
class Wanted:
    """Which hosts are wanted. An empty list wants all; without *statuses* those that are going are left out."""

    regions: Sequence[str] = ()
    statuses: Sequence[str] = ()
    networks: Sequence[str] = ()
    names: Sequence[str] = ()

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
