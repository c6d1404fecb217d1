# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What surveys and extra variables make of values: texts, nulls, other types. The roles take them for what is meant."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.ovhcloud.vrack.plugins.filter.as_list import as_list
from ansible_collections.ovhcloud.vrack.plugins.filter.topology import topology

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import run_tasks
from tests.support.sites import run


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (None, []),
        ("", []),
        ([], []),
        ("GRA11", ["GRA11"]),
        ("GRA11, SBG5", ["GRA11", "SBG5"]),
        ('["GRA11", "SBG5"]', ["GRA11", "SBG5"]),
        ("- GRA11\n- SBG5\n", ["GRA11", "SBG5"]),
        ({"name": "blue"}, [{"name": "blue"}]),
        ("name: blue", [{"name": "blue"}]),
        ("- name: blue\n  vlan_id: 7\n", [{"name": "blue", "vlan_id": 7}]),
        (("a", "b"), ["a", "b"]),
    ],
)
def test_a_list_in_any_dress(given: Any, meant: list[Any]) -> None:
    assert as_list(given) == meant


@pytest.mark.parametrize("given", [True, 7, "[a", "a: b: c"])
def test_what_is_no_list_is_told_so(given: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="a list is wanted"):
        as_list(given)


def test_a_topology_of_texts() -> None:
    plain = {
        "project": "empty",
        "vrack": {"name": "odd", "adopt": True},
        "networks": [
            {"name": "blue", "vlan_id": 7, "cidr": "10.7.0.0/24", "regions": ["GRA11", "SBG5"], "gateway": False}
        ],
        "instances": [
            {
                "name": "a",
                "region": "GRA11",
                "flavor": "b2-7",
                "image": "Debian 12",
                "public": False,
                "networks": ["blue"],
            }
        ],
    }
    odd = {
        "project": "empty",
        "networks": yaml.safe_dump(
            [{"name": "blue", "vlan_id": 7, "cidr": "10.7.0.0/24", "regions": "GRA11, SBG5", "gateway": "false"}]
        ),
        "instances": [
            {
                "name": "a",
                "region": "GRA11",
                "flavor": "b2-7",
                "image": "Debian 12",
                "public": "no",
                "networks": "blue",
                "ssh_key": "",
            }
        ],
        "interfaces": None,
        "ssh_keys": "",
    }
    for vrack in ('{"name": "odd", "adopt": "yes"}', "name: odd\nadopt: true\n", {"name": " odd ", "adopt": "yes"}):
        odd["vrack"] = vrack
        assert topology(odd) == topology(plain)
        assert topology(yaml.safe_dump(odd)) == topology(plain)
    odd["instances"][0]["public"] = "perhaps"
    with pytest.raises(AnsibleFilterError, match=r"instances\[0\].public: must be true or false, not 'perhaps'"):
        topology(odd)


def test_site_with_a_topology_of_text_and_roles_with_texts(simulator: Simulator) -> None:
    described = {
        "project": "empty",
        "vrack": {"name": "odd"},
        "networks": [{"name": "blue", "vlan_id": "7", "cidr": "10.7.0.0/24", "regions": "GRA11,SBG5", "dhcp": "true"}],
    }
    made = run(simulator, "site", json.dumps({"vrack_topology": yaml.safe_dump(described)}))
    assert made.code == 0, made.output
    assert made["Have their subnets"].result["subnets"][0]["dhcp"] is True

    again = run_tasks(
        simulator,
        [
            {
                "name": "vrack",
                "ansible.builtin.include_role": {"name": "ovhcloud.vrack.vrack"},
                "vars": {
                    "vrack_project": "empty",
                    "vrack_name": "odd",
                    "vrack_service_name": None,
                    "vrack_description": "",
                    "vrack_adopt": "true",
                    "vrack_move": "false",
                    "vrack_wait_timeout": "100",
                },
            },
            {
                "name": "network",
                "ansible.builtin.include_role": {"name": "ovhcloud.vrack.private_network"},
                "vars": {
                    "private_network_project": "empty",
                    "private_network_networks": "- {name: blue, vlan_id: '7', regions: 'GRA11,SBG5'}",
                    "private_network_subnets": None,
                    "private_network_wait_timeout": None,
                },
            },
            {
                "name": "instance",
                "ansible.builtin.include_role": {"name": "ovhcloud.vrack.instance"},
                "vars": {"instance_project": "empty", "instance_ssh_keys": "", "instance_instances": []},
            },
            {
                "name": "wrong",
                "ansible.builtin.include_role": {"name": "ovhcloud.vrack.private_network"},
                "vars": {"private_network_project": "empty", "private_network_networks": True},
            },
        ],
    )
    assert not again["Have a vRack"].changed
    assert not again["Put the project into it"].failed, again["Put the project into it"].msg
    failed = [task for task in again.tasks if task.failed]
    print([(task.task, task.msg) for task in failed])
    assert [task.task.rpartition(" : ")[2] for task in failed] == ["Have the private networks"], again.output
    assert "a list is wanted" in again.output
    assert again.writes == []


@pytest.mark.parametrize("adopt", [False, "false", "no"])
def test_no_means_no(simulator: Simulator, adopt: Any) -> None:
    """The automatic vRack that the project sits in is not taken: one would be ordered, and the attachment refused."""
    described = {"project": "auto", "vrack": {"name": "new", "adopt": adopt}}
    refused = run(simulator, "site", json.dumps({"vrack_topology": described}))
    (problem,) = refused["Plan all of it, before anything is changed"].result["problems"]
    assert (problem["code"], problem["about"]) == ("attach_elsewhere", "attachment of project 'auto'")
    assert refused.writes == []


def test_what_is_no_text_is_not_written_out_as_python_does(simulator):
    """YAML reads yes as true, and a template may make a list."""
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAwrNhI0VsyHJ8jJ5vPwmJFBnT0mZq9GrGK/CknXbJ3O"
    run = run_modules(
        simulator,
        [
            {"name": "a word", "ovhcloud.vrack.ovh_ssh_key": {"project": "empty", "name": True, "public_key": key}},
            {
                "name": "an item",
                "ovhcloud.vrack.ovh_private_network": {
                    "project": "empty",
                    "networks": [{"name": "blue"}, {"name": ["green"], "regions": [{"name": "GRA11"}]}],
                },
            },
            {"name": "a look", "ovhcloud.vrack.ovh_subnet_info": {"project": ["empty"], "network": "blue"}},
        ],
    )
    assert all(task.failed for task in run.tasks)
    assert "text is wanted for name," in run["a word"].msg
    assert "networks[1].name, networks[1].regions[0]" in run["an item"].msg
    assert "text is wanted for project," in run["a look"].msg
    assert run.writes == []


def test_a_plain_name_in_a_list_of_mappings(simulator: Simulator) -> None:
    """It is a network where an instance's are listed, and elsewhere refused with its place, by module and role."""
    simulator.settings(instance_building=5)
    web = {"name": "web", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
    lists = {
        "ovh_private_network": "networks",
        "ovh_subnet": "subnets",
        "ovh_ssh_key": "ssh_keys",
        "ovh_instance": "instances",
        "ovh_instance_interface": "interfaces",
    }
    roles = {
        "private_network": ("networks", ["net-a"]),
        "instance": ("ssh_keys", "net-a"),
        "teardown": ("subnets", "- net-a"),
    }
    tasks = [
        {"name": module, f"ovhcloud.vrack.{module}": {"project": "running", many: ["net-a"]}}
        for module, many in lists.items()
    ]
    tasks += [
        {
            "name": f"{role} {many}",
            "ansible.builtin.include_role": {"name": f"ovhcloud.vrack.{role}", "apply": {"ignore_errors": True}},
            "vars": {f"{role}_project": "running", f"{role}_{many}": given},
        }
        for role, (many, given) in roles.items()
    ]
    made = {"project": "running", "networks": ["public", 100]}
    again = {**made, "networks": "public, prod-net"}
    tasks += [
        {"name": "made", "ovhcloud.vrack.ovh_instance": {**web, **made}},
        {"name": "again", "ovhcloud.vrack.ovh_instance": {**web, **again}},
        {
            "name": "by role",
            "ansible.builtin.include_role": {"name": "ovhcloud.vrack.instance"},
            "vars": {"instance_project": "running", "instance_instances": [{**web, "networks": ["prod-net"]}]},
        },
    ]
    run = run_tasks(simulator, tasks)
    failed = [task for task in run.tasks if task.failed]
    places = [task.msg.split(":")[0] for task in failed]
    expected = [*lists.values(), *(many for many, _given in roles.values())]
    assert places == [f"{many}[0]" for many in expected], run.output
    assert all(": a mapping is wanted, and a text was given" in task.msg for task in failed)
    assert run["made"].changed
    assert [one["network"] for one in run["made"].result["instance"]["interfaces"]] == ["public", "prod-net"]
    assert not run["again"].changed
    assert not run["Have the instances, on their networks"].changed
