# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run's requests are told apart by task, and how many of them waited for others."""

from __future__ import annotations

import pytest

from tests.benchmark.settings import LATENCY
from tests.benchmark.steps import rounds_of, steps_of

PROJECT = "/cloud/project/{serviceName}"


def entry(time, route="/cloud/project", method="GET"):
    return {"time": time, "method": method, "route": route, "path": route}


def test_each_task_begins_with_the_projects_and_is_called_after_what_it_makes():
    journal = [
        entry(100.0),
        entry(100.1, "/vrack"),
        entry(102.0),
        entry(102.1, f"{PROJECT}/network/private"),
        entry(102.2, f"{PROJECT}/network/private", "POST"),
    ]
    plan, networks = steps_of(journal)
    assert (plan.name, plan.requests, plan.building) == ("plan", 2, 0.0)
    assert (networks.name, networks.requests, networks.rounds) == ("networks", 3, 3)
    assert networks.ended - networks.began == pytest.approx(0.2 + LATENCY)


def test_what_begins_before_the_first_is_answered_is_one_round():
    assert rounds_of([0.0, 0.01, 0.05, 0.1, 0.11, 0.35]) == 3
