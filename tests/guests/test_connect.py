# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""connect, from an empty project to machines that reach one another, over real SSH; and once more."""

from __future__ import annotations

import functools
import json
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from simulator.launch import Simulator
from tests.guests.lab import NETWORK_MANAGER, NETWORKD, Guest, Lab, Port, lab
from tests.guests.plays import QUIET
from tests.guests.root import run, why_not
from tests.support.inventories import write_inventory
from tests.support.playbooks import PlaybookRun, run_playbook

MANAGERS = {"web-1": NETWORKD, "web-2": NETWORK_MANAGER, "db-1": NETWORKD}
BY_DHCP = "[Match]\nName={}\n[Network]\nDHCP=ipv4\n[DHCPv4]\nRouteMetric={}\n"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO0/0GC+BxmQYHmAyGOMvRDYMtLxYKSuz8Lr8DHkVvFo me@example.org"


def topology() -> dict[str, Any]:
    """Two machines on the public network too, and one that is reached by the first of them, whose host key is known."""
    common = {"region": "GRA11", "flavor": "b3-8", "image": "Debian 12", "ssh_key": "me"}
    return {
        "project": "my-project",
        "bastion": "web-1",
        "vrack": {"name": "demo"},
        "networks": [
            {"name": "blue", "vlan_id": 42, "cidr": "192.168.42.0/24", "regions": ["GRA11"], "gateway": True},
        ],
        "ssh_keys": [{"name": "me", "public_key": KEY}],
        "instances": [
            {"name": "web-1", "public": True, "networks": ["blue"], "host_key": host_key(), **common},
            {"name": "web-2", "public": True, "networks": ["blue"], **common},
            {"name": "db-1", "networks": ["blue"], **common},
        ],
    }


@functools.cache
def host_key() -> str:
    with tempfile.TemporaryDirectory() as folder:
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/key")
        return Path(folder, "key").read_text(encoding="utf-8")


class Datacentre(threading.Thread):
    """Boots a machine for each instance that the simulator makes, with the MACs and addresses that it gave."""

    def __init__(self, simulator: Simulator, made: Lab) -> None:
        super().__init__(daemon=True)
        self.simulator, self.lab = simulator, made
        self.over = threading.Event()
        self.failure: BaseException | None = None
        self.with_keys = True

    def run(self) -> None:
        try:
            while not self.over.wait(0.5):
                for name, ports in self.built().items():
                    if name not in self.lab.guests:
                        self.boot(name, ports)
        except BaseException as problem:
            self.failure = problem
            raise

    def built(self) -> dict[str, list[Port]]:
        """The instances that have all of their interfaces, the public one first."""
        project = self.simulator.project("my-project")
        wanted = {one["name"]: len(one["networks"]) + bool(one.get("public")) for one in topology()["instances"]}
        found = {}
        for machine in project["instances"].values():
            ports = [
                port_of(one)
                for one in project["ports"].values()
                if one["owner_id"] == machine["id"] and one["owner"] == "instance"
            ]
            if len(ports) == wanted.get(machine["name"]):
                found[machine["name"]] = sorted(ports, key=lambda one: one.network != "public")
        return found

    def boot(self, name: str, ports: list[Port]) -> None:
        metrics = {f"ens{3 + number}": 100 + 100 * number for number in range(len(ports))}
        folder = "/etc/systemd/network/10-netplan-"
        files = {f"{folder}{device}.network": BY_DHCP.format(device, metric) for device, metric in metrics.items()}
        guest = self.lab.guest(name, MANAGERS[name], ports, files if MANAGERS[name] == NETWORKD else {})
        self.install_host_key(guest)
        self.lab.serve()
        self.lab.boot(guest)

    def install_host_key(self, guest: Guest) -> None:
        """What cloud-init does with the user data that the simulator was given."""
        [machine] = [
            one for one in self.simulator.project("my-project")["instances"].values() if one["name"] == guest.name
        ]
        keys = json.loads((machine["user_data"] or "\n{}").partition("\n")[2]).get("ssh_keys", {})
        if keys and self.with_keys:
            key = guest.root / "etc/ssh/ssh_host_ed25519_key"
            key.write_text(keys["ed25519_private"], encoding="utf-8")
            key.with_suffix(".pub").write_text(keys["ed25519_public"], encoding="utf-8")

    def stop(self) -> None:
        self.over.set()
        self.join(60)


def port_of(one: dict[str, Any]) -> Port:
    [address] = [held["ip"] for held in one["addresses"] if ":" not in held["ip"]]
    return Port("public" if address.startswith("203.0.113.") else "blue", one["mac"], address)


@contextmanager
def everything(*, with_keys: bool = True) -> Iterator[tuple[Simulator, Lab]]:
    with Simulator.start(speed=60.0, strict=True) as simulator, lab() as made:
        simulator.reset(world="docs")
        made.vlan("blue", "192.168.42.1", names=True)
        datacentre = Datacentre(simulator, made)
        datacentre.with_keys = with_keys
        datacentre.start()
        try:
            yield simulator, made
        finally:
            datacentre.stop()
        assert datacentre.failure is None


def connect(simulator: Simulator, made: Lab, *arguments: str, as_in_awx: bool = False) -> PlaybookRun:
    """The API is asked from here, and the machines are reached from where the client is.

    How is said by the inventory, or by the command line, as AWX does with a machine's credential.
    """
    program = made.folder / "ssh"
    program.write_text(f'#!/bin/sh\nexec ip netns exec {made.client} ssh "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    shared = {"ansible_ssh_executable": f"'{program}'", "ansible_python_interpreter": "'/usr/bin/python3'"}
    environment = {"OVHCLOUD_VRACK_CLOCK_SPEED": "20"}
    if as_in_awx:
        nobody = made.folder / "nobody"
        nobody.write_text("User nobody\n", encoding="utf-8")
        unchecked = QUIET.replace("-o StrictHostKeyChecking=no ", f"-F {nobody} ")
        arguments += ("-u", "root", "--private-key", str(made.key), f"--ssh-common-args={unchecked}")
        environment["ANSIBLE_HOST_KEY_CHECKING"] = "False"
    else:
        login = {
            "ansible_user": "root",
            "ansible_ssh_private_key_file": str(made.key),
            "ansible_ssh_common_args": QUIET,
        }
        shared.update({name: f"'{value}'" for name, value in login.items()})
    inventory = write_inventory(made.folder, projects=["my-project"], with_interfaces=True, compose=shared)
    described = made.folder / "topology.json"
    described.write_text(json.dumps({"vrack_topology": topology()}), encoding="utf-8")
    extra = ("-e", f"@{described}", "-e", "connect_become=false", "-e", "verify_dns_name=example.org")
    return run_playbook(simulator, "ovhcloud.vrack.connect", "-i", str(inventory), *extra, *arguments, **environment)


def test_from_an_empty_project_to_machines_that_reach_one_another() -> None:
    if why_not():
        pytest.skip(why_not())
    with everything() as (simulator, made):
        plan = connect(simulator, made, "--check")
        assert plan.code == 0, plan.output
        assert made.guests == {}
        begun = time.monotonic()
        done = connect(simulator, made)
        print(f"\nconnect of {len(made.guests)} machines: {time.monotonic() - begun:.0f} s")
        assert done.code == 0, done.output
        assert set(made.guests) == set(MANAGERS)
        assert done.output.count("2 of 2 reached") == 3, done.output
        assert "No host_key is given for web-2, db-1" in done.output
        assert re.findall(r'"machines +- +([0-9-]+) +([0-9-]+)"', done.output) == [("2", "1")], done.output
        looked(made.guests)
        before = len(simulator.writes())
        again = connect(simulator, made, "-e", "connect_timeout=30", as_in_awx=True)
        assert again.code == 0, again.output
        assert again.recap["changed"] == 0, again.output
        assert re.search(
            r'"Done: 0 made, 0 changed, [0-9]+ as they were', again.output.rpartition("with the machines")[2]
        )
        assert len(simulator.writes()) == before


@pytest.mark.parametrize("as_in_awx", [False, True], ids=["checked", "unchecked"])
def test_a_machine_with_another_host_key_is_not_talked_to(as_in_awx: bool) -> None:
    """Whoever answers at its address may be anybody, also where Ansible checks no other keys."""
    if why_not():
        pytest.skip(why_not())
    with everything(with_keys=False) as (simulator, made):
        done = connect(simulator, made, "-e", "connect_timeout=15", as_in_awx=as_in_awx)
    assert done.code != 0
    assert "Host key verification failed" in done.output
    assert "2 of 3 machines are not connected as they should be." in done.output
    assert [one.task for one in done.tasks if one.host == "web-1" and one.outcome == "ok"] == []


def looked(guests: dict[str, Guest]) -> None:
    """From inside, by a way of our own: a mesh over the private network, and the way out where it belongs."""
    for guest in guests.values():
        others = [one for one in guests.values() if one is not guest]
        for port in [port for one in others for port in one.ports if port.network == "blue"]:
            guest.inside(f"ping -c 1 -W 2 -I {guest.device('blue')} {port.address}")
        assert guest.defaults() == ["ens3"]


def test_a_machine_that_the_inventory_lacks_is_told() -> None:
    """Somebody forgot -i: what is described is there then, and nothing of it is looked at."""
    with Simulator.start(speed=60.0, strict=True) as simulator:
        simulator.reset(world="docs")
        extra = json.dumps({"vrack_topology": topology()})
        done = run_playbook(simulator, "ovhcloud.vrack.connect", "-e", extra, OVHCLOUD_VRACK_CLOCK_SPEED="20")
    assert done.code != 0
    assert "The inventory has no host called db-1, web-1, web-2" in " ".join(done.output.split())
