# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example topology, a playbook run on it, and what an account then has and a run said."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import yaml

from simulator.launch import Simulator
from tests.support.playbooks import FAST, PlaybookRun, TaskRun, run_playbook
from tests.support.rhythm import assert_fits

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = yaml.safe_load((ROOT / "playbooks" / "vars" / "topology.example.yml").read_text(encoding="utf-8"))
UNKNOWN = "(known after apply)"
OURS = "ovhcloud.vrack.ovh_"
PLAN = f"{OURS}plan"


def topology(project: str, **vrack: Any) -> str:
    described = copy.deepcopy(EXAMPLE["vrack_topology"])
    described["project"] = project
    described["vrack"].update(vrack)
    return json.dumps({"vrack_topology": described})


def run(simulator: Simulator, playbook: str, extra: str, *arguments: str, **environment: str) -> PlaybookRun:
    """As fast as the simulator is, for much is waited for."""
    return run_playbook(simulator, f"ovhcloud.vrack.{playbook}", "-e", extra, *arguments, **{**FAST, **environment})


def changes(one: PlaybookRun) -> list[tuple[str, str]]:
    """Item and action of everything that the run did or, where it only planned, would do."""
    ours = [task for task in one.tasks if task.action.startswith(OURS) and task.outcome != "skipped"]
    done = [item for task in ours for item in task.result.get("results", ()) if item["changed"]]
    if any(task.action != PLAN for task in ours):
        return [(item["name"], item["action"]) for item in done]
    return [(item["name"], item["action"]) for task in ours for item in plan_of(task)["changes"]]


def plan_of(task: TaskRun) -> dict[str, Any]:
    found: dict[str, Any] = task.result["plan"]
    return found


def assert_unchanged(done: PlaybookRun) -> None:
    assert done.code == 0, done.output
    assert done.recap["changed"] == 0, done.output
    assert done.writes == []


def assert_done_as_planned(planned: PlaybookRun, done: PlaybookRun) -> None:
    """What the run has done is what was planned, in that order, field by field where it was known."""
    assert planned.writes == []
    assert changes(planned) == changes(done)
    (plan,) = [task for task in planned.tasks if task.action == PLAN]
    diffs = {one["before_header"]: one for task in done.tasks for one in entries_of_diff(task)}
    names = [item["name"] for item in plan_of(plan)["changes"]]
    for index, item in enumerate(plan_of(plan)["changes"]):
        real = diffs[item["name"]]
        assert_fits(known(item["before"]), real["before"] or None, item["name"])
        assert_fits(known(item["after"]), real["after"] or None, item["name"])
        assert [one for one in item["waits_for"] if one not in names[:index]] == [], item["name"]
    for name, result in plan.result["role_results"].items():
        for one in result["results"]:
            assert_fits(one, record_of(done, one["name"], name), one["name"])


def entries_of_diff(task: TaskRun) -> list[dict[str, Any]]:
    found = task.result.get("diff") or []
    return [one for one in (found if isinstance(found, list) else [found]) if "before_header" in one]


def record_of(done: PlaybookRun, name: str, registered: str) -> Any:
    """What the task of a role said of an item or, where the role had nothing to do, the run's own plan."""
    own = [task for task in done.tasks if task.action.startswith(OURS)]
    for task in own:
        for one in task.result.get("results", ()):
            if one["name"] == name:
                return one
    (plan,) = [task for task in own if task.action == PLAN]
    (found,) = [one for one in plan.result["role_results"][registered]["results"] if one["name"] == name]
    return found


def known(value: Any) -> Any:
    """A diff with what was not known made None."""
    if isinstance(value, dict):
        return {key: known(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [known(entry) for entry in value]
    return None if value == UNKNOWN else value


def account(simulator: Simulator, project: str) -> dict[str, Any]:
    """What the API shows of a project, without what only reading changes."""
    client = simulator.client()
    base = f"/cloud/project/{project}"
    networks = client.get(f"{base}/network/private")
    instances = client.get(f"{base}/instance")
    return {
        "networks": sorted(network["id"] for network in networks),
        "keys": client.get(f"{base}/sshkey"),
        "instances": sorted(
            (one["name"], one["region"], sorted(address["ip"] for address in one["ipAddresses"])) for one in instances
        ),
        "interfaces": {
            one["name"]: sorted(port["id"] for port in client.get(f"{base}/instance/{one['id']}/interface"))
            for one in instances
        },
    }
