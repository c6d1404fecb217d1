# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subnets of private networks: pools, gateways, ports that hold them."""

import ipaddress
import re

import ovh.exceptions
import pytest

from tests.simulator.cloud import LONG, Project, refused, settings


@pytest.fixture
def auto(sim, client, project):
    return Project(sim, client, project["auto"])


@pytest.fixture
def network(auto):
    return auto.network()


def test_answer(sim, auto, network):
    with settings(sim, subnet_invisible=2):
        made = auto.subnet(network, cidr="10.0.0.0/16", dhcp=True, noGateway=False)
    pool = {"network": "10.0.0.0/16", "region": "GRA11", "dhcp": True, "start": "10.0.0.10", "end": "10.0.0.99"}
    assert {key: made[key] for key in ("cidr", "gatewayIp", "dhcpEnabled", "ipPools")} == {
        "cidr": "10.0.0.0/16",
        "gatewayIp": "10.0.0.1",
        "dhcpEnabled": True,
        "ipPools": [pool],
    }
    path = f"/network/private/{network}/subnet"
    assert auto.get(path) == []
    sim.advance(3)
    assert auto.get(path) == [made]
    with refused(404, "Got an invalid"):
        auto.get(f"{path}/{made['id']}")


def test_is_listed_at_once(auto, network):
    made = auto.subnet(network)
    assert auto.get(f"/network/private/{network}/subnet") == [made]


def test_host_bits_are_taken_and_dropped(auto, network):
    made = auto.subnet(network, cidr="10.0.0.1/20")
    assert (made["cidr"], made["ipPools"][0]["network"]) == ("10.0.0.0/20", "10.0.0.0/20")
    assert auto.get(f"/network/private/{network}/subnet") == [made]


def test_no_gateway(auto, network):
    assert auto.subnet(network, noGateway=True)["gatewayIp"] is None


@pytest.mark.parametrize("missing", ["network", "start", "end", "dhcp", "noGateway", "region"])
def test_every_field_is_required(auto, network, missing):
    body = {"network": "10.0.0.0/16", "start": "10.0.0.2", "end": "10.0.0.9", "dhcp": True, "noGateway": True}
    body["region"] = "GRA11"
    del body[missing]
    with refused(400, missing):
        auto.post(f"/network/private/{network}/subnet", **body)


def test_region_must_be_active(sim, auto):
    with settings(sim, network_invisible=0, region_building=30):
        made = auto.post("/network/private", name="net", vlanId=1, regions=["GRA11"])["id"]
        with refused(400, "not active in region GRA11"):
            auto.subnet(made)
        with refused(400, "not active in region SBG5"):
            auto.subnet(made, "SBG5")
        sim.advance(31)
        assert auto.subnet(made)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"cidr": "10.0.0.5/33"}, "network"),
        ({"cidr": "ten"}, "network"),
        ({"start": "10.0.0.99", "end": "10.0.0.10"}, "after end"),
        ({"start": "10.1.0.10", "end": "10.1.0.99"}, "not in network"),
        ({"start": "10.0.0.0"}, "not in network"),
        ({"cidr": "10.0.0.0/24", "end": "10.0.0.255"}, "not in network"),
        ({"start": "10.0.0.1", "noGateway": False}, "Gateway ip 10.0.0.1 conflicts"),
    ],
)
def test_bad_values(auto, network, fields, why):
    with refused(400, why):
        auto.subnet(network, **fields)


def test_pools_of_two_regions_may_not_meet(auto, network):
    auto.subnet(network, start="10.0.0.10", end="10.0.0.99")
    with refused(400, "overlaps with 10.0.0.10-10.0.0.99 of region GRA11"):
        auto.subnet(network, "SBG5", start="10.0.0.99", end="10.0.0.120")
    assert auto.subnet(network, "SBG5", start="10.0.0.100", end="10.0.0.120")


def test_two_subnets_of_a_region_may_not_overlap(auto, network):
    auto.subnet(network, cidr="10.0.0.0/16")
    with refused(400, "overlaps with another subnet"):
        auto.subnet(network, cidr="10.0.0.0/8", start="10.9.0.2", end="10.9.0.9")
    assert auto.subnet(network, cidr="10.1.0.0/16", start="10.1.0.2", end="10.1.0.9")


def test_dhcp_takes_the_first_two_addresses(auto, network):
    auto.subnet(network, dhcp=True, start="10.0.0.10")
    assert auto.addresses(auto.running_instance(network)) == ["10.0.0.12"]


def test_a_full_pool(auto, network):
    auto.subnet(network, dhcp=True, start="10.0.0.10", end="10.0.0.12")
    auto.running_instance(network)
    with refused(409, "No more IP addresses"):
        auto.instance(networks=[{"networkId": network}])


def test_instances_get_addresses_of_any_subnet(auto, network):
    auto.subnet(network, cidr="10.0.0.0/24")
    auto.subnet(network, cidr="10.0.1.0/24", start="10.0.1.10", end="10.0.1.99")
    addresses = [auto.addresses(auto.running_instance(network))[0] for _number in range(8)]
    assert len({ipaddress.ip_network(ip + "/24", strict=False) for ip in addresses}) == 2


def test_a_port_holds_the_subnet_until_it_is_released(sim, auto, network):
    subnet = auto.subnet(network, dhcp=True)
    path = f"/network/private/{network}/subnet/{subnet['id']}"
    instance = auto.running_instance(network)
    in_use = re.escape(
        f"Unable to complete operation on subnet {subnet['id']}: "
        "One or more ports have an IP allocation from this subnet."
    )
    with settings(sim, instance_deleting=10, port_release_after_delete=20):
        with refused(400, in_use):
            auto.delete(path)
        auto.delete(instance)
        sim.advance(11)
        with refused(404, "Object not found"):
            auto.get(instance)
        assert instance.rpartition("/")[2] not in sim.state()["cloud"]["projects"][auto.id]["instances"]
        with refused(400, in_use):
            auto.delete(path)
        sim.advance(20)
        assert auto.delete(path) is None
    assert auto.get(f"/network/private/{network}/subnet") == []
    with refused(404, "does not exist"):
        auto.delete(path)


def test_quota(sim, auto, network):
    sim.make("quota", project=auto.id, region="GRA11", subnet=0)
    with refused(409, "max quota of 0 reached for: subnet"):
        auto.subnet(network)


def test_the_subnet_of_another_network(sim, auto, network):
    subnet = auto.subnet(network)
    other = auto.network(vlan=43, name="other")
    with refused(404, "does not exist"):
        auto.delete(f"/network/private/{other}/subnet/{subnet['id']}")
    sim.advance(LONG)
    assert auto.get(f"/network/private/{network}/subnet") == [subnet]


def test_bits_behind_the_prefix_are_dropped(auto, network):
    assert auto.subnet(network, cidr="10.0.0.1/20", start="10.0.0.2", end="10.0.0.9")["cidr"] == "10.0.0.0/20"


def test_a_new_subnet_is_listed_at_once(auto, network):
    made = auto.subnet(network)
    assert auto.get(f"/network/private/{network}/subnet") == [made]


def test_subnets_that_other_tools_made(sim, auto, network):
    """Several pools, none, or IPv6; each is in both lists, and none gives an instance an address that it has not."""
    made = [
        sim.make("subnet", project="auto", network=network, region="GRA11", **fields)["id"]
        for fields in (
            {"cidr": "10.0.0.0/24", "pools": [["10.0.0.10", "10.0.0.50"], ["10.0.0.60", "10.0.0.99"]]},
            {"cidr": "10.0.1.0/24", "pools": []},
            {"cidr": "fd00:64::/64", "pools": [["fd00:64::2", "fd00:64::ffff"]]},
        )
    ]
    listed = {one["id"]: one for one in auto.get(f"/network/private/{network}/subnet")}
    assert [len(listed[id_]["ipPools"]) for id_ in made] == [2, 0, 1]
    path = f"/region/GRA11/network/{auto.openstack_id(network)}/subnet"
    regional = {one["id"]: one["ipVersion"] for one in auto.get(path)}
    assert [regional[id_] for id_ in made] == [4, 4, 6]


def test_a_removal_is_answered_by_a_500_now_and_then(sim, auto, network):
    path = f"/network/private/{network}/subnet/{auto.subnet(network)['id']}"
    with settings(sim, subnet_delete_500=1):
        with pytest.raises(ovh.exceptions.APIError, match="Internal server error"):
            auto.delete(path)
        assert auto.delete(path) is None
