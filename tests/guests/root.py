# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The root folder of a small Debian, made once, and a copy of it for each machine that lasts as long as the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.collection_tree import CHECKOUT

CACHE = Path(os.environ.get("GUESTS_CACHE", CHECKOUT / ".guests"))
SUITE = "bookworm"
PACKAGES = (
    "systemd,systemd-sysv,udev,dbus,iproute2,iputils-ping,openssh-server,python3,ifupdown,isc-dhcp-client,"
    "systemd-resolved"
)
MORE = ("network-manager", "libpam-systemd", "cloud-init")
"""debootstrap can't tell which of several packages is meant where these say so."""
CONTENT = f"{SUITE} {PACKAGES} {' '.join(MORE)}\n"
PROGRAMS = ("debootstrap", "systemd-nspawn", "dnsmasq", "ip", "nsenter", "ssh", "ssh-keygen")
INSTALL = "apt-get install debootstrap systemd-container dnsmasq-base iproute2 util-linux openssh-client"


def lacking() -> str:
    """What keeps machines from being started here, in a few words; empty where nothing does."""
    if os.geteuid() != 0:
        return "it takes root"
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        return f"{', '.join(missing)} missing ({INSTALL})"
    # Namespaces and overlays may be forbidden to root as well, as in most containers.
    tried = subprocess.run(["unshare", "-mn", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else f"no namespaces: {tried.stderr.decode().strip()}"


def is_built() -> bool:
    """And of the packages that are wanted now."""
    ready = CACHE / "ready"
    return ready.exists() and ready.read_text(encoding="utf-8") == CONTENT


def why_not() -> str:
    """Why no machine can be started now, in a few words; empty where it can."""
    return lacking() or ("" if is_built() else "their root is not built yet: make guests")


def base_root() -> Path:
    """The folder, built where it is not there. That takes one to three minutes."""
    root = CACHE / "base"
    if is_built():
        return root
    shutil.rmtree(root, ignore_errors=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    say(f"building {root} (once, some minutes)")
    run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(root))
    _install_more(root)
    _settle(root)
    (CACHE / "ready").write_text(CONTENT, encoding="utf-8")
    return root


def _install_more(root: Path) -> None:
    """With this machine's own sources, for those of debootstrap lack the updates."""
    for name in ("resolv.conf", "apt/sources.list", "apt/sources.list.d", "apt/apt.conf.d"):
        source, target = Path("/etc") / name, root / "etc" / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.exists():
            target.unlink(missing_ok=True)  # it may be a link that leads nowhere
            shutil.copy(source, target)
    shutil.copytree("/usr/share/keyrings", root / "usr/share/keyrings", dirs_exist_ok=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("mount", "-t", "proc", "proc", str(root / "proc"))
    try:
        run("chroot", str(root), "apt-get", "-qq", "update", env=environment)
        run("chroot", str(root), "apt-get", "-qq", "install", "-y", "--no-install-recommends", *MORE, env=environment)
    finally:
        run("umount", str(root / "proc"))


def _settle(root: Path) -> None:
    """No network manager runs until a machine says which one, and nothing is waited for at boot."""
    off = ("systemd-networkd.service", "systemd-networkd.socket", "systemd-networkd-wait-online.service")
    off += ("NetworkManager.service", "NetworkManager-wait-online.service", "networking.service")
    off += ("systemd-resolved.service", "apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_reap.service")
    run("systemctl", f"--root={root}", "--quiet", "disable", *off)
    # Only the machines that are to have a first boot by it do without this file.
    (root / "etc/cloud/cloud-init.disabled").touch()
    (root / "etc/network/interfaces").write_text("source /etc/network/interfaces.d/*\n", encoding="utf-8")
    (root / "etc/ssh/sshd_config.d/tests.conf").write_text("PermitRootLogin yes\nUseDNS no\n", encoding="utf-8")
    shutil.rmtree(root / "var/cache/apt", ignore_errors=True)


def run(*command: str, env: dict[str, str] | None = None, check: bool = True) -> str:
    """What a command prints. It must work."""
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if check and done.returncode:
        message = f"{' '.join(command)}: {done.returncode}\n{done.stdout[-3000:]}"
        raise RuntimeError(message)
    return done.stdout


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    if lacking():
        sys.exit(f"no machines can be started here: {lacking()}")
    base_root()
