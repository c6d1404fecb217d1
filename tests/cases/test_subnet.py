# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people ran into with subnets, and with what comes before them or behind them."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import FAST, PlaybookRun, run_playbook, run_tasks
from tests.support.rhythm import three_times
from tests.support.tasks import task as task_of

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "simulator" / "schema.json").read_text(encoding="utf-8"))
BLUE = {"project": "running", "network": "blue"}
# What the default world has: prod-1 is on the network prod-net in GRA11, and nothing in SBG5.
PROD = {"project": "running", "network": "prod-net", "region": "GRA11", "cidr": "10.100.0.0/16"}
WEB = {"project": "running", "name": "web", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}


def task(title: str, /, module: str = "subnet", **options: Any) -> dict[str, Any]:
    return task_of(title, module, diff=True, **options)


def make_blue(simulator: Simulator, *regions: str) -> None:
    simulator.make("network", project="running", name="blue", vlan=42, regions=list(regions))


def make_subnet(simulator: Simulator, region: str = "GRA11", **fields: Any) -> dict[str, Any]:
    subnet = {"project": "running", "network": "blue", "region": region, "cidr": "192.168.42.0/24", **fields}
    made: dict[str, Any] = simulator.make("subnet", **subnet)
    return made


def subnets(simulator: Simulator) -> dict[str, dict[str, Any]]:
    """Those of the network `blue` by region."""
    found = simulator.project("running")
    [network] = [one["id"] for one in found["networks"] if one["name"] == "blue"]
    return {one["region"]: one for one in found["subnets"].values() if one["network_id"] == network}


def pools(simulator: Simulator) -> dict[str, tuple[str, str]]:
    return {region: (one["pools"][0]["start"], one["pools"][0]["end"]) for region, one in subnets(simulator).items()}


def posted(run: PlaybookRun, path_end: str = "/subnet") -> list[dict[str, Any]]:
    return [one["body"] for one in run.journal if one["method"] == "POST" and one["path"].endswith(path_end)]


def test_C33_removal_while_addresses_are_held(simulator: Simulator) -> None:
    """Live instances are named at once; what is left of removed ones is waited out, and so is a 500."""
    make_blue(simulator, "GRA11")
    make_subnet(simulator)
    simulator.make("instance", project="running", name="web", region="GRA11", networks=["blue"])
    simulator.settings(instance_deleting=5, port_release_after_delete=240, subnet_delete_500=0)
    quiet = next(key for key, one in simulator.project("running")["subnets"].items() if one["region"] == "SBG5")
    simulator.fault("500", "DELETE", f"*/subnet/{quiet}", times=2)
    gone = {**BLUE, "region": "GRA11", "state": "absent"}
    broken = {"project": "running", "network": "prod-net", "region": "SBG5", "state": "absent"}
    run = run_modules(
        simulator,
        [
            task("attached", **gone, wait_timeout=20),
            task("instance", module="instance", **WEB, state="absent", wait=False),
            task("released", **gone),
            task("released again", **gone),
            task("broken", **broken),
            task("broken again", **broken),
        ],
    )
    assert run["attached"].writes == []
    assert run["attached"].failed
    assert "is in use: web (192.168.42." in run["attached"].msg
    for name in ("released", "broken"):
        assert not run[name].failed, run[name].msg
        assert run[name].changed
        assert not run[f"{name} again"].changed
    deletes = {
        name: [one["status"] for one in run[name].calls if one["method"] == "DELETE"] for name in ("released", "broken")
    }
    assert deletes["broken"] == [500, 500, 200]
    assert deletes["released"][-1] in (200, 404), "by chance a 500 comes after the effect, and then it has gone"
    assert {400} <= set(deletes["released"][:-1]) <= {400, 500}


def test_C33_removal_of_a_network_while_addresses_are_held(simulator: Simulator) -> None:
    """The same for the network as a whole, and for one region of it."""
    make_blue(simulator, "GRA11", "SBG5")
    for region, name, block in (("GRA11", "one", "192.168.42.0/24"), ("SBG5", "two", "192.168.43.0/24")):
        make_subnet(simulator, region, cidr=block)
        simulator.make("instance", project="running", name=name, region=region, networks=["blue"])
    simulator.settings(instance_deleting=5, port_release_after_delete=120, subnet_delete_500=0)
    gone = {"module": "instance", "project": "running", "state": "absent", "wait": False}
    network = {"project": "running", "name": "blue"}
    run = run_modules(
        simulator,
        [
            task("attached", module="private_network", **network, state="absent", wait_timeout=20),
            task("two", **gone, name="two", region="SBG5"),
            task("region", module="private_network", **network, regions=["GRA11"], exact_regions=True),
            task("one", **gone, name="one", region="GRA11"),
            task("network", module="private_network", **network, state="absent"),
        ],
    )
    assert run["attached"].writes == []
    assert "is in use: one (192.168.42." in run["attached"].msg
    assert "two (192.168.43." in run["attached"].msg
    assert {one.task: one.msg for one in run.tasks if one.failed}.keys() == {"attached"}
    for name in ("region", "network"):
        assert 409 in [one["status"] for one in run[name].calls if one["method"] == "DELETE"]
    assert [one["name"] for one in simulator.project("running")["networks"]] == ["prod-net"]


def test_C34_name_servers(simulator: Simulator) -> None:
    """An empty list is sent as such and means none, where the API would announce its own; a list is kept in order."""
    make_blue(simulator, "GRA11", "SBG5", "UK1")
    cidr = {"network": "blue", "cidr": "192.168.42.0/24"}
    listed = [
        {**cidr, "region": "GRA11", "dns_servers": []},
        {**cidr, "region": "SBG5", "dns_servers": ["10.0.0.53", "9.9.9.9"], "gateway": True, "dhcp": False},
        {**cidr, "region": "UK1"},
    ]
    rhythm = three_times(simulator, "ovh_subnet", project="running", subnets=listed)
    stored = subnets(simulator)
    assert {region: one["dns_servers"] for region, one in stored.items()} == {
        "GRA11": [],
        "SBG5": ["10.0.0.53", "9.9.9.9"],
        "UK1": [],
    }
    assert [one["dns_servers"] for one in rhythm.again.result["subnets"]] == [[], ["10.0.0.53", "9.9.9.9"], None]
    assert (stored["SBG5"]["gateway_ip"], stored["SBG5"]["dhcp"]) == ("192.168.42.1", False)
    regional = [
        write.rpartition("/region/")[2].partition("/")[0] for write in rhythm.real.writes if "/region/" in write
    ]
    assert sorted(regional) == ["GRA11", "SBG5"]


def test_C34_name_servers_that_are_otherwise(simulator: Simulator) -> None:
    """They cannot be changed: an error says so, force makes the subnet anew, and without the option they are kept."""
    make_blue(simulator, "GRA11")
    make_subnet(simulator)
    here = {**BLUE, "region": "GRA11", "cidr": "192.168.42.0/24"}
    run = run_modules(
        simulator,
        [
            task("none", **here, dns_servers=[]),
            task("other", **here, dns_servers=["9.9.9.9"]),
            task("forced", **here, dns_servers=["9.9.9.9"], force=True),
            task("forced otherwise", **here, gateway=True, force=True),
        ],
    )
    assert not run["none"].changed
    assert "dns_servers is none, wanted 9.9.9.9" in run["other"].msg
    assert run["forced"].result["subnet"]["dns_servers"] == ["9.9.9.9"]
    assert subnets(simulator)["GRA11"]["dns_servers"] == ["9.9.9.9"]
    assert subnets(simulator)["GRA11"]["gateway_ip"] == "192.168.42.1"


def test_C35_C39_whatever_is_asked_otherwise_is_told(simulator: Simulator) -> None:
    """An attribute that cannot be changed is an error with both values, the cost and who is in the way; never "ok"."""
    pool = {"start": "10.100.0.10", "end": "10.100.0.99"}
    other = {**PROD, "cidr": "10.9.0.0/16"}
    run = run_modules(
        simulator,
        [
            task("dhcp", **PROD, dhcp=False),
            task("planned", **PROD, dhcp=False) | {"check_mode": True},
            task("cidr", **other),
            task("pool", **PROD, **pool, dhcp=False),
            task("end", **PROD, start="10.100.0.2", end="10.100.0.99"),
            task("gateway", **PROD, gateway=True),
            task("forced", **PROD, dhcp=False, force=True),
            task("same", **PROD, start="10.100.0.2", end="10.100.0.254", dhcp=True, gateway=False),
        ],
    )
    expected = {
        "dhcp": ["dhcp is true, wanted false"],
        "planned": ["dhcp is true, wanted false"],
        "cidr": ["cidr is 10.100.0.0/16, wanted 10.9.0.0/16"],
        "pool": ["start is 10.100.0.2, wanted 10.100.0.10", "end is 10.100.0.254, wanted 10.100.0.99", "dhcp is true"],
        "end": ["end is 10.100.0.254, wanted 10.100.0.99"],
        "gateway": ["gateway is false, wanted true"],
    }
    assert [name for name in expected if not run[name].failed] == []
    for name, parts in expected.items():
        for part in [*parts, "force: true removes it and makes it anew", "in the way now: prod-1 (10.100.0."]:
            assert part in run[name].msg
    assert "is in use: prod-1" in run["forced"].msg
    assert not run["same"].failed
    assert run.writes == []


def test_C35_others_of_a_list_are_not_touched_either(simulator: Simulator) -> None:
    """One subnet that differs stops the list before anything is made."""
    make_blue(simulator, "GRA11")
    listed = [{"network": "blue", "region": "GRA11", "cidr": "192.168.42.0/24"}, {**PROD, "dhcp": False}]
    run = run_modules(simulator, [task("make", project="running", subnets=listed)])
    assert run["make"].failed
    assert run.writes == []


def test_C37_gateway_is_an_address_that_is_announced(simulator: Simulator) -> None:
    """It is positive, off by default, and the CIDR's first address, which the pool does not hold."""
    make_blue(simulator, "GRA11", "SBG5", "UK1")
    cidr = {"network": "blue", "cidr": "192.168.42.0/24"}
    one = {**cidr, "region": "GRA11", "start": "192.168.42.2", "end": "192.168.42.99", "gateway": False}
    two = {**cidr, "region": "SBG5", "start": "192.168.42.100", "end": "192.168.42.199", "gateway": True}
    default = {**cidr, "region": "UK1", "start": "192.168.42.200", "end": "192.168.42.250"}
    holding = {**BLUE, "region": "GRA11", "cidr": "192.168.42.0/24", "end": "192.168.42.99", "gateway": True}
    run = run_modules(
        simulator,
        [
            task("holding it", **holding, start="192.168.42.1"),
            task("all", project="running", subnets=[one, two, default]),
            task("again", project="running", subnets=[one, {**two, "gateway": None}]),
        ],
    )
    assert run["holding it"].failed
    assert "the pool 192.168.42.1 to 192.168.42.99 holds the gateway 192.168.42.1" in run["holding it"].msg
    assert run["holding it"].calls == []
    assert {body["region"]: body["noGateway"] for body in posted(run)} == {
        "GRA11": True,
        "SBG5": False,
        "UK1": True,
    }
    assert [subnet["gateway_ip"] for subnet in run["all"].result["subnets"]] == [None, "192.168.42.1", None]
    assert {region: subnet["gateway_ip"] for region, subnet in subnets(simulator).items()} == {
        "GRA11": None,
        "SBG5": "192.168.42.1",
        "UK1": None,
    }
    assert not run["again"].changed


def test_C38_an_instance_before_its_subnet(simulator: Simulator) -> None:
    """Without a subnet the instance is refused before the call; behind a subnet that shows late it is made once."""
    make_blue(simulator, "GRA11")
    simulator.settings(subnet_invisible=60, instance_building=6)
    web = {**WEB, "networks": [{"network": "blue"}]}
    interface = {"project": "running", "instance": "prod-1", "network": "blue"}
    run = run_modules(
        simulator,
        [
            task("early", module="instance", **web),
            task("early interface", module="instance_interface", **interface),
            task("subnet", **BLUE, region="GRA11", cidr="192.168.42.0/24", wait=False),
            task("instance", module="instance", **web),
        ],
    )
    for name in ("early", "early interface"):
        assert run[name].failed
        assert "network 'blue' has no subnet in GRA11" in run[name].msg
        assert run[name].writes == []
    assert not run["subnet"].failed, run["subnet"].msg
    assert run["instance"].changed
    assert (len(posted(run)), len(posted(run, "/instance"))) == (1, 1)
    assert run["instance"].result["instance"]["status"] == "ACTIVE"


def test_C40_every_field_is_one_that_the_api_knows(simulator: Simulator) -> None:
    """The whole example against an API that refuses unknown fields; every body holds fields of the published schema.

    A key without a region is refused though it is made, whatever its fields.
    """
    simulator.reset(world="demo")
    example = yaml.safe_load((ROOT / "playbooks" / "vars" / "topology.example.yml").read_text(encoding="utf-8"))
    example["vrack_topology"]["project"] = "empty"
    run = run_playbook(simulator, "ovhcloud.vrack.site", "-e", json.dumps(example), **FAST)
    refused = [one for one in run.journal if one["status"] == 400 and not one["path"].endswith("/sshkey")]
    assert [(one["method"], one["route"], one["body"]) for one in refused] == []
    assert run.code == 0, run.output
    bodies = [one for one in run.journal if one["body"]]
    assert len({one["route"] for one in bodies}) >= 6
    for one in bodies:
        body = SCHEMA["routes"][f"{one['method']} {one['route']}"]["body"]
        known = SCHEMA["types"][body["$ref"]] if "$ref" in body else body
        assert set(one["body"]) <= set(known["properties"]), one["route"]


def test_C40_what_was_stored_is_read_back(simulator: Simulator) -> None:
    """A pool that the API drops is an error, though the call was accepted."""
    make_blue(simulator, "GRA11")
    network = next(one for one in simulator.project("running")["networks"] if one["name"] == "blue")
    path = f"/cloud/project/{simulator.project('running')['id']}/network/private/{network['id']}/subnet"
    pool = {
        "network": "192.168.42.0/24",
        "region": "GRA11",
        "dhcp": True,
        "start": "192.168.42.2",
        "end": "192.168.42.254",
    }
    dropped = {"id": "x", "cidr": "192.168.42.0/24", "gatewayIp": None, "dhcpEnabled": True, "ipPools": [pool]}
    simulator.fault("status", "GET", path, status=200, body=[dropped], skip=1, times=-1)
    here = {**BLUE, "region": "GRA11", "cidr": "192.168.42.0/24"}
    run = run_modules(simulator, [task("make", **here, start="192.168.42.10", end="192.168.42.99")])
    assert "start is 192.168.42.2, wanted 192.168.42.10" in run["make"].msg
    assert run["make"].failed
    assert run["make"].changed


def test_C41_pools_of_one_network_do_not_meet(simulator: Simulator) -> None:
    """An overlap is refused before the first call; pools left out are disjoint, and later regions move nobody."""
    make_blue(simulator, "GRA11", "SBG5", "UK1", "DE1", "BHS5")
    make_subnet(simulator, start="192.168.42.2", end="192.168.42.99")
    cidr = {"network": "blue", "cidr": "192.168.42.0/24"}
    meeting = {**cidr, "region": "SBG5", "start": "192.168.42.50", "end": "192.168.42.150"}
    apart = {**cidr, "region": "UK1", "start": "192.168.42.140", "end": "192.168.42.200"}
    two = [{**cidr, "region": region} for region in ("UK1", "SBG5")]
    three = [{**cidr, "region": region} for region in ("DE1", "UK1", "SBG5")]
    run = run_modules(
        simulator,
        [
            task("with what exists", project="running", **meeting),
            task("in the list", project="running", subnets=[{**meeting, "start": "192.168.42.100"}, apart]),
            task("planned", project="running", subnets=two[::-1]) | {"check_mode": True},
            task("two", project="running", subnets=two),
            task("three", project="running", subnets=three),
            task("again", project="running", subnets=three[::-1]),
            task("alone", project="running", **cidr, region="BHS5"),
        ],
    )
    assert "in SBG5 overlaps 192.168.42.2 to 192.168.42.99 in GRA11 of network 'blue'" in run["with what exists"].msg
    assert "in UK1 overlaps 192.168.42.100 to 192.168.42.150 in SBG5" in run["in the list"].msg
    for name in ("with what exists", "in the list"):
        assert run[name].failed
        assert run[name].writes == []
    assert [len(run[name].writes) for name in ("planned", "two", "three", "again", "alone")] == [0, 2, 1, 0, 1]
    chosen = {one["region"]: (one["start"], one["end"]) for one in run["two"].result["subnets"]}
    assert {one["region"]: (one["start"], one["end"]) for one in run["planned"].result["subnets"]} == chosen
    found = pools(simulator)
    assert {region: found[region] for region in chosen} == chosen
    spans = sorted((int(start.rpartition(".")[2]), int(end.rpartition(".")[2])) for start, end in found.values())
    assert len(spans) == 5
    assert all(one[1] < other[0] for one, other in itertools.pairwise(spans))


@pytest.mark.parametrize("status", [400, 409])
def test_C42_an_address_that_the_network_itself_holds(simulator: Simulator, status: int) -> None:
    """The failure names the address and says that DHCP's own ports take from the pool; nothing is left half done.

    DHCP's ports hold the first two addresses of a pool. The API's status for that is not known.
    """
    if status == 400:
        refusal = {"class": "Client::BadRequest", "message": "IP address 10.100.1.2 is already in use"}
        simulator.fault("status", "POST", "*/interface", status=400, body=refusal, times=-1)
    before = simulator.project("running")
    taken = {"network": "prod-net", "ip": "10.100.1.2"}
    run = run_modules(
        simulator,
        [
            task("attach", module="instance_interface", project="running", instance="prod-2", **taken),
            task("create", module="instance", **{**WEB, "region": "SBG5"}, networks=[taken]),
        ],
    )
    assert "attach instance 'prod-2' to 'prod-net'" in run["attach"].msg
    for one in run.tasks:
        assert one.failed
        assert "IP address 10.100.1.2 is already in use" in one.msg
        assert "DHCP takes the first two addresses of a pool" in one.msg
    assert simulator.project("running") == before


TWO_POOLS = [["192.168.42.10", "192.168.42.50"], ["192.168.42.60", "192.168.42.99"]]


@pytest.mark.parametrize("made", [TWO_POOLS, []], ids=["two pools", "no pool"])
def test_C103_a_subnet_is_one_however_many_pools_it_has(simulator: Simulator, made: Any) -> None:
    """Adopted, described, told of where another pool is asked for, kept clear of by other regions, and removed."""
    make_blue(simulator, "GRA11", "SBG5")
    make_subnet(simulator, pools=made)
    here = {**BLUE, "region": "GRA11", "cidr": "192.168.42.0/24"}
    before = subnets(simulator)
    run = run_modules(
        simulator,
        [
            task("same", **here),
            task("pool", **here, start="192.168.42.10", end="192.168.42.50"),
            task("info", module="subnet_info", **BLUE) | {"diff": False},
            task("export", module="topology_info", project="running") | {"diff": False},
            task("other region", **{**here, "region": "SBG5"}),
            task("planned", **here, state="absent") | {"check_mode": True},
            task("gone", **BLUE, region="GRA11", state="absent"),
            task("gone again", **BLUE, region="GRA11", state="absent"),
        ],
    )
    assert {one.task for one in run.tasks if one.failed} == {"pool"}, run.output
    assert (run["same"].changed, run["same"].result["subnet"]["id"]) == (False, before["GRA11"]["id"])
    shown = [{"start": start, "end": end} for start, end in made]
    assert [(one["region"], one["pools"]) for one in run["info"].result["subnets"]] == [("GRA11", shown)]
    told = "192.168.42.10 to 192.168.42.50 and 192.168.42.60 to 192.168.42.99" if made else "none"
    assert f"pool is {told}, wanted 192.168.42.10 to 192.168.42.50" in run["pool"].msg
    topology = run["export"].result["topology"]["networks"]
    [described] = [one["subnets"] for one in topology if one["name"] == "blue"]
    assert described == [{"region": "GRA11", "cidr": "192.168.42.0/24", "dhcp": True, "gateway": False}]
    assert [text for text in run["export"].result["left_out"] if before["GRA11"]["id"] in text]
    taken = [(pool["start"], pool["end"]) for pool in run["other region"].result["subnet"]["pools"]]
    assert taken == [("192.168.42.128", "192.168.42.159")] if made else [("192.168.42.2", "192.168.42.31")]
    assert (run["planned"].changed, run["gone"].changed, run["gone again"].changed) == (True, True, False)
    assert set(subnets(simulator)) == {"SBG5"}


def test_C105_an_ipv6_subnet_beside_the_ipv4_one(simulator: Simulator) -> None:
    """It is shown and left alone: nothing that is done to the IPv4 one, to instances or to the vRack is disturbed."""
    make_blue(simulator, "GRA11", "SBG5")
    six = make_subnet(simulator, cidr="fd00:64::/64", pools=[["fd00:64::2", "fd00:64::ffff"]])["id"]
    make_subnet(simulator, start="192.168.42.2", end="192.168.42.99")
    here = {**BLUE, "region": "GRA11"}
    web = {**WEB, "networks": [{"network": "public"}, {"network": "blue", "ip": "192.168.42.20"}]}
    interface = {"project": "running", "instance": "prod-1", "network": "blue"}
    run = run_modules(
        simulator,
        [
            task("same", **here, cidr="192.168.42.0/24"),
            task("new", **BLUE, region="SBG5", cidr="192.168.43.0/24"),
            task("instance", module="instance", **web),
            task("interface", module="instance_interface", **interface, ip="192.168.42.21"),
            task("info", module="subnet_info", **here) | {"diff": False},
            task("export", module="topology_info", project="running") | {"diff": False},
            task("no interface", module="instance_interface", **interface, state="absent"),
            task("no instance", module="instance", **WEB, state="absent"),
            task("gone", **here, state="absent"),
            task("gone again", **here, state="absent"),
        ],
    )
    assert {one.task for one in run.tasks if one.failed} == set(), run.output
    assert {one.task for one in run.tasks if not one.changed} == {"same", "info", "export", "gone again"}
    assert [one["cidr"] for one in run["info"].result["subnets"]] == ["192.168.42.0/24", "fd00:64::/64"]
    [network] = [one for one in run["export"].result["topology"]["networks"] if one["name"] == "blue"]
    assert {one["cidr"] for one in network["subnets"]} == {"192.168.42.0/24", "192.168.43.0/24"}
    assert [text for text in run["export"].result["left_out"] if six in text and "not IPv4" in text]
    assert "fd00:64::/64" in run.output, "what is left alone is named"
    assert six in simulator.project("running")["subnets"]


def test_C106_a_loop_over_regions_is_told_in_check_mode(simulator: Simulator) -> None:
    """Each turn takes the whole range where it is the first: said beforehand, and what to do instead."""
    make_blue(simulator, "GRA11", "SBG5", "UK1")
    here = {**BLUE, "region": "{{ item }}", "cidr": "192.168.42.0/24"}
    loop = {"loop": ["GRA11", "SBG5", "UK1"]}
    listed = [{**BLUE, "region": region, "cidr": "192.168.42.0/24"} for region in loop["loop"]]
    run = run_tasks(
        simulator,
        [
            task("planned", **here) | loop | {"check_mode": True},
            task("together", subnets=listed),
            task("in turn", **here) | loop,
        ],
    )
    assert "takes all of 192.168.42.0/24, so that nothing of it is left for SBG5, UK1" in run.output
    assert "list them in one task, or give start and end" in run.output
    assert [one.task for one in run.tasks if one.failed] == [], run.output
    assert len(subnets(simulator)) == 3
    assert not run["in turn"].changed
