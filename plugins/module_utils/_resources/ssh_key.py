# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Public keys of a project (…/sshkey). OVHcloud keeps them apart from OpenStack's own."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from .._engine.errors import VrackError
from .._engine.model import LATER, Action, Answers, Call, Change, Reader, Ready, State, Step
from .._messages import error
from .border import listed, text, texts
from .given import check_name
from .lookup import find_one, plain, same_name
from .project import Project, find_projects, region_names, unknown_region
from .quota import Quota, problems_by_region, read_quotas

MADE_ALL_THE_SAME = ("invalid region",)
"""Without a region the API was seen to refuse a key that it had made."""

KEY_TYPES = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
"""What OpenStack takes for an instance's key: neither DSA, which OpenSSH has dropped, nor certificates."""


@dataclass(frozen=True)
class SshKey:
    """What the API says of a key. The id is opaque."""

    id: str
    name: str
    public_key: str
    regions: Tuple[str, ...]

    @staticmethod
    def from_api(data: Any) -> SshKey:
        return SshKey(
            text(data, "id", "ssh key"),
            text(data, "name", "ssh key"),
            text(data, "publicKey", "ssh key"),
            tuple(sorted(texts(data, "regions", "ssh key"))),
        )

    def record(self, project: Project) -> Dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "project": project.id,
            "public_key": self.public_key,
            "fingerprint": fingerprint(self.public_key),
            "regions": list(self.regions),
        }


def material(public_key: str) -> Tuple[str, str]:
    """Type and blob: what makes two keys the same, whatever their comments."""
    parts = public_key.split()
    return (parts[0], parts[1]) if len(parts) > 1 else (public_key.strip(), "")


def fingerprint(public_key: str) -> str:
    """As `ssh-keygen -l` shows it."""
    try:
        blob = base64.b64decode(material(public_key)[1], validate=True)
    except (binascii.Error, ValueError):
        return "no fingerprint"
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def list_keys(read: Reader, project: Project) -> List[SshKey]:
    """All keys of the project, in one request."""
    answer = read.get("cloud", "project", project.id, "sshkey")
    return [SshKey.from_api(data) for data in listed(answer, "ssh keys")]


def find_key(ref: str, keys: Sequence[SshKey], region: Optional[str] = None) -> SshKey:
    """By name or id, among the keys that serve in the region."""
    here = [key for key in keys if region is None or not key.regions or region in key.regions]
    return find_one("ssh key", ref, here, lambda one: [one.id], lambda one: one.name, where=region or "")


@dataclass(frozen=True)
class SshKeySpec:
    """A key as asked for. *region* None: in all regions where it is new, else in those that it has."""

    state: str
    project: str
    name: str
    public_key: Optional[str] = None
    region: Optional[str] = None
    force: bool = False

    def validated(self) -> SshKeySpec:
        """Itself with one space between the parts of the key, or an InputProblem."""
        if self.state == "absent":
            return self
        if not self.public_key:
            raise error("option_needed", option="public_key", when=f"to make ssh key '{self.name}'")
        check_name(self.name)
        kind, blob = material(self.public_key)
        if len(self.public_key.strip().splitlines()) > 1:
            raise error("key_bad", name=self.name, why="it has several lines")
        if fingerprint(self.public_key) == "no fingerprint" or not blob:
            raise error("key_bad", name=self.name, why="it is not type, base64 and perhaps a comment")
        if kind not in KEY_TYPES:
            raise error("key_type", name=self.name, type=kind, types=", ".join(KEY_TYPES))
        if not base64.b64decode(blob).startswith(len(kind).to_bytes(4, "big") + kind.encode()):
            raise error("key_bad", name=self.name, why=f"its base64 does not hold a key of type {kind}")
        return replace(self, public_key=" ".join(self.public_key.split()))


@dataclass(frozen=True)
class SshKeyWorld:
    """Per project: its keys, and its regions where one is named."""

    projects: Dict[str, Project]
    keys: Dict[str, Tuple[SshKey, ...]]
    names: Dict[str, Tuple[str, ...]]
    quotas: Dict[str, Tuple[Quota, ...]] = field(default_factory=dict)
    unread: Dict[str, Tuple[str, ...]] = field(default_factory=dict)


class SshKeyKind:
    """Makes keys, adds a region to one, replaces one when told to."""

    name = "ssh key"

    def label(self, spec: SshKeySpec) -> str:
        return f"ssh key '{spec.name}'"

    def observe(self, read: Reader, specs: Sequence[SshKeySpec], last: Any, answers: Answers) -> SshKeyWorld:
        projects = find_projects(read, [spec.project for spec in specs], last.projects if last else None)
        world = SshKeyWorld(projects, {}, last.names if last else {})
        for spec in specs:
            project = projects[spec.project]
            if project.id not in world.keys:
                world.keys[project.id] = tuple(list_keys(read, project))
            new = spec.state == "present" and not _fitting(spec, world.keys[project.id])
            if new and last is None and project.id not in world.quotas:
                world.quotas[project.id], world.unread[project.id] = read_quotas(read, project)
            if spec.region and spec.state == "present" and project.id not in world.names:
                world.names[project.id] = tuple(region_names(read, project))
        return world

    def check(self, specs: Sequence[SshKeySpec], world: SshKeyWorld) -> Iterable[VrackError]:
        seen = set()
        given: Dict[Any, SshKeySpec] = {}
        for spec in specs:
            project = world.projects[spec.project].id
            named = [key.id for key in _fitting(spec, world.keys[project])] or [plain(spec.name)]
            mark = (project, named[0], spec.region)
            other = given.setdefault(mark[:2], spec)
            if mark in seen:
                yield error("twice", what=spec.name)
            elif (spec.state, material(spec.public_key or "")) != (other.state, material(other.public_key or "")):
                yield error("key_two_ways", name=spec.name)
            seen.add(mark)
        yield from _quota_problems(specs, world)

    def plan(self, spec: SshKeySpec, world: SshKeyWorld) -> Change:
        project = world.projects[spec.project]
        seen = _find(spec, world.keys[project.id])
        if spec.state == "absent":
            return Change(Action.NONE) if seen is None else Change(Action.DELETE, seen.record(project), None, seen)
        names = world.names.get(project.id, ())
        if spec.region and spec.region not in names:
            raise unknown_region(spec.region, names)
        regions = [spec.region] if spec.region else None
        if seen is None:
            unread = world.unread.get(project.id, ())
            return Change(Action.CREATE, None, _predicted(spec, project, regions), warnings=unread)
        before = seen.record(project)
        if material(seen.public_key) != material(str(spec.public_key)):
            if spec.force:
                return Change(Action.REPLACE, before, _predicted(spec, project, regions), seen, reason="force")
            raise error(
                "key_differs",
                name=spec.name,
                there=fingerprint(seen.public_key),
                wanted=fingerprint(str(spec.public_key)),
            )
        if spec.region and seen.regions and spec.region not in seen.regions:
            return Change(Action.UPDATE, before, {**before, "regions": sorted((*seen.regions, spec.region))}, seen)
        return Change(Action.NONE, before, before, seen)

    def calls(self, spec: SshKeySpec, change: Change, world: SshKeyWorld) -> Step:
        path = ("cloud", "project", world.projects[spec.project].id, "sshkey")
        if change.action in (Action.DELETE, Action.REPLACE):
            return [Call("DELETE", path + (change.seen.id,), f"remove ssh key '{spec.name}'")]
        same = change.seen is not None and change.action is Action.UPDATE
        body = {"name": spec.name, "publicKey": change.seen.public_key if same else spec.public_key}
        if spec.region:
            body["region"] = spec.region
        doubtful = () if spec.region else MADE_ALL_THE_SAME
        lock = f"key {spec.name}"
        return [Call("POST", path, f"create ssh key '{spec.name}'", body, doubtful=doubtful, lock=lock)]

    def readiness(self, spec: SshKeySpec, change: Change, world: SshKeyWorld) -> State:
        return Ready()

    def record(self, spec: SshKeySpec, change: Change, world: SshKeyWorld) -> Optional[Dict[str, Any]]:
        return change.seen.record(world.projects[spec.project]) if change.seen else None


def _find(spec: SshKeySpec, keys: Sequence[SshKey]) -> Optional[SshKey]:
    """By name or id, if it is there."""
    if not _fitting(spec, keys):
        return None
    return find_one("ssh key", spec.name, keys, lambda one: [one.id], lambda one: one.name)


def _fitting(spec: SshKeySpec, keys: Sequence[SshKey]) -> List[SshKey]:
    return [key for key in keys if spec.name == key.id or same_name(spec.name, key.name)]


def _quota_problems(specs: Sequence[SshKeySpec], world: SshKeyWorld) -> Iterable[VrackError]:
    """Keys beyond what the project may have in a region."""
    for project_id, quotas in world.quotas.items():
        keys = world.keys[project_id]
        new = [
            spec
            for spec in specs
            if spec.state == "present" and world.projects[spec.project].id == project_id and not _fitting(spec, keys)
        ]
        regions = [quota.region for quota in quotas]
        asked = {name: {"ssh keys": len([spec for spec in new if spec.region in (None, name)])} for name in regions}
        used = {name: {"ssh keys": len([key for key in keys if name in key.regions])} for name in regions}
        yield from problems_by_region(quotas, asked, used)


def _predicted(spec: SshKeySpec, project: Project, regions: Optional[List[str]]) -> Dict[str, Any]:
    return {
        "id": LATER,
        "name": spec.name,
        "project": project.id,
        "public_key": spec.public_key,
        "fingerprint": fingerprint(str(spec.public_key)),
        "regions": regions or LATER,
    }
