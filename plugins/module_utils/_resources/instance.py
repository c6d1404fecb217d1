# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance, as the list of instances shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .._engine.model import Reader
from .._messages import error
from .attachment import PUBLIC, Interface, interface_record
from .border import objects, optional_text, section, text
from .instance_states import Stage, is_there, stage, way_out
from .private_network import Network
from .project import Project


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

    @staticmethod
    def from_api(data: Any) -> Instance:
        addresses = [
            (
                text(entry, "type", "instance's address"),
                text(entry, "ip", "instance's address"),
                optional_text(entry, "networkId", "instance's address") or "",
            )
            for entry in objects(data, "ipAddresses", "instance")
        ]
        return Instance(
            id=text(data, "id", "instance"),
            name=text(data, "name", "instance"),
            region=text(data, "region", "instance"),
            status=text(data, "status", "instance"),
            flavor_id=optional_text(data, "flavorId", "instance") or "",
            image_id=optional_text(data, "imageId", "instance"),
            key_id=optional_text(data, "sshKeyId", "instance"),
            created=optional_text(data, "created", "instance") or "",
            monthly=bool(section(data, "monthlyBilling", "instance")),
            zone=optional_text(data, "availabilityZone", "instance"),
            addresses=tuple(sorted(addresses)),
        )

    @property
    def staying(self) -> bool:
        return is_there(self.status)

    @property
    def age(self) -> Tuple[str, str]:
        """Sorts instances, the oldest first."""
        return self.created, self.id

    def address(self, kind: str, version: int) -> Optional[str]:
        found = [ip for type_, ip, network in self.addresses if type_ == kind and (":" in ip) == (version == 6)]
        return found[0] if found else None

    def record(
        self, project: Project, interfaces: Sequence[Interface], names: Dict[str, str], flavor: str, image: str
    ) -> Dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "project": project.id,
            "region": self.region,
            "status": self.status,
            "flavor": flavor,
            "flavor_id": self.flavor_id,
            "image": image,
            "image_id": self.image_id,
            "ssh_key_id": self.key_id,
            "billing": "monthly" if self.monthly else "hourly",
            "availability_zone": self.zone,
            "created": self.created,
            "public_ip": self.address("public", 4),
            "public_ipv6": self.address("public", 6),
            "private_ip": self.address("private", 4),
            "interfaces": [interface_record(interface, names) for interface in interfaces],
        }


def list_instances(read: Reader, project: Project) -> List[Instance]:
    """All instances of the project, in one request."""
    return [Instance.from_api(data) for data in read.get("cloud", "project", project.id, "instance")]


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


def refuse_taken_ip(ip: str, network: Network, instances: Sequence[Instance]) -> None:
    """Refuse an address that another instance has in the network. DHCP's and routers' own are not seen here."""
    for instance in instances:
        if any(taken == ip and network_id in network.ids() for _kind, taken, network_id in instance.addresses):
            raise error("ip_taken", ip=ip, network=network.name, instance=instance.name, id=instance.id)
