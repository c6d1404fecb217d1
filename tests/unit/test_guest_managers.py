# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each network manager is told, as text."""

from __future__ import annotations

import configparser

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import VrackError
from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest.managers import (
    IFUPDOWN,
    MANAGERS,
    NETWORK_MANAGER,
    NETWORKD,
    Place,
    all_paths,
    back,
    down,
    files,
    up,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest.wanted import (
    Wanted,
    wanted_interface,
    wanted_interfaces,
)

MAC = "fa:16:3e:00:00:04"
STATIC = {
    "mac": MAC,
    "method": "static",
    "addresses": ["10.0.0.5/24", "10.0.0.6/24"],
    "routes": [{"to": "10.1.0.0/16", "via": "10.0.0.1", "metric": 7}],
    "mtu": 1400,
}
OUT = {**STATIC, "default_route": True, "gateway": "10.0.0.1", "metric": 50}


def text(manager: str, item: dict, *, described: bool = False) -> str:
    found = files(manager, wanted_interface(item), Place("ens4", described))
    return "\n".join(file.content for file in found)


def settings(manager: str, item: dict) -> dict[str, dict[str, str]]:
    """The file of one of the managers that have sections."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text(manager, item))
    return {name: dict(parser[name]) for name in parser.sections()}


def test_networkd_by_dhcp_takes_an_address_and_nothing_else() -> None:
    said = settings(NETWORKD, {"mac": MAC.upper()})
    assert said["Match"] == {"MACAddress": MAC, "Kind": "!vlan bridge bond macvlan ipvlan"}
    assert said["Network"] == {"DHCP": "ipv4", "LinkLocalAddressing": "ipv6", "IPv6AcceptRA": "no"}
    assert said["DHCPv4"] == dict.fromkeys(
        ("UseRoutes", "UseGateway", "UseDNS", "UseDomains", "UseNTP", "UseHostname"), "no"
    )
    assert said["Link"] == {"RequiredForOnline": "no"}


def test_networkd_takes_what_is_asked_for() -> None:
    said = settings(NETWORKD, {"mac": MAC, "default_route": True, "dns": True, "metric": 50, "mtu": 1400})
    assert {said["DHCPv4"][name] for name in ("UseRoutes", "UseGateway", "UseDNS", "UseDomains")} == {"yes"}
    assert said["DHCPv4"]["RouteMetric"] == "50"
    assert said["Link"]["MTUBytes"] == "1400"
    assert said["DHCPv4"]["UseMTU"] == "no", "or the server's would win"


def test_networkd_static() -> None:
    said = text(NETWORKD, STATIC)
    assert "[Network]\nAddress=10.0.0.5/24\nAddress=10.0.0.6/24\n" in said
    assert said.count("[Route]") == 1
    assert "[Route]\nDestination=10.1.0.0/16\nGateway=10.0.0.1\nMetric=7\n" in said
    assert "DHCP" not in said
    assert "[Route]\nGateway=10.0.0.1\nMetric=50\n" in text(NETWORKD, OUT)


def test_network_manager_by_dhcp_takes_an_address_and_nothing_else() -> None:
    said = settings(NETWORK_MANAGER, {"mac": MAC})
    assert said["ethernet"] == {"mac-address": MAC}
    assert said["ipv4"] == {
        "method": "auto",
        "never-default": "true",
        "ignore-auto-routes": "true",
        "ignore-auto-dns": "true",
    }
    assert said["ipv6"] == {"method": "link-local"}
    assert int(said["connection"]["autoconnect-priority"]) > 120, "which is what cloud-init's own profiles have"
    assert settings(NETWORK_MANAGER, {"mac": MAC, "default_route": True, "dns": True})["ipv4"] == {"method": "auto"}


def test_network_manager_static() -> None:
    said = settings(NETWORK_MANAGER, OUT)
    assert said["ipv4"] == {
        "method": "manual",
        "address1": "10.0.0.5/24",
        "address2": "10.0.0.6/24",
        "gateway": "10.0.0.1",
        "route-metric": "50",
        "route1": "10.1.0.0/16,10.0.0.1,7",
    }
    assert said["ethernet"]["mtu"] == "1400"
    assert settings(NETWORK_MANAGER, STATIC)["ipv4"]["never-default"] == "true"
    [file] = files(NETWORK_MANAGER, wanted_interface(OUT), Place("ens4"))
    assert file.mode == "0600", "NetworkManager reads no keyfile that others may read"


def test_ifupdown_by_dhcp_takes_an_address_and_nothing_else() -> None:
    stanza, hook = files(IFUPDOWN, wanted_interface({"mac": MAC}), Place("ens4"))
    assert stanza.content.endswith("allow-hotplug ens4\niface ens4 inet dhcp\n")
    assert '[ "$interface" = ens4 ]' in hook.content
    for name in ("new_routers", "new_rfc3442_classless_static_routes", "new_domain_name_servers", "new_host_name"):
        assert name in hook.content
    asked = files(IFUPDOWN, wanted_interface({"mac": MAC, "default_route": True, "dns": True, "mtu": 1400}), Place("e"))
    assert "routers" not in asked[1].content
    assert "name_servers" not in asked[1].content
    assert "new_interface_mtu=1400" in asked[1].content


def test_ifupdown_leaves_a_stanza_of_somebody_else_alone() -> None:
    """It would bring the interface up twice."""
    [hook] = files(IFUPDOWN, wanted_interface({"mac": MAC}), Place("ens4", described=True))
    assert hook.path.startswith("/etc/dhcp/")


def test_ifupdown_static() -> None:
    said = text(IFUPDOWN, STATIC)
    assert "iface ens4 inet static\n    address 10.0.0.5/24\n    mtu 1400\n" in said
    assert "    up ip address add 10.0.0.6/24 dev $IFACE\n" in said
    assert "    up ip route replace 10.1.0.0/16 via 10.0.0.1 dev $IFACE metric 7\n" in said
    assert "    gateway 10.0.0.1\n    metric 50\n" in text(IFUPDOWN, OUT)
    assert "gateway" not in said


@pytest.mark.parametrize("manager", MANAGERS)
@pytest.mark.parametrize("item", [{"mac": MAC}, STATIC, OUT])
def test_every_file_is_one_that_is_looked_for(manager: str, item: dict) -> None:
    """So that one that is left of another method is found, and is never one of netplan's or cloud-init's."""
    wanted = wanted_interface(item)
    paths = [file.path for file in files(manager, wanted, Place("ens4"))]
    assert set(paths) <= set(all_paths(manager, wanted, "ens4"))
    assert all("ovhcloud-vrack" in path and "netplan" not in path for path in paths)
    commands = [*down(manager, "ens4"), *up(manager, "ens4", wanted), *back(manager, "ens4", None)]
    assert all("ens4" in command for command in commands if command[1] not in ("reload", "connection")), "of ours only"


# What is asked for


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"mac": "ens4"}, "mac is 'ens4'"),
        ({"mac": MAC, "method": "static"}, "addresses is needed where method is static"),
        ({"mac": MAC, "addresses": ["10.0.0.5/24"]}, "can't have addresses: method is dhcp"),
        ({**STATIC, "addresses": ["10.0.0.5"]}, "IPv4 addresses with a prefix"),
        ({**STATIC, "addresses": ["fd00::1/64"]}, "IPv4 addresses with a prefix"),
        ({**STATIC, "default_route": True}, "gateway is needed for a default route"),
        ({**STATIC, "gateway": "10.0.0.1"}, "default_route is false"),
        ({**STATIC, "dns": True}, "name servers come by dhcp only"),
        ({"mac": MAC, "gateway": "10.0.0.1"}, "the server says which"),
        ({"mac": MAC, "mtu": 90000}, "mtu is '90000'"),
        ({"mac": MAC, "metric": -1}, "metric is '-1'"),
        ({"mac": MAC, "routes": [{"to": "0.0.0.0/0", "via": "10.0.0.1"}]}, "a default route is asked for"),
        ({"mac": MAC, "routes": [{"to": "10.0.0.1/8", "via": "10.0.0.1"}]}, "routes.to is '10.0.0.1/8'"),
        ({"mac": MAC, "routes": [{"to": "10.0.0.0/8", "via": "x\nDNS=1.1.1.1"}]}, "routes.via"),
    ],
)
def test_what_can_not_be_is_refused(item: dict, words: str) -> None:
    with pytest.raises(VrackError) as refused:
        wanted_interface(item)
    assert words in refused.value.sentence()


def test_an_interface_is_asked_for_once_and_one_has_the_default_route() -> None:
    with pytest.raises(VrackError, match="asked for twice"):
        wanted_interfaces([{"mac": MAC}, {"mac": MAC.upper().replace(":", "-")}])
    with pytest.raises(VrackError, match="more than one interface is to bring the default route"):
        wanted_interfaces([{"mac": MAC, "default_route": True}, {"mac": "fa:16:3e:00:00:05", "default_route": True}])


def test_what_was_wanted_goes_to_json_and_back() -> None:
    wanted = wanted_interface(OUT)
    assert Wanted.from_json(wanted.as_json()) == wanted
