# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several jobs at once over one API, in orders that seeds decide."""

from __future__ import annotations

import pytest

from tests.unit.support.fake_api import FakeApi
from tests.unit.support.loop import run
from tests.unit.support.stage import Stage
from tests.unit.support.toy_kinds import ChainKind, Vlan, VlanKind

SEEDS = range(20)


def race(seed, kind, specs, jobs=3, **api_options):
    """The same task in several jobs at once: the API, and the outcomes of each job."""
    stage = Stage(seed)
    api = FakeApi(stage, turn=stage.turn, seed=seed, **api_options)
    return api, stage.play([lambda: run(kind, specs, api, threads=0)] * jobs)


@pytest.mark.parametrize("seed", SEEDS)
def test_three_jobs_make_each_of_sixty_networks_once_and_each_fails_for_the_quota_alone(seed):
    specs = [Vlan(number) for number in range(1, 61)]
    api, jobs = race(seed, VlanKind(), specs, quota=frozenset({30}))
    assert sorted(thing["vlan"] for thing in api.things()) == [number for number in range(1, 61) if number != 30]
    for outcomes in jobs:
        failed = [outcome for outcome in outcomes if outcome.error]
        assert [outcome.label for outcome in failed] == ["network 30"]
        assert "quota exceeded" in str(failed[0].error)
    for item in zip(*jobs, strict=True):
        assert sum(outcome.changed for outcome in item) == int(item[0].label != "network 30")


@pytest.mark.parametrize("seed", SEEDS)
def test_losers_of_a_race_are_green_unchanged_and_without_diff(seed):
    _api, jobs = race(seed, VlanKind(), [Vlan(1)])
    losers = [outcome for [outcome] in jobs if not outcome.changed]
    assert len(losers) == 2
    for loser in losers:
        assert (loser.error, loser.action.value, loser.before) == (None, "none", loser.after)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_thing_that_three_jobs_remove_is_removed_by_one(seed):
    stage = Stage(seed)
    api = FakeApi(stage, turn=stage.turn)
    api.make(vlan=1, name="net")
    jobs = stage.play([lambda: run(VlanKind(), [Vlan(1, present=False)], api, threads=0)] * 3)
    outcomes = [outcome for [outcome] in jobs]
    assert [outcome.error for outcome in outcomes] == [None] * 3
    assert sum(outcome.changed for outcome in outcomes) == 1
    assert api.things() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_three_jobs_on_one_chain_do_each_step_once(seed):
    api, jobs = race(seed, ChainKind(), [Vlan(1), Vlan(2)])
    assert [outcome.error for outcomes in jobs for outcome in outcomes] == [None] * 6
    assert [thing["steps"] for thing in api.things()] == [[1, 2, 3]] * 2


@pytest.mark.parametrize("seed", SEEDS)
def test_three_jobs_with_lost_answers_and_late_reads_make_no_duplicate(seed):
    """A lost answer of one job is taken for granted by all. The API's refusals of doubles last longer than its lag."""
    specs = [Vlan(number) for number in range(1, 11)]
    options = {"answer_lost": 0.3, "request_lost": 0.15, "lag": 5.0}
    api, jobs = race(seed, VlanKind(taken=("in use",)), specs, **options)
    assert [outcome.error for outcomes in jobs for outcome in outcomes] == [None] * 30
    assert sorted(thing["vlan"] for thing in api.things()) == list(range(1, 11))
    for item in zip(*jobs, strict=True):
        assert any(outcome.changed for outcome in item)
