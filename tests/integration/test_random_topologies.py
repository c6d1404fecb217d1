# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Topologies drawn at random: the plan is what the run then does, and the second run does nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.launch import Simulator
from tests.support.playbooks import FAST, PlaybookRun, TaskRun, run_playbook
from tests.support.rhythm import assert_fits
from tests.support.rights import assert_allowed
from tests.support.site_steps import roles
from tests.support.sites import assert_done_as_planned, changes, known
from tests.support.topologies import drawn

WORLDS = range(10)
PLAYED = 1
"""So many of them by the playbook; Ansible is the same for all, and what differs is what the modules make of it."""


def by_the_playbook(
    simulator: Simulator, folder: Path, described: list[dict[str, Any]], *arguments: str
) -> list[PlaybookRun]:
    """The playbook `site` on each of these, in one process; what was done in each."""
    path = folder / "all.yml"
    plays = [{"import_playbook": "ovhcloud.vrack.site", "vars": {"vrack_topology": one}} for one in described]
    path.write_text(yaml.safe_dump(plays), encoding="utf-8")
    done = run_playbook(simulator, path, *arguments, **FAST)
    assert done.code == 0, done.output
    last = [number for number, task in enumerate(done.tasks, 1) if task.task == "What it comes to"]
    assert len(last) == len(described), done.output
    return [replace(done, tasks=done.tasks[begin:end]) for begin, end in zip([0, *last], last, strict=False)]


def by_the_modules(simulator: Simulator, described: dict[str, Any], *arguments: str) -> PlaybookRun:
    """The same without Ansible."""
    done = roles(simulator, described, *arguments)
    assert done.code == 0, done.output
    assert_allowed(done.tasks)
    return done


@dataclass(frozen=True)
class Rounds:
    """What became of each world: in check mode, for real, and again."""

    topologies: list[dict[str, Any]]
    planned: list[PlaybookRun]
    done: list[PlaybookRun]
    again: list[PlaybookRun]


@pytest.fixture(scope="module")
def rounds(_process: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Rounds:
    _process.reset(world="default")
    described = [drawn(number) for number in WORLDS]
    for topology in described:
        attached = _process.make("vrack")["service_name"] if topology["project"].startswith("auto") else None
        _process.make("project", description=topology["project"], vrack=attached)
    folder = tmp_path_factory.mktemp("topologies")
    played, others = described[:PLAYED], described[PLAYED:]

    def once(*arguments: str) -> list[PlaybookRun]:
        in_plays = by_the_playbook(_process, folder, played, *arguments)
        return in_plays + [by_the_modules(_process, one, *arguments) for one in others]

    found = Rounds(described, once("--check", "--diff"), once("--diff"), once())
    _process.assert_sound()
    return found


@pytest.mark.parametrize("number", WORLDS)
def test_the_plan_is_what_the_run_does(rounds: Rounds, number: int) -> None:
    print(f"seed {number}: {json.dumps(rounds.topologies[number])}")
    planned, done = rounds.planned[number], rounds.done[number]
    assert [call for task in planned.tasks for call in task.writes] == []
    assert changes(planned) == changes(done) != []
    if number < PLAYED:
        assert_done_as_planned(planned, done)
        return
    for plan, real in zip(planned.tasks, done.tasks, strict=True):
        assert_fits(known(plan.result.get("diff")), real.result.get("diff"), plan.task)
        assert_records_fit(plan, real)


def assert_records_fit(plan: TaskRun, real: TaskRun) -> None:
    """Every field of every record that was predicted is in the real one, as predicted where it was known.

    But for the name of the project's vRack, which check mode still sees without the one that it gets in the same play.
    """
    predicted, done = plan.result.get("results", []), real.result.get("results", [])
    if not isinstance(predicted, list) or not all("action" in one for one in predicted):
        return
    for one, other in zip(predicted, done, strict=True):
        if isinstance(one.get("attachment"), dict):
            one["attachment"]["vrack_name"] = None
        for key in one.keys() - {"failed", "msg"}:
            assert_fits(one[key], other[key], f"{plan.task}: {one['name']}: {key}")


@pytest.mark.parametrize("number", WORLDS)
def test_the_second_run_does_nothing(rounds: Rounds, number: int) -> None:
    assert [call for task in rounds.again[number].tasks for call in task.writes] == []
