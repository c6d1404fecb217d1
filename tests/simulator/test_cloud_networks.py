# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private networks: their lives and refusals."""

import json
import re

import pytest

from tests.simulator.cloud import LONG, PUBLIC_KEY, Project, refused, settings


@pytest.fixture
def auto(sim, client, project):
    return Project(sim, client, project["auto"])


def create(owner, **body):
    return owner.post("/network/private", **body)


def regions_of(network):
    return {entry["region"]: (entry["status"], entry["openstackId"]) for entry in network["regions"]}


def test_life(sim, auto):
    with settings(sim, network_invisible=5, region_building=[30, 60]):
        made = create(auto, name="net", vlanId=42, regions=["GRA11", "SBG5", "BHS5"])
        path = f"/network/private/{made['id']}"
        vrack = auto.get("/vrack")["id"]
        assert (made["id"], made["status"], made["vlanId"], made["type"]) == (f"{vrack}_42", "BUILDING", 42, "private")
        assert set(regions_of(made).values()) == {("BUILDING", None)}
        with refused(404, re.escape(f"The requested network (id = {made['id']}) does not exist")):
            auto.get(path)
        assert auto.get("/network/private") == []
        sim.advance(10)
        assert auto.get(path)["status"] == "BUILDING"
        seen = set()
        for _number in range(25):
            sim.advance(2)
            seen.add(tuple(sorted(status for status, _openstack_id in regions_of(auto.get(path)).values())))
    assert len(seen) >= 3, "regions become active one by one"
    active = auto.get("/network/private")[0]
    assert active["status"] == "ACTIVE"
    assert all(re.fullmatch("[0-9a-f-]{36}", openstack_id) for _status, openstack_id in regions_of(active).values())


@pytest.mark.parametrize("body", [{}, {"regions": None}, {"regions": []}])
def test_no_regions_are_all_that_can_take_one(sim, auto, body):
    sim.make("region", name="UK1", status="MAINTENANCE")
    sim.make("region", name="DE1", down_services=["network"])
    made = create(auto, name="net", **body)
    assert set(regions_of(made)) == {"BHS5", "EU-WEST-PAR", "GRA11", "GRA9", "SBG5"}


def test_vlan_zero_is_a_value(auto):
    assert create(auto, name="net", vlanId=0)["id"].endswith("_0")
    with refused(400, r"already exists for this vlan ID \(network id pn-\d+_0\)"):
        create(auto, name="net", vlanId=0)


def test_no_vlan_is_a_random_one(auto):
    vlans = {create(auto, name="same name", vlanId=None, regions=["GRA11"])["vlanId"] for _number in range(3)}
    assert len(vlans) == 3
    assert vlans <= set(range(1, 4001))


@pytest.mark.parametrize("vlan", [-1, 4096])
def test_vlan_out_of_range(auto, vlan):
    with refused(400, "vlanId"):
        create(auto, name="net", vlanId=vlan)


@pytest.mark.parametrize("region", ["EU-SOUTH-LZ-MAD-A", "WAW1", "MOON1"])
def test_regions_that_are_refused(auto, region):
    with refused(400, f"Invalid region {region}"):
        create(auto, name="net", vlanId=1, regions=[region])


def test_no_vrack(sim, client, project):
    with refused(400, "not linked to a vRack"):
        create(Project(sim, client, project["empty"]), name="net", vlanId=1)


def test_same_vlan_in_another_project_of_the_vrack(sim, client, auto):
    vrack = auto.get("/vrack")["id"]
    neighbour = Project(sim, client, sim.make("project", description="neighbour", vrack=vrack)["id"])
    made = create(auto, name="net", vlanId=7)
    with settings(sim, same_vlan_in_vrack=False), refused(400, "already exists for this vlan ID"):
        create(neighbour, name="net", vlanId=7)
    assert create(neighbour, name="net", vlanId=7)["id"] == made["id"]


def test_creations_can_clash(sim, auto):
    with settings(sim, create_conflicts=True):
        create(auto, name="a", vlanId=1)
        with refused(409, "being created"):
            create(auto, name="b", vlanId=2)
        sim.advance(LONG)
        assert create(auto, name="b", vlanId=2)["status"] == "BUILDING"


def test_a_network_can_vanish(sim, auto):
    with settings(sim, networks_that_vanish=1, network_invisible=2, region_building=30):
        made = create(auto, name="a", vlanId=1)
        sim.advance(10)
        assert auto.get(f"/network/private/{made['id']}")["status"] == "BUILDING"
        sim.advance(30)
        with refused(404, "does not exist"):
            auto.get(f"/network/private/{made['id']}")
        create(auto, name="a", vlanId=1)
        sim.advance(LONG)
        assert auto.get(f"/network/private/{made['id']}")["status"] == "ACTIVE"


def test_quota(sim, auto):
    sim.make("quota", project=auto.id, region="GRA11", network=0)
    with refused(409, "max quota of 0 reached for: network"):
        create(auto, name="a", vlanId=1)
    assert create(auto, name="a", vlanId=1, regions=["SBG5"])


def test_add_and_remove_regions(sim, auto):
    path = f"/network/private/{auto.network(regions=['GRA11'])}"
    more = auto.post(path + "/region", region="SBG5")
    assert more["status"] == "BUILDING"
    assert regions_of(more)["GRA11"][0] == "ACTIVE"
    assert regions_of(more)["SBG5"] == ("BUILDING", None)
    with refused(400, "already activated"):
        auto.post(path + "/region", region="SBG5")
    with refused(400, "Invalid region EU-SOUTH-LZ-MAD-A"):
        auto.post(path + "/region", region="EU-SOUTH-LZ-MAD-A")
    sim.advance(LONG)
    ids = {region: openstack_id for region, (_status, openstack_id) in regions_of(auto.get(path)).items()}
    assert auto.delete(f"/region/SBG5/network/{ids['SBG5']}") is None
    sim.advance(LONG)
    assert set(regions_of(auto.get(path))) == {"GRA11"}
    auto.delete(f"/region/GRA11/network/{ids['GRA11']}")
    assert auto.get(path)["status"] == "DELETING"
    sim.advance(LONG)
    with refused(404, "does not exist"):
        auto.get(path)


def test_rename(auto):
    path = f"/network/private/{auto.network()}"
    assert auto.put(path, name="other") is None
    assert auto.get(path)["name"] == "other"


def test_delete(sim, auto):
    path = f"/network/private/{auto.network()}"
    auto.subnet(path.rsplit("/", maxsplit=1)[-1], dhcp=True)
    assert auto.delete(path) is None
    assert auto.get(path)["status"] == "DELETING"
    with refused(400, "already exists"):
        create(auto, name="again", vlanId=42)
    sim.advance(LONG)
    with refused(404, "does not exist"):
        auto.get(path)
    assert sim.state()["cloud"]["projects"][auto.id]["subnets"] == {}
    assert create(auto, name="again", vlanId=42)


def test_ports_in_use_hold_a_network(sim, auto):
    network = auto.network()
    auto.subnet(network)
    sim.make("instance", project=auto.id, name="one", region="GRA11", networks=["net"])
    with refused(409, "ports still in use"):
        auto.delete(f"/network/private/{network}")
    with refused(409, "ports still in use"):
        auto.delete(f"/region/GRA11/network/{auto.openstack_id(network)}")
    auto.delete(f"/region/SBG5/network/{auto.openstack_id(network, 'SBG5')}")


def test_a_router_holds_a_network(sim, auto):
    network = auto.network()
    auto.subnet(network)
    sim.make("router", project=auto.id, network="net", region="GRA11")
    with refused(409, "has device owner network:router_interface_distributed"):
        auto.delete(f"/network/private/{network}")


def test_a_network_made_right_after_an_attach_vanishes_now_and_then(sim, client, project):
    empty = Project(sim, client, project["empty"])
    [vrack] = [one for one in client.get("/vrack") if client.get(f"/vrack/{one}")["name"] == "prod"]
    client.post(f"/vrack/{vrack}/cloudProject", project=empty.id)
    sim.advance(LONG)
    with settings(sim, networks_vanish_after_attach=1, vrack_learnt_after=LONG):
        create(empty, name="early", vlanId=7, regions=["GRA11"])
    with settings(sim, networks_vanish_after_attach=1, vrack_learnt_after=1):
        create(empty, name="late", vlanId=8, regions=["GRA11"])
    sim.advance(LONG)
    assert [one["name"] for one in empty.get("/network/private")] == ["late"]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 256, "tab\there"])
def test_names_that_no_list_could_show_are_refused(auto, name):
    with refused(400, "Invalid name"):
        auto.post("/network/private", name=name, vlanId=77)
    with refused(400, "Invalid name"):
        auto.post("/sshkey", name=name, publicKey=PUBLIC_KEY, region="GRA11")


def test_a_second_removal_finds_nothing(sim, auto):
    network = auto.network()
    with settings(sim, network_deleting=20):
        assert auto.delete(f"/network/private/{network}") is None
        with refused(404, "does not exist"):
            auto.delete(f"/network/private/{network}")


def test_an_outage_takes_the_region_and_what_is_in_it_out_of_all_lists(sim, auto):
    network = auto.network()
    alone = auto.network(vlan=43, name="alone", regions=["SBG5"])
    for region in ("GRA11", "SBG5"):
        auto.subnet(network, region=region, cidr=f"10.{len(region)}.0.0/24", **POOLS[region])
    auto.post("/sshkey", name="me", publicKey=PUBLIC_KEY, region="SBG5")
    sim.make("instance", project="auto", name="web", region="SBG5")
    before = everything(auto, network)
    sim.make("region", name="SBG5", outage=True)
    assert "SBG5" not in str(everything(auto, network))
    assert alone not in [one["id"] for one in auto.get("/network/private")]
    with refused(404, "Region SBG5 does not exist"):
        auto.get("/region/SBG5")
    with refused(400, "Invalid region SBG5"):
        auto.post(f"/network/private/{network}/region", region="SBG5")
    sim.make("region", name="SBG5")
    assert everything(auto, network) == before


POOLS = {
    "GRA11": {"start": "10.5.0.2", "end": "10.5.0.9"},
    "SBG5": {"start": "10.4.0.2", "end": "10.4.0.9"},
}


def everything(auto, network):
    """All lists that tell of regions."""
    paths = ("/region", "/regionAvailable", "/network/private", f"/network/private/{network}/subnet")
    lists = [auto.get(path) for path in (*paths, "/instance", "/sshkey", "/quota")]
    return [sorted(json.dumps(in_order(one)) for one in found) for found in lists]


def in_order(value):
    """Lists within an entry come in any order too."""
    if isinstance(value, dict):
        return {key: in_order(part) for key, part in sorted(value.items())}
    return sorted(map(in_order, value), key=str) if isinstance(value, list) else value
