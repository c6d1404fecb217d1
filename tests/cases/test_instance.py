# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people ran into with instances and their interfaces."""

from __future__ import annotations

import json
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun, run_tasks
from tests.support.rhythm import assert_predicted, three_times
from tests.support.tasks import EXTRA
from tests.support.tasks import task as task_of

WEB = {"project": "running", "name": "web", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
PUBLIC = {"public": True}
PROD_NET = {"network": "prod-net"}


@pytest.fixture(autouse=True)
def _quick_building(simulator: Simulator) -> None:
    simulator.settings(instance_building=[6, 12], instance_deleting=[3, 6], interface_building=[3, 6])


def task(title: str, /, module: str = "instance", **options: Any) -> dict[str, Any]:
    return task_of(title, module, diff=True, **options)


def interface(title: str, /, **options: Any) -> dict[str, Any]:
    return task(title, module="instance_interface", **{"project": "running", **options})


def make_web(simulator: Simulator, **options: Any) -> str:
    made = simulator.make("instance", **{"project": "running", "name": "web", "region": "GRA11", **options})
    return str(made["id"])


def running(simulator: Simulator) -> str:
    """The path of the project's routes."""
    return f"/cloud/project/{simulator.project('running')['id']}"


def named(simulator: Simulator, name: str = "web") -> list[dict[str, Any]]:
    return [one for one in simulator.client().get(f"{running(simulator)}/instance") if one["name"] == name]


def addresses(simulator: Simulator, kind: str, name: str = "web") -> list[str]:
    [instance] = named(simulator, name)
    return [one["ip"] for one in instance["ipAddresses"] if one["type"] == kind and "." in one["ip"]]


def posted(run: PlaybookRun, path_end: str = "/instance") -> list[dict[str, Any]]:
    """The bodies of the POST calls that were not refused."""
    return [
        one["body"]
        for one in run.journal
        if one["method"] == "POST" and one["path"].endswith(path_end) and one["status"] < 300
    ]


def methods(run: PlaybookRun) -> list[str]:
    return [one.partition(" ")[0] for one in run.writes]


def test_C26_two_ids_of_one_network(simulator: Simulator) -> None:
    """A network is found by name, VLAN, `pn-…` or the region's own id; the id of another region is refused.

    So it is by the modules of subnets and interfaces, and the network's own says which id is whose.
    """
    [network] = simulator.client().get(f"{running(simulator)}/network/private")
    ids = {entry["region"]: entry["openstackId"] for entry in network["regions"]}
    here = {**WEB, "region": "SBG5"}
    subnet = {"module": "subnet", "project": "running", "region": "SBG5", "cidr": "10.100.0.0/16"}
    run = run_modules(
        simulator,
        [
            task("network", module="private_network", project="running", name="prod-net", regions=["SBG5"]),
            task("subnet by id", **subnet, network=ids["SBG5"]),
            task("subnet by the id of GRA11", **subnet, network=ids["GRA11"]),
            task("by pn", **here, networks=[PUBLIC, {"network": network["id"]}]),
            task("by name", **here, networks=[PUBLIC, PROD_NET]),
            task("by VLAN", **here, networks=[PUBLIC, {"network": "100"}]),
            task("by id", **here, networks=[PUBLIC, {"network": ids["SBG5"]}]),
            task("by the id of GRA11", **here, networks=[PUBLIC, {"network": ids["GRA11"]}]),
            interface("with the id of GRA11", instance="prod-2", network=ids["GRA11"]),
        ],
    )
    assert run["by pn"].changed
    for name in ("by name", "by VLAN", "by id", "subnet by id"):
        assert (run[name].failed, run[name].changed) == (False, False), run[name].msg
    assert run["network"].result["network"]["openstack_ids"] == ids
    for name in ("by the id of GRA11", "with the id of GRA11", "subnet by the id of GRA11"):
        assert f"'{ids['GRA11']}' is the id of network 'prod-net' in GRA11, not in SBG5" in run[name].msg
    assert run.writes == run["by pn"].writes
    assert len(run.writes) == 1
    assert run["by name"].result["instance"]["interfaces"][1]["network"] == "prod-net"


@pytest.mark.steady("of each call it matters which form it sends")
@pytest.mark.parametrize("form", ["pn", "openstack", "both"])
def test_C26_the_routes_are_sent_the_form_that_they_take(simulator: Simulator, form: str) -> None:
    """Whichever of a network's two ids the API takes, at creation and at an interface, for private and for public."""
    simulator.settings(network_ids=form)
    [network] = simulator.client().get(f"{running(simulator)}/network/private")
    ids = {entry["region"]: entry["openstackId"] for entry in network["regions"]}
    run = run_modules(
        simulator,
        [
            task("create", **{**WEB, "region": "SBG5"}, networks=[PUBLIC, {"network": network["id"]}]),
            interface("attach", instance="prod-2", network=ids["SBG5"]),
            interface("attached", instance="prod-2", network=network["id"]),
            interface("public off", instance="prod-2", public=True, state="absent", allow_public_removal=True),
            interface("public on", instance="prod-2", public=True),
        ],
    )
    for name in ("create", "attach", "public off", "public on"):
        assert run[name].changed, run[name].msg
    assert not run["attached"].changed
    assert len(posted(run)) == 1
    assert len(posted(run, "/interface")) == 2
    refused = 3 if form == "openstack" else 0
    assert len(run.writes) == 4 + refused


def test_C44_private_only(simulator: Simulator) -> None:
    """An instance on a private network alone names it in its body; an empty list of networks is refused in words."""
    private = {**WEB, "region": "SBG5", "networks": [PROD_NET]}
    run = run_modules(simulator, [{**task("check", **private), "check_mode": True}, task("real", **private)])
    [network] = simulator.client().get(f"{running(simulator)}/network/private")
    assert [body.get("networks") for body in posted(run)] == [[{"networkId": network["id"]}]]
    assert run["real"].changed
    assert_predicted(run["check"], run["real"])
    assert [diff["after"]["public_ip"] for diff in run["check"].result["diff"]] == [None]
    assert run["real"].result["instance"]["public_ip"] is None
    assert addresses(simulator, "public") == []
    empty = {**WEB, "name": "other", "networks": []}
    run = run_modules(
        simulator, [task("again", **private), task("empty", **empty), task("in a list", instances=[empty])]
    )
    assert not run["again"].changed
    for name in ("empty", "in a list"):
        assert "networks is empty, which would make an instance without any network" in run[name].msg
    assert run["empty"].calls + run["in a list"].calls + run.writes == []


def test_C48_a_slow_build_is_waited_for_by_the_next_run(simulator: Simulator) -> None:
    """When wait_timeout passes, the message has id and state; the next run waits for the same instance."""
    simulator.settings(instance_building=100)
    run = run_modules(simulator, [task("first", **WEB, wait_timeout=30), task("second", **WEB, wait_timeout=300)])
    [there] = named(simulator)
    assert run["first"].changed
    assert f"instance 'web' ({there['id']}) is BUILD" in run["first"].msg
    assert (run["second"].failed, run["second"].changed) == (False, False), run["second"].msg
    assert run["second"].result["instance"]["status"] == "ACTIVE"
    assert run["second"].writes == []


def test_C49_the_same_name_is_the_same_instance(simulator: Simulator) -> None:
    """Exact name and region are the identity; two of a name are an error with both ids."""
    make_web(simulator, name="web11")
    make_web(simulator, region="SBG5", name="web1")
    web1 = {**WEB, "name": "web1"}
    run = run_modules(simulator, [task("first", **web1), task("second", **web1)])
    assert [run["first"].changed, run["second"].changed] == [True, False]
    both = {run["first"].result["instance"]["id"], make_web(simulator, name="web1")}
    two = [task("third", **web1), task("in a list", instances=[web1]), task("absent", **web1, state="absent")]
    third = run_modules(simulator, [*two, interface("attach", instance="web1", region="GRA11", network="prod-net")])
    for one in third.tasks:
        assert {id_ for id_ in both if id_ in one.msg} == both, f"{one.task}: {one.msg}"
    assert methods(run) + methods(third) == ["POST"]


def test_C50_check_mode_changes_nothing(simulator: Simulator) -> None:
    """Instances, interfaces and keys, each state: no call but GET, and the real run as predicted.

    The other modules go through the same in the case of a whole site from nothing and back.
    """
    make_web(simulator)
    key = {"project": "running", "name": "k"}
    calls = [
        task("create", **{**WEB, "name": "new"}, networks=[PUBLIC, PROD_NET], ssh_key="prod-key"),
        task("attach by list", **WEB, networks=[PUBLIC, PROD_NET]),
        interface("attach", instance="prod-2", network="prod-net", ip="10.100.1.40"),
        interface("detach", instance="prod-1", network="prod-net", state="absent"),
        task("remove", **{**WEB, "name": "prod-1"}, state="absent"),
        task("add a key", "ssh_key", **key, public_key=EXTRA["public_key"]),
        task("remove a key", "ssh_key", **key, state="absent"),
    ]
    infos = [task("info", f"{what}_info", project="running") for what in ("instance", "flavor", "image")]
    checks = [{**call, "name": f"check {call['name']}", "check_mode": True} for call in calls]
    in_turn = [one for both in zip(checks, calls, strict=True) for one in both]
    run = run_modules(simulator, [*({**info, "check_mode": True} for info in infos), *in_turn])
    for call in calls:
        real, check = run[call["name"]], run[f"check {call['name']}"]
        assert check.writes == []
        assert check.changed, f"check mode says that '{call['name']}' would change nothing: {check.msg}"
        assert_predicted(check, real)
        assert len(real.writes) == 1
    assert not any(one.failed for one in run.tasks)


def test_C51_flavors_and_images_by_name_in_each_region(simulator: Simulator) -> None:
    """Names are resolved in the region; of several images of a name the newest is taken; a typo gets near names."""
    ubuntu = {**WEB, "image": "Ubuntu 22.04"}
    items = [ubuntu, {**ubuntu, "region": "GRA9"}, {**ubuntu, "name": "web2"}, {**ubuntu, "name": "web3"}]
    run = run_modules(
        simulator,
        [
            task("both regions", instances=items, max_concurrency=2),
            task("typo", **{**WEB, "name": "typo", "flavor": "b3-9"}),
            task("typo in one", instances=[{**WEB, "name": "good"}, {**WEB, "name": "typo", "image": "Ubuntu 24.4"}]),
        ],
    )
    assert run["both regions"].changed, run["both regions"].msg
    client, project = simulator.client(), running(simulator)
    for body in posted(run):
        flavors = client.get(f"{project}/flavor", region=body["region"])
        assert body["flavorId"] in [one["id"] for one in flavors if one["name"] == "b3-8"]
        images = [one for one in client.get(f"{project}/image", region=body["region"]) if one["name"] == "Ubuntu 22.04"]
        assert body["imageId"] == max(images, key=lambda one: one["creationDate"])["id"]
        assert len(images) == (2 if body["region"] == "GRA9" else 1)
    read = [one["path"] for one in run["both regions"].calls if "/flavor" in one["path"] or "/image" in one["path"]]
    assert len(read) == len(set(read)) == 4
    assert "b3-8" in run["typo"].msg
    assert "Ubuntu 24.04" in run["typo in one"].msg
    assert run["typo"].writes + run["typo in one"].writes == []


def test_C52_one_that_ends_in_error(simulator: Simulator) -> None:
    """The wait ends at once with id and status; the next run does not take it for present, and says what to do."""
    simulator.settings(instance_fail_names=["web"], instance_building=5)
    run = run_modules(
        simulator,
        [
            task("first", **WEB),
            task("second", **WEB),
            {**task("check", **WEB), "check_mode": True},
            task("without waiting", **WEB, wait=False),
            interface("attach", instance="web", network="prod-net"),
            task("away", **WEB, state="absent"),
        ],
    )
    [made] = {one.result["results"][0]["instance"]["id"] for one in (run["first"], run["second"])}
    for name in ("first", "second", "check", "without waiting"):
        assert f"instance 'web' ({made}) is in status ERROR" in run[name].msg
        assert "state: absent and make it again" in run[name].msg
    assert run["first"].changed
    assert "is in status ERROR" in run["attach"].msg
    assert not run["away"].failed
    assert methods(run) == ["POST", "DELETE"]
    assert named(simulator) == []


def test_C53_private_networks_without_dhcp(simulator: Simulator) -> None:
    """An instance on networks without DHCP alone is made with a warning; a public leg or DHCP on one of them mends it."""
    simulator.make("network", project="running", name="still", vlan=8, regions=["GRA11"])
    simulator.make("subnet", project="running", network="still", region="GRA11", cidr="10.8.0.0/24", dhcp=False)
    still = {"network": "still"}
    items = {"only": [still], "public": [PUBLIC, still], "both": [still, PROD_NET]}
    tasks = [task(name, **{**WEB, "name": name}, networks=networks) for name, networks in items.items()]
    run = run_modules(simulator, [{**tasks[0], "name": "check", "check_mode": True}, *tasks])
    for name in ("check", "only"):
        warned = "\n".join(run[name].result.get("warnings", ()))
        assert "instance 'only' is on 'still' only, without DHCP in GRA11" in warned
    for name in ("only", "public", "both"):
        assert run[name].changed, run[name].msg
    for name in ("public", "both"):
        assert run[name].result.get("warnings", []) == []


def test_C54_take_over_what_exists(simulator: Simulator) -> None:
    """By name or id; another image or flavor is a warning that names both, and never a reason to recreate."""
    made = make_web(simulator, image="Debian 11")
    wanted = {**WEB, "image": "Debian 12", "flavor": "b3-16", "billing": "monthly", "availability_zone": "x"}
    check = {**task("check", **wanted), "check_mode": True}
    run = run_modules(simulator, [check, task("by name", **wanted), task("by id", **{**wanted, "name": made})])
    for name in ("check", "by name", "by id"):
        assert (run[name].failed, run[name].changed) == (False, False), f"{name}: {run[name].msg}"
        warnings = "\n".join(run[name].result.get("warnings", ()))
        assert "instance 'web' has image 'Debian 11', not 'Debian 12'; it is left as it is" in warnings
        assert "instance 'web' has flavor 'b3-8', not 'b3-16'; it is left as it is" in warnings
        assert "instance 'web' has hourly billing, not monthly; it is left as it is" in warnings
        assert run[name].result["instance"]["id"] == made
    assert run.writes == []


def test_C55_attach_and_detach(simulator: Simulator) -> None:
    """Already on the network is ok; absent works by network and by address."""
    make_web(simulator)
    on_net = {"instance": "web", "network": "prod-net"}
    run = run_modules(
        simulator,
        [
            interface("attach", **on_net),
            interface("attached", **on_net),
            interface("other address", **on_net, ip="10.100.0.99"),
            interface("detach", **on_net, state="absent"),
            interface("detached", **on_net, state="absent"),
            interface("with address", **on_net, ip="10.100.0.99"),
            interface("by another address", **on_net, ip="10.100.0.98", state="absent"),
            interface("by address", **on_net, ip="10.100.0.99", state="absent"),
        ],
    )
    changed = {one.task: one.changed for one in run.tasks if not one.failed}
    assert changed == {
        "attach": True,
        "attached": False,
        "detach": True,
        "detached": False,
        "with address": True,
        "by another address": False,
        "by address": True,
    }
    first = run["attach"].result["interface"]["ip"]
    assert f"is on 'prod-net' with address {first}, not 10.100.0.99" in run["other address"].msg
    assert methods(run) == ["POST", "DELETE", "POST", "DELETE"]
    assert addresses(simulator, "private") == []


def test_C56_a_longer_list_of_networks_attaches_what_is_missing(simulator: Simulator) -> None:
    """ovh_instance attaches the networks that are new in its list, predicted by check mode."""
    make_web(simulator)
    rhythm = three_times(simulator, "ovh_instance", **WEB, networks=[PUBLIC, PROD_NET])
    assert [(one.partition(" ")[0], one.rpartition("/")[2]) for one in rhythm.run.writes] == [("POST", "interface")]
    assert rhythm.real.changed
    assert len(addresses(simulator, "private")) == 1
    assert len(addresses(simulator, "public")) == 1


def test_C58_nobody_takes_away_what_another_attached(simulator: Simulator) -> None:
    """ovh_instance only adds: a network that its list does not name stays."""
    make_web(simulator)
    both = [
        task("instance", **WEB, networks=[PUBLIC]),
        interface("interface", instance="web", network="prod-net"),
    ]
    second = [{**one, "name": f"{one['name']}, second pass"} for one in both]
    run = run_modules(simulator, [*both, *second, task("the other alone", **WEB, networks=[PROD_NET])])
    assert {one.task: (one.failed, one.changed) for one in run.tasks} == {
        "instance": (False, False),
        "interface": (False, True),
        "instance, second pass": (False, False),
        "interface, second pass": (False, False),
        "the other alone": (False, False),
    }
    assert methods(run) == ["POST"]
    assert [len(addresses(simulator, kind)) for kind in ("public", "private")] == [1, 1]


def test_C59_the_public_address_is_given_away_only_when_told_so(simulator: Simulator) -> None:
    """Removing the public interface is refused, also in check mode, with the address; a new one has another."""
    make_web(simulator)
    [address] = addresses(simulator, "public")
    off = {"instance": "web", "network": "public", "state": "absent"}
    run = run_modules(
        simulator,
        [
            {**interface("check", **off), "check_mode": True},
            interface("refused", **off),
            interface("in a list", interfaces=[{**off, "state": "absent"}]),
            interface("allowed", **off, allow_public_removal=True),
            interface("back", instance="web", public=True),
        ],
    )
    for name in ("check", "refused", "in a list"):
        assert f"gives {address}" in run[name].msg
        assert "back for ever" in run[name].msg
        assert run[name].writes == []
    assert run["allowed"].changed
    assert run["back"].changed
    assert run["back"].result["interface"]["ip"] != address
    assert methods(run) == ["DELETE", "POST"]


IGNITION = {"ignition": {"version": "3.3.0"}, "x": False, "none": None, "passwd": {"users": ["a'b", "Ü"]}}


def test_C107_json_stays_json(simulator: Simulator, tmp_path: Path) -> None:
    """From a file or a mapping; in the single form, a list, the role and a description: what arrives is that JSON.

    Text that isn't JSON is sent letter by letter, and nothing of it is shown.
    """
    file = tmp_path / "config.ign"
    file.write_text(json.dumps(IGNITION), encoding="utf-8")
    from_file = f"{{{{ lookup('ansible.builtin.file', '{file}') }}}}"
    text = "#cloud-config\nruncmd: [a, 'b']\n"
    forms = {"file": from_file, "mapping": IGNITION, "template": "{{ ignition }}", "text": text}
    single = [task(form, **{**WEB, "name": form}, user_data=value, wait=False) for form, value in forms.items()]
    listed = [{**WEB, "name": f"list-{form}", "user_data": value} for form, value in forms.items()]
    in_role = [{**one, "name": one["name"].replace("list", "role")} for one in listed]
    role: dict[str, Any] = {"name": "ovhcloud.vrack.instance"}
    role_vars = {"instance_project": "running", "instance_instances": in_role}
    run = run_tasks(
        simulator,
        [
            *({**one, "vars": {"ignition": IGNITION}} for one in single),
            {**task("list", instances=listed, wait=False), "vars": {"ignition": IGNITION}},
            {"name": "role", "ansible.builtin.include_role": role, "vars": {**role_vars, "ignition": IGNITION}},
            task("a number", **{**WEB, "name": "number"}, user_data=5),
        ],
        "-vvv",
    )
    sent = {body["name"]: body["userData"] for body in posted(run)}
    assert len(sent) == 3 * len(forms), run.output
    for name, user_data in sent.items():
        if name.endswith("text"):
            assert user_data == text
        else:
            assert json.loads(user_data) == IGNITION
    assert "user_data is 'of type int', but must be text, a mapping or a list" in run["a number"].msg
    assert run["mapping"].result["instance"]["region"] == "GRA11"
    results = json.dumps([one.result for one in run.tasks])
    assert "3.3.0" not in results
    assert "runcmd" not in results


def test_C57_another_address_than_the_one_asked_for(simulator: Simulator) -> None:
    """Whoever got it, at creation, by the list of networks or by an interface, the run fails and names both.

    So does the next run, and the address in another spelling is the address.
    """
    make_web(simulator)
    made = make_web(simulator, name="has", networks=["public", {"network": "prod-net", "ip": "10.100.0.7"}])
    simulator.settings(other_addresses=True)

    def wanted(name: str, ip: str) -> dict[str, Any]:
        return {**WEB, "name": name, "networks": [PUBLIC, {"network": "prod-net", "ip": ip}]}

    run = run_modules(
        simulator,
        [
            task("spelled", **wanted("has", " 10.100.0.7 ")),
            interface("spelled there", instance=made.upper(), network="prod-net", ip=" 10.100.0.7"),
            interface("another is there", instance="has", network="prod-net", ip="10.100.0.20"),
            task("create", **wanted("new", "10.100.0.21")),
            interface("attach", instance="web", network="prod-net", ip="10.100.0.22"),
            task("list", **{**wanted("prod-2", "10.100.0.23"), "region": "SBG5"}),
            task("again", **wanted("new", "10.100.0.21")),
        ],
    )
    for name in ("spelled", "spelled there"):
        assert (run[name].failed, run[name].changed) == (False, False), run[name].msg
    assert "is on 'prod-net' with address 10.100.0.7, not 10.100.0.20" in run["another is there"].msg
    for name, instance, ip in (
        ("create", "new", "10.100.0.21"),
        ("attach", "web", "10.100.0.22"),
        ("list", "prod-2", "10.100.0.23"),
        ("again", "new", "10.100.0.21"),
    ):
        [there] = addresses(simulator, "private", instance)
        assert run[name].failed, name
        assert f"instance '{instance}' is on 'prod-net' with address {there}, not {ip}" in run[name].msg
        assert "(state: absent)" in run[name].msg
    assert methods(run) == ["POST", "POST", "POST"]


def test_C61_addresses_that_are_shown_late(simulator: Simulator) -> None:
    """The results of instance, interface and info have every address, with its network and VLAN."""
    simulator.settings(interface_invisible=[5, 12], address_invisible=[5, 12])
    both = {**WEB, "networks": [PUBLIC, PROD_NET]}
    run = run_modules(
        simulator,
        [
            task("create", **both),
            task("again", **both),
            task("alone", **{**WEB, "name": "alone"}),
            interface("attach", instance="prod-2", network="prod-net"),
            task("info", "instance_info", project="running", with_interfaces=True),
        ],
    )
    [public], [private] = addresses(simulator, "public"), addresses(simulator, "private")
    assert not run["again"].changed
    for record in (run["create"].result["instance"], run["again"].result["instance"]):
        assert (record["public_ip"], record["private_ip"]) == (public, private)
        assert record["public_ipv6"]
        assert [(one["network"], one["vlan_id"], one["ip"]) for one in record["interfaces"]] == [
            ("public", None, public),
            ("prod-net", 100, private),
        ]
    assert [run["alone"].result["instance"]["public_ip"]] == addresses(simulator, "public", "alone")
    [attached] = addresses(simulator, "private", "prod-2")
    shown = run["attach"].result["interface"]
    assert (shown["network"], shown["vlan_id"], shown["ip"]) == ("prod-net", 100, attached)
    known = {one["name"]: one for one in run["info"].result["instances"]}
    assert known["web"]["interfaces"] == run["create"].result["instance"]["interfaces"]
    assert known["prod-2"]["private_ip"] == attached
    assert len(run.writes) == 3


def test_C102_what_is_going_counts_no_more(simulator: Simulator) -> None:
    """Whoever wants the address, the subnet, the network or the project of an instance that is going waits for it."""
    [address] = addresses(simulator, "private", "prod-1")
    simulator.settings(instance_deleting=300, port_release_after_delete=0)
    with_address = {"network": "prod-net", "ip": address}
    calls = [
        task("its address for a new one", **WEB, networks=[PUBLIC, with_address]),
        interface("its address for another", instance="other", **with_address),
        task("its subnet", "subnet", project="running", network="prod-net", region="GRA11", state="absent"),
    ]
    make_web(simulator, name="other")
    gone = {**WEB, "name": "prod-1", "state": "absent", "wait": False}
    run = run_modules(simulator, [task("remove", **gone), {**calls[0], "name": "check", "check_mode": True}, calls[0]])
    for name in ("remove", "check", "its address for a new one"):
        assert run[name].changed, run[name].msg
    assert addresses(simulator, "private") == [address]
    assert methods(run) == ["DELETE", "POST"]
    simulator.settings(instance_deleting=240, port_release_after_delete=120)
    second = run_modules(simulator, [task("remove", **{**gone, "name": "web"}), *calls[1:2]])
    assert second["its address for another"].changed, second["its address for another"].msg
    assert addresses(simulator, "private", "other") == [address]
    third = run_modules(
        simulator,
        [
            task("remove", **{**gone, "name": "other"}),
            calls[2],
            task(
                "the network",
                "private_network",
                project="running",
                name="prod-net",
                state="absent",
            ),
        ],
    )
    for name in ("its subnet", "the network"):
        assert third[name].changed, third[name].msg


def test_C108_C109_no_image_and_what_is_offered_no_more(simulator: Simulator) -> None:
    """An instance booted from a volume, and one whose image and flavor nobody offers any more: found and left alone.

    Neither needs to be named for what exists; to make one both are needed, and refused together before the first write.
    """
    for name in ("volume", "old"):
        make_web(simulator, name=name)
    state = simulator.state()
    project = next(one for one in state["cloud"]["projects"].values() if one["description"] == "running")
    for one in project["instances"].values():
        if one["name"] == "volume":
            one["image_id"] = ""
        if one["name"] == "old":
            one.update(
                image_id="11111111-1111-4111-8111-111111111111", flavor_id="22222222-2222-4222-8222-222222222222"
            )
    simulator.restore(state)
    bare = {"project": "running", "region": "GRA11"}
    networks = [PUBLIC, PROD_NET]
    run = run_modules(
        simulator,
        [
            task("volume", **bare, name="volume", networks=networks),
            task("old", **{**WEB, "name": "old"}, networks=networks),
            task("old, bare", **bare, name="old"),
            task("info", "instance_info", project="running"),
            task("export", "topology_info", project="running"),
            task("new", instances=[{**bare, "name": "a"}, {**WEB, "name": "b", "image": ""}, {**WEB, "name": "c"}]),
        ],
    )
    assert (run["volume"].changed, run["old"].changed) == (True, True), f"{run['volume'].msg} {run['old'].msg}"
    assert (run["old, bare"].failed, run["old, bare"].changed) == (False, False), run["old, bare"].msg
    known = {one["name"]: one for one in run["info"].result["instances"]}
    assert known["volume"]["image_id"] is None
    described = {one["name"]: one for one in run["export"].result["topology"]["instances"]}
    assert "image" not in described["volume"]
    assert "flavor is needed to make instance 'a'" in run["new"].msg
    assert "image is needed to make instance 'b'" in run["new"].msg
    assert methods(run) == ["POST", "POST"]
    again = [{"project": "running", **described[name]} for name in ("volume", "old")]
    items = [{key: value for key, value in one.items() if key != "networks"} for one in again]
    second = run_modules(simulator, [task("as exported", instances=items)])
    assert (second["as exported"].failed, second["as exported"].changed) == (False, False), second["as exported"].msg


def test_C111_two_that_are_being_built_when_a_run_begins(simulator: Simulator) -> None:
    """They come from runs of the same moment, each of which sees to its own; so the older one is meant."""
    simulator.settings(instance_building=3600, instance_invisible=0)
    first = run_modules(simulator, [task("makes one", **WEB, wait=False)])
    simulator.client().post(f"{running(simulator)}/instance", **posted(first)[0])
    assert [one["status"] for one in named(simulator)] == ["BUILD", "BUILD"]
    run = run_modules(simulator, [task("begins", **WEB, wait=False)])
    assert not run["begins"].failed, run["begins"].msg
    assert run["begins"].result["instance"]["id"] == first["makes one"].result["instance"]["id"]
    assert (run.writes, len(named(simulator))) == ([], 2)


def test_C111_a_run_whose_creation_left_late_waits_until_it_sees_what_it_made(simulator: Simulator) -> None:
    """The other's runs already, and its own isn't shown yet: that alone is no reason to be done."""
    simulator.settings(instance_building=30, instance_invisible=10)
    simulator.hold("POST", "/cloud/project/*/instance", times=2)
    play = [task("create", **WEB, networks=[PUBLIC, PROD_NET])]
    with ThreadPoolExecutor(2) as workers:
        runs = [workers.submit(run_modules, simulator, play) for _number in range(2)]
        first, second = simulator.held(2)
        simulator.release(first)
        wait(runs, return_when=FIRST_COMPLETED)
        simulator.release(second)
    outcomes = [run.result()["create"] for run in runs]
    assert [one.failed for one in outcomes] == [False, False], [one.msg for one in outcomes]
    simulator.advance(600)
    [left] = named(simulator, "web")
    assert {one.result["instance"]["id"] for one in outcomes} == {left["id"]}
