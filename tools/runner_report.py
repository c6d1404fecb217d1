# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every playbook that needs no AWX as a job of ansible-runner, here and through a worker, with old and new versions.

`python -m tools.runner_report` prints a line a job, writes build/runner.json, and fails when a job did.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulator.launch import Simulator
from tests.support.environments import NoPython
from tests.support.runner import cores, rounds
from tests.support.runner.jobs import DIRECT, NEWEST, STREAMED
from tools.collection_tree import CHECKOUT

RESULT = CHECKOUT / "build" / "runner.json"
SPEED = 60.0


def main() -> int:
    programs, skipped = [NEWEST], []
    for other in cores.OTHERS:
        try:
            programs.append(other.programs())
        except NoPython as why:
            skipped.append(str(why))
    with Simulator.start(seed=1, speed=SPEED, strict=True) as simulator:
        jobs = [job for each in programs for way in (DIRECT, STREAMED) for job in one_round(simulator, each, way)]
        wrong = [problem for job in jobs for problem in job["problems"]]
        wrong += [f"the simulator's answers break the schema: {error}" for error in simulator.schema_errors()]
    for why in skipped:
        print(f"skipped: {why}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"jobs": jobs, "skipped": skipped}, indent=2) + "\n", encoding="utf-8")
    print(f"{len(jobs)} jobs, {len(wrong)} problems; written to {RESULT.relative_to(CHECKOUT)}")
    return int(bool(wrong))


def one_round(simulator: Simulator, programs: Path, way: str) -> Iterator[dict[str, Any]]:
    core = cores.version(programs)
    with tempfile.TemporaryDirectory(prefix="ovhcloud-vrack-runner-") as folder:
        for step, job, problems in rounds.take(simulator, Path(folder), way, programs):
            entry = {
                "playbook": f"ovhcloud.vrack.{step.playbook}",
                "check": step.check,
                "core": core,
                "way": way,
                "status": job.status,
                "expected": step.status,
                "changed": job.changed,
                "events": len(job.events),
                "seconds": round(job.seconds, 1),
                "problems": problems,
            }
            shown = f"{step.playbook}{' --check' if step.check else ''}"
            print(f"{core:<21} {way:<27} {shown:<16} {job.status:<11} changed={job.changed} {job.seconds:5.1f} s")
            for problem in problems:
                print(f"  {problem}")
            sys.stdout.flush()
            yield entry


if __name__ == "__main__":
    sys.exit(main())
