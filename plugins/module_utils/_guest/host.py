# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a machine says of its interfaces: links, addresses and routes as iproute2 prints them, and who manages what."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from .._messages import error
from .managers import IFUPDOWN, MANAGERS, NETWORK_MANAGER, NETWORKD, STANZA_FOLDER, Command
from .wanted import DHCP, Wanted

Run = Callable[[Command], Tuple[int, str]]
"""Runs a command, and gives its code and what it prints. A program that is not there is a code other than 0."""

STACKED = ("vlan", "bridge", "bond", "macvlan", "ipvlan", "team")
UNMANAGED = "10"
"""NetworkManager's number for a device that is none of its business."""


@dataclass(frozen=True)
class Link:
    """An interface as it is."""

    device: str
    mac: str
    mtu: int
    addresses: Tuple[str, ...] = ()


@dataclass(frozen=True)
class DefaultRoute:
    """Where all goes that has no better way. The one with the lowest metric counts."""

    device: str
    gateway: Optional[str] = None
    metric: int = 0


@dataclass(frozen=True)
class Network:
    """All links, and the default routes, the one that counts first."""

    links: Tuple[Link, ...]
    defaults: Tuple[DefaultRoute, ...]

    @property
    def default(self) -> Optional[DefaultRoute]:
        return self.defaults[0] if self.defaults else None

    def link_of(self, mac: str) -> Optional[Link]:
        return next((link for link in self.links if link.mac == mac), None)

    def named(self, device: str) -> Optional[Link]:
        return next((link for link in self.links if link.device == device), None)


def look(run: Run) -> Network:
    """As it is now."""
    return read_network(*(_json(run, command) for command in LOOKS))


LOOKS: Tuple[Command, ...] = (
    ("ip", "-j", "-d", "address", "show"),
    ("ip", "-j", "-4", "route", "show", "default"),
)


def read_network(addresses: Any, routes: Any) -> Network:
    links = []
    for one in addresses:
        if one.get("link_type") == "ether" and one.get("linkinfo", {}).get("info_kind") not in STACKED:
            fours = [info for info in one.get("addr_info", ()) if info.get("family") == "inet"]
            held = tuple(f"{info['local']}/{info['prefixlen']}" for info in fours)
            links.append(Link(one["ifname"], one["address"].lower(), one["mtu"], held))
    defaults = [DefaultRoute(one["dev"], one.get("gateway"), one.get("metric", 0)) for one in routes if one.get("dev")]
    return Network(tuple(links), tuple(sorted(defaults, key=lambda one: one.metric)))


def _json(run: Run, command: Command) -> Any:
    code, out = run(command)
    try:
        if code:
            raise ValueError(out)
        return json.loads(out or "[]")
    except ValueError:
        raise error("guest_unreadable", command=" ".join(command), said=out.strip()[:200] or "nothing") from None


def differences(wanted: Wanted, network: Network) -> List[str]:
    """In what the interface is not yet, or no longer, as it was asked for."""
    link = network.link_of(wanted.mac)
    if link is None:
        return [f"no interface has the MAC {wanted.mac}"]
    found = []
    if wanted.method == DHCP and not link.addresses:
        found.append(f"{link.device} has no address yet")
    missing = [address for address in wanted.addresses if address not in link.addresses]
    if missing:
        found.append(f"{link.device} lacks {', '.join(missing)}")
    if wanted.mtu and link.mtu != wanted.mtu:
        found.append(f"{link.device} has MTU {link.mtu}, not {wanted.mtu}")
    own = [route for route in network.defaults if route.device == link.device]
    if own and not wanted.default_route:
        found.append(f"{link.device} has a default route, by {own[0].gateway}")
    if wanted.default_route and (network.default is None or network.default.device != link.device):
        found.append(f"{link.device} has no default route that counts")
    return found


# Who manages what


def active_managers(run: Run) -> List[str]:
    """Those that run. ifupdown is none that runs: it is there where its unit was started."""
    services = {NETWORKD: "systemd-networkd", NETWORK_MANAGER: "NetworkManager", IFUPDOWN: "networking"}
    return [name for name in MANAGERS if run(("systemctl", "is-active", "--quiet", services[name]))[0] == 0]


def owners(run: Run, active: Sequence[str], device: str, stanzas: Mapping[str, Sequence[str]]) -> List[str]:
    """Which of these have the device in hand."""
    own = {
        NETWORKD: lambda: _networkd_has(run, device),
        NETWORK_MANAGER: lambda: _network_manager_has(run, device),
        IFUPDOWN: lambda: device in stanzas,
    }
    return [name for name in active if own[name]()]


def _networkd_has(run: Run, device: str) -> bool:
    code, out = run(("networkctl", "list", "--no-legend", "--no-pager", device))
    return code == 0 and bool(out.split()) and out.split()[-1] != "unmanaged"


def _network_manager_has(run: Run, device: str) -> bool:
    code, out = run(("nmcli", "--get-values", "GENERAL.STATE", "device", "show", device))
    return code == 0 and bool(out.split()) and out.split()[0] != UNMANAGED


def profile_on(run: Run, device: str) -> Optional[str]:
    """Of NetworkManager's: the connection that is active on the device, by its id."""
    code, out = run(("nmcli", "--get-values", "GENERAL.CON-UUID", "device", "show", device))
    return out.strip() or None if code == 0 else None


def stanzas_in(texts: Mapping[str, str]) -> Dict[str, List[str]]:
    """The files of ifupdown's that describe each device, apart from those that are ours."""
    found: Dict[str, List[str]] = {}
    for path, text in texts.items():
        for device in re.findall(r"^[ \t]*iface[ \t]+(\S+)[ \t]+inet[ \t]", text, re.MULTILINE):
            found.setdefault(device, []).append(path)
    return found


def foreign(stanzas: Mapping[str, Sequence[str]], device: str) -> List[str]:
    return [path for path in stanzas.get(device, ()) if not path.startswith(f"{STANZA_FOLDER}/60-ovhcloud-vrack-")]


def manager_for(device: str, active: Sequence[str], own: Sequence[str], of_default: Sequence[str]) -> str:
    """The one that has it, or of what nobody has, the one that has the default route's device."""
    if len(own) > 1:
        raise error("guest_two_managers", device=device, managers=" and ".join(own))
    candidates = own or of_default or active
    if len(candidates) != 1:
        found = " and ".join(candidates) or "none of " + ", ".join(MANAGERS)
        raise error("guest_no_manager", device=device, found=found)
    return candidates[0]
