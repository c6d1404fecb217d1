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
from tests.support.playbooks import FAST, PlaybookRun, run_playbook
from tests.support.sites import assert_done_as_planned, changes
from tests.support.topologies import drawn

WORLDS = range(10)


def all_of(simulator: Simulator, path: Path, *arguments: str) -> list[PlaybookRun]:
    """The playbook `site` on each of the worlds, in one process; what was done in each."""
    done = run_playbook(simulator, path, *arguments, **FAST)
    assert done.code == 0, done.output
    last = [number for number, task in enumerate(done.tasks, 1) if task.task == "What it comes to"]
    assert len(last) == len(WORLDS), done.output
    return [replace(done, tasks=done.tasks[begin:end]) for begin, end in zip([0, *last], last, strict=False)]


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
    path = tmp_path_factory.mktemp("topologies") / "all.yml"
    plays = [{"import_playbook": "ovhcloud.vrack.site", "vars": {"vrack_topology": one}} for one in described]
    path.write_text(yaml.safe_dump(plays), encoding="utf-8")
    found = Rounds(
        described,
        all_of(_process, path, "--check", "--diff"),
        all_of(_process, path, "--diff"),
        all_of(_process, path),
    )
    _process.assert_sound()
    return found


@pytest.mark.parametrize("number", WORLDS)
def test_the_plan_is_what_the_run_does(rounds: Rounds, number: int) -> None:
    print(f"seed {number}: {json.dumps(rounds.topologies[number])}")
    planned, done = rounds.planned[number], rounds.done[number]
    assert changes(done) != []
    assert_done_as_planned(planned, done)


@pytest.mark.parametrize("number", WORLDS)
def test_the_second_run_does_nothing(rounds: Rounds, number: int) -> None:
    assert [call for task in rounds.again[number].tasks for call in task.writes] == []
