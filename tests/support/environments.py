# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments with other versions than those of .venv, made below build/ when they are first needed."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from simulator.launch import Simulator
from tests.support.playbooks import FAST, RECAP, running, writes_of
from tools.collection_tree import CHECKOUT
from tools.sanity import find_pythons


class NoPython(Exception):
    """This machine has no Python of these versions."""


def environment(name: str, pythons: tuple[str, ...], *needed: str, prerelease: bool = False) -> Path:
    """The folder of the programs of one that has what is *needed*, on the first of *pythons* that is here."""
    python = _python(name, pythons)
    folder = CHECKOUT / "build" / name.replace(", ", "-").replace(" ", "-")
    with _alone(folder):
        made = folder / "made-from"
        if not made.exists() or made.read_text(encoding="utf-8") != " ".join([python, *needed]):
            uv = _uv()
            _do(uv, "venv", "--quiet", "--clear", "--python", python, str(folder))
            install = [uv, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python")]
            _do(*install, *(["--prerelease", "allow"] if prerelease else []), *needed)
            made.write_text(" ".join([python, *needed]), encoding="utf-8")
    return folder / "bin"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Several test processes may want the same one."""
    folder.parent.mkdir(exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@cache
def _path_of_pythons() -> str:
    return find_pythons()[1]


def _python(name: str, versions: tuple[str, ...]) -> str:
    for version in versions:
        found = shutil.which(f"python{version}", path=_path_of_pythons())
        if found:
            return found
    raise NoPython(f"{name} needs a Python {' or '.join(reversed(versions))}, and none was found")


def _uv() -> str:
    return str(CHECKOUT / _said_by(CHECKOUT / "tools" / "find_uv.sh", CHECKOUT / ".venv" / "bin" / "python"))


def _do(*command: str) -> None:
    subprocess.run(command, env={**os.environ, "UV_NATIVE_TLS": "true"}, check=True)


def _said_by(*command: str | Path) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def version_of(programs: Path, package: str) -> str:
    question = f"from importlib.metadata import version; print(version({package!r}))"
    return _said_by(programs / "python", "-c", question)


def python_version(programs: Path) -> str:
    return _said_by(programs / "python", "-c", "import platform; print(platform.python_version())")


# What runs in them


class Played:
    """What one run of a program said, how it ended, and what it had the account do."""

    def __init__(self, code: int, output: str, writes: list[str]) -> None:
        self.code, self.output, self.writes = code, output, writes

    @property
    def changed(self) -> int:
        """Tasks that changed something, by the recap."""
        recap = RECAP.findall(self.output.rpartition("PLAY RECAP")[2])
        return sum(int(line.partition("changed=")[2].split()[0]) for line in recap)


def play(simulator: Simulator, programs: Path, *command: str, folder: Path, collections: Path | None = None) -> Played:
    """Run a command of these programs from *folder*, with the collections there, or with this checkout."""
    before = simulator.last()
    with running(simulator, FAST) as surroundings:
        for name in ("ANSIBLE_CALLBACK_PLUGINS", "ANSIBLE_CALLBACKS_ENABLED"):
            del surroundings[name]
        if collections is not None:
            surroundings["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
        surroundings["PATH"] = f"{programs}{os.pathsep}{surroundings['PATH']}"
        done = subprocess.run(
            [str(programs / command[0]), *command[1:]],
            cwd=folder,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
    return Played(done.returncode, done.stdout, writes_of(simulator.journal(before)))
