# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A disk with a small Debian for virtual machines, its kernel and its initrd. Run as a module, it makes them."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from tests.guests.root import LAB, SUITE, Kept, Needs, lacking, last_line, run, unpack

PACKAGES = (
    "usr-is-merged,systemd,systemd-sysv,udev,dbus,procps,iproute2,openssh-server,python3,netplan.io,systemd-resolved,"
    "libpam-systemd,cloud-init,initramfs-tools,linux-image-cloud-amd64"
)
# As on OVHcloud's images, but for root's login, and for keys that would take long to make without a real processor.
SETTINGS = {"datasource_list": ["ConfigDrive"], "disable_root": False, "ssh_deletekeys": False, "locale": False}
SIZE = "1500M"
NEEDS = Needs(
    (*LAB.programs, "qemu-system-x86_64", "genisoimage", "socat", "mke2fs"),
    (*LAB.packages, "qemu-system-x86", "genisoimage", "socat", "e2fsprogs"),
)


def _make(folder: Path) -> None:
    root = folder / "root"
    root.mkdir(parents=True)
    unpack(root, PACKAGES)
    run("systemctl", f"--root={root}", "--quiet", "disable", "apt-daily.timer", "apt-daily-upgrade.timer")
    (root / "etc/cloud/cloud.cfg.d/90-tests.cfg").write_text(json.dumps(SETTINGS), encoding="utf-8")
    (root / "etc/ssh/sshd_config.d/tests.conf").write_text("PermitRootLogin yes\nUseDNS no\n", encoding="utf-8")
    (root / "etc/resolv.conf").unlink(missing_ok=True)
    (root / "etc/resolv.conf").symlink_to("/run/systemd/resolve/resolv.conf")
    for name, kept in (("vmlinuz-*", "vmlinuz"), ("initrd.img-*", "initrd")):
        [found] = (root / "boot").glob(name)
        shutil.move(found, folder / kept)
    run("mke2fs", "-q", "-t", "ext4", "-d", str(root), str(folder / "disk.img"), SIZE)
    shutil.rmtree(root)


DISK = Kept("vm", f"{SUITE} {PACKAGES} {json.dumps(SETTINGS)} {SIZE}\n", _make)


if __name__ == "__main__":
    if lacking(NEEDS):
        sys.exit(f"no virtual machine can be started here: {lacking(NEEDS)}")
    try:
        DISK.have()
    except (RuntimeError, OSError) as problem:
        sys.exit(f"no virtual machine can be started here: its disk could not be made: {last_line(str(problem))}")
