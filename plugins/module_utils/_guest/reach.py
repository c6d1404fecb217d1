# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a machine is connected as the API says: its addresses, its default route, and the way to the others."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from .._engine.errors import VrackError
from .._messages import error
from .host import Link, Network
from .ping import SMALL, Probe, sizes

PUBLIC = "public"


@dataclass(frozen=True)
class Given:
    """An interface as the API gives it. The MAC is empty where it was not asked for."""

    network: str
    type: str
    addresses: Tuple[str, ...]
    mac: str = ""


@dataclass(frozen=True)
class Peer:
    """Another machine's address on a network that this one is on, too."""

    name: str
    network: str
    address: str


def checks_of(machines: Mapping[str, Mapping[str, Any]], name: str) -> Dict[str, Any]:
    """What *name* has to have and to reach, from all machines' ovh_networks."""
    own = machines.get(name) or {}
    interfaces = [
        {"network": network, "type": one["type"], "addresses": fours(one["addresses"]), "mac": one.get("mac") or ""}
        for network, one in own.items()
    ]
    private = {one["id"]: network for network, one in own.items() if one["type"] != PUBLIC}
    peers = [
        {"name": other, "network": private[one["id"]], "address": address}
        for other, networks in machines.items()
        if other != name
        for one in (networks or {}).values()
        if one["id"] in private
        for address in fours(one["addresses"])
    ]
    return {"interfaces": interfaces, "peers": peers}


def fours(addresses: Sequence[str]) -> List[str]:
    return [one for one in addresses if ":" not in one]


def of_interfaces(given: Sequence[Given], network: Network) -> List[VrackError]:
    """Addresses are those that the API gave, and the default route is by the public interface."""
    found = []
    for one in given:
        link = _link_of(one, network)
        held = [address.partition("/")[0] for address in link.addresses] if link else []
        lacking = [address for address in one.addresses if address not in held]
        if link is None and one.mac:
            found.append(error("verify_no_interface", network=one.network, mac=one.mac))
        elif lacking:
            where = link.device if link else "no interface"
            seen = ", ".join(held) or "no address"
            wanted = ", ".join(lacking)
            found.append(error("verify_address", network=one.network, wanted=wanted, device=where, seen=seen))
    return found + _of_default_route(given, network)


def _of_default_route(given: Sequence[Given], network: Network) -> List[VrackError]:
    default, public = network.default, next((one for one in given if one.type == PUBLIC), None)
    if default is None:
        return [error("verify_no_default")]
    link = _link_of(public, network) if public else None
    if link is None or default.device == link.device:
        return []
    return [error("verify_default", device=default.device, gateway=default.gateway, public=link.device)]


def _link_of(given: Given, network: Network) -> Optional[Link]:
    """By its MAC, or, where that is not known, by any of its addresses."""
    if given.mac:
        return network.link_of(given.mac.lower())
    held = [(link, address.partition("/")[0]) for link in network.links for address in link.addresses]
    return next((link for link, address in held if address in given.addresses), None)


def probes_for(peers: Sequence[Peer], network: Network) -> List[Probe]:
    """Where there is an interface on the same network: a packet from anywhere else would prove nothing."""
    ways = {peer.address: way_to(peer.address, network) for peer in peers}
    mtus = {address: link.mtu for address, link in ways.items() if link}
    return sizes(list(mtus), mtus)


def way_to(address: str, network: Network) -> Optional[Link]:
    """The interface whose own network the address is in."""
    target = ipaddress.IPv4Address(address)
    for link in network.links:
        if any(target in ipaddress.IPv4Interface(held).network for held in link.addresses):
            return link
    return None


def of_peers(peers: Sequence[Peer], network: Network, answered: Set[Probe]) -> List[VrackError]:
    """One problem a network and kind, with all those that it is about."""
    away: Dict[str, List[str]] = {}
    silent: Dict[Tuple[str, str], List[str]] = {}
    narrow: Dict[Tuple[str, str, int], List[str]] = {}
    for peer in peers:
        link, shown = way_to(peer.address, network), f"{peer.name} ({peer.address})"
        if link is None:
            away.setdefault(peer.network, []).append(shown)
        elif (peer.address, SMALL) not in answered:
            silent.setdefault((peer.network, link.device), []).append(shown)
        elif (peer.address, link.mtu) not in answered:
            narrow.setdefault((peer.network, link.device, link.mtu), []).append(shown)
    found = [error("verify_no_way", network=one, peers=_told(names)) for one, names in away.items()]
    found += [
        error("verify_silent", network=one, device=device, peers=_told(names))
        for (one, device), names in silent.items()
    ]
    found += [
        error("verify_mtu", network=one, device=device, mtu=mtu, peers=_told(names))
        for (one, device, mtu), names in narrow.items()
    ]
    return found


def _told(names: Sequence[str], how_many: int = 5) -> str:
    more = f" and {len(names) - how_many} more" if len(names) > how_many else ""
    return ", ".join(names[:how_many]) + more


def reached(peers: Sequence[Peer], network: Network, answered: Set[Probe]) -> int:
    """How many of them answered a small and a full packet."""
    links = [(peer.address, way_to(peer.address, network)) for peer in peers]
    return sum(1 for address, link in links if link and {(address, SMALL), (address, link.mtu)} <= answered)


def summed_up(results: Mapping[str, Mapping[str, Any]]) -> Dict[str, Any]:
    """What the module returned on each machine, or why it did not, as a table and a count."""
    rows = {name: _row(result) for name, result in results.items()}
    width = max([len(name) for name in rows], default=0)
    lines = []
    for name, (seen, problems) in rows.items():
        lines.append(f"{name:<{width}}  {'FAILED' if problems else 'ok':<6}  {seen}")
        lines += [f"{'':<{width}}  - {problem}" for problem in problems]
    wrong = {name: problems for name, (_seen, problems) in rows.items() if problems}
    return {"lines": lines, "failed": len(wrong), "problems": wrong}


def _row(result: Mapping[str, Any]) -> Tuple[str, List[str]]:
    said = str(result.get("msg") or "").strip()
    if result.get("unreachable"):
        return "not looked at", [error("verify_unreached", said=said or "no reason is given").sentence()]
    if result.get("failed"):
        return "not looked at", [said or "no reason is given"]
    return f"{result['reached']} of {result['peers']} reached", [one["text"] for one in result["problems"]]
