# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Descriptions that chance draws."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.support.keys import KEY

REGIONS = ["GRA11", "SBG5", "BHS5"]


@st.composite
def networks(draw: Any) -> list[dict[str, Any]]:
    """With one range for all regions, with a subnet each, or with none."""
    found = []
    for name, vlan in zip(draw(st.permutations(["blue", "green"])), draw(st.permutations([0, 7, 4000])), strict=False):
        regions = draw(st.lists(st.sampled_from(REGIONS), min_size=1, unique=True))
        network: dict[str, Any] = {"name": name, "vlan_id": vlan, "regions": regions}
        kind = draw(st.sampled_from(["cidr", "subnets", "none"]))
        if kind == "cidr":
            network.update(cidr=f"10.{vlan % 200}.0.0/20", gateway=draw(st.booleans()))
        if kind == "subnets":
            network["subnets"] = [
                {
                    "region": region,
                    "cidr": f"10.{vlan % 200}.0.0/24",
                    "start": f"10.{vlan % 200}.0.{10 + 60 * index}",
                    "end": f"10.{vlan % 200}.0.{60 + 60 * index}",
                    "dhcp": draw(st.booleans()),
                }
                for index, region in enumerate(regions)
            ]
        found.append(network)
    return found[: draw(st.integers(1, 2))]


@st.composite
def topologies(draw: Any) -> dict[str, Any]:
    described: dict[str, Any] = {
        "project": draw(st.sampled_from(["empty", "auto", "second"])),
        "vrack": {"name": draw(st.sampled_from(["one", "two"]))},
        "networks": draw(networks()),
    }
    if draw(st.booleans()):
        described["ssh_keys"] = [{"name": "key", "public_key": KEY}]
    instances = []
    for name in ("a", "b")[: draw(st.integers(1, 2))]:
        region = draw(st.sampled_from(REGIONS))
        reached = [
            one["name"]
            for one in described["networks"]
            if region in one["regions"] and (one.get("cidr") or one.get("subnets"))
        ]
        instance: dict[str, Any] = {"name": name, "region": region, "flavor": "b2-7", "image": "Debian 12"}
        wanted = draw(st.lists(st.sampled_from(reached), unique=True)) if reached else []
        if wanted:
            instance.update(networks=wanted, public=draw(st.booleans()))
        if described.get("ssh_keys") and draw(st.booleans()):
            instance["ssh_key"] = "key"
        instances.append(instance)
    described["instances"] = instances
    return described


def drawn(number: int) -> dict[str, Any]:
    """A topology that this number decides, in a project and a vRack that no other one has."""
    found: list[dict[str, Any]] = []

    @seed(number)
    @settings(
        max_examples=8,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(topologies())
    def draw(topology: dict[str, Any]) -> None:
        found.append(topology)

    draw()
    topology = found[-1]
    return {**topology, "project": f"{topology['project']}-{number}", "vrack": {"name": f"vrack-{number}"}}
