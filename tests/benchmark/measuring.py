# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a command costs, with all processes that it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PING = "ansible.builtin.ping"
FOR_TESTS = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "ANSIBLE_CALLBACK_PLUGINS", "ANSIBLE_CALLBACKS_ENABLED")


@dataclass(frozen=True)
class Cost:
    """seconds: by the clock. processor: of all its processes, in seconds. memory: of the largest of them, in MiB."""

    seconds: float
    processor: float
    memory: float
    code: int


def as_for_people(place: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """What Python compiles is kept, as it is for people, and the checkout stays as it is."""
    kept = {name: value for name, value in environment.items() if name not in FOR_TESTS}
    return {**kept, "PYTHONPYCACHEPREFIX": str(place / "compiled"), "HOME": str(place)}


def given_topology(folder: Path, topology: Mapping[str, Any]) -> tuple[str, str]:
    """The arguments that give it to a playbook, from a file in that folder."""
    file = folder / "topology.yml"
    file.write_text(json.dumps({"vrack_topology": topology}), encoding="utf-8")
    return "-e", f"@{file}"


def run(command: Sequence[Any], environment: Mapping[str, str], output: int = subprocess.DEVNULL) -> Cost:
    """Whatever it says and however it ends: much of what is measured ends in an error."""
    started = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    _pid, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode)


def play(path: Path, tasks: list[dict[str, Any]], environment: Mapping[str, str]) -> Cost:
    """These tasks as a play on this machine."""
    content = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}]
    content[0]["vars"] = {"ansible_python_interpreter": sys.executable}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return playbook(path, environment)


def playbook(name: str | Path, environment: Mapping[str, str], *arguments: str) -> Cost:
    return run([Path(sys.executable).with_name("ansible-playbook"), name, *arguments], environment)


def inventory(source: Path, environment: Mapping[str, str]) -> Cost:
    return run([Path(sys.executable).with_name("ansible-inventory"), "-i", source, "--list"], environment)


def in_turns(starts: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    """Each in turns, after one round that does not count."""
    found: dict[str, list[Cost]] = {name: [] for name in starts}
    for number in range(rounds + 1):
        for name, start in starts.items():
            cost = start()
            if number:
                found[name].append(cost)
    return found
