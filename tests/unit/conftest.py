# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What unit tests share: how hypothesis looks for counterexamples, and the simulator for those of the client."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._api import client as client_module
from hypothesis import settings

from simulator.launch import Simulator

settings.register_profile("unit", print_blob=True, deadline=None, database=None)
settings.load_profile("unit")


@pytest.fixture(scope="session")
def running_simulator(world_options):
    """One simulator for all unit tests, whose clock only steps."""
    with Simulator.start(speed=0, strict=True, kind=True, **world_options) as sim:
        yield sim


@pytest.fixture
def sim(running_simulator):
    """The simulator as it was when it started."""
    running_simulator.reset()
    yield running_simulator
    running_simulator.assert_sound()


@pytest.fixture
def impatient(monkeypatch):
    """The client gives a request less than half a second."""
    monkeypatch.setattr(client_module, "LEAST_TIMEOUT", 0.1)
    return {"api_timeout": 0.4}
