# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every list of mappings of every module, given a plain name or something else that is no mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.ovhcloud.vrack.plugins.filter.topology import topology
from ansible_collections.ovhcloud.vrack.plugins.module_utils import _module
from ansible_collections.ovhcloud.vrack.plugins.module_utils._entries import Entries

from tests.support.specs import NAMES, given, spec_of

TAKEN = {"ovh_instance": ["instances[0].networks", "networks"]}
"""Where a plain name means something."""


def list_options(spec: dict[str, Any], place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each list of mappings by its place, with the options of its entries."""
    for name, option in spec.items():
        if option.get("elements") == "dict":
            yield place + name, option["options"]
            yield from list_options(option["options"], f"{place}{name}[0].")


def fitted(name: str, params: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    entries = Entries(_module._parsed_by_ansible, _module.INHERITED)
    return entries.fitted(params, spec_of(name)), entries.problems


def places(name: str) -> list[str]:
    return sorted(place for place, _options in list_options(spec_of(name)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["net-a", 42, True, 4.2, None, ["net-a"]])
def test_an_entry_that_is_no_mapping_is_taken_for_a_name_or_refused_with_its_place(name, value):
    for place in places(name):
        params = given(f"{place}[0]", value)
        found, problems = fitted(name, params)
        if place in TAKEN.get(name, ()) and type(value) in (str, int):
            assert (found, problems) == (given(f"{place}[0]", {"network": value}), [])
        else:
            [problem] = problems
            assert problem.code == "no_mapping"
            assert problem.sentence().startswith(f"{place}[0]: a mapping is wanted, and ")
            assert "net-a" not in problem.sentence(), "it may hold a secret"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("value", "told"), [(True, "a truth value"), (42, "a number"), ({"a": 1}, "a mapping")])
def test_what_is_no_list_is_refused_with_its_place(name, value, told):
    for place in places(name):
        _found, [problem] = fitted(name, given(place, value))
        assert problem.sentence().startswith(f"{place}: a list is wanted, and {told} was given")


@pytest.mark.parametrize("name", NAMES)
def test_what_ansible_understands_and_what_is_left_out_is_left_to_it(name):
    for place in places(name):
        for value in ("a=b", '{"a": "b"}', {"a": "b"}):
            assert fitted(name, given(f"{place}[0]", value)) == (given(f"{place}[0]", {"a": "b"}), [])
        for value in ('[{"a": "b"}, {"a": "b"}]', '{"a": "b"},', [{"a": "b"}] * 2):
            found, problems = fitted(name, given(place, value))
            assert problems == []
            assert found in (given(place, [{"a": "b"}] * 2), given(place, [{"a": "b"}]))
        for value in (None, "", " "):
            assert fitted(name, given(place, value)) == (given(place, None), [])


def test_all_misfits_of_all_lists_are_told_together():
    params = {"instances": [{"name": "a", "networks": ["blue", None, "green"]}, "b", 7, "c", {"name": "d"}]}
    found, problems = fitted("ovh_instance", params)
    assert [problem.what.split(":")[0] for problem in problems] == [
        "instances[0].networks[1]",
        "instances[1], instances[3]",
        "instances[2]",
    ]
    assert found["instances"][0]["networks"] == [{"network": "blue"}, {"network": "green"}]


@pytest.mark.parametrize("kind", ["networks", "ssh_keys", "instances", "interfaces", "networks[0].subnets"])
def test_a_description_takes_and_refuses_plain_names_where_the_modules_do(kind):
    blue = {"name": "blue", "vlan_id": 42, "cidr": "10.0.0.0/24", "regions": ["GRA11"]}
    web = {"name": "web", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12", "networks": ["blue", 42, "public"]}
    described = {"project": "p", "networks": [blue], "instances": [web]}
    wishes = topology(described)["instances"][0]["networks"]
    assert wishes == [{"network": "blue"}, {"network": "42"}, {"public": True}]
    described.update({kind: ["net-a"]} if "." not in kind else {"networks": [{"name": "blue", "subnets": ["net-a"]}]})
    with pytest.raises(AnsibleFilterError) as caught:
        topology(described)
    assert f"{kind}[0]: must be a mapping, not a text" in str(caught.value)
