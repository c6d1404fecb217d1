# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A first boot with our user data and without it, on a virtual machine; and an interface that is plugged in later.

`make guest-vm` runs it, and nothing else does: it takes minutes. Only here it shows that netplan's files, which match
by the permanent MAC, come after ours, and that ours match by the driver virtio_net.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import yaml
from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest.user_data import with_guest_network

from tests.guests.lab import PUBLIC_ROUTER, Lab, Port, lab
from tests.guests.plays import role
from tests.guests.vm import Vm, is_settled, start

PATIENCE = 400.0
BY_NETPLAN, OURS = "/run/systemd/network/10-netplan-ens4.network", "/etc/systemd/network/05-ovhcloud-vrack.network"
OWN = "#!/bin/sh\necho mine >> /root/mine\n"


@pytest.fixture(scope="module")
def made() -> Iterator[Lab]:
    with lab() as found:
        found.vlan("blue", "10.0.0.1")
        found.vlan("green", "10.1.0.1")
        yield found


def first_boot(made: Lab, name: str, number: int, user_data: str) -> Vm:
    ports = [
        Port("public", f"fa:16:3e:00:01:{number:02x}", f"203.0.113.{50 + number}"),
        Port("blue", f"fa:16:3e:00:02:{number:02x}", f"10.0.0.{50 + number}"),
    ]
    begun = time.monotonic()
    guest = start(made, name, ports, user_data)
    made.until(lambda: is_settled(guest), f"{name} is not through with its first boot", PATIENCE)
    print(f"\n{name}: a first boot of {time.monotonic() - begun:.0f} s, default routes by {guest.defaults()}")
    return guest


@pytest.fixture(scope="module")
def plain(made: Lab) -> Iterator[Vm]:
    """With the user's own user data alone. One machine at a time: each takes all that there is of the processor."""
    guest = first_boot(made, "plain", 1, OWN)
    yield guest
    made.power_off(guest)


@pytest.fixture(scope="module")
def ours(made: Lab) -> Iterator[Vm]:
    guest = first_boot(made, "ours", 2, with_guest_network(OWN, yaml.safe_load))
    yield guest
    made.power_off(guest)


def addresses(guest: Vm, device: str) -> str:
    return guest.inside(f"ip -4 -br address show dev {device}", check=False)


def file_of(guest: Vm, device: str) -> str:
    """The file by which systemd-networkd goes."""
    [line] = [one for one in guest.inside(f"networkctl status {device}").splitlines() if "Network File:" in one]
    return line.split()[-1]


def test_without_our_user_data(made: Lab, plain: Vm) -> None:
    """The private interface has the default route, or one just as good: a test that can't show it proves nothing."""
    assert "ens4" in plain.defaults()
    assert plain.ports[1].address in addresses(plain, "ens4")
    assert file_of(plain, "ens4") == BY_NETPLAN
    assert f"PermanentMACAddress={plain.ports[1].mac}" in plain.inside(f"cat {BY_NETPLAN}")


def test_plugged_in_without_it(made: Lab, plain: Vm) -> None:
    """Nobody configures it, until the role does; which takes the private default route away as well."""
    port = Port("green", "fa:16:3e:00:03:01", "10.1.0.51")
    device = plain.plug_in(port)
    made.serve()
    made.until(lambda: device in plain.inside("ip -br link"), "the interface is not there")
    time.sleep(10)
    assert port.address not in addresses(plain, device)
    done = role(made, {"plain": [{"mac": one.mac} for one in plain.ports[1:]]}, where=made.public).done(400)
    assert done.code == 0, done.output
    assert_well(made, plain)
    again = role(made, {"plain": [{"mac": one.mac} for one in plain.ports[1:]]}).done(400)
    assert again.code == 0, again.output
    assert [task.task for task in again.tasks if task.changed] == []


def test_with_our_user_data(made: Lab, ours: Vm) -> None:
    """The default route is on the public side, and what the user asked for is done too."""
    assert_well(made, ours)
    assert file_of(ours, "ens4") == OURS
    assert ours.inside("cat /root/mine").split() == ["mine"]


def test_plugged_in_with_it(made: Lab, ours: Vm) -> None:
    """It is configured by itself, and takes nothing away."""
    port = Port("green", "fa:16:3e:00:03:02", "10.1.0.52")
    device = ours.plug_in(port)
    made.serve()
    made.until(lambda: port.address in addresses(ours, device), f"{device} gets no address", 90)
    assert_well(made, ours)
    assert file_of(ours, device) == OURS


def assert_well(made: Lab, guest: Vm) -> None:
    made.until(lambda: made.answers(guest), f"{guest.name} does not answer", 60)
    for number, port in enumerate(guest.ports):
        made.until(
            lambda one=port, at=number: one.address in addresses(guest, f"ens{3 + at}"), f"no {port.address}", 60
        )
    assert guest.defaults() == ["ens3"]
    servers = [line.split()[1] for line in guest.inside("cat /etc/resolv.conf").splitlines() if "nameserver" in line]
    assert servers == [PUBLIC_ROUTER]
