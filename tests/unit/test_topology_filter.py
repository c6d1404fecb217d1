# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A vrack_topology of any form: it is split into lists, or every problem is named with its place."""

from __future__ import annotations

import copy
import importlib
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.ovhcloud.vrack.plugins.filter.as_list import as_list
from ansible_collections.ovhcloud.vrack.plugins.filter.topology import topology
from ansible_collections.ovhcloud.vrack.plugins.module_utils._description.fields import FIELDS, NEEDED, hidden
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sites import EXAMPLE

PLACEHOLDER = "__omit_place_holder__0123456789abcdef"


def omitted() -> list[Any]:
    """What `default(omit)` gives inside a value, in the newest ansible-core and before 2.19."""
    found: list[Any] = [PLACEHOLDER]
    try:
        found.append(importlib.import_module("ansible._internal._templating._utils").Omit)
    except ImportError:
        pass
    return found


def whole() -> dict[str, Any]:
    """A description with every field that there is, all of them fitting."""
    described: dict[str, Any] = copy.deepcopy(EXAMPLE["vrack_topology"])
    described["vrack"].update(adopt=True, move=False, subsidiary="FR", keep_attached=False)
    described["networks"][0].update(exact_regions=False, dhcp=True, gateway=False, dns_servers=["1.1.1.1"])
    described["networks"][1]["subnets"][0].update(dhcp=True, gateway=False, dns_servers=["1.1.1.1"], force=False)
    described["ssh_keys"][0].update(region="GRA11", force=False)
    described["instances"][0].update(
        user_data="#cloud-config", guest_network=True, billing="hourly", availability_zone="a"
    )
    described["instances"][3]["networks"].append({"public": True})
    described["interfaces"].append({"instance": "web-1", "region": "GRA11", "network": "back", "ip": "192.168.20.50"})
    described["bastion"] = "web-1"
    described["existing"] = {"networks": ["old"], "ssh_keys": ["old"], "instances": ["legacy-1"]}
    return described


def places() -> list[tuple[Any, ...]]:
    """The way to every mapping of the description, and to every field of one of each kind."""
    described = whole()
    ways: list[tuple[Any, ...]] = [("vrack",), ("existing",), ("networks", 1, "subnets", 0)]
    ways += [(kind, 0) for kind in ("networks", "ssh_keys", "instances", "interfaces")]
    ways += [("instances", 3, "networks", 0), ("networks", 1)]
    fields = [(*way, field) for way in ways for field in at(described, way)]
    return [(key,) for key in described] + [way for way in ways if way[0] not in described or len(way) > 1] + fields


def at(value: Any, way: tuple[Any, ...]) -> Any:
    for step in way:
        value = value[step]
    return value


def with_value(way: tuple[Any, ...], value: Any) -> dict[str, Any]:
    described = whole()
    at(described, way[:-1])[way[-1]] = value
    return described


def without(way: tuple[Any, ...]) -> dict[str, Any]:
    described = whole()
    del at(described, way[:-1])[way[-1]]
    return described


def outcome(described: Any) -> Any:
    """The lists, or the lines of the one error."""
    try:
        return topology(described)
    except AnsibleFilterError as problem:
        first, *lines = str(problem).splitlines()
        assert first == "vrack_topology has problems:"
        assert all(line.startswith("- ") for line in lines)
        return lines


def test_the_whole_example_is_fine() -> None:
    lists = topology(whole())
    assert {kind: len(found) for kind, found in lists.items() if isinstance(found, list)} == {
        "existing_instances": 1,
        "networks": 2,
        "subnets": 6,
        "ssh_keys": 1,
        "instances": 4,
        "interfaces": 2,
    }


ODD: list[Any] = [
    5,
    -1.5,
    True,
    "text",
    "a, b",
    "- a: b",
    "[",
    "{}",
    [],
    [5],
    [None],
    [[]],
    [{}],
    {},
    {"a": 1},
    {5: []},
]


@pytest.mark.parametrize("way", places(), ids=lambda way: ".".join(map(str, way)))
def test_an_odd_value_is_no_crash(way: tuple[Any, ...]) -> None:
    """Whatever stands there, the answer is lists or a list of problems."""
    for odd in ODD:
        found = outcome(with_value(way, odd))
        assert isinstance(found, (dict, list)), odd


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([field for fields in FIELDS.values() for field in fields]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(PLAIN, st.sampled_from(places()))
def test_anything_is_no_crash(value: Any, way: tuple[Any, ...]) -> None:
    outcome(with_value(way, value))


@pytest.mark.parametrize(
    ("way", "odd", "said"),
    [
        (("networks", 0, "regions"), 5, "networks[0].regions: must be a list of names, not a number"),
        (("networks", 1, "subnets"), {"region": "GRA11"}, "networks[1].subnets: must be a list, not a mapping"),
        (("networks", 1, "subnets"), "10.0.0.0/24", "networks[1].subnets[0]: must be a mapping, not a text"),
        (("networks", 1, "subnets", 0), "10.0.0.0/24", "networks[1].subnets[0]: must be a mapping, not a text"),
        (("networks",), 42, "networks: must be a list, not a number"),
        (("existing", "ssh_keys"), 5, "existing.ssh_keys: must be a list of names, not a number"),
        (("existing", "networks"), {"a": 1}, "existing.networks: must be a list of names, not a mapping"),
        (("existing",), ["old"], "existing: must be a mapping, not a list"),
        (("instances", 0, "networks"), 42, "instances[0].networks: must be a list, not a number"),
        (("instances", 0, "networks"), {"network": "back"}, "instances[0].networks: must be a list, not a mapping"),
        (("instances", 0, "name"), True, "instances[0].name: must be text, not a truth value"),
        (("instances", 0, "flavor"), ["b3-8"], "instances[0].flavor: must be text, not a list"),
        (("networks", 0, "vlan_id"), "ten", "networks[0].vlan_id: must be a whole number, not 'ten'"),
        (("networks", 0, "gateway"), "perhaps", "networks[0].gateway: must be true or false, not 'perhaps'"),
        (("networks", 0, "vlan_id"), "1\n2", "networks[0].vlan_id: must be a whole number, not '1 2'"),
        (("vrack",), "demo", "vrack: must be a mapping, not a text"),
        (("ssh_keys",), ["demo"], "ssh_keys[0]: must be a mapping, not a text"),
    ],
    ids=str,
)
def test_an_odd_value_is_named_with_its_place(way: tuple[Any, ...], odd: Any, said: str) -> None:
    assert f"- {said}" in outcome(with_value(way, odd))


# Left out


@pytest.mark.parametrize(
    "way", [way for way in places() if isinstance(way[-1], str)], ids=lambda way: ".".join(map(str, way))
)
def test_what_is_empty_is_left_out(way: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty, null, blank and omitted are one: as if the field were not there, whatever it holds."""
    monkeypatch.delenv("OVH_CLOUD_PROJECT_SERVICE", raising=False)
    left_out = outcome(without(way))
    for empty in ("", "  ", "\n", None, *omitted()):
        assert outcome(with_value(way, empty)) == left_out, repr(empty)


@pytest.mark.parametrize("omit", omitted(), ids=lambda omit: type(omit).__name__)
def test_an_entry_that_is_omitted_is_left_out(omit: Any) -> None:
    for kind in ("networks", "ssh_keys", "instances", "interfaces"):
        described = whole()
        described[kind].append(omit)
        assert outcome(described) == topology(whole())
    described = whole()
    described["instances"][0]["networks"].append(omit)
    described["networks"][0]["regions"].append(omit)
    assert outcome(described) == topology(whole())
    assert as_list(omit) == []
    assert as_list([omit, {"name": "a", "vlan_id": omit, "regions": [omit, "GRA11"]}]) == [
        {"name": "a", "regions": ["GRA11"]}
    ]


def test_what_is_empty_in_a_role_s_list_is_left_out_as_in_a_description() -> None:
    assert as_list([{"name": "a", "vlan_id": "", "dhcp": None, "cidr": " "}]) == [{"name": "a"}]
    assert as_list("- {name: a, vlan_id: ''}") == [{"name": "a"}]


def test_user_data_is_not_looked_into() -> None:
    data = {"packages": None, "text": "", "list": [None, ""]}
    described = with_value(("instances", 0, "user_data"), data)
    del described["instances"][0]["guest_network"]
    assert topology(described)["instances"][0]["user_data"] == data
    assert as_list([{"name": "a", "user_data": data}]) == [{"name": "a", "user_data": data}]


def guest_networks(described: dict[str, Any]) -> list[bool]:
    """Of each instance, whether its user data keeps the default route where it belongs."""
    return ["ovhcloud-vrack.network" in str(one.get("user_data")) for one in topology(described)["instances"]]


def test_a_guest_network_is_added_to_the_user_data_of_those_that_want_it() -> None:
    described = whole()
    assert guest_networks(described) == [True, False, False, False]
    described["guest_network"] = True
    described["instances"][0]["guest_network"] = "no"
    described["instances"][1]["user_data"] = "#!/bin/sh\ntouch /ours\n"
    assert guest_networks(described) == [False, True, True, True]
    lists = topology(described)
    assert "touch /ours" in lists["instances"][1]["user_data"]
    assert all("guest_network" not in one for one in lists["instances"])
    assert topology(described) == lists, "the same description is the same user data"


def test_a_bastion_is_one_of_the_instances() -> None:
    assert topology(whole())["bastion"] == "web-1"
    assert topology(without(("bastion",)))["bastion"] == ""
    assert topology(with_value(("bastion",), "legacy-1"))["bastion"] == "legacy-1", "which exists"
    [problem] = outcome(with_value(("bastion",), "web-9"))
    assert problem.startswith("- bastion: no instance 'web-9' is described (did you mean ")


def test_a_host_key_goes_along_as_user_data(tmp_path: Path) -> None:
    """And its public half is there to be compared, as ssh-keygen has it. The private one is in no list but that."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(tmp_path / "key")], check=True)
    private, public = (tmp_path / "key").read_text("utf-8"), (tmp_path / "key.pub").read_text("utf-8").strip()
    described = with_value(("instances", 0, "host_key"), private)
    del described["instances"][0]["user_data"]
    lists = topology(described)
    assert lists["host_keys"] == {"web-1": public}
    config = yaml.safe_load(lists["instances"][0]["user_data"])
    assert config["ssh_keys"] == {"ed25519_private": private, "ed25519_public": public}
    assert "ovhcloud-vrack.network" in str(config["bootcmd"])
    assert "host_key" not in lists["instances"][0]
    assert private not in str(hidden(described))


def test_what_is_no_host_key_is_told_without_a_word_of_it(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", str(tmp_path / "key")], check=True)
    closed = (tmp_path / "key").read_text("utf-8")
    for text, words in ((closed, "has a passphrase"), ("s3cret", "is no private key"), (closed[:90], "is no private")):
        [problem] = outcome(with_value(("instances", 0, "host_key"), text))
        assert problem.startswith(f"- instances[0].host_key: {words}")
        assert "s3cret" not in problem


def test_user_data_of_another_kind_can_take_no_guest_network() -> None:
    described = with_value(("instances", 0, "user_data"), {"ignition": {"version": "3.3.0"}})
    [problem] = outcome(described)
    assert problem.startswith("- instances[0].user_data: is none of cloud-init's")
    assert "guest_network and host_key can't be added" in problem


def test_the_project_s_variable_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVH_CLOUD_PROJECT_SERVICE", " from-variable ")
    assert topology(with_value(("project",), ""))["project"] == "from-variable"
    assert topology(whole())["project"] == "my-project"
    monkeypatch.setenv("OVH_CLOUD_PROJECT_SERVICE", " ")
    assert outcome(without(("project",))) == ["- project: is needed (or the variable OVH_CLOUD_PROJECT_SERVICE)"]


def test_blanks_around_a_value_are_no_part_of_it() -> None:
    described = whole()
    described["networks"][0]["name"] = " front "
    described["instances"][0]["networks"] = ["front ", " back"]
    described["networks"][0]["regions"] = [f" {region}" for region in described["networks"][0]["regions"]]
    assert outcome(described) == topology(whole())


# The same as the modules


ROOMS = {
    "vrack": ("vrack", {"adopt", "move", "keep_attached"}),
    "networks": ("private_network", {"cidr", "dhcp", "gateway", "dns_servers", "subnets"}),
    "subnets": ("subnet", set()),
    "ssh_keys": ("ssh_key", set()),
    "instances": ("instance", {"public", "guest_network", "host_key"}),
    "interfaces": ("instance_interface", set()),
}
NOT_DESCRIBED = {
    "vrack": {"adopt_from", "duration", "plan_code", "pricing_mode", "termination_token"},
    "subnets": {"network"},
    "ssh_keys": set(),
    "interfaces": {"allow_public_removal"},
}


@pytest.mark.parametrize("kind", ROOMS)
def test_the_fields_are_the_module_s_options(kind: str) -> None:
    """A new option is a field as well, or is named above with those that a description has no use for."""
    room, own = ROOMS[kind]
    resources = "ansible_collections.ovhcloud.vrack.plugins.module_utils._resources"
    options = importlib.import_module(f"{resources}.{room}.options").OPTIONS
    expected = set(options) - {"project", "state", "unlisted_regions"} - NOT_DESCRIBED.get(kind, set())
    assert set(FIELDS[kind]) - own == expected
    required = {name for name, option in options.items() if option.get("required")} - {"network"}
    assert required <= set(NEEDED.get(kind, ()))


def test_one_name_with_two_vlans_is_twice() -> None:
    """As for the module, which goes by the name."""
    described = {"project": "p", "networks": [{"name": "a", "vlan_id": 1}, {"name": "a", "vlan_id": 2}]}
    assert outcome(described) == ["- networks[1]: name a stands in networks[0] too"]


@pytest.mark.parametrize(
    ("ref", "is_id"),
    [
        ("pn-1100042_42", True),
        ("PN-1100042_42", True),
        ("6c928965-47ea-463f-acc8-6d4a152e9745", True),
        ("pn-1100042", False),
        ("pn-front", False),
        ("a-b-c-d-eeeeeeeeeeeeeeeeeeeeeeeeeeeee", False),
    ],
)
def test_what_is_an_id_is_one_for_the_modules(ref: str, is_id: bool) -> None:
    described = {"project": "p", "interfaces": [{"instance": "a", "network": ref}]}
    found = outcome(described)
    assert isinstance(found, dict) is is_id, found


def test_what_an_instance_needs_to_be_made() -> None:
    """A forgotten image is found before anything is made; what is there already needs neither image nor flavor."""
    described: dict[str, Any] = {"project": "p", "instances": [{"name": "a", "region": "GRA11"}]}
    assert [line.split(";")[0] for line in outcome(described)] == [
        "- instances[0]: needs flavor",
        "- instances[0]: needs image",
    ]
    described["existing"] = {"instances": ["a"]}
    assert topology(described)["instances"] == [{"name": "a", "region": "GRA11"}]
    described = {"project": "p", "instances": [{"name": "6c928965-47ea-463f-acc8-6d4a152e9745", "region": "GRA11"}]}
    assert topology(described)["instances"] == described["instances"]


def test_dns_servers_reach_the_subnets() -> None:
    described = {
        "project": "p",
        "networks": [
            {"name": "a", "cidr": "10.0.0.0/24", "regions": ["GRA11"], "dns_servers": "1.1.1.1, 9.9.9.9"},
            {"name": "b", "subnets": [{"region": "GRA11", "cidr": "10.0.1.0/24", "dns_servers": ["1.1.1.1"]}]},
        ],
    }
    assert [one["dns_servers"] for one in topology(described)["subnets"]] == [["1.1.1.1", "9.9.9.9"], ["1.1.1.1"]]
