# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walk through a matrix of tests/matrices: ``python -m tools.matrix NAME [REGEX]``.

Only the cells whose names fit REGEX, where one is given: that is also how a bad one is tried again. How far it is is
told each minute. The bad cells and a table are printed, and build/NAME-matrix.json holds the bad cells with their
input.
"""

from __future__ import annotations

import functools
import importlib
import json
import multiprocessing
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing.util import Finalize
from typing import Any

from simulator.launch import Simulator
from tools.collection_tree import CHECKOUT, collection_tree

A_MINUTE = 60.0
PROCESSES = os.cpu_count() or 1


def load(name: str) -> Any:
    """The module of the matrix."""
    return imported(f"tests.matrices.{name}")


def imported(module: str) -> Any:
    """A module of the tests. The collection must be found before it is imported."""
    from ansible.plugins.loader import init_plugin_loader

    init_plugin_loader([str(collection_tree())])
    return importlib.import_module(module)


@functools.cache
def judge_of(name: str) -> Callable[[str], str]:
    """What is bad about the cell of that name: one simulator for all cells of a process."""
    matrix = load(name)
    cells = {cell.name: cell for cell in matrix.cells()}
    stack = ExitStack()
    Finalize(None, stack.close, exitpriority=10)
    simulator = stack.enter_context(Simulator.start(seed=1, speed=60.0, strict=True))
    matrix.begin(simulator)

    return lambda cell: judged(matrix, simulator, cells[cell])


def judged(matrix: Any, simulator: Simulator, cell: Any) -> str:
    """Why the cell is bad, or nothing."""
    try:
        found: str = matrix.what_is_bad(simulator, cell)
        simulator.assert_sound()
    except Exception as error:  # the other cells can be judged all the same
        return f"{type(error).__name__}: {error}"
    return found


def write(name: str, found: dict[str, Any]) -> str:
    """Into the folder build; the file's place in the checkout."""
    path = CHECKOUT / "build" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=2, default=repr) + "\n", encoding="utf-8")
    return str(path.relative_to(CHECKOUT))


def why_bad(matrix: str, cell: str) -> tuple[str, float]:
    judge = judge_of(matrix)
    started = time.monotonic()
    return judge(cell), time.monotonic() - started


def main(name: str, wanted: str = "") -> int:
    cells = [cell for cell in load(name).cells() if re.search(wanted, cell.name)]
    names = [cell.name for cell in cells]
    assert len(set(names)) == len(names), [one for one, number in Counter(names).items() if number > 1]
    bad: dict[str, str] = {}
    seconds: Counter[str] = Counter()
    began = told = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context) as pool:
        judged_cells = zip(cells, pool.map(functools.partial(why_bad, name), names), strict=True)
        for number, (cell, (why, took)) in enumerate(judged_cells, 1):
            seconds[cell.row] += took
            if time.monotonic() - told >= A_MINUTE:
                told = time.monotonic()
                print(f"{number} of {len(cells)} cells, {len(bad)} bad, {told - began:.0f} s", flush=True)
            if why:
                bad[cell.name] = why
                print(f"{cell.name}: {why[:400]}", flush=True)
    for row, number in Counter(cell.row for cell in cells).items():
        wrong = sum(cell.row == row and cell.name in bad for cell in cells)
        print(f"{row:45} {number:5} cells {wrong:4} bad {seconds[row]:7.1f} s")
    found = [{"cell": cell.name, "input": cell.given(), "why": bad[cell.name]} for cell in cells if cell.name in bad]
    whole = sum(seconds.values())
    counted = {"cells": len(cells), "bad": len(bad), "seconds": round(whole)}
    place = write(f"{name}-matrix.json", {**counted, "found": found})
    print(f"{len(cells)} cells, {len(bad)} bad, {whole:.0f} s; {place}")
    return 1 if bad or not cells else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
