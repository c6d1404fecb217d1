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
from tests.support.playbooks import PlaybookRun, TaskRun, run_playbook

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
    return run_playbook(simulator, f"ovhcloud.vrack.{playbook}", "-e", extra, *arguments, **environment)


def changes(one: PlaybookRun) -> list[tuple[str, str]]:
    """Item and action of everything that the run did or, where it only planned, would do."""
    ours = [task for task in one.tasks if task.action.startswith(OURS) and task.outcome != "skipped"]
    done = [item for task in ours for item in task.result.get("results", ()) if item["changed"]]
    if any(task.action != PLAN for task in ours):
        return [(item["name"], item["action"]) for item in done]
    return [(item["name"], item["action"]) for task in ours for item in plan_of(task)["items"]]


def plan_of(task: TaskRun) -> dict[str, Any]:
    found: dict[str, Any] = task.result["plan"]
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
