# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an interface of a machine is to be, from inside: checked as far as that goes without the machine."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import asdict, dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from .._messages import error

DHCP, STATIC = "dhcp", "static"
MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
SMALLEST_MTU, LARGEST_MTU = 576, 9000


@dataclass(frozen=True)
class Route:
    """A network that is reached by a router on this interface."""

    to: str
    via: str
    metric: Optional[int] = None


@dataclass(frozen=True)
class Wanted:
    """An interface, found by its MAC. Unless asked, it brings neither a default route nor a name server."""

    mac: str
    method: str = DHCP
    addresses: Tuple[str, ...] = ()
    gateway: Optional[str] = None
    routes: Tuple[Route, ...] = ()
    default_route: bool = False
    dns: bool = False
    metric: Optional[int] = None
    mtu: Optional[int] = None

    @property
    def mark(self) -> str:
        """What its files are called by."""
        return self.mac.replace(":", "")

    def as_json(self) -> Dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Wanted:
        routes = tuple(Route(**route) for route in data["routes"])
        return Wanted(**{**data, "addresses": tuple(data["addresses"]), "routes": routes})


def wanted_interfaces(items: Sequence[Mapping[str, Any]]) -> List[Wanted]:
    """All of them, each MAC once, and one default route at most."""
    found = [wanted_interface(item) for item in items]
    macs = [one.mac for one in found]
    for mac in macs:
        if macs.count(mac) > 1:
            raise error("guest_twice", mac=mac)
    defaults = [one.mac for one in found if one.default_route]
    if len(defaults) > 1:
        raise error("guest_defaults", macs=", ".join(defaults))
    return found


def wanted_interface(item: Mapping[str, Any]) -> Wanted:
    """One, from the options of an item."""
    mac = str(item["mac"]).strip().lower().replace("-", ":")
    if not MAC.fullmatch(mac):
        raise error("bad_value", option="mac", value=item["mac"], wanted="a MAC address such as fa:16:3e:00:00:04")
    wanted = Wanted(
        mac=mac,
        method=item.get("method") or DHCP,
        addresses=tuple(_address(one) for one in item.get("addresses") or ()),
        gateway=_host("gateway", item["gateway"]) if item.get("gateway") else None,
        routes=tuple(_route(one) for one in item.get("routes") or ()),
        default_route=bool(item.get("default_route")),
        dns=bool(item.get("dns")),
        metric=item.get("metric"),
        mtu=item.get("mtu"),
    )
    _check(wanted)
    return wanted


def _check(wanted: Wanted) -> None:
    if wanted.method not in (DHCP, STATIC):
        raise error("bad_value", option="method", value=wanted.method, wanted=f"{DHCP} or {STATIC}")
    static = wanted.method == STATIC
    if static and not wanted.addresses:
        raise error("option_needed", option="addresses", when=f"where method is {STATIC}")
    if static and wanted.default_route and not wanted.gateway:
        raise error("option_needed", option="gateway", when="for a default route of a static interface")
    unfitting = [
        ("addresses", wanted.addresses and not static, f"method is {DHCP}"),
        ("gateway", wanted.gateway and not static, f"with {DHCP} the server says which"),
        ("gateway", wanted.gateway and not wanted.default_route, "default_route is false"),
        ("dns", wanted.dns and static, f"name servers come by {DHCP} only"),
    ]
    for option, is_given, why in unfitting:
        if is_given:
            raise error("guest_unfitting", option=option, mac=wanted.mac, why=why)
    _check_numbers(wanted)


def _check_numbers(wanted: Wanted) -> None:
    if wanted.mtu is not None and not SMALLEST_MTU <= wanted.mtu <= LARGEST_MTU:
        limits = f"from {SMALLEST_MTU} to {LARGEST_MTU}"
        raise error("bad_value", option="mtu", value=wanted.mtu, wanted=limits)
    for metric in (wanted.metric, *(route.metric for route in wanted.routes)):
        if metric is not None and not 0 < metric < 2**32:
            raise error("bad_value", option="metric", value=metric, wanted="a whole number above 0")


def _address(text: Any) -> str:
    """With its prefix: what is on the same link can't be guessed."""
    try:
        if "/" not in str(text):
            raise ValueError
        return str(ipaddress.IPv4Interface(str(text).strip()))
    except ValueError:
        form = "IPv4 addresses with a prefix, such as 192.168.42.10/24"
        raise error("bad_value", option="addresses", value=text, wanted=form) from None


def _host(option: str, text: Any) -> str:
    try:
        return str(ipaddress.IPv4Address(str(text).strip()))
    except ValueError:
        raise error("bad_value", option=option, value=text, wanted="an IPv4 address") from None


def _route(item: Mapping[str, Any]) -> Route:
    to = str(item.get("to") or "").strip()
    try:
        network = ipaddress.IPv4Network(to)
    except ValueError:
        raise error("bad_value", option="routes.to", value=to, wanted="an IPv4 network such as 10.1.0.0/16") from None
    if network.prefixlen == 0:
        raise error("guest_default_as_route")
    return Route(str(network), _host("routes.via", item.get("via")), item.get("metric"))
