# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules that ovh_access_rules names are those that the playbooks use: none is missing, none is too many."""

from __future__ import annotations

import json

import pytest
from ansible_collections.ovhcloud.vrack.plugins.filter.ovh_access_rules import ovh_access_rules

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.sites import EXAMPLE


@pytest.mark.parametrize("missing", ["POST /cloud/project/*/network/private", "POST /cloud/project/*/instance"])
def test_a_rule_that_is_missing_is_named_before_anything_is_changed(simulator: Simulator, missing: str) -> None:
    modules = ["ovh_private_network", "ovh_instance"]
    rules = json.loads(ovh_access_rules(modules)["request"])["accessRules"]
    simulator.rules([rule for rule in rules if f"{rule['method']} {rule['path']}" != missing])
    instance = {"project": "running", "name": "x", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
    done = run_modules(
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


def test_what_an_option_needs_is_named_before_anything_is_changed(simulator: Simulator) -> None:
    """exact_regions takes away and dns_servers takes another route: the rules of the plain module are too few."""
    rules = json.loads(ovh_access_rules({"networks": [{"name": "n"}]}, "present")["request"])["accessRules"]
    simulator.rules(rules)
    simulator.make("network", project="running", name="bare", vlan=7, regions=["GRA11", "SBG5"])
    network = {"project": "running", "name": "bare", "regions": ["GRA11"]}
    subnet = {"project": "running", "network": "bare", "region": "GRA11", "cidr": "10.7.0.0/16"}
    done = run_modules(
        simulator,
        [
            {"name": "exact", "ovhcloud.vrack.ovh_private_network": {**network, "exact_regions": True}},
            {"name": "dns", "ovhcloud.vrack.ovh_subnet": {"subnets": [{**subnet, "dns_servers": ["1.1.1.1"]}]}},
            {"name": "plain", "ovhcloud.vrack.ovh_private_network": {**network, "regions": ["BHS5"]}},
        ],
    )
    assert "DELETE /cloud/project/*/region/*/network/*" in done["exact"].msg
    assert "POST /cloud/project/*/region/*/network/*/subnet" in done["dns"].msg
    assert done["exact"].writes + done["dns"].writes == []
    assert done["plain"].changed, done["plain"].msg
    wanted = {"networks": [{"name": "n", "exact_regions": True, "subnets": [{"dns_servers": ["1.1.1.1"]}]}]}
    more = ovh_access_rules(wanted, "present")["rules"]
    assert {"DELETE /cloud/project/*/region/*/network/*", "POST /cloud/project/*/region/*/network/*/subnet"} <= set(
        more
    )


def test_rules_with_a_star_at_the_end_only_will_do(simulator: Simulator) -> None:
    """For an API to which a star in the middle means nothing."""
    rules = ovh_access_rules(["ovh_private_network", "ovh_instance", "ovh_vrack_cloudproject"])["wide"]
    assert [rule for rule in rules if "*" in rule[:-1]] == []
    assert len(set(rules)) == len(rules)
    simulator.rules([dict(zip(("method", "path"), rule.split(" ", 1), strict=True)) for rule in rules])
    network = {"project": "running", "name": "n", "vlan_id": 5, "regions": ["GRA11"]}
    done = run_modules(simulator, [{"name": "network", "ovhcloud.vrack.ovh_private_network": network}])
    assert done["network"].changed, done["network"].msg


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
        done = run_modules(simulator, [{"name": "key", "ovhcloud.vrack.ovh_ssh_key": key}])
        assert not done["key"].failed, done["key"].msg
        assert done["key"].changed
