# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulator with a stepped clock, put back to its beginning for each test."""

import json

import pytest

from simulator.launch import Simulator

NOTHING_BY_CHANCE = {"reads_fail": 0, "writes_fail": 0}


@pytest.fixture(scope="session")
def running_simulator():
    with Simulator.start(seed=1, speed=0, settings=json.dumps(NOTHING_BY_CHANCE)) as sim:
        yield sim


@pytest.fixture
def sim(running_simulator):
    running_simulator.reset()
    yield running_simulator
    running_simulator.assert_sound()


@pytest.fixture
def client(sim):
    return sim.client()


@pytest.fixture
def project(sim):
    """Ids of projects by description."""
    return {entry["description"]: id_ for id_, entry in sim.state()["cloud"]["projects"].items()}
