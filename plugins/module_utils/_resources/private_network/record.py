# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private networks of a project: a VLAN of the vRack, region by region (…/network/private)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from ..._engine.model import Reader
from ..._messages import error
from ..._shared.answers import number, objects, optional_objects, optional_text, text
from ..._shared.entries import Entries, entries
from ..._shared.instance_states import holds_addresses
from ..._shared.lookup import UUID, find_one, normalised, plain
from ..._shared.project import Project

GOING = "DELETING"
ACTIVE = "ACTIVE"
BUILDING = "BUILDING"


@dataclass(frozen=True)
class NetworkRegion:
    """The network in one region. The OpenStack id is there once it is ACTIVE."""

    region: str
    status: str
    openstack_id: Optional[str]

    @property
    def in_use(self) -> bool:
        """Whether it takes subnets and instances."""
        return self.status == ACTIVE and bool(self.openstack_id)


@dataclass(frozen=True)
class Network:
    """What the API says of a private network."""

    id: str
    name: str
    vlan_id: int
    status: str
    regions: Tuple[NetworkRegion, ...]

    @staticmethod
    def from_api(data: Any) -> Network:
        regions = [
            NetworkRegion(
                text(entry, "region", "network's region"),
                text(entry, "status", "network's region"),
                optional_text(entry, "openstackId", "network's region"),
            )
            for entry in objects(data, "regions", "network")
        ]
        return Network(
            id=text(data, "id", "network"),
            name=text(data, "name", "network"),
            vlan_id=number(data, "vlanId", "network"),
            status=text(data, "status", "network"),
            regions=tuple(sorted(regions, key=lambda entry: entry.region)),
        )

    def region(self, name: str) -> Optional[NetworkRegion]:
        return next((entry for entry in self.regions if entry.region == name), None)

    def hindrance(self, region: str) -> str:
        """Why nothing can be put on it in that region now, or nothing."""
        entry = self.region(region)
        if entry is not None and entry.in_use:
            return ""
        if entry is not None and entry.status == ACTIVE:
            return f"network '{self.name}' has no OpenStack id in {region} yet"
        return f"network '{self.name}' is {entry.status if entry else 'not'} in {region}"

    def refuse_more(self, region: str) -> None:
        """Refuse to put anything on one that is going, or in a state that waiting may not change."""
        if self.status == GOING:
            raise error("network_takes_no_more", name=self.name, status=self.status, where="")
        entry = self.region(region)
        if entry is not None and entry.status not in (ACTIVE, BUILDING):
            raise error("network_takes_no_more", name=self.name, status=entry.status, where=f" in {region}")

    def ids(self) -> List[str]:
        return [self.id] + [entry.openstack_id for entry in self.regions if entry.openstack_id]

    def record(self, project: Project) -> Dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "vlan_id": self.vlan_id,
            "project": project.id,
            "status": self.status,
            "regions": [entry.region for entry in self.regions],
            "region_status": {entry.region: entry.status for entry in self.regions},
            "openstack_ids": {entry.region: entry.openstack_id for entry in self.regions},
        }


class Networks(Entries[Network]):
    """Networks of a project that are found by id, name or VLAN without a walk through all of them."""

    @cached_property
    def by_id(self) -> Dict[str, List[Network]]:
        return _index(self, lambda network: network.ids())

    @cached_property
    def with_id(self) -> Dict[str, Network]:
        """The same, of each id the last."""
        return {one: network for network in self for one in network.ids()}

    @cached_property
    def by_name(self) -> Dict[str, List[Network]]:
        return _index(self, lambda network: [plain(network.name)])

    @cached_property
    def by_vlan(self) -> Dict[str, List[Network]]:
        return _index(self, lambda network: [str(network.vlan_id)])

    def vlans(self) -> Dict[int, str]:
        """Each VLAN that is taken, as far as that can be told, with the name of its network."""
        odd = [one.data for one in self.odd if isinstance(one.data, Mapping)]
        said = {one["vlanId"]: str(one.get("name")) for one in odd if isinstance(one.get("vlanId"), int)}
        return {**said, **{network.vlan_id: network.name for network in self}}


def indexed(networks: Sequence[Network]) -> Networks:
    return networks if isinstance(networks, Networks) else Networks(networks)


def _index(networks: Iterable[Network], keys: Callable[[Network], Iterable[str]]) -> Dict[str, List[Network]]:
    found: Dict[str, List[Network]] = {}
    for network in networks:
        for key in keys(network):
            found.setdefault(key, []).append(network)
    return found


def list_networks(read: Reader, project: Project) -> Networks:
    """All private networks of the project, in one request."""
    answer = read.get("cloud", "project", project.id, "network", "private")
    return networks_in(answer)


def networks_in(answer: Any) -> Networks:
    """Those of an answer."""
    found = entries(answer, "networks", "network", lambda data: [Network.from_api(data)])
    networks = Networks(found)
    networks.odd = found.odd
    return networks


def find_network(ref: str, networks: Sequence[Network], region: Optional[str] = None) -> Network:
    """By pn-… id, by OpenStack id (of that region), by name, or by VLAN number."""
    ref = normalised(ref)
    known = indexed(networks)
    fitting = staying(matching_networks(ref, known))
    if UUID.fullmatch(ref) and region is not None:
        for network in fitting:
            for entry in network.regions:
                if entry.openstack_id == ref and entry.region != region:
                    raise error("id_of_other_region", ref=ref, name=network.name, other=entry.region, region=region)
    if len(fitting) == 1:
        return fitting[0]
    return find_one("network", ref, fitting or networks, lambda one: one.ids(), lambda one: one.name)


def matching_networks(ref: str, networks: Sequence[Network]) -> List[Network]:
    """All that *ref* fits: those with that id, or else that name, or else that VLAN number."""
    ref = normalised(ref)
    known = indexed(networks)
    return known.by_id.get(ref) or known.by_name.get(plain(ref)) or known.by_vlan.get(ref) or []


def staying(networks: Sequence[Network]) -> List[Network]:
    """Those that are not going, unless all are."""
    return [network for network in networks if network.status != GOING] or list(networks)


@dataclass(frozen=True)
class NetworkUser:
    """An address that an instance has in a network, which it names by one id or another."""

    instance: str
    region: str
    network_id: str
    ip: str


def list_users(read: Reader, project: Project) -> List[NetworkUser]:
    """All addresses of the project's instances, in one request. Those of an instance that is going count no more."""
    answer = read.get("cloud", "project", project.id, "instance")
    return list(entries(answer, "instances", "instance", _users))


def _users(instance: Any) -> List[NetworkUser]:
    """The addresses of one instance. One of which the status isn't known is there."""
    status = instance.get("status") if isinstance(instance, Mapping) else None
    if isinstance(status, str) and not holds_addresses(status):
        return []
    name = instance.get("name") if isinstance(instance, Mapping) else None
    return [
        NetworkUser(
            name if isinstance(name, str) else text(instance, "id", "instance"),
            text(instance, "region", "instance"),
            optional_text(address, "networkId", "address") or "",
            optional_text(address, "ip", "address") or "",
        )
        for address in optional_objects(instance, "ipAddresses", "instance")
    ]


def users_of(
    network: Network, users: Sequence[NetworkUser], region: Optional[str] = None, cidr: Optional[str] = None
) -> List[str]:
    """Who has an address in the network (in one region, in one subnet), as "instance (address)"."""
    ids = network.ids()
    return sorted(
        f"{user.instance} ({user.ip})"
        for user in users
        if user.network_id in ids and region in (None, user.region) and (cidr is None or _is_in(user.ip, cidr))
    )


def _is_in(ip: str, cidr: str) -> bool:
    try:
        return ipaddress.ip_address(ip) in ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return False
