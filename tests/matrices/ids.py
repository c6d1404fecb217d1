# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option that points at something with every kind of name or id that a user has at hand.

The thing is found, and it is the right one; or the task is refused before anything is written, in a check as in a real
run, by a sentence that says what the value is. Options come from the argument specs and the fields of a vrack_topology.
"""

from __future__ import annotations

import copy
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._description.fields import FIELDS
from ansible_collections.ovhcloud.vrack.plugins.module_utils._module import CONNECTION_OPTIONS, WAIT_OPTIONS

from simulator.launch import Simulator
from tests.matrices.words import is_bug, is_raw
from tests.support.keys import KEY
from tests.support.modules import run_modules
from tests.support.playbooks import TaskRun
from tests.support.specs import all_specs
from tests.support.tasks import task

POINTS = {
    "project": "project",
    "adopt_from": "project",
    "vrack": "vRack",
    "service_name": "vRack",
    "network": "network",
    "instance": "instance",
    "ssh_key": "ssh key",
    "flavor": "flavor",
    "image": "image",
    "region": "region",
    "regions": "region",
    "ip": "address",
    "networks": "network",
    "instances": "instance",
    "ssh_keys": "ssh key",
}
"""What an option points at, in whatever module. Lists of plain names have the names of their kinds."""
NAMED = {
    "vrack": "vRack",
    "private_network": "network",
    "region": "region",
    "ssh_key": "ssh key",
    "instance": "instance",
    "flavor": "flavor",
    "image": "image",
}
"""What the option name of a module, or of its info module, points at."""
POINTS_AT_NOTHING = {
    *CONNECTION_OPTIONS,
    *WAIT_OPTIONS,
    *("description", "subsidiary", "duration", "pricing_mode", "plan_code", "termination_token"),
    *("cidr", "start", "end", "dns_servers", "public_key", "user_data", "availability_zone"),
    *("os_type", "status", "type", "topology", "plan_file", "json_to", "markdown_to", "billing"),
    *("bastion", "host_key"),
}
"""Texts that are what they say, or point at a part of the description. What is neither here nor above fails a test."""

NEW = {"name": "new", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
RIGHT: dict[str, dict[str, Any]] = {
    "vrack": {},
    "vrack_cloudproject": {"vrack": "prod", "project": "running"},
    "private_network": {"project": "running", "name": "prod-net"},
    "subnet": {"project": "running", "network": "prod-net", "region": "GRA11", "cidr": "10.100.0.0/16"},
    "region": {"project": "running", "name": "GRA11"},
    "ssh_key": {"project": "running", "name": "new", "public_key": KEY},
    "instance": {"project": "running", **NEW},
    "instance_interface": {"project": "running", "instance": "prod-1", "network": "prod-net"},
    "vrack_info": {},
    "vrack_contents_info": {},
    "cloud_project_info": {},
    "plan": {},
    **{
        f"{name}_info": {"project": "running"}
        for name in ("private_network", "subnet", "instance", "flavor", "image", "region", "topology")
    },
}
"""Options beside the one that is tried, for which there is all that they need."""
BESIDE = {
    ("vrack", "adopt_from"): {"name": "new"},
    ("private_network", "regions"): {"exact_regions": False},
    ("instance", "networks[0].ip"): {"networks": [{"network": "prod-net"}]},
    ("instance_interface", "region"): {"instance": "prod-1"},
}
TOPOLOGY: dict[str, Any] = {
    "project": "running",
    "vrack": {"name": "prod"},
    "networks": [{"name": "prod-net", "regions": ["GRA11"], "cidr": "10.100.0.0/16"}],
    "ssh_keys": [{"name": "new", "public_key": KEY}],
    "instances": [{**NEW, "networks": [{"network": "prod-net"}], "public": True}],
    "interfaces": [{"instance": "prod-1", "network": "prod-net"}],
    "existing": {"networks": ["prod-net"], "instances": ["prod-1"], "ssh_keys": ["prod-key"]},
}
PLACES = {
    "project": "project",
    "vrack.service_name": "vRack",
    "networks[0].regions": "region",
    "ssh_keys[0].region": "region",
    "instances[0].region": "region",
    "instances[0].flavor": "flavor",
    "instances[0].image": "image",
    "instances[0].ssh_key": "ssh key",
    "instances[0].networks[0].network": "network",
    "interfaces[0].instance": "instance",
    "interfaces[0].region": "region",
    "interfaces[0].network": "network",
}
"""Fields of a vrack_topology that point at something."""


@dataclass(frozen=True)
class Ref:
    """A name or id. kind: of what. told: what a sentence that says what it is has in it."""

    kind: str
    told: str = ""
    is_id: bool = False
    usable: bool = True
    """Whether it serves where its kind is wanted, in project running and region GRA11."""


NOTHING_TO_ABSENCE = ("flavor", "image", "ssh_key", "networks[0].network", "networks[0].ip")
"""Places that are not looked at where the thing is to go."""
IN_THE_WAY = ("network_in_use", "subnet_in_use")
"""It was found, and something else keeps it, which a check takes for gone."""
NOT_FOUND = ("not_found", "not_offered", "something_else", "found_elsewhere", "region_unknown", "region_not_offered")
"""The codes of a failure in which nothing was found by the name or id."""
NO_SUCH = Ref("unknown", usable=False)
NO_SUCH_ID = Ref("unknown", usable=False, is_id=True)
REFS = {
    "vRack's service name": Ref("vRack", "vRack 'prod'", True),
    "vRack's name": Ref("vRack", "vRack 'prod'"),
    "unnamed vRack's service name": Ref("vRack", "a vRack without a name", True),
    "project's id": Ref("project", "project 'running'"),
    "project's id, in capitals": Ref("project", "project 'running'"),
    "project's description": Ref("project", "project 'running'"),
    "other project's id": Ref("project", "project 'beside'"),
    "other project's description": Ref("project", "project 'beside'"),
    "network's id": Ref("network", "network 'prod-net'", True),
    "network's id, in capitals": Ref("network", "network 'prod-net'", True),
    "network's name": Ref("network", "network 'prod-net'"),
    "network's name between blanks": Ref("network", "network 'prod-net'"),
    "network's name, in capitals": Ref("unknown", usable=False),
    "network's OpenStack id": Ref("network", "network 'prod-net'", True),
    "network's OpenStack id elsewhere": Ref("network", "network 'prod-net'", True, usable=False),
    "network's VLAN": Ref("network", "network 'prod-net'"),
    "name of two networks": Ref("network", "twin-net", usable=False),
    "other project's network id": Ref("network", "project 'beside'", True, usable=False),
    "other project's network name": Ref("network", "project 'beside'", usable=False),
    "other project's OpenStack id": Ref("network", "project 'beside'", True, usable=False),
    "subnet's id": Ref("subnet", "subnet 10.100.0.0/16", True),
    "subnet's cidr": Ref("subnet", "a subnet"),
    "instance's id": Ref("instance", "instance 'prod-1'", True),
    "instance's name": Ref("instance", "instance 'prod-1'"),
    "instance's id between blanks": Ref("instance", "instance 'prod-1'", True),
    "instance's id elsewhere": Ref("instance", "instance 'prod-2'", True),
    "instance's name elsewhere": Ref("instance", "instance 'prod-2'"),
    "going instance's id": Ref("instance", "DELETING", True, usable=False),
    "going instance's name": Ref("instance", "DELETING", usable=False),
    "name of two instances": Ref("instance", "twin", usable=False),
    "other project's instance id": Ref("instance", "project 'beside'", True, usable=False),
    "other project's instance name": Ref("instance", "project 'beside'", usable=False),
    "ssh key's id": Ref("ssh key", "ssh key 'prod-key'"),
    "ssh key's name": Ref("ssh key", "ssh key 'prod-key'"),
    "other project's ssh key name": Ref("ssh key", "project 'beside'", usable=False),
    "region": Ref("region", "a region"),
    "region between blanks": Ref("region", "a region"),
    "other region": Ref("region", "a region"),
    "region in lower case": Ref("unknown", usable=False),
    "no region": NO_SUCH,
    "interface's id": Ref("interface", "interface of instance 'prod-1'", True),
    "private address": Ref("address", "an address of instance 'prod-1'"),
    "public address": Ref("address", "an address of instance 'prod-1'", usable=False),
    "free address": Ref("address", "an IP address"),
    "MAC address": Ref("interface", "a MAC address"),
    "flavor's id": Ref("flavor", "flavor 'b3-8'", True),
    "flavor's id elsewhere": Ref("flavor", "flavor 'b3-8'", True, usable=False),
    "flavor's name": Ref("flavor", "flavor 'b3-8'"),
    "image's id": Ref("image", "image 'Debian 12'", True),
    "image's id elsewhere": Ref("image", "image 'Debian 12'", True, usable=False),
    "image's name": Ref("image", "image 'Debian 12'"),
    "order's number": NO_SUCH,
    "id of another account": NO_SUCH_ID,
    "vRack of another account": NO_SUCH_ID,
    "network of another account": NO_SUCH_ID,
    "project of another account": NO_SUCH,
}
NEAR = {
    *(
        "network's id",
        "network's OpenStack id",
        "instance's id",
        "other project's instance id",
        "other project's network id",
    ),
}
"""What is said of them where a project is wanted: the form or one list a project tells it."""
values: dict[str, str] = {}
things: dict[str, str] = {}
"""Set by `begin`: the value behind each name, and the id of what it means."""


@dataclass(frozen=True)
class Cell:
    module: str
    place: str
    wanted: str
    ref: str
    state: str = "present"

    @property
    def row(self) -> str:
        return f"ovh_{self.module}"

    @property
    def name(self) -> str:
        return f"ovh_{self.module}: {self.place} is {self.ref}" + (" (absent)" if self.state == "absent" else "")

    def given(self) -> dict[str, Any]:
        value = values.get(self.ref, f"<{self.ref}>")
        if self.module == "plan":
            described = copy.deepcopy(TOPOLOGY)
            section = self.place.partition("[")[0].partition(".")[0]
            if section != "project":  # what else is described could be held against it, before anything is asked
                described = {name: described[name] for name in ("project", "existing", section)}
            if self.place in EXISTING:
                described["existing"][EXISTING[self.place]].append(value.strip())
            if self.place == "vrack.service_name":
                described["vrack"] = {}
            put(described, self.place, value)
            return {"topology": described}
        options = {**RIGHT[self.module], **BESIDE.get((self.module, self.place), {})}
        if self.state == "absent":
            options["state"] = "absent"
        put(options, self.place, value)
        return copy.deepcopy(options)


EXISTING = {
    "instances[0].ssh_key": "ssh_keys",
    "instances[0].networks[0].network": "networks",
    "interfaces[0].instance": "instances",
    "interfaces[0].network": "networks",
}
"""What is not described must be said to exist, or only the description is looked at."""


def put(into: dict[str, Any], place: str, value: Any) -> None:
    *path, last = place.replace("[0]", ".0").split(".")
    node: Any = into
    for step, following in itertools.pairwise([*path, last]):
        if step == "0":
            node.extend([] if node else [{}])
            node = node[0]
        else:
            node = node.setdefault(step, [] if following == "0" else {})
    node[last] = [value] if last == "regions" else value


def places_of(module: str, spec: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each option that points at something, and at what."""
    for name, option in spec.items():
        wanted = NAMED.get(module.removesuffix("_info")) if name == "name" else POINTS.get(name)
        plain = option.get("type", "str") in ("str", "raw") or option.get("elements") == "str"
        if plain and wanted and not option.get("choices"):
            yield name, wanted
        elif name == "networks" and module == "instance":
            yield "networks[0].network", "network"
            yield "networks[0].ip", "address"


def unknown_options() -> list[str]:
    """Those that may point at something, for all that is known here."""
    known = {*POINTS, *POINTS_AT_NOTHING, "name"}
    specs = all_specs()
    found = [
        f"{module}: {name}"
        for module, spec in specs.items()
        for name, option in spec.items()
        if (option.get("type", "str") in ("str", "raw", "path") or option.get("elements") == "str")
        and not (option.get("choices") or name in known)
    ]
    fields = [f"{kind}: {name}" for kind, known_fields in FIELDS.items() for name, form in known_fields.items()]
    plain = {
        "adopt",
        "move",
        "keep_attached",
        "existing",
        "vlan_id",
        "exact_regions",
        "dhcp",
        "gateway",
        "subnets",
        "guest_network",
    }
    plain |= {"force", "public", "interfaces"}
    return found + [one for one in fields if one.partition(": ")[2] not in known | plain]


def cells() -> Iterator[Cell]:
    for full, spec in all_specs().items():
        module = full.removeprefix("ovh_")
        states = ("present", "absent") if "absent" in spec.get("state", {}).get("choices", ()) else ("present",)
        for place, wanted in PLACES.items() if module == "plan" else places_of(module, spec):
            for state in states if module != "plan" else ("present",):
                if state == "absent" and place in NOTHING_TO_ABSENCE:
                    continue
                yield from (Cell(module, place, wanted, ref, state) for ref in REFS)


def begin(simulator: Simulator) -> None:
    simulator.settings(kind=True)
    state = simulator.state()["vracks"]
    [automatic] = [name for name, vrack in state.items() if not vrack["name"]]
    [prod] = [name for name, vrack in state.items() if vrack["name"] == "prod"]
    simulator.make("project", description="beside", vrack=automatic)
    simulator.make("network", project="beside", name="beside-net", vlan=300, regions=["GRA11"])
    simulator.make("subnet", project="beside", network="beside-net", region="GRA11", cidr="10.200.0.0/16")
    simulator.make("ssh_key", project="beside", name="beside-key")
    simulator.make("instance", project="beside", name="beside-1", region="GRA11")
    for vlan in (201, 202):
        simulator.make("network", project="running", name="twin-net", vlan=vlan, regions=["GRA11"])
        simulator.make("instance", project="running", name="twin", region="GRA11")
    simulator.make("instance", project="running", name="going", region="GRA11", state="DELETING")
    values.update(look(simulator, automatic, prod))
    things.update({ref: next(iter(thing_of(ref)), "") for ref in values})


def look(simulator: Simulator, automatic: str, prod: str) -> dict[str, str]:
    client = simulator.client()
    running, beside = simulator.project("running")["id"], simulator.project("beside")["id"]
    [net] = [one for one in client.get(f"/cloud/project/{running}/network/private") if one["name"] == "prod-net"]
    [other_net] = client.get(f"/cloud/project/{beside}/network/private")
    [other_instance] = client.get(f"/cloud/project/{beside}/instance")
    subnet = client.get(f"/cloud/project/{running}/network/private/{net['id']}/subnet")[0]
    instances = {one["name"]: one for one in client.get(f"/cloud/project/{running}/instance")}
    first = instances["prod-1"]
    [interface] = [
        one
        for one in client.get(f"/cloud/project/{running}/instance/{first['id']}/interface")
        if one["type"] == "private"
    ]
    addresses = {one["type"]: one["ip"] for one in first["ipAddresses"] if one["version"] == 4}
    [key] = client.get(f"/cloud/project/{running}/sshkey")
    openstack = {one["region"]: one["openstackId"] for one in net["regions"]}
    flavors = {
        one["region"]: one["id"] for one in client.get(f"/cloud/project/{running}/flavor") if one["name"] == "b3-8"
    }
    images = {
        one["region"]: one["id"] for one in client.get(f"/cloud/project/{running}/image") if one["name"] == "Debian 12"
    }
    return {
        "vRack's service name": prod,
        "vRack's name": "prod",
        "unnamed vRack's service name": automatic,
        "project's id": running,
        "project's id, in capitals": running.upper(),
        "project's description": "running",
        "other project's id": beside,
        "other project's description": "beside",
        "network's id": net["id"],
        "network's id, in capitals": net["id"].upper(),
        "network's name": "prod-net",
        "network's name between blanks": " prod-net\n",
        "network's name, in capitals": "PROD-NET",
        "network's OpenStack id": openstack["GRA11"],
        "network's OpenStack id elsewhere": openstack["SBG5"],
        "network's VLAN": "100",
        "name of two networks": "twin-net",
        "other project's network id": other_net["id"],
        "other project's network name": "beside-net",
        "other project's OpenStack id": other_net["regions"][0]["openstackId"],
        "subnet's id": subnet["id"],
        "subnet's cidr": subnet["cidr"],
        "instance's id": first["id"],
        "instance's name": "prod-1",
        "instance's id between blanks": f" {first['id'].upper()} ",
        "instance's id elsewhere": instances["prod-2"]["id"],
        "instance's name elsewhere": "prod-2",
        "going instance's id": instances["going"]["id"],
        "going instance's name": "going",
        "name of two instances": "twin",
        "other project's instance id": other_instance["id"],
        "other project's instance name": "beside-1",
        "ssh key's id": key["id"],
        "ssh key's name": "prod-key",
        "other project's ssh key name": "beside-key",
        "region": "GRA11",
        "region between blanks": " GRA11 ",
        "other region": "SBG5",
        "region in lower case": "gra11",
        "no region": "XYZ7",
        "interface's id": interface["id"],
        "private address": addresses["private"],
        "public address": addresses["public"],
        "free address": "10.100.0.200",
        "MAC address": interface["macAddress"],
        "flavor's id": flavors["GRA11"],
        "flavor's id elsewhere": flavors["SBG5"],
        "flavor's name": "b3-8",
        "image's id": images["GRA11"],
        "image's id elsewhere": images["SBG5"],
        "image's name": "Debian 12",
        "order's number": "123456789",
        "id of another account": "3d1b7c52-6f0e-4a9d-8c34-5e2f9b7a1d60",
        "vRack of another account": "pn-7654321",
        "network of another account": "pn-7654321_12",
        "project of another account": "0123456789abcdef0123456789abcdef",
    }


def thing_of(ref: str) -> Iterator[str]:
    """The id of what it means: of other names of a thing the same."""
    one = REFS[ref]
    same = {
        "vRack's name": "vRack's service name",
        "network's name": "network's id",
        "network's OpenStack id": "network's id",
        "network's VLAN": "network's id",
        "instance's name elsewhere": "instance's id elsewhere",
        "instance's name": "instance's id",
        "ssh key's name": "ssh key's id",
        "other project's description": "other project's id",
        "project's description": "project's id",
        "flavor's name": "flavor's id",
        "image's name": "image's id",
        "project's id, in capitals": "project's id",
        "network's id, in capitals": "network's id",
        "network's name between blanks": "network's id",
        "instance's id between blanks": "instance's id",
    }
    if one.usable and one.kind != "unknown":
        yield values[same.get(ref, ref)].strip()


def what_is_bad(simulator: Simulator, cell: Cell) -> str:
    before = simulator.state()
    check = run_modules(simulator, [task("it", cell.module, **cell.given())], "--check")
    if check.writes:
        simulator.restore(before)
        return f"it wrote in a check: {check.writes}"
    real = run_modules(simulator, [task("it", cell.module, **cell.given())])
    if real.writes:
        simulator.restore(before)
    found = why_bad(cell, check["it"], real["it"], real.writes)
    return found and f"{found} | check: {said(check['it'])} | real: {said(real['it'])}"


def said(run: TaskRun) -> str:
    return run.msg if run.failed else f"changed={run.changed} {run.result.get('warnings', '')}"


def why_bad(cell: Cell, check: TaskRun, real: TaskRun, writes: list[str]) -> str:
    ref = REFS[cell.ref]
    for run in (check, real):
        if is_bug(run.result):
            return "a bug"
        if is_raw(run, 400, 404):
            return "a raw refusal of the API"
    if real.failed and writes:
        return f"it wrote and failed: {writes}"
    if real.result.get("failure", {}).get("code") in IN_THE_WAY:
        return ""
    if re.search("is (being removed|DELETING)", real.msg) and REFS[cell.ref].told == "DELETING":
        return ""  # what goes for ever here is waited for until the time is up
    found = ref.kind == cell.wanted and ref.usable
    taken_as_done = not check.failed and "taken as" in json.dumps(check.result.get("warnings", []))
    if check.failed != real.failed and not (real.failed and taken_as_done and (found or not ref.is_id)):
        return "a check says otherwise than a real run"
    if real.failed:
        return why_untold(cell, ref, real)
    return why_wrong(cell, ref, check, real, writes)


def is_out_of_sight(cell: Cell, ref: Ref) -> bool:
    """Whether no list shows it, for no project is known to look into."""
    alone = cell.wanted == "project" or cell.module in ("vrack", "vrack_info", "vrack_contents_info")
    return alone and ref.kind not in ("project", "vRack") and cell.ref not in NEAR


def why_untold(cell: Cell, ref: Ref, real: TaskRun) -> str:
    """What a refusal lacks."""
    value = values[cell.ref].strip()
    if cell.place == "project" and ref.kind == "project":
        return ""  # it was found, and what is looked for in it is not there
    if value.casefold() not in real.msg.casefold() and ref.told not in real.msg:
        return "the value is not named"
    if ref.kind == cell.wanted and ref.usable:
        code = real.result.get("failure", {}).get("code")
        return "it is not found, and is there" if code in NOT_FOUND and f"'{value}'" in real.msg else ""
    if cell.wanted == "region" and cell.ref == "region in lower case":
        return "" if "GRA11" in real.msg else "it does not say what was perhaps meant"
    if is_out_of_sight(cell, ref):
        return ""
    if cell.wanted == "address" or (ref.told == "project 'beside'" and not ref.is_id and ref.kind != cell.wanted):
        return ""  # an address has a form; names in other projects are looked for where they could serve
    return "" if ref.told in real.msg else f"it does not say that it is {ref.told}"


def why_wrong(cell: Cell, ref: Ref, check: TaskRun, real: TaskRun, writes: list[str]) -> str:
    """What is wrong with a task that went well."""
    result = json.dumps({**real.result, "invocation": None, "check": {**check.result, "invocation": None}})
    warnings = json.dumps(real.result.get("warnings", []))
    found = things[cell.ref] and (things[cell.ref] in result or (ref.kind == "network" and '"prod-net"' in result))
    info = cell.module.endswith("_info")
    if info and ref.kind == cell.wanted:
        shown = [value for value in real.result.values() if isinstance(value, (list, dict)) and value]
        return "" if shown or not ref.usable else "it found nothing"
    if ref.kind == cell.wanted and ref.usable:
        if cell.place == "name" and ref.is_id and any(call.startswith("POST") for call in writes):
            return f"it made another one of that name: {writes}"
        made = cell.place == "name" and not ref.is_id
        return "" if found or made or cell.state == "absent" else "it found something else"
    if info or cell.state == "absent":
        if writes:
            return f"it removed something: {writes}"
        gone = ref.told == "DELETING" and ref.kind == cell.wanted
        told = not ref.is_id or ref.kind == "unknown" or gone or ref.told in warnings or is_out_of_sight(cell, ref)
        return "" if told else f"it does not say that it is {ref.told}"
    if cell.place == "name" and (not ref.is_id or (ref.kind == cell.wanted and cell.module == "private_network")):
        return ""  # a thing may be called so, and a network is the same in each of its regions
    return "it was taken"
