# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example topology from an empty project and back, walked once, for the many tests that look at it.

Each step is a process of seconds. It is taken when a test first asks for it, after those before it.
"""

from __future__ import annotations

import copy
import json
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.ovhcloud.vrack.plugins.filter.ovh_access_rules import ovh_access_rules

from simulator.launch import Simulator
from tests.support.playbooks import FAST, PlaybookRun, run_playbook
from tests.support.sites import EXAMPLE, account, run

METHODS = ("GET", "POST", "PUT", "DELETE")


def rules_of(topology: dict[str, Any], state: str) -> list[dict[str, str]]:
    wanted: list[dict[str, str]] = json.loads(ovh_access_rules(topology, state)["request"])["accessRules"]
    return wanted


class WholeWay:
    """The steps in their order, and what the account was between them."""

    def __init__(self, simulator: Simulator, folder: Path, installed: Path) -> None:
        """`installed` are the collections of the run that makes everything; the others use this checkout."""
        self.simulator = simulator
        self.installed = installed
        self.exported_file = folder / "topology.yml"
        self.plays = folder / "plays.yml"
        self.described = copy.deepcopy(EXAMPLE["vrack_topology"])
        self.described["project"] = "empty"
        self.rules = rules_of(self.described, "present")
        self.id = simulator.project("empty")["id"]
        self.before = self._account()

    def _account(self) -> dict[str, Any]:
        return account(self.simulator, self.id)

    def _run(self, playbook: str, topology: dict[str, Any], *arguments: str, **environment: str) -> PlaybookRun:
        return run(self.simulator, playbook, json.dumps({"vrack_topology": topology}), *arguments, **environment)

    @cached_property
    def planned(self) -> PlaybookRun:
        """With no other rights than the run itself will need."""
        self.simulator.rules(self.rules)
        return self._run("site", self.described, "--check", "--diff")

    @cached_property
    def made(self) -> PlaybookRun:
        """The answer to checkout is lost, so that the order is looked for among the latest; then everything is made."""
        assert self.planned
        self.simulator.fault("drop_after", "POST", "/order/cart/*/checkout")
        return self._run("site", self.described, "--diff", ANSIBLE_COLLECTIONS_PATH=str(self.installed))

    @cached_property
    def there(self) -> dict[str, Any]:
        assert self.made
        return self._account()

    @cached_property
    def again(self) -> PlaybookRun:
        assert self.there
        return self._run("site", self.described)

    @cached_property
    def exported(self) -> PlaybookRun:
        assert self.again
        self.simulator.rules([{"method": method, "path": "/*"} for method in METHODS])
        extra = {"export_project": "empty", "export_file": str(self.exported_file)}
        return run(self.simulator, "export", json.dumps(extra))

    @property
    def export(self) -> dict[str, Any]:
        assert self.exported.code == 0, self.exported.output
        found: dict[str, Any] = yaml.safe_load(self.exported_file.read_text(encoding="utf-8"))["vrack_topology"]
        return found

    @cached_property
    def made_of_export(self) -> PlaybookRun:
        return self._run("site", self.export)

    @property
    def by_id(self) -> dict[str, Any]:
        """The project and its vRack named by their ids, a renamed network with one more region, no instances."""
        attachment = self.made["Put the project into it"].result["attachment"]
        changed = copy.deepcopy(self.described)
        changed.update(project=attachment["project"], vrack={"service_name": attachment["vrack"]})
        changed["networks"][0]["name"] = "renamed"
        changed["networks"][0]["regions"].append("UK1")
        return {**changed, "instances": [], "interfaces": []}

    @cached_property
    def changed(self) -> PlaybookRun:
        assert self.made_of_export
        self.simulator.rules(self.rules)
        by_id = self.by_id
        by_id["vrack"]["description"] = "other"
        return self._run("site", by_id)

    @property
    def all_of_it(self) -> dict[str, Any]:
        """What is there after the changes."""
        named = copy.deepcopy(self.described)
        for instance in named["instances"]:
            instance["networks"] = ["renamed" if one == "front" else one for one in instance["networks"]]
        whole = {**self.by_id, "vrack": {"name": self.described["vrack"]["name"]}}
        return {**whole, "instances": named["instances"], "interfaces": self.described["interfaces"]}

    @property
    def rules_to_remove(self) -> list[dict[str, str]]:
        return rules_of(self.all_of_it, "absent")

    @cached_property
    def looked_at(self) -> PlaybookRun:
        """Two plans in one process: that there is nothing to make, and all that would be taken away."""
        assert self.changed
        self.simulator.rules(self.rules_to_remove)
        plays = [{"ansible.builtin.import_playbook": f"ovhcloud.vrack.{name}"} for name in ("site", "teardown")]
        self.plays.write_text(yaml.safe_dump(plays), encoding="utf-8")
        extra = json.dumps({"vrack_topology": self.all_of_it})
        return run_playbook(self.simulator, self.plays, "-e", extra, "--check", **FAST)

    @cached_property
    def removed(self) -> PlaybookRun:
        assert self.looked_at
        return self._run("teardown", self.all_of_it)

    @cached_property
    def after(self) -> dict[str, Any]:
        assert self.removed
        return self._account()

    @cached_property
    def removed_again(self) -> PlaybookRun:
        """The vRack by its id this time, and the project by its name."""
        assert self.after
        return self._run("teardown", {**self.all_of_it, "vrack": self.by_id["vrack"], "project": "empty"})
