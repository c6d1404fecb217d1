# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done about keys: made, given one more region, replaced when told to, removed."""

from __future__ import annotations

import itertools
from typing import Any, Dict, Iterable, List, Optional, Sequence

from ..._engine.errors import VrackError
from ..._engine.model import LATER, Action, Answers, Call, Change, Reader, Ready, State, Step
from ..._messages import error
from ..._shared.entries import Entries
from ..._shared.lookup import find_one, is_id, not_found, plain, refuse_doubt
from ..._shared.project import Project, unknown_region
from ..._shared.quota import problems_by_region
from .material import fingerprint, material
from .record import SshKey
from .spec import SshKeySpec
from .world import SshKeyWorld, fitting, is_made, look

MADE_ALL_THE_SAME = ("invalid region",)
"""Without a region the API was seen to refuse a key that it had made."""


class SshKeyKind:
    """Makes keys, adds a region to one, replaces one when told to."""

    name = "ssh key"

    def label(self, spec: SshKeySpec) -> str:
        return f"ssh key '{spec.name}'"

    def observe(self, read: Reader, specs: Sequence[SshKeySpec], last: Any, answers: Answers) -> SshKeyWorld:
        return look(read, specs, last)

    def check(self, specs: Sequence[SshKeySpec], world: SshKeyWorld) -> Iterable[VrackError]:
        seen = set()
        given: Dict[Any, SshKeySpec] = {}
        for spec in specs:
            project = world.projects[spec.project].id
            named = [key.id for key in fitting(spec, world.keys[project])] or [plain(spec.name)]
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
            if is_id(spec.name):
                raise not_found("ssh key", spec.name, [key.name for key in world.keys[project.id]])
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


def _find(spec: SshKeySpec, keys: Entries[SshKey]) -> Optional[SshKey]:
    """By name or id, if it is there."""
    if not fitting(spec, keys):
        refuse_doubt(keys, name=spec.name)
        return None
    return find_one("ssh key", spec.name, keys, lambda one: [one.id], lambda one: one.name)


def _quota_problems(specs: Sequence[SshKeySpec], world: SshKeyWorld) -> Iterable[VrackError]:
    """Keys beyond what the project may have in a region."""
    for project_id, quotas in world.quotas.items():
        keys = world.keys[project_id]
        made = [one for one in specs if world.projects[one.project].id == project_id and is_made(one, keys)]
        asked: Dict[str, Dict[str, int]] = {}
        for spec, region in itertools.product(made, [quota.region for quota in quotas]):
            if spec.region in (None, region):
                more = asked.setdefault(region, {"ssh keys": 0})
                more["ssh keys"] += not fitting(spec, keys)
        used = {name: {"ssh keys": len([key for key in keys if name in key.regions])} for name in asked}
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
