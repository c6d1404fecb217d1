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
from tests.support.playbooks import FAST, PlaybookRun, run_playbook

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = yaml.safe_load((ROOT / "playbooks" / "vars" / "topology.example.yml").read_text(encoding="utf-8"))
UNKNOWN = "(known after apply)"
OURS = "ovhcloud.vrack.ovh_"


def topology(project: str, **vrack: Any) -> str:
    described = copy.deepcopy(EXAMPLE["vrack_topology"])
    described["project"] = project
    described["vrack"].update(vrack)
    return json.dumps({"vrack_topology": described})


def run(simulator: Simulator, playbook: str, extra: str, *arguments: str, **environment: str) -> PlaybookRun:
    """As fast as the simulator is, for much is waited for."""
    return run_playbook(simulator, f"ovhcloud.vrack.{playbook}", "-e", extra, *arguments, **{**FAST, **environment})


def changes(one: PlaybookRun) -> list[tuple[str, str, str]]:
    """Task, item, action of everything that the run did or would do."""
    return [
        (task.task, item["name"], item["action"])
        for task in one.tasks
        if task.action.startswith(OURS)
        for item in task.result.get("results", ())
        if item["changed"]
    ]


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
