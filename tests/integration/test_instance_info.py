# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_instance_info, ovh_flavor_info and ovh_image_info: looked up, and nothing changed."""

from __future__ import annotations

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun
from tests.support.tasks import task


def names(run: PlaybookRun, title: str, what: str = "instances") -> list[str]:
    assert (run[title].failed, run[title].changed) == (False, False), run[title].msg
    return [one["name"] for one in run[title].result[what]]


def test_instances(simulator: Simulator) -> None:
    simulator.make("instance", project="running", name="only-private", region="GRA11", networks=["prod-net"])
    simulator.make("instance", project="running", name="broken", region="GRA11", failed=True, networks=[])
    one = {"project": "running"}
    run = run_modules(
        simulator,
        [
            task("all", "instance_info", **one),
            task("check", "instance_info", **one, check_mode=True),
            task("by name", "instance_info", **one, name="prod-1", with_interfaces=True),
            task("by region", "instance_info", **one, region="SBG5"),
            task("by status", "instance_info", **one, status="ERROR"),
            task("by network", "instance_info", **one, network="100"),
            task("by public network", "instance_info", **one, network="public"),
            task("by half a name", "instance_info", **one, name="prod"),
            task("none on it", "instance_info", **one, network="gone"),
            task("unknown project", "instance_info", project="runnig"),
            task("no project", "instance_info", environment={"OVH_CLOUD_PROJECT_SERVICE": ""}),
        ],
    )
    assert names(run, "all") == ["broken", "only-private", "prod-1", "prod-2"]
    assert run["check"].result["instances"] == run["all"].result["instances"]
    [found] = run["by name"].result["instances"]
    assert [(each["network"], each["ip"]) for each in found["interfaces"]] == [
        ("public", found["public_ip"]),
        ("prod-net", found["private_ip"]),
    ]
    assert (found["flavor"], found["image"], found["status"]) == ("b3-8", "Debian 12", "ACTIVE")
    assert all(each["interfaces"] == [] for each in run["all"].result["instances"])
    assert len([call for call in run["by name"].calls if call["path"].endswith("/interface")]) == 1
    assert names(run, "by region") == ["prod-2"]
    assert names(run, "by status") == ["broken"]
    assert names(run, "by network") == ["only-private", "prod-1"]
    assert names(run, "by public network") == ["prod-1", "prod-2"]
    assert names(run, "by half a name") == names(run, "none on it") == []
    assert "no project 'runnig' (did you mean running?)" in run["unknown project"].msg
    assert "project is needed" in run["no project"].msg
    assert run.writes == []


def test_flavors(simulator: Simulator) -> None:
    here = {"project": "running", "region": "GRA11"}
    run = run_modules(
        simulator,
        [
            task("here", "flavor_info", **here),
            task("available", "flavor_info", **here, available=True),
            task("unavailable", "flavor_info", **here, available=False, check_mode=True),
            task("everywhere", "flavor_info", project="running", name="b3-8"),
            task("nowhere", "flavor_info", project="running", name="b3-9"),
            task("unknown region", "flavor_info", project="running", region="GRA12"),
            task("unknown project", "flavor_info", project="runnig"),
        ],
    )
    assert names(run, "unavailable", "flavors") == ["s1-2"]
    available, everything = names(run, "available", "flavors"), names(run, "here", "flavors")
    assert everything == sorted([*available, "s1-2"])
    client = simulator.client()
    regions = [one["region"] for one in run["everywhere"].result["flavors"]]
    assert regions == sorted(regions)
    assert {"GRA11", "EU-WEST-PAR", "EU-SOUTH-LZ-MAD-A"} <= set(regions)
    [project] = {one["path"].split("/")[3] for one in run["here"].calls if "/flavor" in one["path"]}
    [told] = [one for one in client.get(f"/cloud/project/{project}/flavor", region="GRA11") if one["name"] == "b3-8"]
    [found] = [one for one in run["here"].result["flavors"] if one["name"] == "b3-8"]
    assert (found["id"], found["vcpus"], found["ram"], found["disk"], found["monthly"]) == (
        told["id"],
        told["vcpus"],
        told["ram"],
        told["disk"],
        False,
    )
    assert names(run, "nowhere", "flavors") == names(run, "unknown region", "flavors") == []
    assert run["unknown project"].failed
    assert run.writes == []


def test_images(simulator: Simulator) -> None:
    """A snapshot is an image of the project's own."""
    snapshot = {
        "id": "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d",
        "name": "golden",
        "region": "GRA9",
        "type": "linux",
        "user": "debian",
        "status": "active",
        "creationDate": "2026-01-02T03:04:05Z",
        "minRam": 0,
        "minDisk": 50,
    }
    simulator.fault("status", "GET", "/cloud/project/*/snapshot", times=-1, status=200, body=[snapshot])
    here = {"project": "running", "region": "GRA9"}
    run = run_modules(
        simulator,
        [
            task("here", "image_info", **here),
            task("of a name", "image_info", **here, name="Ubuntu 22.04", check_mode=True),
            task("own", "image_info", project="running", name="golden"),
            task("windows", "image_info", project="running", os_type="windows"),
            task("nowhere", "image_info", project="running", name="Plan 9"),
            task("unknown region", "image_info", project="running", region="GRA12"),
            task("unknown project", "image_info", project="runnig"),
            {
                "name": "made of it",
                "ovhcloud.vrack.ovh_instance": {**here, "name": "x", "flavor": "b3-8", "image": "golden"},
                "check_mode": True,
            },
        ],
    )
    assert names(run, "of a name", "images") == ["Ubuntu 22.04"] * 2
    assert len({one["id"] for one in run["of a name"].result["images"]}) == 2
    [own] = run["own"].result["images"]
    assert (own["id"], own["min_disk"], own["region"]) == (snapshot["id"], 50, "GRA9")
    assert "golden" in names(run, "here", "images")
    assert names(run, "here", "images") == sorted(names(run, "here", "images"))
    assert set(names(run, "windows", "images")) == {"Windows Server 2022 Standard (Desktop)"}
    assert names(run, "nowhere", "images") == names(run, "unknown region", "images") == []
    assert run["unknown project"].failed
    assert run["made of it"].result["instance"]["image_id"] == snapshot["id"]
    assert run.writes == []
