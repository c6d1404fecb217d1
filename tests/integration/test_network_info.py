# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_private_network_info, ovh_subnet_info, ovh_region_info: look-ups that change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun


def look_up(title: str, /, what: str, **options: Any) -> dict[str, Any]:
    return {"name": title, f"ovhcloud.vrack.ovh_{what}_info": options}


@pytest.fixture(scope="module")
def prod(_process: Simulator) -> dict[str, Any]:
    """The network that the default world has, beside one with the number 7 in GRA11."""
    _process.reset(world="default")
    _process.make("network", project="running", name="other", vlan=7, regions=["GRA11"])
    project = _process.project("running")
    [network] = [one for one in project["networks"] if one["name"] == "prod-net"]
    return {**network, "project": project["id"]}


@pytest.fixture(scope="module")
def looks(_process: Simulator, prod: dict[str, Any]) -> Iterator[PlaybookRun]:
    """All look-ups, in one process. A module that looks up runs in check mode as it does for real."""
    networks, subnets, regions = "private_network", "subnet", "region"
    openstack_id = prod["regions"]["SBG5"]["openstack_id"]
    run = run_modules(
        _process,
        [
            look_up("networks", networks, project="running"),
            look_up("networks by name", networks, project=prod["project"], name="prod-net"),
            look_up("networks by id", networks, project="running", name=openstack_id),
            look_up("networks by vlan", networks, project="running", vlan_id=7),
            {**look_up("networks by region", networks, project="running", region="SBG5"), "check_mode": True},
            look_up("networks that are not there", networks, project="running", name="prod"),
            look_up("networks of nobody", networks, project="runing"),
            look_up("subnets", subnets, project="running"),
            look_up("subnets by network and region", subnets, project="running", network="100", region="GRA11"),
            look_up("subnets of an empty network", subnets, project="running", network="other"),
            look_up("subnets that are not there", subnets, project="running", network="nothing"),
            look_up("regions", regions, project="running"),
            look_up("regions by type", regions, project="running", type="localzone"),
            look_up("regions by name", regions, project="running", name="EU-WEST-PAR"),
            look_up("regions that are not there", regions, project="running", name="GRA12"),
        ],
        OVH_CLOUD_PROJECT_SERVICE="",
    )
    yield run
    _process.assert_sound()


def names(run: PlaybookRun, title: str, many: str, key: str = "name") -> list[Any]:
    return [one[key] for one in run[title].result[many]]


def test_nothing_is_changed(looks: PlaybookRun) -> None:
    assert not any(one.changed for one in looks.tasks)
    assert looks.writes == []


def test_networks(looks: PlaybookRun, prod: dict[str, Any]) -> None:
    assert names(looks, "networks", "networks") == ["other", "prod-net"]
    for title in ("networks by name", "networks by id", "networks by region"):
        assert names(looks, title, "networks") == ["prod-net"]
    assert names(looks, "networks by vlan", "networks") == ["other"]
    [found] = looks["networks by name"].result["networks"]
    assert found["openstack_ids"] == {name: entry["openstack_id"] for name, entry in prod["regions"].items()}
    assert (found["id"], found["vlan_id"], found["project"]) == (prod["id"], 100, prod["project"])


def test_subnets(looks: PlaybookRun) -> None:
    assert names(looks, "subnets", "subnets", "region") == ["GRA11", "SBG5"]
    [found] = looks["subnets by network and region"].result["subnets"]
    assert (found["cidr"], found["start"], found["network_name"]) == ("10.100.0.0/16", "10.100.0.2", "prod-net")


def test_regions(looks: PlaybookRun) -> None:
    assert len(names(looks, "regions", "regions")) == 8
    [local] = looks["regions by type"].result["regions"]
    assert (local["name"], local["private_networks"]) == ("EU-SOUTH-LZ-MAD-A", False)
    [paris] = looks["regions by name"].result["regions"]
    assert paris["availability_zones"] == ["eu-west-par-a", "eu-west-par-b", "eu-west-par-c"]
    assert paris["private_networks"]


@pytest.mark.parametrize(
    ("title", "many"),
    [
        ("networks that are not there", "networks"),
        ("subnets of an empty network", "subnets"),
        ("subnets that are not there", "subnets"),
        ("regions that are not there", "regions"),
    ],
)
def test_nothing_that_matches_is_an_empty_list(looks: PlaybookRun, title: str, many: str) -> None:
    assert not looks[title].failed
    assert looks[title].result[many] == []


def test_an_unknown_project_is_an_error_with_near_names(looks: PlaybookRun) -> None:
    assert looks["networks of nobody"].failed
    assert "did you mean running" in looks["networks of nobody"].msg


def test_lists_are_read_whole(looks: PlaybookRun) -> None:
    """The project by its name, and one request for all networks."""
    paths = [call["path"] for call in looks["networks"].calls if not call["path"].startswith("/auth/")]
    assert len(paths) == 2
    assert paths[1].endswith("/network/private")
