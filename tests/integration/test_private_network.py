# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_private_network: VLANs of a project, region by region."""

from __future__ import annotations

from tests.integration.rhythm import three_times
from tests.simulator.launch import Simulator

BLUE = {"project": "running", "name": "blue", "vlan_id": 42, "regions": ["GRA11", "SBG5"]}


def test_create(simulator: Simulator) -> None:
    rhythm = three_times(simulator, "ovh_private_network", **BLUE)
    assert rhythm.real.changed
    assert len(rhythm.real.writes) == 1
    network = rhythm.again.result["network"]
    assert (network["name"], network["vlan_id"], network["status"]) == ("blue", 42, "ACTIVE")
    assert network["region_status"] == {"GRA11": "ACTIVE", "SBG5": "ACTIVE"}
    assert all(network["openstack_ids"].values())
    there = simulator.client().get(f"/cloud/project/{network['project']}/network/private/{network['id']}")
    assert (there["name"], there["vlanId"]) == ("blue", 42)
