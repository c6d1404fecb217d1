# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list of two hundred makes of an API that allows twenty requests a second."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.keys import KEY
from tests.support.modules import run_module, run_modules
from tests.support.playbooks import TaskRun
from tests.support.skipping import STANDS_STILL, VARIABLE
from tests.support.tasks import task

ALLOWED = 20
pytestmark = pytest.mark.steady("a 500 by chance is waited for, and that is no matter of the rate")


@pytest.fixture
def limited(simulator: Simulator) -> Simulator:
    simulator.settings(kind=True)
    simulator.make("project", description="many")
    return simulator


def keys(numbers: Sequence[int]) -> dict[str, Any]:
    listed = [
        {"name": f"key-{number}", "public_key": KEY, "region": ("GRA11", "SBG5")[number % 2]} for number in numbers
    ]
    return task("many", "ssh_key", project="many", ssh_keys=listed)


def used(posts: list[dict[str, Any]]) -> float:
    """The part of what was allowed, without what may come at once at the beginning, nor the last, beside a pause."""
    times = sorted(one["time"] for one in posts if one["status"] == 200)[:-ALLOWED]
    return (len(times) - ALLOWED) / (times[-1] - times[0]) / ALLOWED


@pytest.mark.parametrize("retry_after", [True, False])
def test_one_job_makes_the_most_of_it(limited: Simulator, retry_after: bool) -> None:
    limited.rate(per_second=ALLOWED, burst=ALLOWED, retry_after=retry_after, virtual=True)
    # Nothing but waiting takes time here, or a busy machine would be what does not make the most of it.
    done = run_modules(limited, [keys(range(200))], **{STANDS_STILL: "yes"})
    assert not done["many"].failed, done["many"].msg
    assert all(one["changed"] for one in done["many"].result["results"])
    posts = [one for one in done.journal if one["method"] == "POST"]
    assert len([one for one in posts if one["status"] == 200]) == 200
    assert used(posts) >= 0.8


def test_eight_jobs_with_one_credential_share_it(limited: Simulator) -> None:
    """In real seconds: each job has a clock of its own."""
    limited.rate(per_second=ALLOWED, burst=ALLOWED)

    def job(number: int) -> TaskRun:
        return run_module(limited, keys(range(number * 25, number * 25 + 25)), (), {VARIABLE: ""})

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(job, range(8)))
    assert [one.msg for one in done if one.failed] == []
    names = [one["name"] for one in limited.project("many")["ssh_keys"].values()]
    assert sorted(names) == sorted({f"key-{number}" for number in range(200)})
    posts = [one for one in limited.journal() if one["method"] == "POST"]
    assert {one["status"] for one in posts} == {200, 429}
