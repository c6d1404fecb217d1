# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What else execution environments hold, beside what is newest and in .venv."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.collection_tree import CHECKOUT
from tools.sanity import find_pythons


class NoPython(Exception):
    """This machine has no Python that an ansible-core runs on."""


@dataclass(frozen=True)
class Environment:
    """Programs of certain versions, in a folder of their own below build/."""

    core: str
    runner: str
    pythons: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"ansible-core {self.core}, ansible-runner {self.runner}"

    def programs(self) -> Path:
        """The folder with them, made when it isn't there."""
        folder = CHECKOUT / "build" / self.name.replace(", ", "-").replace(" ", "-")
        if not (folder / "bin" / "ansible-runner").exists():
            needed = (f"ansible-core=={self.core}.*", f"ansible-runner=={self.runner}.*", "ovh>=1.2,<2")
            uv = shutil.which("uv") or str(CHECKOUT / ".venv-uv" / "bin" / "uv")
            do(uv, "venv", "--quiet", "--clear", "--python", self._python(), str(folder))
            do(uv, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), *needed)
        return folder / "bin"

    def _python(self) -> str:
        _versions, path = find_pythons()
        for version in self.pythons:
            found = shutil.which(f"python{version}", path=path)
            if found:
                return found
        raise NoPython(f"{self.name} needs a Python {' or '.join(reversed(self.pythons))}, and none was found")


OTHERS = (
    # The oldest ansible-core.
    Environment("2.18", "2.4", ("3.13", "3.12", "3.11")),
    # AWX 24.6.1 brings the callback of this ansible-runner into every job, whatever the execution environment holds.
    Environment("2.19", "2.4.0", ("3.13", "3.12", "3.11")),
)


def do(*command: str) -> None:
    subprocess.run(command, env={**os.environ, "UV_NATIVE_TLS": "true"}, check=True)


def version(programs: Path) -> str:
    """The versions of these programs."""
    core = subprocess.run([programs / "ansible", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    runner = subprocess.run(
        [programs / "ansible-runner", "--version"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return f"{core.partition('[core ')[2].partition(']')[0]} runner {runner.strip()}"
