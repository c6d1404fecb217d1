# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan in playbooks: what it shows, what it lets a run do, and what it keeps to itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.launch import Simulator
from tests.support.keys import KEY
from tests.support.playbooks import FAST, PlaybookRun, run_playbook, run_tasks

SECRET = "correct horse battery staple"
DESCRIBED: dict[str, Any] = {
    "project": "running",
    "networks": [{"name": "blue", "vlan_id": 7, "cidr": "10.7.0.0/24", "regions": ["GRA11"]}],
    "ssh_keys": [{"name": "admin", "public_key": KEY}],
    "instances": [
        {
            "name": "web",
            "region": "GRA11",
            "flavor": "b3-8",
            "image": "Debian 12",
            "ssh_key": "admin",
            "public": True,
            "networks": ["blue"],
            "user_data": f"#cloud-config\npassword: {SECRET}\n",
        }
    ],
}


def run(simulator: Simulator, playbook: str, topology: Any, *arguments: str, **environment: str) -> PlaybookRun:
    extra = json.dumps({"vrack_topology": topology})
    return run_playbook(simulator, f"ovhcloud.vrack.{playbook}", "-e", extra, *arguments, **FAST, **environment)


def test_a_saved_plan_is_what_happens_and_nothing_else(simulator: Simulator, tmp_path: Path) -> None:
    """Saved by a look, where that was given, held against a world that has moved, and against one that has not."""
    saved, shown = tmp_path / "plan.json", tmp_path / "plan.md"
    looked = run(simulator, "check", DESCRIBED, "-e", f"plan_json=plan.json plan_markdown={shown}", PWD=str(tmp_path))
    assert looked.code != 0
    assert "4 of 4 things differ from the description." in looked.output
    assert looked.writes == []
    assert "| + | instance 'web' in GRA11 |" in shown.read_text("utf-8")
    assert (saved.stat().st_mode & 0o777, SECRET in saved.read_text("utf-8")) == (0o600, False)

    more = {**DESCRIBED, "ssh_keys": [*DESCRIBED["ssh_keys"], {"name": "other", "public_key": KEY}]}
    refused = run(simulator, "site", more, "-e", "plan_file=plan.json", PWD=str(tmp_path))
    assert refused.code != 0
    assert "ssh key 'other': create was not in it" in refused.output
    assert refused.writes == []

    simulator.make("ssh_key", project="running", name="admin", public_key=KEY)
    done = run(simulator, "site", DESCRIBED, "-e", f"plan_file={saved}")
    assert done.code == 0, done.output
    assert "Done: 3 made, 0 changed, 1 as they were" in done.output
    assert SECRET not in done.output + looked.output + refused.output

    again = run(simulator, "site", DESCRIBED, "-e", f"plan_file={saved}")
    assert (again.code, again.writes, again.recap["changed"]) == (0, [], 0)
    (plan,) = [task for task in again.tasks if task.action == "ovhcloud.vrack.ovh_plan"]
    assert (plan.result["idle"], plan.result["text"]) == (True, "Plan: 0 made, 0 changed, 4 as they are")


def test_what_follows_finds_the_variables_of_the_roles(simulator: Simulator, tmp_path: Path) -> None:
    """Whether they had something to do or not: the same in them, but for what takes a closer look."""
    path = tmp_path / "plays.yml"
    site = {"import_playbook": "ovhcloud.vrack.site", "vars": {"vrack_topology": DESCRIBED}}
    found = "{{ [private_network_result.networks, private_network_subnet_result.subnets, "
    found += "instance_ssh_key_result.ssh_keys, instance_result.instances] }}"
    follow = {"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "it", "debug": {"msg": found}}]}
    path.write_text(yaml.safe_dump([site, follow, site, follow]), encoding="utf-8")
    done = run_playbook(simulator, path, **FAST)
    assert done.code == 0, done.output
    first, second = (task.result["msg"] for task in done.tasks if task.task == "it")
    for instance in first[3]:
        for interface in instance["interfaces"]:
            interface.update(id=None, mac=None, state=None)
            interface["network_id"] = None if interface["type"] == "public" else interface["network_id"]
    for network in first[0]:
        network.update({field: second[0][0][field] for field in ("status", "region_status", "openstack_ids")})
    for one, other in zip(first, second, strict=True):
        assert one == other


@pytest.mark.parametrize("form", ["mapping", "text"])
def test_what_is_secret_is_never_shown(simulator: Simulator, form: str) -> None:
    """Not with all that Ansible can be made to say, and not in the machine's log."""
    topology: Any = DESCRIBED if form == "mapping" else yaml.safe_dump(DESCRIBED)
    task = {"ovhcloud.vrack.ovh_plan": {"topology": topology}, "register": "planned"}
    done = run_tasks(simulator, [task], "-vvvv", "--diff", "--check")
    assert done.code == 0, done.output
    assert done.tasks[0].changed
    assert SECRET not in json.dumps(done.tasks[0].result)
    assert "Plan: 4 made, 0 changed, 0 as they are" in done.output


def test_a_plan_needs_no_right_that_it_does_not_use(simulator: Simulator) -> None:
    """A key that may only read can look, and learns which rules a run would need."""
    task = {"ovhcloud.vrack.ovh_plan": {"topology": DESCRIBED}}
    simulator.rules([{"method": "GET", "path": "/*"}])
    done = run_tasks(simulator, [task])
    assert done.tasks[0].failed
    (problem,) = done.tasks[0].result["problems"]
    assert problem["code"] == "rights_missing"
    assert "POST /cloud/project/*/instance" in problem["text"]
    assert "DELETE /cloud/project/*/sshkey" not in problem["text"]
