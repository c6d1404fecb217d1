# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests exactly as other clients send them: Terraform's provider, synthesio.ovh, the control panel."""

import pytest

from tests.simulator.cloud import LONG, PUBLIC_KEY, Project, refused

PROJECT = "9c5f0b1d4e7a4c0f8b62d3a17e904f55"
INSTANCE = "0d8b4f6a-2c1e-4975-b3a0-6e5d7c9f1b24"
GRA11_NETWORK = "6f1e2c9a-5b3d-4e0f-9a71-2d8c4b6e0f13"
SBG5_NETWORK = "a2d4c6e8-0f12-4a3b-8c5d-7e9f1a3b5c7d"
FLAVOR = "906e8259-0340-4856-95b5-4ea2d26fe377"
IMAGE = "c5c89a50-a112-4b84-a5d5-f0f14bcc29fc"
V1_INSTANCE = {
    "flavorId": FLAVOR,
    "imageId": IMAGE,
    "monthlyBilling": False,
    "name": "demo-1",
    "region": "GRA11",
    "sshKeyId": "5a47567462773d3d",
}
TERRAFORM_SUBNET = {
    "dhcp": True,
    "end": "192.168.0.254",
    "network": "192.168.0.0/16",
    "networkId": "pn-1100042_42",
    "noGateway": False,
    "region": "GRA11",
    "serviceName": PROJECT,
    "start": "192.168.0.2",
}


@pytest.fixture
def demo(sim, client):
    """A project with the ids that the requests name, all but the vRack's number."""
    vrack = sim.make("vrack", name="demo")["service_name"]
    sim.make("project", description="demo", project_id=PROJECT, vrack=vrack)
    ids = {"GRA11": GRA11_NETWORK, "SBG5": SBG5_NETWORK}
    sim.make("network", project=PROJECT, name="demo-42", vlan=42, regions=list(ids), openstack_ids=ids)
    sim.make("ssh_key", project=PROJECT, name="demo", public_key=PUBLIC_KEY)
    sim.make("instance", project=PROJECT, name="demo-0", region="GRA11", instance_id=INSTANCE)
    demo = Project(sim, client, PROJECT)
    demo.pn = f"{vrack}_42"
    return demo


@pytest.fixture
def with_subnet(demo):
    demo.post(f"/network/private/{demo.pn}/subnet", **TERRAFORM_SUBNET)
    return demo


def test_terraform_network(demo):
    made = demo.post("/network/private", name="demo", regions=None, serviceName=PROJECT, vlanId=0)
    assert made["vlanId"] == 0
    assert len(made["regions"]) == 7


def test_terraform_posts_every_region(demo):
    for region in ("SBG5", "GRA11"):
        with refused(400, "already activated"):
            demo.post(f"/network/private/{demo.pn}/region", region=region)


def test_terraform_takes_a_region_off(sim, demo):
    assert demo.delete(f"/region/SBG5/network/{SBG5_NETWORK}") is None
    sim.advance(LONG)
    assert [entry["region"] for entry in demo.get(f"/network/private/{demo.pn}")["regions"]] == ["GRA11"]


def test_terraform_subnet(demo):
    made = demo.post(f"/network/private/{demo.pn}/subnet", **TERRAFORM_SUBNET)
    assert (made["ipPools"][0]["start"], made["gatewayIp"]) == ("192.168.0.2", "192.168.0.1")


def test_terraform_instance(sim, demo):
    operation = demo.post(
        "/region/GRA11/instance",
        billingPeriod="hourly",
        bootFrom={"imageId": IMAGE},
        bulk=0,
        flavor={"id": FLAVOR},
        name="demo-1",
        network={"public": True},
        sshKey={"name": "demo"},
    )
    sim.advance(LONG)
    [part] = demo.get(f"/operation/{operation['id']}")["subOperations"]
    assert demo.get(f"/region/GRA11/instance/{part['resourceId']}")["status"] == "ACTIVE"


@pytest.mark.parametrize("extra", [{"networks": []}, {"networks": None, "userData": None, "groupId": None}])
def test_synthesio_instance(sim, demo, extra):
    made = demo.post("/instance", **V1_INSTANCE, **extra)
    sim.advance(LONG)
    assert {entry["type"] for entry in demo.get(f"/instance/{made['id']}")["ipAddresses"]} == {"public"}


def test_synthesio_key(demo):
    with refused(400, "Invalid region parameter"):
        demo.post("/sshkey", name="other", publicKey=PUBLIC_KEY, region=None)


def test_synthesio_interface(with_subnet):
    made = with_subnet.post(f"/instance/{INSTANCE}/interface", ip="192.168.0.42", networkId=GRA11_NETWORK)
    assert made["fixedIps"][0]["ip"] == "192.168.0.42"


def test_panel_instance(sim, with_subnet):
    made = with_subnet.post("/instance", **V1_INSTANCE, networks=[{"networkId": with_subnet.pn}])
    sim.advance(LONG)
    [address] = with_subnet.get(f"/instance/{made['id']}")["ipAddresses"]
    assert (address["type"], address["networkId"], address["ip"]) == ("private", with_subnet.pn, "192.168.0.4")


def test_panel_interface(with_subnet):
    assert with_subnet.post(f"/instance/{INSTANCE}/interface", networkId=with_subnet.pn)["networkId"] == GRA11_NETWORK


def test_panel_rename(demo):
    assert demo.put(f"/instance/{INSTANCE}", instanceName="demo-2") is None
    assert demo.get(f"/instance/{INSTANCE}")["name"] == "demo-2"


def test_panel_network_in_a_local_zone(sim, demo):
    subnet = {"cidr": "10.1.0.0/16", "enableDhcp": True, "enableGatewayIp": False, "ipVersion": 4}
    operation = demo.post("/region/EU-SOUTH-LZ-MAD-A/network", name="demo-lz", subnet=subnet, vlanId=7)
    sim.advance(LONG)
    made = demo.get(f"/operation/{operation['id']}")["resourceId"]
    assert demo.get(f"/region/EU-SOUTH-LZ-MAD-A/network/{made}")["vlanId"] == 7
