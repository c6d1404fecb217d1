# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that say to each network manager what an interface is to be, and the commands that make it read them.

Texts only: nothing here looks at a machine.
"""

from __future__ import annotations

import uuid
from typing import Dict, List, NamedTuple, Optional, Sequence

from .wanted import DHCP, Wanted

NETWORKD, NETWORK_MANAGER, IFUPDOWN = "systemd-networkd", "NetworkManager", "ifupdown"
MANAGERS = (NETWORKD, NETWORK_MANAGER, IFUPDOWN)

NETWORKD_FOLDER = "/etc/systemd/network"
KEYFILE_FOLDER = "/etc/NetworkManager/system-connections"
STANZA_FOLDER = "/etc/network/interfaces.d"
HOOK_FOLDER = "/etc/dhcp/dhclient-enter-hooks.d"
NAME = "ovhcloud-vrack"
TITLE = "# Made by Ansible (ovhcloud.vrack)."
PRIORITY = 900
"""Of a profile of NetworkManager's: cloud-init gives its own 120."""
OF_ROUTES = ("new_routers", "new_static_routes", "new_rfc3442_classless_static_routes")
OF_NAMES = ("new_domain_name_servers", "new_domain_name", "new_domain_search")
NEVER = ("new_host_name", "new_ntp_servers")
Command = Sequence[str]


class File(NamedTuple):
    """A file as it has to be. The mode is that of `chmod`."""

    path: str
    content: str
    mode: str = "0644"


class Place(NamedTuple):
    """Where an interface was found: what the machine calls it, and whether ifupdown's own files already have it."""

    device: str
    described: bool = False


def files(manager: str, wanted: Wanted, place: Place) -> List[File]:
    """What has to be there for this interface."""
    if manager == NETWORKD:
        return [File(networkd_path(wanted), networkd_file(by_mac(wanted.mac), wanted))]
    if manager == NETWORK_MANAGER:
        return [File(keyfile_path(wanted), keyfile(wanted, {"ethernet": [f"mac-address={wanted.mac}"]}), "0600")]
    found = [] if place.described else [File(stanza_path(wanted), stanza(wanted, place.device))]
    return found + ([File(hook_path(place.device), hook(wanted, place.device))] if wanted.method == DHCP else [])


def all_paths(manager: str, wanted: Wanted, device: str) -> List[str]:
    """Every file that there may be for it, also of another method."""
    if manager == NETWORKD:
        return [networkd_path(wanted)]
    if manager == NETWORK_MANAGER:
        return [keyfile_path(wanted)]
    return [stanza_path(wanted), hook_path(device)]


def down(manager: str, device: str) -> List[Command]:
    """What comes before the files change: ifupdown needs them to know what to take away."""
    if manager != IFUPDOWN:
        return []
    return [("ifdown", "--force", device), ("ip", "address", "flush", "dev", device)]


def up(manager: str, device: str, wanted: Wanted) -> List[Command]:
    """What makes the manager read the files that are there now."""
    if manager == NETWORKD:
        return [("networkctl", "reload"), ("networkctl", "reconfigure", device)]
    if manager == NETWORK_MANAGER:
        profile = ("nmcli", "--wait", "30", "connection", "up", "uuid", keyfile_id(wanted), "ifname", device)
        return [("nmcli", "connection", "load", keyfile_path(wanted)), profile]
    return [("ifup", device)]


def back(manager: str, device: str, profile: Optional[str]) -> List[Command]:
    """The same once the former files are back. profile: what NetworkManager had on the device."""
    if manager == NETWORKD:
        # What no file is about any more keeps its addresses and routes otherwise.
        flush = [("ip", "-4", "route", "flush", "dev", device), ("ip", "-4", "address", "flush", "dev", device)]
        return [*flush, ("networkctl", "reload"), ("networkctl", "reconfigure", device)]
    if manager == NETWORK_MANAGER:
        again = ("nmcli", "--wait", "30", "connection", "up", "uuid", profile, "ifname", device) if profile else None
        return [("nmcli", "connection", "reload"), again or ("nmcli", "device", "disconnect", device)]
    return [("ifup", device)]


# systemd-networkd


def networkd_path(wanted: Wanted) -> str:
    """Read before /run/systemd/network/10-netplan-*: the first that fits an interface is the one that counts."""
    return f"{NETWORKD_FOLDER}/05-{NAME}-{wanted.mark}.network"


def by_mac(mac: str) -> List[str]:
    """Not what is stacked on the interface, which often has its address."""
    return [f"MACAddress={mac}", "Kind=!vlan bridge bond macvlan ipvlan"]


def networkd_file(match: Sequence[str], wanted: Wanted) -> str:
    sections: Dict[str, List[str]] = {
        "Match": list(match),
        "Link": ["RequiredForOnline=no", *([f"MTUBytes={wanted.mtu}"] if wanted.mtu else [])],
        "Network": ["LinkLocalAddressing=ipv6", "IPv6AcceptRA=no"],
    }
    text = ""
    if wanted.method == DHCP:
        sections["Network"].insert(0, "DHCP=ipv4")
        sections["DHCPv4"] = [
            f"UseRoutes={_yes(wanted.default_route)}",
            f"UseGateway={_yes(wanted.default_route)}",
            f"UseDNS={_yes(wanted.dns)}",
            f"UseDomains={_yes(wanted.dns)}",
            "UseNTP=no",
            "UseHostname=no",
            *([f"RouteMetric={wanted.metric}"] if wanted.metric else []),
            *(["UseMTU=no"] if wanted.mtu else []),
        ]
    else:
        sections["Network"][:0] = [f"Address={address}" for address in wanted.addresses]
    if wanted.gateway:
        text += _section("Route", [f"Gateway={wanted.gateway}", *_metric("Metric=", wanted.metric)])
    for route in wanted.routes:
        lines = [f"Destination={route.to}", f"Gateway={route.via}", *_metric("Metric=", route.metric or wanted.metric)]
        text += _section("Route", lines)
    return TITLE + "\n" + "".join(_section(name, lines) for name, lines in sections.items()) + text


# NetworkManager


def keyfile_id(wanted: Wanted) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{NAME}/{wanted.mac}"))


def keyfile_path(wanted: Wanted) -> str:
    return f"{KEYFILE_FOLDER}/{NAME}-{wanted.mark}.nmconnection"


def keyfile(wanted: Wanted, match: Dict[str, List[str]], several: bool = False) -> str:
    """match: the settings that say which devices it is for. several: it may be on more than one of them."""
    name = f"{NAME}-{wanted.mark}" if wanted.mac else NAME
    connection = [f"id={name}", f"uuid={keyfile_id(wanted)}", "type=ethernet"]
    connection += [f"autoconnect-priority={PRIORITY if wanted.mac else PRIORITY - 1}"]
    connection += ["multi-connect=3"] if several else []
    four = ["method=auto" if wanted.method == DHCP else "method=manual"]
    four += [f"address{number}={address}" for number, address in enumerate(wanted.addresses, 1)]
    four += [f"gateway={wanted.gateway}"] if wanted.gateway else []
    four += [] if wanted.default_route else ["never-default=true"]
    if wanted.method == DHCP:
        four += [] if wanted.default_route else ["ignore-auto-routes=true"]
        four += [] if wanted.dns else ["ignore-auto-dns=true"]
    four += _metric("route-metric=", wanted.metric)
    for number, route in enumerate(wanted.routes, 1):
        four.append(f"route{number}={route.to},{route.via}" + "".join(_metric(",", route.metric)))
    sections = {
        "connection": connection,
        **{name: list(lines) for name, lines in match.items()},
        "ipv4": four,
        "ipv6": ["method=link-local"],
    }
    sections["ethernet"] = sections.get("ethernet", []) + ([f"mtu={wanted.mtu}"] if wanted.mtu else [])
    return TITLE + "\n" + "".join(_section(name, lines) for name, lines in sections.items() if lines)


# ifupdown


def stanza_path(wanted: Wanted) -> str:
    return f"{STANZA_FOLDER}/60-{NAME}-{wanted.mark}"


def stanza(wanted: Wanted, device: str) -> str:
    lines = []
    if wanted.method == DHCP:
        lines += _metric("metric ", wanted.metric)
    else:
        lines += [f"address {wanted.addresses[0]}"]
        lines += [f"gateway {wanted.gateway}", *_metric("metric ", wanted.metric)] if wanted.gateway else []
        lines += [f"mtu {wanted.mtu}"] if wanted.mtu else []
        lines += [f"up ip address add {address} dev $IFACE" for address in wanted.addresses[1:]]
    for route in wanted.routes:
        metric = "".join(_metric(" metric ", route.metric or wanted.metric))
        lines.append(f"up ip route replace {route.to} via {route.via} dev $IFACE{metric}")
    method = "dhcp" if wanted.method == DHCP else "static"
    head = [TITLE, f"allow-hotplug {device}", f"iface {device} inet {method}"]
    return "\n".join([*head, *(f"    {line}" for line in lines)]) + "\n"


def hook_path(device: str) -> str:
    """By the device's name: the hook of all devices that user data makes looks whether there is this one."""
    return f"{HOOK_FOLDER}/{NAME}-{device}"


def hook(wanted: Wanted, device: str) -> str:
    """dhclient reads it before it does what it was told. The names are those of its variables."""
    ignored = [*([] if wanted.default_route else OF_ROUTES), *([] if wanted.dns else OF_NAMES), *NEVER]
    lines = [f"    unset {' '.join(ignored)}"]
    lines += [f"    new_interface_mtu={wanted.mtu}"] if wanted.mtu else []
    lines += _metric("    IF_METRIC=", wanted.metric)
    return "\n".join([TITLE, f'if [ "$interface" = {device} ]; then', *lines, "fi"]) + "\n"


def _section(name: str, lines: Sequence[str]) -> str:
    return "\n".join([f"[{name}]", *lines]) + "\n\n"


def _metric(begin: str, metric: Optional[int]) -> List[str]:
    return [f"{begin}{metric}"] if metric else []


def _yes(value: bool) -> str:
    return "yes" if value else "no"
