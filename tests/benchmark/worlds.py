# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects of any size, described and brought about at once."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import yaml

from simulator.cloud_makers import PUBLIC_KEY
from simulator.launch import Simulator
from tools.collection_tree import CHECKOUT

REGIONS = ("GRA11", "SBG5", "DE1", "UK1", "BHS5")
KEY = "admin"
ROOM = {"network": 1000, "subnet": 1000, "instance": 1000, "cores": 10000, "ram": 100_000_000}
"""A quota that is no matter here."""


EXAMPLE = CHECKOUT / "playbooks" / "vars" / "topology.example.yml"
SPARE = {
    "name": "spare",
    "vlan_id": 4000,
    "regions": [REGIONS[0]],
    "subnets": [{"region": REGIONS[0], "cidr": "172.16.0.0/24"}],
}


def described(project: str, vlans: int, regions: int, instances: int, interfaces: int = 1) -> dict[str, Any]:
    """VLANs with a subnet in each region, a key, and instances on the public network and so many of these."""
    names = [f"vlan-{number}" for number in range(100, 100 + vlans)]
    blocks = IPv4Network("10.0.0.0/8").subnets(new_prefix=20)
    return {
        "project": project,
        "vrack": {"name": "prod"},
        "networks": [
            {
                "name": name,
                "vlan_id": 100 + index,
                "regions": list(REGIONS[:regions]),
                "subnets": [{"region": region, "cidr": str(next(blocks))} for region in REGIONS[:regions]],
            }
            for index, name in enumerate(names)
        ],
        "ssh_keys": [{"name": KEY, "public_key": PUBLIC_KEY}],
        "instances": [
            {
                "name": f"web-{number}",
                "region": REGIONS[number % regions],
                "flavor": "b3-8",
                "image": "Debian 12",
                "ssh_key": KEY,
                "public": True,
                "networks": [names[(number + further) % vlans] for further in range(interfaces)],
            }
            for number in range(instances)
        ],
    }


def example(project: str) -> dict[str, Any]:
    """The collection's own, with each network's subnets and each instance's networks as they are described above."""
    topology = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["vrack_topology"]
    topology["project"] = project
    for network in topology["networks"]:
        cidr = network.pop("cidr", None)
        if cidr is not None:
            parts = IPv4Network(cidr).subnets(new_prefix=20)
            network["subnets"] = [{"region": region, "cidr": str(next(parts))} for region in network["regions"]]
    for instance in topology["instances"]:
        instance["networks"] = [one if isinstance(one, str) else one["network"] for one in instance["networks"]]
    return dict(topology)


def grown(topology: dict[str, Any]) -> dict[str, Any]:
    """The same with one network more that has a subnet."""
    return {**topology, "networks": [*topology["networks"], SPARE]}


def empty(simulator: Simulator, topology: dict[str, Any], vrack: str | None = None) -> None:
    """A project with room for all that and the machines that it says are there, in a vRack of that name or in none."""
    project = topology["project"]
    within = {"vrack": simulator.make("vrack", name=vrack)["service_name"]} if vrack else {}
    simulator.make("project", description=project, **within)
    for region in REGIONS:
        simulator.make("quota", project=project, region=region, **ROOM)
    for interface in topology.get("interfaces", ()):
        simulator.make("instance", project=project, name=interface["instance"], region=interface["region"])


def bring_about(simulator: Simulator, topology: dict[str, Any]) -> None:
    """All that is described, in its final state, without a request of the API. Its vRack is there."""
    project = topology["project"]
    vracks = simulator.state()["vracks"].values()
    (vrack,) = [one["service_name"] for one in vracks if one["name"] == topology["vrack"]["name"]]
    simulator.make("project", description=project, vrack=vrack)
    for region in REGIONS:
        simulator.make("quota", project=project, region=region, **ROOM)
    for network in topology["networks"]:
        of_it = {"project": project, "network": network["name"]}
        simulator.make(
            "network", project=project, name=network["name"], vlan=network["vlan_id"], regions=network["regions"]
        )
        for subnet in network["subnets"]:
            simulator.make("subnet", **of_it, **subnet)
    for key in topology["ssh_keys"]:
        simulator.make("ssh_key", project=project, **key)
    for instance in topology["instances"]:
        wanted = {field: instance[field] for field in ("name", "region", "flavor", "image", "ssh_key")}
        simulator.make("instance", project=project, networks=["public", *instance["networks"]], **wanted)
