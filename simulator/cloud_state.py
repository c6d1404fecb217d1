# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records of Public Cloud projects.

A record carries the moments at which it becomes visible, active or gone (virtual seconds); its status is computed from
them and the clock. Reading therefore never changes anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def is_gone(gone_at: float | None, now: float) -> bool:
    return gone_at is not None and now >= gone_at


@dataclass
class NetworkRegion:
    openstack_id: str
    active_at: float = 0.0
    gone_at: float | None = None

    def is_active(self, now: float) -> bool:
        return now >= self.active_at and not is_gone(self.gone_at, now)


@dataclass
class Network:
    """A private network. Its id is `pn-<vrack>_<vlan>`, in a Local Zone the UUID of its only region."""

    id: str
    name: str
    vlan: int | None
    regions: dict[str, NetworkRegion]
    created_at: float = 0.0
    visible_at: float = 0.0
    gone_at: float | None = None
    failed: bool = False
    local_zone: bool = False
    vanishes: bool = False

    def exists(self, now: float) -> bool:
        return not is_gone(self.gone_at, now)

    def regions_now(self, now: float) -> dict[str, NetworkRegion]:
        return {name: region for name, region in self.regions.items() if not is_gone(region.gone_at, now)}

    def status(self, now: float) -> str:
        if self.failed:
            return "ERROR"
        if self.gone_at is not None and not self.vanishes:
            return "DELETING"
        return "ACTIVE" if all(region.is_active(now) for region in self.regions_now(now).values()) else "BUILDING"


@dataclass
class Pool:
    start: str
    end: str


@dataclass
class Subnet:
    id: str
    network_id: str
    region: str
    cidr: str
    pools: list[Pool]
    dhcp: bool
    gateway_ip: str | None
    visible_at: float = 0.0
    name: str = ""
    dns_servers: list[str] = field(default_factory=list)
    host_routes: list[dict[str, str]] = field(default_factory=list)
    # Was its removal answered by a 500? That comes once.
    refused_to_go: bool = False

    @property
    def is_ipv4(self) -> bool:
        return ":" not in self.cidr


@dataclass
class Address:
    ip: str
    subnet_id: str


@dataclass
class Port:
    """A port of a network: an instance's interface, a DHCP port or a router's leg."""

    id: str
    network_id: str
    region: str
    mac: str
    addresses: list[Address]
    owner: str = "instance"  # instance | dhcp | router
    owner_id: str = ""
    visible_at: float = 0.0
    active_at: float = 0.0
    gone_at: float | None = None
    released_at: float | None = None
    addresses_from: float = 0.0  # when the list of instances begins to show its addresses

    def is_visible(self, now: float) -> bool:
        return now >= self.visible_at and not is_gone(self.gone_at, now)

    def holds_addresses(self, now: float) -> bool:
        return not is_gone(self.released_at, now)

    def is_changing(self, now: float) -> bool:
        """Say whether the port is being plugged or unplugged."""
        return now < self.active_at or (self.gone_at is not None and now < self.gone_at)


@dataclass
class SshKey:
    id: str
    name: str
    public_key: str
    regions: list[str]
    fingerprint: str


@dataclass
class Instance:
    id: str
    name: str
    region: str
    flavor_id: str
    image_id: str | None
    ssh_key_id: str | None
    created_at: float
    availability_zone: str | None = None
    active_at: float = 0.0
    visible_at: float = 0.0
    gone_at: float | None = None
    failed: bool = False
    state: str = "ACTIVE"  # what it is once nothing is under way
    passing_state: str = ""  # what it is until passing_until
    passing_until: float = 0.0
    monthly_since: float | None = None
    monthly_ok_at: float = 0.0
    group_id: str | None = None
    user_data: str | None = None
    operation_ids: list[str] = field(default_factory=list)
    rescue_password: str | None = None

    def exists(self, now: float) -> bool:
        return not is_gone(self.gone_at, now)

    def status(self, now: float) -> str:
        if self.gone_at is not None:
            return "DELETING"
        if now < self.active_at:
            return "BUILD"
        if self.failed:
            return "ERROR"
        return self.passing_state if now < self.passing_until else self.state

    def is_built(self, now: float) -> bool:
        return now >= self.active_at and not self.failed


@dataclass
class Snapshot:
    """An image that was made of an instance."""

    id: str
    name: str
    region: str
    image: dict[str, Any]
    created_at: float
    saved_at: float


@dataclass
class InstanceGroup:
    id: str
    name: str
    region: str
    type: str


@dataclass
class Operation:
    """Work under way on a regional route; progress and status follow from the two moments."""

    id: str
    action: str
    region: str
    created_at: float
    completed_at: float
    resource_id: str | None = None
    instance_ids: list[str] = field(default_factory=list)
    sub_operation_ids: list[str] = field(default_factory=list)
    failed: bool = False


@dataclass
class Gateway:
    id: str
    name: str
    region: str
    model: str
    external_ip: str | None
    active_at: float = 0.0
    gone_at: float | None = None


@dataclass
class FloatingIp:
    id: str
    region: str
    ip: str
    gateway_id: str | None = None
    port_id: str | None = None
    private_ip: str | None = None


@dataclass
class Project:
    id: str
    description: str
    created_at: float
    regions: list[str]
    name: str | None = None
    status: str = "ok"
    order_id: int | None = None
    quotas: dict[str, dict[str, int]] = field(default_factory=dict)
    networks: list[Network] = field(default_factory=list)
    subnets: dict[str, Subnet] = field(default_factory=dict)
    ports: dict[str, Port] = field(default_factory=dict)
    ssh_keys: dict[str, SshKey] = field(default_factory=dict)
    instances: dict[str, Instance] = field(default_factory=dict)
    groups: dict[str, InstanceGroup] = field(default_factory=dict)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    gateways: dict[str, Gateway] = field(default_factory=dict)
    floating_ips: dict[str, FloatingIp] = field(default_factory=dict)


@dataclass
class CloudState:
    """Everything there is of Public Cloud in the account."""

    projects: dict[str, Project] = field(default_factory=dict)
    public_addresses_given: int = 0
    region_changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    networks_that_vanished: int = 0
