# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people ran into with private networks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun
from tests.support.rhythm import assert_predicted, three_times
from tests.support.sites import changes, run
from tests.support.tasks import task as task_of

PROD = {"project": "running", "vlan_id": 100}
LOCAL_ZONE = "EU-SOUTH-LZ-MAD-A"


def task(title: str, /, module: str = "private_network", **options: Any) -> dict[str, Any]:
    return task_of(title, module, diff=True, **options)


def networks(simulator: Simulator, description: str = "running") -> dict[int, dict[str, Any]]:
    """The networks by VLAN; a second of one VLAN would be an error of the API."""
    found = simulator.project(description)["networks"]
    assert len({one["vlan"] for one in found}) == len(found)
    return {one["vlan"]: one for one in found}


def methods(run: PlaybookRun) -> list[str]:
    return [one.partition(" ")[0] for one in run.writes]


@pytest.fixture
def neighbour(simulator: Simulator) -> str:
    """A second project in the vRack of the project `running`, which has VLAN 100."""
    vracks = simulator.state()["vracks"].values()
    vrack = next(one["service_name"] for one in vracks if one["name"] == "prod")
    simulator.make("project", description="neighbour", vrack=vrack)
    return "neighbour"


def test_C22_a_new_network_that_is_not_found_for_a_while(simulator: Simulator) -> None:
    """A network that reads do not know yet is waited for and never made twice."""
    simulator.settings(network_invisible=45)
    path = f"/cloud/project/{simulator.project('running')['id']}/network/private/*"
    simulator.fault("status", "GET", path, status=404, body={"message": "The requested network does not exist"})
    rhythm = three_times(simulator, "ovh_private_network", project="running", name="n", vlan_id=7, regions=["GRA11"])
    assert methods(rhythm.run) == ["POST"]
    assert rhythm.real.result["network"]["status"] == "ACTIVE"
    assert sorted(networks(simulator)) == [7, 100]


def test_C22_a_new_network_that_vanishes(simulator: Simulator) -> None:
    """A network that was seen and is gone again is made once more, after the time by which reads may lie."""
    simulator.settings(networks_that_vanish=1)
    make = task("make", project="running", name="n", vlan_id=7, regions=["GRA11"])
    run = run_modules(simulator, [make, {**make, "name": "again"}])
    assert run["make"].changed
    assert methods(run) == ["POST", "POST"]
    posts = [one["time"] for one in run.journal if one["method"] == "POST"]
    assert posts[1] - posts[0] >= 20
    assert not run["again"].changed
    assert sorted(networks(simulator)) == [7, 100]
    assert networks(simulator)[7]["name"] == "n"


def test_C23_one_more_region(simulator: Simulator) -> None:
    """A region that is added is one POST, and the others stay as they are, instances in them too."""
    wanted = ["GRA11", "SBG5", "UK1"]
    before = simulator.project("running")
    rhythm = three_times(simulator, "ovh_private_network", **PROD, regions=wanted)
    [network] = before["networks"]
    assert rhythm.real.writes == [f"POST /cloud/project/{before['id']}/network/private/{network['id']}/region"]
    assert [one["body"] for one in rhythm.real.calls if one["method"] == "POST"] == [{"region": "UK1"}]
    assert rhythm.check.result["diff"][0]["after"]["regions"] == wanted
    after = simulator.project("running")
    assert (after["ports"], after["subnets"]) == (before["ports"], before["subnets"])
    for region, there in network["regions"].items():
        assert networks(simulator)[100]["regions"][region] == there


def test_C23_a_region_that_is_there_already(simulator: Simulator) -> None:
    """ "Already activated" is what was wanted: another job was faster, and nothing was changed by this one."""
    simulator.make("network", project="running", name="n", vlan=7, regions=["GRA11", "UK1"])
    path = f"/cloud/project/{simulator.project('running')['id']}/network/private"
    late = [
        {**one, "regions": [r for r in one["regions"] if r["region"] != "UK1"]} for one in simulator.client().get(path)
    ]
    simulator.fault("status", "GET", path, status=200, body=late, times=2)
    run = run_modules(simulator, [task("add", project="running", name="n", regions=["GRA11", "UK1"])])
    assert [one["status"] for one in run.journal if one["method"] == "POST"] == [400]
    assert not run["add"].failed, run["add"].msg
    assert not run["add"].changed
    assert run["add"].result["network"]["regions"] == ["GRA11", "UK1"]


def test_C24_a_region_too_many(simulator: Simulator) -> None:
    """Left and told by default; taken off on request by the route that exists, unless something uses it."""
    regions = ["GRA11", "SBG5", "UK1"]
    simulator.make("network", project="running", name="used", vlan=8, regions=regions)
    simulator.make("subnet", project="running", network="used", region="UK1", cidr="10.8.0.0/24")
    simulator.make("instance", project="running", name="web", region="UK1", networks=["used"])
    spare = simulator.make("network", project="running", name="spare", vlan=7, regions=regions)
    asked = {"project": "running", "regions": ["GRA11", "SBG5"], "wait_timeout": 20}
    run = run_modules(
        simulator,
        [
            task("default", **asked, vlan_id=7),
            task("planned", **asked, vlan_id=7, exact_regions=True) | {"check_mode": True},
            task("exact", **asked, vlan_id=7, exact_regions=True),
            task("again", **asked, vlan_id=7, exact_regions=True),
            task("in use", **asked, vlan_id=8, exact_regions=True),
        ],
    )
    assert run["default"].writes == []
    assert not run["default"].changed
    assert "network 'spare' is also in UK1" in str(run["default"].result["warnings"])
    openstack_id = spare["regions"]["UK1"]["openstack_id"]
    path = f"/cloud/project/{simulator.project('running')['id']}/region/UK1/network/{openstack_id}"
    assert run.writes == [f"DELETE {path}"]
    assert_predicted(run["planned"], run["exact"])
    assert run["exact"].changed
    assert run["again"].result["network"]["regions"] == ["GRA11", "SBG5"]
    assert run["in use"].failed
    assert "network 'used' is in use in UK1: web (10.8.0." in run["in use"].msg


def test_C27_a_region_that_cannot_take_a_network(simulator: Simulator) -> None:
    """Told before anything is made, with the kind of region as the reason, near names, and the regions that can.

    A network in a Local Zone would take more than one route more (list, subnets, ids and removal have their own), so it
    is refused.
    """
    simulator.make("region", name="UK1", status="MAINTENANCE")
    local = {"name": "a", "vlan_id": 7, "regions": ["GRA11", LOCAL_ZONE]}
    typo = {"name": "b", "vlan_id": 8, "regions": ["GRA11", "GRA12"]}
    down = {"name": "c", "vlan_id": 9, "regions": ["UK1"]}
    more = {"vlan_id": 100, "regions": ["GRA11", "SBG5", LOCAL_ZONE]}
    subnet = {"project": "running", "network": "prod-net", "region": LOCAL_ZONE, "cidr": "10.9.0.0/24"}
    run = run_modules(
        simulator,
        [
            task("each", project="running", networks=[local, typo, down, more]),
            task("planned", project="running", networks=[local, typo, down, more]) | {"check_mode": True},
            task("alone", project="running", **local),
            task("subnet", module="subnet", **subnet),
        ],
    )
    assert run.writes == []
    assert all(one.failed for one in run.tasks)
    usable = "regions that can take the network: BHS5, DE1, EU-WEST-PAR, GRA11, GRA9, SBG5"
    for name in ("each", "planned"):
        text = run[name].msg
        assert text.count(f"region {LOCAL_ZONE} is a Local Zone") == 2
        assert "region GRA12 is not enabled in the project (did you mean GRA11" in text
        assert "region UK1 cannot take a private network now (status MAINTENANCE)" in text
    assert usable in run["alone"].msg
    assert f"network 'prod-net' is not active in {LOCAL_ZONE}" in run["subnet"].msg


def test_C29_a_vlan_that_another_project_of_the_vrack_has(simulator: Simulator, neighbour: str) -> None:
    """Where the API takes it, the run warns and names the other network; inside a project a VLAN is there once.

    A second name for a VLAN of the same project renames its network, as C30 has it.
    """
    rhythm = three_times(simulator, "ovh_private_network", project=neighbour, name="n", vlan_id=100, regions=["GRA11"])
    owner = f"network 'prod-net' of project {simulator.project('running')['id']}"
    for one in (rhythm.check, rhythm.real):
        assert f"VLAN 100 is also that of {owner}" in str(one.result.get("warnings"))
    assert rhythm.real.changed
    assert "VLAN 100" not in str(rhythm.again.result.get("warnings"))


def test_C29_a_vlan_that_the_vrack_takes_once(simulator: Simulator, neighbour: str) -> None:
    """Where the API refuses it, the failure says so at once, and who has the VLAN.

    At once: sooner than reads may run behind, for somebody else's network of the same project may show by then.
    """
    simulator.settings(same_vlan_in_vrack=False)
    twice = [{"name": name, "vlan_id": 7, "regions": ["GRA11"]} for name in ("m", "n")]
    run = run_modules(
        simulator,
        [
            task("taken", project=neighbour, name="n", vlan_id=100, regions=["GRA11"]),
            task("chosen", project=neighbour, name="n", regions=["GRA11"]),
            task("twice", project=neighbour, networks=twice),
        ],
    )
    assert run["taken"].failed
    assert "A private network already exists for this vlan ID" in run["taken"].msg
    assert (
        f"which is also that of network 'prod-net' of project {simulator.project('running')['id']}" in run["taken"].msg
    )
    times = [one["time"] for one in run["taken"].calls]
    assert (times[-1] - times[0]) / simulator.clock()["speed"] < 10
    assert run["chosen"].result["network"]["vlan_id"] == 1
    assert "VLAN 7" in run["twice"].msg
    assert run["twice"].writes == []


def test_C29_neighbours_that_cannot_be_read(simulator: Simulator, neighbour: str) -> None:
    """A key that may not read the other projects makes the network all the same."""
    simulator.make("network", project="running", name="one", vlan=1, regions=["GRA11"])
    refusal = {"errorCode": "NOT_GRANTED_CALL", "message": "This call has not been granted"}
    path = f"/cloud/project/{simulator.project('running')['id']}/network/private"
    simulator.fault("status", "GET", path, status=403, body=refusal, times=-1)
    run = run_modules(simulator, [task("make", project=neighbour, name="n", regions=["GRA11"])])
    assert run["make"].changed
    assert run["make"].result["network"]["vlan_id"] == 1


def test_C30_every_option_is_compared(simulator: Simulator) -> None:
    """Another VLAN is an error that names both; another name is a PUT, one more region a POST."""
    simulator.make("network", project="running", name="n", vlan=7, regions=["GRA11"])
    wrong = task("vlan", project="running", name="prod-net", vlan_id=101, regions=["GRA11", "SBG5"])
    run = run_modules(simulator, [wrong, {**wrong, "name": "planned", "check_mode": True}])
    for one in run.tasks:
        assert "has VLAN 100, not 101" in one.msg
        assert one.failed
    assert run.writes == []
    listed = [{"name": "m", "vlan_id": 100, "regions": ["GRA11", "SBG5"]}, {"name": "n", "regions": ["GRA11", "SBG5"]}]
    rhythm = three_times(simulator, "ovh_private_network", project="running", networks=listed)
    assert [one["action"] for one in rhythm.real.result["results"]] == ["update", "update"]
    assert sorted(methods(rhythm.run)) == ["POST", "PUT"]
    found = networks(simulator)
    assert (found[100]["name"], sorted(found[7]["regions"])) == ("m", ["GRA11", "SBG5"])


def test_C31_a_region_that_the_project_does_not_have(simulator: Simulator) -> None:
    """Enabling regions is not offered: the region is named as the cause, and nothing is made."""
    listed = [{"name": "n", "vlan_id": 7, "regions": ["GRA11", "WAW1"]}, {"vlan_id": 100, "regions": ["WAW1"]}]
    make = task("make", project="running", networks=listed)
    run = run_modules(simulator, [make, {**make, "name": "planned", "check_mode": True}])
    assert run.writes == []
    for one in run.tasks:
        assert one.failed
        assert one.msg.count("region WAW1 is not enabled in the project") == 2


def test_C31_an_activation_whose_answer_is_lost(simulator: Simulator) -> None:
    """A network's activation in a region that answers an error and works all the same is looked at, not repeated."""
    simulator.make("network", project="running", name="n", vlan=7, regions=["GRA11"])
    simulator.fault("500_after", "POST", "*_100/region")
    simulator.fault("cut", "POST", "*_7/region")
    run = run_modules(
        simulator,
        [
            task("error", **PROD, regions=["GRA11", "SBG5", "UK1"]),
            task("cut", project="running", name="n", regions=["GRA11", "UK1"]),
        ],
    )
    for one, vlan in zip(run.tasks, (100, 7), strict=True):
        assert one.writes == [
            f"POST /cloud/project/{simulator.project('running')['id']}/network/private/{networks(simulator)[vlan]['id']}/region"
        ]
        assert one.changed
        assert "UK1" in networks(simulator)[vlan]["regions"]


def test_C32_several_at_once_where_the_api_takes_one_at_a_time(simulator: Simulator) -> None:
    """Refused with 409 while another is being built, all converge, one after the other, and none is made twice."""
    simulator.settings(create_conflicts=True, region_building=30, network_invisible=0, racing=0)
    listed = [{"name": f"n{number}", "vlan_id": number, "regions": ["GRA11"]} for number in range(1, 9)]
    run = run_modules(simulator, [task("make", project="running", networks=listed)])
    assert run["make"].changed
    assert not run["make"].failed, run["make"].msg
    posts = [one["status"] for one in run.journal if one["method"] == "POST"]
    assert posts.count(200) == 8
    assert 1 <= posts.count(409) <= 2 * len(listed), str(posts)
    assert sorted(networks(simulator)) == [*range(1, 9), 100]


@pytest.mark.parametrize("status", [403, 404, 460])
def test_C100_a_neighbour_and_the_quota_that_cannot_be_read(simulator: Simulator, status: int) -> None:
    """What is read to warn only is not needed: the change is made, with one warning that names what was not compared."""
    vracks = simulator.state()["vracks"].values()
    vrack = next(one["service_name"] for one in vracks if one["name"] == "prod")
    neighbour = simulator.make("project", description="neighbour", vrack=vrack)["id"]
    joining = simulator.make("project", description="joining", vrack=vrack)["id"]
    simulator.make("network", project="joining", name="n100", vlan=100, regions=["GRA11"])
    simulator.make("subnet", project="joining", network="n100", region="GRA11", cidr="10.7.0.0/24")
    simulator.make("network", project="neighbour", name="same", vlan=100, regions=["GRA11"])
    body = {"message": "no"}
    simulator.fault("status", path=f"/cloud/project/{neighbour}*", status=status, body=body, times=-1)
    simulator.fault("status", "GET", "*/quota", status=status, body=body, times=-1)
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExamples"
    web = {"project": "running", "name": "web", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
    run = run_modules(
        simulator,
        [
            task("network", project="running", name="n", vlan_id=7, regions=["GRA11"]),
            task("subnet", module="subnet", project="running", network="n", region="GRA11", cidr="10.8.0.0/24"),
            task("key", module="ssh_key", project="running", name="k", public_key=key),
            task("instance", module="instance", **web),
        ],
    )
    assert [one.task for one in run.tasks if not one.changed] == [], run.output
    assert run.output.count(f"the networks of project {neighbour} cannot be read, and so were not compared") >= 1
    assert "the quotas of project 'running' cannot be read, and so were not compared" in run.output
    assert joining not in run.output
    assert sorted(networks(simulator)) == [7, 100]


def test_C101_one_expired_project_among_many(simulator: Simulator) -> None:
    """All are listed, the expired one with what is known of it; who needs it is told its status, before anything else."""
    gone = simulator.make("project", description="gone", status="suspended")["id"]
    run = run_modules(
        simulator,
        [
            task("all", module="cloud_project_info") | {"diff": False},
            task("one", module="cloud_project_info", project="gone") | {"diff": False},
            task("network", project="gone", name="n", vlan_id=7),
            task("by id", project=gone, name="n", vlan_id=7),
            task("networks", module="private_network_info", project="gone") | {"diff": False},
        ],
    )
    listed = {one["description"]: one for one in run["all"].result["projects"]}
    assert (listed["gone"]["status"], listed["gone"]["vrack"]) == ("suspended", None)
    assert listed["running"]["vrack"]["name"] == "prod"
    assert [one["status"] for one in run["one"].result["projects"]] == ["suspended"]
    assert f"project 'gone' ({gone}) is suspended, and its vRack cannot be read" in run.output
    for name in ("network", "by id", "networks"):
        assert run[name].failed
        assert f"project 'gone' ({gone}) is suspended" in run[name].msg
        assert "Look at its payment" in run[name].msg
    assert run.writes == []


def test_C101_a_project_that_its_own_address_does_not_tell(simulator: Simulator) -> None:
    gone = simulator.make("project", description="gone", status="suspended")["id"]
    simulator.fault("status", "GET", f"/cloud/project/{gone}", status=460, body={"message": "expired"}, times=-1)
    run = run_modules(simulator, [task("by id", project=gone, name="n", vlan_id=7)])
    assert f"project 'gone' ({gone}) is suspended" in run["by id"].msg


def test_a_region_in_an_outage(simulator: Simulator) -> None:
    """It is not listed, nor is what is in it. Nothing is made or removed for that, unless the user says so."""
    simulator.make("network", project="running", name="blue", vlan=42, regions=["GRA11", "SBG5"])
    subnet = {"network": "blue", "region": "SBG5", "cidr": "192.168.42.0/24"}
    simulator.make("subnet", project="running", **subnet)
    simulator.make("instance", project="running", name="web", region="SBG5", networks=["blue"])
    before = simulator.project("running")
    simulator.make("region", name="SBG5", outage=True)
    blue = {"project": "running", "name": "blue", "vlan_id": 42, "regions": ["GRA11", "SBG5"]}
    subnet = {"project": "running", **subnet, "module": "subnet"}
    skip = {"unlisted_regions": "skip"}
    web = {"project": "running", "name": "web", "region": "SBG5", "flavor": "b3-8", "image": "Debian 12"}
    web["module"] = "instance"
    refused = [
        task("network", **blue),
        task("no network", **blue, state="absent"),
        task("subnet", **subnet),
        task("no subnet", **subnet, state="absent"),
        task("instance", **web),
        task("no instance", **web, state="absent"),
    ]
    skipped = [
        task("skipped network", **blue, **skip),
        task("skipped subnet", **subnet, **skip),
        task("skipped no subnet", **subnet, state="absent", **skip),
        task("skipped instance", **web, **skip),
        task("skipped no instance", **web, state="absent", **skip),
    ]
    run = run_modules(simulator, [*refused, *skipped, task("named", **PROD, name="new", regions=["GRA11"])])
    for one in refused:
        assert run[one["name"]].failed
        assert "region SBG5 is not enabled in the project" in run[one["name"]].msg
        assert "unlisted_regions: skip" in run[one["name"]].msg
    for one in skipped:
        assert not run[one["name"]].failed, run[one["name"]].msg
        assert not run[one["name"]].changed
    assert run.output.count("SBG5 not listed by the project now, so nothing was made or removed there") >= 2
    assert run["named"].changed
    after = simulator.project("running")
    assert (after["subnets"], len(after["networks"])) == (before["subnets"], len(before["networks"]))
    assert after["instances"].keys() == before["instances"].keys()


def test_site_and_teardown_in_an_outage(simulator: Simulator) -> None:
    """One variable for all roles says that the region is left alone."""
    simulator.make("network", project="running", name="blue", vlan=42, regions=["GRA11", "SBG5"])
    simulator.make("instance", project="running", name="web", region="GRA11")
    simulator.make("region", name="SBG5", outage=True)
    web = {"name": "web", "region": "GRA11", "flavor": "b2-7", "image": "Debian 12"}
    described = {
        "project": "running",
        "networks": [{"name": "blue", "vlan_id": 42, "regions": ["GRA11", "SBG5"], "cidr": "10.42.0.0/24"}],
        "instances": [web, {**web, "name": "far", "region": "SBG5"}],
        "interfaces": [{"instance": "prod-2", "region": "SBG5", "network": "blue"}],
    }
    extra = json.dumps({"vrack_topology": described})
    skip = json.dumps({"vrack_topology": described, "vrack_unlisted_regions": "skip"})
    refused = run(simulator, "site", extra)
    assert refused.code != 0
    assert "by the variable vrack_unlisted_regions" in refused.output
    planned, made = run(simulator, "site", skip, "--check"), run(simulator, "site", skip)
    assert made.code == 0, made.output
    assert changes(planned) == changes(made) != []
    assert [
        one["region"] for one in simulator.project("running")["subnets"].values() if one["cidr"] == "10.42.0.0/24"
    ] == ["GRA11"]
    refused = run(simulator, "teardown", extra)
    assert refused.code != 0
    assert refused.writes == []
    gone = run(simulator, "teardown", skip)
    assert gone.code == 0, gone.output
    assert gone.output.count("SBG5 not listed by the project now, so nothing was made or removed there") >= 3
    there = simulator.project("running")
    assert "web" not in {one["name"] for one in there["instances"].values()}
    assert "blue" in {one["name"] for one in there["networks"]}
