# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulator's own tests share: a world in which nothing happens by chance, and a client for it."""

import pytest

from tests.support.chance import STEADY


@pytest.fixture
def sim_settings():
    return STEADY


@pytest.fixture
def client(sim):
    return sim.client()


@pytest.fixture
def project(sim):
    """Ids of projects by description."""
    return {entry["description"]: id_ for id_, entry in sim.state()["cloud"]["projects"].items()}
