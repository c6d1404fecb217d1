# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast OVHcloud is in the benchmarks: the same numbers for the simulator and for the model of the floor."""

from __future__ import annotations

from tests.benchmark.floor import LOOK, Building

LATENCY = LOOK
AT_ONCE = 8
BUILDING = Building()


def told(building: Building) -> dict[str, float]:
    """As the simulator calls them; what is none of them takes no time there."""
    return {
        "order_checking": 0,
        "order_delivering": building.order,
        "task_init": 0,
        "task_todo": 0,
        "task_doing": building.vrack_task,
        "region_building": building.network,
        "network_deleting": building.network_going,
        "network_region_deleting": building.network_going,
        "subnet_invisible": building.subnet,
        "instance_building": building.instance,
        "instance_deleting": building.instance_going,
        "interface_building": building.interface,
        "interface_deleting": building.interface,
        "port_release_after_delete": building.port_going,
    }
