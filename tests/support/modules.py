# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs tasks without Ansible: the modules as they are, each in a process of its own, which begins in no time.

For tests in which Ansible isn't the matter, and those are most. A task here is a module with its options, and perhaps
`check_mode`, `diff` or `environment`; what needs more than that, a template, a loop or what is displayed, is for
`run_tasks`. That each module works under Ansible is what C85, C96 and the playbooks' tests are about.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ansible.release import __version__

from simulator.launch import Simulator
from tests.support.playbooks import PlaybookRun, TaskRun, clean_environment, without_repeated
from tests.support.rights import PREFIX, assert_allowed
from tests.support.skipping import VARIABLE, in_one_time
from tools.collection_tree import CHECKOUT

KEYWORDS = {"name", "check_mode", "diff", "environment"}
ARGUMENTS = {"--check", "--diff"}
PATIENCE = 500.0
"""Seconds after which a module hangs."""


def run_modules(simulator: Simulator, tasks: list[dict[str, Any]], *arguments: str, **environment: str) -> PlaybookRun:
    """These tasks one after the other, whatever becomes of each; `--check` and `--diff` hold for all."""
    assert set(arguments) <= ARGUMENTS, "this is for run_tasks"
    before = simulator.last()
    started = time.monotonic()
    with in_one_time(simulator, environment):
        done = [run_module(simulator, task, arguments, environment) for task in tasks]
    seconds = time.monotonic() - started
    assert_allowed(done)
    shown = "\n".join(json.dumps({one.task: one.result}, ensure_ascii=False) for one in done)
    return PlaybookRun(0, shown, seconds, without_repeated(simulator.journal(before)), done)


class Killed(Exception):
    """The module ended without a word."""


def run_module(
    simulator: Simulator, task: dict[str, Any], arguments: tuple[str, ...], environment: dict[str, str]
) -> TaskRun:
    [action] = [key for key in task if key.startswith(PREFIX)]
    assert set(task) <= {action, *KEYWORDS}, "this is for run_tasks"
    assert "{{" not in json.dumps(task), "this is for run_tasks"
    before = simulator.last()
    options = {
        **task[action],
        "_ansible_check_mode": task.get("check_mode", "--check" in arguments),
        "_ansible_diff": task.get("diff", "--diff" in arguments),
        "_ansible_module_name": action,
        "_ansible_version": __version__,
        "_ansible_remote_tmp": tempfile.gettempdir(),
    }
    wanted = {
        "module": action.removeprefix(PREFIX),
        "options": options,
        "environment": {
            **clean_environment(simulator),
            VARIABLE: simulator.url,
            **environment,
            **task.get("environment", {}),
        },
    }
    result = result_of(asked(wanted))
    calls = [one for one in without_repeated(simulator.journal(before)) if not one.get("spared")]
    name = task.get("name", action)
    return TaskRun(name, action, "localhost", "failed" if result.get("failed") else "ok", result, calls)


def result_of(said: dict[str, Any]) -> dict[str, Any]:
    """What Ansible would make of it."""
    printed = said["printed"]
    try:
        result: dict[str, Any] = json.loads(printed[printed.index("\n{") :])
    except ValueError as error:
        raise AssertionError(f"the module printed no result, but: {printed}") from error
    assert bool(said["code"]) == bool(result.get("failed")), printed
    if "warnings" in result:
        result["warnings"] = [one["event"]["msg"] if isinstance(one, dict) else one for one in result["warnings"]]
    return result


def asked(wanted: dict[str, Any]) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(server())
        connection.sendall(json.dumps(wanted).encode())
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:
            text = answer.read()
    if not text:
        raise Killed
    said: dict[str, Any] = json.loads(text)
    return said


@functools.cache
def server() -> str:
    """The socket of the process that has the modules loaded: one for all tests of this process, and ended with it."""
    folder = tempfile.TemporaryDirectory(prefix="ovhcloud-vrack-modules-")
    path = Path(folder.name) / "socket"
    command = [sys.executable, "-m", "tests.support.module_server", str(path)]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, env=dict(os.environ))

    def stop() -> None:
        process.kill()
        process.wait()
        folder.cleanup()

    atexit.register(stop)
    while not path.exists():
        assert process.poll() is None, "the modules could not be loaded"
        time.sleep(0.01)
    return str(path)
