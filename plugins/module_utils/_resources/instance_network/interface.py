# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An interface of an instance, and the call that adds one (…/instance/{id}/interface)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from ..._engine.model import Call, Reader
from ..._shared.answers import objects, optional_text, text
from ..._shared.entries import Entries, entries
from ..._shared.lookup import refuse_doubt
from ..._shared.project import Project
from ..private_network.record import Network
from .target import PUBLIC, Target, spelled, with_either_id

BUSY_FOR = 30.0
"""Seconds for which an instance may be busy with another change of its interfaces, or an address with a port that
nobody saw. An address that an instance was seen to have comes free: that is waited for as long as there is time."""
SHOWN_WITHIN = 30.0
"""Seconds after which an interface that is not shown was not made, where the answer to its creation was lost."""

Listed = Sequence[Tuple[str, str, str]]
"""The addresses of an instance as the list of instances shows them: type, address and network's id of each."""


@dataclass(frozen=True)
class Interface:
    """A port of an instance.

    listed_id: of its network, as the list of instances has it. It tells the network while OpenStack's id is not shown.
    """

    id: str
    type: str
    network_id: str
    mac: str
    state: str
    addresses: Tuple[str, ...]
    subnet_ids: Tuple[str, ...]
    listed_id: str = ""

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
        return self.type != PUBLIC and (self.network_id in target.ids() or self.listed_id == target.network.id)

    def beside(self, other: Interface) -> bool:
        """Whether it is another one on the same network."""
        return self.id != other.id and (self.type, self.network_id) == (other.type, other.network_id)

    def as_listed(self, addresses: Listed) -> Interface:
        """The same with the network that the list of instances has its address in."""
        named = {network_id for kind, ip, network_id in addresses if kind != PUBLIC and ip in self.addresses}
        return replace(self, listed_id=named.pop()) if self.type != PUBLIC and len(named) == 1 else self


def interface_path(project: Project, instance_id: str) -> Tuple[str, ...]:
    return ("cloud", "project", project.id, "instance", instance_id, "interface")


def parse_interfaces(answer: Any, addresses: Listed) -> Entries[Interface]:
    """*addresses*: what the list of instances shows of the instance."""
    found = entries(answer, "interfaces", "interface", lambda data: [Interface.from_api(data).as_listed(addresses)])
    return found.only(sorted(found, key=lambda one: (one.type != PUBLIC, one.id)))


def interfaces_on(target: Target, interfaces: Sequence[Interface]) -> List[Interface]:
    """Those in the network. None is not believed where one that is not understood may be in it."""
    there = [one for one in interfaces if one.on(target)]
    if not there:
        for network_id in target.ids() if target.network else ():
            refuse_doubt(interfaces, networkId=network_id)
        if target.network is None:
            refuse_doubt(interfaces, type=PUBLIC)
    return there


def list_interfaces(read: Reader, project: Project, instances: Mapping[str, Listed]) -> Dict[str, Entries[Interface]]:
    """The interfaces of each instance by its id, in one request an instance. *instances*: what is listed of each."""
    answers = read.get_many([interface_path(project, one) for one in instances], missing=[])
    return {one: parse_interfaces(answer, instances[one]) for one, answer in zip(instances, answers)}


def attach_call(
    project: Project,
    instance_id: str,
    instance_name: str,
    target: Target,
    ip: Optional[str],
    lock: str,
    patient_for: float = BUSY_FOR,
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
            patient_for=patient_for,
            patience=SHOWN_WITHIN,
            otherwise=otherwise,
        )

    return with_either_id([target], make)


def detach_call(project: Project, instance_id: str, interface_id: str, doing: str) -> Call:
    """Take an interface off (DELETE …/instance/{id}/interface/{interfaceId})."""
    path = (*interface_path(project, instance_id), interface_id)
    return Call("DELETE", path, doing, lock=instance_id, patient=(409,), patient_for=BUSY_FOR)


def interface_record(interface: Interface, known: Mapping[str, Network]) -> Dict[str, Any]:
    """The public record of an interface. *known*: every id of every private network with the network."""
    public = interface.type == PUBLIC
    network = None if public else known.get(interface.network_id) or known.get(interface.listed_id)
    return {
        "id": interface.id or None,
        "type": interface.type,
        "network": PUBLIC if public else network.name if network else interface.network_id,
        "network_id": interface.network_id or None,
        "vlan_id": network.vlan_id if network else None,
        "ip": interface.address,
        "addresses": list(interface.addresses),
        "mac": interface.mac or None,
        "state": interface.state or None,
    }


def in_order(records: Iterable[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The public interface first, the others by the names of their networks, which are known before the interfaces."""
    return sorted(records, key=lambda one: (one["type"] != PUBLIC, str(one["network"]), str(one["ip"] or "")))
