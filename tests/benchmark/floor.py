# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of OVHcloud's procedure must follow what, for each kind of run: no run is quicker than the longest chain of it.

Nothing here knows how the collection goes about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.benchmark.scheduler import Step

Steps = dict[str, Step]
Topology = Mapping[str, Any]
LOOK = 0.1
"""Seconds of an answer, also of the one that shows what was built."""


@dataclass(frozen=True)
class Building:
    """Seconds that OVHcloud needs, as the simulator is told."""

    order: float = 6
    vrack_task: float = 4
    network: float = 3
    subnet: float = 1
    instance: float = 15
    interface: float = 2
    instance_going: float = 5
    port_going: float = 2
    network_going: float = 1


def reads_of(topology: Topology) -> Steps:
    """The fewest reads that tell whether a project is as described.

    The project's id is in every path of its own; networks have subnets, and what instances there are and are described
    says of which regions flavors and images have to be known.
    """
    reads = {"project": Step(), "vracks": Step()}
    reads |= dict.fromkeys(("vrack of project", "networks", "keys", "instances"), Step(("project",)))
    reads["tasks of vrack"] = Step(("vracks", "vrack of project"))
    reads |= {f"subnets of {network['name']}": Step(("networks",)) for network in topology["networks"]}
    return reads | choices_of(topology)


def choices_of(topology: Topology) -> Steps:
    """What an instance can be made of, region by region."""
    regions = sorted({instance["region"] for instance in topology["instances"]})
    return {f"{what} in {region}": Step(("instances",)) for region in regions for what in ("flavors", "images")}


def reads_of_nothing(topology: Topology) -> Steps:
    """The same where neither a vRack nor a network is there, whose parts could be asked for."""
    there = reads_of({**topology, "networks": []})
    del there["tasks of vrack"]
    return there


def inventory(_topology: Topology, _building: Building) -> Steps:
    """The project's instances, with the names of their networks."""
    reads = {"project": Step()}
    return reads | dict.fromkeys(("instances", "networks"), Step(("project",)))


def again(topology: Topology, _building: Building) -> Steps:
    return reads_of(topology)


def first_run(topology: Topology, building: Building) -> Steps:
    """The order of a vRack through a cart, the project into it, networks, their subnets, and instances on them.

    A step that builds something ends with the read that shows it.
    """
    steps = reads_of_nothing(topology)
    known = tuple(steps)
    steps["checkout"] = Step(known, calls=4, building=building.order)
    steps["name of vrack"] = Step(("checkout",), calls=4)
    steps["attachment"] = Step(("name of vrack",), building=building.vrack_task)
    steps |= {f"key {key['name']}": Step(known) for key in topology["ssh_keys"]}
    for network in topology["networks"]:
        name = network["name"]
        steps |= seen(f"network {name}", Step(("attachment",), building=building.network))
        for subnet in network["subnets"]:
            made = Step((f"network {name}",), building=building.subnet)
            steps |= seen(subnet_of(name, subnet["region"]), made)
    for instance in topology["instances"]:
        needs = [subnet_of(name, instance["region"]) for name in instance["networks"]]
        made = Step((*needs, f"key {instance['ssh_key']}"), building=building.instance)
        steps |= seen(f"instance {instance['name']}", made)
    for interface in topology.get("interfaces", ()):
        needs = (subnet_of(interface["network"], interface["region"]),)
        steps |= seen(title_of(interface), Step(needs, building=building.interface))
    return steps


def one_added(topology: Topology, building: Building) -> Steps:
    """All is there but the last network and its subnet."""
    *others, last = topology["networks"]
    steps = reads_of({**topology, "networks": others})
    name, [subnet] = last["name"], last["subnets"]
    steps |= seen(f"network {name}", Step(tuple(steps), building=building.network))
    return steps | seen(subnet_of(name, subnet["region"]), Step((f"network {name}",), building=building.subnet))


def teardown(topology: Topology, building: Building) -> Steps:
    """Backwards, without flavors and images, which nobody needs for it."""
    choices = choices_of(topology)
    steps = {name: step for name, step in reads_of(topology).items() if name not in choices}
    known = tuple(steps)
    steps |= {f"key {key['name']}": Step(known) for key in topology["ssh_keys"]}
    users: dict[str, list[str]] = {}
    for instance in topology["instances"]:
        title = f"instance {instance['name']}"
        steps |= seen(title, Step(known, building=building.instance_going + building.port_going))
        for network in instance["networks"]:
            users.setdefault(subnet_of(network, instance["region"]), []).append(title)
    for interface in topology.get("interfaces", ()):
        title = title_of(interface)
        steps |= seen(title, Step(known, building=building.interface + building.port_going))
        users.setdefault(subnet_of(interface["network"], interface["region"]), []).append(title)
    for network in topology["networks"]:
        subnets = [subnet_of(network["name"], subnet["region"]) for subnet in network["subnets"]]
        steps |= {name: Step((*known, *users.get(name, ()))) for name in subnets}
        gone = Step((*known, *subnets), building=building.network_going)
        steps |= seen(f"network {network['name']}", gone)
    networks = tuple(f"network {network['name']}" for network in topology["networks"])
    return steps | seen("attachment", Step((*known, *networks), building=building.vrack_task))


def title_of(interface: Mapping[str, str]) -> str:
    return f"interface of {interface['instance']} on {interface['network']}"


def subnet_of(network: str, region: str) -> str:
    return f"subnet of {network} in {region}"


def seen(name: str, made: Step) -> Steps:
    """Once it is over somebody has to look; all that was over by then is seen in the same look, which costs no turn."""
    return {f"{name}, asked for": made, name: Step((f"{name}, asked for",), calls=0, building=LOOK)}
