# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbooks `site` and `teardown` have the modules do, without Ansible: for hundreds of runs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.filter.topology import topology as lists_of

from simulator.launch import Simulator
from tests.support import dying
from tests.support.modules import run_module
from tests.support.playbooks import PlaybookRun, TaskRun, without_repeated
from tests.support.skipping import in_one_time
from tests.support.tasks import task

MODULES = {
    "networks": "private_network",
    "subnets": "subnet",
    "ssh_keys": "ssh_key",
    "instances": "instance",
    "interfaces": "instance_interface",
}
ROLES = {
    "private_network": ("networks", "subnets"),
    "instance": ("ssh_keys", "instances"),
    "instance_interface": ("interfaces",),
}
BACKWARDS = ("interfaces", "instances", "ssh_keys", "subnets", "networks")


class Stopped(Exception):
    """A step has failed, and none comes after it."""


class Walk:
    """The steps of one run."""

    def __init__(self, simulator: Simulator, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
        self.simulator = simulator
        self.arguments = arguments
        self.environment = environment
        self.begun = simulator.last()
        self.done: list[TaskRun] = []

    def step(self, title: str, module: str, **options: Any) -> TaskRun:
        environment = {**self.environment, **self._death()}
        with in_one_time(self.simulator, environment):
            self.done.append(run_module(self.simulator, task(title, module, **options), self.arguments, environment))
        if self.done[-1].failed:
            raise Stopped
        return self.done[-1]

    def enter(self, entered: list[str], lists: dict[str, Any]) -> None:
        """What these roles have the modules do."""
        project = {"project": lists["project"]}
        joined = False
        if "vrack" in entered:
            wish = {
                key: lists["vrack"][key] for key in ("name", "service_name", "description") if key in lists["vrack"]
            }
            adopted = {} if wish.get("service_name") else {"adopt_from": lists["project"]}
            vrack = self.step("vrack", "vrack", **wish, **adopted).result["vrack"]
            ref = vrack["service_name"] or vrack["name"]
            joined = self.step("attachment", "vrack_cloudproject", **project, vrack=ref).changed
        for role, sections in ROLES.items():
            for section in sections:
                if role in entered and lists[section]:
                    waits = {"wait": joined or not lists["subnets"]} if section == "networks" else {}
                    self.step(section, MODULES[section], **project, **{section: lists[section]}, **waits)

    def _death(self) -> dict[str, str]:
        """Its moment is given for the whole run: what the steps before this one asked for is over."""
        if dying.VARIABLE not in self.environment:
            return {}
        where, number = self.environment[dying.VARIABLE].split()
        return {dying.VARIABLE: f"{where} {int(number) - self.simulator.last() + self.begun}"}

    def run(self) -> PlaybookRun:
        """All of them, with code 2 where the last one failed."""
        code = 2 if self.done[-1].failed else 0
        shown = "\n".join(f"{one.task}: {one.outcome} {one.msg}" for one in self.done)
        journal = without_repeated(self.simulator.journal(self.begun))
        return PlaybookRun(code, shown, 0.0, journal, self.done)


def site(simulator: Simulator, described: dict[str, Any], *arguments: str, **environment: str) -> PlaybookRun:
    """First the plan; then, unless this is check mode, the roles that have something to do."""
    walk = Walk(simulator, arguments, environment)
    with suppress(Stopped):
        plan = walk.step("plan", "plan", topology=described).result
        walk.enter([] if "--check" in arguments else plan["roles"], lists_of(described))
    return walk.run()


def roles(simulator: Simulator, described: dict[str, Any], *arguments: str, **environment: str) -> PlaybookRun:
    """All roles of `site`, without a plan before them."""
    walk = Walk(simulator, arguments, environment)
    with suppress(Stopped):
        walk.enter(["vrack", *ROLES], lists_of(described))
    return walk.run()


def teardown(simulator: Simulator, described: dict[str, Any], *arguments: str, **environment: str) -> PlaybookRun:
    """First the plan; then, unless this is check mode, everything backwards."""
    walk = Walk(simulator, arguments, environment)
    with suppress(Stopped):
        plan = walk.step("plan", "plan", topology=described, state="absent").result
        if plan["idle"] or "--check" in arguments:
            return walk.run()
        lists = lists_of(described)
        kept = lists["existing_instances"]
        lists["instances"] = [one for one in lists["instances"] if one["name"] not in kept]
        common = {"project": lists["project"], "state": "absent"}
        for section in BACKWARDS:
            if lists[section]:
                walk.step(section, MODULES[section], **common, **{section: lists[section]})
        ref = lists["vrack"].get("service_name") or lists["vrack"].get("name")
        walk.step("attachment", "vrack_cloudproject", **common, vrack=ref)
    return walk.run()
