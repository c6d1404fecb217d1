# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects, regions, flavors, images, the public network, quotas."""

import pytest

from tests.simulator.cloud import LONG, Project, refused


@pytest.fixture
def empty(sim, client, project):
    return Project(sim, client, project["empty"])


def test_projects(client, project):
    assert set(client.get("/cloud/project")) == set(project.values())
    assert {"empty", "auto", "running", "second"} == set(project)
    path = f"/cloud/project/{project['empty']}"
    client.put(path, description="renamed")
    assert (client.get(path)["description"], client.get(path)["project_id"]) == ("renamed", project["empty"])
    for name in ("", "/region", "/instance", "/serviceInfos", "/quota"):
        with refused(404, "This service does not exist"):
            client.get(f"/cloud/project/{'0' * 32}{name}")


def test_the_worlds(sim, client, project):
    running = Project(sim, client, project["running"])
    [net] = running.get("/network/private")
    assert (net["name"], net["vlanId"], net["status"], len(net["regions"])) == ("prod-net", 100, "ACTIVE", 2)
    assert len(running.get(f"/network/private/{net['id']}/subnet")) == 2
    kinds = {
        instance["name"]: {entry["type"] for entry in instance["ipAddresses"]} for instance in running.get("/instance")
    }
    assert kinds == {"prod-1": {"public", "private"}, "prod-2": {"public"}}
    for name in ("empty", "auto", "second"):
        other = Project(sim, client, project[name])
        assert (other.get("/instance"), other.get("/network/private"), other.get("/sshkey")) == ([], [], [])
    sim.reset(world="demo")
    [legacy] = client.get(f"/cloud/project/{project['empty']}/instance")
    assert (legacy["name"], legacy["region"], legacy["status"]) == ("legacy-1", "GRA11", "ACTIVE")
    sim.reset(world="default")


def test_regions(sim, empty):
    names = set(empty.get("/region"))
    types = {name: empty.get(f"/region/{name}")["type"] for name in names}
    assert types["EU-SOUTH-LZ-MAD-A"] == "localzone"
    assert types["EU-WEST-PAR"] == "region-3-az"
    assert types["GRA11"] == "region"
    assert names.isdisjoint(entry["name"] for entry in empty.get("/regionAvailable"))
    with refused(404, "WAW1"):
        empty.get("/region/WAW1")
    with refused(400, "Invalid region GRA11"):
        empty.post("/region", region="GRA11")
    assert empty.post("/region", region="WAW1")["name"] == "WAW1"
    sim.advance(LONG)
    assert empty.get("/region/WAW1")["status"] == "UP"
    assert "WAW1" not in [entry["name"] for entry in empty.get("/regionAvailable")]


def test_flavors_and_images_differ_by_region_in_their_ids_only(empty):
    for kind, name in (("flavor", "b3-8"), ("image", "Debian 12")):
        ids = {
            region: empty.named(f"/{kind}", name, region=region)["id"] for region in ("GRA11", "SBG5", "EU-WEST-PAR")
        }
        assert len(set(ids.values())) == 3
        assert empty.get(f"/{kind}/{ids['SBG5']}")["region"] == "SBG5"
        with refused(404, "Object not found"):
            empty.get(f"/{kind}/none")
    with refused(400, "Invalid region WAW1"):
        empty.get("/flavor", region="WAW1")


def test_traps_of_the_catalogue(empty):
    assert empty.named("/flavor", "s1-2", region="GRA11")["available"] is False
    twins = [image for image in empty.get("/image", region="GRA9") if image["name"] == "Ubuntu 22.04"]
    assert len({image["creationDate"] for image in twins}) == 2
    assert {image["type"] for image in empty.get("/image", osType="windows")} == {"windows"}
    plan = empty.named("/flavor", "b3-8", region="EU-SOUTH-LZ-MAD-A")["planCodes"]["hourly"]
    assert plan == "b3-8.consumption.EU-SOUTH-LZ-MAD-A"
    assert empty.get("/snapshot", region="GRA11") == []


def test_public_network(empty):
    [public] = empty.get("/network/public")
    ids = {entry["region"]: entry["openstackId"] for entry in public["regions"]}
    assert (public["name"], public["type"]) == ("Ext-Net", "public")
    assert ids["GRA11"] == "bcf59eb2-9d83-41cc-b4f5-0435ed594833"
    assert set(ids) == set(empty.get("/region"))


def test_quotas(sim, empty):
    sim.make("quota", project=empty.id, region="GRA11", instance=3)
    by_region = {entry["region"]: entry for entry in empty.get("/quota")}
    assert by_region["GRA11"]["instance"]["maxInstances"] == 3
    assert by_region["SBG5"]["instance"]["maxInstances"] == 20
    assert empty.get("/region/GRA11/quota") == by_region["GRA11"]
    assert empty.post("/region/GRA11/quota", name="big")["action"] == "quota#update"


def test_lists_come_in_any_order(empty):
    assert len({tuple(empty.get("/region")) for _number in range(10)}) > 1
