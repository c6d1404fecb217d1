# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interfaces of instances that exist."""

import pytest

from simulator.catalog import PUBLIC_NETWORK_ID, ext_net_id
from tests.simulator.cloud import LONG, Project, refused, settings


@pytest.fixture
def auto(sim, client, project):
    return Project(sim, client, project["auto"])


@pytest.fixture
def network(auto):
    network = auto.network()
    auto.subnet(network)
    return network


def test_life(sim, auto, network):
    path = auto.running_instance()
    with settings(
        sim, interface_invisible=5, interface_building=10, interface_deleting=10, port_release_after_delete=20
    ):
        made = auto.post(path + "/interface", networkId=network, ip="10.0.0.50")
        assert (made["type"], made["networkId"]) == ("private", auto.openstack_id(network))
        assert [entry["ip"] for entry in made["fixedIps"]] == ["10.0.0.50"]
        sim.advance(4)
        assert len(auto.get(path + "/interface")) == 1, "a new interface isn't listed at once"
        sim.advance(2)
        assert auto.get(f"{path}/interface/{made['id']}")["state"] == "BUILD"
        assert auto.addresses(path) == []
        sim.advance(5)
        assert auto.get(f"{path}/interface/{made['id']}") == {**made, "state": "ACTIVE"}
        assert auto.addresses(path) == ["10.0.0.50"]
        assert auto.delete(f"{path}/interface/{made['id']}") is None
        assert len(auto.get(path + "/interface")) == 2, "it takes a moment to go"
        sim.advance(11)
        assert len(auto.get(path + "/interface")) == 1
        assert auto.addresses(path) == []
        with refused(404, "Object not found"):
            auto.get(f"{path}/interface/{made['id']}")
        with refused(409, "10.0.0.50 is already in use"):
            auto.post(path + "/interface", networkId=network, ip="10.0.0.50")
        sim.advance(20)
        assert auto.post(path + "/interface", networkId=network, ip="10.0.0.50")


def test_only_active_instances(sim, auto, network):
    building = auto.instance()
    with refused(409, "in state BUILD"):
        auto.post(f"/instance/{building['id']}/interface", networkId=network)
    sim.advance(LONG)
    auto.post(f"/instance/{building['id']}/stop")
    sim.advance(LONG)
    with refused(409, "in state SHUTOFF"):
        auto.post(f"/instance/{building['id']}/interface", networkId=network)


def test_one_change_at_a_time(sim, auto, network):
    path = auto.running_instance()
    [first] = auto.get(path + "/interface")
    auto.post(path + "/interface", networkId=network)
    with refused(409, "busy"):
        auto.post(path + "/interface", networkId=network)
    with refused(409, "busy"):
        auto.delete(f"{path}/interface/{first['id']}")
    sim.advance(LONG)
    auto.delete(f"{path}/interface/{first['id']}")
    with refused(409, "busy"):
        auto.post(path + "/interface", networkId=network)


def test_the_same_network_twice(sim, auto, network):
    path = auto.running_instance(network)
    auto.post(path + "/interface", networkId=network)
    sim.advance(LONG)
    assert sorted(auto.addresses(path)) == ["10.0.0.10", "10.0.0.11"]


def test_limit(sim, auto, network):
    path = auto.running_instance()
    with settings(sim, interface_limit=2):
        auto.post(path + "/interface", networkId=network)
        sim.advance(LONG)
        with refused(409, "Maximum number of ports"):
            auto.post(path + "/interface", networkId=network)


def test_the_public_address_does_not_come_back(sim, auto, network):
    path = auto.running_instance(PUBLIC_NETWORK_ID, network)
    before = auto.addresses(path, "public")
    [public] = [entry for entry in auto.get(path + "/interface") if entry["type"] == "public"]
    assert public["networkId"] == ext_net_id("GRA11")
    auto.delete(f"{path}/interface/{public['id']}")
    sim.advance(LONG)
    assert auto.addresses(path, "public") == []
    auto.post(path + "/interface", networkId=PUBLIC_NETWORK_ID)
    sim.advance(LONG)
    assert len(auto.addresses(path, "public")) == 2
    assert set(before).isdisjoint(auto.addresses(path, "public"))


def test_refusals(auto, network):
    path = auto.running_instance()
    for ip in ("10.9.9.9", "10.0.255.255"):
        with refused(400, "not a valid IP"):
            auto.post(path + "/interface", networkId=network, ip=ip)
    with refused(400, "private networks only"):
        auto.post(path + "/interface", networkId=PUBLIC_NETWORK_ID, ip="203.0.113.77")
    with refused(404, "Object not found"):
        auto.delete(f"{path}/interface/{network}")
    with refused(404, "Object not found"):
        auto.get("/instance/none/interface")
