# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a description comes to, kind by kind, in the order in which the roles bring it about or take it away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, List, Mapping, Sequence

from .._engine.model import Kind
from .._resources.instance import foreseen as instance
from .._resources.instance.kind import InstanceKind
from .._resources.instance.options import RESOURCE as INSTANCE
from .._resources.instance_interface import foreseen as interface
from .._resources.instance_interface.kind import InterfaceKind
from .._resources.instance_interface.options import RESOURCE as INTERFACE
from .._resources.private_network import foreseen as private_network
from .._resources.private_network.options import RESOURCE as NETWORK
from .._resources.ssh_key import foreseen as ssh_key
from .._resources.ssh_key.options import RESOURCE as SSH_KEY
from .._resources.subnet import foreseen as subnet
from .._resources.subnet.options import RESOURCE as SUBNET
from .._resources.vrack import foreseen as vrack
from .._resources.vrack.options import RESOURCE as VRACK
from .._resources.vrack_cloudproject import foreseen as vrack_cloudproject
from .._resources.vrack_cloudproject.options import RESOURCE as ATTACHMENT
from .._shared.resource import Resource


@dataclass(frozen=True)
class Sort:
    """A kind of thing in a plan.

    module: the one that would bring it about. role, result: the role that does, and what it registers. section: the
    part of the description that asks for it. foreseen: how it shows once it is done.
    """

    resource: Resource
    module: str
    role: str
    result: str
    section: str
    foreseen: Any

    @property
    def name(self) -> str:
        return self.resource.kind.name


SORTS = (
    Sort(VRACK, "ovh_vrack", "vrack", "vrack_result", "vrack", vrack),
    Sort(ATTACHMENT, "ovh_vrack_cloudproject", "vrack", "vrack_attachment_result", "vrack", vrack_cloudproject),
    Sort(NETWORK, "ovh_private_network", "private_network", "private_network_result", "networks", private_network),
    Sort(SUBNET, "ovh_subnet", "private_network", "private_network_subnet_result", "networks", subnet),
    Sort(SSH_KEY, "ovh_ssh_key", "instance", "instance_ssh_key_result", "ssh_keys", ssh_key),
    Sort(INSTANCE, "ovh_instance", "instance", "instance_result", "instances", instance),
    Sort(
        INTERFACE,
        "ovh_instance_interface",
        "instance_interface",
        "instance_interface_result",
        "interfaces",
        interface,
    ),
)
TAKEN_AWAY = (
    ("ovh_instance_interface", "teardown_interface_result"),
    ("ovh_instance", "teardown_instance_result"),
    ("ovh_ssh_key", "teardown_ssh_key_result"),
    ("ovh_subnet", "teardown_subnet_result"),
    ("ovh_private_network", "teardown_network_result"),
    ("ovh_vrack_cloudproject", "teardown_attachment_result"),
)
"""The same backwards. The vRack itself stays."""


def sorts_for(state: str) -> Sequence[Sort]:
    if state == "present":
        return SORTS
    known = {sort.module: sort for sort in SORTS}
    return [replace(known[module], role="teardown", result=result) for module, result in TAKEN_AWAY]


def entries_of(sort: Sort, lists: Mapping[str, Any], state: str) -> List[Dict[str, Any]]:
    """The items that the role hands to its module, as far as they are described."""
    if sort.resource is VRACK:
        return _vrack(lists)
    if sort.resource is ATTACHMENT:
        return _attachment(lists, state)
    entries: List[Dict[str, Any]] = list(lists[sort.resource.many])
    if sort.resource is INSTANCE and state == "absent":
        return [entry for entry in entries if entry.get("name") not in lists["existing_instances"]]
    return entries


def _vrack(lists: Mapping[str, Any]) -> List[Dict[str, Any]]:
    described = lists["vrack"]
    if not described:
        return []
    fields = ("name", "service_name", "description", "subsidiary")
    entry = {field: described[field] for field in fields if field in described}
    if described.get("adopt", True) and not described.get("service_name"):
        entry["adopt_from"] = lists["project"]
    return [entry]


def _attachment(lists: Mapping[str, Any], state: str) -> List[Dict[str, Any]]:
    described = lists["vrack"]
    if not described or (state == "absent" and described.get("keep_attached")):
        return []
    ref = described.get("service_name") or described.get("name")
    return [{"vrack": ref, "move": described.get("move", False)}] if ref else []


def kind_of(sort: Sort, details: bool) -> Kind:
    """The kind, which looks no closer than the plan needs unless details are wanted."""
    if sort.resource is INSTANCE:
        return InstanceKind(brief=not details)
    if sort.resource is INTERFACE:
        return InterfaceKind(brief=not details)
    return sort.resource.kind
