# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every playbook that needs no AWX as a job of ansible-runner, here and through a worker, with old and new versions,
and with what the image of execution-environment.yml would have.

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
from tests.support.images import image_without_container
from tests.support.runner import cores, rounds
from tests.support.runner.jobs import DIRECT, NEWEST, STREAMED
from tools.collection_tree import CHECKOUT

RESULT = CHECKOUT / "build" / "runner.json"
SPEED = 60.0


def main() -> int:
    found: list[tuple[Path, Path | None]] = [(NEWEST, None)]
    skipped = []
    for other in cores.OTHERS:
        try:
            found.append((other.programs(), None))
        except NoPython as why:
            skipped.append(str(why))
    with tempfile.TemporaryDirectory(prefix="ovhcloud-vrack-image-") as folder:
        try:
            image = image_without_container(Path(folder))
            found.append((image.programs, image.collections))
        except NoPython as why:
            skipped.append(str(why))
        return report(found, skipped)


def report(found: list[tuple[Path, Path | None]], skipped: list[str]) -> int:
    with Simulator.start(seed=1, speed=SPEED, strict=True) as simulator:
        jobs = [job for each in found for way in (DIRECT, STREAMED) for job in one_round(simulator, way, *each)]
        wrong = [problem for job in jobs for problem in job["problems"]]
        wrong += [f"the simulator's answers break the schema: {error}" for error in simulator.schema_errors()]
    for why in skipped:
        print(f"skipped: {why}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"jobs": jobs, "skipped": skipped}, indent=2) + "\n", encoding="utf-8")
    print(f"{len(jobs)} jobs, {len(wrong)} problems; written to {RESULT.relative_to(CHECKOUT)}")
    return int(bool(wrong))


def one_round(simulator: Simulator, way: str, programs: Path, collections: Path | None) -> Iterator[dict[str, Any]]:
    core = cores.version(programs) + (" image" if collections else "")
    with tempfile.TemporaryDirectory(prefix="ovhcloud-vrack-runner-") as folder:
        for step, job, problems in rounds.take(simulator, Path(folder), way, programs, collections=collections):
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
            print(f"{core:<27} {way:<27} {shown:<16} {job.status:<11} changed={job.changed} {job.seconds:5.1f} s")
            for problem in problems:
                print(f"  {problem}")
            sys.stdout.flush()
            yield entry


if __name__ == "__main__":
    sys.exit(main())
