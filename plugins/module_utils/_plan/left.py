# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there, and not described."""

from __future__ import annotations

from typing import Iterable, Iterator, Set, Tuple

from .._engine.model import Reader
from .._resources.instance.record import list_instances
from .._resources.private_network.record import list_networks
from .._resources.ssh_key.record import list_keys
from .._shared.project import find_project
from .model import Item


def left_alone(read: Reader, project: str, items: Iterable[Item]) -> Tuple[str, ...]:
    """Instances, networks and keys of the project that none of the items is about."""
    return tuple(_others(read, project, {str(item.before.get("id")) for item in items if item.before}))


def _others(read: Reader, project: str, meant: Set[str]) -> Iterator[str]:
    known = find_project(read, project)
    for instance in sorted(list_instances(read, known), key=lambda one: (one.name, one.region, one.id)):
        if instance.staying and instance.id not in meant:
            yield f"instance '{instance.name}' in {instance.region}"
    for network in sorted(list_networks(read, known), key=lambda one: (one.vlan_id, one.name)):
        if network.id not in meant:
            yield f"network '{network.name}' (VLAN {network.vlan_id})"
    for key in sorted(list_keys(read, known), key=lambda one: (one.name, one.id)):
        if key.id not in meant:
            yield f"ssh key '{key.name}'"
