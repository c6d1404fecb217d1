# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules that ovh_access_rules names are those that the playbooks use: none is missing, none is too many."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.filter.ovh_access_rules import ovh_access_rules

from tests.playbooks import run_tasks
from tests.simulator.launch import Simulator
from tests.support.sites import EXAMPLE, run


def rules_of(topology: dict[str, Any], state: str) -> list[dict[str, str]]:
    wanted: list[dict[str, str]] = json.loads(ovh_access_rules(topology, state)["request"])["accessRules"]
    return wanted


def fits(rule: dict[str, str], call: dict[str, Any]) -> bool:
    """As OVHcloud reads a rule: a star stands for anything."""
    head, *parts = rule["path"].split("*")
    path = call["path"].partition("?")[0]
    if call["method"] != rule["method"] or not path.startswith(head):
        return False
    position = len(head)
    for part in parts[:-1]:
        position = path.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return not parts or path.endswith(parts[-1])


def unused(rules: list[dict[str, str]], journal: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [rule for rule in rules if not any(fits(rule, call) for call in journal)]


def test_site_and_teardown_need_exactly_these_rules(simulator: Simulator) -> None:
    simulator.reset(world="demo")
    described = copy.deepcopy(EXAMPLE["vrack_topology"])
    described["project"] = "empty"
    rules = rules_of(described, "present")
    simulator.rules(rules)

    # The answer to checkout is lost, so that the order is looked for among the latest; then everything is made.
    simulator.fault("drop_after", "POST", "/order/cart/*/checkout")
    journal = []
    made = run(simulator, "site", json.dumps({"vrack_topology": described}))
    assert made.code == 0, made.output
    journal += made.journal

    # By ids, a renamed network and one more region.
    project = made["Put the project into it"].result["attachment"]
    described["project"] = project["project"]
    described["vrack"] = {"service_name": project["vrack"], "description": "other"}
    described["networks"][0]["name"] = "renamed"
    described["networks"][0]["regions"].append("UK1")
    described["instances"] = []
    described["interfaces"] = []
    changed = run(simulator, "site", json.dumps({"vrack_topology": described}))
    assert changed.code == 0, changed.output
    journal += changed.journal
    described["instances"] = copy.deepcopy(EXAMPLE["vrack_topology"]["instances"])
    for instance in described["instances"]:
        instance["networks"] = ["renamed" if one == "front" else one for one in instance["networks"]]
    described["interfaces"] = EXAMPLE["vrack_topology"]["interfaces"]
    assert unused(rules, journal) == []

    rules = rules_of(described, "absent")
    simulator.rules(rules)
    described["vrack"] = {"name": "demo"}
    journal = []
    down = run(simulator, "teardown", json.dumps({"vrack_topology": described}))
    assert down.code == 0, down.output
    journal += down.journal
    described["vrack"] = {"service_name": project["vrack"]}
    described["project"] = "empty"
    again = run(simulator, "teardown", json.dumps({"vrack_topology": described}))
    assert again.code == 0, again.output
    journal += again.journal
    assert unused(rules, journal) == []


@pytest.mark.parametrize("missing", ["POST /cloud/project/*/network/private", "POST /cloud/project/*/instance"])
def test_a_rule_that_is_missing_is_named_before_anything_is_changed(simulator: Simulator, missing: str) -> None:
    modules = ["ovh_private_network", "ovh_instance"]
    rules = json.loads(ovh_access_rules(modules)["request"])["accessRules"]
    simulator.rules([rule for rule in rules if f"{rule['method']} {rule['path']}" != missing])
    instance = {"project": "running", "name": "x", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
    done = run_tasks(
        simulator,
        [
            {
                "name": "network",
                "ovhcloud.vrack.ovh_private_network": {"project": "running", "name": "n", "vlan_id": 5},
            },
            {"name": "instance", "ovhcloud.vrack.ovh_instance": instance},
        ],
    )
    lacking, other = ("network", "instance") if "network" in missing else ("instance", "network")
    assert done[lacking].failed
    assert missing in done[lacking].msg
    assert done[lacking].writes == []
    assert not done[other].failed, done[other].msg


def test_a_rule_for_everything_or_for_one_project_will_do(simulator: Simulator) -> None:
    project = simulator.make("project", description="mine")["id"]
    for name, rules in enumerate(
        (
            [{"method": method, "path": "/*"} for method in ("GET", "POST", "PUT", "DELETE")],
            [
                {"method": "GET", "path": "/cloud/project"},
                {"method": "GET", "path": f"/cloud/project/{project}/*"},
                {"method": "POST", "path": f"/cloud/project/{project}/*"},
                {"method": "GET", "path": f"/cloud/project/{project}"},
            ],
        )
    ):
        simulator.rules(rules)
        key = {
            "project": project,
            "name": f"key-{name}",
            "public_key": EXAMPLE["vrack_topology"]["ssh_keys"][0]["public_key"],
        }
        done = run_tasks(simulator, [{"name": "key", "ovhcloud.vrack.ovh_ssh_key": key}])
        assert not done["key"].failed, done["key"].msg
        assert done["key"].changed
