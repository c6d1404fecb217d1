# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs real ansible-playbook processes against a simulator, and says what they did."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from simulator.launch import Simulator
from tests.support.rights import assert_allowed
from tests.support.skipping import VARIABLE, in_one_time
from tools.collection_tree import collection_tree

FAST = {"SKIPS": "what is waited for"}
"""For runs in which much is waited for: like modules without Ansible they skip it, and the simulator skips it too."""
SITE = Path(__file__).with_name("site")
"""On PYTHONPATH it has each Python process keep what it compiles, and skip where it is to."""
RECAP = re.compile(r"^\S+ +: (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class TaskRun:
    """One task's result, and the requests that were made while it ran."""

    task: str
    action: str
    host: str
    outcome: str
    result: dict[str, Any]
    calls: list[dict[str, Any]]

    @property
    def changed(self) -> bool:
        return bool(self.result.get("changed"))

    @property
    def failed(self) -> bool:
        return self.outcome == "failed"

    @property
    def msg(self) -> str:
        return str(self.result.get("msg", ""))

    @property
    def writes(self) -> list[str]:
        return writes_of(self.calls)


def without_repeated(journal: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All requests but those that chance let fail without an effect, and that were therefore made again."""
    return [
        entry
        for entry in journal
        if not (entry.get("chance") == "before" or (entry.get("chance") and entry["method"] == "GET"))
    ]


def writes_of(journal: list[dict[str, Any]]) -> list[str]:
    """Every request that is neither GET nor authentication, as "METHOD /path"."""
    return [
        f"{entry['method']} {entry['path']}"
        for entry in without_repeated(journal)
        if entry["method"] != "GET" and not entry["path"].startswith("/auth/")
    ]


@dataclass(frozen=True)
class PlaybookRun:
    """What one run printed, called, and recorded of its tasks. repeated: requests that chance had made again."""

    code: int
    output: str
    seconds: float
    journal: list[dict[str, Any]]
    tasks: list[TaskRun]
    repeated: int = 0

    def __getitem__(self, name: str) -> TaskRun:
        """The last result of the task of that name."""
        found = [task for task in self.tasks if task.task in (name, name.rpartition(" : ")[2])]
        found = found or [task for task in self.tasks if task.task.endswith(" : " + name)]
        if not found:
            raise KeyError(f"no task {name!r} in {[task.task for task in self.tasks]}\n{self.output}")
        return found[-1]

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
        return writes_of(self.journal)


def clean_environment(simulator: Simulator | None = None) -> dict[str, str]:
    """This machine's environment without OVHcloud's or Ansible's settings, and the simulator's instead."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OVH_", "ANSIBLE_"))}
    kept.update(
        ANSIBLE_COLLECTIONS_PATH=str(collection_tree()),
        ANSIBLE_NOCOLOR="1",
        ANSIBLE_RETRY_FILES_ENABLED="0",
        ANSIBLE_LOCALHOST_WARNING="0",
        ANSIBLE_INVENTORY_UNPARSED_WARNING="0",
        ANSIBLE_CALLBACK_PLUGINS=str(Path(__file__).with_name("callback_plugins")),
        ANSIBLE_CALLBACKS_ENABLED="record",
        PYTHONDONTWRITEBYTECODE="1",
        PYTHONPATH=str(SITE),
    )
    if simulator is not None:
        kept.update(simulator.env)
    return kept


def output_of(command: list[str], folder: Path | None, environment: dict[str, str], timeout: float = 300) -> str:
    """What a command prints that finds the programs of .venv first; it must work."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@contextmanager
def running(simulator: Simulator, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment of a process, while it runs."""
    whole = {**clean_environment(simulator), **environment}
    if not FAST.items() <= environment.items():
        yield whole
        return
    with in_one_time(simulator):
        yield {**whole, VARIABLE: simulator.url}


def type_in(simulator: Simulator, folder: Path, text: str, **environment: str) -> str:
    """What a shell prints of lines as a reader would type them, in this checkout's environment; they must work."""
    with running(simulator, environment) as whole:
        return output_of(["bash", "-ec", text], folder, whole)


def run_playbook(
    simulator: Simulator, playbook: str | Path, *arguments: str, timeout: float = 300, **environment: str
) -> PlaybookRun:
    """One ansible-playbook process, with the interpreter that runs the tests."""
    before = simulator.last()
    started = time.monotonic()
    command = [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook), *arguments]
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record"
        record.touch()
        with running(simulator, {"RECORD_FILE": str(record), **environment}) as whole:
            done = subprocess.run(
                command,
                env=whole,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=timeout,
                check=False,
            )
        tasks = [TaskRun(**json.loads(line)) for line in record.read_text(encoding="utf-8").splitlines()]
        tasks = [replace(task, calls=without_repeated(task.calls)) for task in tasks]
    seconds = time.monotonic() - started
    assert_allowed(tasks)
    whole = simulator.journal(before)
    journal = without_repeated(whole)
    return PlaybookRun(done.returncode, done.stdout, seconds, journal, tasks, len(whole) - len(journal))


def run_tasks(
    simulator: Simulator,
    tasks: list[dict[str, Any]] | str,
    *arguments: str,
    hosts: str = "localhost",
    **environment: str,
) -> PlaybookRun:
    """A play of these tasks (a list, or YAML). A task that fails does not end it, unless it says so itself."""
    listed = yaml.safe_load(tasks) if isinstance(tasks, str) else tasks
    play = {
        "hosts": hosts,
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        "tasks": [{"ignore_errors": True, **task} for task in listed],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "play.yml"
        path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        return run_playbook(simulator, path, *arguments, **environment)
