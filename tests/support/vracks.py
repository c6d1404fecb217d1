# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a simulator's account has of vRacks, projects in them, and orders."""

from __future__ import annotations

from simulator.launch import Simulator


def vracks(simulator: Simulator) -> dict[str, tuple[str, str]]:
    """Name and description of each vRack, by service name."""
    return {one["service_name"]: (one["name"], one["description"]) for one in simulator.state()["vracks"].values()}


def service_name(simulator: Simulator, name: str) -> str:
    return next(one for one, (called, _description) in vracks(simulator).items() if called == name)


def order_services(simulator: Simulator) -> list[str]:
    return [name for order in simulator.state()["orders"].values() for name in order["services"].values()]


def vrack_of(simulator: Simulator, description: str) -> str | None:
    """The service name of the vRack that the project is in."""
    project = simulator.project(description)["id"]
    inside = [name for name, vrack in simulator.state()["vracks"].items() if project in vrack["projects"]]
    return inside[0] if inside else None
