# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rounds of tests/matrices/soak.py for some minutes: ``python -m tools.soak [MINUTES [FIRST]]``.

A bad round is printed with what is bad; ``python -m tools.soak 0 NUMBER`` tries that one again. build/soak.json has the
number of rounds and jobs, and the bad ones.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from simulator.launch import Simulator
from tools.matrix import judged, load, write


def main(minutes: str = "5", first: str = "1") -> int:
    soak = load("soak")
    end = time.monotonic() + 60 * float(minutes)
    bad: list[dict[str, Any]] = []
    number = jobs = killed = 0
    with Simulator.start(seed=1, speed=60.0, strict=True) as simulator:
        for number in range(int(first), sys.maxsize):
            cell = soak.Cell(number)
            why = judged(soak, simulator, cell)
            jobs, killed = jobs + cell.jobs, killed + sum(map(bool, cell.deaths()))
            if why:
                bad.append({"round": number, "input": cell.given(), "why": why})
                print(f"round {number}: {why}", flush=True)
            if time.monotonic() >= end:
                break
    rounds = number - int(first) + 1
    found = {"rounds": rounds, "jobs": jobs, "killed": killed, "minutes": float(minutes), "bad": len(bad), "found": bad}
    write("soak.json", found)
    print(f"{rounds} rounds with {jobs} jobs, {killed} of them to be killed: {len(bad)} bad")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
