# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What else execution environments hold, beside what is newest and in .venv."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.environments import environment


@dataclass(frozen=True)
class Environment:
    """Programs of certain versions."""

    core: str
    runner: str
    pythons: tuple[str, ...]

    def programs(self) -> Path:
        """The folder with them, made when it isn't there."""
        needed = (f"ansible-core=={self.core}.*", f"ansible-runner=={self.runner}.*", "ovh>=1.2,<2")
        return environment(f"ansible-core {self.core}, ansible-runner {self.runner}", self.pythons, *needed)


OTHERS = (
    # The oldest ansible-core.
    Environment("2.17", "2.4", ("3.12", "3.11", "3.10")),
    # AWX 24.6.1 brings the callback of this ansible-runner into every job, whatever the execution environment holds.
    Environment("2.19", "2.4.0", ("3.13", "3.12", "3.11")),
)


def version(programs: Path) -> str:
    """The versions of these programs."""
    core = subprocess.run([programs / "ansible", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    runner = subprocess.run(
        [programs / "ansible-runner", "--version"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return f"{core.partition('[core ')[2].partition(']')[0]} runner {runner.strip()}"
