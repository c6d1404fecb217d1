# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance, as the list of instances shows it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Tuple

from ..._engine.errors import BadAnswer
from ..._engine.model import Reader
from ..._messages import error
from ..._shared.answers import objects, optional_text, section, text
from ..._shared.entries import Entries, entries
from ..._shared.instance_states import Stage, holds_addresses, is_going, is_there, stage, way_out
from ..._shared.lookup import plain
from ..._shared.moments import moment
from ..._shared.project import Project
from ..instance_network.interface import BUSY_FOR
from ..instance_network.target import PUBLIC, spelled
from ..private_network.record import Network

YOUNG = 900.0
"""Seconds since it was ordered for which an instance may still be shown without some of what it was made with."""


@dataclass(frozen=True)
class Instance:
    """What the list of instances says of one."""

    id: str
    name: str
    region: str
    status: str
    flavor_id: str
    image_id: Optional[str]
    key_id: Optional[str]
    created: str
    monthly: bool
    zone: Optional[str]
    addresses: Tuple[Tuple[str, str, str], ...]
    """Type, address and network id of each."""
    odd: Tuple[str, ...] = ()
    """Fields that came otherwise than the API describes them, and are taken for not shown."""

    @staticmethod
    def from_api(data: Any) -> Instance:
        """Only the id must be there: an instance with an odd field hides no other, and is not hidden itself."""
        odd: List[str] = []

        def take(read: Callable[[Any, str, str], Any], field: str, otherwise: Any) -> Any:
            try:
                return read(data, field, "instance")
            except BadAnswer:
                odd.append(field)
                return otherwise

        instance_id = text(data, "id", "instance")
        return Instance(
            id=instance_id,
            name=take(text, "name", instance_id),
            region=take(text, "region", ""),
            status=take(text, "status", "UNKNOWN"),
            flavor_id=take(optional_text, "flavorId", None) or "",
            image_id=take(optional_text, "imageId", None) or None,
            key_id=take(optional_text, "sshKeyId", None) or None,
            created=take(optional_text, "created", None) or "",
            monthly=bool(take(section, "monthlyBilling", None)),
            zone=take(optional_text, "availabilityZone", None) or None,
            addresses=tuple(sorted(_addresses(take(objects, "ipAddresses", []), odd))),
            odd=tuple(odd),
        )

    @property
    def staying(self) -> bool:
        return is_there(self.status)

    @property
    def age(self) -> Tuple[str, str]:
        """Sorts instances, the oldest first."""
        return self.created, self.id

    def is_young(self, today: float) -> bool:
        """Whether it was made so lately that not all of it may be shown yet."""
        with suppress(ValueError):
            return today < moment(self.created).timestamp() + YOUNG
        return False

    def without_addresses(self) -> Instance:
        return replace(self, addresses=())


def _addresses(entries: Sequence[Any], odd: List[str]) -> List[Tuple[str, str, str]]:
    found = []
    for entry in entries:
        try:
            kind, ip = text(entry, "type", "instance's address"), text(entry, "ip", "instance's address")
            network = optional_text(entry, "networkId", "instance's address") or ""
            found.append((kind, spelled(ip), network))
        except BadAnswer:
            odd.append("ipAddresses")
    return found


def list_instances(read: Reader, project: Project) -> Entries[Instance]:
    """All instances of the project, in one request."""
    answer = read.get("cloud", "project", project.id, "instance")
    return entries(answer, "instances", "instance", lambda data: [Instance.from_api(data)])


def is_on(instance: Instance, network: Optional[Network]) -> bool:
    """Whether it has an address in the network, or (for None) in the public one."""
    if network is None:
        return any(kind == PUBLIC for kind, _ip, _network_id in instance.addresses)
    return any(network_id in network.ids() for _kind, _ip, network_id in instance.addresses)


def refuse_if_at_rest(instance: Instance) -> None:
    """Interfaces are added to and taken from running instances; one that is on its way is waited for."""
    if stage(instance.status) not in (Stage.RUNNING, Stage.COMING):
        what_to_do = way_out(instance.status)
        raise error(
            "instance_not_ready", name=instance.name, id=instance.id, status=instance.status, what_to_do=what_to_do
        )


class Holders:
    """Which instance has which private address, and which addresses an instance had that a look before this one saw."""

    def __init__(self, instances: Sequence[Instance], last: Optional[Holders] = None) -> None:
        self.had: Set[Tuple[str, str]] = last.had | set(last.by_address) if last else set()
        self.by_address: Dict[Tuple[str, str], List[Instance]] = {}
        for instance in instances:
            for _kind, ip, network_id in instance.addresses:
                self.by_address.setdefault((network_id, ip), []).append(instance)

    def of(self, ip: str, network: Network) -> List[Instance]:
        return [one for network_id in network.ids() for one in self.by_address.get((network_id, ip), ())]

    def refuse_taken(self, ip: str, network: Network, but: Sequence[Instance]) -> None:
        """Refuse an address that another instance has in the network, unless that one is going.

        DHCP's and routers' own are not seen here.
        """
        for one in self.of(ip, network):
            if holds_addresses(one.status) and one not in but:
                raise error("ip_taken", ip=ip, network=network.name, instance=one.name, id=one.id)

    def being_freed(self, ip: str, network: Network) -> Optional[str]:
        """Which instance still has the address and is about to give it back, or nothing."""
        for one in self.of(ip, network):
            if is_going(one.status):
                return f"instance '{one.name}' ({one.id}) is {one.status} and still has {ip}"
        return None

    def patience(self, wishes: Sequence[Tuple[Optional[str], Optional[Network]]]) -> float:
        """Seconds for which the API may refuse these addresses.

        The port of an instance that was seen is held for some time after it is gone, and comes free.
        """
        for ip, network in wishes:
            if ip and network is not None and any((one, ip) in self.had for one in network.ids()):
                return float("inf")
        return BUSY_FOR


class Found:
    """The instances of a project, found without going through all of them."""

    def __init__(self, instances: Sequence[Instance], last: Optional[Found] = None) -> None:
        self.by_id = {one.id: one for one in instances}
        self.holders: Holders = Holders(instances, last.holders if last else None)
        self._by_name: Dict[str, List[Instance]] = {}
        for one in instances:
            self._by_name.setdefault(plain(one.name), []).append(one)

    def named(self, name: str, region: Optional[str] = None) -> List[Instance]:
        """All of that name, in the region where one is given."""
        return [one for one in self._by_name.get(plain(name), ()) if region in (None, one.region)]
