# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A project as the API shows it, read without a network: what kinds plan over."""

from __future__ import annotations

import base64
import itertools
from itertools import zip_longest
from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Gone

PROJECT = "a" * 32
OTHER_PROJECT = "b" * 32
VRACK = "pn-1100042"
EXT_NET = "00000000-0000-4000-8000-000000000900"
NOTHING: Any = object()
_numbers = itertools.count(1000)


def uuid(number: int | None = None) -> str:
    return f"00000000-0000-4000-8000-{next(_numbers) if number is None else number:012d}"


def region(name: str, **fields: Any) -> dict[str, Any]:
    services = [{"name": service, "status": "UP", "endpoint": ""} for service in ("instance", "network")]
    common = {"status": "UP", "countryCode": "FR", "continentCode": "EU", "datacenterLocation": name[:3]}
    return {"name": name, "type": "region", "services": services, "availabilityZones": [], **common, **fields}


REGIONS = {
    "GRA11": region("GRA11"),
    "SBG5": region("SBG5"),
    "DE1": region("DE1", status="MAINTENANCE"),
    "UK1": region("UK1", services=[{"name": "instance", "status": "UP", "endpoint": ""}]),
    "EU-WEST-PAR": region("EU-WEST-PAR", type="region-3-az", availabilityZones=["eu-west-par-a", "eu-west-par-b"]),
    "EU-SOUTH-LZ-MAD-A": region("EU-SOUTH-LZ-MAD-A", type="localzone"),
}


def openstack_id(vlan: int, where: str) -> str:
    return f"{vlan:08x}-0000-4000-8000-{sum(map(ord, where)):012x}"


def network(name: str = "blue", vlan: int = 42, regions: Any = ("GRA11",), status: str = "ACTIVE") -> dict[str, Any]:
    """*regions*: those where it is in use, or a status for each."""
    states = regions if isinstance(regions, dict) else dict.fromkeys(regions, "ACTIVE")
    entries = [
        {"region": where, "status": state, "openstackId": openstack_id(vlan, where) if state == "ACTIVE" else None}
        for where, state in states.items()
    ]
    id_ = f"{VRACK}_{vlan}"
    return {"id": id_, "name": name, "vlanId": vlan, "status": status, "type": "private", "regions": entries}


def subnet(where: str = "GRA11", cidr: str = "10.0.0.0/24", **fields: Any) -> dict[str, Any]:
    prefix = cidr.rsplit(".", 1)[0]
    pool = {
        "region": where,
        "network": cidr,
        "dhcp": fields.get("dhcpEnabled", True),
        "start": fields.pop("start", f"{prefix}.2"),
        "end": fields.pop("end", f"{prefix}.254"),
    }
    common = {"id": f"subnet-{where}", "cidr": cidr, "dhcpEnabled": True, "gatewayIp": None}
    return {**common, "ipPools": [pool], **fields}


def public_key(seed: str = "one", kind: str = "ssh-ed25519") -> str:
    blob = len(kind).to_bytes(4, "big") + kind.encode() + (seed * 12)[:32].encode()
    return f"{kind} {base64.b64encode(blob).decode()}"


def ssh_key(name: str = "ci", seed: str = "one", regions: Any = ("GRA11", "SBG5")) -> dict[str, Any]:
    return {"id": f"id-of-{name}", "name": name, "publicKey": f"{public_key(seed)} me@x", "regions": list(regions)}


def flavor(name: str = "b3-8", where: str = "GRA11", **fields: Any) -> dict[str, Any]:
    plans = {"hourly": f"{name}.consumption", "monthly": None}
    size = {"vcpus": 2, "ram": 8, "disk": 50, "osType": "linux", "available": True}
    return {"id": f"flavor-{name}-{where}", "name": name, "region": where, "planCodes": plans, **size, **fields}


def image(name: str = "Debian 12", where: str = "GRA11", **fields: Any) -> dict[str, Any]:
    common = {"type": "linux", "user": "debian", "status": "active", "creationDate": "2026-01-01T00:00:00Z"}
    limits = {"minRam": 0, "minDisk": 0}
    return {"id": f"image-{name}-{where}", "name": name, "region": where, **common, **limits, **fields}


def instance(name: str = "web", where: str = "GRA11", **fields: Any) -> dict[str, Any]:
    return {
        "id": uuid(),
        "name": name,
        "region": where,
        "status": "ACTIVE",
        "flavorId": f"flavor-b3-8-{where}",
        "imageId": f"image-Debian 12-{where}",
        "sshKeyId": None,
        "created": "2026-01-01T00:00:00Z",
        "monthlyBilling": None,
        "availabilityZone": None,
        "ipAddresses": [],
        **fields,
    }


def interface(network_id: str = EXT_NET, ip: str = "10.0.0.5", **fields: Any) -> dict[str, Any]:
    """An interface on the network of that id."""
    kind = "public" if network_id == EXT_NET else "private"
    common = {"type": kind, "networkId": network_id, "macAddress": "fa:16:3e:00:00:01", "state": "ACTIVE"}
    return {"id": uuid(), **common, "fixedIps": [{"ip": ip, "subnetId": uuid()}], **fields}


def address(network_id: str, ip: str = "10.0.0.5") -> dict[str, Any]:
    """How the list of instances shows an address."""
    kind = "public" if network_id == EXT_NET else "private"
    return {"type": kind, "ip": ip, "version": 4, "networkId": network_id, "gatewayIp": None}


class Cloud:
    """One project and its vRack. It answers reads, and nothing else. more: further answers by their path."""

    def __init__(self, *things: dict[str, Any], vrack: str | None = VRACK, moment: float = 1000.0) -> None:
        self.moment = moment
        self.networks = [thing for thing in things if "vlanId" in thing]
        self.keys = [thing for thing in things if "publicKey" in thing]
        self.instances = [thing for thing in things if "flavorId" in thing]
        self.flavors = [flavor(), flavor(where="SBG5"), *(thing for thing in things if "vcpus" in thing)]
        self.images = [image(), image(where="SBG5"), *(thing for thing in things if "minDisk" in thing)]
        self.subnets = {one["id"]: [] for one in self.networks}
        if self.networks:
            self.subnets[self.networks[0]["id"]] = [thing for thing in things if "cidr" in thing]
        self.interfaces = {one["id"]: one.pop("interfaces", []) for one in self.instances}
        self.vracks = {VRACK: {"serviceName": VRACK, "name": "main", "description": ""}}
        self.attached = {PROJECT: vrack} if vrack else {}
        self.tasks: dict[str, dict[int, Any]] = {}
        self.more: dict[str, Any] = {f"cloud/project/{PROJECT}/quota": []}

    def look(self, kind: Any, *specs: Any, last: Any = None) -> Any:
        """What one look sees for these specs."""
        return kind.observe(self, specs, last, {})

    def outage(self, *gone: str, regions: Any = ("GRA11", "SBG5"), named: bool = True, offered: Any = ()) -> Cloud:
        """Regions that the project lists no more. *named*: the public network still has them. *offered*: new ones."""
        entries = [{"region": one, "openstackId": uuid(901), "status": "ACTIVE"} for one in regions]
        public = {"id": EXT_NET, "regions": [one for one in entries if named or one["region"] not in gone]}
        self.more[f"cloud/project/{PROJECT}/region"] = [one for one in regions if one not in gone]
        self.more[f"cloud/project/{PROJECT}/network/public"] = [public]
        self.more[f"cloud/project/{PROJECT}/regionAvailable"] = [{"name": name} for name in offered]
        return self

    # What a reader does

    def now(self) -> float:
        return self.moment

    def today(self) -> float:
        return 1_787_000_000.0 + self.now()

    def get(self, *path: str, query: Any = None, missing: Any = NOTHING) -> Any:
        answer = self._answer("/".join(path))
        if answer is NOTHING:
            if missing is NOTHING:
                raise Gone("This object does not exist", "GET", "/" + "/".join(path), 404)
            return missing
        if query and "region" in query:
            return [entry for entry in answer if entry["region"] == query["region"]]
        return answer

    def ahead(self, *paths: Any, query: Any = None) -> None:
        """Nothing is slow here."""

    def will_write(self) -> None:
        """Nothing is checked here."""

    def get_many(self, paths: Any, missing: Any = NOTHING, queries: Any = None) -> list[Any]:
        return [self.get(*path, query=one, missing=missing) for path, one in zip_longest(paths, queries or ())]

    def get_objects(self, *path: str, query: Any = None) -> list[Any]:
        return {"cloud/project": [self._project(PROJECT, "running"), self._project(OTHER_PROJECT, "second")]}.get(
            "/".join(path), list(self.vracks.values())
        )

    def _project(self, id_: str, description: str) -> dict[str, Any]:
        return {"project_id": id_, "description": description, "status": "ok", "projectName": None}

    def _answer(self, path: str) -> Any:
        cloud = f"cloud/project/{PROJECT}"
        ext_net = {"id": EXT_NET, "regions": [{"region": "GRA11", "openstackId": uuid(901), "status": "ACTIVE"}]}
        answers = {
            cloud: self._project(PROJECT, "running"),
            f"cloud/project/{OTHER_PROJECT}": self._project(OTHER_PROJECT, "second"),
            f"cloud/project/{OTHER_PROJECT}/network/private": [],
            f"cloud/project/{OTHER_PROJECT}/instance": [],
            f"{cloud}/region": list(REGIONS),
            f"{cloud}/network/private": self.networks,
            f"{cloud}/network/public": [ext_net],
            f"{cloud}/sshkey": self.keys,
            f"{cloud}/instance": self.instances,
            f"{cloud}/flavor": self.flavors,
            f"{cloud}/image": self.images,
            f"{cloud}/snapshot": [],
        }
        answers |= {f"{cloud}/region/{name}": entry for name, entry in REGIONS.items()}
        answers |= {f"{cloud}/network/private/{id_}/subnet": found for id_, found in self.subnets.items()}
        answers |= {f"{cloud}/instance/{id_}/interface": found for id_, found in self.interfaces.items()}
        for name, vrack in self.vracks.items():
            tasks = self.tasks.get(name, {})
            answers[f"vrack/{name}"] = vrack
            answers[f"vrack/{name}/cloudProject"] = [project for project, at in self.attached.items() if at == name]
            answers[f"vrack/{name}/task"] = list(tasks)
            answers |= {f"vrack/{name}/task/{id_}": task for id_, task in tasks.items()}
        for project, name in self.attached.items():
            shown = self.vracks[name]
            answers[f"cloud/project/{project}/vrack"] = {**shown, "id": shown["serviceName"]}
        return (answers | self.more).get(path, NOTHING)
