# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands behind `make` begin in a process of their own, where no test has prepared anything."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tools.collection_tree import CHECKOUT, collection_tree

COMMANDS = sorted(
    path.stem for path in (CHECKOUT / "tools").glob("*.py") if path.stem not in ("__init__", "pip_bootstrap")
)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_finds_all_that_it_needs(name: str) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "PYTHONPATH"))}
    if name == "generate_docs":
        kept["PYTHONPATH"] = str(collection_tree())  # as the Makefile gives it
    begun = subprocess.run(
        [sys.executable, "-c", f"import tools.{name}"],
        cwd=CHECKOUT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert begun.returncode == 0, begun.stderr
