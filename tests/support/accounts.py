# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an account holds, without what chance gives (ids, moments, addresses): two runs to one end leave the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

from simulator.catalog import PUBLIC_NETWORK_ID


def essence(state: dict[str, Any]) -> dict[str, Any]:
    """The vRacks, orders, carts and everything in the projects, by names.

    A cart that is nobody's yet, or has become an order, ends by itself and is no matter.
    """
    cloud = state["cloud"]
    names = {one["id"]: one["description"] or one["id"] for one in cloud["projects"].values()}
    return {
        "vracks": sorted(
            [one["name"], one["description"], sorted(names[project] for project in one["projects"])]
            for one in state["vracks"].values()
        ),
        "orders": len(state["orders"]),
        "carts": sum(one["assigned"] and not one["read_only"] for one in state["carts"].values()),
        "projects": {names[one["id"]]: of_project(one) for one in cloud["projects"].values()},
    }


def of_project(project: dict[str, Any]) -> dict[str, Any]:
    networks = {one["id"]: one for one in listed(project["networks"])}
    keys = {one["id"]: one["name"] for one in listed(project["ssh_keys"])}

    def network_name(id_: str) -> str:
        for one in networks.values():
            if id_ == one["id"] or id_ in [region["openstack_id"] for region in one["regions"].values()]:
                return str(one["name"])
        return "public" if id_ == PUBLIC_NETWORK_ID else "gone"

    ports = [port for port in listed(project["ports"]) if port["owner"] == "instance" and port["gone_at"] is None]
    return {
        "networks": sorted([one["name"], one["vlan"], sorted(one["regions"])] for one in networks.values()),
        "subnets": sorted(
            [
                network_name(one["network_id"]),
                one["region"],
                one["cidr"],
                [[pool["start"], pool["end"]] for pool in one["pools"]],
                one["dhcp"],
                one["gateway_ip"],
            ]
            for one in listed(project["subnets"])
        ),
        "regions": sorted(project["regions"]),
        "ssh_keys": sorted([one["name"], one["public_key"], one["regions"]] for one in listed(project["ssh_keys"])),
        "instances": sorted(
            [
                one["name"],
                one["region"],
                keys.get(one["ssh_key_id"]),
                sorted(
                    Counter(network_name(port["network_id"]) for port in ports if port["owner_id"] == one["id"]).items()
                ),
            ]
            for one in listed(project["instances"])
            if one.get("gone_at") is None
        ),
    }


def listed(found: Any) -> list[dict[str, Any]]:
    return list(found.values()) if isinstance(found, dict) else list(found)
