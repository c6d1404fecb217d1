# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands behind `make` begin in a process of their own, where no test has prepared anything."""

from __future__ import annotations

import os
import signal
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


def test_what_is_for_pytest_is_given_to_pytest_alone() -> None:
    """`make test ARGS=…` runs lint and sanity as well, whose commands know other options."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    would_run = subprocess.run(
        ["make", "-n", "test", "ARGS=--an-option"], cwd=CHECKOUT, env=kept, capture_output=True, text=True, check=True
    )
    lines = would_run.stdout.splitlines()
    assert any("tools.sanity" in line for line in lines)
    [line] = [line for line in lines if "--an-option" in line]
    assert "-m pytest" in line


def test_the_simulator_ends_without_a_word_when_it_is_interrupted() -> None:
    command = [sys.executable, "-m", "simulator", "--world", "docs"]
    with subprocess.Popen(command, cwd=CHECKOUT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as begun:
        assert begun.stdout is not None
        assert begun.stdout.readline().startswith("export OVH_")
        begun.send_signal(signal.SIGINT)
        _environment, said = begun.communicate(timeout=60)
    assert (begun.returncode, said) == (0, "")
