# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Has all modules loaded, and runs one of them in a child of its own for each connection: see modules.py.

``python -m tests.support.module_server SOCKET``; it ends with its standard input.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
import traceback
from functools import partial
from pathlib import Path
from typing import Any

import ovh  # noqa: F401  each child has it already  # pylint: disable=unused-import
from ansible.module_utils import basic

from tests.support import dying, skipping
from tools.collection_tree import CHECKOUT, collection_tree

sys.path.append(str(collection_tree()))
PACKAGE = "ansible_collections.ovhcloud.vrack.plugins"
CLOCK = f"{PACKAGE}.module_utils._engine.clock"
PROFILE = "legacy"
"""How Ansible speaks with modules that say nothing of it."""


def main(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.new")
        listener.listen(64)
        Path(f"{path}.new").rename(path)
        load_all()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        end_with_standard_input()
        while True:
            connection, _address = listener.accept()
            if os.fork() == 0:
                listener.close()
                os.chdir(Path(path).parent)  # a path that is not meant as one is written to there
                answer(connection)
            connection.close()


def load_all() -> None:
    """What a module imports for its first request too: each child would compile it anew."""
    plugins = CHECKOUT / "plugins"
    for file in sorted([*(plugins / "modules").glob("ovh_*.py"), *(plugins / "module_utils").rglob("*.py")]):
        importlib.import_module(".".join([PACKAGE, *file.relative_to(plugins).with_suffix("").parts]))


def end_with_standard_input() -> None:
    """In a child that waits for it: whoever started us may be killed, and then nobody else would tell."""
    parent = os.getpid()
    if os.fork() == 0:
        sys.stdin.read()
        with contextlib.suppress(ProcessLookupError):
            os.kill(parent, signal.SIGTERM)
        os._exit(0)


def answer(connection: socket.socket) -> None:
    """Run what is asked for, send what it says, and end this process."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with connection.makefile("rb") as asked:
            wanted = json.load(asked)
        said = json.dumps(run(wanted["module"], wanted["options"], wanted["environment"]))
        connection.sendall(said.encode())
    finally:
        os._exit(0)


def run(module: str, options: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    """What the module prints with these options, as Ansible hands them over, and its exit code."""
    os.environ.clear()
    os.environ.update(environment)
    if environment.get(skipping.VARIABLE):
        own_clock = importlib.import_module(CLOCK)
        own_clock.RealClock = partial(skipping.SkippingClock, environment[skipping.VARIABLE])  # type: ignore[attr-defined]
    if dying.VARIABLE in environment:
        dying.die_at(environment[dying.VARIABLE])
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
    basic._ANSIBLE_PROFILE = PROFILE
    with tempfile.TemporaryFile("w+") as printed:
        os.dup2(printed.fileno(), 1)
        os.dup2(printed.fileno(), 2)
        code = 0
        try:
            importlib.import_module(f"{PACKAGE}.modules.{module}").main()
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        printed.seek(0)
        return {"code": code, "printed": printed.read()}


if __name__ == "__main__":
    main(sys.argv[1])
