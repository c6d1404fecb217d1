# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A public network, VLANs and machines on them, all in network namespaces of their own that nothing leaves.

    client 198.51.100.10 ── 198.51.100.1 public 203.0.113.1 ══ bridge ══ ens3 of each machine
                                          VLAN   10.x.0.1   ══ bridge ══ ens4 … of each machine

The client is on another link than the machines, as everybody is: without the right default route they can't answer it.
A VLAN has a DHCP server that announces a router and a name server, which is what takes the default route away.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.guests.root import base_root, run

NETWORKD, NETWORK_MANAGER, IFUPDOWN = "systemd-networkd", "NetworkManager", "ifupdown"
PUBLIC_ROUTER, CLIENT_ROUTER, CLIENT = "203.0.113.1", "198.51.100.1", "198.51.100.10"
SERVICES = {
    NETWORKD: ("systemd-networkd.service", "systemd-resolved.service"),
    NETWORK_MANAGER: ("NetworkManager.service",),
    IFUPDOWN: ("networking.service",),
}
BOOT_PATIENCE = 90.0
TOGETHER = ("setpriv", "--pdeathsig", "TERM")
"""Ends when we do, however that comes about."""


@dataclass(frozen=True)
class Port:
    """An interface of a machine: its network is `public` or the name of a VLAN."""

    network: str
    mac: str
    address: str


@dataclass
class Vlan:
    """A bridge in a namespace, with a DHCP server."""

    namespace: str
    router: str
    prefix: int
    names: bool = True
    server: subprocess.Popen[bytes] | None = None


@dataclass
class Guest:
    """A machine that runs. Its interfaces are ens3, ens4 and so on, in the order of its ports."""

    name: str
    manager: str
    namespace: str
    root: Path
    ports: list[Port]
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(default_factory=Path)

    @property
    def address(self) -> str:
        """The public one, where there is one."""
        return next((port.address for port in self.ports if port.network == "public"), self.ports[0].address)

    def inside(self, command: str, *, check: bool = True) -> str:
        """What a shell on the machine prints, by another way than its network."""
        return run("nsenter", "-t", str(self._init()), "-a", "sh", "-c", command, check=check)

    def _init(self) -> int:
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8")
        return int(children.split()[0])

    def device(self, network: str) -> str:
        return f"ens{3 + [port.network for port in self.ports].index(network)}"

    def defaults(self) -> list[str]:
        """The devices of its default routes, the one that counts first."""
        routes = [line.split() for line in self.inside("ip -4 route show default").splitlines()]
        metric = {tuple(words): int(words[words.index("metric") + 1]) if "metric" in words else 0 for words in routes}
        return [words[words.index("dev") + 1] for words in sorted(routes, key=lambda one: metric[tuple(one)])]


class Lab:
    """All of it. What it made goes when it is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mark = f"vg{os.getpid() % 100000}"
        self.guests: dict[str, Guest] = {}
        self._namespaces: list[str] = []
        self._vlans: dict[str, Vlan] = {}
        self._mounts: list[Path] = []
        self._led_here: list[str] = []
        self.key = folder / "key"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.key))
        self.client, self.public = self._namespace("client"), self._namespace("public")
        run("ip", "link", "add", "c0", "netns", self.client, "type", "veth", "peer", "name", "c0", "netns", self.public)
        self._up(self.client, "c0", f"{CLIENT}/24")
        self._up(self.public, "c0", f"{CLIENT_ROUTER}/24")
        run("ip", "-n", self.client, "route", "add", "default", "via", CLIENT_ROUTER)
        run("ip", "netns", "exec", self.public, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        self._vlans["public"] = self._bridge(self.public, PUBLIC_ROUTER, 24)

    # Networks

    def _namespace(self, name: str) -> str:
        full = f"{self.mark}-{name}"
        run("ip", "netns", "add", full)
        self._namespaces.append(full)
        run("ip", "-n", full, "link", "set", "lo", "up")
        # What runs there must not write this machine's own.
        settings = Path("/etc/netns") / full
        settings.mkdir(parents=True, exist_ok=True)
        (settings / "resolv.conf").write_text(f"nameserver {PUBLIC_ROUTER}\n", encoding="utf-8")
        return full

    def _up(self, namespace: str, device: str, address: str) -> None:
        run("ip", "-n", namespace, "address", "add", address, "dev", device)
        run("ip", "-n", namespace, "link", "set", device, "up")

    def _bridge(self, namespace: str, router: str, prefix: int) -> Vlan:
        run("ip", "-n", namespace, "link", "add", "br0", "type", "bridge")
        self._up(namespace, "br0", f"{router}/{prefix}")
        return Vlan(namespace, router, prefix)

    def vlan(self, name: str, router: str, prefix: int = 24, *, names: bool = False) -> None:
        """names: whether the name server that is announced there answers."""
        self._vlans[name] = self._bridge(self._namespace(name), router, prefix)
        self._vlans[name].names = names

    def bridge_in_public(self, network: str) -> str:
        """The bridge of a network where the public one is, for machines that have all of their interfaces there."""
        if network == "public" or network in self._led_here:
            return "br0" if network == "public" else f"br-{network}"
        self._led_here.append(network)
        bridge, end, there = f"br-{network}", f"to-{network}", self._vlans[network].namespace
        run("ip", "-n", self.public, "link", "add", bridge, "type", "bridge")
        run("ip", "-n", self.public, "link", "set", bridge, "up")
        run("ip", "link", "add", end, "netns", self.public, "type", "veth", "peer", "name", "public", "netns", there)
        run("ip", "-n", self.public, "link", "set", end, "master", bridge, "up")
        run("ip", "-n", there, "link", "set", "public", "master", "br0", "up")
        return bridge

    def serve(self) -> None:
        """Start the DHCP servers anew, with every port of every machine. They announce a router and a name server."""
        for name, vlan in self._vlans.items():
            ports = [port for guest in self.guests.values() for port in guest.ports if port.network == name]
            _stop(vlan.server)
            files = [f"--dhcp-leasefile={self.folder / name}.leases", "--pid-file=", "--conf-file=/dev/null"]
            hosts = [f"--dhcp-host={port.mac},id:*,{port.address}" for port in ports]
            serve = [f"--dhcp-range={vlan.router},static,1h", f"--dhcp-option=3,{vlan.router}"]
            serve += [f"--dhcp-option=6,{vlan.router}", "--interface=br0", "--bind-interfaces", "--dhcp-authoritative"]
            serve += ["--no-resolv", "--no-hosts", *(["--address=/#/192.0.2.1"] if vlan.names else ["--port=0"])]
            with (self.folder / f"{name}.dnsmasq.log").open("ab") as log:
                vlan.server = subprocess.Popen(
                    [
                        *TOGETHER,
                        "ip",
                        "netns",
                        "exec",
                        vlan.namespace,
                        "dnsmasq",
                        "--keep-in-foreground",
                        *files,
                        *hosts,
                        *serve,
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )

    # Machines

    def guest(self, name: str, manager: str, ports: list[Port], files: dict[str, str] | None = None) -> Guest:
        """Describe a machine. *files* are put into its root: what an image, or somebody before us, has written."""
        namespace = self._namespace(name)
        for number, port in enumerate(ports):
            self.plug(namespace, f"ens{3 + number}", port, f"{name}-{number}"[-15:])
        root = self.layered_root(name)
        guest = Guest(name, manager, namespace, root, ports, log=self.folder / f"{name}.log")
        run("systemctl", f"--root={root}", "--quiet", "enable", *SERVICES[manager])
        if manager == NETWORKD:
            (root / "etc/resolv.conf").unlink(missing_ok=True)
            (root / "etc/resolv.conf").symlink_to("/run/systemd/resolve/resolv.conf")
        else:
            (root / "etc/resolv.conf").write_text("", encoding="utf-8")
            settings = "[main]\ndns=default\nrc-manager=file\n"
            (root / "etc/NetworkManager/conf.d/tests.conf").write_text(settings, encoding="utf-8")
        (root / "etc/hostname").write_text(f"{name}\n", encoding="utf-8")
        self._authorize(root)
        for path, content in (files or {}).items():
            target = root / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
            target.chmod(0o600 if path.endswith(".nmconnection") else 0o644)
        self.guests[name] = guest
        return guest

    def plug(self, namespace: str, device: str, port: Port, peer: str) -> None:
        vlan = self._vlans[port.network]
        end = ["type", "veth", "peer", "name", peer, "netns", vlan.namespace]
        run("ip", "link", "add", device, "netns", namespace, "address", port.mac, *end)
        run("ip", "-n", vlan.namespace, "link", "set", peer, "master", "br0", "up")

    def layered_root(self, name: str) -> Path:
        """The base, with a layer on top that takes what the machine writes."""
        layers = self.folder / name
        for part in ("upper", "work", "root"):
            (layers / part).mkdir(parents=True)
        options = f"lowerdir={base_root()},upperdir={layers / 'upper'},workdir={layers / 'work'}"
        run("mount", "-t", "overlay", "overlay", "-o", options, str(layers / "root"))
        self._mounts.append(layers / "root")
        return layers / "root"

    def _authorize(self, root: Path) -> None:
        authorized = root / "root/.ssh/authorized_keys"
        authorized.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(self.key.with_suffix(".pub"), authorized)

    def shared_root(self, name: str) -> Path:
        """For machines that are not booted, and only have programs run in them."""
        root = self.layered_root(name)
        self._authorize(root)
        (root / "etc/resolv.conf").write_text(f"nameserver {PUBLIC_ROUTER}\n", encoding="utf-8")
        (root / "run/sshd").mkdir(exist_ok=True)
        for kind, place in (("proc", "proc"), ("devtmpfs", "dev"), ("devpts", "dev/pts")):
            run("mount", "-t", kind, kind, str(root / place))
            self._mounts.insert(0, root / place)
        return root

    def bare(self, name: str, root: Path, ports: list[Port]) -> Guest:
        """Such a machine, with its addresses and its default route."""
        namespace = self._namespace(name)
        for number, port in enumerate(ports):
            vlan = self._vlans[port.network]
            self.plug(namespace, f"ens{3 + number}", port, f"{name}-{number}"[-15:])
            self._up(namespace, f"ens{3 + number}", f"{port.address}/{vlan.prefix}")
        run("ip", "-n", namespace, "route", "add", "default", "via", PUBLIC_ROUTER)
        guest = Guest(name, "", namespace, root, ports, log=self.folder / f"{name}.log")
        self.guests[name] = guest
        return guest

    def boot(self, *guests: Guest) -> None:
        """Start machines side by side, and wait until systemd has started all that there is."""
        for guest in guests:
            command = [
                *TOGETHER,
                "systemd-nspawn",
                "-q",
                "-D",
                str(guest.root),
                "-M",
                f"{self.mark}-{guest.name}",
                "--boot",
            ]
            command += ["--register=no", "--keep-unit", "--resolv-conf=off"]
            command += ["--capability=CAP_NET_ADMIN,CAP_NET_RAW,CAP_SYS_ADMIN"]
            command += [f"--network-namespace-path=/run/netns/{guest.namespace}"]
            with guest.log.open("ab") as log:
                guest.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for guest in guests:
            self.until(lambda one=guest: _is_booted(one), f"{guest.name} does not boot", BOOT_PATIENCE)

    def power_off(self, guest: Guest) -> None:
        """As a machine that loses its power, and with it all that its kernel knew of addresses and routes."""
        assert guest.process is not None
        with suppress(ProcessLookupError, IndexError, FileNotFoundError):
            os.kill(guest._init(), signal.SIGKILL)
        _stop(guest.process)
        for number in range(len(guest.ports)):
            run("ip", "-n", guest.namespace, "address", "flush", "dev", f"ens{3 + number}", check=False)
            run("ip", "-n", guest.namespace, "link", "set", f"ens{3 + number}", "down", check=False)

    # From outside

    def ssh(self, guest: Guest, command: str, seconds: int = 5) -> subprocess.CompletedProcess[str]:
        """As the client, with a connection of its own."""
        options = ssh_options(self.key, seconds)
        full = ["ip", "netns", "exec", self.client, "ssh", *options, f"root@{guest.address}", command]
        return subprocess.run(full, capture_output=True, text=True, check=False)

    def answers(self, guest: Guest) -> bool:
        return self.ssh(guest, "true", 2).returncode == 0

    def until(self, happens: Any, what: str, seconds: float = 30.0) -> float:
        """Wait for it, and say how long that took."""
        begun = time.monotonic()
        while not happens():
            if time.monotonic() - begun > seconds:
                message = f"{what} within {seconds:g} s"
                raise AssertionError(message)
            time.sleep(0.3)
        return time.monotonic() - begun

    # The end

    def close(self) -> None:
        for guest in self.guests.values():
            if guest.process is not None and guest.process.poll() is None:
                self.power_off(guest)
        for vlan in self._vlans.values():
            _stop(vlan.server)
        for path in self._mounts:
            run("umount", "--lazy", str(path), check=False)
        for namespace in self._namespaces:
            run("ip", "netns", "delete", namespace, check=False)
            shutil.rmtree(Path("/etc/netns") / namespace, ignore_errors=True)


def ssh_options(key: Path, seconds: int = 5) -> list[str]:
    options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
    return [*options, "-o", f"ConnectTimeout={seconds}", "-o", "ControlPath=none", "-i", str(key)]


def _is_booted(guest: Guest) -> bool:
    assert guest.process is not None
    assert guest.process.poll() is None, guest.log.read_text(encoding="utf-8", errors="replace")[-2000:]
    with suppress(RuntimeError, IndexError, FileNotFoundError):
        return guest.inside("systemctl is-system-running", check=False).strip() in ("running", "degraded")
    return False


def _stop(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@contextmanager
def lab() -> Iterator[Lab]:
    """A lab in a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="guests-") as folder:
        made = Lab(Path(folder))
        try:
            yield made
        finally:
            made.close()
