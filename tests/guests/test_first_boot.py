# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first boot by cloud-init, with our user data and without it, where the private interface comes up first."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import yaml
from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest.host_key import host_key_config, public_key
from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest.user_data import (
    FIRST,
    with_config,
    with_guest_network,
)

from tests.guests.lab import IFUPDOWN, NETWORK_MANAGER, NETWORKD, PUBLIC_ROUTER, Guest, Lab, Port, lab
from tests.guests.root import run, why_not

RENDERERS = {NETWORKD: "networkd", NETWORK_MANAGER: "network-manager", IFUPDOWN: "eni"}
SEED = "/var/lib/cloud/seed/nocloud"
OWN = {
    NETWORKD: "#!/bin/sh\necho mine >> /root/mine\n",
    NETWORK_MANAGER: "#cloud-config\nbootcmd:\n- [sh, -c, 'echo early > /root/early']\n"
    "runcmd:\n- echo mine >> /root/mine\n",
    IFUPDOWN: "#cloud-config\nmerge_how: 'list(append)+dict(no_replace,recurse_list)+str()'\nruncmd:\n"
    "- echo mine >> /root/mine\nbootcmd:\n- [sh, -c, 'echo early > /root/early']\n",
}
"""One that becomes a part of a message, one that is merged by key, and one that cloud-init merges itself."""


def machine(made: Lab, name: str, number: int, manager: str, user_data: str) -> Guest:
    """One that cloud-init has not met yet."""
    ports = [
        Port("public", f"fa:16:3e:00:01:{number:02x}", f"203.0.113.{50 + number}"),
        Port("blue", f"fa:16:3e:00:02:{number:02x}", f"10.0.0.{50 + number}"),
    ]
    metrics = {"ens4": 50, "ens3": 100}  # ifupdown goes by the order, and the renderer of NetworkManager by neither
    links = {one: {"dhcp4": True, "dhcp4-overrides": {"route-metric": metric}} for one, metric in metrics.items()}
    settings = {
        "datasource_list": ["NoCloud"],
        "system_info": {"network": {"renderers": [RENDERERS[manager]]}},
        "disable_root": False,
        "locale": False,
    }
    files = {
        f"{SEED}/meta-data": f"instance-id: {name}\nlocal-hostname: {name}\n",
        f"{SEED}/user-data": user_data,
        f"{SEED}/network-config": json.dumps({"version": 2, "ethernets": links}),
        "/etc/cloud/cloud.cfg.d/90-tests.cfg": json.dumps(settings),
    }
    guest = made.guest(name, manager, ports, files)
    (guest.root / "etc/cloud/cloud-init.disabled").unlink()
    return guest


@pytest.fixture(scope="module")
def machines() -> Iterator[tuple[Lab, dict[str, tuple[Guest, Guest]]]]:
    """Of each manager one without our user data and one with it."""
    if why_not():
        pytest.skip(why_not())
    with lab() as made:
        made.vlan("blue", "10.0.0.1")
        key = made.key.read_text(encoding="utf-8")  # any will do
        pairs = {}
        for number, manager in enumerate(RENDERERS):
            # The driver is that of OVHcloud's machines, and these have none.
            ours = with_guest_network(OWN[manager], yaml.safe_load, FIRST, None)
            ours = with_config(ours, yaml.safe_load, host_key_config(key))
            pairs[manager] = (
                machine(made, f"plain-{number}", number, manager, OWN[manager]),
                machine(made, f"ours-{number}", 10 + number, manager, ours),
            )
        made.serve()
        made.boot(*(guest for pair in pairs.values() for guest in pair))
        for guest in [guest for pair in pairs.values() for guest in pair]:
            made.until(
                lambda one=guest: "done" in one.inside("cloud-init status", check=False), "cloud-init goes on", 60
            )
        yield made, pairs


@pytest.mark.parametrize("manager", RENDERERS)
def test_first_boot(machines: tuple[Lab, dict[str, tuple[Guest, Guest]]], manager: str) -> None:
    """Without it the fault shows; with it, it does not, and what the user asked for is done too. So after a reboot."""
    made, (plain, ours) = machines[0], machines[1][manager]
    assert "ens4" in plain.defaults(), "a test that can't show the fault proves nothing"
    if manager != NETWORK_MANAGER:
        assert plain.defaults()[0] == "ens4"
        assert not made.answers(plain)
    assert_well(made, ours)
    assert ours.inside("cat /root/mine").split() == ["mine"]
    if "bootcmd" in OWN[manager]:
        assert ours.inside("cat /root/early").split() == ["early"]
    shown = run("ip", "netns", "exec", made.client, "ssh-keyscan", "-t", "ed25519", ours.address)
    assert public_key(made.key.read_text(encoding="utf-8")) in shown, "the host key that was known before"
    made.power_off(ours)
    made.boot(ours)
    assert_well(made, ours)
    assert ours.inside("cat /root/mine").split() == ["mine"], "which is for the first boot"


def assert_well(made: Lab, guest: Guest) -> None:
    made.until(lambda: made.answers(guest), f"{guest.name} does not answer", 40)
    made.until(lambda: guest.ports[1].address in guest.inside("ip -4 address show dev ens4"), "no private address")
    assert guest.defaults() == ["ens3"]
    servers = [line.split()[1] for line in guest.inside("cat /etc/resolv.conf").splitlines() if "nameserver" in line]
    assert servers == [PUBLIC_ROUTER]
