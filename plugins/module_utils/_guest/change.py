# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change of network files that a machine takes back by itself unless it is confirmed: two scripts and two units.

Texts only. The scripts need nothing but a shell, for they run when all else may be broken, or before anything is up.
"""

from __future__ import annotations

from dataclasses import dataclass
from shlex import join, quote
from typing import List, Optional, Sequence

from .managers import Command, File

FOLDER = "/var/lib/ovhcloud-vrack/network"
PENDING = f"{FOLDER}/pending"
"""There while a change is neither confirmed nor taken back. Whoever removes it does the one or the other."""
TAKEN_BACK = f"{FOLDER}/taken-back"
APPLIED = f"{FOLDER}/applied"
STORY = f"{FOLDER}/change.json"
APPLY, RESTORE = f"{FOLDER}/apply.sh", f"{FOLDER}/restore.sh"
STAYING = "--property=KillMode=process"
"""ifup leaves a dhclient behind, which renews the lease: it must not end with the script."""
BOOT_UNIT = "/etc/systemd/system/ovhcloud-vrack-rollback-boot.service"
BOOT_LINK = "/etc/systemd/system/sysinit.target.wants/ovhcloud-vrack-rollback-boot.service"
BOOT = f"""\
[Unit]
Description=Take back a change of the network that nobody has confirmed
DefaultDependencies=no
RequiresMountsFor={FOLDER}
After=local-fs.target
Before=network-pre.target systemd-networkd.service NetworkManager.service networking.service
Wants=network-pre.target
ConditionPathExists={PENDING}

[Service]
Type=oneshot
ExecStart=/bin/sh {RESTORE} boot
"""
TITLE = "#!/bin/sh\n# Made by Ansible (ovhcloud.vrack) for one change of the network.\nset -u\n"


@dataclass(frozen=True)
class Step:
    """One file of a change: what it becomes, and where what it was has been put. None: it is not there."""

    path: str
    new: Optional[File]
    saved: Optional[str]


def staged(number: int) -> str:
    return f"{FOLDER}/new-{number}"


def apply_script(before: Sequence[Command], steps: Sequence[Step], after: Sequence[Command]) -> str:
    lines = [*_tried(before)]
    for number, step in enumerate(steps):
        lines += _put(staged(number), step.path) if step.new else [f"rm -f {quote(step.path)}"]
    return _script([*lines, *_labels(steps), *_tried(after), f"touch {APPLIED}"])


def restore_script(before: Sequence[Command], steps: Sequence[Step], after: Sequence[Command]) -> str:
    """At boot, the managers come after it and need not be told."""
    lines = [f"mv {PENDING} {PENDING}.gone 2>/dev/null || exit 0"]
    lines += ['if [ "${1:-}" != boot ]; then', *_indented(_tried(before)), "fi"] if before else []
    for step in steps:
        lines += _put(step.saved, step.path) if step.saved else [f"rm -f {quote(step.path)}"]
    lines += _labels(steps)
    lines += ['if [ "${1:-}" != boot ]; then', *_indented(_tried(after)), "fi"]
    said = "ovhcloud.vrack: a change of the network was not confirmed, and was taken back"
    lines += [
        f"date -u +%Y-%m-%dT%H:%M:%SZ > {TAKEN_BACK}",
        f"rm -f {PENDING}.gone {BOOT_LINK} {BOOT_UNIT}",
        f"echo {quote(said)}",
        f"echo {quote(said)} > /dev/kmsg 2>/dev/null",
        "exit 0",
    ]
    return _script(lines)


def rollback_unit(token: str) -> str:
    """Of one change: what a former one has left may still be loaded."""
    return f"ovhcloud-vrack-rollback-{token}"


def arming(token: str, seconds: int) -> Command:
    """The timer's default accuracy is a minute."""
    when = [f"--on-active={seconds}", "--timer-property=AccuracySec=1s"]
    return ["systemd-run", f"--unit={rollback_unit(token)}", "--collect", STAYING, *when, "/bin/sh", RESTORE]


def applying(token: str) -> Command:
    """Apart from the connection that asks for it, which the change may cut."""
    return ["systemd-run", f"--unit=ovhcloud-vrack-apply-{token}", "--collect", STAYING, "/bin/sh", APPLY]


def _script(lines: Sequence[str]) -> str:
    return TITLE + "\n".join(lines) + "\n"


def _tried(commands: Sequence[Command]) -> List[str]:
    """Each is tried, whatever became of those before it."""
    return [f"{join(command)} || echo {quote('failed: ' + join(command))} >&2" for command in commands]


def _put(source: str, path: str) -> List[str]:
    """In one step, so that no reader meets half a file."""
    return [
        f"mkdir -p {quote(_folder(path))}",
        f"cp -p {source} {quote(path)}.new && mv -f {quote(path)}.new {quote(path)}",
    ]


def _labels(steps: Sequence[Step]) -> List[str]:
    """Where SELinux looks at them, files that come from elsewhere need the label of their place."""
    paths = join([step.path for step in steps])
    return [f"if command -v restorecon >/dev/null; then restorecon {paths} 2>/dev/null; fi"]


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _indented(lines: Sequence[str]) -> List[str]:
    return [f"    {line}" for line in lines]
