# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""verify, on machines: what is wrong is found where it is, and many of them cost little."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.guests.lab import NETWORKD, TOGETHER, Guest, Lab, Port, lab
from tests.guests.plays import Controller, inventory
from tests.guests.root import why_not
from tests.support.playbooks import PlaybookRun

BY_DHCP = "[Match]\nName={}\n[Network]\nDHCP=ipv4\n[DHCPv4]\nUseGateway={}\nUseDNS={}\nUseRoutes={}\n"
MANY = 40


def networks_of(guest: Guest) -> dict[str, Any]:
    """As the inventory would say it."""
    return {
        port.network: {
            "id": "public" if port.network == "public" else f"pn-1_{port.network}",
            "type": "public" if port.network == "public" else "private",
            "addresses": [port.address],
            "mac": port.mac,
        }
        for port in guest.ports
    }


def verify(made: Lab, *guests: Guest) -> PlaybookRun:
    hosts = inventory(made, {guest.name: {"ovh_networks": networks_of(guest)} for guest in guests})
    arguments = ("-i", str(hosts), "-e", "verify_become=false", "-e", "verify_dns_name=example.org")
    return Controller(made, "ovhcloud.vrack.verify", *arguments, ANSIBLE_SHOW_CUSTOM_STATS="1").done()


def found(done: PlaybookRun) -> dict[str, list[str]]:
    """The codes of what is wrong, by machine."""
    looks = [task for task in done.tasks if task.action == "ovhcloud.vrack.guest_reach"]
    assert looks, done.output
    return {
        one.host: [problem["code"] for problem in one.result["problems"]] if one.outcome == "ok" else [one.outcome]
        for one in looks
    }


@pytest.fixture(scope="module")
def three() -> Iterator[tuple[Lab, list[Guest]]]:
    """Machines on the public network and a VLAN, configured as they should be."""
    if why_not():
        pytest.skip(why_not())
    with lab() as made:
        made.vlan("blue", "10.0.0.1")
        guests = []
        for number in range(3):
            ports = [
                Port("public", f"fa:16:3e:00:01:{number:02x}", f"203.0.113.{50 + number}"),
                Port("blue", f"fa:16:3e:00:02:{number:02x}", f"10.0.0.{50 + number}"),
            ]
            files = {
                "/etc/systemd/network/10-ens3.network": BY_DHCP.format("ens3", *["yes"] * 3),
                "/etc/systemd/network/10-ens4.network": BY_DHCP.format("ens4", *["no"] * 3),
            }
            guests.append(made.guest(f"web-{number + 1}", NETWORKD, ports, files))
        made.serve()
        made.boot(*guests)
        for guest in guests:
            made.until(lambda one=guest: made.answers(one), f"{guest.name} does not answer")
            made.until(lambda one=guest: "10.0.0." in one.inside("ip -4 address show dev ens4"), "no private address")
        yield made, guests


def test_machines_that_are_connected(three: tuple[Lab, list[Guest]]) -> None:
    made, guests = three
    begun = time.monotonic()
    done = verify(made, *guests)
    print(f"\nverify of {len(guests)} machines: {time.monotonic() - begun:.1f} s")
    assert done.code == 0, done.output
    assert found(done) == {guest.name: [] for guest in guests}
    assert "web-1  ok      2 of 2 reached" in done.output
    assert '"verify_failed": 0' in done.output
    assert [task.task for task in done.tasks if task.changed] == []


@contextmanager
def broken(guest: Guest, how: str, mended: str) -> Iterator[None]:
    guest.inside(how)
    try:
        yield
    finally:
        guest.inside(mended)


ALONE = "/etc/systemd/network/05-alone.network"
LEAVE = f"printf '[Match]\nName=ens4\n[Link]\nUnmanaged=yes\n' > {ALONE}; networkctl reload; sleep 1; "


@pytest.mark.parametrize(
    ("how", "mended", "expected", "words"),
    [
        (
            LEAVE + "ip address flush dev ens4",
            f"rm {ALONE}; networkctl reload; networkctl reconfigure ens4",
            {"web-1": ["verify_silent"], "web-2": ["verify_address", "verify_no_way"], "web-3": ["verify_silent"]},
            "10.0.0.51, which the API gives on network 'blue', is on no interface: ens4 has no address",
        ),
        (
            "ip link set ens4 mtu 1400",
            "ip link set ens4 mtu 1500",
            {"web-1": ["verify_mtu"], "web-2": [], "web-3": ["verify_mtu"]},
            "web-2 (10.0.0.51) answer, but not to whole packets of 1500 bytes by ens4",
        ),
        (
            "ip route add 198.51.100.0/24 via 203.0.113.1; ip route replace default via 10.0.0.1",
            "ip route del 198.51.100.0/24; ip route del default via 10.0.0.1; networkctl reconfigure ens3",
            {"web-1": [], "web-2": ["verify_default"], "web-3": []},
            "the default route is by 10.0.0.1 on ens4, and not on the public interface ens3",
        ),
        (
            "rm /etc/resolv.conf; echo nameserver 10.0.0.1 > /etc/resolv.conf",
            "ln -sf /run/systemd/resolve/resolv.conf /etc/resolv.conf",
            {"web-1": [], "web-2": ["verify_dns"], "web-3": []},
            "no name server answers for example.org",
        ),
        (
            "ip link set ens3 down",
            "ip link set ens3 up",
            {"web-1": [], "web-2": ["unreachable"], "web-3": []},
            "Ansible does not reach the machine",
        ),
    ],
    ids=["address", "mtu", "default", "dns", "away"],
)
def test_what_is_wrong_is_found(
    three: tuple[Lab, list[Guest]], how: str, mended: str, expected: dict[str, list[str]], words: str
) -> None:
    made, guests = three
    with broken(guests[1], how, mended):
        done = verify(made, *guests)
    wrong = sum(1 for codes in expected.values() if codes)
    assert found(done) == expected
    assert words in done.output
    assert done.code != 0
    assert f'"verify_failed": {wrong}' in done.output
    assert f"{wrong} of 3 machines are not connected as they should be." in done.output
    made.until(lambda: made.answers(guests[1]), "not mended")
    made.until(lambda: "10.0.0.51" in guests[1].inside("ip -4 address show dev ens4"), "not mended")


# Many

NEIGHBOURS = Path("/proc/sys/net/ipv4/neigh/default/gc_thresh3")


@contextmanager
def room_for_neighbours() -> Iterator[None]:
    """All namespaces of a kernel share one table of neighbours, and forty machines that all know each other fill it."""
    before = NEIGHBOURS.read_text(encoding="utf-8")
    NEIGHBOURS.write_text(str(max(int(before), 8 * MANY * MANY)), encoding="utf-8")
    try:
        yield
    finally:
        NEIGHBOURS.write_text(before, encoding="utf-8")


@contextmanager
def crowd(made: Lab) -> Iterator[list[Guest]]:
    """Machines of which nothing runs but sshd, over one root."""
    root = made.shared_root("crowd")
    guests, servers = [], []
    for number in range(MANY):
        ports = [
            Port("public", f"fa:16:3e:00:03:{number:02x}", f"203.0.113.{100 + number}"),
            Port("blue", f"fa:16:3e:00:04:{number:02x}", f"10.0.0.{100 + number}"),
        ]
        guests.append(made.bare(f"many-{number}", root, ports))
    try:
        for guest in guests:
            command = ["ip", "netns", "exec", guest.namespace, "chroot", str(root), "/usr/sbin/sshd", "-D"]
            with guest.log.open("ab") as log:
                servers.append(
                    subprocess.Popen([*TOGETHER, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
                )
        yield guests
    finally:
        for server in servers:
            server.terminate()
            server.wait(10)


def test_forty_machines_in_less_than_a_minute(three: tuple[Lab, list[Guest]]) -> None:
    made, _guests = three
    with room_for_neighbours(), crowd(made) as guests:
        made.until(lambda: all(made.answers(one) for one in (guests[0], guests[-1])), "they do not answer")
        begun = time.monotonic()
        done = verify(made, *guests)
        seconds = time.monotonic() - begun
    print(f"\nverify of {MANY} machines: {seconds:.1f} s")
    assert done.code == 0, done.output
    assert done.output.count(f"{MANY - 1} of {MANY - 1} reached") == MANY
    assert seconds < 60
