# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several runs of one play that all stand before the same call when they are let through."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun


def together(
    simulator: Simulator, play: Sequence[dict[str, Any]], method: str, path: str, number: int = 2
) -> list[PlaybookRun]:
    """All have looked by then, and none has seen what another does."""
    simulator.hold(method, path, times=number)
    with ThreadPoolExecutor(number) as workers:
        runs = [workers.submit(run_modules, simulator, list(play)) for _number in range(number)]
        simulator.held(number)
        simulator.release()
    return [run.result() for run in runs]
