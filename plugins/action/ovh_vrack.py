# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs any module of this collection: from where it is installed, and shows what it waits for.

On the machine of the play not the module is sent, with all that it imports, but the small run_installed, which runs it.
Modules can't print: they run in a process of their own, whose output is the result. The one started here on this
machine gets a named pipe, and each line in it is displayed as it comes. Everywhere else the module runs as it would
without this plugin.

meta/runtime.yml sends all modules here. The name is that of one of them because an action plugin needs the
documentation of a module of its name.
"""

from __future__ import annotations

import inspect
import json
import os
import shutil
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from typing import Any, Callable, Dict, Iterator

import ansible
from ansible import constants
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.plugins.callback.default import CallbackModule as DefaultCallback
from ansible.plugins.loader import callback_loader
from ansible.utils import display as display_module
from ansible.utils.display import Display
from ansible_collections.ovhcloud.vrack.plugins.module_utils import _waiting

END = b"\0"
OURS = "OVHCLOUD_VRACK_INSTALLED"
ANSIBLES = "OVHCLOUD_VRACK_ANSIBLE"
MODULE = "OVHCLOUD_VRACK_MODULE"
"""As modules/run_installed.py has them."""


class ActionModule(NormalAction):
    """The normal action, with a listener beside it."""

    def run(self, tmp: Any = None, task_vars: Any = None) -> Any:
        _write_out(self._task.args)
        if not self._runs_here():
            return super().run(tmp, task_vars)
        self._tell(OURS, os.path.dirname(os.path.dirname(_waiting.__file__)))
        self._tell(ANSIBLES, os.path.dirname(ansible.__file__))
        self._tell(MODULE, self._task.action.rpartition(".")[2])
        if not self._somebody_reads():
            return super().run(tmp, task_vars)
        host = str((task_vars or {}).get("inventory_hostname"))
        with _listener(host) as path:
            if path:
                self._tell(_waiting.VARIABLE, path)
            return super().run(tmp, task_vars)

    def _execute_module(self, module_name: Any = None, **more: Any) -> Any:
        """The task's own module from where it is installed, if that is seen from where the task runs.

        An interpreter may be a program that leads elsewhere. Of a task in the background nobody hears it in time.
        """
        if module_name is None and not self._task.async_val and self._runs_here():
            result = super()._execute_module(module_name="ovhcloud.vrack.run_installed", **more)
            if not result.get("not_installed_here"):
                return result
        return super()._execute_module(module_name=module_name, **more)

    def _runs_here(self) -> bool:
        """Whether the task is sent to the machine of the play, as the user who runs Ansible."""
        return self._connection.transport == "local" and self._connection.become is None

    def _tell(self, variable: str, value: str) -> None:
        self._task.environment = [*(self._task.environment or []), {variable: value}]

    def _somebody_reads(self) -> bool:
        """Whether the module waits, in sight, and its task's output is for people."""
        task = self._task
        waits = not task.action.endswith(("_info", "_plan"))
        return bool(waits and not task.async_val and not task.no_log and _output_is_for_people())


def _write_out(options: Dict[str, Any]) -> None:
    """What a first boot gets as JSON, where Ansible made a structure of it or somebody gave one.

    The module does so too. Here it comes before Ansible takes each value in the structure for a secret of its own.
    """
    items = options.get("instances")
    for one in [options, *(items if isinstance(items, list) else ())]:
        if isinstance(one, dict) and isinstance(one.get("user_data"), (dict, list)):
            one["user_data"] = json.dumps(one["user_data"], default=str)


def _output_is_for_people() -> bool:
    """Terse callbacks and those for programs don't build on Ansible's default one; those for people do."""
    chosen = callback_loader.get(constants.DEFAULT_STDOUT_CALLBACK, class_only=True)
    return isinstance(chosen, type) and issubclass(chosen, DefaultCallback)


@contextmanager
def _listener(host: str) -> Iterator[str]:
    """The path of a pipe whose lines are shown, or nothing where none can be made or nobody can listen."""
    with ExitStack() as kept:
        try:
            path = _listen(host, kept)
        except (OSError, RuntimeError):
            path = ""
        yield path


def _listen(host: str, kept: ExitStack) -> str:
    folder = tempfile.mkdtemp(prefix="ovhcloud-vrack-", dir=constants.DEFAULT_LOCAL_TMP)
    kept.callback(shutil.rmtree, folder, ignore_errors=True)
    path = os.path.join(folder, "waiting")
    os.mkfifo(path, 0o600)
    # For reading and writing: so it stays open with nobody at its other end.
    pipe = os.open(path, os.O_RDWR)
    kept.callback(os.close, pipe)
    thread = threading.Thread(target=_show, args=(pipe, host), daemon=True)
    thread.start()
    kept.callback(thread.join)
    kept.callback(os.write, pipe, END)
    return path


def _show(pipe: int, host: str) -> None:
    display = _display()
    text = b""
    while not text.endswith(END):
        text += os.read(pipe, 4096)
        *lines, text = text.split(b"\n")
        for line in lines:
            shown = "".join(char for char in line.decode("utf-8", "replace") if char.isprintable())
            display(Display(), f"waiting: [{host}] {shown}", color=constants.COLOR_VERBOSE)


def _display() -> Callable[..., None]:
    """Ansible's own method, which hands the text from this task's process to the one that displays.

    The callback of ansible-runner before 2.4.2 wraps it, and first writes an event to this process's own output.
    """
    method: Callable[..., None] = inspect.unwrap(
        Display.display, stop=lambda outer: outer.__globals__ is vars(display_module)
    )
    return method
