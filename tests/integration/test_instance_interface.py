# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_instance_interface: attached, taken off, refused."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.rhythm import three_times
from tests.support.tasks import task as task_of

PROD_1 = {"instance": "prod-1", "network": "prod-net"}
PROD_2 = {"instance": "prod-2", "network": "prod-net"}


@pytest.fixture(autouse=True)
def _quick_changes(simulator: Simulator) -> None:
    simulator.settings(interface_building=[3, 6], interface_deleting=[3, 6])


def task(title: str, /, **options: Any) -> dict[str, Any]:
    return task_of(title, "instance_interface", **{"project": "running", **options})


def instance(simulator: Simulator, name: str) -> dict[str, Any]:
    """As a client sees it that nobody here wrote; with the path of its route."""
    client = simulator.client()
    path = f"/cloud/project/{simulator.project('running')['id']}/instance"
    [found] = [one for one in client.get(path) if one["name"] == name]
    return {**found, "path": f"{path}/{found['id']}"}


def private_addresses(simulator: Simulator, name: str) -> list[str]:
    return [one["ip"] for one in instance(simulator, name)["ipAddresses"] if one["type"] == "private"]


def test_attach(simulator: Simulator) -> None:
    rhythm = three_times(simulator, "ovh_instance_interface", project="running", **PROD_2, ip="10.100.1.50")
    there = instance(simulator, "prod-2")
    assert rhythm.real.writes == [f"POST {there['path']}/interface"]
    assert private_addresses(simulator, "prod-2") == ["10.100.1.50"]
    record = rhythm.again.result["interface"]
    assert (record["instance"], record["instance_name"], record["region"]) == (there["id"], "prod-2", "SBG5")
    assert (record["type"], record["network"], record["ip"]) == ("private", "prod-net", "10.100.1.50")
    assert (record["state"], record["mac"][:9]) == ("ACTIVE", "fa:16:3e:")
    assert rhythm.again.result["interfaces"] == [record]
    [diff] = rhythm.real.result["diff"]
    assert diff["before"] == {}
    assert (diff["after"]["ip"], diff["after"]["mac"]) == ("10.100.1.50", "(known after apply)")


def test_detach(simulator: Simulator) -> None:
    [address] = private_addresses(simulator, "prod-1")
    rhythm = three_times(simulator, "ovh_instance_interface", project="running", **PROD_1, state="absent")
    assert [one.partition(" ")[0] for one in rhythm.real.writes] == ["DELETE"]
    assert private_addresses(simulator, "prod-1") == []
    assert rhythm.again.result["interface"] is None
    [diff] = rhythm.real.result["diff"]
    assert (diff["before"]["ip"], diff["after"]) == (address, {})


def test_all_problems_of_a_list_before_anything_is_changed(simulator: Simulator) -> None:
    simulator.make("network", project="running", name="bare", vlan=7, regions=["SBG5"])
    simulator.make("network", project="running", name="far", vlan=8, regions=["GRA11"])
    for region in ("GRA11", "SBG5"):
        simulator.make("instance", project="running", name="both", region=region)
    simulator.make("instance", project="running", name="stopped", region="GRA11", state="SHUTOFF")
    simulator.make("interface", project="running", instance="prod-1", network="prod-net")
    [taken, other] = private_addresses(simulator, "prod-1")
    bad = [
        ({"instance": "prod-3"}, "no instance 'prod-3' (did you mean prod-"),
        (
            {"instance": "prod-2", "region": "GRA11"},
            "instance 'prod-2' in SBG5, and was looked for in GRA11",
        ),
        ({"instance": "both"}, "'both' fits several instances"),
        ({"instance": "stopped"}, "is in status SHUTOFF, and only a running one takes or loses an interface"),
        ({"network": "prod-nte"}, "no network 'prod-nte' (did you mean prod-net?)"),
        ({"network": "bare"}, "network 'bare' has no subnet in SBG5"),
        ({"network": "far"}, "network 'far' is not active in SBG5"),
        ({"ip": "192.168.1.4"}, "ip 192.168.1.4 lies in no subnet of 'prod-net' in SBG5 (10.100.0.0/16)"),
        ({"ip": "10.100.0.0"}, "ip 10.100.0.0 is the network address of 10.100.0.0/16"),
        ({"ip": taken}, f"ip {taken} on 'prod-net' is taken by instance 'prod-1'"),
        ({"network": "100", "ip": "10.100.1.60"}, None),
        ({"ip": "10.100.1.60"}, "'prod-2 on prod-net' stands twice"),
        ({"instance": "prod-1", "ip": "10.100.0.200"}, "is on 'prod-net' with address"),
        ({"instance": "prod-1", "state": "absent"}, "has several interfaces on 'prod-net'"),
    ]
    listed = [{**PROD_2, "region": None, **wrong} for wrong, _says in bad]
    plain = [
        ({"instance": ""}, "instance is needed"),
        ({"network": None}, "network or public: true is needed"),
        ({"public": True}, "network is 'prod-net', but must be left out beside public: true"),
        ({"network": "public", "ip": "203.0.113.9"}, "an address cannot be chosen on the public network"),
        ({"ip": "10.100.1"}, "ip '10.100.1' is not an IPv4 address"),
    ]
    early = [{**PROD_2}, *({**PROD_2, **wrong} for wrong, _says in plain)]
    run = run_modules(
        simulator, [task("against what exists", interfaces=listed), task("by themselves", interfaces=early)]
    )
    for says in [says for _wrong, says in bad if says] + [taken, other]:
        assert says in run["against what exists"].msg
    for _wrong, says in plain:
        assert says in run["by themselves"].msg
    assert run["by themselves"].calls == []
    assert run.writes == []


def test_missing_rights(simulator: Simulator) -> None:
    simulator.rules([{"method": "GET", "path": "/*"}])
    run = run_modules(
        simulator, [task("attach", **PROD_2), task("detach", **PROD_1, state="absent"), task("there", **PROD_1)]
    )
    assert "POST /cloud/project/*/instance/*/interface" in run["attach"].msg
    assert "DELETE /cloud/project/*/instance/*/interface/*" in run["detach"].msg
    assert not run["there"].failed
    assert run.writes == []


def test_a_list_with_one_that_fails(simulator: Simulator) -> None:
    simulator.make("instance", project="running", name="lame", region="GRA11")
    lame = f"{instance(simulator, 'lame')['path']}/interface"
    simulator.fault("status", "POST", lame, times=-1, status=400, body={"message": "No valid host was found"})
    items = [PROD_2, {"instance": "lame", "network": "prod-net"}, PROD_1]
    done = run_modules(simulator, [task("list", interfaces=items)])["list"]
    assert done.failed
    assert done.changed
    assert "1 of 3 failed" in done.msg
    assert "attach instance 'lame' to 'prod-net'" in done.msg
    assert "No valid host was found" in done.msg
    results = done.result["results"]
    assert [one["failed"] for one in results] == [False, True, False]
    assert [one["changed"] for one in results] == [True, False, False]
    assert [one["interface"] and one["interface"]["instance_name"] for one in results] == ["prod-2", None, "prod-1"]
    assert len(private_addresses(simulator, "prod-2")) == 1


def test_several_networks_of_one_instance_one_after_the_other(simulator: Simulator) -> None:
    """The API takes one change of an instance's interfaces at a time."""
    for vlan in (7, 8):
        simulator.make("network", project="running", name=f"n{vlan}", vlan=vlan, regions=["SBG5"])
        simulator.make("subnet", project="running", network=f"n{vlan}", region="SBG5", cidr=f"10.{vlan}.0.0/24")
    items = [{**PROD_2, "network": network} for network in ("n7", "prod-net", "n8")]
    rhythm = three_times(simulator, "ovh_instance_interface", project="running", interfaces=items)
    assert len(rhythm.real.writes) == 3
    assert [one["status"] for one in rhythm.run.journal if one["method"] == "POST"] == [200] * 3
    assert [one["network"] for one in rhythm.again.result["interfaces"]] == ["n7", "prod-net", "n8"]


def test_without_waiting_and_after_a_lost_answer(simulator: Simulator) -> None:
    simulator.settings(interface_building=120)
    simulator.fault("drop_after", "POST", "/cloud/project/*/interface")
    run = run_modules(
        simulator,
        [
            task("attach", **PROD_2, wait=False),
            task("attached", **PROD_2),
            task("absent of nobody", instance="nobody", network="prod-net", state="absent"),
            task("absent of nothing", **{**PROD_2, "network": "nothing"}, state="absent"),
        ],
    )
    assert run["attach"].changed
    assert run["attach"].result["interface"]["state"] == "BUILD"
    assert run["attached"].result["interface"]["state"] == "ACTIVE"
    for name in ("attached", "absent of nobody", "absent of nothing"):
        assert (run[name].failed, run[name].changed) == (False, False), run[name].msg
    assert len(run.writes) == 1


def test_check_mode_on_things_that_come_later(simulator: Simulator) -> None:
    later = {"instance": "later", "network": "blue", "ip": "10.9.0.4", "region": "GRA11"}
    run = run_modules(simulator, [task("check", **later, check_mode=True), task("real", **later)])
    assert run["check"].changed
    warnings = "\n".join(run["check"].result["warnings"])
    assert "instance 'later' does not exist yet" in warnings
    assert "network 'blue' does not exist yet" in warnings
    record = run["check"].result["interface"]
    assert (record["instance_name"], record["region"], record["ip"], record["id"]) == (
        "later",
        "GRA11",
        "10.9.0.4",
        None,
    )
    assert "no instance 'later'" in run["real"].msg
    assert "no network 'blue'" in run["real"].msg
    assert run.writes == []
