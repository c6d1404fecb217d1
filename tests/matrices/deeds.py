# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each module can do to an account: make, change, remove. A matrix lets something go wrong meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.launch import Simulator
from tests.support.accounts import essence
from tests.support.chance import STEADY
from tests.support.keys import KEY
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun
from tests.support.tasks import task

# A network is seen before it is in use, or vanishes.
SOON = {
    "order_checking": 1,
    "order_delivering": 3,
    "task_init": 1,
    "task_todo": 1,
    "task_doing": 3,
    "vrack_ending": 3,
    "region_enabling": 4,
    "region_building": 10,
    "network_deleting": 3,
    "instance_building": 6,
    "instance_deleting": 3,
    "interface_building": 2,
    "interface_deleting": 2,
}
BLUE = ("GRA11", "SBG5")


@dataclass(frozen=True)
class Deed:
    """What a task is asked for, and what has to be there before: things for the simulator to make."""

    module: str
    name: str
    options: dict[str, Any]
    before: tuple[dict[str, Any], ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)

    def prepare(self, simulator: Simulator, **settings: Any) -> None:
        """The same account each time."""
        simulator.reset(world="default", seed=1)
        simulator.settings(**SOON, **STEADY, **self.settings)
        for thing in self.before:
            simulator.make(**thing)
        simulator.settings(**settings)

    def run(self, simulator: Simulator, *arguments: str, **environment: str) -> PlaybookRun:
        options = {**self.options, "wait_timeout": 300 if self.module == "vrack" else 120}
        return run_modules(simulator, [task(self.name, self.module, **options)], *arguments, **environment)

    def settled(self, simulator: Simulator) -> dict[str, Any]:
        """What there is once nothing is on its way any more."""
        simulator.advance(120)
        return essence(simulator.state())


def network(name: str, vlan: int) -> dict[str, Any]:
    return {"what": "network", "project": "running", "name": name, "vlan": vlan, "regions": list(BLUE)}


def subnet(region: str, part: int = 0) -> dict[str, Any]:
    ends = {"start": f"10.7.{part}.2", "end": f"10.7.{part}.254"}
    return {
        "what": "subnet",
        "project": "running",
        "network": "blue",
        "region": region,
        "cidr": "10.7.0.0/16",
        **ends,
    }


BLUE_THERE = (network("blue", 7), subnet("GRA11"), subnet("SBG5", 1))
WEB_THERE = (*BLUE_THERE, {"what": "instance", "project": "running", "name": "web", "region": "GRA11"})
IN_PROJECT = {"project": "running"}
SUBNET = {**IN_PROJECT, "network": "blue", "region": "GRA11", "cidr": "10.7.0.0/16"}
WEB = {**IN_PROJECT, "name": "web", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
PORT = {**IN_PROJECT, "instance": "web", "region": "GRA11", "network": "blue"}
ON_BLUE = (
    *BLUE_THERE,
    {**WEB_THERE[-1], "networks": ["public", "blue"]},
)
INSIDE = ({"what": "vrack", "name": "blank"}, {"what": "project", "description": "inside", "vrack": "blank"})
DEEDS = {
    f"{deed.module} {deed.name}": deed
    for deed in (
        Deed("vrack", "present", {"name": "new", "description": "x"}),
        Deed("vrack", "change", {"name": "prod", "description": "other"}),
        Deed("vrack", "absent", {"name": "old", "state": "absent"}, ({"what": "vrack", "name": "old"},)),
        Deed("vrack_cloudproject", "present", {"vrack": "prod", "project": "empty"}),
        Deed("vrack_cloudproject", "first", {"vrack": "new", "project": "empty"}, ({"what": "vrack", "name": "new"},)),
        Deed("vrack_cloudproject", "change", {"vrack": "prod", "project": "auto", "move": True}),
        Deed("vrack_cloudproject", "absent", {"vrack": "blank", "project": "inside", "state": "absent"}, INSIDE),
        Deed("private_network", "present", {**IN_PROJECT, "name": "blue", "vlan_id": 7, "regions": [*BLUE]}),
        Deed(
            "private_network",
            "change",
            {**IN_PROJECT, "name": "azure", "vlan_id": 7, "regions": [*BLUE, "BHS5"]},
            BLUE_THERE,
        ),
        Deed("private_network", "absent", {**IN_PROJECT, "name": "blue", "state": "absent"}, BLUE_THERE),
        Deed("subnet", "present", SUBNET, BLUE_THERE[:1]),
        Deed("subnet", "change", {**SUBNET, "dhcp": False, "force": True}, BLUE_THERE),
        Deed("subnet", "absent", {**SUBNET, "state": "absent"}, BLUE_THERE),
        Deed("ssh_key", "present", {**IN_PROJECT, "name": "mine", "public_key": KEY}),
        Deed(
            "ssh_key",
            "change",
            {**IN_PROJECT, "name": "mine", "public_key": KEY, "force": True},
            ({"what": "ssh_key", "project": "running", "name": "mine"},),
        ),
        Deed(
            "ssh_key",
            "absent",
            {**IN_PROJECT, "name": "mine", "state": "absent"},
            ({"what": "ssh_key", "project": "running", "name": "mine"},),
        ),
        Deed("region", "present", {**IN_PROJECT, "name": "WAW1"}),
        Deed("instance", "present", {**WEB, "networks": ["public", "blue"]}, BLUE_THERE),
        Deed("instance", "change", {**WEB, "networks": ["public", "blue"]}, WEB_THERE),
        Deed("instance", "absent", {**WEB, "state": "absent"}, ON_BLUE),
        Deed("instance_interface", "present", PORT, WEB_THERE),
        Deed("instance_interface", "absent", {**PORT, "state": "absent"}, ON_BLUE),
    )
}
