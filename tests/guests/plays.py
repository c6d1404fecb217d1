# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays on machines of a lab, from where its client is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.guests.lab import Guest, Lab
from tests.support.playbooks import PlaybookRun, TaskRun, clean_environment, without_repeated

QUIET = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=4"


def inventory(lab: Lab, variables: dict[str, dict[str, Any]]) -> Path:
    """These machines as hosts, with what each of them is to have."""
    path = lab.folder / "inventory.json"
    shared = {
        "ansible_user": "root",
        "ansible_ssh_private_key_file": str(lab.key),
        "ansible_ssh_common_args": QUIET,
        "ansible_python_interpreter": "/usr/bin/python3",
    }
    hosts = {name: {"ansible_host": lab.guests[name].address, **more} for name, more in variables.items()}
    path.write_text(json.dumps({"all": {"vars": shared, "hosts": hosts}}), encoding="utf-8")
    return path


class Controller:
    """An ansible-playbook that runs."""

    def __init__(self, lab: Lab, playbook: str | Path, *arguments: str, where: str = "", **environment: str) -> None:
        self.record = lab.folder / "record"
        self.record.write_text("", encoding="utf-8")
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", where or lab.client, program, str(playbook), *arguments],
            env={**clean_environment(), "RECORD_FILE": str(self.record), "ANSIBLE_FORKS": "40", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def done(self, seconds: float = 300.0) -> PlaybookRun:
        output, _none = self.process.communicate(timeout=seconds)
        lines = self.record.read_text(encoding="utf-8").splitlines()
        tasks = [TaskRun(**{**json.loads(line), "calls": without_repeated([])}) for line in lines]
        return PlaybookRun(self.process.returncode, output, 0.0, [], tasks)

    def kill(self) -> None:
        """It, and all that it has started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def role(
    lab: Lab, wanted: dict[str, list[dict[str, Any]]], *arguments: str, after: int = 120, where: str = ""
) -> Controller:
    """The role instance_network on these machines, from where the client is or from another namespace."""
    hosts = inventory(lab, {name: {"instance_network_interfaces": items} for name, items in wanted.items()})
    play = {
        "hosts": "all",
        "gather_facts": False,
        "roles": [{"role": "ovhcloud.vrack.instance_network", "instance_network_rollback_after": after}],
    }
    path = lab.folder / "play.yml"
    path.write_text(json.dumps([play]), encoding="utf-8")
    return Controller(lab, path, "-i", str(hosts), *arguments, where=where)


def files_of(guest: Guest) -> str:
    """Every network file of the machine, with what is in it."""
    folders = "/etc/systemd/network /etc/NetworkManager/system-connections /etc/network /etc/dhcp /etc/netplan"
    return guest.inside(f"find {folders} -type f 2>/dev/null | sort | xargs head -v -n 100", check=False)
