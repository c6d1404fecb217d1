# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances: what is checked, how they live, what they show."""

import re

import pytest

from simulator.catalog import PUBLIC_NETWORK_ID, ext_net_id
from tests.simulator.cloud import LONG, PUBLIC_KEY, Project, refused, settings


@pytest.fixture
def auto(sim, client, project):
    return Project(sim, client, project["auto"])


@pytest.fixture
def network(auto):
    network = auto.network(regions=["GRA11", "SBG5", "EU-WEST-PAR"])
    auto.subnet(network)
    return network


def test_life(sim, auto):
    with settings(sim, instance_building=30, instance_invisible=2, instance_deleting=10, address_invisible=0):
        made = auto.instance(networks=[], sshKeyId=None)
        assert (made["status"], made["ipAddresses"]) == ("BUILD", [])
        assert auto.get("/instance") == []
        assert auto.get(f"/instance/{made['id']}")["status"] == "BUILD"
        sim.advance(3)
        assert [(entry["status"], entry["ipAddresses"]) for entry in auto.get("/instance")] == [("BUILD", [])]
        sim.advance(30)
        active = auto.get(f"/instance/{made['id']}")
        assert active["status"] == "ACTIVE"
        assert sorted(entry["version"] for entry in active["ipAddresses"]) == [4, 6]
        assert {entry["networkId"] for entry in active["ipAddresses"]} == {PUBLIC_NETWORK_ID}
        auto.delete(f"/instance/{made['id']}")
        assert auto.get(f"/instance/{made['id']}")["status"] == "DELETING"
        sim.advance(11)
    with refused(404, "Object not found"):
        auto.get(f"/instance/{made['id']}")
    assert auto.get("/instance") == []


def test_flat_in_lists_nested_alone(sim, auto):
    key = sim.make("ssh_key", project=auto.id, name="k", regions=["GRA11"])
    path = auto.running_instance(sshKeyId=key["id"])
    [flat] = auto.get("/instance", region="GRA11")
    nested = auto.get(path)
    assert (nested["flavor"]["name"], nested["image"]["name"], nested["sshKey"]["name"]) == ("b2-7", "Debian 12", "k")
    assert (flat["flavorId"], flat["imageId"], flat["sshKeyId"]) == (
        nested["flavor"]["id"],
        nested["image"]["id"],
        nested["sshKey"]["id"],
    )
    assert {"flavor", "image", "sshKey"}.isdisjoint(flat)
    assert {"flavorId", "imageId", "sshKeyId"}.isdisjoint(nested)
    assert auto.get("/instance", region="SBG5") == []
    auto.delete(f"/sshkey/{key['id']}")
    assert auto.get(path)["sshKey"] is None


def test_error(sim, auto):
    with settings(sim, instance_fail_names=["bad"]):
        made = auto.instance("bad")
    assert made["status"] == "BUILD"
    sim.advance(LONG)
    failed = auto.get(f"/instance/{made['id']}")
    assert (failed["status"], failed["ipAddresses"]) == ("ERROR", [])
    assert "flavorId" in failed
    assert "flavor" not in failed
    with refused(409, "in state ERROR"):
        auto.post(f"/instance/{made['id']}/interface", networkId=PUBLIC_NETWORK_ID)


def test_names_need_not_be_unique(auto):
    assert auto.instance("twin")["id"] != auto.instance("twin")["id"]


def test_private_addresses(sim, auto, network):
    path = auto.running_instance(PUBLIC_NETWORK_ID, network)
    [private] = [entry for entry in auto.get(path)["ipAddresses"] if entry["type"] == "private"]
    assert private == {"ip": "10.0.0.10", "version": 4, "type": "private", "networkId": network, "gatewayIp": None}
    interfaces = {entry["type"]: entry["networkId"] for entry in auto.get(path + "/interface")}
    assert interfaces == {"public": ext_net_id("GRA11"), "private": auto.openstack_id(network)}


def test_fixed_addresses(sim, auto, network):
    made = auto.instance(networks=[{"networkId": network, "ip": "10.0.7.7"}])
    with refused(409, "10.0.7.7 is already in use"):
        auto.instance(networks=[{"networkId": network, "ip": "10.0.7.7"}])
    for ip in ("10.9.0.1", "10.0.0.0", "10.0.255.255"):
        with refused(400, "not a valid IP"):
            auto.instance(networks=[{"networkId": network, "ip": ip}])
    with refused(400, "private networks only"):
        auto.instance(networks=[{"networkId": network}, {"networkId": PUBLIC_NETWORK_ID, "ip": "203.0.113.9"}])
    sim.advance(LONG)
    assert auto.addresses(f"/instance/{made['id']}") == ["10.0.7.7"]
    assert auto.addresses(auto.running_instance(network)) == ["10.0.0.10"], "a refusal takes no address"


def test_networks_that_are_refused(sim, auto, network):
    with refused(400, "not active in region GRA9"):
        auto.instance(region="GRA9", networks=[{"networkId": network}])
    with refused(400, "has no subnet in region SBG5"):
        auto.instance(region="SBG5", networks=[{"networkId": network}])
    with refused(400, "does not exist in region GRA11"):
        auto.instance(networks=[{"networkId": "pn-1_1"}])
    with refused(400, "does not exist in region GRA11"):
        auto.instance(networks=[{"networkId": auto.openstack_id(network, "SBG5")}])


@pytest.mark.parametrize("form", ["pn", "openstack", "both"])
def test_forms_of_network_ids(sim, auto, network, form):
    pn, openstack = [network, PUBLIC_NETWORK_ID], [auto.openstack_id(network), ext_net_id("GRA11")]
    taken = {"pn": pn, "openstack": openstack, "both": [*pn, *openstack]}[form]
    with settings(sim, network_ids=form):
        path = auto.running_instance()
        for id_ in [*pn, *openstack]:
            if id_ in taken:
                auto.instance(networks=[{"networkId": id_}])
                auto.post(path + "/interface", networkId=id_)
                sim.advance(LONG)
            else:
                with refused(400, "does not exist in region"):
                    auto.instance(networks=[{"networkId": id_}])
                with refused(400, "does not exist in region"):
                    auto.post(path + "/interface", networkId=id_)


def test_things_of_the_region(sim, auto):
    elsewhere = auto.named("/flavor", "b2-7", region="SBG5")["id"]
    with refused(400, "Invalid flavorId"):
        auto.instance(flavorId=elsewhere)
    with refused(400, "Invalid imageId"):
        auto.instance(imageId=auto.named("/image", "Debian 12", region="SBG5")["id"])
    with refused(400, "Missing imageId"):
        auto.instance(imageId=None)
    key = sim.make("ssh_key", project=auto.id, name="k", regions=["SBG5"])
    with refused(400, "SSH key .* does not exist in region GRA11"):
        auto.instance(sshKeyId=key["id"])
    with refused(400, "s1-2 is not available"):
        auto.instance(flavor="s1-2")
    with refused(400, "Invalid region MOON1"):
        auto.post("/instance", name="x", region="MOON1", flavorId="x", imageId="x")
    sim.make("region", name="GRA11", down_services=["instance"])
    with refused(400, "instances are not available"):
        auto.instance()


def test_image_and_flavor_must_fit(auto):
    windows = "Windows Server 2022 Standard (Desktop)"
    with refused(400, "invalid: Image cannot be used with the chosen flavor"):
        auto.instance(image=windows)
    assert auto.instance(flavor="win-b2-7", image=windows)


def test_monthly_billing(sim, auto):
    with refused(400, "no monthly plan"):
        auto.instance(flavor="b3-8", monthlyBilling=True)
    made = auto.instance(monthlyBilling=True)
    assert (made["planCode"], made["monthlyBilling"]["status"]) == ("b2-7.monthly.postpaid", "activationPending")
    hourly = auto.running_instance()
    assert auto.get(hourly)["planCode"] == "b2-7.consumption"
    assert auto.post(hourly + "/activeMonthlyBilling")["monthlyBilling"]["status"] == "activationPending"


def test_availability_zones(auto):
    with refused(400, "Invalid availabilityZone"):
        auto.instance(availabilityZone="eu-west-par-a")
    zone = {"region": "EU-WEST-PAR", "flavor": "b3-8", "availabilityZone": "eu-west-par-b"}
    assert auto.instance(**zone)["availabilityZone"] == "eu-west-par-b"
    with refused(400, "Invalid availabilityZone"):
        auto.instance(**{**zone, "availabilityZone": "gra-a"})


@pytest.mark.parametrize(
    ("limits", "kind"), [({"instance": 1}, "instance"), ({"cores": 3}, "cores"), ({"ram": 7000}, "ram")]
)
def test_quota(sim, auto, limits, kind):
    sim.make("quota", project=auto.id, region="GRA11", **limits)
    auto.instance()
    with refused(409, f"max quota of {limits[kind]} reached for: {kind}"):
        auto.instance()
    assert auto.instance(region="SBG5")
    shown = auto.get("/region/GRA11/quota")["instance"]
    assert (shown["usedInstances"], shown["usedCores"], shown["usedRAM"]) == (1, 2, 7000)


def test_bulk(auto):
    ids = {"flavorId": auto.named("/flavor", "b2-7", region="GRA11")["id"]}
    ids["imageId"] = auto.named("/image", "Debian 12", region="GRA11")["id"]
    made = auto.post("/instance/bulk", name="n", number=3, region="GRA11", **ids)
    assert [entry["name"] for entry in made] == ["n-1", "n-2", "n-3"]


def test_rename(auto):
    path = auto.running_instance()
    assert auto.put(path, instanceName="other") is None
    assert auto.get(path)["name"] == "other"


def test_states(sim, auto):
    path = auto.running_instance()

    def passes(action, during, after, **body):
        auto.post(f"{path}/{action}", **body)
        assert auto.get(path)["status"] == during
        sim.advance(LONG)
        assert auto.get(path)["status"] == after

    passes("reboot", "REBOOT", "ACTIVE", type="soft")
    passes("reboot", "HARD_REBOOT", "ACTIVE", type="hard")
    passes("stop", "ACTIVE", "SHUTOFF")
    with refused(409, "is in state SHUTOFF"):
        auto.post(f"{path}/stop")
    passes("start", "SHUTOFF", "ACTIVE")
    passes("shelve", "SHELVING", "SHELVED_OFFLOADED")
    passes("unshelve", "UNSHELVING", "ACTIVE")
    passes("rescueMode", "RESCUING", "RESCUE", rescue=True)
    passes("rescueMode", "UNRESCUING", "ACTIVE", rescue=False)
    image = auto.named("/image", "Debian 13", region="GRA11")["id"]
    passes("reinstall", "REBUILD", "ACTIVE", imageId=image)
    flavor = auto.named("/flavor", "b2-15", region="GRA11")["id"]
    passes("resize", "RESIZE", "ACTIVE", flavorId=flavor)
    shown = auto.get(path)
    assert (shown["image"]["id"], shown["flavor"]["id"]) == (image, flavor)
    with refused(400, "smaller disk"):
        auto.post(f"{path}/resize", flavorId=auto.named("/flavor", "d2-2", region="GRA11")["id"])


def test_groups(auto):
    group = auto.post("/instance/group", name="apart", region="GRA11", type="anti-affinity")
    instance = auto.instance(groupId=group["id"])
    assert auto.get("/instance/group", region="GRA11")[0]["instance_ids"] == [instance["id"]]
    with refused(404, "Object not found"):
        auto.instance(region="SBG5", groupId=group["id"])
    auto.delete(f"/instance/group/{group['id']}")
    assert auto.get("/instance/group") == []


def test_ids_are_uuids_and_keys_are_shown(auto):
    assert re.fullmatch("[0-9a-f-]{36}", auto.instance()["id"])
    key = auto.post("/sshkey", name="sylvain2016", publicKey=PUBLIC_KEY, region="GRA11")
    assert auto.instance(sshKeyId=key["id"])["sshKey"]["fingerPrint"] == key["fingerPrint"]


def test_a_snapshot(sim, auto):
    instance = auto.running_instance()
    assert auto.post(f"{instance}/snapshot", snapshotName="before") is None
    [snapshot] = auto.get("/snapshot", region="GRA11")
    assert (snapshot["name"], snapshot["status"], snapshot["visibility"]) == ("before", "saving", "private")
    sim.advance(LONG)
    assert auto.get(f"/snapshot/{snapshot['id']}")["status"] == "active"
    assert auto.get("/snapshot", region="SBG5") == []
    assert auto.delete(f"/snapshot/{snapshot['id']}") is None
    assert auto.get("/snapshot") == []


def test_a_suspended_instance_resumes(sim, auto):
    made = sim.make("instance", project=auto.id, name="asleep", region="GRA11", state="SUSPENDED")
    assert auto.post(f"/instance/{made['id']}/resume") is None
    sim.advance(LONG)
    assert auto.get(f"/instance/{made['id']}")["status"] == "ACTIVE"
    with refused(409, "it must be in SUSPENDED or PAUSED"):
        auto.post(f"/instance/{made['id']}/resume")


def test_what_it_cannot_be_called_or_given(auto):
    for name in ("", "x" * 256, "a\nb"):
        with refused(400, "Invalid name"):
            auto.instance(name)
    with refused(400, "userData"):
        auto.instance(userData="x" * 1_000_000)
    with refused(400, "Invalid instanceName"):
        auto.put(auto.running_instance(), instanceName="a\tb")


def test_its_interfaces_and_addresses_are_shown_late(sim, auto):
    with settings(sim, instance_building=10, interface_invisible=5, address_invisible=20):
        path = f"/instance/{auto.instance()['id']}"
    sim.advance(11)
    assert (auto.get(path)["status"], auto.get(path)["ipAddresses"]) == ("ACTIVE", [])
    assert auto.get(f"{path}/interface") == []
    sim.advance(5)
    assert len(auto.get(f"{path}/interface")) == 1
    assert auto.get(path)["ipAddresses"] == []
    sim.advance(20)
    assert len(auto.get(path)["ipAddresses"]) == 2


def test_monthly_billing_comes_after_a_while(sim, auto):
    with settings(sim, monthly_activation=30):
        path = auto.running_instance()
        assert auto.post(f"{path}/activeMonthlyBilling")["monthlyBilling"]["status"] == "activationPending"
    sim.advance(31)
    assert auto.get(path)["monthlyBilling"]["status"] == "ok"


def test_some_fail_by_themselves(sim, auto):
    with settings(sim, instance_failures=1.0):
        made = auto.instance()
    sim.advance(LONG)
    assert auto.get(f"/instance/{made['id']}")["status"] == "ERROR"


def test_a_second_delete_finds_nothing(sim, auto):
    path = auto.running_instance()
    auto.delete(path)
    with refused(404, "Object not found"):
        auto.delete(path)
