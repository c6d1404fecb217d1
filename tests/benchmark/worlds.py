# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects of any size, described and brought about at once."""

from __future__ import annotations

from typing import Any

from simulator.cloud_makers import PUBLIC_KEY
from simulator.launch import Simulator

REGIONS = ("GRA11", "SBG5", "DE1", "UK1", "BHS5")
KEY = "admin"
ROOM = {"network": 1000, "subnet": 1000, "instance": 1000, "cores": 10000, "ram": 100_000_000}
"""A quota that is no matter here."""


def described(project: str, vlans: int, regions: int, instances: int) -> dict[str, Any]:
    """VLANs with a subnet in each region, a key, and instances on the public network and one of these."""
    names = [f"vlan-{number}" for number in range(100, 100 + vlans)]
    return {
        "project": project,
        "vrack": {"name": "prod"},
        "networks": [
            {
                "name": name,
                "vlan_id": 100 + index,
                "regions": list(REGIONS[:regions]),
                "subnets": [
                    {"region": region, "cidr": f"10.{index}.{place * 16}.0/20"}
                    for place, region in enumerate(REGIONS[:regions])
                ],
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
                "networks": [names[number % vlans]],
            }
            for number in range(instances)
        ],
    }


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
