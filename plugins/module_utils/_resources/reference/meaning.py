# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a name or id is that was not found where it was looked for.

Only a failure costs these reads. An id's form says which lists may have it; a plain name is looked for where one
request a project shows it. What may not be read is left out.
"""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Callable, Iterable, Iterator, List, Mapping, Optional, Sequence

from ..._engine.errors import InputProblems, NotFound, VrackError
from ..._engine.model import Reader
from ..._messages import error
from ..._shared.catalog import list_flavors, list_images, list_snapshots
from ..._shared.lookup import NETWORK_ID, PROJECT_ID, UUID, VRACK_ID, is_id, normalised, same_name
from ..._shared.project import Project, find_project, list_projects, region_names
from ..instance.record import list_instances
from ..instance_network.interface import list_interfaces
from ..private_network.record import list_networks
from ..ssh_key.record import list_keys
from ..subnet.record import list_subnets_of
from ..vrack.record import list_vracks
from .kinds import KINDS, wanted_by

MAC = re.compile(r"([0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.IGNORECASE)

MOST_PROJECTS = 8
"""Other projects that are looked into, with a request or two each."""

MOST_INSTANCES = 20
"""Instances whose interfaces are looked at, with a request each."""


@dataclass(frozen=True)
class Meaning:
    """A thing that has the name or id. *text*: "the id of instance 'web-1' in GRA11". elsewhere: in another project."""

    kind: str
    text: str
    elsewhere: bool = False


@dataclass(frozen=True)
class Thing:
    """Something by one of its names or ids; *by* says which of them it is."""

    kind: str
    key: str
    by: str
    called: str
    where: str = ""
    elsewhere: bool = False


def explained(problem: VrackError, read: Reader, projects: Iterable[str]) -> VrackError:
    """The problem, or one that says what it is that was not found as what it was looked for."""
    if isinstance(problem, InputProblems):
        found = InputProblems([explained(one, read, projects) for one in problem.problems])
        found.doing = problem.doing
        return found
    if problem.unfound is not None:
        return _with_more(problem, problem.unfound, read, projects)
    if not isinstance(problem, NotFound) or not problem.ref:
        return problem
    meaning = meaning_of(problem.ref, problem.wanted, read, projects)
    if meaning is None:
        return problem
    better = _said(problem.ref, problem.wanted, meaning, problem.where)
    better.doing = problem.doing
    return better


def _with_more(problem: VrackError, unfound: NotFound, read: Reader, projects: Iterable[str]) -> VrackError:
    meaning = meaning_of(unfound.ref, unfound.wanted, read, projects)
    more = f": that is {meaning.text}" if meaning else ""
    return type(problem)(problem.what + more, problem.advice, problem.code, problem.doing)


def mistaken_ids(item: Mapping[str, Any], many: str, read: Reader) -> List[VrackError]:
    """The ids among these options that are those of other things, where nothing was found by them."""
    found: List[VrackError] = []
    for option, value in item.items():
        wanted = wanted_by(option, many)
        if wanted and wanted != "project" and isinstance(value, str) and is_id(value):
            projects = [str(item["project"])] if item.get("project") else []
            meaning = meaning_of(value, wanted, read, projects)
            if meaning is not None and (meaning.elsewhere or meaning.kind != wanted):
                found.append(_said(value, wanted, meaning, ""))
    return found


def _said(ref: str, wanted: str, meaning: Meaning, where: str) -> VrackError:
    """The sentence for a name or id of something else, or of something that is elsewhere."""
    here, ref = KINDS[wanted], ref.strip()
    if meaning.kind == wanted:
        place = where or " in another place"
        return error("found_elsewhere", ref=ref, meaning=meaning.text, where=place, wanted=here.one, by=here.by)
    there = KINDS[meaning.kind]
    found = there.one[0].upper() + there.one[1:]
    return error(
        "something_else",
        ref=ref,
        meaning=meaning.text,
        wanted=here.one,
        by=here.by,
        found=found,
        option=there.option,
    )


def meaning_of(ref: str, wanted: str, read: Reader, projects: Iterable[str]) -> Optional[Meaning]:
    ref = normalised(ref)
    for source in _sources(ref, wanted, read, _Places(read, projects)):
        with suppress(VrackError):  # what may not be read is left out
            fitting = [one for one in source() if one.key == ref or same_name(one.key, ref)]
            if fitting:
                return _told(fitting)
    return None


def _told(things: Sequence[Thing]) -> Meaning:
    """The first, and where else there is one of its name."""
    first = things[0]
    alike = [one for one in things if (one.kind, one.by, one.called) == (first.kind, first.by, first.called)]
    where = " and".join(sorted({one.where for one in alike if one.where})[:4])
    text = f"{first.by} {first.called}{where}" if first.called else first.by
    return Meaning(first.kind, text, first.elsewhere)


Source = Callable[[], Iterable[Thing]]


def _sources(ref: str, wanted: str, read: Reader, places: _Places) -> List[Source]:
    """Where it may be found, in the order in which that is tried."""

    def of(list_things: Callable[[Reader, Project], Iterable[Thing]], elsewhere: bool = False) -> Source:
        return lambda: places.things(list_things, elsewhere)

    if MAC.fullmatch(ref):
        return [lambda: [Thing("interface", ref, "a MAC address", "")]]
    if VRACK_ID.fullmatch(ref):
        return [lambda: _vracks(read, ref)]
    if PROJECT_ID.fullmatch(ref):
        return [lambda: _projects(read), of(_keys)]
    if NETWORK_ID.fullmatch(ref):
        return [of(_networks), of(_networks, True)]
    if UUID.fullmatch(ref):
        near = [of(_instances), of(_networks), of(_subnets), of(_offers), of(_interfaces)]
        return [*near, of(_instances, True), of(_networks, True)]
    if _is_address(ref):
        return [of(_addresses), lambda: [Thing("address", ref, "an IP address", "")]]
    if _is_range(ref):
        return [of(_subnets), lambda: [Thing("subnet", ref, "a range of addresses", "")]]
    numbered = [of(_vlans), lambda: _orders(read, ref)] if ref.isdigit() else []
    same = {"network": _networks, "instance": _instances, "ssh key": _keys}.get(wanted)
    named = [of(_regions), of(_instances), of(_networks), of(_keys), lambda: _projects(read), lambda: _vracks(read)]
    return [*numbered, *named, of(_offers), *([of(same, True)] if same else [])]


class _Places:
    """The projects that a task is about, and the others of the account, each read once it matters."""

    def __init__(self, read: Reader, refs: Iterable[str]) -> None:
        self._read = read
        self._refs = list(dict.fromkeys(refs))
        self._own: Optional[List[Project]] = None

    def things(self, list_things: Callable[[Reader, Project], Iterable[Thing]], elsewhere: bool) -> Iterator[Thing]:
        for project in self._others() if elsewhere else self._mine():
            with suppress(VrackError):
                for one in list_things(self._read, project):
                    where = f"{one.where} of project '{project.description or project.id}'" if elsewhere else one.where
                    yield Thing(one.kind, one.key, one.by, one.called, where, elsewhere)

    def _mine(self) -> List[Project]:
        if self._own is None:
            self._own = []
            for ref in self._refs:
                with suppress(VrackError):
                    self._own.append(find_project(self._read, ref))
        return self._own

    def _others(self) -> List[Project]:
        known = {project.id for project in self._mine()}
        others = [project for project in list_projects(self._read) if project.id not in known]
        return sorted(others, key=lambda one: (one.description, one.id))[:MOST_PROJECTS]


def _vracks(read: Reader, ref: Optional[str] = None) -> Iterator[Thing]:
    for vrack in list_vracks(read, ref):
        called = f"vRack '{vrack.name}'" if vrack.name else "a vRack without a name"
        yield Thing("vRack", vrack.service_name, "the service name of", called)
        if vrack.name:
            yield Thing("vRack", vrack.name, "the name of", called, f" ({vrack.service_name})")


def _projects(read: Reader) -> Iterator[Thing]:
    for project in list_projects(read):
        called = f"project '{project.description}'" if project.description else "a project without a description"
        yield Thing("project", project.id, "the id of", called)
        if project.description:
            yield Thing("project", project.description, "the description of", called)


def _orders(read: Reader, ref: str) -> Iterator[Thing]:
    if read.get("me", "order", ref, missing=None) is not None:
        yield Thing("order", ref, "the number of", "an order")


def _regions(read: Reader, project: Project) -> Iterator[Thing]:
    return (Thing("region", name, "the name of", "a region") for name in region_names(read, project))


def _instances(read: Reader, project: Project) -> Iterator[Thing]:
    for one in list_instances(read, project):
        where = f" in {one.region}" + ("" if one.status == "ACTIVE" else f", which is {one.status}")
        yield Thing("instance", one.id, "the id of", f"instance '{one.name}'", where)
        yield Thing("instance", one.name, "the name of", f"instance '{one.name}'", where)


def _addresses(read: Reader, project: Project) -> Iterator[Thing]:
    for one in list_instances(read, project):
        for _kind, ip, _network in one.addresses:
            yield Thing("address", ip, "an address of", f"instance '{one.name}'", f" in {one.region}")


def _networks(read: Reader, project: Project) -> Iterator[Thing]:
    for network in list_networks(read, project):
        going = "" if network.status == "ACTIVE" else f", which is {network.status}"
        called = f"network '{network.name}'"
        yield Thing("network", network.id, "the id of", called, going)
        yield Thing("network", network.name, "the name of", called, going)
        for entry in network.regions:
            if entry.openstack_id:
                yield Thing("network", entry.openstack_id, "the OpenStack id of", called, f" in {entry.region}")


def _vlans(read: Reader, project: Project) -> Iterator[Thing]:
    for network in list_networks(read, project):
        yield Thing("network", str(network.vlan_id), "the VLAN of", f"network '{network.name}'")


def _subnets(read: Reader, project: Project) -> Iterator[Thing]:
    networks = list_networks(read, project)
    names = {network.id: network.name for network in networks}
    for network_id, subnets in list_subnets_of(read, project, networks).items():
        for subnet in subnets:
            where = f" of network '{names[network_id]}' in {subnet.region}"
            yield Thing("subnet", subnet.id, "the id of", f"subnet {subnet.cidr}", where)
            yield Thing("subnet", subnet.cidr, "the cidr of", "a subnet", where)


def _keys(read: Reader, project: Project) -> Iterator[Thing]:
    for key in list_keys(read, project):
        where = f" in {', '.join(key.regions[:4])}" if key.regions else ""
        yield Thing("ssh key", key.id, "the id of", f"ssh key '{key.name}'", where)
        yield Thing("ssh key", key.name, "the name of", f"ssh key '{key.name}'", where)


def _offers(read: Reader, project: Project) -> Iterator[Thing]:
    """Flavors and images, OVHcloud's and the project's own."""
    for kind, offered in (
        ("flavor", list_flavors(read, project)),
        ("image", [*list_images(read, project), *list_snapshots(read, project)]),
    ):
        for one in offered:
            yield Thing(kind, one.id, "the id of", f"{kind} '{one.name}'", f" in {one.region}")
            yield Thing(kind, one.name, "the name of", f"{kind} '{one.name}'", f" in {one.region}")


def _interfaces(read: Reader, project: Project) -> Iterator[Thing]:
    instances = list_instances(read, project)[:MOST_INSTANCES]
    names = {one.id: one.name for one in instances}
    for instance, interfaces in list_interfaces(read, project, {one.id: one.addresses for one in instances}).items():
        for one in interfaces:
            yield Thing("interface", one.id, "the id of an interface of", f"instance '{names[instance]}'")


def _is_address(ref: str) -> bool:
    with suppress(ValueError):
        ipaddress.ip_address(ref)
        return True
    return False


def _is_range(ref: str) -> bool:
    with suppress(ValueError):
        ipaddress.ip_network(ref, strict=False)
        return "/" in ref
    return False
