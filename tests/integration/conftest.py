# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator for each test, from one process a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.launch import Simulator


@pytest.fixture(scope="module")
def _process() -> Iterator[Simulator]:
    with Simulator.start(seed=1, speed=60.0, strict=True) as simulator:
        yield simulator


@pytest.fixture
def simulator(_process: Simulator) -> Iterator[Simulator]:
    """The default world, untouched. Afterwards: every answer that was given fitted the API's schema."""
    _process.reset()
    yield _process
    assert _process.schema_errors() == []
