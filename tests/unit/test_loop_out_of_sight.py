# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was there at the first look and is not shown for a look or two is not made a second time."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.kind import NetworkKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.spec import NetworkSpec

from tests.unit.support.loop import run
from tests.unit.support.simulated import ClientApi, SimulatedClock, by_key, client_of

NETWORKS = "/cloud/project/{serviceName}/network/private"


@pytest.fixture
def sim(sim):
    sim.reset(world="default")
    sim.settings(kind=True)
    return sim


def more_regions(sim):
    with client_of(by_key(sim.env), SimulatedClock(sim), seconds=100_000.0) as client:
        spec = NetworkSpec("present", "running", "prod-net", None, ("GRA11", "SBG5", "BHS5")).validated()
        [outcome] = run(NetworkKind(), [spec], ClientApi(client))
    return outcome


def test_a_network_that_is_not_shown_for_two_looks_gets_no_twin(sim):
    edits = [{"at": "/name=prod-net", "do": "drop"}]
    sim.fault("rewrite", "GET", NETWORKS, edits=edits, skip=1, times=2)
    assert more_regions(sim).error is None
    [network] = sim.project("running")["networks"]
    assert set(network["regions"]) == {"GRA11", "SBG5", "BHS5"}


def test_one_that_is_gone_indeed_is_made_anew(sim):
    edits = [{"at": "/name=prod-net", "do": "drop"}]
    sim.fault("rewrite", "GET", NETWORKS, edits=edits, skip=1, times=60)
    outcome = more_regions(sim)
    posts = [one["body"] for one in sim.writes() if one["path"].endswith("/network/private")]
    assert len(posts) == 1, outcome
