# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same seed and the same calls make the same world, and a dump of it can be restored."""

import pytest

from tests.simulator.cloud import LONG, Project, refused, settings


def play(sim, client):
    """A few calls with random outcomes; returns what they answered."""
    [auto] = [p["id"] for p in sim.state()["cloud"]["projects"].values() if p["description"] == "auto"]
    owner = Project(sim, client, auto)
    made = owner.post("/network/private", name="net", vlanId=None, regions=["GRA11", "SBG5"])
    sim.advance(LONG)
    owner.subnet(made["id"])
    path = owner.running_instance(made["id"])
    addresses, interfaces = owner.get(path)["ipAddresses"], owner.get(path + "/interface")
    return made["vlanId"], path, addresses, interfaces, list(sim.state()["cloud"]["projects"])


def test_seed(sim, client):
    sim.reset(seed=5)
    first = play(sim, client)
    sim.reset(seed=5)
    assert play(sim, client) == first
    sim.reset(seed=6)
    assert play(sim, client) != first
    sim.reset(seed=1)


def test_reading_changes_nothing(sim, client, project):
    before = sim.state()
    running = Project(sim, client, project["running"])
    for path in (
        "",
        "/region",
        "/flavor",
        "/network/private",
        "/instance",
        "/sshkey",
        "/quota",
        "/region/GRA11/network",
    ):
        running.get(path)
    assert sim.state() == before


def test_restore(sim, client, project):
    play(sim, client)
    before = sim.state()
    auto = Project(sim, client, project["auto"])
    [instance] = auto.get("/instance")
    auto.delete(f"/instance/{instance['id']}")
    sim.advance(LONG)
    with refused(404, "Object not found"):
        auto.get(f"/instance/{instance['id']}")
    sim.restore(before)
    assert sim.state() == before
    assert auto.get(f"/instance/{instance['id']}")["status"] == "ACTIVE"


def test_the_kind_world_hides_nothing(sim, client, project):
    auto = Project(sim, client, project["auto"])
    with settings(sim, kind=True):
        made = auto.post("/network/private", name="net", vlanId=1)
        assert [entry["id"] for entry in auto.get("/network/private")] == [made["id"]]
        assert [auto.get("/region") for _number in range(5)] == [auto.get("/region")] * 5


@pytest.mark.parametrize("what", ["network", "subnet", "ssh_key", "instance", "interface", "router"])
def test_make_refuses_what_is_not_there(sim, what):
    fields = {
        "network": {"name": "n", "vlan": 1},
        "subnet": {"network": "n", "region": "GRA11", "cidr": "10.0.0.0/24"},
        "ssh_key": {"name": "k"},
        "instance": {"name": "i", "region": "GRA11"},
        "interface": {"instance": "i"},
        "router": {"network": "n", "region": "GRA11"},
    }
    with pytest.raises(RuntimeError, match="no project 'nowhere'"):
        sim.make(what, project="nowhere", **fields[what])
