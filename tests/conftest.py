# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let tests import ansible_collections.ovhcloud.vrack, the processes they start find it, and both have a simulator."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from ansible.plugins.loader import init_plugin_loader

from simulator.launch import Simulator
from tests.support.chance import STEADY
from tools.collection_tree import collection_tree

TREE = str(collection_tree())
os.environ["ANSIBLE_COLLECTIONS_PATH"] = TREE
init_plugin_loader([TREE])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--world-seed", type=int, default=1, help="the seed of the simulators' worlds")
    parser.addoption("--world-settings", default="{}", help='settings they begin with, e.g. {"reads_fail": 5}')


@pytest.fixture(scope="session")
def world_options(pytestconfig: pytest.Config) -> dict[str, Any]:
    """What is the same for all simulators of a run of tests."""
    return {"seed": pytestconfig.getoption("world_seed"), "settings": pytestconfig.getoption("world_settings")}


@pytest.fixture(scope="module")
def _process(world_options: dict[str, Any]) -> Iterator[Simulator]:
    """One process a file."""
    with Simulator.start(speed=60.0, strict=True, **world_options) as simulator:
        yield simulator


@pytest.fixture
def simulator(_process: Simulator, request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """The default world, untouched. Afterwards: no handler crashed, and every answer fitted the API's schema."""
    _process.reset(world="default")
    steady = request.node.get_closest_marker("steady")
    assert steady is None or steady.args, "the marker steady takes the reason"
    if steady is not None:
        _process.settings(**STEADY)
    yield _process
    _process.assert_sound()


@pytest.fixture(scope="session")
def running_simulator(world_options: dict[str, Any]) -> Iterator[Simulator]:
    """One process for all tests that do without Ansible. Its clock only steps."""
    with Simulator.start(speed=0, **world_options) as simulator:
        yield simulator


@pytest.fixture
def sim_settings() -> dict[str, Any]:
    """How the world of `sim` begins; a folder or a file may say it otherwise."""
    return {"kind": True, "strict": True}


@pytest.fixture
def sim(running_simulator: Simulator, sim_settings: dict[str, Any]) -> Iterator[Simulator]:
    """That simulator as it was when it started."""
    running_simulator.reset()
    running_simulator.settings(**sim_settings)
    yield running_simulator
    running_simulator.assert_sound()
