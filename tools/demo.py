# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration: the example topology brought about twice on a simulated account, and a picture of it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from simulator.launch import Simulator
from tests.support.playbooks import PlaybookRun, run_playbook

ROOT = Path(__file__).resolve().parent.parent
TOPOLOGY = ROOT / "playbooks" / "vars" / "topology.example.yml"
PROJECT = "my-project"
BUILD = ROOT / "build"
ON_A_REAL_ACCOUNT = f"""
On a real account: copy {TOPOLOGY.relative_to(ROOT)}, set project to yours and public_key to your key, leave out
interfaces (or name an instance of yours), export OVH_ENDPOINT and your keys (docs/access-rules.md), and run
    ansible-playbook ovhcloud.vrack.site -e @topology.yml --check --diff
and then the same without --check --diff.
"""


def main() -> int:
    with Simulator.start(world="docs", speed=60.0, strict=True) as simulator:
        well = demonstrate(simulator, BUILD)
    print(ON_A_REAL_ACCOUNT)
    return 0 if well else 1


def demonstrate(simulator: Simulator, folder: Path, **environment: str) -> bool:
    """Whether all went well, with demo.json and demo.html in the folder."""
    runs = []
    for title in ("first run", "second run"):
        print(f"== {title}: ansible-playbook ovhcloud.vrack.site -e @{TOPOLOGY.relative_to(ROOT)}", flush=True)
        run = run_playbook(simulator, "ovhcloud.vrack.site", "-e", f"@{TOPOLOGY}", **environment)
        print(run.output, flush=True)
        runs.append(run)
    picture = ["-e", f"@{TOPOLOGY}", "-e", f"report_file={folder / 'demo'}"]
    drawn = run_playbook(simulator, "ovhcloud.vrack.report", *picture, **environment)
    instances = instances_of(simulator, PROJECT)
    write_result(folder / "demo.json", runs, instances)
    show(runs, instances)
    here = Path(os.path.relpath(folder))
    print(f"written: {here / 'demo.json'}, and {here / 'demo.html'}: a picture of it, for a browser")
    return all(run.code == 0 for run in [*runs, drawn]) and not runs[1].writes


def instances_of(simulator: Simulator, description: str) -> list[dict[str, Any]]:
    """What exists, as a client sees it that nobody here wrote."""
    path = f"/cloud/project/{simulator.project(description)['id']}/instance"
    found: list[dict[str, Any]] = simulator.client().get(path)
    return found


def addresses(instance: dict[str, Any]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {"public": [], "private": []}
    for address in instance["ipAddresses"]:
        if address["version"] == 4:
            kinds[address["type"]].append(address["ip"])
    return {kind: sorted(found) for kind, found in kinds.items()}


def write_result(path: Path, runs: list[PlaybookRun], instances: list[dict[str, Any]]) -> None:
    path.parent.mkdir(exist_ok=True)
    result = {
        "runs": [
            {
                "ok": run.recap.get("ok", 0),
                "changed": run.recap.get("changed", 0),
                "failed": run.recap.get("failed", 0),
                "calls": run.calls,
                "repeated": run.repeated,
                "seconds": round(run.seconds, 1),
            }
            for run in runs
        ],
        "instances": {
            instance["name"]: {"region": instance["region"], "status": instance["status"], **addresses(instance)}
            for instance in sorted(instances, key=lambda one: one["name"])
        },
    }
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def show(runs: list[PlaybookRun], instances: list[dict[str, Any]]) -> None:
    print(f"{'instance':<10} {'region':<7} {'status':<7} {'public':<16} private")
    for instance in sorted(instances, key=lambda one: one["name"]):
        there = addresses(instance)
        public, private = ", ".join(there["public"]) or "-", ", ".join(there["private"]) or "-"
        print(f"{instance['name']:<10} {instance['region']:<7} {instance['status']:<7} {public:<16} {private}")
    print()
    for number, run in enumerate(runs, 1):
        calls = ", ".join(f"{count} {method}" for method, count in run.calls.items())
        repeated = f" and {run.repeated} that failed and were made again" if run.repeated else ""
        print(f"run {number}: {run.recap.get('changed', 0)} tasks changed, {calls}{repeated}, {run.seconds:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
