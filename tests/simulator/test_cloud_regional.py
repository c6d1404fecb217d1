# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of one region, as Terraform uses them."""

import re

import pytest

from simulator.catalog import ext_net_id
from tests.simulator.cloud import LONG, PUBLIC_KEY, Project, refused, settings

LOCAL_ZONE = "EU-SOUTH-LZ-MAD-A"
SUBNET = {"cidr": "10.1.0.0/24", "enableDhcp": True, "enableGatewayIp": True, "ipVersion": 4}


@pytest.fixture
def auto(sim, client, project):
    return Project(sim, client, project["auto"])


def create(owner, path, **body):
    """Create by operation and wait for it; returns the operation."""
    operation = owner.post(path, **body)
    assert operation["status"] == "created"
    owner.sim.advance(LONG)
    done = owner.get(f"/operation/{operation['id']}")
    assert (done["status"], done["progress"]) == ("completed", 100)
    return done


def create_network(owner, region="GRA11", **body):
    return create(owner, f"/region/{region}/network", **{"name": "net", **body})["resourceId"]


def test_an_operation_lives(sim, auto):
    with settings(sim, operation_running=20):
        operation = auto.post("/region/GRA11/network", name="net", vlanId=7, subnet=SUBNET)
        assert (operation["action"], operation["status"], operation["resourceId"]) == (
            "network#create",
            "created",
            None,
        )
        assert len(auto.get("/region/GRA11/network")) == 1
        sim.advance(10)
        running = auto.get(f"/operation/{operation['id']}")
        assert (running["status"], running["progress"], running["completedAt"]) == ("in-progress", 50, None)
        sim.advance(11)
    done = auto.get(f"/operation/{operation['id']}")
    assert done["status"] == "completed"
    assert auto.get(f"/region/GRA11/network/{done['resourceId']}")["vlanId"] == 7
    with refused(404, "Object not found"):
        auto.get("/operation/none")


def test_one_network_on_both_families(auto):
    regional = create_network(auto, vlanId=7, subnet=SUBNET)
    [network] = auto.get("/network/private")
    assert network["id"].endswith("_7")
    assert network["regions"] == [{"region": "GRA11", "status": "ACTIVE", "openstackId": regional}]
    assert auto.get(f"/network/private/{network['id']}/subnet")[0]["gatewayIp"] == "10.1.0.1"
    other = create_network(auto, "SBG5", vlanId=7)
    assert auto.openstack_id(network["id"], "SBG5") == other
    with refused(400, "already exists for this vlan ID"):
        auto.post("/region/GRA11/network", name="again", vlanId=7)
    made = auto.network(vlan=8, name="v1")
    names = {entry["name"]: entry["visibility"] for entry in auto.get("/region/GRA11/network")}
    assert names == {"net": "private", "v1": "private", "Ext-Net": "public"}
    assert auto.get(f"/region/GRA11/network/{auto.openstack_id(made)}")["name"] == "v1"


def test_ids_are_uuids_only(auto):
    pn = auto.network()
    text = re.escape(f"invalid: invalid uuid '{pn}': invalid UUID length: {len(pn)}")
    for path in (f"/region/GRA11/network/{pn}", f"/region/GRA11/network/{pn}/subnet"):
        with refused(400, text):
            auto.get(path)
    with refused(400, text):
        auto.delete(f"/region/GRA11/network/{pn}")
    with refused(404, "Object not found"):
        auto.get(f"/region/GRA11/network/{auto.openstack_id(pn, 'SBG5')}")
    assert auto.get(f"/region/GRA11/network/{ext_net_id('GRA11')}")["name"] == "Ext-Net"


def test_subnets(auto):
    path = f"/region/GRA11/network/{create_network(auto, vlanId=7)}/subnet"
    wanted = {
        **SUBNET,
        "name": "sub",
        "dnsNameServers": ["192.0.2.53"],
        "hostRoutes": [{"destination": "10.9.0.0/16", "nextHop": "10.1.0.9"}],
        "allocationPools": [{"start": "10.1.0.50", "end": "10.1.0.60"}],
    }
    made = auto.post(path, **wanted)
    assert {key: made[key] for key in ("name", "dnsNameServers", "hostRoutes", "allocationPools", "cidr")} == {
        key: wanted[key] for key in ("name", "dnsNameServers", "hostRoutes", "allocationPools", "cidr")
    }
    assert (made["gatewayIp"], made["dhcpEnabled"], made["ipVersion"]) == ("10.1.0.1", True, 4)
    assert auto.get(f"{path}/{made['id']}") == made
    with refused(400, "overlaps with another subnet"):
        auto.post(path, **wanted)
    assert auto.delete(f"{path}/{made['id']}") is None
    with refused(404, "Object not found"):
        auto.get(f"{path}/{made['id']}")


def test_a_refused_subnet_leaves_no_network(sim, auto):
    with refused(400, "Invalid network"):
        auto.post("/region/GRA11/network", name="net", vlanId=7, subnet={**SUBNET, "cidr": "10.1.0.7/33"})
    sim.advance(LONG)
    assert auto.get("/network/private") == []
    assert auto.get("/operation") == []


def test_local_zones(sim, client, project):
    empty = Project(sim, client, project["empty"])
    network = create_network(empty, LOCAL_ZONE, subnet={**SUBNET, "enableGatewayIp": False})
    assert empty.get("/network/private") == []
    assert empty.get(f"/region/{LOCAL_ZONE}/network/{network}/subnet")[0]["gatewayIp"] is None
    with settings(sim, network_ids="pn"):
        path = empty.running_instance(network, region=LOCAL_ZONE, flavor="b3-8")
    [address] = empty.get(path)["ipAddresses"]
    assert address["networkId"] == network
    with refused(400, f"invalid: floating ip feature is not available on region {LOCAL_ZONE}"):
        empty.get(f"/region/{LOCAL_ZONE}/floatingip")
    with refused(409, "ports still in use"):
        empty.delete(f"/region/{LOCAL_ZONE}/network/{network}")
    empty.delete(path)
    sim.advance(LONG)
    empty.delete(f"/region/{LOCAL_ZONE}/network/{network}")
    sim.advance(LONG)
    assert [entry["name"] for entry in empty.get(f"/region/{LOCAL_ZONE}/network")] == ["Ext-Net"]


def instance_body(owner, **network):
    return {
        "name": "one",
        "billingPeriod": "hourly",
        "bulk": 0,
        "bootFrom": {"imageId": owner.named("/image", "Debian 12", region="GRA11")["id"]},
        "flavor": {"id": owner.named("/flavor", "b2-7", region="GRA11")["id"]},
        "network": network,
    }


def test_instances(sim, auto):
    network = create_network(auto, vlanId=7, subnet=SUBNET)
    [subnet] = auto.get(f"/region/GRA11/network/{network}/subnet")
    auto.post("/sshkey", name="k", publicKey=PUBLIC_KEY, region="GRA11")
    private = {"network": {"id": network, "subnetId": subnet["id"]}}
    body = {**instance_body(auto, private=private), "sshKey": {"name": "k"}, "bulk": 2}
    operation = create(auto, "/region/GRA11/instance", **body)
    ids = [part["resourceId"] for part in operation["subOperations"]]
    assert operation["resourceId"] is None
    assert {part["action"] for part in operation["subOperations"]} == {"instance#create"}
    shown = auto.get(f"/region/GRA11/instance/{ids[0]}")
    assert (shown["status"], shown["flavorName"], shown["sshKey"]) == ("ACTIVE", "b2-7", "k")
    assert shown["addresses"][0]["subnet"]["network"] == {"id": network, "name": "net"}
    assert {entry["id"] for entry in auto.get("/region/GRA11/instance")} == set(ids)
    assert {entry["id"] for entry in auto.get("/instance")} == set(ids)
    auto.delete(f"/instance/{ids[0]}")
    sim.advance(LONG)
    with refused(404, "Object not found"):
        auto.get(f"/region/GRA11/instance/{ids[0]}")


def test_refused_instances(auto):
    pn = auto.network()
    with refused(400, "invalid: missing network input"):
        auto.post("/region/GRA11/instance", **instance_body(auto))
    with refused(400, re.escape(f"[network.private.network.id] Given data ({pn}) is not valid for type uuid")):
        auto.post("/region/GRA11/instance", **instance_body(auto, private={"network": {"id": pn, "subnetId": pn}}))
    other = auto.openstack_id(pn, "SBG5")
    with refused(400, "does not exist"):
        auto.post(
            "/region/GRA11/instance", **instance_body(auto, private={"network": {"id": other, "subnetId": other}})
        )


def test_gateways_and_floating_ips(sim, auto):
    network = create_network(auto, vlanId=7, subnet=SUBNET, gateway={"name": "gw", "model": "s"})
    [gateway] = auto.get("/region/GRA11/gateway")
    assert (gateway["status"], gateway["interfaces"][0]["ip"]) == ("active", "10.1.0.1")
    [pn] = [entry["id"] for entry in auto.get("/network/private")]
    with refused(409, "has device owner network:router_interface_distributed"):
        auto.delete(f"/network/private/{pn}")
    path = auto.running_instance(pn)
    instance, [ip] = path.split("/")[-1], auto.addresses(path)
    made = create(auto, f"/region/GRA11/instance/{instance}/floatingIp", ip=ip)
    floating = auto.get(f"/region/GRA11/floatingip/{made['resourceId']}")
    assert (floating["status"], floating["associatedEntity"]["ip"]) == ("active", ip)
    assert "floating" in [a["type"] for a in auto.get(f"/region/GRA11/instance/{instance}")["addresses"]]
    auto.delete(f"/region/GRA11/gateway/{gateway['id']}")
    auto.delete(path)
    sim.advance(LONG)
    assert auto.get(f"/region/GRA11/floatingip/{floating['id']}")["status"] == "down"
    auto.delete(f"/region/GRA11/floatingip/{floating['id']}")
    auto.delete(f"/region/GRA11/network/{network}")
    sim.advance(LONG)
    assert auto.get("/network/private") == []


def test_an_interface_of_a_gateway(sim, auto):
    network = create_network(auto, vlanId=7, subnet=SUBNET, gateway={"name": "gw", "model": "s"})
    [gateway] = auto.get("/region/GRA11/gateway")
    path = f"/region/GRA11/gateway/{gateway['id']}/interface"
    [interface] = auto.get(path)
    assert auto.get(f"{path}/{interface['id']}") == interface
    with refused(404, "Object not found"):
        auto.get(f"{path}/{network}")
    with refused(409, "network:router_interface_distributed"):
        auto.delete(f"/region/GRA11/network/{network}")
    assert auto.delete(f"{path}/{interface['id']}") is None
    assert auto.get(path) == []
    auto.delete(f"/region/GRA11/network/{network}")


def test_subnets_of_the_public_network(auto):
    path = f"/region/GRA11/network/{ext_net_id('GRA11')}"
    shown = auto.get(f"{path}/subnet")
    assert {subnet["id"] for subnet in shown} == set(auto.get(path)["subnetIds"])
    assert {subnet["ipVersion"] for subnet in shown} == {4, 6}
    for subnet in shown:
        assert auto.get(f"{path}/subnet/{subnet['id']}") == subnet
    with refused(404, "Object not found"):
        auto.get(f"{path}/subnet/{ext_net_id('SBG5')}")


def test_what_a_regional_instance_shows(auto):
    auto.sim.make("instance", project=auto.id, name="one", region="GRA11", flavor="b2-7")
    [instance] = auto.get("/region/GRA11/instance")
    assert (instance["image"], instance["backups"], instance["volumes"]) == (None, None, None)
    assert instance["flavor"]["specs"]["ram"] == {"value": 7, "unit": "GB"}
    assert {price["type"]: price["status"] for price in instance["pricings"]} == {
        "hour": "enabled",
        "month": "available",
    }
    assert "delete" in [action["name"] for action in instance["actions"]]
    path = f"/region/GRA11/instance/{instance['id']}"
    assert auto.get(path, withImage=True)["image"]["name"] == "Debian 12"
    assert auto.get(path, withBackups=True, withVolumes=True)["backups"] == []


def test_quota_of_gateways(sim, auto):
    for vlan in (1, 2):
        create_network(auto, vlanId=vlan, subnet=SUBNET, gateway={"name": "gw", "model": "s"})
    with refused(409, "conflict: max quota of 2 reached for: router"):
        auto.post("/region/GRA11/network", name="n", vlanId=3, subnet=SUBNET, gateway={"name": "gw", "model": "s"})
    assert len(auto.get("/network/private")) == 2
