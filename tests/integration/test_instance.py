# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_instance: instances, the networks that they are on, and what is refused of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun
from tests.support.rhythm import three_times
from tests.support.tasks import task as task_of
from tests.support.together import together
from tools.demo import instances_of

WEB = {"project": "running", "name": "web", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
PUBLIC = {"public": True}
PROD_NET = {"network": "prod-net"}


@pytest.fixture(autouse=True)
def _quick_building(simulator: Simulator) -> None:
    simulator.settings(instance_building=[6, 12], instance_deleting=[3, 6], interface_building=[3, 6])


def instances(simulator: Simulator, project: str = "running") -> list[dict[str, Any]]:
    return instances_of(simulator, project)


def named(simulator: Simulator, name: str) -> list[dict[str, Any]]:
    return [one for one in instances(simulator) if one["name"] == name]


def make_web(simulator: Simulator, **options: Any) -> str:
    """An instance that somebody else made; returns the path of its route."""
    made = simulator.make("instance", **{"project": "running", "name": "web", "region": "GRA11", **options})
    projects = simulator.state()["cloud"]["projects"]
    [project] = [one for one, there in projects.items() if made["id"] in there["instances"]]
    return f"/cloud/project/{project}/instance/{made['id']}"


def task(title: str, /, **options: Any) -> dict[str, Any]:
    return task_of(title, "instance", diff=True, **options)


def body_of(run: PlaybookRun, path_end: str) -> dict[str, Any]:
    [body] = [one["body"] for one in run.journal if one["method"] == "POST" and one["path"].endswith(path_end)]
    return dict(body)


def test_create(simulator: Simulator) -> None:
    networks = [PUBLIC, {"network": "prod-net", "ip": "10.100.0.77"}]
    rhythm = three_times(
        simulator, "ovh_instance", **WEB, ssh_key="prod-key", networks=networks, user_data="#cloud-config"
    )
    assert len(rhythm.real.writes) == 1
    [made] = named(simulator, "web")
    assert (made["status"], made["region"]) == ("ACTIVE", "GRA11")
    assert made["sshKeyId"] is not None
    record = rhythm.again.result["instance"]
    assert record["id"] == made["id"]
    assert [(one["network"], one["ip"]) for one in record["interfaces"]] == [
        ("public", record["public_ip"]),
        ("prod-net", "10.100.0.77"),
    ]
    assert record["private_ip"] == "10.100.0.77"
    assert all(one["mac"].startswith("fa:16:3e:") for one in record["interfaces"])
    assert rhythm.again.result["instances"] == [record]
    body = body_of(rhythm.run, "/instance")
    assert set(body) == {"name", "region", "flavorId", "imageId", "sshKeyId", "networks", "userData"}
    [diff] = rhythm.real.result["diff"]
    assert diff["before"] == {}
    assert (diff["after"]["name"], diff["after"]["id"]) == ("web", "(known after apply)")
    assert "#cloud-config" not in rhythm.run.output


def test_create_where_nothing_else_is_asked_for(simulator: Simulator) -> None:
    """On the public network alone; in a zone of several; in a Local Zone."""
    items = [
        WEB,
        {**WEB, "region": "EU-WEST-PAR", "availability_zone": "eu-west-par-b"},
        {**WEB, "region": "EU-SOUTH-LZ-MAD-A", "billing": "hourly"},
    ]
    rhythm = three_times(simulator, "ovh_instance", instances=items)
    records = rhythm.again.result["instances"]
    assert [[one["network"] for one in record["interfaces"]] for record in records] == [["public"]] * 3
    assert [record["availability_zone"] for record in records] == [None, "eu-west-par-b", None]
    assert all(record["public_ip"] for record in records)
    assert not any("networks" in one["body"] for one in rhythm.run.journal if one["method"] == "POST")
    assert rhythm.again.result.get("warnings") is None


def test_change(simulator: Simulator) -> None:
    """A network with an address to one, and nothing to another."""
    make_web(simulator)
    items = [
        {**WEB, "networks": [PUBLIC, {"network": "100", "ip": "10.100.0.9"}]},
        {**WEB, "name": "prod-1", "networks": [PROD_NET, PUBLIC]},
        {**WEB, "name": "new"},
    ]
    rhythm = three_times(simulator, "ovh_instance", instances=items)
    assert [one["action"] for one in rhythm.real.result["results"]] == ["update", "none", "create"]
    assert sorted(one.rpartition("/")[2] for one in rhythm.real.writes) == ["instance", "interface"]
    diff = rhythm.real.result["diff"][0]
    before, after = ([one["network"] for one in diff[side]["interfaces"]] for side in ("before", "after"))
    assert (before, after) == (["public"], ["public", "prod-net"])
    assert rhythm.again.result["instances"][0]["private_ip"] == "10.100.0.9"
    assert len(named(simulator, "web")[0]["ipAddresses"]) == 3


def test_a_network_to_one_that_reboots(simulator: Simulator) -> None:
    """The reboot goes on until it was seen, and so the interface has to wait for its end."""
    path = make_web(simulator, name="rebooting")
    simulator.clock(speed=0)
    simulator.client().post(f"{path}/reboot", type="hard")
    simulator.hold("GET", "/cloud/project/*/instance*", where="after")
    wish = {**WEB, "name": "rebooting", "networks": [PROD_NET]}
    with ThreadPoolExecutor(1) as workers:
        running = workers.submit(run_modules, simulator, [task("attach", **wish), task("again", **wish)])
        simulator.held(1, timeout=120)
        simulator.clock(speed=60)
        simulator.release()
    run = running.result()
    assert [(one.failed, one.changed) for one in run.tasks] == [(False, True), (False, False)], run.output
    assert [one.rpartition("/")[2] for one in run.writes] == ["interface"]
    assert run["attach"].result["diff"][0]["before"]["status"] == "HARD_REBOOT"


def test_absent(simulator: Simulator) -> None:
    rhythm = three_times(simulator, "ovh_instance", project="running", name="prod-1", region="GRA11", state="absent")
    assert [one.partition(" ")[0] for one in rhythm.real.writes] == ["DELETE"]
    assert rhythm.again.result["instance"] is None
    assert named(simulator, "prod-1") == []
    [diff] = rhythm.real.result["diff"]
    assert (diff["before"]["name"], diff["after"]) == ("prod-1", {})


def test_by_id_and_by_a_name_of_several(simulator: Simulator) -> None:
    several = [make_web(simulator).rpartition("/")[2] for _number in range(2)]
    there = named(simulator, "prod-1")[0]["id"]
    nobody = "11111111-2222-4333-8444-555555555555"
    run = run_modules(
        simulator,
        [
            task("found", **{**WEB, "name": there}),
            task("elsewhere", **{**WEB, "name": there, "region": "SBG5"}),
            task("gone from elsewhere", project="running", name=there, region="SBG5", state="absent"),
            task("nobody", **{**WEB, "name": nobody}),
            task("nobody, absent", project="running", name=nobody, region="GRA11", state="absent"),
            task("twice", project="running", instances=[{**WEB, "name": there}, {**WEB, "name": "prod-1"}]),
            task("several", **WEB),
            task("several, absent", project="running", name="web", region="GRA11", state="absent"),
            task("one of several", **{**WEB, "name": several[0]}),
            task("absent", project="running", name=there, region="GRA11", state="absent"),
        ],
    )
    for name in ("several", "several, absent"):
        assert all(one in run[name].msg for one in several)
    assert run["one of several"].result["instance"]["id"] == several[0]
    assert run["found"].result["instance"]["name"] == "prod-1"
    assert not run["found"].changed
    for name in ("elsewhere", "gone from elsewhere"):
        assert "is in GRA11, not in SBG5" in run[name].msg
    assert f"no instance '{nobody}'" in run["nobody"].msg
    assert not run["nobody, absent"].failed
    assert not run["nobody, absent"].changed
    assert "stands twice" in run["twice"].msg
    assert run["absent"].changed
    assert run.writes == run["absent"].writes
    assert named(simulator, "prod-1") == []


def test_all_problems_of_a_list_before_anything_is_changed(simulator: Simulator) -> None:
    simulator.make("region", name="SBG5", down_services=["instance"])
    simulator.make("region", name="DE1", status="MAINTENANCE")
    make_web(simulator, name="stopped", state="SHUTOFF")
    taken = next(one["ip"] for one in named(simulator, "prod-1")[0]["ipAddresses"] if one["type"] == "private")
    good = {**WEB, "name": "good"}
    bad = [
        ({"flavor": ""}, "flavor is needed to make instance"),
        ({"image": ""}, "image is needed to make instance"),
        ({"region": "GRA12"}, "region GRA12 is not enabled in the project (did you mean GRA11"),
        ({"flavor": "b3-9"}, "did you mean b3-8"),
        ({"flavor": "s1-2"}, "flavor 's1-2' is not available in GRA11 now"),
        ({"image": "Debain 12"}, "did you mean Debian 12"),
        ({"image": "Windows Server 2022 Standard (Desktop)"}, "it is for windows, the flavor for linux"),
        ({"ssh_key": "prod-kye"}, "did you mean prod-key"),
        ({"billing": "monthly"}, "flavor 'b3-8' has no monthly billing in GRA11"),
        ({"availability_zone": "eu-west-par-a"}, "no availability zone 'eu-west-par-a' (it has one zone only)"),
        ({"networks": [{"network": "prod-nte"}]}, "did you mean prod-net"),
        ({"networks": [{"network": "pn-1_7"}]}, "no network 'pn-1_7'"),
        ({"region": "UK1", "networks": [PROD_NET]}, "network 'prod-net' is not active in UK1"),
        ({"networks": [PROD_NET, {"network": "100"}]}, "'100' stands twice"),
        ({"networks": [{"network": "prod-net", "ip": "10.99.0.5"}]}, "ip 10.99.0.5 lies in no subnet of 'prod-net'"),
        ({"networks": [{"network": "prod-net", "ip": "10.100.0.0"}]}, "is the network address of 10.100.0.0/16"),
        ({"networks": [{"network": "prod-net", "ip": "10.100.255.255"}]}, "is the broadcast address"),
        (
            {"networks": [{"network": "prod-net", "ip": taken}]},
            f"ip {taken} on 'prod-net' is taken by instance 'prod-1'",
        ),
        ({"region": "SBG5"}, "region SBG5 cannot take an instance now (its instance service is down)"),
        ({"region": "DE1"}, "region DE1 cannot take an instance now (its status is MAINTENANCE)"),
        ({"region": "EU-SOUTH-LZ-MAD-A", "networks": [PROD_NET]}, "EU-SOUTH-LZ-MAD-A is a Local Zone"),
        (
            {"region": "EU-WEST-PAR", "availability_zone": "eu-west-par-d"},
            "'eu-west-par-d' (it has eu-west-par-a, eu-west-par-b, eu-west-par-c)",
        ),
        ({"name": "stopped", "networks": [PROD_NET]}, "is in status SHUTOFF"),
        ({"networks": [{"network": "prod-net", "ip": "10.100.0.20"}]}, None),
        ({"networks": [{"network": "prod-net", "ip": "10.100.0.20"}]}, "'10.100.0.20 on prod-net' stands twice"),
    ]
    listed = [good, good] + [{**WEB, "name": f"bad-{index}", **wrong} for index, (wrong, _says) in enumerate(bad)]
    check = {**task("check", instances=listed), "check_mode": True}
    plain = [
        ({"networks": []}, "networks is empty"),
        ({"networks": [{"public": True, "ip": "203.0.113.9"}]}, "an address cannot be chosen on the public network"),
        ({"networks": [{"network": "prod-net", "ip": "10.100.0"}]}, "ip '10.100.0' is not an IPv4 address"),
        ({"networks": [{"public": True}, {"network": "public"}]}, "'public' stands twice"),
        ({"networks": [{"public": True, "network": "blue"}]}, "network is 'blue', but must be left out"),
        ({"networks": [{}]}, "network or public: true is needed"),
        ({"region": ""}, "region is needed"),
        ({"project": ""}, "project is needed"),
    ]
    early = [good] + [{**WEB, "name": f"bad-{index}", **wrong} for index, (wrong, _says) in enumerate(plain)]
    run = run_modules(
        simulator,
        [task("against what exists", instances=listed), check, task("by themselves", instances=early)],
        OVH_CLOUD_PROJECT_SERVICE="",
    )
    first, second = run["against what exists"], run["by themselves"]
    passing = ("did you mean prod-key", "did you mean prod-net", "network 'prod-net' is not active in UK1")
    for says in [says for _wrong, says in bad if says] + ["'good in GRA11' stands twice"]:
        assert says in first.msg
        assert says in run["check"].msg or says in passing
    for _wrong, says in plain:
        assert says in second.msg
    assert run.writes == []
    assert second.calls == []


def test_missing_rights(simulator: Simulator) -> None:
    simulator.rules([{"method": "GET", "path": "/*"}])
    gone = {"project": "running", "name": "prod-1", "region": "GRA11", "state": "absent"}
    run = run_modules(
        simulator,
        [
            task("create", **WEB),
            task("attach", **{**WEB, "name": "prod-2", "region": "SBG5"}, networks=[PROD_NET]),
            task("absent", **gone),
            task("as it is", **{**WEB, "name": "prod-1"}),
        ],
    )
    assert "POST /cloud/project/*/instance" in run["create"].msg
    assert "POST /cloud/project/*/instance/*/interface" in run["attach"].msg
    assert "DELETE /cloud/project/*/instance/*" in run["absent"].msg
    assert not run["as it is"].failed
    assert run.writes == []


def test_a_list_with_one_that_fails(simulator: Simulator) -> None:
    simulator.settings(instance_fail_names=["b"])
    items = [{**WEB, "name": name} for name in ("a", "b", "c")]
    run = run_modules(simulator, [task("list", instances=items)])
    done = run["list"]
    assert done.failed
    assert done.changed
    assert "1 of 3 failed" in done.msg
    assert "instance 'b' in GRA11" in done.msg
    results = done.result["results"]
    assert [one["instance"]["name"] for one in results] == ["a", "b", "c"]
    assert [one["failed"] for one in results] == [False, True, False]
    assert [one["instance"]["status"] for one in results] == ["ACTIVE", "ERROR", "ACTIVE"]
    assert results[1]["failure"]["code"] == "instance_error"
    assert "diff" in done.result


def test_without_waiting(simulator: Simulator) -> None:
    simulator.settings(instance_building=600)
    run = run_modules(
        simulator,
        [
            task("create", **WEB, wait=False),
            task("again", **WEB, wait=False),
            task("absent", project="running", name="web", region="GRA11", state="absent", wait=False),
        ],
    )
    assert run["create"].changed
    assert run["create"].result["instance"]["status"] == "BUILD"
    assert not run["again"].changed
    assert run["absent"].changed
    assert [one.partition(" ")[0] for one in run.writes] == ["POST", "DELETE"]


def test_one_that_is_being_removed_is_made_anew(simulator: Simulator) -> None:
    old = named(simulator, "prod-1")[0]["id"]
    simulator.settings(instance_deleting=60)
    gone = {"project": "running", "name": "prod-1", "region": "GRA11", "state": "absent", "wait": False}
    run = run_modules(
        simulator,
        [
            task("absent", **gone),
            task("present", **{**WEB, "name": "prod-1"}, networks=[PUBLIC, PROD_NET], ssh_key="prod-key"),
        ],
    )
    assert run["present"].changed, run.output
    [there] = named(simulator, "prod-1")
    assert there["id"] != old
    assert there["status"] == "ACTIVE"


def test_a_lost_answer_makes_no_second_one(simulator: Simulator) -> None:
    simulator.fault("drop_after", "POST", "/cloud/project/*/instance")
    run = run_modules(simulator, [task("create", **WEB), task("again", **WEB)])
    assert run["create"].changed
    assert not run["again"].changed
    assert len(run.writes) == 1
    assert len(named(simulator, "web")) == 1


def test_two_runs_at_once_end_with_one_instance(simulator: Simulator) -> None:
    """Both have looked, and stand before the creation, when the first of them is let through."""
    simulator.settings(instance_building=60, instance_invisible=0)
    play = [task("create", **WEB, networks=[PUBLIC, PROD_NET])]
    outcomes = [run["create"] for run in together(simulator, play, "POST", "/cloud/project/*/instance")]
    assert [one.failed for one in outcomes] == [False, False], [one.msg for one in outcomes]
    writes = [entry["method"] for entry in simulator.writes() if not entry["path"].endswith("/interface")]
    assert writes == ["POST", "POST", "DELETE"]
    simulator.advance(600)
    [left] = named(simulator, "web")
    assert {one.result["instance"]["id"] for one in outcomes} == {left["id"]}


def test_check_mode_on_networks_that_come_later(simulator: Simulator) -> None:
    """A network, a region of it, its subnet and a key that do not exist yet are taken as made earlier in the play."""
    simulator.make("network", project="running", name="bare", vlan=7, regions=["GRA11"])
    items = [
        {**WEB, "name": "a", "networks": [PUBLIC, {"network": "later", "ip": "10.9.0.4"}], "ssh_key": "later"},
        {**WEB, "name": "b", "networks": [{"network": "bare"}]},
        {**WEB, "name": "c", "region": "UK1", "networks": [PROD_NET]},
    ]
    call = task("check", instances=items)
    run = run_modules(simulator, [{**call, "check_mode": True}, {**call, "name": "real"}])
    assert run["check"].changed
    warnings = "\n".join(run["check"].result["warnings"])
    for says in (
        "network 'later' does not exist yet",
        "ssh key 'later' does not exist yet",
        "network 'bare' has no subnet in GRA11 yet",
        "network 'prod-net' is not in UK1 yet",
    ):
        assert says in warnings
    assert [one["private_ip"] for one in run["check"].result["instances"]] == ["10.9.0.4", None, None]
    assert run["real"].failed
    assert run.writes == []


def test_a_younger_one_that_another_made_is_left_and_told(simulator: Simulator) -> None:
    """This run made the older one: the other is not its to remove. It says that there are two, as the next one does."""
    simulator.settings(instance_building=120, instance_invisible=0)
    simulator.hold("POST", "/cloud/project/*/instance", where="after")
    with ThreadPoolExecutor(1) as workers:
        running = workers.submit(run_modules, simulator, [task("create", **WEB), task("again", **WEB)])
        simulator.held(1)
        simulator.advance(5)
        make_web(simulator)
        simulator.release()
    run = running.result()
    assert len(run.writes) == 1
    assert run["create"].changed
    for told in run.tasks:
        assert told.failed
        assert all(one["id"] in told.msg for one in named(simulator, "web"))
