# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a whole description: complete, cheap, and what a run then does."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.approval import check_approved
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.model import to_data

from tests.support.keys import KEY
from tests.support.topologies import drawn
from tests.unit.support.kills import Killed, killed_at
from tests.unit.support.planning import Account, actions, assert_came_about, item_of, texts

DESCRIBED: dict[str, Any] = {
    "project": "empty",
    "vrack": {"name": "backbone"},
    "networks": [
        {"name": "front", "vlan_id": 10, "cidr": "192.168.10.0/24", "regions": ["GRA11", "SBG5"]},
        {"name": "back", "regions": ["GRA11"], "subnets": [{"region": "GRA11", "cidr": "192.168.20.0/24"}]},
    ],
    "ssh_keys": [{"name": "admin", "public_key": KEY}],
    "instances": [
        {
            "name": "web",
            "region": "GRA11",
            "flavor": "b3-8",
            "image": "Debian 12",
            "ssh_key": "admin",
            "public": True,
            "networks": ["front", {"network": "back", "ip": "192.168.20.42"}],
        }
    ],
    "interfaces": [{"instance": "legacy-1", "network": "front"}],
}


@pytest.fixture
def account(sim: Any) -> Account:
    """An account whose project `empty` is in no vRack and holds one instance, in GRA11."""
    sim.reset(world="demo")
    sim.settings(kind=False)
    return Account(sim)


ATTACHES = "ovh_vrack_cloudproject"


def described(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(DESCRIBED), **changes}


def test_what_is_planned_comes_about(account: Account) -> None:
    whole = account.plan(described())
    assert account.writes == []
    assert len(whole.plan.to_do) == 10
    assert_came_about(whole, account.bring_about(described()))
    again = account.plan(described())
    assert (actions(again), texts(again), again.roles) == ({}, [], [])


def test_only_what_the_api_chooses_is_unknown(account: Account) -> None:
    """The number of a new network in a new vRack is none of its choices, nor is an address that was asked for."""
    whole = account.plan(described())
    assert item_of(whole, "private network 'back'")["after"]["vlan_id"] == 1
    web = item_of(whole, "instance 'web' in GRA11")["after"]
    assert web["private_ip"] == "192.168.20.42"
    assert [one["vlan_id"] for one in web["interfaces"]] == [None, 1, 10]


def test_what_waits_for_what(account: Account) -> None:
    whole = account.plan(described())
    assert item_of(whole, "attachment of project 'empty'")["waits_for"] == ["vRack 'backbone'"]
    assert item_of(whole, "private network 'back'")["waits_for"] == ["attachment of project 'empty'"]
    assert item_of(whole, "subnet of 'back' in GRA11")["waits_for"] == ["private network 'back'"]
    assert set(item_of(whole, "instance 'web' in GRA11")["waits_for"]) == {
        "ssh key 'admin'",
        "private network 'front' (VLAN 10)",
        "subnet of 'front' in GRA11",
        "private network 'back'",
        "subnet of 'back' in GRA11",
    }


@pytest.mark.parametrize("ref", ["10", "front"])
def test_a_network_that_is_made_goes_by_name_and_by_number(account: Account, ref: str) -> None:
    whole = account.plan(described(interfaces=[{"instance": "legacy-1", "network": ref}]))
    assert item_of(whole, f"interface of 'legacy-1' on '{ref}'")["waits_for"] == [
        "private network 'front' (VLAN 10)",
        "subnet of 'front' in GRA11",
    ]


def test_one_mistake_in_each_kind_is_told_at_once(account: Account) -> None:
    wrong = described(vrack={"name": "back bone"})
    wrong["networks"][0]["regions"] = ["GRA11", "XXX9"]
    wrong["networks"][1]["subnets"][0].update(start="192.168.21.10", end="192.168.21.20")
    wrong["ssh_keys"].append({"name": "bad", "public_key": "ssh-dss AAAA"})
    wrong["instances"][0].update(flavor="b3-9", billing="yearly")
    wrong["instances"].append({"name": "db", "region": "GRA11", "flavor": "b3-9", "image": "Debian 12"})
    wrong["interfaces"] = [{"instance": "lagacy", "network": "front", "region": "GRA11"}]
    wrong["nettworks"] = []
    whole = account.plan(wrong)
    assert account.writes == []
    about = {about for about, _code, _text in whole.problems.found}
    assert about == {
        "vrack_topology",
        "vRack 'back bone'",
        "private network 'front' (VLAN 10)",
        "subnet of 'back' in GRA11",
        "ssh key 'bad'",
        "instance 'web' in GRA11",
        "instance 'db' in GRA11",
        "interface of 'lagacy' on 'front'",
    }


def test_who_points_at_something_broken_is_not_to_blame(account: Account) -> None:
    wrong = described()
    wrong["networks"][0]["regions"] = ["GRA11", "SBG5", "XXX9"]
    whole = account.plan(wrong)
    assert {about for about, _code, _text in whole.problems.found} == {"private network 'front' (VLAN 10)"}


def test_a_quota_that_only_the_instances_exceed_is_told_before_the_vrack_is_ordered(account: Account) -> None:
    account.sim.make("quota", project="empty", region="GRA11", instance=2)
    many = [{**DESCRIBED["instances"][0], "name": f"web-{number}", "networks": ["front"]} for number in range(3)]
    whole = account.plan(described(instances=many))
    assert [code for _about, code, _text in whole.problems.found] == ["quota"]
    assert account.writes == []


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ([["192.168.20.1"]], "ip_reserved"),
        ([["192.168.21.7"]], "ip_outside"),
        ([["192.168.20.42"], ["192.168.20.42"]], "twice"),
    ],
)
def test_addresses_on_a_network_that_is_yet_to_be_made(account: Account, wishes: list[list[str]], code: str) -> None:
    topology = described(interfaces=[])
    topology["networks"][1]["subnets"][0]["gateway"] = True
    topology["instances"] = [
        {**DESCRIBED["instances"][0], "name": f"i{number}", "networks": [{"network": "1", "ip": ip} for ip in ips]}
        for number, ips in enumerate(wishes)
    ]
    topology["existing"] = {"networks": ["1"]}
    whole = account.plan(topology)
    assert [found for _about, found, _text in whole.problems.found] == [code]


def test_an_address_that_an_instance_is_to_get_is_taken_for_an_interface(account: Account) -> None:
    topology = described(interfaces=[{"instance": "legacy-1", "network": "back", "ip": "192.168.20.42"}])
    whole = account.plan(topology)
    assert [code for _about, code, _text in whole.problems.found] == ["ip_taken"]


def test_each_route_is_read_once(account: Account) -> None:
    """Also where everything is new, and where there is nothing to do: no request then for an instance of its own."""
    account.plan(described())
    assert {path: times for path, times in account.reads.items() if times > 1} == {}
    account.bring_about(described())
    account.plan(described())
    assert {path: times for path, times in account.reads.items() if times > 1} == {}
    assert [path for path in account.reads if path.endswith("/interface")] == []
    account.plan(described(), details=True)
    assert len([path for path in account.reads if path.endswith("/interface")]) == 2


def test_the_rules_are_those_of_what_is_to_be_done(account: Account) -> None:
    rules = set(account.plan(described()).access_rules)
    assert {"POST /order/cart", "POST /vrack/*/cloudProject", "POST /cloud/project/*/sshkey"} <= rules
    assert not any("DELETE /cloud/project/*/sshkey" in rule or "terminate" in rule for rule in rules)
    account.bring_about(described())
    assert {rule.split()[0] for rule in account.plan(described()).access_rules} == {"GET"}


@pytest.mark.parametrize(("limits", "what"), [({"network": 1}, "networks"), ({"subnet": 1}, "subnets")])
def test_quotas_of_networks_and_subnets(account: Account, limits: dict[str, int], what: str) -> None:
    account.sim.make("quota", project="empty", region="GRA11", **limits)
    whole = account.plan(described())
    assert [code for _about, code, _text in whole.problems.found] == ["quota"]
    assert what in texts(whole)[0]


def test_an_order_that_is_held_is_told_by_the_plan(account: Account) -> None:
    """What an earlier run ordered, and a later one could not go on with."""
    account.sim.settings(order_outcome="documentsRequested")
    with pytest.raises(AssertionError):
        account.bring_about(described())
    whole = account.plan(described())
    assert [code for _about, code, _text in whole.problems.found] == ["order_documents"]


def test_what_is_taken_away_and_what_stays(account: Account) -> None:
    account.bring_about(described())
    account.sim.make("instance", project="empty", name="other", region="GRA11", flavor="b3-8", image="Debian 12")
    whole = account.plan(described(), state="absent")
    assert account.writes == []
    assert set(actions(whole).values()) == {"delete"}
    assert whole.plan.left == ("instance 'legacy-1' in GRA11", "instance 'other' in GRA11")
    done = account.bring_about(described(), state="absent")
    assert [outcome.label for outcome in done if outcome.changed] == list(actions(whole))
    assert actions(account.plan(described(), state="absent")) == {}


def test_who_is_in_the_way_of_a_teardown_is_told(account: Account) -> None:
    """An instance that nobody described, on a network that is to go."""
    account.bring_about(described())
    whole = account.plan(described(interfaces=[]), state="absent")
    assert account.writes == []
    assert texts(whole)
    assert all("legacy-1" in text for text in texts(whole))


def test_a_key_in_two_regions_is_two_items(account: Account) -> None:
    keys = [{"name": "admin", "public_key": KEY, "region": region} for region in ("GRA11", "SBG5")]
    whole = account.plan(described(ssh_keys=keys))
    assert [name for name in actions(whole) if "ssh key" in name] == ["ssh key 'admin'", "ssh key 'admin' (2)"]
    check_approved(whole.plan, to_data(whole.plan))


def test_what_differs_and_stays_is_drift(account: Account) -> None:
    account.bring_about(described())
    other = described()
    other["instances"][0]["flavor"] = "b3-16"
    whole = account.plan(other)
    assert (actions(whole), whole.roles) == ({}, [])
    (drift,) = [text for item in whole.plan.items for text in item.drift]
    assert "has flavor 'b3-8', not 'b3-16'" in drift


def test_from_the_project_s_own_vrack(account: Account) -> None:
    topology = described(project="auto", interfaces=[])
    whole = account.plan(topology)
    assert actions(whole)["vRack 'backbone'"] == "update"
    assert "attachment of project 'auto'" not in actions(whole)
    assert [found[0].record["vrack_name"] for sort, found in whole.outcomes() if sort.module == ATTACHES] == [
        "backbone"
    ]
    assert_came_about(whole, account.bring_about(topology))


@pytest.mark.parametrize("number", range(12))
def test_a_plan_holds_after_runs_were_killed(sim: Any, number: int) -> None:
    """One before a call, and the next after one. What is planned then is the rest, and it comes about."""
    sim.reset(world="demo")
    sim.settings(kind=False)
    topology = drawn(number)
    attached = sim.make("vrack")["service_name"] if topology["project"].startswith("auto") else None
    sim.make("project", description=topology["project"], vrack=attached)
    account = Account(sim)
    rest = account.plan(topology)
    for dies_at, after in ((1 + number % 8, False), (1 + number % 5, True)):
        before = {item.name for item in rest.plan.to_do}
        try:
            account.bring_about(topology, lambda send, at=dies_at, after=after: killed_at(send, at, after=after))
        except Killed:
            pass
        sim.advance(600)
        rest = account.plan(topology)
        assert {item.name for item in rest.plan.to_do} <= before
    assert_came_about(rest, account.bring_about(topology))
    assert actions(account.plan(topology)) == {}
