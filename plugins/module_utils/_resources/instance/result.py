# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The public record of an instance."""

from __future__ import annotations

from typing import Any, Dict, Sequence

from ..._shared.project import Project
from ..instance_network.interface import Interface, in_order, interface_record
from ..instance_network.target import PUBLIC, known_networks
from ..private_network.record import Network
from .addresses import addresses_by_network, first_address, private_address
from .record import Instance


def instance_record(
    instance: Instance,
    project: Project,
    interfaces: Sequence[Interface],
    networks: Sequence[Network],
    flavor: str,
    image: str,
) -> Dict[str, Any]:
    """*flavor* and *image* are their names."""
    known = known_networks(networks)
    addresses = addresses_by_network(instance, interfaces, networks)
    return {
        "id": instance.id,
        "name": instance.name,
        "project": project.id,
        "region": instance.region,
        "status": instance.status,
        "flavor": flavor,
        "flavor_id": instance.flavor_id,
        "image": image,
        "image_id": instance.image_id,
        "ssh_key_id": instance.key_id,
        "billing": "monthly" if instance.monthly else "hourly",
        "availability_zone": instance.zone,
        "created": instance.created,
        "public_ip": first_address(addresses.get(PUBLIC, ())),
        "public_ipv6": first_address(addresses.get(PUBLIC, ()), 6),
        "private_ip": private_address(addresses),
        "interfaces": in_order(interface_record(interface, known) for interface in interfaces),
    }
