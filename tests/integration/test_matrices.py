# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample of each matrix, another one each day, and the cells that were bad once; `make values-matrix` and its like
walk through all."""

from __future__ import annotations

import importlib
import random

import pytest

from simulator.launch import Simulator
from tests.support.chance import TODAY
from tools.collection_tree import CHECKOUT

SAMPLES = {
    "alike": 120,
    "ids": 24,
    "values": 40,
    "inventory": 8,
    "states": 24,
    "answers": 24,
    "crash": 4,
    "fault": 24,
    "others": 12,
    "soak": 4,
}
"""So many cells of each matrix."""
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_promised_holds(simulator: Simulator, name: str, part: int) -> None:
    matrix = importlib.import_module(f"tests.matrices.{name}")
    every = {cell.name: cell for cell in matrix.cells()}
    known = (CHECKOUT / "tests" / "matrices" / f"{name}.found").read_text(encoding="utf-8").splitlines()
    assert set(known) <= set(every), "cells that were bad once are not in the matrix any more"
    sample = random.Random(TODAY * PARTS + part).sample(sorted(every), SAMPLES[name] // PARTS)
    matrix.begin(simulator)
    bad = {one: matrix.what_is_bad(simulator, every[one]) for one in (*known[part::PARTS], *sample)}
    assert {one: why for one, why in bad.items() if why} == {}
    assert bad


def test_every_option_that_may_point_at_something_is_known() -> None:
    """A new option is entered in tests/matrices/ids.py: with what it points at, or as one that points at nothing."""
    assert importlib.import_module("tests.matrices.ids").unknown_options() == []


def test_every_matrix_is_sampled() -> None:
    assert {path.stem for path in (CHECKOUT / "tests" / "matrices").glob("*.found")} == set(SAMPLES)
