# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let tests import ansible_collections.ovhcloud.vrack, the processes they start find it, and both have a simulator."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from ansible.plugins.loader import init_plugin_loader

from tests.collection_tree import collection_tree
from tests.simulator.launch import Simulator

TREE = str(collection_tree())
os.environ["ANSIBLE_COLLECTIONS_PATH"] = TREE
init_plugin_loader([TREE])


@pytest.fixture(scope="module")
def _process() -> Iterator[Simulator]:
    """One process a file."""
    with Simulator.start(seed=1, speed=60.0, strict=True) as simulator:
        yield simulator


@pytest.fixture
def simulator(_process: Simulator) -> Iterator[Simulator]:
    """The default world, untouched. Afterwards: no handler crashed, and every answer fitted the API's schema."""
    _process.reset(world="default")
    yield _process
    _process.assert_sound()
