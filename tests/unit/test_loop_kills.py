# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run is killed before or after any of its calls. The next one goes on, without having been told anything."""

from __future__ import annotations

import pytest

from tests.unit.support.clock import StepClock
from tests.unit.support.fake_api import FakeApi
from tests.unit.support.kills import Killed, killed_at
from tests.unit.support.loop import run
from tests.unit.support.stage import Stage
from tests.unit.support.toy_kinds import ChainKind, Vlan

CALLS = 4


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_the_next_run_goes_on_where_the_killed_one_was(number, after):
    api = FakeApi(StepClock())
    send, api.send = api.send, killed_at(api.send, number, after)
    with pytest.raises(Killed):
        run(ChainKind(), [Vlan(7)], api)
    api.send = send
    [outcome] = run(ChainKind(), [Vlan(7)], api)
    assert outcome.error is None
    assert outcome.changed is not (number == CALLS and after)
    assert [thing["steps"] for thing in api.things()] == [[1, 2, 3]]
    assert len(api.sent) == CALLS


@pytest.mark.parametrize("seed", range(30))
def test_survivors_finish_what_a_killed_job_began(seed):
    """Three jobs, one of which dies at some call."""
    stage = Stage(seed)
    api = FakeApi(stage, turn=stage.turn, seed=seed)
    mortal = FakeApi(stage)
    mortal.reader = api.reader
    mortal.send = killed_at(api.send, 1 + seed % CALLS, after=seed % 2 == 0)
    jobs = [lambda: run(ChainKind(), [Vlan(7)], mortal, threads=0)]
    jobs += [lambda: run(ChainKind(), [Vlan(7)], api, threads=0)] * 2
    _dead, *survivors = stage.play(jobs)
    assert [outcome.error for [outcome] in survivors] == [None, None]
    assert [thing["steps"] for thing in api.things()] == [[1, 2, 3]]
