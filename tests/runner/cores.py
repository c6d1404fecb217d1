# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The oldest ansible-core that execution environments still have, beside the newest one of .venv."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.collection_tree import CHECKOUT
from tests.sanity import find_pythons

OLDEST = "2.18"
ITS_PYTHONS = ("3.13", "3.12", "3.11")
FOLDER = CHECKOUT / "build" / f"ansible-core-{OLDEST}"
NEEDED = (f"ansible-core=={OLDEST}.*", "ansible-runner>=2.4,<3", "ovh>=1.2,<2")


class NoPython(Exception):
    """This machine has no Python that this ansible-core runs on."""


def oldest() -> Path:
    """The folder with its programs, made when it isn't there."""
    programs = FOLDER / "bin"
    if not (programs / "ansible-runner").exists():
        python = its_python()
        uv = shutil.which("uv") or str(CHECKOUT / ".venv-uv" / "bin" / "uv")
        do(uv, "venv", "--quiet", "--clear", "--python", python, str(FOLDER))
        do(uv, "pip", "install", "--quiet", "--python", str(programs / "python"), *NEEDED)
    return programs


def its_python() -> str:
    _versions, path = find_pythons()
    for version in ITS_PYTHONS:
        found = shutil.which(f"python{version}", path=path)
        if found:
            return found
    raise NoPython(f"ansible-core {OLDEST} needs a Python {' or '.join(reversed(ITS_PYTHONS))}, and none was found")


def do(*command: str) -> None:
    subprocess.run(command, env={**os.environ, "UV_NATIVE_TLS": "true"}, check=True)


def version(programs: Path) -> str:
    """The ansible-core of these programs."""
    said = subprocess.run([programs / "ansible", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return said.partition("[core ")[2].partition("]")[0]
