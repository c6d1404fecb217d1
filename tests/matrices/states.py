# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every state that the API's schema knows of a thing, with all that our modules do about such a thing.

The words come from the schema's enums, so that a new one is walked through by itself. A cell puts one thing of the
default world into a state, which stays or passes, has a module plan, do it, and do it again, and looks at the account
afterwards: what was asked for is there once, nothing else has come or gone, or the message says the state.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.launch import Simulator
from simulator.schema import Schema
from tests.matrices.words import is_bug
from tests.support.inventories import list_inventory, write_inventory
from tests.support.keys import KEY
from tests.support.modules import run_modules
from tests.support.playbooks import writes_of
from tests.support.tasks import task

State = dict[str, Any]
Edit = dict[str, Any]

PASSES_IN = 20.0
NEVER = 1e9
LOOKS = 3
"""So many answers show what is shown otherwise than it is, where that passes."""
WAIT = 120
AT_MOST = 60
"""Virtual seconds within which a run ends where waiting helps nobody."""
LATER = 400
"""By then all that a run began is done."""

ENUMS = {
    "instance": "cloud.instance.InstanceStatusEnum",
    "network": "cloud.network.NetworkStatusEnum",
    "network's region": "cloud.network.NetworkRegionStatusEnum",
    "project": "cloud.project.ProjectStatusEnum",
    "region": "cloud.RegionStatusEnum",
    "network service": "cloud.ServiceStatusEnum",
    "instance service": "cloud.ServiceStatusEnum",
    "order": "billing.order.OrderStatusEnum",
    "task": "vrack.TaskStatusEnum",
}
NEW_WORD = "A_NEW_WORD"
OPENSTACK_PORTS = ("ACTIVE", "BUILD", "DOWN", "ERROR", "N/A")
"""The schema has no enum for these: they are OpenStack's own."""
PASSING = {
    *("BUILD", "BUILDING", "DELETING", "HARD_REBOOT", "MIGRATING", "PASSWORD", "REBOOT", "REBUILD", "RESCUING"),
    *("RESIZE", "RESUMING", "REVERT_RESIZE", "SHELVING", "SNAPSHOTTING", "UNKNOWN", "UNRESCUING", "UNSHELVING"),
    *("init", "todo", "doing", "done", "checking", "delivering", "cancelling", "unknown", "creating", "deleting"),
    *("documentsRequested", "notPaid", "not shown", "no OpenStack id", "going", "no addresses", "no interfaces"),
}
"""What may be waited for, for a person need do nothing about it, or for what they do the run is told to wait."""
GONE = ("DELETED", "SOFT_DELETED")

SHOWN = {
    "instance": ("/cloud/project/{serviceName}/instance", "/name=prod-1/status"),
    "network": ("/cloud/project/{serviceName}/network/private", "/name=prod-net/status"),
    "network's region": ("/cloud/project/{serviceName}/network/private", "/name=prod-net/regions/region=GRA11/status"),
    "interface": ("/cloud/project/{serviceName}/instance/{instanceId}/interface", "/type=private/state"),
    "order": ("/me/order/{orderId}/status", ""),
    "task": ("/vrack/{serviceName}/task/{taskId}", "/status"),
}
"""Where the word stands that is shown, for what is only shown so."""


@dataclass(frozen=True)
class Doing:
    """What a module is asked for, about which things, and what must be there or not in the end."""

    module: str
    options: dict[str, Any]
    about: tuple[str, ...]
    has: tuple[str, ...] = ()
    hasnt: tuple[str, ...] = ()
    shows: str = ""

    @property
    def only_looks(self) -> bool:
        return not self.has and not self.hasnt


ALL_OF_INSTANCE = ("instance", "interface", "project", "region", "instance service", "network", "network's region")
ALL_OF_NETWORK = ("network", "network's region", "project", "region", "network service", "instance")
P1 = ("instance prod-1 in GRA11", "prod-1 on public", "prod-1 on prod-net")
NET = ("network prod-net", "prod-net in GRA11", "prod-net in SBG5")
CHOICES = {"region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
RUNNING = {"project": "running"}
EACH = ("instance", "interface", "network", "network's region", "project", "region", "network service")
TOPOLOGY = {
    "project": "running",
    "networks": [
        {
            "name": "prod-net",
            "vlan_id": 100,
            "subnets": [{"region": "GRA11", "cidr": "10.100.0.0/16", "start": "10.100.0.2", "end": "10.100.0.254"}],
        }
    ],
    "instances": [{"name": "prod-1", **CHOICES, "networks": ["public", "prod-net"]}],
}

DOINGS: dict[str, Doing] = {
    "instance as it is": Doing(
        "instance",
        {**RUNNING, "name": "prod-1", **CHOICES, "networks": [{"network": "public"}, {"network": "prod-net"}]},
        ALL_OF_INSTANCE,
        has=P1,
    ),
    "instance on one more network": Doing(
        "instance",
        {**RUNNING, "name": "prod-1", **CHOICES, "networks": [{"network": "public"}, {"network": "extra-net"}]},
        ALL_OF_INSTANCE,
        has=("instance prod-1 in GRA11", "prod-1 on public", "prod-1 on extra-net"),
    ),
    "instance gone": Doing(
        "instance",
        {**RUNNING, "name": "prod-1", "region": "GRA11", "state": "absent"},
        ALL_OF_INSTANCE,
        hasnt=P1,
    ),
    "new instance": Doing(
        "instance",
        {**RUNNING, "name": "new", **CHOICES, "networks": [{"network": "prod-net"}]},
        ALL_OF_INSTANCE,
        has=("instance new in GRA11", "new on prod-net"),
    ),
    "new instance elsewhere": Doing(
        "instance",
        {**RUNNING, "name": "new", **CHOICES, "region": "SBG5", "networks": [{"network": "prod-net"}]},
        ("region", "network's region", "instance service"),
        has=("instance new in SBG5", "new on prod-net"),
    ),
    "interface as it is": Doing(
        "instance_interface",
        {**RUNNING, "instance": "prod-1", "network": "prod-net"},
        ALL_OF_INSTANCE,
        has=P1,
    ),
    "new interface": Doing(
        "instance_interface",
        {**RUNNING, "instance": "prod-1", "network": "extra-net"},
        ALL_OF_INSTANCE,
        has=("prod-1 on extra-net",),
    ),
    "interface gone": Doing(
        "instance_interface",
        {**RUNNING, "instance": "prod-1", "network": "prod-net", "state": "absent"},
        ALL_OF_INSTANCE,
        hasnt=("prod-1 on prod-net",),
    ),
    "network as it is": Doing(
        "private_network", {**RUNNING, "name": "prod-net", "vlan_id": 100}, ALL_OF_NETWORK, has=NET[:1]
    ),
    "network in one more region": Doing(
        "private_network",
        {**RUNNING, "name": "prod-net", "vlan_id": 100, "regions": ["GRA11", "SBG5", "BHS5"]},
        ALL_OF_NETWORK,
        has=(*NET, "prod-net in BHS5"),
    ),
    "network in one region less": Doing(
        "private_network",
        {**RUNNING, "name": "empty-net", "regions": ["SBG5"], "exact_regions": True},
        ("network of its own", "project", "region", "network service"),
        has=("network empty-net", "empty-net in SBG5"),
        hasnt=("empty-net in GRA11", "subnet 10.30.0.0/16 of empty-net in GRA11"),
    ),
    "network gone": Doing(
        "private_network",
        {**RUNNING, "name": "empty-net", "state": "absent"},
        ("network of its own", "project", "region", "network service"),
        hasnt=(
            *("network empty-net", "empty-net in GRA11", "empty-net in SBG5"),
            "subnet 10.30.0.0/16 of empty-net in GRA11",
        ),
    ),
    "new network": Doing(
        "private_network",
        {**RUNNING, "name": "new-net", "vlan_id": 7, "regions": ["GRA11", "SBG5"]},
        ("network", "project", "region", "network service"),
        has=("network new-net", "new-net in GRA11", "new-net in SBG5"),
    ),
    "subnet as it is": Doing(
        "subnet",
        {**RUNNING, "network": "prod-net", "region": "GRA11", "cidr": "10.100.0.0/16"},
        ALL_OF_NETWORK,
        has=("subnet 10.100.0.0/16 of prod-net in GRA11",),
    ),
    "new subnet": Doing(
        "subnet",
        {**RUNNING, "network": "bare-net", "region": "GRA11", "cidr": "10.40.0.0/16"},
        ("network of its own", "project", "region", "network service"),
        has=("subnet 10.40.0.0/16 of bare-net in GRA11",),
    ),
    "subnet gone": Doing(
        "subnet",
        {**RUNNING, "network": "empty-net", "region": "GRA11", "cidr": "10.30.0.0/16", "state": "absent"},
        ("network of its own", "project", "region", "network service"),
        hasnt=("subnet 10.30.0.0/16 of empty-net in GRA11",),
    ),
    "new key": Doing("ssh_key", {**RUNNING, "name": "new", "public_key": KEY}, ("project", "region"), has=("key new",)),
    "key gone": Doing(
        "ssh_key", {**RUNNING, "name": "prod-key", "state": "absent"}, ("project",), hasnt=("key prod-key",)
    ),
    "region as it is": Doing(
        "region", {**RUNNING, "name": "GRA11"}, ("project", "region"), has=("region GRA11 of running",)
    ),
    "project in its vRack": Doing(
        "vrack_cloudproject",
        {"vrack": "prod", "project": "running"},
        ("project", "task", "instance"),
        has=("running in prod",),
    ),
    "project in a vRack": Doing(
        "vrack_cloudproject", {"vrack": "prod", "project": "empty"}, ("task", "empty project"), has=("empty in prod",)
    ),
    "project out of its vRack": Doing(
        "vrack_cloudproject",
        {"vrack": "pn-AUTO", "project": "auto", "state": "absent"},
        ("task", "lonely project"),
        hasnt=("auto in ",),
    ),
    "new vRack": Doing("vrack", {"name": "fresh"}, ("order",), has=("vRack fresh",)),
    "plan": Doing("plan", {"topology": TOPOLOGY}, EACH),
    "instances shown": Doing("instance_info", RUNNING, ALL_OF_INSTANCE, shows="prod-1"),
    "networks shown": Doing("private_network_info", RUNNING, ALL_OF_NETWORK, shows="prod-net"),
    "subnets shown": Doing("subnet_info", RUNNING, ALL_OF_NETWORK, shows="10.100.0.0/16"),
    "regions shown": Doing("region_info", RUNNING, ("project", "region", "network service"), shows="GRA11"),
    "projects shown": Doing("cloud_project_info", {}, ("project",), shows="running"),
    "vRacks shown": Doing("vrack_info", {}, ("project", "task"), shows="prod"),
    "flavors shown": Doing("flavor_info", {**RUNNING, "region": "GRA11"}, ("project", "region", "instance service")),
    "images shown": Doing("image_info", {**RUNNING, "region": "GRA11"}, ("project", "region", "instance service")),
    "topology shown": Doing("topology_info", RUNNING, EACH, shows="prod-1"),
    "inventory": Doing("inventory", {"projects": ["running"]}, EACH, shows="prod-1"),
}
"""By what is done; the world has, besides the default one, extra-net, empty-net and bare-net."""


@dataclass(frozen=True)
class Cell:
    about: str
    word: str
    lasts: str
    doing: str

    @property
    def row(self) -> str:
        return f"{self.about}: {self.doing}"

    @property
    def name(self) -> str:
        return f"{self.about} {self.word} ({self.lasts}): {self.doing}"

    def given(self) -> dict[str, Any]:
        done = DOINGS[self.doing]
        return {"state": f"{self.about} {self.word}, which {self.lasts}", f"ovh_{done.module}": done.options}


def words_of(about: str) -> list[str]:
    schema = Schema()
    own = list(schema.types[ENUMS[about]]["enum"]) if about in ENUMS else []
    more = {
        "instance": list(SHOWN_OF_INSTANCE),
        "network": [NEW_WORD, "not shown"],
        "network's region": [NEW_WORD, "not shown", "no OpenStack id", "going"],
        "interface": [*OPENSTACK_PORTS, NEW_WORD, "going", "no addresses"],
        "region": [NEW_WORD, "out"],
        "order": [NEW_WORD],
        "task": [NEW_WORD],
        "network of its own": words_of("network") if about == "network of its own" else [],
        "empty project": words_of("project") if about == "empty project" else [],
        "lonely project": words_of("project") if about == "lonely project" else [],
    }
    return [*own, *more.get(about, [])]


def cells() -> Iterator[Cell]:
    for name, done in DOINGS.items():
        for about in done.about:
            for word in words_of(about):
                if done.only_looks or word not in BELIEVED:
                    yield Cell(about, word, "stays", name)
                if about in PASSES and word not in GONE and not done.only_looks:
                    yield Cell(about, word, "passes", name)


BELIEVED = ("no interfaces",)
"""If it stays so it is the API's word, and a module that makes what is not there does as it is told."""
PASSES = ("instance", "network", "network's region", "interface", "order", "task", "network of its own")
"""What changes its state within a run. Projects and regions don't in minutes."""

# The world, and one thing of it in a state


@dataclass
class Scene:
    """The world as a cell begins, and what is only shown so."""

    state: State
    now: float
    shown: list[dict[str, Any]] = field(default_factory=list)

    @property
    def project(self) -> State:
        return self.project_called("running")

    def project_called(self, name: str) -> State:
        return next(one for one in self.state["cloud"]["projects"].values() if one["description"] == name)

    def instance(self, name: str = "prod-1") -> State:
        return next(one for one in self.project["instances"].values() if one["name"] == name)

    def network(self, name: str = "prod-net") -> State:
        return next(one for one in self.project["networks"] if one["name"] == name)

    def show(self, path: str, at: str, lasts: str, do: str = "set", value: Any = None, skip: int = 0) -> None:
        times = -1 if lasts == "stays" else LOOKS
        edits = [{"at": at, "do": do, "value": value}]
        self.shown.append({"method": "GET", "path": path, "edits": edits, "times": times, "skip": skip})


def put_instance(scene: Scene, word: str, lasts: str) -> None:
    instance, end = scene.instance(), scene.now + (PASSES_IN if lasts == "passes" else NEVER)
    ports = [one for one in scene.project["ports"].values() if one["owner_id"] == instance["id"]]
    if word in SHOWN_OF_INSTANCE:
        show_instance(scene, word, lasts)
    elif word == "BUILD":
        for one in (instance, *ports):
            one["active_at"] = end
    elif word == "ERROR" and lasts == "stays":
        instance["failed"] = True
    elif word == "DELETING":
        instance["gone_at"] = end
        for port in ports:
            port["gone_at"] = port["released_at"] = end
    elif lasts == "passes":
        instance["passing_state"], instance["passing_until"] = word, end
    else:
        instance["state"] = word


SHOWN_OF_INSTANCE = (NEW_WORD, "not shown", "no addresses", "no interfaces")


def show_instance(scene: Scene, word: str, lasts: str) -> None:
    path, status = SHOWN["instance"]
    if word == NEW_WORD:
        scene.show(path, status, lasts, value=word)
    elif word == "not shown":
        scene.show(path, "/name=prod-1", "passes", "drop", skip=1)
    else:
        scene.show(path, "/name=prod-1/ipAddresses", lasts, value=[])
    if word == "no interfaces":
        scene.show(SHOWN["interface"][0], "", lasts, value=[])


def put_network(scene: Scene, word: str, lasts: str, name: str = "prod-net") -> None:
    network, end = scene.network(name), scene.now + (PASSES_IN if lasts == "passes" else NEVER)
    path, at = SHOWN["network"]
    at = at.replace("prod-net", name)
    if word == "not shown":
        scene.show(path, at.rpartition("/")[0], "passes", "drop", skip=1)
    elif word == "ERROR" and lasts == "stays":
        network["failed"] = True
    elif word == "BUILDING":
        for region in network["regions"].values():
            region["active_at"] = end
    elif word == "DELETING":
        network["gone_at"] = end
        for region in network["regions"].values():
            region["gone_at"] = end
    elif word != "ACTIVE":
        scene.show(path, at, lasts, value=word)
        scene.show(path + "/{networkId}", "/status", lasts, value=word)


def put_lonely_networks(scene: Scene, word: str, lasts: str) -> None:
    for name in ("empty-net", "bare-net"):
        put_network(scene, word, lasts, name)


def put_region_of_network(scene: Scene, word: str, lasts: str) -> None:
    region, end = scene.network()["regions"]["GRA11"], scene.now + (PASSES_IN if lasts == "passes" else NEVER)
    path, at = SHOWN["network's region"]
    place = at.rpartition("/")[0]
    if word == "BUILDING":
        region["active_at"] = end
    elif word == "going":
        region["gone_at"] = end
        scene.show(path, at, "stays", value="DELETING")
    elif word == "not shown":
        scene.show(path, place, "passes", "drop", skip=1)
    elif word == "no OpenStack id":
        scene.show(path, f"{place}/openstackId", lasts)
    elif word != "ACTIVE":
        scene.show(path, at, lasts, value=word)


def put_interface(scene: Scene, word: str, lasts: str) -> None:
    port = next(
        one
        for one in scene.project["ports"].values()
        if one["owner_id"] == scene.instance()["id"] and one["network_id"] == scene.network()["id"]
    )
    end = scene.now + (PASSES_IN if lasts == "passes" else NEVER)
    if word == "BUILD":
        port["active_at"] = end
    elif word == "going":
        port["gone_at"] = port["released_at"] = end
    elif word == "no addresses":
        port["addresses_from"] = end
    elif word != "ACTIVE":
        scene.show(*SHOWN["interface"], lasts, value=word)


def put_project(scene: Scene, word: str, name: str = "running") -> None:
    scene.project_called(name)["status"] = word


def put_region(scene: Scene, word: str) -> None:
    if word == NEW_WORD:
        scene.show("/cloud/project/{serviceName}/region/{regionName}", "/status", "stays", value=word)
        return
    change = {"outage": True} if word == "out" else {"status": word}
    scene.state["cloud"]["region_changes"]["GRA11"] = change


def put_service(scene: Scene, word: str, name: str) -> None:
    if word == "DOWN":
        scene.state["cloud"]["region_changes"]["GRA11"] = {"down_services": [name]}


PUT: dict[str, Callable[[Scene, str, str], None]] = {
    "instance": put_instance,
    "network": put_network,
    "network of its own": put_lonely_networks,
    "network's region": put_region_of_network,
    "interface": put_interface,
    "project": lambda scene, word, _lasts: put_project(scene, word),
    "empty project": lambda scene, word, _lasts: put_project(scene, word, "empty"),
    "lonely project": lambda scene, word, _lasts: put_project(scene, word, "auto"),
    "region": lambda scene, word, _lasts: put_region(scene, word),
    "network service": lambda scene, word, _lasts: put_service(scene, word, "network"),
    "instance service": lambda scene, word, _lasts: put_service(scene, word, "instance"),
    "order": lambda scene, word, lasts: scene.show(*SHOWN["order"], lasts, value=word),
    "task": lambda scene, word, lasts: scene.show(*SHOWN["task"], lasts, value=word),
}

# What there is


def things(state: State) -> Counter[str]:
    """All that counts as there, in words."""
    found: Counter[str] = Counter()
    for vrack in state["vracks"].values():
        found[f"vRack {vrack['name']}"] += 1
        for project in vrack["projects"]:
            found[f"{state['cloud']['projects'][project]['description']} in {vrack['name']}"] += 1
    for order in state["orders"].values():
        found[f"order of {order['description'].partition(' ')[0]}"] += 1
    for project in state["cloud"]["projects"].values():
        found.update(things_of(project))
    return found


def things_of(project: State) -> Iterator[str]:
    names = {one["id"]: one["name"] for one in project["networks"]}
    yield from (f"region {name} of {project['description']}" for name in project["regions"])
    yield from (f"key {one['name']}" for one in project["ssh_keys"].values())
    for network in project["networks"]:
        if network["gone_at"] is None:
            yield f"network {network['name']}"
            here = [name for name, region in network["regions"].items() if region["gone_at"] is None]
            yield from (f"{network['name']} in {name}" for name in here)
    for subnet in project["subnets"].values():
        if subnet["network_id"] in names:
            yield f"subnet {subnet['cidr']} of {names[subnet['network_id']]} in {subnet['region']}"
    for instance in project["instances"].values():
        if instance["gone_at"] is None and instance["state"] not in GONE:
            yield f"instance {instance['name']} in {instance['region']}"
            for port in project["ports"].values():
                if port["owner_id"] == instance["id"] and port["gone_at"] is None:
                    yield f"{instance['name']} on {names.get(port['network_id'], 'public')}"


# The promise

BASE: dict[str, State] = {}


def begin(simulator: Simulator) -> None:
    """The default world at rest, with three networks more."""
    simulator.reset(world="default")
    simulator.settings(kind=True, instance_building=20, region_building=10, order_delivering=20, task_doing=10)
    simulator.clock(speed=1)
    for name, vlan, cidr in (("extra-net", 20, "10.20.0.0/16"), ("empty-net", 30, "10.30.0.0/16")):
        simulator.make("network", project="running", name=name, vlan=vlan, regions=["GRA11", "SBG5"])
        simulator.make("subnet", project="running", network=name, region="GRA11", cidr=cidr)
    simulator.make("network", project="running", name="bare-net", vlan=40, regions=["GRA11", "SBG5"])
    BASE["state"] = simulator.state()
    assert BASE["state"]["pending_effects"] == 0


def options_of(done: Doing) -> dict[str, Any]:
    options = {**done.options, **({} if done.only_looks else {"wait_timeout": WAIT})}
    if options.get("vrack") == "pn-AUTO":
        options["vrack"] = next(name for name, one in BASE["state"]["vracks"].items() if not one["name"])
    return options


def set_the_scene(simulator: Simulator, cell: Cell) -> Scene:
    simulator.clear_faults()
    simulator.clear_journal()
    scene = Scene(deepcopy(BASE["state"]), simulator.clock()["now"])
    PUT[cell.about](scene, cell.word, cell.lasts)
    simulator.restore(deepcopy(scene.state))
    for one in scene.shown:
        simulator.fault("rewrite", **one)
    return scene


def what_is_bad(simulator: Simulator, cell: Cell) -> str:
    """Why a cell breaks the promise, or nothing."""
    done = DOINGS[cell.doing]
    set_the_scene(simulator, cell)
    if done.module == "inventory":
        return bad_in_inventory(simulator, cell)
    wanted = task("it", done.module, **options_of(done))
    check = run_modules(simulator, [wanted], "--check", "--diff")
    if check.writes:
        return f"check mode wrote {check.writes}"
    set_the_scene(simulator, cell)
    before, began = things(simulator.state()), simulator.clock()["now"]
    run = run_modules(simulator, [wanted])
    took = simulator.clock()["now"] - began
    told = run["it"]
    again = None
    if not told.failed and not done.only_looks:
        if cell.word == "not shown":
            simulator.clear_faults()
        again = run_modules(simulator, [wanted])["it"]
    simulator.clear_faults()
    simulator.advance(LATER)
    after = things(simulator.state())
    return (
        bad_message(cell, told.result)
        or bad_message(cell, check["it"].result)
        or bad_changes(done, cell, before, after, told.failed or LEFT_OUT in str(told.result.get("warnings")))
        or (bad_look(done, cell, told) if done.only_looks else bad_report(cell, run, check["it"], again))
        or (f"it took {took:.0f} s" if took > AT_MOST and not may_wait(cell) else "")
    )


def may_wait(cell: Cell) -> bool:
    return cell.word in PASSING or cell.lasts == "passes" or cell.about == "task" or cell.doing == "new vRack"


def bad_message(cell: Cell, result: dict[str, Any]) -> str:
    if is_bug(result):
        return f"a bug: {result.get('msg')}"
    if not result.get("failed"):
        return ""
    message = str(result["msg"])
    if says_why(cell, message):
        return ""
    return f"the message doesn't say the state: {message}"


LEFT_OUT = "not listed by the project now, so nothing was made or removed there"
NOT_SEEN = ("BUILD", "BUILDING", "UNKNOWN", "no interfaces")
"""Then the API shows no interface, and a look alone can't tell which are lacking."""
SAYS = {
    "not shown": ("not shown", "gone", "not there", "no longer", "there is no", "Timeout"),
    "no OpenStack id": ("OpenStack id",),
    "BUILD": ("BUILD", "being added", "interfaces is under way"),
    "going": ("DELETING", "going", "being taken", "being removed", "interfaces is under way"),
    "out": ("outage", "not list"),
    "no addresses": ("not shown", "does not show", "shown"),
    "no interfaces": ("not shown", "does not show", "shown", "not visible"),
    "DELETING": ("DELETING", "being removed", "not shown", "there is no"),
    "DELETED": ("DELETED", "there is no"),
    "SOFT_DELETED": ("SOFT_DELETED", "there is no"),
    "cancelled": ("cancelled", "canceled"),
    "suspended": ("suspended", "expired"),
}


def says_why(cell: Cell, message: str) -> bool:
    if cell.about.endswith(" service"):
        return "service" in message
    return any(word.casefold() in message.casefold() for word in SAYS.get(cell.word, (cell.word,)))


def bad_changes(done: Doing, cell: Cell, before: Counter[str], after: Counter[str], failed: bool) -> str:
    come, gone = after - before, before - after
    of_order = {one for one in come if one.startswith("order of")} if done.module == "vrack" else set()
    not_named_yet = {"vRack "} if of_order and failed else set()
    made_again = {one for one in come if went_by_itself(cell) and cell.about == "network" and "prod-net" in one}
    if set(come) - set(done.has) - of_order - not_named_yet - made_again:
        return f"it made {sorted(come)}"
    if set(gone) - set(done.hasnt) and not went_by_itself(cell):
        return f"it removed {sorted(gone)}"
    twice = [one for one in (*done.has, *of_order) if after[one] > max(1, before[one])]
    if twice:
        return f"twice: {twice}"
    if failed:
        return ""
    lacking = [one for one in done.has if not after[one]]
    left = [one for one in done.hasnt if after[one]]
    if (lacking or left) and not goes_by_itself(cell):
        return f"said to be done, but lacking {lacking}, left {left}"
    return ""


def goes_by_itself(cell: Cell) -> bool:
    return cell.word in ("DELETING", "going")


def went_by_itself(cell: Cell) -> bool:
    """Meanwhile. What is to be there is made again, and nobody knows before who removes it."""
    return cell.lasts == "passes" and goes_by_itself(cell)


def bad_report(cell: Cell, run: Any, check: Any, again: Any) -> str:
    told = run["it"]
    wrote = writes_of([call for call in run.journal if call["status"] < 400])
    if (wrote and not told.changed) or (told.changed and not run.writes):
        return f"changed is {told.changed}, and it wrote {wrote}"
    if check.failed and not told.failed:
        return f"check mode failed, and the run did not: {check.msg}"
    if told.failed:
        waited = "not finished after" in told.msg or "taken as" in str(check.result.get("warnings"))
        return "" if check.failed or waited or told.writes else f"the run failed, and check mode did not: {told.msg}"
    if check.changed != told.changed and cell.word not in NOT_SEEN and not went_by_itself(cell):
        return f"check mode said changed={check.changed}, the run {told.changed}"
    if again is None or again.failed:
        return f"the second run failed: {again and again.msg}"
    if again.changed:
        return "the second run changed something too"
    first, second = record_of(told.result), record_of(again.result)
    if first != second and cell.word != "not shown" and not went_by_itself(cell):
        return f"reported {first}, and there is {second}"
    return ""


def record_of(result: dict[str, Any]) -> Any:
    [entry] = result["results"]
    kept = ("name", "action", "changed", "failed", "seconds", "msg")
    return json.dumps({key: value for key, value in entry.items() if key not in kept}, sort_keys=True)


def bad_look(done: Doing, cell: Cell, told: Any) -> str:
    """What only looks never fails for an odd thing, and shows it."""
    if told.failed:
        fatal = cell.about == "project" or (cell.word in ("out", "ERROR") and done.module == "plan")
        return "" if fatal or done.module == "plan" else f"a look failed: {told.msg}"
    shown = json.dumps({key: value for key, value in told.result.items() if key != "invocation"})
    if done.shows and done.shows not in shown and cell.word not in (*GONE, "DELETING", "not shown", "out"):
        return f"{done.shows} is not shown"
    return ""


def bad_in_inventory(simulator: Simulator, cell: Cell) -> str:
    with tempfile.TemporaryDirectory() as folder:
        run = list_inventory(simulator, write_inventory(Path(folder), **DOINGS[cell.doing].options))
    if "Traceback" in run.output or "bug" in run.output:
        return run.output[:600]
    if "prod-1" in run.warnings:
        return ""
    if run.code or (run.warnings and "prod-1" not in run.hosts):
        told = says_why(cell, run.output)
        return "" if cell.about in ("project", "region") and told else f"it failed: {run.output[:600]}"
    if "prod-1" not in run.hosts and cell.word not in (*GONE, "DELETING", "not shown", "out"):
        return f"prod-1 is not listed: {run.output[:300]}"
    return ""
