# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What exists, described: site on the description changes nothing."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.launch import Simulator
from tests.support.keys import KEY
from tests.support.playbooks import PlaybookRun
from tests.support.sites import assert_unchanged, run

REGIONS = ("GRA11", "SBG5", "BHS5", "DE1")


def export_and_run(simulator: Simulator, project: str, folder: Path) -> tuple[dict[str, Any], PlaybookRun]:
    """Export the project and run site on the file."""
    path = folder / "topology.yml"
    extra = json.dumps({"export_project": project, "export_file": str(path)})
    exported = run(simulator, "export", extra)
    assert exported.code == 0, exported.output
    assert exported.writes == []
    described = yaml.safe_load(path.read_text(encoding="utf-8"))["vrack_topology"]
    return described, run(simulator, "site", f"@{path}")


def test_of_a_project_made_with_flat_ids(simulator: Simulator, tmp_path: Path) -> None:
    """One key, instances with ids of flavor, image and key, no networks: as synthesio.ovh makes them."""
    client = simulator.client()
    project = simulator.make("project", description="flat")["id"]
    key = simulator.make("ssh_key", project="flat", name="only", public_key=KEY)
    for number, region in enumerate(("GRA11", "SBG5")):
        flavor = next(
            one for one in client.get(f"/cloud/project/{project}/flavor", region=region) if one["name"] == "b2-7"
        )
        image = next(
            one for one in client.get(f"/cloud/project/{project}/image", region=region) if one["name"] == "Debian 12"
        )
        client.post(
            f"/cloud/project/{project}/instance",
            name=f"flat-{number}",
            region=region,
            flavorId=flavor["id"],
            imageId=image["id"],
            sshKeyId=key["id"],
            networks=[],
            monthlyBilling=False,
        )
    simulator.advance(600)
    described, done = export_and_run(simulator, "flat", tmp_path)
    assert_unchanged(done)
    assert [(one["name"], one["networks"]) for one in described["instances"]] == [
        ("flat-0", ["public"]),
        ("flat-1", ["public"]),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_of_a_random_project(simulator: Simulator, tmp_path: Path, seed: int) -> None:
    """Two networks of one name, two instances of one name, failing ones, several subnets, what else may be."""
    draw = random.Random(seed)
    print(f"seed {seed}")
    vrack = simulator.make("vrack", name=draw.choice(["", "random"]))
    simulator.make("project", description="random", vrack=vrack["service_name"])
    for name in draw.sample(["one", "two", "three"], draw.randint(0, 2)):
        simulator.make("ssh_key", project="random", name=name, public_key=f"{KEY} {name}")
    networks = []
    for vlan in draw.sample(range(4000), draw.randint(0, 3)):
        regions = draw.sample(REGIONS, draw.randint(1, 3))
        networks.append(
            (
                simulator.make("network", project="random", name=draw.choice(["n", "m"]), vlan=vlan, regions=regions)[
                    "id"
                ],
                regions,
            )
        )
        for number, region in enumerate(regions):
            for part in range(draw.randint(0, 2)):
                third = number * 2 + part
                cidr = f"10.{vlan % 250}.{third}.0/24"
                simulator.make(
                    "subnet",
                    project="random",
                    network=networks[-1][0],
                    region=region,
                    cidr=cidr,
                    start=f"10.{vlan % 250}.{third}.10",
                    end=f"10.{vlan % 250}.{third}.200",
                    dhcp=draw.random() < 0.7,
                    gateway=draw.random() < 0.3,
                )
    for _number in range(draw.randint(1, 5)):
        simulator.make(
            "instance",
            project="random",
            name=draw.choice(["a", "b"]),
            region=draw.choice(REGIONS),
            flavor="b2-7",
            image="Debian 12",
            failed=draw.random() < 0.2,
        )
    _described, done = export_and_run(simulator, "random", tmp_path)
    assert_unchanged(done)
