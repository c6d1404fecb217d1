# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample of the matrix of values and options, another one each day; `make values-matrix` walks through all of it."""

from __future__ import annotations

import datetime
import random

import pytest

from simulator.launch import Simulator
from tests.matrices.values import Cell, cells, what_is_bad
from tests.support.specs import all_specs

TODAY = datetime.datetime.now(tz=datetime.UTC).date().toordinal()
FOUND = [
    Cell("ssh_key", "wait_timeout", "not finite"),
    Cell("subnet", "max_concurrency", "huge"),
    Cell("private_network", "vlan_id", "not finite", listed=True),
]
"""Those that were bad once."""


@pytest.mark.parametrize("number", range(4))
def test_no_value_is_taken_for_another_or_ends_in_a_bug(simulator: Simulator, number: int) -> None:
    every = sorted(cells(all_specs()), key=lambda cell: cell.name)
    sample = random.Random(TODAY * 4 + number).sample(every, 20)
    bad = {cell.name: what_is_bad(simulator, cell) for cell in (*FOUND, *sample) if cell in every}
    assert {name: why for name, why in bad.items() if why} == {}
    assert len(bad) >= len(FOUND) + 17
