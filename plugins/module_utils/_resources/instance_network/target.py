# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A network as a place for instances: the public one or a private one, and its two ids."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..._engine.model import Call, Reader
from ..._messages import error
from ..._shared.answers import listed, objects, optional_text, text
from ..._shared.project import Project
from ..private_network.record import Network, find_network, indexed
from .wish import PUBLIC as PUBLIC  # noqa: PLC0414  others find it here  # pylint: disable=useless-import-alias

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


def read_public_network(read: Reader, project: Project) -> PublicNetwork:
    networks = listed(read.get("cloud", "project", project.id, "network", "public"), "public networks")
    if not networks:
        raise error("bad_list", thing="public networks")
    return PublicNetwork.from_api(networks[0])


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
        return self.network.hindrance(self.region) if self.network is not None else ""

    def refuse_more(self) -> None:
        """Refuse to put an instance on a network that is going, or in a state that waiting may not change."""
        if self.network is not None:
            self.network.refuse_more(self.region)

    def ids(self) -> Tuple[str, Optional[str]]:
        """The id that the guide gives, and the one that OpenStack has for the region."""
        if self.network is not None:
            entry = self.network.region(self.region)
            return self.network.id, entry.openstack_id if entry else None
        public = self.public
        return (public.id, public.openstack_ids.get(self.region)) if public else ("", None)


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


def spelled(ip: str) -> str:
    """An address as everybody writes it; what is none stays as it is."""
    try:
        return str(ipaddress.ip_address(ip.strip().partition("/")[0]))
    except ValueError:
        return ip


def known_networks(networks: Sequence[Network]) -> Dict[str, Network]:
    """Every id of every private network -> the network."""
    return indexed(networks).with_id


def network_names(networks: Sequence[Network]) -> Dict[str, str]:
    """Every id of every private network -> its name."""
    return {one: network.name for network in networks for one in network.ids()}


def ip_differs(instance: str, network: str, there: Optional[str], wanted: str) -> Exception:
    return error("interface_ip_differs", instance=instance, network=network, there=there or "none", wanted=wanted)
