# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cancels a job in the middle, as AWX does: through the cancel_callback of ansible-runner."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import ansible_runner

from simulator.launch import Simulator

OURS = b"AnsiballZ_run_installed"


def cancel_when_held(simulator: Simulator, folder: Path, playbook: str) -> tuple[str, int]:
    """Run a prepared job, and cancel it while the simulator holds a request of it. Returns its status and code."""
    # It forks, which no process with threads should do, and a test's has some.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        return other.submit(_run, simulator.env, folder, playbook).result()


def _run(simulator_env: dict[str, str], folder: Path, playbook: str) -> tuple[str, int]:
    simulator = Simulator(None, simulator_env, None)
    job = ansible_runner.run(
        private_data_dir=str(folder),
        playbook=playbook,
        ident="job",
        quiet=True,
        cancel_callback=lambda: bool(simulator.held()),
    )
    return job.status, job.rc


def at_work(simulator: Simulator) -> list[int]:
    """The processes of our modules that talk to this simulator."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, surroundings = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if OURS in command and simulator.env["OVH_ENDPOINT"].encode() in surroundings:
            found.append(int(folder.name))
    return found
