# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual machines of a lab: a first boot with a config drive, and interfaces that are virtio's and can be plugged in.

The processor is software too, so that every machine can run them; a boot takes a minute or two.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.guests.lab import NETWORKD, TOGETHER, Guest, Lab, Port, ssh_options
from tests.guests.root import run
from tests.guests.vm_root import DISK

FIRST_SLOT = 3
"""Slot 3 of the bus is ens3, and so on."""


@dataclass
class Vm(Guest):
    """What is asked inside goes by the link of the public interface, which no route is needed for."""

    lab: Lab | None = field(default=None, repr=False)

    def inside(self, command: str, *, check: bool = True) -> str:
        assert self.lab is not None
        ssh = (
            "ip",
            "netns",
            "exec",
            self.lab.public,
            "ssh",
            *ssh_options(self.lab.key),
            f"root@{self.address}",
            command,
        )
        return run(*ssh, check=check)

    def plug_in(self, port: Port) -> str:
        """Give it one interface more while it runs. Its name there."""
        slot = FIRST_SLOT + len(self.ports)
        assert self.lab is not None
        tap = _tap(self.lab, self.name, slot, port)
        monitor = f"netdev_add tap,id=n{slot},ifname={tap},script=no,downscript=no\n"
        monitor += f"device_add virtio-net-pci,netdev=n{slot},id=nic{slot},mac={port.mac},addr={slot}\n"
        command = ["socat", "-t", "2", "-", f"UNIX-CONNECT:{self.root / 'monitor'}"]
        subprocess.run(command, input=monitor, text=True, capture_output=True, check=True)
        self.ports.append(port)
        return f"ens{slot}"


def start(made: Lab, name: str, ports: list[Port], user_data: str) -> Vm:
    """One that cloud-init meets for the first time. What it writes to its disk goes with it."""
    folder = made.folder / name
    folder.mkdir()
    guest = Vm(name, NETWORKD, made.public, folder, list(ports), log=made.folder / f"{name}.log", lab=made)
    made.guests[name] = guest
    made.serve()
    command = [*TOGETHER, "ip", "netns", "exec", made.public, "qemu-system-x86_64", "-accel", "tcg,thread=multi"]
    command += ["-smp", "2", "-m", "1024", "-M", "pc", "-display", "none", "-snapshot"]
    command += ["-serial", f"file:{folder / 'console'}", "-monitor", f"unix:{folder / 'monitor'},server,nowait"]
    command += ["-kernel", str(DISK.folder / "vmlinuz"), "-initrd", str(DISK.folder / "initrd")]
    command += ["-append", "root=/dev/vda rw console=ttyS0"]
    drives = (("disk", DISK.folder / "disk.img", ""), ("seed", _config_drive(made, guest, user_data), ",readonly=on"))
    for slot, (drive, path, more) in enumerate(drives, 10):
        command += ["-drive", f"file={path},format=raw,if=none,id={drive}{more}"]
        command += ["-device", f"virtio-blk-pci,drive={drive},addr={slot}"]
    for slot, port in enumerate(ports, FIRST_SLOT):
        tap = _tap(made, name, slot, port)
        command += ["-netdev", f"tap,id=n{slot},ifname={tap},script=no,downscript=no"]
        command += ["-device", f"virtio-net-pci,netdev=n{slot},mac={port.mac},addr={slot}"]
    with guest.log.open("ab") as log:
        guest.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    return guest


def is_settled(guest: Vm) -> bool:
    """Whether it has booted and cloud-init is through."""
    assert guest.process is not None
    assert guest.process.poll() is None, guest.log.read_text(encoding="utf-8", errors="replace")[-2000:]
    # Whatever became of what has nothing to do with the network, such as packages that it finds no server for.
    return "through" in guest.inside("test -e /run/cloud-init/result.json && echo through", check=False)


def _config_drive(made: Lab, guest: Guest, user_data: str) -> Path:
    """As OpenStack makes it: every network by DHCP."""
    links = [
        {"id": f"tap{number}", "type": "ovs", "ethernet_mac_address": port.mac, "mtu": 1500}
        for number, port in enumerate(guest.ports)
    ]
    networks = [
        {"id": f"network{number}", "type": "ipv4_dhcp", "link": link["id"], "network_id": guest.ports[number].network}
        for number, link in enumerate(links)
    ]
    about = {
        "uuid": f"00000000-0000-4000-8000-{guest.ports[0].mac.replace(':', '')}",
        "hostname": guest.name,
        "name": guest.name,
        "public_keys": {"me": made.key.with_suffix(".pub").read_text(encoding="utf-8")},
    }
    latest = guest.root / "seed" / "openstack" / "latest"
    latest.mkdir(parents=True)
    (latest / "meta_data.json").write_text(json.dumps(about), encoding="utf-8")
    network_data = {"links": links, "networks": networks, "services": []}
    (latest / "network_data.json").write_text(json.dumps(network_data), encoding="utf-8")
    if user_data:
        (latest / "user_data").write_text(user_data, encoding="utf-8")
    image = guest.root / "seed.iso"
    run("genisoimage", "-quiet", "-V", "config-2", "-J", "-r", "-o", str(image), str(guest.root / "seed"))
    return image


def _tap(made: Lab, name: str, slot: int, port: Port) -> str:
    """The other end of an interface, on the bridge of its network. All are where the machine's process is."""
    tap = f"{name[:8]}-{slot}"
    run("ip", "netns", "exec", made.public, "ip", "tuntap", "add", "dev", tap, "mode", "tap")
    run("ip", "-n", made.public, "link", "set", tap, "master", made.bridge_in_public(port.network), "up")
    return tap
