# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of the least that a run can take: what follows what, turns, and building that takes no turn."""

from __future__ import annotations

import pytest

from tests.benchmark import floor
from tests.benchmark.cases import LARGE, MIDDLE
from tests.benchmark.scheduler import Step, makespan


def test_what_needs_another_waits_for_its_building():
    steps = {"first": Step(building=3.0), "then": Step(("first",), calls=2)}
    assert makespan(steps, 0.5, 8) == pytest.approx(0.5 + 3.0 + 1.0)


def test_so_many_calls_at_once_and_building_beside_them():
    steps = {str(number): Step(building=10.0) for number in range(5)}
    assert makespan(steps, 1.0, 2) == pytest.approx(3.0 + 10.0)
    assert makespan(steps, 1.0, 5) == pytest.approx(1.0 + 10.0)


def test_what_most_waits_for_goes_first():
    steps = {"alone": Step(), "begins": Step(), "goes on": Step(("begins",)), "ends": Step(("goes on",))}
    assert makespan(steps, 1.0, 1) == pytest.approx(4.0)
    assert makespan({**steps, "other": Step()}, 1.0, 2) == pytest.approx(3.0)


def test_a_first_run_is_the_longest_chain_of_the_procedure():
    """Order, attachment, network, subnet, instance: 29 seconds of building, whatever there is besides."""
    steps = floor.first_run(MIDDLE.topology, floor.Building())
    assert makespan(steps, 0.0, 8) == pytest.approx(29.0 + 3 * floor.LOOK)
    more = floor.first_run(LARGE.topology, floor.Building())
    assert makespan(more, 0.1, 8) > makespan(steps, 0.1, 8)
