# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The root folder of a small Debian, made once and kept in a cache. `python -m tests.guests.root` makes it.

With --install, which takes apt and root, what this machine lacks for it is installed first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.collection_tree import CHECKOUT

CACHE = Path(os.environ.get("GUESTS_CACHE", CHECKOUT / ".guests"))
SUITE = "bookworm"
PACKAGES = (
    "usr-is-merged,systemd,systemd-sysv,udev,dbus,procps,tzdata,iproute2,iputils-ping,openssh-server,python3,ifupdown,"
    "isc-dhcp-client,systemd-resolved,network-manager,libpam-systemd,cloud-init"
)
UNUSED = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")
# What a lab is made of. All of it may be forbidden to root as well, as in most containers.
TRIAL = """
mkdir lower upper work root
mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work root
ip link add v0 type veth peer name v1
ip link add b0 type bridge
"""


@dataclass(frozen=True)
class Needs:
    """Programs of this machine, and the packages that they are in."""

    programs: tuple[str, ...]
    packages: tuple[str, ...]

    def missing(self) -> list[str]:
        return [program for program in self.programs if shutil.which(program) is None]


LAB = Needs(
    ("mmdebstrap", "systemd-nspawn", "dnsmasq", "ip", "nsenter", "ssh", "ssh-keygen"),
    (
        "mmdebstrap",
        "debian-archive-keyring",
        "systemd-container",
        "dnsmasq-base",
        "iproute2",
        "util-linux",
        "openssh-client",
    ),
)


def lacking(needs: Needs = LAB) -> str:
    """What keeps machines from being started here, in a few words; empty where nothing does."""
    if os.geteuid() != 0:
        return "it takes root"
    if needs.missing():
        return f"{', '.join(needs.missing())} missing (apt-get install {' '.join(needs.packages)})"
    with tempfile.TemporaryDirectory(prefix="guests-") as folder:
        command = ("unshare", "--mount", "--net", "sh", "-ec", TRIAL)
        tried = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"namespaces can't be had here: {last_line(tried.stderr)}"


@dataclass(frozen=True)
class Kept:
    """A folder in the cache. *content* says what is in it, so that one with something else is made anew."""

    name: str
    content: str
    make: Callable[[Path], None]

    @property
    def folder(self) -> Path:
        return CACHE / self.name

    @property
    def ready(self) -> Path:
        return CACHE / f"{self.name}.ready"

    @property
    def failed(self) -> Path:
        return CACHE / f"{self.name}.failed"

    def is_made(self) -> bool:
        return self.ready.exists() and self.ready.read_text(encoding="utf-8") == self.content

    def have(self) -> Path:
        """The folder, made where it is not there. Why it could not be made is kept, too."""
        if self.is_made():
            return self.folder
        for old in (self.ready, self.failed):
            old.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        CACHE.mkdir(parents=True, exist_ok=True)
        sys.stderr.write(f"making {self.folder} (once)\n")
        try:
            self.make(self.folder)
        except (RuntimeError, OSError) as problem:
            self.failed.write_text(last_line(str(problem)), encoding="utf-8")
            raise
        self.ready.write_text(self.content, encoding="utf-8")
        return self.folder


def why_not() -> str:
    """Why no machine can be started now, in a few words; empty where it can."""
    lacks = lacking()
    if lacks or BASE.is_made():
        return lacks
    if BASE.failed.exists():
        return f"their root could not be built: {BASE.failed.read_text(encoding='utf-8')}"
    return "their root is not built yet: make guests"


def base_root() -> Path:
    """That of the machines here. It takes less than a minute, and some more where the network is slow."""
    return BASE.have()


def unpack(root: Path, packages: str) -> None:
    """A Debian with these packages. What is mounted meanwhile goes with whoever builds, also where that is killed."""
    command = ["unshare", "--mount", "mmdebstrap", "--quiet", "--mode=root", "--variant=apt", f"--include={packages}"]
    command += ["--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr", "--dpkgopt=force-unsafe-io"]
    command += [f"--dpkgopt=path-exclude={path}" for path in UNUSED]
    run(*command, SUITE, str(root), mirror())
    for cache in ("var/cache/apt", "var/lib/apt/lists"):
        shutil.rmtree(root / cache, ignore_errors=True)


def mirror() -> str:
    """Where this machine itself has Debian's packages from; the one that everybody has, where it is another system."""
    told = run("apt-get", "indextargets", "--format", "$(ORIGIN)/$(LABEL) $(REPO_URI)", check=False).splitlines()
    known = [line.split()[1] for line in told if line.startswith("Debian/Debian ")]
    return known[0] if known else "http://deb.debian.org/debian"


def _make_base(root: Path) -> None:
    unpack(root, PACKAGES)
    _settle(root)
    # Where machines can't be started, this can't be either.
    run("systemd-nspawn", "-q", "-D", str(root), "--register=no", "--keep-unit", "true")


def _settle(root: Path) -> None:
    """No network manager runs until a machine says which one, and nothing is waited for at boot."""
    off = ("systemd-networkd.service", "systemd-networkd.socket", "systemd-networkd-wait-online.service")
    off += ("NetworkManager.service", "NetworkManager-wait-online.service", "networking.service")
    off += ("systemd-resolved.service", "apt-daily.timer", "apt-daily-upgrade.timer")
    run("systemctl", f"--root={root}", "--quiet", "disable", *off)
    # Only the machines that are to have a first boot by it do without this file.
    (root / "etc/cloud/cloud-init.disabled").touch()
    (root / "etc/network/interfaces").write_text("source /etc/network/interfaces.d/*\n", encoding="utf-8")
    # It is a link that leads nowhere before systemd-resolved runs.
    (root / "etc/resolv.conf").unlink(missing_ok=True)
    (root / "etc/resolv.conf").touch()
    (root / "etc/ssh/sshd_config.d/tests.conf").write_text("PermitRootLogin yes\nUseDNS no\n", encoding="utf-8")


BASE = Kept("base", f"{SUITE} {PACKAGES}\n", _make_base)


def install(needs: Needs) -> None:
    """What of it is missing here, where that can be had. Whoever asks for it next is told what still is."""
    if needs.missing() and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "-qq", "update", env=quiet, check=False)
        run("apt-get", "-qq", "-y", "--no-install-recommends", "install", *needs.packages, env=quiet, check=False)


def run(*command: str, env: dict[str, str] | None = None, check: bool = True) -> str:
    """What a command prints. It must work."""
    done = subprocess.run(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if check and done.returncode:
        message = f"{' '.join(command)}: {done.returncode}\n{done.stdout[-3000:]}"
        raise RuntimeError(message)
    return done.stdout


def last_line(text: str) -> str:
    """What a program said last, which is mostly what it failed of."""
    return (text.strip().splitlines() or ["nothing was said"])[-1].strip()


if __name__ == "__main__":
    if "--install" in sys.argv:
        install(LAB)
    if lacking():
        sys.exit(f"no machines can be started here: {lacking()}")
    try:
        base_root()
    except (RuntimeError, OSError) as problem:
        sys.exit(f"no machines can be started here: their root could not be built: {last_line(str(problem))}")
