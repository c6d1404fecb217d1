# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs real ansible-playbook processes against a simulator, and says what they did."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.collection_tree import collection_tree
from tests.simulator.launch import Simulator

RECAP = re.compile(r"^\S+ +: (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class PlaybookRun:
    """What one run printed and called."""

    code: int
    output: str
    seconds: float
    journal: list[dict[str, Any]]

    @property
    def recap(self) -> dict[str, int]:
        """The counts of the last lines: ok, changed, failed …"""
        counts: Counter[str] = Counter()
        for line in RECAP.findall(self.output.rpartition("PLAY RECAP")[2]):
            for name, number in re.findall(r"(\w+)=(\d+)", line):
                counts[name] += int(number)
        return dict(counts)

    @property
    def calls(self) -> dict[str, int]:
        """Requests by method."""
        return dict(sorted(Counter(entry["method"] for entry in self.journal).items()))

    @property
    def writes(self) -> list[str]:
        """Every request that is neither GET nor authentication."""
        return [
            f"{entry['method']} {entry['path']}"
            for entry in self.journal
            if entry["method"] != "GET" and not entry["path"].startswith("/auth/")
        ]


def clean_environment(simulator: Simulator | None = None) -> dict[str, str]:
    """This machine's environment without OVHcloud's or Ansible's settings, and the simulator's instead."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OVH_", "ANSIBLE_"))}
    kept.update(
        ANSIBLE_COLLECTIONS_PATH=str(collection_tree()),
        ANSIBLE_NOCOLOR="1",
        ANSIBLE_RETRY_FILES_ENABLED="0",
        ANSIBLE_LOCALHOST_WARNING="0",
        ANSIBLE_INVENTORY_UNPARSED_WARNING="0",
        PYTHONDONTWRITEBYTECODE="1",
    )
    if simulator is not None:
        kept.update({name: value for name, value in simulator.env.items() if not name.startswith("OVH_SIMULATOR")})
    return kept


def run_playbook(
    simulator: Simulator, playbook: str | Path, *arguments: str, timeout: float = 300, **environment: str
) -> PlaybookRun:
    """One ansible-playbook process, with the interpreter that runs the tests."""
    before = len(simulator.journal())
    started = time.monotonic()
    command = [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook), *arguments]
    done = subprocess.run(
        command,
        env={**clean_environment(simulator), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    seconds = time.monotonic() - started
    return PlaybookRun(done.returncode, done.stdout, seconds, simulator.journal()[before:])
