# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Three network managers on machines that really boot: what they do by themselves, and what we make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest.user_data import FIRST, script

from tests.guests.lab import IFUPDOWN, NETWORK_MANAGER, NETWORKD, PUBLIC_ROUTER, Guest, Lab, Port, lab
from tests.guests.plays import files_of, role
from tests.guests.root import why_not
from tests.support.playbooks import PlaybookRun

MANAGERS = (NETWORKD, NETWORK_MANAGER, IFUPDOWN)
STATE = "/var/lib/ovhcloud-vrack/network"
BACK_AFTER = 12
"""Seconds until a machine takes a change back: long enough for a role to confirm it here, and no longer."""
DHCP_ON = "[Match]\nName={}\n[Network]\nDHCP=ipv4\n[DHCPv4]\nRouteMetric={}\n"
PROFILE = (
    "[connection]\nid={0}\ntype=ethernet\ninterface-name={0}\nautoconnect-priority=120\n"
    "[ipv4]\nmethod=auto\nroute-metric={1}\n[ipv6]\nmethod=link-local\n"
)


def image(manager: str, *, private_first: bool) -> dict[str, str]:
    """What cloud-init writes for two interfaces by DHCP, with the race between them decided."""
    metrics = {"ens3": 100, "ens4": 50 if private_first else 200}
    if manager == NETWORKD:
        return {f"/etc/systemd/network/10-netplan-{one}.network": DHCP_ON.format(one, metrics[one]) for one in metrics}
    if manager == NETWORK_MANAGER:
        folder = "/etc/NetworkManager/system-connections"
        return {f"{folder}/cloud-init-{one}.nmconnection": PROFILE.format(one, metrics[one]) for one in metrics}
    devices = ("ens4", "ens3") if private_first else ("ens3",)
    stanzas = "".join(f"auto {one}\niface {one} inet dhcp\n" for one in devices)
    return {"/etc/network/interfaces.d/50-cloud-init": stanzas}


def machine(made: Lab, number: int, manager: str, *, private_first: bool) -> Guest:
    ports = [
        Port("public", f"fa:16:3e:00:01:{number:02x}", f"203.0.113.{50 + number}"),
        Port("blue", f"fa:16:3e:00:02:{number:02x}", f"10.0.0.{50 + number}"),
    ]
    name = f"{'race' if private_first else 'host'}-{number}"
    return made.guest(name, manager, ports, image(manager, private_first=private_first))


class Rounds:
    """What is tried on a machine of each manager at once. A round is gone through when it is first asked for."""

    def __init__(self, made: Lab) -> None:
        self.lab = made
        made.vlan("blue", "10.0.0.1")
        self.host = {one: machine(made, 10 + number, one, private_first=False) for number, one in enumerate(MANAGERS)}
        made.serve()
        made.boot(*self.host.values())
        for guest in self.host.values():
            made.until(lambda one=guest: made.answers(one), f"{guest.name} does not answer", 40)
        self._gone: dict[str, Any] = {}

    def once(self, name: str) -> Any:
        if name not in self._gone:
            self._gone[name] = getattr(self, f"_{name}")()
        return self._gone[name]

    def wanted(self, **more: Any) -> dict[str, list[dict[str, Any]]]:
        """The private interface of each host. An address with a gap in it gets the host's own number."""
        found = {}
        for number, guest in enumerate(self.host.values()):
            item = {"mac": guest.ports[1].mac, **more}
            if "addresses" in item:
                item["addresses"] = [one.format(number + 160) for one in item["addresses"]]
            found[guest.name] = [item]
        return found

    def _race(self) -> dict[str, Guest]:
        """Machines whose private interface came up first."""
        race = {one: machine(self.lab, number, one, private_first=True) for number, one in enumerate(MANAGERS)}
        self.lab.serve()
        self.lab.boot(*race.values())
        return race

    def _dhcp(self) -> PlaybookRun:
        return role(self.lab, self.wanted()).done()

    def _second(self) -> PlaybookRun:
        self.once("dhcp")
        return role(self.lab, self.wanted()).done()

    def _static(self) -> PlaybookRun:
        self.once("dhcp")
        route = {"to": "10.9.0.0/16", "via": "10.0.0.1"}
        return role(self.lab, self.wanted(method="static", addresses=["10.0.0.{}/24"], routes=[route], mtu=1400)).done()

    def _as_it_was(self) -> dict[str, tuple[str, str]]:
        return {one: looks(guest) for one, guest in self.host.items()}

    def _wrong(self) -> tuple[dict[str, tuple[str, str]], PlaybookRun]:
        """An address on the link where the client is: what is sent to it goes nowhere then."""
        self.once("dhcp")
        before = self._as_it_was()
        wish = self.wanted(method="static", addresses=["198.51.100.{}/24"])
        return before, role(self.lab, wish, after=BACK_AFTER).done()

    def _cut_off(self, after: int) -> dict[str, tuple[str, str]]:
        """A change that is right, and a controller that is killed when it is applied."""
        self.once("dhcp")
        before = self._as_it_was()
        controller = role(self.lab, self.wanted(method="static", addresses=["10.0.0.{}/24"]), after=after)
        for guest in self.host.values():
            self.lab.until(
                lambda one=guest: exists(one, f"{STATE}/pending") and exists(one, f"{STATE}/applied"), "applied"
            )
        controller.kill()
        return before

    def _killed(self) -> tuple[dict[str, tuple[str, str]], dict[str, float]]:
        before = self._cut_off(BACK_AFTER)
        seen = {one: guest.inside("ip -br -4 address show dev ens4") for one, guest in self.host.items()}
        assert all("10.0.0.16" in line for line in seen.values()), f"it was applied: {seen}"
        waited = {
            one: self.lab.until(lambda at=guest: exists(at, f"{STATE}/taken-back"), "taken back", BACK_AFTER + 20)
            for one, guest in self.host.items()
        }
        return before, waited

    def _reboot(self) -> dict[str, tuple[str, str]]:
        before = self._cut_off(600)
        for guest in self.host.values():
            self.lab.power_off(guest)
        self.lab.boot(*self.host.values())
        # There is no udev on these machines, which tells ifupdown of an interface.
        self.host[IFUPDOWN].inside("ifup --allow=hotplug ens4")
        return before


def exists(guest: Guest, path: str) -> bool:
    return guest.inside(f"test -e {path} && echo yes", check=False).strip() == "yes"


def looks(guest: Guest) -> tuple[str, str]:
    """The files, and the addresses of the private interface."""
    addresses = guest.inside("ip -j -4 address show dev ens4")
    held = [info["local"] for one in json.loads(addresses) for info in one["addr_info"]]
    return files_of(guest), ", ".join(held)


def name_servers(guest: Guest) -> list[str]:
    return [line.split()[1] for line in guest.inside("cat /etc/resolv.conf").splitlines() if "nameserver" in line]


def assert_reached(rounds: Rounds, guest: Guest) -> None:
    """From outside, by the public interface, and by that alone."""
    rounds.lab.until(lambda: rounds.lab.answers(guest), f"{guest.name} does not answer")
    assert guest.defaults() == ["ens3"]
    assert name_servers(guest) == [PUBLIC_ROUTER]
    assert exists(guest, f"{STATE}/pending") is False


def assert_as_it_was(rounds: Rounds, guest: Guest, before: tuple[str, str]) -> None:
    """A lease may take a moment to come back."""
    with suppress(AssertionError):
        rounds.lab.until(lambda: looks(guest) == before, "not as it was", 15)
    assert looks(guest) == before


@pytest.fixture(scope="module")
def rounds() -> Iterator[Rounds]:
    if why_not():
        pytest.skip(why_not())
    with lab() as made:
        yield Rounds(made)


every_manager = pytest.mark.parametrize("manager", MANAGERS)
sample = pytest.mark.guest_sample


@every_manager
def test_untouched(rounds: Rounds, manager: str) -> None:
    """By itself the machine can't be reached; with the command of our user data it can, and has its private address."""
    guest = rounds.once("race")[manager]
    rounds.lab.until(lambda: guest.defaults()[:1] == ["ens4"], "the fault does not show")
    assert not rounds.lab.answers(guest), "a test that can't show the fault proves nothing"
    (guest.root / "root/command.sh").write_text(script(FIRST, None), encoding="utf-8")
    guest.inside("sh /root/command.sh")
    rounds.lab.until(lambda: guest.defaults() == ["ens3"], "the default route stays where it was")
    rounds.lab.until(lambda: rounds.lab.answers(guest), "it still does not answer")
    rounds.lab.until(lambda: looks(guest)[1] == guest.ports[1].address, "the private interface has no address")
    assert name_servers(guest) == [PUBLIC_ROUTER]
    before = looks(guest)
    guest.inside("sh /root/command.sh")
    assert looks(guest) == before, "at the next boot it does nothing"


@sample
@every_manager
def test_dhcp(rounds: Rounds, manager: str) -> None:
    """An address of the private network and nothing else from it, also when the public link was gone for a moment."""
    guest, done = rounds.host[manager], rounds.once("dhcp")
    assert done.code == 0, done.output
    assert_reached(rounds, guest)
    assert looks(guest)[1] == guest.ports[1].address
    assert "netplan" not in files_of(guest).replace("10-netplan-ens", "")
    if manager == IFUPDOWN:
        assert guest.inside("pgrep -f 'dhclient.*ens4'"), "which renews the lease"
    guest.inside("ip link set ens3 down; ip link set ens3 up" if manager != IFUPDOWN else "ifdown ens3; ifup ens3")
    assert_reached(rounds, guest)


@every_manager
def test_second(rounds: Rounds, manager: str) -> None:
    done = rounds.once("second")
    assert done.code == 0, done.output
    assert [task.task for task in done.tasks if task.changed] == []
    assert looks(rounds.host[manager])[1] == rounds.host[manager].ports[1].address


@every_manager
def test_wrong(rounds: Rounds, manager: str) -> None:
    """A setting that cuts the machine off is taken back by the machine, and the run says so."""
    before, done = rounds.once("wrong")
    guest = rounds.host[manager]
    assert done.code != 0, done.output
    [told] = [one for one in done.tasks if one.host == guest.name and one.failed]
    assert told.result["failure"] == {"code": "guest_taken_back"}, told.msg
    assert_as_it_was(rounds, guest, before[manager])
    assert_reached(rounds, guest)


@every_manager
def test_killed(rounds: Rounds, manager: str) -> None:
    """A change that nobody confirms is taken back in time, even a good one."""
    guest, (before, waited) = rounds.host[manager], rounds.once("killed")
    assert waited[manager] < BACK_AFTER + 5
    assert_as_it_was(rounds, guest, before[manager])
    assert_reached(rounds, guest)


@every_manager
def test_reboot(rounds: Rounds, manager: str) -> None:
    """A reboot before anybody confirms takes it back too, long before the time is up."""
    guest, before = rounds.host[manager], rounds.once("reboot")
    assert_as_it_was(rounds, guest, before[manager])
    assert exists(guest, f"{STATE}/taken-back")
    assert not exists(guest, "/etc/systemd/system/ovhcloud-vrack-rollback-boot.service")
    assert_reached(rounds, guest)


@every_manager
def test_static(rounds: Rounds, manager: str) -> None:
    """An address that was asked for, with a route and an MTU."""
    guest, done = rounds.host[manager], rounds.once("static")
    assert done.code == 0, done.output
    assert_reached(rounds, guest)
    held = looks(guest)[1]
    assert held.startswith("10.0.0.16"), held
    assert "," not in held, "and none of those that it had"
    assert "10.9.0.0/16 via 10.0.0.1 dev ens4" in guest.inside("ip -4 route")
    assert "mtu 1400" in guest.inside("ip link show dev ens4")
