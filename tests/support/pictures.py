# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is in made-up vRacks, as ovh_vrack_contents_info returns it, and what a plan says of one of them."""

from __future__ import annotations

import random
from typing import Any

REGIONS = ["GRA11", "SBG5", "BHS5", "DE1", "WAW1"]


def network(project: str, name: str, vlan: int, regions: list[str]) -> dict[str, Any]:
    return {"id": f"pn-1100042_{vlan}", "name": name, "vlan_id": vlan, "project": project, "regions": regions}


def subnet(project: str, vlan: int, region: str, cidr: str, *ends: str, gateway: str | None = None) -> dict[str, Any]:
    return {
        "id": f"subnet-{vlan}-{region}",
        "project": project,
        "network": f"pn-1100042_{vlan}",
        "network_name": "",
        "region": region,
        "cidr": cidr,
        "pools": [{"start": ends[0], "end": ends[1]}] if ends else [],
        "dhcp": True,
        "gateway_ip": gateway,
    }


def instance(number: int, name: str, region: str, on: dict[Any, str], **more: Any) -> dict[str, Any]:
    return {
        "id": f"3d1b7c52-6f0e-4a9d-8c34-{number:012x}",
        "name": name,
        "region": region,
        "status": "ACTIVE",
        "flavor": "b3-8",
        "image": "Debian 12",
        "billing": "hourly",
        "addresses": [
            {"ip": ip, "network": vlan if vlan == "public" else f"pn-1100042_{vlan}"} for vlan, ip in on.items()
        ],
        **more,
    }


def contents(*projects: dict[str, Any], services: list[str] | None = None, name: str = "backbone") -> dict[str, Any]:
    vrack = {"service_name": "pn-1100042", "name": name, "description": "Connects everything"}
    return {"vrack": vrack, "services": services or [], "projects": list(projects)}


def project(name: str, number: int = 1, **held: Any) -> dict[str, Any]:
    return {
        "id": f"{number:032x}",
        "description": name,
        "status": "ok",
        "networks": [],
        "subnets": [],
        "instances": [],
        **held,
    }


def small() -> dict[str, Any]:
    """Three instances in two regions on two VLANs."""
    own = "my-project"
    return contents(
        project(
            own,
            networks=[network(own, "blue", 42, ["GRA11", "SBG5"]), network(own, "storage", 70, ["GRA11"])],
            subnets=[
                subnet(own, 42, "GRA11", "192.168.42.0/24", "192.168.42.2", "192.168.42.126"),
                subnet(own, 42, "SBG5", "192.168.42.0/24", "192.168.42.129", "192.168.42.254"),
                subnet(own, 70, "GRA11", "10.70.0.0/26", "10.70.0.10", "10.70.0.50", gateway="10.70.0.1"),
            ],
            instances=[
                instance(1, "web-1", "GRA11", {"public": "203.0.113.17", 42: "192.168.42.20"}),
                instance(2, "web-2", "SBG5", {"public": "203.0.113.44", 42: "192.168.42.140"}),
                instance(3, "db-1", "GRA11", {42: "192.168.42.21", 70: "10.70.0.12"}, flavor="b3-32"),
            ],
        ),
        services=["address block 198.51.100.0/28", "server ns3141022.ip-51-77-67.eu"],
    )


def large() -> dict[str, Any]:
    """200 instances of two projects on 40 VLANs in five regions. The same each time."""
    draw = random.Random(7)
    nouns = ["web", "app", "db", "cache", "queue", "build", "mail", "edge"]
    projects = []
    for number, name in enumerate(["shop", "warehouse"], 1):
        vlans = range(100 + number * 100, 120 + number * 100)
        places = {vlan: sorted(draw.sample(REGIONS, draw.choice([1, 2, 2, 3]))) for vlan in vlans}
        networks = [
            network(name, f"{draw.choice(nouns)}-net-{vlan}", vlan, regions) for vlan, regions in places.items()
        ]
        subnets = []
        for vlan, regions in places.items():
            for part, region in enumerate(regions):
                third = part * 16
                ends = f"10.{vlan % 256}.{third}.10", f"10.{vlan % 256}.{third + 7}.250"
                subnets.append(subnet(name, vlan, region, f"10.{vlan % 256}.0.0/18", *ends))
        machines = []
        for one in range(100):
            vlan = draw.choice(list(places))
            region = draw.choice(places[vlan])
            others = [other for other in places if region in places[other] and other != vlan]
            on: dict[Any, str] = {"public": f"203.0.113.{one + 1}"} if draw.random() < 0.25 else {}
            for each in [vlan, *draw.sample(others, min(len(others), draw.choice([0, 0, 1])))]:
                on[each] = f"10.{each % 256}.{places[each].index(region) * 16}.{10 + one}"
            called = f"{draw.choice(nouns)}-{number}{one:02d}"
            status = "SHUTOFF" if draw.random() < 0.04 else "ACTIVE"
            machines.append(instance(number * 1000 + one, called, region, on, status=status))
        projects.append(project(name, number, networks=networks, subnets=subnets, instances=machines))
    return contents(*projects, services=["address block 198.51.100.0/28", "load balancer loadbalancer-3f2a"])


def planned() -> dict[str, Any]:
    """A plan for the small one.

    web-1 has another flavor, web-2 a network less, db-2 and VLAN 80 are missing, VLAN 70 and db-1 are not described.
    """
    later = "(known after apply)"
    there = small()["projects"][0]
    own = there["id"]
    new = {**network(own, "backup", 80, ["SBG5"]), "id": later}
    pool = {"start": "10.80.0.2", "end": "10.80.0.126"}
    range_ = {"id": later, "project": own, "network_name": "backup", "region": "SBG5", "cidr": "10.80.0.0/25"}
    db = {"id": later, "name": "db-2", "project": own, "region": "SBG5", "flavor": "b3-32", "image": "Debian 12"}
    on = [{"network": "blue", "vlan_id": 42, "addresses": ["192.168.42.150"], "ip": "192.168.42.150"}]
    on.append({"network": "backup", "vlan_id": 80, "addresses": later, "ip": later})
    change = {"reason": "", "waits_for": [], "before": None, "action": "create"}
    web = {key: there["instances"][1][key] for key in ("id", "name", "region")}
    before = {**web, "interfaces": [{"network": "public"}, {"network": "blue", "ip": "192.168.42.140"}]}
    after = {**web, "interfaces": [*before["interfaces"], {"network": "backup", "ip": later}]}
    found = [{**there["networks"][0], "project": own}, *({**one, "project": own} for one in there["instances"][:2])]
    found += [{**one, "project": own} for one in there["subnets"][:2]]
    return {
        "plan": {
            "changes": [
                {**change, "kind": "private network", "name": "private network 'backup' (VLAN 80)", "after": new},
                {
                    **change,
                    "kind": "subnet",
                    "name": "subnet of 'backup' in SBG5",
                    "after": {**range_, "pools": [pool], "dhcp": True, "gateway_ip": None},
                },
                {**change, "kind": "instance", "name": "instance 'db-2' in SBG5", "after": {**db, "interfaces": on}},
                {
                    **change,
                    "kind": "instance",
                    "name": "instance 'web-2' in SBG5",
                    "action": "update",
                    "before": before,
                    "after": after,
                },
            ],
            "drift": ["instance 'web-1' has flavor 'b3-8', not 'b3-16'; it is left as it is"],
            "left": [],
        },
        "role_results": {"any": {"results": [], "things": found}},
    }
