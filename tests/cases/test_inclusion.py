# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Used in somebody else's plays: on other hosts, with defaults for the group, and in check mode from nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.launch import Simulator
from tests.support.images import builder
from tests.support.modules import run_modules
from tests.support.playbooks import FAST, PlaybookRun, run_playbook, run_tasks
from tests.support.reserved_keys import misused
from tests.support.runner.jobs import prepare
from tests.support.runner.jobs import run as job_of_runner
from tests.support.runner.rounds import TYPED_IN, described
from tests.support.tasks import EXTRA, NONE, by_key, task
from tools.collection_tree import collection_tree

MODULES = Path(__file__).resolve().parents[2] / "plugins" / "modules"
CLEAN = """
[web]
web-1 ansible_connection=local ansible_python_interpreter={wrapper}
"""


def write_play(folder: Path, **play: Any) -> Path:
    path = folder / "play.yml"
    path.write_text(yaml.safe_dump([{"gather_facts": False, **play}], sort_keys=False), encoding="utf-8")
    return path


def failures(run: PlaybookRun) -> list[str]:
    return [f"{one.task}: {one.msg}" for one in run.tasks if one.failed]


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """An inventory of a host where nothing of this environment is known: its Python is started without it."""
    wrapper = tmp_path / "python"
    wrapper.write_text(f'#!/bin/sh\nexec env -i PATH="$PATH" {sys.executable} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    inventory = tmp_path / "hosts"
    inventory.write_text(CLEAN.format(wrapper=wrapper), encoding="utf-8")
    return inventory


def test_C83_a_module_on_a_host_without_credentials(simulator: Simulator, remote: Path, tmp_path: Path) -> None:
    """Without delegation the message says on which host it looked and what to do; delegated it works."""
    tasks = [
        {**task("there", "vrack_info"), "ignore_errors": True},
        {**task("here", "vrack_info"), "delegate_to": "localhost"},
        {**task("a change there", "ssh_key", **EXTRA), "ignore_errors": True},
        {**task("a change here", "ssh_key", **EXTRA), "delegate_to": "localhost"},
        {
            "name": "a role",
            "ansible.builtin.include_role": {
                "name": "ovhcloud.vrack.private_network",
                "apply": {"delegate_to": "localhost"},
            },
            "vars": {
                "private_network_project": "running",
                "private_network_networks": [{"name": "n", "vlan_id": 5, "regions": ["GRA11"]}],
            },
        },
    ]
    play = write_play(tmp_path, hosts="web", tasks=tasks)
    done = run_playbook(simulator, play, "-i", str(remote), HOME=str(tmp_path))
    assert [one.task for one in done.tasks if one.failed] == ["there", "a change there"]
    assert done.code == 0, done.output
    for name in ("there", "a change there"):
        assert done[name].failed
        assert done[name].result["failure"]["code"] == "credentials_missing"
        assert " on host " in done[name].msg
        assert "delegate_to: localhost" in done[name].msg
        assert done[name].calls == []
    assert done["a change here"].changed
    assert done["Have the private networks"].changed


def test_C84_the_library_gets_into_an_execution_environment() -> None:
    found = yaml.safe_load(builder("introspect", "--sanitize", str(collection_tree())))
    assert found["python"] == ["ovh>=1.2,<2  # from collection ovhcloud.vrack"]
    assert not found["system"]


def test_C84_a_job_where_the_library_is_missing(simulator: Simulator, tmp_path: Path) -> None:
    """It says where it looked, and that the library belongs into the execution environment."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    python = str(tmp_path / "bare" / "bin" / "python")
    job = job_of_runner(
        prepare(tmp_path / "job", simulator, **described(TYPED_IN), ansible_python_interpreter=python), "site.yml"
    )
    assert job.status == "failed"
    [told] = job.failures
    assert f"missing for {python} on host" in told
    assert "execution environment" in told
    assert simulator.journal() == []


ROLES: list[tuple[str, dict[str, Any]]] = [
    ("plan", {"plan_topology": {"project": "running", "networks": [{"name": "prod-net", "vlan_id": 100}]}}),
    ("vrack", {"vrack_name": "prod", "vrack_project": "running"}),
    (
        "private_network",
        {
            "private_network_project": "running",
            "private_network_networks": [{"name": "blue", "vlan_id": 7, "regions": ["GRA11"]}],
            "private_network_subnets": [{"network": "blue", "region": "GRA11", "cidr": "10.7.0.0/24"}],
        },
    ),
    (
        "instance",
        {
            "instance_project": "running",
            "instance_ssh_keys": [{"name": "k", "public_key": EXTRA["public_key"]}],
            "instance_instances": [
                {
                    "name": "i",
                    "region": "GRA11",
                    "flavor": "b3-8",
                    "image": "Debian 12",
                    "networks": [{"network": "blue"}],
                }
            ],
        },
    ),
    (
        "instance_interface",
        {
            "instance_interface_project": "running",
            "instance_interface_interfaces": [{"instance": "prod-1", "network": "blue"}],
        },
    ),
    (
        "teardown",
        {
            "teardown_project": "running",
            "teardown_interfaces": [{"instance": "prod-1", "network": "blue"}],
            "teardown_instances": [{"name": "i", "region": "GRA11"}],
            "teardown_ssh_keys": [{"name": "k"}],
            "teardown_subnets": [{"network": "blue", "region": "GRA11"}],
            "teardown_networks": [{"name": "blue"}],
        },
    ),
]
EVERY_MODULE: dict[str, dict[str, Any]] = {
    "vrack": {"name": "prod"},
    "vrack_cloudproject": {"vrack": "prod", "project": "running"},
    "private_network": {"project": "running", "name": "prod-net"},
    "subnet": {"project": "running", "network": "prod-net", "region": "GRA11", "cidr": "10.100.0.0/16"},
    "region": {"project": "running", "name": "GRA11"},
    "ssh_key": {"project": "running", "name": "gone", "state": "absent"},
    "instance": {"project": "running", "name": "gone", "region": "GRA11", "state": "absent"},
    "instance_interface": {"project": "running", "instance": "prod-1", "network": "prod-net"},
    "plan": {"topology": {"project": "running", "networks": [{"name": "prod-net", "vlan_id": 100}]}},
    "vrack_info": {},
    "vrack_contents_info": {"vrack": "prod"},
    "cloud_project_info": {},
    **{
        f"{name}_info": {"project": "running"}
        for name in ("private_network", "subnet", "instance", "flavor", "image", "region", "topology")
    },
}


def test_C85_module_defaults_of_the_group(simulator: Simulator, tmp_path: Path) -> None:
    """Credentials said once for the group reach every module, and the roles."""
    assert set(EVERY_MODULE) == {path.stem.removeprefix("ovh_") for path in MODULES.glob("ovh_*.py")}
    tasks = [task(module, module, **options) for module, options in EVERY_MODULE.items()]
    roles = [
        {"name": role, "ansible.builtin.include_role": {"name": f"ovhcloud.vrack.{role}"}, "vars": variables}
        for role, variables in ROLES
    ]
    play = write_play(
        tmp_path,
        hosts="localhost",
        connection="local",
        vars={"ansible_python_interpreter": sys.executable},
        module_defaults={"group/ovhcloud.vrack.ovh": by_key(simulator)},
        tasks=tasks + roles,
    )
    done = run_playbook(simulator, play, HOME=str(tmp_path), **FAST, **NONE)
    assert failures(done) == []
    assert done.code == 0, done.output
    ours = [one for one in done.tasks if one.action.startswith("ovhcloud.vrack.ovh_") and one.outcome == "ok"]
    assert {one.action.removeprefix("ovhcloud.vrack.ovh_") for one in ours} == set(EVERY_MODULE)
    assert all(one.calls for one in ours)
    assert [(one.task, misused(one.result)) for one in ours if misused(one.result)] == []
    role_tasks = {one.task.partition(" : ")[0] for one in ours if " : " in one.task}
    assert {role.rpartition(".")[2] for role in role_tasks} == {role for role, _variables in ROLES}


OMITTED = "{{ nobody_set_this | default(omit) }}"


def with_omitted(role: str, **given: Any) -> dict[str, Any]:
    """The role with every variable that it has, those that are not given being omitted."""
    path = MODULES.parents[1] / "roles" / role / "meta" / "argument_specs.yml"
    options = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    variables = {**dict.fromkeys(options, OMITTED), **{f"{role}_{name}": value for name, value in given.items()}}
    return {"name": role, "ansible.builtin.include_role": {"name": f"ovhcloud.vrack.{role}"}, "vars": variables}


def test_C114_what_is_omitted_is_left_out(simulator: Simulator) -> None:
    """In a description, in a role's variables and in the lists that they hold, as in a module's own options."""
    network = {"name": "n", "vlan_id": OMITTED, "regions": ["GRA11", OMITTED]}
    subnet = {"network": "n", "region": "GRA11", "cidr": "10.9.0.0/24", "gateway": OMITTED, "start": OMITTED}
    instance = {
        "name": "i",
        "region": "GRA11",
        "flavor": "b3-8",
        "image": "Debian 12",
        **dict.fromkeys(("ssh_key", "billing", "availability_zone", "user_data"), OMITTED),
    }
    described = {
        "project": "running",
        "vrack": OMITTED,
        "networks": [{**network, "cidr": "10.9.0.0/24", "dhcp": OMITTED, "subnets": OMITTED}],
        "ssh_keys": OMITTED,
        "instances": [{**instance, "public": OMITTED, "networks": ["n", OMITTED, {"network": "n", "ip": OMITTED}]}],
        "interfaces": [{"instance": "i", "network": "n", "region": OMITTED}],
        "existing": {"networks": OMITTED},
    }
    roles = [
        with_omitted("vrack", name="prod"),
        # The automatic vRack that the project sits in is adopted, as where nothing is said of it.
        with_omitted("vrack", name="adopted", project="auto"),
        with_omitted("private_network", networks=[network], subnets=[subnet]),
        with_omitted("instance", instances=[{**instance, "networks": [{"network": "n", "ip": OMITTED}]}]),
        with_omitted("instance_interface", interfaces=[{"instance": "prod-1", "network": "n", "ip": OMITTED}]),
        with_omitted("teardown", networks=[{"name": "none", "vlan_id": OMITTED}], project="auto", vrack="adopted"),
    ]
    show = {
        "name": "described",
        "vars": {"described": described},
        "ansible.builtin.debug": {"msg": "{{ described | ovhcloud.vrack.topology }}"},
    }
    done = run_tasks(simulator, [show, *roles], "--check", OVH_CLOUD_PROJECT_SERVICE="running")
    assert failures(done) == [], done.output
    assert [one.result["vrack"]["name"] for one in done.tasks if "vrack" in one.result] == ["prod", "adopted"]
    assert [one.result["results"][0]["action"] for one in done.tasks if "vrack" in one.result] == ["none", "update"]
    assert any(one.task.endswith("Take the project out of the vRack") and one.calls for one in done.tasks)
    lists = done["described"].result["msg"]
    assert lists["networks"] == [{"name": "n", "regions": ["GRA11"]}]
    assert lists["subnets"] == [{"region": "GRA11", "cidr": "10.9.0.0/24", "network": "n"}]
    assert lists["instances"][0]["networks"] == [{"network": "n"}, {"network": "n"}]
    assert "omit" not in str([lists, *(one.result.get("results") for one in done.tasks)]).lower()
    ran = {one.task.partition(" : ")[0].rpartition(".")[2] for one in done.tasks if one.calls}
    assert ran == {"vrack", "private_network", "instance", "instance_interface", "teardown"}


def test_C113_an_instance_that_cannot_be_described(simulator: Simulator) -> None:
    """The task that looks is ok, and what it can't describe is a list that the play can use."""
    simulator.make("instance", project="running", name="broken", region="GRA11", failed=True)
    look = {**task("look", "topology_info", project="running"), "register": "looked"}
    done = run_tasks(simulator, [look, {**look, "name": "again", "when": "looked is not skipped"}])
    assert [one.outcome for one in done.tasks] == ["ok", "ok"], done.output
    assert done.recap["skipped"] == 0
    result = done["look"].result
    assert misused(result) == []
    assert not result.get("warnings")
    [told] = result["left_out"]
    assert told.startswith("instance 'broken'")


def test_C87_a_child_whose_parent_is_planned_nowhere(simulator: Simulator) -> None:
    """Taken as made earlier in the play, with a warning; for real it is an error before any write."""
    wanted = {"project": "running", "name": "i", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
    on_none, elsewhere = [{"network": "none"}], [{"network": "prod-net"}]
    tasks = [
        task("attachment", "vrack_cloudproject", project="empty", vrack="none"),
        task("network", "private_network", project="empty", name="n", vlan_id=5, regions=["GRA11"]),
        task("subnet", "subnet", project="running", network="none", region="GRA11", cidr="10.0.0.0/24"),
        task("instance", "instance", **wanted, networks=on_none),
        task("instance elsewhere", "instance", **{**wanted, "region": "BHS5"}, networks=elsewhere),
        task("instance with a key", "instance", instances=[{**wanted, "ssh_key": "nobody's"}]),
        task("instance that is there", "instance", **{**wanted, "name": "prod-1"}, networks=on_none),
        task("interface", "instance_interface", project="running", instance="nobody", network="prod-net"),
        task("interface on nothing", "instance_interface", project="running", instance="prod-1", network="none"),
    ]
    run = run_modules(simulator, [*({**one, "check_mode": True} for one in tasks), *tasks])
    planned, real = run.tasks[: len(tasks)], run.tasks[len(tasks) :]
    assert [f"{one.task}: {one.msg}" for one in planned if one.failed] == []
    assert [one.task for one in planned if not one.changed] == []
    assert [one.task for one in planned if not one.result.get("warnings")] == []
    codes = {one.task: one.result["failure"]["code"] for one in real if one.failed}
    assert codes == {
        **{one.task: "not_found" for one in real},
        "network": "project_without_vrack",
        "instance elsewhere": "network_not_in_region",
    }
    assert run.writes == []


def test_C87_roles_one_after_the_other_in_check_mode(simulator: Simulator) -> None:
    """Each takes as made what those before it would have made, down to a vRack that is yet to be ordered."""
    network = {"name": "n", "vlan_id": 9, "regions": ["GRA11"]}
    subnet = {"network": "n", "region": "GRA11", "cidr": "10.9.0.0/24"}
    key = {"name": "k", "public_key": EXTRA["public_key"]}
    instance = {"name": "i", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12", "ssh_key": "k"}
    roles = [
        with_omitted("vrack", name="new", project="empty"),
        with_omitted("private_network", project="empty", networks=[network], subnets=[subnet]),
        with_omitted("instance", project="empty", ssh_keys=[key], instances=[{**instance, "networks": ["n"]}]),
        with_omitted("instance_interface", project="empty", interfaces=[{"instance": "i", "network": "n"}]),
    ]
    done = run_tasks(simulator, roles, "--check", **FAST)
    assert failures(done) == [], done.output
    planned = [(one["name"], one["action"]) for task in done.tasks for one in task.result.get("results", ())]
    assert planned == [
        ("vRack 'new'", "create"),
        ("attachment of project 'empty'", "create"),
        ("private network 'n' (VLAN 9)", "create"),
        ("subnet of 'n' in GRA11", "create"),
        ("ssh key 'k'", "create"),
        ("instance 'i' in GRA11", "create"),
        ("interface of 'i' on 'n'", "create"),
    ]
    assert done.writes == []


def test_C111_every_host_of_a_play_makes_the_one_shared_thing(simulator: Simulator) -> None:
    """Four hosts at once, delegated and without run_once: one of each in the end, no host failed."""
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAwrNhI0VsyHJ8jJ5vPwmJFBnT0mZq9GrGK/CknXbJ3O"
    project = {"project": "running"}
    shared = {
        "ovh_ssh_key": {**project, "name": "shared", "public_key": key},
        "ovh_private_network": {**project, "name": "shared", "vlan_id": 77, "regions": ["GRA11"]},
        "ovh_subnet": {**project, "network": "shared", "region": "GRA11", "cidr": "10.77.0.0/24"},
        "ovh_instance": {**project, "name": "shared", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"},
    }
    tasks = [
        {"name": name, f"ovhcloud.vrack.{name}": options, "delegate_to": "localhost"}
        for name, options in shared.items()
    ]
    hosts = "one,two,three,four,"
    first, second = (run_tasks(simulator, tasks, "-i", hosts, "-f", "4", hosts="all", **FAST) for _time in range(2))
    for done in (first, second):
        assert [(task.host, task.task, task.msg) for task in done.tasks if task.failed] == []
    assert second.writes == []
    there = simulator.project("running")
    for kind in ("ssh_keys", "networks", "instances"):
        things = there[kind].values() if isinstance(there[kind], dict) else there[kind]
        assert [one["name"] for one in things if one.get("status") != "DELETED"].count("shared") == 1, kind
