# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API shows late is not taken for what is not there."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.kind import InstanceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.spec import InstanceSpec, NetworkWish
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.kind import InterfaceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.spec import InterfaceSpec

from tests.unit.support.loop import run
from tests.unit.support.simulated import ClientApi, SimulatedClock, by_key, client_of

BOTH = (NetworkWish("public"), NetworkWish("prod-net"))


@pytest.fixture
def sim(sim):
    """The world of `running` with its prod-net in GRA11 and SBG5, and everything late."""
    sim.reset(world="default")
    late(sim)
    return sim


def late(sim):
    sim.settings(
        kind=False, instance_invisible=0, instance_building=20, interface_invisible=[5, 20], address_invisible=[1, 20]
    )


@pytest.fixture
def client(sim):
    with client_of(by_key(sim.env), SimulatedClock(sim), seconds=100_000.0) as client:
        yield client


def wish(networks=BOTH, name="web"):
    return InstanceSpec("present", "running", name, "GRA11", "b3-8", "Debian 12", networks=networks).validated()


def reconciled(client, kind, *specs, **options):
    outcomes = run(kind, specs, ClientApi(client), **options)
    assert [outcome.error for outcome in outcomes] == [None] * len(specs)
    return outcomes


def kinds_of_ports(sim, name="web"):
    project = sim.project("running")
    [instance] = [one for one in project["instances"].values() if one["name"] == name]
    ports = [one for one in project["ports"].values() if one["owner_id"] == instance["id"]]
    return sorted(one["network_id"].split("-")[0] for one in ports)


@pytest.mark.parametrize("seed", range(6))
def test_a_new_instance_gets_no_second_interface_and_has_its_addresses_in_the_end(sim, client, seed):
    sim.reset(seed=seed, world="default")
    late(sim)
    [outcome] = reconciled(client, InstanceKind(), wish())
    assert len(kinds_of_ports(sim)) == 2
    assert [one["path"].rsplit("/", 1)[1] for one in sim.writes()] == ["instance"]
    assert outcome.record["public_ip"]
    assert outcome.record["private_ip"]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("moment", [10, 20.5, 30, 35], ids=["built", "bare", "half shown", "nearly shown"])
def test_a_run_that_follows_a_killed_one_makes_no_second_interface(sim, client, seed, moment, monkeypatch):
    """It meets the instance being built, ACTIVE and bare, or with one of its interfaces."""
    sim.reset(seed=seed, world="default")
    late(sim)
    monkeypatch.setattr(client._session, "server_time", lambda: sim.clock()["now"])
    reconciled(client, InstanceKind(), wish(), wait=False)
    sim.advance(moment)
    reconciled(client, InstanceKind(), wish())
    assert len(kinds_of_ports(sim)) == 2
    assert len(sim.writes()) == 1


def test_without_networks_the_result_has_its_public_address_all_the_same(sim, client):
    [outcome] = reconciled(client, InstanceKind(), wish(networks=None))
    assert outcome.record["public_ip"]
    assert [one["network"] for one in outcome.record["interfaces"]] == ["public"]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_interface_that_is_not_shown_yet_is_neither_attached_again_nor_taken_for_gone(sim, client, state):
    reconciled(client, InstanceKind(), wish(), wait=False)
    sim.advance(20.5)
    spec = InterfaceSpec(state, "running", "web", "prod-net").validated()
    [outcome] = reconciled(client, InterfaceKind(), spec)
    assert outcome.changed == (state == "absent")
    sim.advance(60)
    assert len(kinds_of_ports(sim)) == (2 if state == "present" else 1)


def test_an_instance_that_is_bare_indeed_gets_its_network_in_the_end(sim, client):
    sim.make("instance", project="running", name="bare", region="GRA11", networks=[])
    [outcome] = reconciled(client, InstanceKind(), wish((NetworkWish("prod-net"),), "bare"))
    assert outcome.changed
    assert len(kinds_of_ports(sim, "bare")) == 1


def test_one_network_after_the_other_without_a_pause(sim, client):
    """What a run attached itself hides nothing else."""
    sim.make("instance", project="running", name="web", region="GRA11")
    sim.make("network", project="running", name="blue", vlan=7, regions=["GRA11"])
    sim.make("subnet", project="running", network="blue", region="GRA11", cidr="10.7.0.0/24")
    sim.settings(interface_building=2, interface_invisible=1, address_invisible=1)
    sent = []
    client_send = client.send
    client.send = lambda call: (sent.append(client.clock.now()), client_send(call))[1]
    [outcome] = reconciled(client, InstanceKind(), wish((*BOTH, NetworkWish("blue"))))
    assert len(outcome.record["interfaces"]) == 3
    assert sent[1] - sent[0] < 15


def test_where_everything_is_shown_nothing_is_waited_for(sim, client):
    sim.make("instance", project="running", name="web", region="GRA11")
    sent = []
    client_send = client.send
    client.send = lambda call: (sent.append(client.clock.now()), client_send(call))[1]
    began = client.clock.now()
    [outcome] = reconciled(client, InstanceKind(), wish())
    assert outcome.changed
    assert sent == [began]
