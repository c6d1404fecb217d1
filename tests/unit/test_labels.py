# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thing goes by one name, in sentences about what was asked for and in all that come later."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.resource import Resource

from tests.support.keys import KEY
from tools.collection_tree import CHECKOUT

RESOURCES = "ansible_collections.ovhcloud.vrack.plugins.module_utils._resources"
KINDS = sorted(path.parent.name for path in CHECKOUT.glob("plugins/module_utils/_resources/*/kind.py"))
ITEMS: list[tuple[str, dict[str, Any], str]] = [
    ("instance", {"name": "a", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}, "instance 'a' in GRA11"),
    ("instance_interface", {"instance": "a", "network": "blue"}, "interface of 'a' on 'blue'"),
    ("private_network", {"name": "blue", "vlan_id": 42}, "private network 'blue' (VLAN 42)"),
    ("private_network", {"name": "blue"}, "private network 'blue'"),
    ("private_network", {"vlan_id": 42, "state": "absent"}, "private network of VLAN 42"),
    ("region", {"name": "GRA11"}, "region 'GRA11'"),
    ("ssh_key", {"name": "me", "public_key": KEY}, "ssh key 'me'"),
    ("subnet", {"network": "blue", "region": "GRA11", "cidr": "10.0.0.0/24"}, "subnet of 'blue' in GRA11"),
    ("vrack", {"name": "front", "service_name": "pn-1"}, "vRack 'front'"),
    ("vrack_cloudproject", {"vrack": "front"}, "attachment of project 'p'"),
]


def resource_of(kind: str) -> Resource:
    found: Resource = importlib.import_module(f"{RESOURCES}.{kind}.options").RESOURCE
    return found


@pytest.mark.parametrize(("kind", "item", "name"), ITEMS)
def test_an_item_is_called_as_its_spec_is(kind: str, item: dict[str, Any], name: str) -> None:
    resource = resource_of(kind)
    defaults = {option: about.get("default") for option, about in resource.options.items()}
    whole = {**defaults, **item, **({"project": "p"} if "project" in defaults else {})}
    assert resource.label(whole) == resource.kind.label(resource.to_spec(whole)) == name


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_left_out_is_not_made_up(kind: str) -> None:
    assert "None" not in resource_of(kind).label({})


def test_every_kind_is_tried() -> None:
    assert {kind for kind, _item, _name in ITEMS} == set(KINDS)
