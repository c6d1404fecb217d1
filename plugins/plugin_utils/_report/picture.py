# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture as data: VLANs as lines, regions as columns, instances where both meet. Templates only write it down."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional

from .bars import Bar, bar_of
from .drift import DIFFERENT, EXTRA, LATER, MISSING, Drift, drift_of
from .texts import plain

PUBLIC = "public"
COLOURS = 10
"""How many there are for lines; then they begin anew."""


@dataclass
class Chip:
    """An instance where it is on a line."""

    machine: Machine
    addresses: List[str]

    @property
    def shown(self) -> str:
        """One address: its first of IPv4, or its first."""
        return next((one for one in self.addresses if ":" not in one), "".join(self.addresses[:1]))


@dataclass
class Subnet:
    cidr: str
    region: str
    project: str
    pools: str
    gateway: str
    dhcp: bool
    drift: str
    shares: Optional[Bar]


@dataclass
class Cell:
    """A line in a region. there: whether the network is in it, or is to be."""

    region: str
    there: bool = False
    subnets: List[Subnet] = field(default_factory=list)
    chips: List[Chip] = field(default_factory=list)


@dataclass
class Network:
    id: str
    name: str
    project: str
    drift: str


@dataclass
class Line:
    """vlan: None for the public network. Networks of several projects are one line where their VLAN is the same."""

    key: str
    vlan: Optional[int]
    colour: int
    networks: List[Network] = field(default_factory=list)
    cells: Dict[str, Cell] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return "Public network" if self.vlan is None else f"VLAN {self.vlan}"

    @property
    def names(self) -> str:
        return ", ".join(dict.fromkeys(one.name for one in self.networks))

    @property
    def machines(self) -> int:
        return len({chip.machine.key for cell in self.cells.values() for chip in cell.chips})

    def cell(self, region: str) -> Cell:
        return self.cells.setdefault(region, Cell(region))


@dataclass
class Machine:
    """An instance. on: its addresses by the key of the line."""

    key: str
    id: str
    name: str
    region: str
    status: str
    flavor: str
    image: str
    project: str
    drift: str
    on: Dict[str, List[str]] = field(default_factory=dict)


@dataclass
class Project:
    key: str
    id: str
    name: str
    status: str
    networks: int
    instances: int
    described: bool


@dataclass
class Picture:
    vrack: Optional[Mapping[str, Any]]
    services: List[str]
    projects: List[Project]
    regions: List[str]
    lines: List[Line]
    machines: List[Machine]
    drift: Drift
    notes: List[str]

    @property
    def title(self) -> str:
        if self.vrack is None:
            return " and ".join(one.name for one in self.projects)
        return str(self.vrack.get("name") or self.vrack.get("service_name"))

    def counts(self) -> Dict[str, int]:
        """How many things each word of drift is said of."""
        words = [one.drift for line in self.lines for one in line.networks] + [one.drift for one in self.machines]
        words += [one.drift for line in self.lines for cell in line.cells.values() for one in cell.subnets]
        return {word: words.count(word) for word in (MISSING, DIFFERENT, EXTRA) if word in words}

    def addresses(self) -> Dict[str, int]:
        """In all ranges of private networks together. A range is counted in each region that has a part of it."""
        bars = [one.shares for line in self.lines for cell in line.cells.values() for one in cell.subnets if one.shares]
        return {"used": sum(one.used for one in bars), "free": sum(one.free for one in bars)}


def picture_of(contents: Mapping[str, Any], planned: Any = None, described: Any = None) -> Picture:
    """*contents*: what ovh_vrack_contents_info returned. *planned*: what ovh_plan did. *described*: its topology."""
    contents, drift = plain(contents), drift_of(plain(planned), plain(described))
    drawn = _Drawing(drift)
    for project in contents["projects"]:
        drawn.take(project)
    drawn.take_missing()
    lines = sorted(drawn.lines.values(), key=lambda line: -1 if line.vlan is None else line.vlan)
    for number, line in enumerate(line for line in lines if line.vlan is not None):
        line.colour = number % COLOURS + 1
    regions = sorted({cell.region for line in lines for cell in line.cells.values()} | drawn.regions)
    for line in lines:
        for region in regions:
            line.cell(region).chips.sort(key=lambda chip: _by_name(chip.machine))
    machines = sorted(drawn.machines, key=lambda one: (one.region, _by_name(one)))
    for number, machine in enumerate(machines):
        machine.key = f"i{number}"
    return Picture(
        vrack=contents["vrack"],
        services=contents["services"],
        projects=drawn.projects,
        regions=regions,
        lines=lines,
        machines=machines,
        drift=drift,
        notes=list(dict.fromkeys(contents.get("warnings") or ())),
    )


def _by_name(machine: Machine) -> Any:
    """As people count: web-2 before web-10. On each line alike, so that the links between them seldom cross."""
    parts = re.split(r"([0-9]+)", machine.name)
    return [(one.lower(), int(number or 0)) for one, number in zip(parts[::2], parts[1::2] + [""])], machine.id


def _by_address(text: str) -> Any:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return 9, 0
    return address.version, int(address)


Taken = Dict[str, Dict[str, List[str]]]
"""The addresses of instances by network and region."""


class _Drawing:
    """Puts one project after the other into the picture."""

    def __init__(self, drift: Drift) -> None:
        self.drift = drift
        self.projects: List[Project] = []
        self.lines: Dict[str, Line] = {}
        self.machines: List[Machine] = []
        self.regions: set[str] = set()
        self._names: Dict[str, str] = {}

    def line(self, vlan: Optional[int]) -> Line:
        key = "n-public" if vlan is None else f"n-{vlan}"
        return self.lines.setdefault(key, Line(key, vlan, 0))

    def take(self, project: Mapping[str, Any]) -> None:
        name = project["description"] or project["id"]
        self._names[project["id"]] = name
        described = self.drift.compared and project["id"] == self.drift.project
        key = f"p{len(self.projects)}"
        counts = len(project["networks"]), len(project["instances"])
        self.projects.append(Project(key, project["id"], name, project["status"], *counts, described))
        vlans = {one["id"]: one["vlan_id"] for one in project["networks"]}
        for network in project["networks"]:
            word = self.drift.of(project["id"], network, "network", network["name"])
            line = self.line(network["vlan_id"])
            line.networks.append(Network(network["id"], network["name"], name, word))
            for region in network["regions"]:
                line.cell(region).there = True
        taken: Taken = {}
        for instance in project["instances"]:
            self._take_instance(instance, project["id"], name, vlans, taken)
        for subnet in project["subnets"]:
            word = self.drift.of(project["id"], subnet, "subnet", subnet["cidr"])
            self._take_subnet(subnet, vlans[subnet["network"]], name, word, taken.get(subnet["network"], {}))

    def _take_instance(
        self, one: Mapping[str, Any], project: str, name: str, vlans: Mapping[str, int], taken: Taken
    ) -> None:
        word = self.drift.of(project, one, "instance", one["name"])
        fields = {key: one[key] for key in ("id", "name", "region", "status", "flavor", "image")}
        machine = Machine(key="", project=name, drift=word, **fields)
        for address in one["addresses"]:
            network = address["network"]
            taken.setdefault(network, {}).setdefault(one["region"], []).append(address["ip"])
            if network == PUBLIC or network in vlans:
                line = self.line(None if network == PUBLIC else vlans[network])
                machine.on.setdefault(line.key, []).append(address["ip"])
        self._put(machine)

    def _put(self, machine: Machine) -> None:
        self.machines.append(machine)
        self.regions.add(machine.region)
        for key, addresses in machine.on.items():
            cell = self.lines[key].cell(machine.region)
            cell.there = True
            addresses.sort(key=_by_address)
            cell.chips.append(Chip(machine, addresses))

    def _take_subnet(
        self, one: Mapping[str, Any], vlan: int, project: str, word: str, taken: Mapping[str, List[str]]
    ) -> None:
        cell = self.line(vlan).cell(one["region"] or "no region")
        cell.there = True
        pools = [f"{pool['start']} to {pool['end']}" for pool in one["pools"]]
        elsewhere = [ip for region, ips in taken.items() if region != one["region"] for ip in ips]
        here = taken.get(one["region"], ())
        shares = bar_of(one["cidr"], one["pools"], one["gateway_ip"], here, elsewhere)
        gateway = "" if one["gateway_ip"] in (None, LATER) else one["gateway_ip"]
        cell.subnets.append(
            Subnet(one["cidr"], cell.region, project, ", ".join(pools), gateway, bool(one["dhcp"]), word, shares)
        )

    def take_missing(self) -> None:
        """What is described and isn't there yet."""
        missing = self.drift.missing
        by_name = {one.name: line for line in self.lines.values() for one in line.networks}
        for network in missing.get("private network", ()):
            line = self.line(network["vlan_id"])
            name = self._names.get(network["project"], str(network["project"]))
            line.networks.append(Network("", network["name"], name, MISSING))
            by_name[network["name"]] = line
            for region in network["regions"]:
                line.cell(region).there = True
        for subnet in missing.get("subnet", ()):
            there = by_name.get(subnet["network_name"])
            if there is not None and there.vlan is not None:
                name = self._names.get(subnet["project"], "")
                self._take_subnet(subnet, there.vlan, name, MISSING, {})
        for instance in missing.get("instance", ()):
            self._take_missing_instance(instance)

    def _take_missing_instance(self, one: Mapping[str, Any]) -> None:
        name = self._names.get(one["project"], str(one["project"]))
        fields = {key: one[key] for key in ("name", "region", "flavor", "image")}
        machine = Machine(key="", id="", status="", project=name, drift=MISSING, **fields)
        for interface in one["interfaces"]:
            line = self.line(interface["vlan_id"] if isinstance(interface["vlan_id"], int) else None)
            addresses = interface["addresses"] if isinstance(interface["addresses"], list) else []
            machine.on[line.key] = [ip for ip in addresses if ip != LATER]
        self._put(machine)
