# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_subnet: the subnets that private networks have in each region."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun
from tests.support.rhythm import three_times
from tests.support.tasks import task as task_of

BLUE = {"project": "running", "network": "blue", "region": "GRA11", "cidr": "192.168.42.0/24"}
PROD = {"project": "running", "network": "prod-net", "region": "GRA11", "cidr": "10.100.0.0/16"}


def task(title: str, /, **options: Any) -> dict[str, Any]:
    return task_of(title, "subnet", diff=True, **options)


def make_blue(simulator: Simulator, *regions: str) -> None:
    simulator.make("network", project="running", name="blue", vlan=42, regions=list(regions or ("GRA11", "SBG5")))


def there(simulator: Simulator, network: str = "blue") -> dict[str, dict[str, Any]]:
    """The subnets of a network by region, as the simulator has them."""
    project = simulator.project("running")
    [wanted] = [one["id"] for one in project["networks"] if one["name"] == network]
    return {one["region"]: one for one in project["subnets"].values() if one["network_id"] == wanted}


def test_create(simulator: Simulator) -> None:
    make_blue(simulator)
    rhythm = three_times(simulator, "ovh_subnet", **BLUE, start="192.168.42.10", end="192.168.42.99")
    assert rhythm.real.changed
    assert len(rhythm.real.writes) == 1
    made = rhythm.again.result["subnet"]
    assert (made["cidr"], made["start"], made["end"]) == ("192.168.42.0/24", "192.168.42.10", "192.168.42.99")
    assert (made["dhcp"], made["gateway_ip"], made["network_name"]) == (True, None, "blue")
    stored = there(simulator)["GRA11"]
    assert (stored["id"], stored["dhcp"], stored["gateway_ip"]) == (made["id"], True, None)
    assert stored["pools"] == [{"start": "192.168.42.10", "end": "192.168.42.99"}]
    [diff] = rhythm.check.result["diff"]
    assert diff["after_header"] == "subnet of 'blue' in GRA11 (create)"
    assert (diff["before"], diff["after"]["id"], diff["after"]["dhcp"]) == ({}, "(known after apply)", True)


def test_made_anew_with_force_it_keeps_what_is_not_asked_otherwise(simulator: Simulator) -> None:
    """Only after the old one is seen gone."""
    simulator.settings(subnet_delete_500=0)
    make_blue(simulator)
    pool = {"start": "192.168.42.10", "end": "192.168.42.50"}
    old = simulator.make(
        "subnet", project="running", network="blue", region="GRA11", cidr=BLUE["cidr"], dhcp=False, **pool
    )
    rhythm = three_times(simulator, "ovh_subnet", **BLUE, gateway=True, force=True)
    assert [write.split()[0] for write in rhythm.real.writes] == ["DELETE", "POST"]
    assert rhythm.real.result["results"][0]["action"] == "replace"
    stored = there(simulator)["GRA11"]
    assert stored["id"] != old["id"]
    assert (stored["pools"], stored["dhcp"], stored["gateway_ip"]) == ([pool], False, "192.168.42.1")
    [diff] = rhythm.check.result["diff"]
    assert (diff["before"]["gateway_ip"], diff["after"]["gateway_ip"]) == (None, "192.168.42.1")
    assert diff["before"]["start"] == diff["after"]["start"]
    order = [(one["method"], one["path"].rpartition("/")[2]) for one in rhythm.real.calls]
    deleted, made = order.index(("DELETE", old["id"])), order.index(("POST", "subnet"))
    assert ("GET", "subnet") in order[deleted:made]


def test_absent(simulator: Simulator) -> None:
    rhythm = three_times(simulator, "ovh_subnet", project="running", network="100", region="SBG5", state="absent")
    assert len(rhythm.real.writes) == 1
    assert rhythm.real.result["subnet"] is None
    assert rhythm.real.result["diff"][0]["before"]["cidr"] == "10.100.0.0/16"
    assert there(simulator, "prod-net").keys() == {"GRA11"}


VALUES = [
    {"network": "blue", "region": "GRA11", "cidr": "192.168.42.0/24"},
    {"network": "a", "region": "GRA11", "cidr": "192.168.42.0"},
    {"network": "b", "region": "GRA11", "cidr": "192.168.42.5/24"},
    {"network": "c", "region": "GRA11", "cidr": "192.168.42.0/30"},
    {"network": "d", "region": "GRA11", "cidr": "10.0.0.0/24", "start": "10.0.0.20", "end": "10.0.0.10"},
    {"network": "e", "region": "GRA11", "cidr": "10.0.0.0/24", "start": "10.0.1.2", "end": "10.0.1.9"},
    {"network": "f", "region": "GRA11", "cidr": "10.0.0.0/24", "start": "10.0.0.2"},
    {"network": "g", "region": "GRA11"},
    {"network": "h", "cidr": "10.0.0.0/24"},
    {"region": "GRA11", "cidr": "10.0.0.0/24"},
    {"network": "i", "region": "GRA11", "cidr": "10.0.0.0/24", "dns_servers": ["dns.example.org"]},
]
SHOWN_OF_VALUES = [
    "'192.168.42.0' is not an IPv4 network",
    "'192.168.42.5/24' has bits set behind the prefix",
    "192.168.42.0/30 has no room",
    "end 10.0.0.10 lies before start 10.0.0.20",
    "start 10.0.1.2 is not an address for hosts in 10.0.0.0/24",
    "end is needed with start",
    "cidr is needed",
    "region is needed",
    "network is needed",
    "dns_servers 'dns.example.org' is not an IPv4 address",
]
LOOKED_UP = [
    {"network": "blue", "region": "GRA11", "cidr": "192.168.42.0/24"},
    {"network": "42", "region": "GRA11", "cidr": "192.168.43.0/24"},
    {"network": "bleu", "region": "GRA11", "cidr": "192.168.42.0/24"},
    {"network": "blue", "region": "GRA12", "cidr": "192.168.42.0/24"},
    {"network": "blue", "region": "UK1", "cidr": "192.168.42.0/24"},
    {"network": "twin", "region": "GRA11", "cidr": "192.168.42.0/24"},
    {"network": "prod-net", "region": "SBG5", "cidr": "10.100.0.0/16", "dhcp": False},
]
SHOWN_OF_LOOKED_UP = [
    "'subnet of '42' in GRA11' stands twice",
    "no network 'bleu' (did you mean blue",
    "region GRA12 is not enabled in the project (did you mean GRA11",
    "network 'blue' is not active in UK1",
    "'twin' fits several networks",
    "dhcp is true, wanted false",
]


@pytest.fixture(scope="module")
def quiet(_process: Simulator) -> PlaybookRun:
    """Tasks of which none may change anything, in one process."""
    _process.reset(world="default")
    make_blue(_process)
    for vlan in (7, 8):
        _process.make("network", project="running", name="twin", vlan=vlan, regions=["GRA11"])
    [network] = [
        one
        for project in _process.state()["cloud"]["projects"].values()
        for one in project["networks"]
        if one["name"] == "prod-net"
    ]
    ids = {region: entry["openstack_id"] for region, entry in network["regions"].items()}
    forms = {"network": network["id"], "vlan": "100", "openstack": ids["GRA11"], "elsewhere": ids["SBG5"]}
    return run_modules(
        _process,
        [
            *[task(f"by {form}", **{**PROD, "network": ref}) for form, ref in forms.items()],
            task("values", project="running", subnets=VALUES),
            task("looked up", project="running", subnets=LOOKED_UP),
            task("in use", project="running", network="prod-net", region="GRA11", state="absent"),
            task("in use with force", **PROD, dhcp=False, force=True),
            task("no network", project="running", network="nothing", region="GRA11", state="absent"),
        ],
    )


def test_nothing_was_written(quiet: PlaybookRun) -> None:
    assert quiet.writes == []
    assert not any(one.changed for one in quiet.tasks)


@pytest.mark.parametrize("form", ["network", "vlan", "openstack"])
def test_the_network_may_be_named_in_any_way(quiet: PlaybookRun, form: str) -> None:
    assert quiet[f"by {form}"].result["subnet"]["network_name"] == "prod-net"


def test_an_id_of_another_region_is_told_as_such(quiet: PlaybookRun) -> None:
    assert "is the id of network 'prod-net' in SBG5, not in GRA11" in quiet["by elsewhere"].msg


def test_bad_values_are_reported_all_at_once(quiet: PlaybookRun) -> None:
    assert [part for part in SHOWN_OF_VALUES if part not in quiet["values"].msg] == []


def test_what_does_not_fit_the_project_is_reported_all_at_once(quiet: PlaybookRun) -> None:
    assert [part for part in SHOWN_OF_LOOKED_UP if part not in quiet["looked up"].msg] == []


def test_a_subnet_in_use_is_not_removed(quiet: PlaybookRun) -> None:
    for name in ("in use", "in use with force"):
        assert quiet[name].failed
        assert "is in use: prod-1 (10.100.0." in quiet[name].msg


def test_absent_where_there_is_no_network(quiet: PlaybookRun) -> None:
    assert not quiet["no network"].failed


def test_the_networks_region_is_waited_for_and_no_other(simulator: Simulator) -> None:
    """Made right behind a network that is not waited for; a network in status ERROR is told as such."""
    simulator.settings(region_building=[40, 50])
    run = run_modules(
        simulator,
        [
            {
                "name": "network",
                "ovhcloud.vrack.ovh_private_network": {
                    "project": "running",
                    "name": "blue",
                    "vlan_id": 42,
                    "regions": ["GRA11"],
                    "wait": False,
                },
            },
            task("subnet", **BLUE),
        ],
    )
    assert run["network"].result["network"]["status"] == "BUILDING"
    assert run["subnet"].changed
    assert len(run["subnet"].writes) == 1
    assert there(simulator).keys() == {"GRA11"}


def test_a_network_in_error_ends_the_wait(simulator: Simulator) -> None:
    make_blue(simulator)
    world = simulator.state()
    for project in world["cloud"]["projects"].values():
        for network in project["networks"]:
            network["failed"] = network["name"] == "blue"
    simulator.restore(world)
    run = run_modules(simulator, [task("subnet", **BLUE)])
    assert run["subnet"].failed
    assert "network 'blue' (pn-" in run["subnet"].msg
    assert "is in status ERROR" in run["subnet"].msg
    assert run.writes == []


def test_missing_rights_name_the_rule(simulator: Simulator) -> None:
    make_blue(simulator)
    simulator.rules([{"method": "GET", "path": "/*"}])
    run = run_modules(simulator, [task("make", **BLUE)])
    assert run["make"].failed
    assert "POST /cloud/project/*/network/private/*/subnet" in run["make"].msg
    assert there(simulator) == {}


def test_list_with_one_that_fails(simulator: Simulator) -> None:
    """The others are done, and the message names the one that failed; results are in the order of the list."""
    regions = ["GRA11", "SBG5", "UK1"]
    make_blue(simulator, *regions)
    simulator.make("quota", project="running", region="SBG5", subnet=0)
    simulator.fault(
        "status", "GET", "*/quota", times=-1, status=403, body={"message": "This call has not been granted"}
    )
    listed = [{"network": "blue", "region": region, "cidr": BLUE["cidr"]} for region in regions]
    run = run_modules(simulator, [task("make", project="running", subnets=listed)])
    make = run["make"]
    assert make.failed
    assert make.changed
    assert "1 of 3 failed" in make.msg
    assert "subnet 192.168.42.0/24 of 'blue' in SBG5" in make.msg
    assert [one["name"] for one in make.result["results"]] == [f"subnet of 'blue' in {one}" for one in regions]
    assert [one["failed"] for one in make.result["results"]] == [False, True, False]
    assert [one["region"] for one in make.result["subnets"]] == ["GRA11", "UK1"]
    assert there(simulator).keys() == {"GRA11", "UK1"}


def test_while_networks_are_being_built_nothing_is_asked_about_their_subnets(simulator: Simulator) -> None:
    """Of each network they are listed before, and once it is in use; what is waited for is in one list for all."""
    simulator.settings(region_building=90, networks_vanish_after_attach=0)
    networks = [{"name": f"n{number}", "vlan_id": number, "regions": ["GRA11", "SBG5"]} for number in range(1, 6)]
    subnets = [
        {"network": one["name"], "region": region, "cidr": f"10.{one['vlan_id']}.0.0/16"}
        for one in networks
        for region in ("GRA11", "SBG5")
    ]
    run = run_modules(
        simulator,
        [
            task_of("networks", "private_network", project="running", networks=networks, wait=False),
            task_of("subnets", "subnet", project="running", subnets=subnets),
        ],
    )
    assert not run["subnets"].failed, run["subnets"].msg
    assert len(run["subnets"].writes) == len(subnets)
    asked = [call["route"].rsplit("/", 1)[1] for call in run["subnets"].calls if call["method"] == "GET"]
    assert asked.count("private") > 10
    assert asked.count("subnet") <= 4 * len(networks)
