# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look reads for interfaces."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Tuple

from ..._shared.project import Project
from ..instance.record import Found, Instance
from ..instance.watch import Watch
from ..instance_network.interface import Interface
from ..instance_network.target import PublicNetwork
from ..private_network.record import Network
from ..subnet.record import Subnet
from .spec import InterfaceSpec


@dataclass(frozen=True)
class InterfaceWorld:
    """Per project its instances and networks; the interfaces of the instances that are meant."""

    projects: Dict[str, Project]
    instances: Dict[str, Tuple[Instance, ...]]
    found: Dict[str, Found]
    networks: Dict[str, Tuple[Network, ...]]
    public: Dict[str, PublicNetwork]
    subnets: Dict[str, Tuple[Subnet, ...]]
    interfaces: Dict[str, Tuple[Interface, ...]]
    turns: Dict[str, InterfaceSpec] = field(default_factory=dict)
    """Whose turn it is with each instance: the API takes one change of its interfaces at a time."""
    watch: Watch = field(default_factory=Watch)

    def hides_interfaces(self, instance: Instance, project: Project) -> bool:
        return self.watch.hides_interfaces(instance, self.interfaces.get(instance.id, ()), self.networks[project.id])

    def hides_addresses(self, instance: Instance, project: Project) -> bool:
        return self.watch.hides_addresses(instance, self.interfaces.get(instance.id, ()), self.networks[project.id])
