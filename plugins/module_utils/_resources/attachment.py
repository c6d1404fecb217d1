# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Between instances and networks: the public network, interfaces, and two ids for one network."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from .._engine.model import Call, Reader
from .._messages import error
from .border import listed, objects, optional_text, text
from .private_network import Network, find_network
from .project import Project

BUSY_FOR = 30.0
"""Seconds for which an instance may be busy with another change of its interfaces."""

PUBLIC = "public"
"""How the public network is named in options and records."""

PRIVATE = "private"


@dataclass(frozen=True)
class PublicNetwork:
    """Ext-Net: one id that serves in every region, and an OpenStack id in each."""

    id: str
    openstack_ids: Dict[str, str]

    @staticmethod
    def from_api(data: Any) -> PublicNetwork:
        ids = {
            text(entry, "region", "public network"): optional_text(entry, "openstackId", "public network")
            for entry in objects(data, "regions", "public network")
        }
        return PublicNetwork(text(data, "id", "public network"), {name: one for name, one in ids.items() if one})


def wished_network(network: Optional[str], public: bool) -> str:
    """What the options *network* and *public*, of which there is exactly one, mean together."""
    if public and network:
        raise error("bad_value", option="network", value=network, wanted="left out beside public: true")
    if not public and not network:
        raise error("option_needed", option="network or public: true", when="to know which network is meant")
    return PUBLIC if public else str(network)


def read_public_network(read: Reader, project: Project) -> PublicNetwork:
    return PublicNetwork.from_api(read.get("cloud", "project", project.id, "network", "public")[0])


@dataclass(frozen=True)
class Target:
    """A network in one region, to be on: the public one (*network* None) or a private one."""

    region: str
    public: Optional[PublicNetwork] = None
    network: Optional[Network] = None

    @property
    def name(self) -> str:
        return self.network.name if self.network else PUBLIC

    def hindrance(self) -> str:
        """Why the network takes no instance in the region now, or nothing."""
        if self.network is None:
            return ""
        entry = self.network.region(self.region)
        if entry is not None and entry.status == "ACTIVE" and entry.openstack_id:
            return ""
        return f"network '{self.network.name}' is {entry.status if entry else 'not'} in {self.region}"

    def ids(self) -> Tuple[str, Optional[str]]:
        """The id that the guide gives, and the one that OpenStack has for the region."""
        if self.network is not None:
            entry = self.network.region(self.region)
            return self.network.id, entry.openstack_id if entry else None
        public = self.public
        return (public.id, public.openstack_ids.get(self.region)) if public else ("", None)


@dataclass(frozen=True)
class Interface:
    """A port of an instance."""

    id: str
    type: str
    network_id: str
    mac: str
    state: str
    addresses: Tuple[str, ...]
    subnet_ids: Tuple[str, ...]

    @staticmethod
    def from_api(data: Any) -> Interface:
        """Without addresses where none are shown."""
        shown = isinstance(data, dict) and data.get("fixedIps") is not None
        fixed = [one for one in objects(data, "fixedIps", "interface") if one.get("ip")] if shown else []
        return Interface(
            id=text(data, "id", "interface"),
            type=text(data, "type", "interface"),
            network_id=text(data, "networkId", "interface"),
            mac=optional_text(data, "macAddress", "interface") or "",
            state=optional_text(data, "state", "interface") or "",
            addresses=tuple(spelled(text(entry, "ip", "interface")) for entry in fixed),
            subnet_ids=tuple(optional_text(entry, "subnetId", "interface") or "" for entry in fixed),
        )

    @property
    def address(self) -> Optional[str]:
        """The first IPv4 address, or the first of any kind."""
        fours = [one for one in self.addresses if ":" not in one]
        return next(iter(fours or self.addresses), None)

    @property
    def building(self) -> bool:
        return self.state.upper() in ("BUILD", "BUILDING")

    def on(self, target: Target) -> bool:
        """Whether it is in that network, which may be named by either of its ids."""
        if target.network is None:
            return self.type == PUBLIC
        return self.type != PUBLIC and self.network_id in target.ids()


def interface_path(project: Project, instance_id: str) -> Tuple[str, ...]:
    return ("cloud", "project", project.id, "instance", instance_id, "interface")


def parse_interfaces(answer: Any) -> Tuple[Interface, ...]:
    found = [Interface.from_api(data) for data in listed(answer, "interfaces")]
    return tuple(sorted(found, key=lambda one: (one.type != PUBLIC, one.id)))


def list_interfaces(read: Reader, project: Project, instance_ids: Sequence[str]) -> Dict[str, Tuple[Interface, ...]]:
    """The interfaces of each instance, in one request an instance."""
    answers = read.get_many([interface_path(project, one) for one in instance_ids], missing=[])
    return {one: parse_interfaces(answer) for one, answer in zip(instance_ids, answers)}


def find_target(ref: str, region: str, networks: Sequence[Network], public: Optional[PublicNetwork]) -> Target:
    """The network that *ref* means in the region."""
    if ref == PUBLIC:
        return Target(region, public=public)
    return Target(region, network=find_network(ref, networks, region))


def with_either_id(
    targets: Sequence[Target],
    make: Any,
) -> Call:
    """A call that sends networks by the id of the guide and, where that is refused, by OpenStack's.

    *make* gets one id a target and returns the call.
    """
    first: List[str] = []
    second: List[str] = []
    for target in targets:
        guide, openstack = target.ids()
        first.append(guide)
        second.append(openstack or guide)
    call: Call = make(first, None)
    if first == second:
        return call
    other: Call = make(second, None)
    whole: Call = make(first, other)
    return whole


def attach_call(
    project: Project, instance_id: str, instance_name: str, target: Target, ip: Optional[str], lock: str
) -> Call:
    """Add an interface (POST …/instance/{id}/interface)."""

    def make(ids: List[str], otherwise: Optional[Call]) -> Call:
        body = {"networkId": ids[0]}
        if ip is not None:
            body["ip"] = ip
        return Call(
            "POST",
            interface_path(project, instance_id),
            f"attach instance '{instance_name}' to '{target.name}'",
            body,
            lock=lock,
            patient=(409,),
            patient_for=BUSY_FOR,
            patience=30.0,
            otherwise=otherwise,
        )

    return with_either_id([target], make)


def spelled(ip: str) -> str:
    """An address as everybody writes it; what is none stays as it is."""
    try:
        return str(ipaddress.ip_address(ip.strip().partition("/")[0]))
    except ValueError:
        return ip


def known_networks(networks: Sequence[Network]) -> Dict[str, Network]:
    """Every id of every private network -> the network."""
    return {one: network for network in networks for one in network.ids()}


def network_names(networks: Sequence[Network]) -> Dict[str, str]:
    """Every id of every private network -> its name."""
    return {one: network.name for network in networks for one in network.ids()}


def interface_record(interface: Interface, known: Mapping[str, Network]) -> Dict[str, Any]:
    """The public record of an interface. *known*: every id of every private network with the network."""
    public = interface.type == PUBLIC
    network = None if public else known.get(interface.network_id)
    return {
        "id": interface.id,
        "type": interface.type,
        "network": PUBLIC if public else network.name if network else interface.network_id,
        "network_id": interface.network_id,
        "vlan_id": network.vlan_id if network else None,
        "ip": interface.address,
        "addresses": list(interface.addresses),
        "mac": interface.mac,
        "state": interface.state,
    }


def ip_differs(instance: str, network: str, there: Optional[str], wanted: str) -> Exception:
    return error("interface_ip_differs", instance=instance, network=network, there=there or "none", wanted=wanted)
