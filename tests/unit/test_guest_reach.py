# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a machine's connections, from what it says of itself and who answered."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.filter.guest_checks import guest_checks
from ansible_collections.ovhcloud.vrack.plugins.filter.guest_table import guest_table
from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest.host import (
    DefaultRoute,
    Link,
    Network,
    manager_for,
    read_network,
    stanzas_in,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest.ping import SMALL, answer_in, checksum, packet
from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest.reach import (
    Given,
    Peer,
    of_interfaces,
    of_peers,
    probes_for,
    reached,
)

OUT = Link("ens3", "fa:16:3e:00:00:03", 1500, ("203.0.113.50/24",))
BLUE = Link("ens4", "fa:16:3e:00:00:04", 1400, ("10.0.0.50/24",))
PUBLIC = Given("public", "public", ("203.0.113.50",), OUT.mac)
PRIVATE = Given("blue", "private", ("10.0.0.50",), BLUE.mac)
PEERS = [Peer("web-2", "blue", "10.0.0.51"), Peer("web-3", "blue", "10.0.0.52")]
ALL = {(peer.address, size) for peer in PEERS for size in (SMALL, 1400)}
WELL = Network((OUT, BLUE), (DefaultRoute("ens3", "203.0.113.1"),))


def codes(problems: list[Any]) -> list[str]:
    return [one.code for one in problems]


def test_a_machine_that_is_connected_has_no_problem() -> None:
    assert of_interfaces([PUBLIC, PRIVATE], WELL) == []
    assert set(probes_for(PEERS, WELL)) == ALL
    assert of_peers(PEERS, WELL, ALL) == []
    assert reached(PEERS, WELL, ALL) == 2


@pytest.mark.parametrize(
    ("network", "code", "words"),
    [
        (Network((OUT, BLUE), ()), "verify_no_default", "no default route"),
        (Network((OUT, BLUE), (DefaultRoute("ens4", "10.0.0.1"),)), "verify_default", "by 10.0.0.1 on ens4"),
        (Network((OUT,), WELL.defaults), "verify_no_interface", BLUE.mac),
        (Network((OUT, Link("ens4", BLUE.mac, 1500)), WELL.defaults), "verify_address", "ens4 has no address"),
        (
            Network((OUT, Link("ens4", BLUE.mac, 1500, ("10.0.0.9/24",))), WELL.defaults),
            "verify_address",
            "10.0.0.50, which the API gives on network 'blue', is on no interface: ens4 has 10.0.0.9",
        ),
    ],
)
def test_what_the_machine_has_is_held_against_the_api(network: Network, code: str, words: str) -> None:
    [problem] = of_interfaces([PUBLIC, PRIVATE], network)
    assert problem.code == code
    assert words in problem.sentence()


def test_without_a_mac_the_address_alone_tells() -> None:
    given = [Given("public", "public", ("203.0.113.50",)), Given("blue", "private", ("10.0.0.50",))]
    assert of_interfaces(given, WELL) == []
    assert codes(of_interfaces(given, Network((OUT,), WELL.defaults))) == ["verify_address"]
    moved = Network((OUT, BLUE), (DefaultRoute("ens4", "10.0.0.1"),))
    assert codes(of_interfaces(given, moved)) == ["verify_default"]


def test_a_machine_on_private_networks_only_may_go_out_by_one() -> None:
    assert of_interfaces([PRIVATE], Network((BLUE,), (DefaultRoute("ens4", "10.0.0.1"),))) == []


@pytest.mark.parametrize(
    ("network", "answered", "code", "words"),
    [
        (WELL, ALL - {("10.0.0.52", SMALL), ("10.0.0.52", 1400)}, "verify_silent", "web-3 (10.0.0.52) did not answer"),
        (WELL, ALL - {("10.0.0.51", 1400)}, "verify_mtu", "web-2 (10.0.0.51) answer, but not to whole packets of 1400"),
        (Network((OUT,), WELL.defaults), set(), "verify_no_way", "web-2 (10.0.0.51), web-3 (10.0.0.52)"),
    ],
)
def test_who_does_not_answer_is_told_with_what_was_seen(
    network: Network, answered: set[Any], code: str, words: str
) -> None:
    [problem] = of_peers(PEERS, network, answered)
    assert problem.code == code
    assert words in problem.sentence()


def test_many_that_do_not_answer_are_one_line() -> None:
    peers = [Peer(f"web-{number}", "blue", f"10.0.0.{number}") for number in range(100, 139)]
    [problem] = of_peers(peers, WELL, set())
    assert "web-104 (10.0.0.104) and 34 more" in problem.sentence()


MACHINES = {
    "web-1": {
        "public": {"id": "public", "type": "public", "addresses": ["203.0.113.50", "2001:db8::1"], "mac": None},
        "blue": {"id": "pn-1_42", "type": "private", "addresses": ["10.0.0.50"], "mac": BLUE.mac},
    },
    "web-2": {"blau": {"id": "pn-1_42", "type": "private", "addresses": ["10.0.0.51", "10.0.0.61"], "mac": None}},
    "web-3": {"red": {"id": "pn-1_43", "type": "private", "addresses": ["10.1.0.52"], "mac": None}},
    "web-4": {"public": {"id": "public", "type": "public", "addresses": ["203.0.113.54"], "mac": None}},
}


def test_checks_are_those_of_the_networks_that_both_are_on() -> None:
    checks = guest_checks(MACHINES, "web-1")
    assert [(one["name"], one["network"], one["address"]) for one in checks["peers"]] == [
        ("web-2", "blue", "10.0.0.51"),
        ("web-2", "blue", "10.0.0.61"),
    ]
    assert checks["interfaces"][0] == {"network": "public", "type": "public", "addresses": ["203.0.113.50"], "mac": ""}
    assert guest_checks(MACHINES, "web-3")["peers"] == []
    assert guest_checks(MACHINES, "unknown") == {"interfaces": [], "peers": []}


def test_the_table_has_a_line_a_machine_and_counts_those_with_problems() -> None:
    found = guest_table(
        {
            "web-1": {"peers": 2, "reached": 2, "problems": []},
            "long-name": {"peers": 2, "reached": 1, "problems": [{"code": "x", "text": "It is so. Do that."}]},
            "gone": {"unreachable": True, "msg": "timed out"},
            "odd": {"failed": True, "msg": "No echo requests."},
        }
    )
    assert found["failed"] == 3
    assert list(found["problems"]) == ["long-name", "gone", "odd"]
    assert found["lines"][:3] == [
        "web-1      ok      2 of 2 reached",
        "long-name  FAILED  1 of 2 reached",
        "           - It is so. Do that.",
    ]
    assert "Ansible does not reach the machine: timed out." in found["lines"][4]


# Packets


def test_an_answer_is_told_from_what_is_not_ours() -> None:
    mark, asked = b"12345678", packet(7, b"12345678", 1400)
    assert len(asked) == 1400 - 20
    assert checksum(asked) == 0, "which is what a receiver wants"
    answer = b"\0" + asked[1:]
    assert answer_in(answer, mark, raw=False) == 7
    assert answer_in(b"E" + bytes(19) + answer, mark, raw=True) == 7
    assert answer_in(asked, mark, raw=False) == 0, "a request is no answer"
    assert answer_in(answer, b"another!", raw=False) == 0
    assert answer_in(b"", mark, raw=True) == 0
    assert len(packet(1, mark, SMALL)) == SMALL - 20


# What a machine says of itself


def test_links_are_those_that_are_not_stacked_on_another() -> None:
    addresses = [
        {"ifname": "lo", "link_type": "loopback", "address": "00:00:00:00:00:00", "mtu": 65536},
        {
            "ifname": "ens4",
            "link_type": "ether",
            "address": BLUE.mac.upper(),
            "mtu": 1400,
            "addr_info": [
                {"family": "inet", "local": "10.0.0.50", "prefixlen": 24},
                {"family": "inet6", "local": "fe80::1", "prefixlen": 64},
            ],
        },
        {
            "ifname": "ens4.7",
            "link_type": "ether",
            "address": BLUE.mac,
            "mtu": 1400,
            "linkinfo": {"info_kind": "vlan"},
        },
    ]
    routes = [
        {"dst": "default", "gateway": "10.0.0.1", "dev": "ens4", "metric": 200},
        {"dst": "default", "dev": "ens3"},
    ]
    network = read_network(addresses, routes)
    assert network.links == (BLUE,)
    assert [route.device for route in network.defaults] == ["ens3", "ens4"]


def test_the_manager_is_the_one_that_has_the_device_or_the_first_interface() -> None:
    assert manager_for("ens4", ["systemd-networkd", "ifupdown"], ["ifupdown"], ["systemd-networkd"]) == "ifupdown"
    assert manager_for("ens4", ["systemd-networkd", "ifupdown"], [], ["ifupdown"]) == "ifupdown"
    with pytest.raises(Exception, match="both manage ens4"):
        manager_for("ens4", ["systemd-networkd", "NetworkManager"], ["systemd-networkd", "NetworkManager"], [])
    with pytest.raises(Exception, match="can't be told which manager"):
        manager_for("ens4", [], [], [])


def test_stanzas_are_found_in_every_file() -> None:
    texts = {"a": "auto ens4\niface ens4 inet dhcp\n", "b": "  iface ens4 inet6 auto\n# iface ens5 inet dhcp\n"}
    assert stanzas_in(texts) == {"ens4": ["a"]}
