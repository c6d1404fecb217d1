# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_private_network: VLANs of a project, region by region."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun
from tests.support.rhythm import three_times
from tests.support.tasks import task as task_of

BLUE = {"project": "running", "name": "blue", "vlan_id": 42, "regions": ["GRA11", "SBG5"]}


def task(title: str, /, **options: Any) -> dict[str, Any]:
    return task_of(title, "private_network", diff=True, **options)


def there(simulator: Simulator, project: str = "running") -> dict[str, dict[str, Any]]:
    """The networks of the project by name, as the simulator has them."""
    return {one["name"]: one for one in simulator.project(project)["networks"]}


def test_create_one(simulator: Simulator) -> None:
    rhythm = three_times(simulator, "ovh_private_network", **BLUE)
    assert rhythm.real.changed
    assert len(rhythm.real.writes) == 1
    made = rhythm.again.result["network"]
    assert (made["name"], made["vlan_id"], made["status"]) == ("blue", 42, "ACTIVE")
    assert made["region_status"] == {"GRA11": "ACTIVE", "SBG5": "ACTIVE"}
    assert all(made["openstack_ids"].values())
    stored = simulator.client().get(f"/cloud/project/{made['project']}/network/private/{made['id']}")
    assert (stored["name"], stored["vlanId"]) == ("blue", 42)
    [diff] = rhythm.check.result["diff"]
    assert diff["before"] == {}
    assert diff["after_header"] == "private network 'blue' (VLAN 42) (create)"
    assert (diff["after"]["vlan_id"], diff["after"]["regions"]) == (42, ["GRA11", "SBG5"])
    assert diff["after"]["id"] == "(known after apply)"


def test_create_several(simulator: Simulator) -> None:
    """Regions left out are all that can take one, VLAN 0 is a number, and VLANs left out are different free ones."""
    listed = [
        {"name": "wide"},
        {"name": "flat", "vlan_id": 0, "regions": ["GRA11"]},
        {"name": "chosen", "regions": ["GRA11"]},
        {"name": "one", "vlan_id": 1, "regions": ["GRA11"]},
    ]
    rhythm = three_times(simulator, "ovh_private_network", project="running", networks=listed)
    made = rhythm.real.result["networks"]
    assert [(one["name"], one["vlan_id"]) for one in made] == [("wide", 2), ("flat", 0), ("chosen", 3), ("one", 1)]
    assert made[0]["regions"] == ["BHS5", "DE1", "EU-WEST-PAR", "GRA11", "GRA9", "SBG5", "UK1"]
    assert set(made[0]["region_status"].values()) == {"ACTIVE"}
    assert {name: one["vlan"] for name, one in there(simulator).items()} == {
        "prod-net": 100,
        **{one["name"]: one["vlan_id"] for one in made},
    }


def test_change(simulator: Simulator) -> None:
    """A new name is one PUT and a new region one POST; a region too many is told, and left until told otherwise."""
    for name, vlan in (("loose", 7), ("exact", 8)):
        simulator.make("network", project="running", name=name, vlan=vlan, regions=["GRA11", "SBG5", "UK1"])
    listed = [
        {"name": "new", "vlan_id": 100, "regions": ["GRA11", "SBG5", "UK1"]},
        {"name": "loose", "regions": ["GRA11"]},
        {"name": "exact", "regions": ["GRA11"], "exact_regions": True},
    ]
    rhythm = three_times(simulator, "ovh_private_network", project="running", networks=listed)
    shapes = [write.rpartition("/project/")[0][:4].strip() for write in rhythm.real.writes]
    assert sorted(shapes) == ["DELE", "DELE", "POST", "PUT"]
    assert {write.split("/region/")[1].split("/")[0] for write in rhythm.real.writes if write[:6] == "DELETE"} == {
        "SBG5",
        "UK1",
    }
    rename, drop = rhythm.check.result["diff"]
    assert (rename["before"]["name"], rename["after"]["name"]) == ("prod-net", "new")
    assert (rename["before"]["regions"], rename["after"]["regions"]) == (["GRA11", "SBG5"], ["GRA11", "SBG5", "UK1"])
    assert (drop["before"]["regions"], drop["after"]["regions"]) == (["GRA11", "SBG5", "UK1"], ["GRA11"])
    assert "network 'loose' is also in SBG5, UK1" in str(rhythm.again.result["warnings"])
    assert {name: sorted(one["regions"]) for name, one in there(simulator).items()} == {
        "new": ["GRA11", "SBG5", "UK1"],
        "loose": ["GRA11", "SBG5", "UK1"],
        "exact": ["GRA11"],
    }


def test_absent(simulator: Simulator) -> None:
    simulator.make("network", project="running", name="spare", vlan=7, regions=["GRA11"])
    rhythm = three_times(simulator, "ovh_private_network", project="running", name="spare", state="absent")
    assert len(rhythm.real.writes) == 1
    assert rhythm.real.result["network"] is None
    assert rhythm.real.result["diff"][0]["before"]["vlan_id"] == 7
    assert rhythm.real.result["diff"][0]["after"] == {}
    assert "spare" not in there(simulator)


LISTED = [
    {"name": "good", "vlan_id": 5, "regions": ["GRA11"]},
    {"name": "high", "vlan_id": 5000},
    {"name": "nowhere", "vlan_id": 6, "regions": []},
    {"vlan_id": -1},
    {"regions": ["GRA11"]},
]
LOOKED_UP = [
    {"name": "typo", "vlan_id": 5, "regions": ["GRA11", "GRA12", "EU-SOUTH-LZ-MAD-A"]},
    {"name": "prod-net", "vlan_id": 101, "regions": ["GRA11"]},
    {"name": "same", "vlan_id": 5, "regions": ["GRA11"]},
    {"vlan_id": 77, "regions": ["GRA11"]},
    {"name": "twin", "regions": ["GRA11"]},
]


@pytest.fixture(scope="module")
def quiet(_process: Simulator) -> PlaybookRun:
    """Tasks of which none may change anything, in one process."""
    _process.reset(world="default")
    prod = there(_process)["prod-net"]
    both = {"project": "running", "regions": ["GRA11", "SBG5"]}
    for vlan in (7, 8):
        _process.make("network", project="running", name="twin", vlan=vlan, regions=["GRA11"])
    return run_modules(
        _process,
        [
            task("by vlan", **both, vlan_id=100),
            task("by id", **both, name=prod["id"]),
            task("by openstack id", **both, name=prod["regions"]["SBG5"]["openstack_id"]),
            task("by unknown id", **both, name=prod["id"].replace("_100", "_9")),
            task("remove", project="running", name="prod-net", state="absent"),
            task("take out", project="running", name="prod-net", regions=["SBG5"], exact_regions=True),
            task("twin", project="running", name="twin", regions=["GRA11"]),
            task("no twin", project="running", name="twin", state="absent"),
            task("twin with another's vlan", project="running", name="twin", vlan_id=100, regions=["GRA11"]),
            task("twin by vlan", project="running", name="twin", vlan_id=8, regions=["GRA11"]),
            task("values", project="running", networks=LISTED),
            task("looked up", project="running", networks=LOOKED_UP),
            {**task("looked up in check mode", project="running", networks=LOOKED_UP), "check_mode": True},
            task("project", project="runing", name="x"),
        ],
    )


def test_nothing_was_written(quiet: PlaybookRun) -> None:
    assert quiet.writes == []
    assert not any(one.changed for one in quiet.tasks)


@pytest.mark.parametrize("form", ["by vlan", "by id", "by openstack id"])
def test_a_network_is_found_by_any_of_its_ids_and_keeps_its_name(quiet: PlaybookRun, form: str) -> None:
    assert not quiet[form].failed
    assert quiet[form].result["network"]["name"] == "prod-net"


def test_an_id_that_nothing_has_is_not_made_a_name(quiet: PlaybookRun) -> None:
    assert quiet["by unknown id"].failed
    assert "no network 'pn-" in quiet["by unknown id"].msg


def test_a_network_in_use_is_not_removed(quiet: PlaybookRun) -> None:
    for name in ("remove", "take out"):
        assert quiet[name].failed
        assert "prod-1 (10.100.0." in quiet[name].msg
    assert "in use in GRA11" in quiet["take out"].msg


def test_an_ambiguous_name(quiet: PlaybookRun) -> None:
    for name in ("twin", "no twin"):
        assert quiet[name].failed
        assert "_7" in quiet[name].msg
        assert "_8" in quiet[name].msg
    assert "VLAN 100 is network" in quiet["twin with another's vlan"].msg
    assert not quiet["twin by vlan"].failed


def test_bad_values_are_reported_all_at_once(quiet: PlaybookRun) -> None:
    assert quiet["values"].failed
    for part in ("'5000'", "must be from 0 to 4000", "regions is '[]'", "'-1'", "name or vlan_id is needed"):
        assert part in quiet["values"].msg
    assert "did you mean running" in quiet["project"].msg


@pytest.mark.parametrize("name", ["looked up", "looked up in check mode"])
def test_what_does_not_fit_the_project_is_reported_all_at_once(quiet: PlaybookRun, name: str) -> None:
    assert quiet[name].failed
    for part in (
        "region GRA12 is not enabled in the project (did you mean GRA11",
        "EU-SOUTH-LZ-MAD-A is a Local Zone",
        "has VLAN 100, not 101",
        "'VLAN 5' stands twice",
        "name is needed to make a network",
        "'twin' fits several networks",
    ):
        assert part in quiet[name].msg


def test_waiting(simulator: Simulator) -> None:
    """Without it the task ends once the network is there. One that is going is waited for, and made anew. At the limit
    the task says what it waited for, and what is there."""
    simulator.make("network", project="running", name="blue", vlan=42, regions=["GRA11"])
    simulator.settings(network_deleting=60, region_building=100)
    slow = {**BLUE, "name": "slow", "vlan_id": 43, "regions": ["GRA11"]}
    run = run_modules(
        simulator,
        [
            task("remove", project="running", name="blue", state="absent", wait=False),
            task("make", **BLUE, wait=False),
            task("wait", **BLUE),
            task("limit", **slow, wait_timeout=1),
        ],
    )
    assert run["remove"].changed
    assert run["make"].result["network"]["region_status"] == {"GRA11": "BUILDING", "SBG5": "BUILDING"}
    assert run["make"].result["network"]["openstack_ids"] == {"GRA11": None, "SBG5": None}
    assert run["wait"].result["network"]["status"] == "ACTIVE"
    assert not run["wait"].changed
    assert there(simulator)["blue"]["gone_at"] is None
    assert run["limit"].failed
    assert run["limit"].changed
    assert "not finished after 1 seconds" in run["limit"].msg
    assert "'slow'" in run["limit"].msg


def test_missing_rights_name_the_rule(simulator: Simulator) -> None:
    simulator.rules([{"method": "GET", "path": "/*"}])
    run = run_modules(simulator, [task("make", **BLUE)])
    assert run["make"].failed
    assert "POST /cloud/project/*/network/private" in run["make"].msg
    assert there(simulator).keys() == {"prod-net"}


def test_list_with_one_that_fails(simulator: Simulator) -> None:
    """The others are done, and the message names the one that failed; results are in the order of the list."""
    simulator.make("quota", project="running", region="UK1", network=0)
    simulator.fault(
        "status", "GET", "*/quota", times=-1, status=403, body={"message": "This call has not been granted"}
    )
    names = {"one": "GRA11", "two": "UK1", "three": "SBG5"}
    listed = [{"name": name, "vlan_id": 20 + i, "regions": [r]} for i, (name, r) in enumerate(names.items())]
    run = run_modules(simulator, [task("make", project="running", networks=listed)])
    make = run["make"]
    assert make.failed
    assert make.changed
    assert "1 of 3 failed" in make.msg
    assert "private network 'two' (VLAN 21)" in make.msg
    assert "max quota" in make.msg
    assert [one["failed"] for one in make.result["results"]] == [False, True, False]
    assert [one["name"] for one in make.result["results"]] == [
        f"private network '{name}' (VLAN {20 + i})" for i, name in enumerate(names)
    ]
    assert [one["name"] for one in make.result["networks"]] == ["one", "three"]
    assert there(simulator).keys() == {"prod-net", "one", "three"}
