# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configure network interfaces of a machine, so that it takes the change back by itself unless it is confirmed."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

from .._engine.clock import Clock, Deadline
from .._messages import error
from . import change
from .host import (
    DefaultRoute,
    Network,
    Run,
    active_managers,
    differences,
    foreign,
    look,
    manager_for,
    owners,
    profile_on,
    stanzas_in,
)
from .managers import IFUPDOWN, NETWORK_MANAGER, Command, File, Place, all_paths, back, down, files, up
from .wanted import STATIC, Wanted

APPLY_PATIENCE = 60.0
"""Seconds that applying is waited for. Where the connection is cut, nobody waits."""
SETTLE_PATIENCE = 40.0
"""Seconds within which an interface has to be as asked for."""


class Job(NamedTuple):
    """An interface with all that is to be known of it before its files change."""

    wanted: Wanted
    device: str
    manager: str
    profile: Optional[str]
    files: Sequence[File]
    unfit: Sequence[str]
    by_hand: Sequence[str]
    """Addresses that no manager knows of, and would not bring back."""


class Planned(NamedTuple):
    """What there is to do: nothing where there are no jobs."""

    looked: Sequence[Job]
    jobs: Sequence[Job]
    steps: Sequence[change.Step]
    default: Optional[DefaultRoute]
    """What has to be the default route afterwards."""

    @property
    def diff(self) -> List[Dict[str, str]]:
        return [
            {
                "before_header": step.path,
                "after_header": step.path,
                "before": read_text(step.path) or "",
                "after": step.new.content if step.new else "",
            }
            for step in self.steps
        ]


def plan(run: Run, wishes: Sequence[Wanted]) -> Planned:
    """Looks, refuses what can't be, and says what differs."""
    network = look(run)
    active = active_managers(run)
    stanzas = stanzas_in(_stanza_texts())
    jobs = [_job(run, network, active, stanzas, wanted) for wanted in wishes]
    steps: Dict[str, change.Step] = {}
    busy = []
    for job in jobs:
        found = [step for step in _steps(job) if step.path not in steps]
        steps.update((step.path, step) for step in found)
        busy += [job] if found or job.unfit else []
    return Planned(jobs, busy, list(steps.values()), default_after(network, wishes))


def default_after(network: Network, wishes: Sequence[Wanted]) -> Optional[DefaultRoute]:
    """The first default route that stays: those of interfaces that are to have none go."""
    going = [link.device for link in map(network.link_of, (one.mac for one in wishes if not one.default_route)) if link]
    return next((route for route in network.defaults if route.device not in going), None)


def _job(
    run: Run, network: Network, active: Sequence[str], stanzas: Mapping[str, Sequence[str]], wanted: Wanted
) -> Job:
    link = network.link_of(wanted.mac)
    if link is None:
        macs = ", ".join(f"{one.device} {one.mac}" for one in network.links)
        raise error("guest_no_interface", mac=wanted.mac, macs=macs or "none")
    default = network.default
    if {route.device for route in network.defaults} == {link.device} and not wanted.default_route:
        raise error("guest_public", mac=wanted.mac, device=link.device)
    own = owners(run, active, link.device, stanzas)
    of_default = owners(run, active, default.device, stanzas) if default else []
    manager = manager_for(link.device, active, own, of_default)
    elsewhere = foreign(stanzas, link.device) if manager == IFUPDOWN else []
    if elsewhere and (wanted.method == STATIC or wanted.routes):
        raise error("guest_stanza_elsewhere", device=link.device, paths=", ".join(elsewhere))
    profile = profile_on(run, link.device) if manager == NETWORK_MANAGER else None
    made = files(manager, wanted, Place(link.device, bool(elsewhere)))
    return Job(wanted, link.device, manager, profile, made, differences(wanted, network), () if own else link.addresses)


def _steps(job: Job) -> List[change.Step]:
    """Each file that has to become another one, or to go."""
    new = {file.path: file for file in job.files}
    found = []
    for path in all_paths(job.manager, job.wanted, job.device):
        file, now = new.get(path), read_text(path)
        if now != (file.content if file else None):
            found.append(change.Step(path, file, None if now is None else ""))
    return found


def _stanza_texts() -> Dict[str, str]:
    paths = ["/etc/network/interfaces"]
    for folder in ("/etc/network/interfaces.d", "/run/network/interfaces.d"):
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        paths += [os.path.join(folder, name) for name in names]
    return {path: read_text(path) or "" for path in paths}


# Doing it


def arm_and_apply(run: Run, clock: Clock, planned: Planned, seconds: int) -> None:
    """The way back first. Then the change, apart from this connection."""
    if os.path.exists(change.PENDING):
        raise error("guest_pending", seconds=seconds)
    token = uuid.uuid4().hex[:8]
    _write_all(planned, token)
    for command in (change.arming(token, seconds), change.applying(token)):
        code, out = run(command)
        if code:
            _disarm(run, token)
            raise error("guest_unarmed", command=" ".join(command), said=out.strip()[:200])
    deadline = Deadline(clock, APPLY_PATIENCE)
    while not (os.path.exists(change.APPLIED) or deadline.passed()):
        clock.wait(0.2)


def _write_all(planned: Planned, token: str) -> None:
    """The units that act at boot come last, when all that they need is there."""
    shutil.rmtree(change.FOLDER, ignore_errors=True)
    os.makedirs(change.FOLDER, mode=0o700)
    steps = []
    for number, step in enumerate(planned.steps):
        saved = None
        if os.path.exists(step.path):
            saved = f"{change.FOLDER}/saved-{number}"
            shutil.copy2(step.path, saved)
        if step.new:
            write_text(change.staged(number), step.new.content, int(step.new.mode, 8))
        steps.append(change.Step(step.path, step.new, saved))
    before: List[Command] = []
    after: List[Command] = []
    undo: List[Command] = []
    for job in planned.jobs:
        before += down(job.manager, job.device)
        after += up(job.manager, job.device, job.wanted)
        undo += back(job.manager, job.device, job.profile)
        undo += [("ip", "address", "replace", address, "dev", job.device) for address in job.by_hand]
    wanted = [job.wanted.as_json() for job in planned.jobs]
    story = {"token": token, "wanted": wanted, "default": _route_json(planned.default)}
    write_text(change.STORY, json.dumps(story), 0o600)
    write_text(change.APPLY, change.apply_script(before, steps, after), 0o700)
    write_text(change.RESTORE, change.restore_script(before, steps, undo), 0o700)
    write_text(change.PENDING, "", 0o600)
    write_text(change.BOOT_UNIT, change.BOOT, 0o644)
    os.makedirs(os.path.dirname(change.BOOT_LINK), exist_ok=True)
    if not os.path.islink(change.BOOT_LINK):
        os.symlink(change.BOOT_UNIT, change.BOOT_LINK)
    os.sync()


def _route_json(route: Optional[DefaultRoute]) -> Optional[Dict[str, Any]]:
    return None if route is None else {"device": route.device, "gateway": route.gateway, "metric": route.metric}


# Afterwards


def confirm(run: Run, clock: Clock) -> bool:
    """Whether there was a change, which stays now. Where it is not as asked for, it is taken back at once."""
    if not os.path.exists(change.PENDING):
        if os.path.exists(change.TAKEN_BACK):
            raise error("guest_taken_back", when=(read_text(change.TAKEN_BACK) or "").strip())
        return False
    story = json.loads(read_text(change.STORY) or "{}")
    wishes = [Wanted.from_json(one) for one in story["wanted"]]
    wrong = _settled(run, clock, wishes, story["default"])
    if wrong:
        run(("systemctl", "start", f"{change.rollback_unit(story['token'])}.service"))
        raise error("guest_not_as_asked", what="; ".join(wrong))
    try:
        os.rename(change.PENDING, f"{change.PENDING}.kept")
    except FileNotFoundError:
        raise error("guest_taken_back", when="just now") from None
    _disarm(run, story["token"])
    return True


def _disarm(run: Run, token: str) -> None:
    for path in (change.BOOT_LINK, change.BOOT_UNIT):
        if os.path.lexists(path):
            os.remove(path)
    run(("systemctl", "stop", f"{change.rollback_unit(token)}.timer"))
    shutil.rmtree(change.FOLDER, ignore_errors=True)


def _settled(run: Run, clock: Clock, wishes: Sequence[Wanted], default: Optional[Mapping[str, Any]]) -> List[str]:
    """What is still wrong when there was time enough."""
    deadline = Deadline(clock, SETTLE_PATIENCE)
    while True:
        network = look(run)
        wrong = [line for wanted in wishes for line in differences(wanted, network)]
        if not any(wanted.default_route for wanted in wishes):
            wrong += _moved(network, default)
        if not wrong or deadline.passed():
            return wrong
        clock.wait(0.5)


def _moved(network: Network, before: Optional[Mapping[str, Any]]) -> List[str]:
    """Whether the default route is what it was."""
    now = network.default
    if before is None:
        return [f"there is a default route now, on {now.device}"] if now else []
    if now is None:
        return ["the default route is gone"]
    if (now.device, now.gateway) != (before["device"], before["gateway"]):
        return [
            f"the default route is by {now.gateway} on {now.device}, not by {before['gateway']} on {before['device']}"
        ]
    return []


def taken_back() -> Optional[str]:
    """When an earlier change was taken back, where that is the last that happened."""
    return (read_text(change.TAKEN_BACK) or "").strip() or None


def forget_taken_back() -> None:
    if os.path.exists(change.TAKEN_BACK):
        os.remove(change.TAKEN_BACK)


def read_text(path: str) -> Optional[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def write_text(path: str, content: str, mode: int) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(content)
        os.fsync(file.fileno())
    os.chmod(path, mode)
