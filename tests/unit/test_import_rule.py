# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The import rule of docs/architecture.md: which part of plugins/ may import which."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.collection_tree import CHECKOUT

PLUGINS = CHECKOUT / "plugins"
COLLECTION = "ansible_collections.ovhcloud.vrack."

# The rooms of kinds, each standing on those before it: it may read what they describe, never the other way round.
FLOORS = [
    "region",
    "vrack",
    "private_network",
    "subnet",
    "vrack_cloudproject",
    "project",
    "catalog",
    "ssh_key",
    "instance_network",
    "instance",
    "instance_interface",
    "inventory",
    "export",
    "contents",
    "reference",
]
# Rooms of what is only read.
WITHOUT_A_KIND = ("project", "catalog", "instance_network", "inventory", "export", "contents", "reference")
# The same in every room of a kind, from what knows nothing of the others to what knows all.
FILES_OF_A_KIND = ["record", "spec", "world", "kind", "options"]
# What several kinds share, in the same order. It knows no kind.
SHARED = [
    "answers",
    "given",
    "resource",
    "instance_states",
    "lookup",
    "entries",
    "moments",
    "pools",
    "foreseen",
    "readable",
    "project",
    "quota",
    "catalog",
]

WORDS = ["_engine.model", "_engine.errors", "_engine.secret"]
ALLOWED_ROOMS = {
    "_engine": ["_engine"],
    "_messages": ["_engine.errors"],
    "_rights": [],
    "_api": ["_api", "_messages", "_engine.clock", *WORDS],
    "_shared": ["_messages", *WORDS],
    "_resources": ["_messages", "_shared", "_prices", *WORDS],
    "_waiting": ["_engine.clock"],
    "_texts": [],
    "_results": WORDS,
    "_entries": ["_description", "_messages", "_engine.errors"],
    "_guest": ["_guest", "_messages", "_engine.clock", *WORDS],
    "_guest_module": ["_guest", "_messages", "_engine.clock", *WORDS],
    "_module": [
        "_engine",
        "_api",
        "_entries",
        "_messages",
        "_resources.reference.meaning",
        "_results",
        "_rights",
        "_shared.lookup",
        "_shared.resource",
        "_texts",
        "_waiting",
    ],
    "_prices": ["_prices", "_api.client", "_shared.answers", "_shared.catalog", *WORDS],
    "_plan": ["_plan", "_description", "_prices", "_resources", "_shared", "_messages", "_rights", *WORDS],
    "_planning": [
        "_plan",
        "_prices",
        "_description",
        "_module",
        "_results",
        "_api",
        "_messages",
        "_shared.resource",
        *WORDS,
    ],
    "action": ["_waiting"],
    "modules": ["_module", "_guest_module", "_planning", "_resources", "_shared.resource"],
    "inventory": ["_api", "_resources", "_shared", "_messages", "_description", "_engine.clock", *WORDS],
    "_description": ["_description", "_guest.user_data", "_guest.host_key", "_shared.lookup"],
    "filter": ["_rights", "_description", "_guest", "filter", "plugin_utils"],
    "plugin_utils": ["plugin_utils", "_plan.lines"],
    "doc_fragments": [],
}
UTILS_ROOMS = {
    "_engine",
    "_messages",
    "_rights",
    "_texts",
    "_entries",
    "_description",
    "_plan",
    "_planning",
    "_prices",
    "_waiting",
    "_api",
    "_resources",
    "_shared",
    "_results",
    "_module",
    "_guest",
    "_guest_module",
}
SPEAK_ANSIBLE = {"_module", "_guest_module", "_description", "action", "inventory", "filter"}
SPEAK_HTTP = {"_api.session", "_api.failures"}
ASKS_NEIGHBOURS = ("_guest.ping", "socket")
HTTP_PACKAGES = {"ovh", "requests", "urllib3", "http", "urllib.request", "socket"}


def short_name(path: Path) -> str:
    """Name a file of plugins/ as an import of the collection does: _engine.model, modules.ovh_vrack."""
    dotted = ".".join(path.relative_to(PLUGINS).with_suffix("").parts)
    return dotted.removeprefix("module_utils.").removesuffix(".__init__")


def imported(source: str, importer: str) -> Iterator[str]:
    """Yield what the source imports, ours by short name, also where an import hides in a function."""
    folder = "plugins.module_utils." if importer.split(".")[0] in UTILS_ROOMS else "plugins."
    package = (COLLECTION + folder + importer).split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level + 1]) + "." if node.level else ""
            names = [f"{above}{node.module or ''}".rstrip(".") + f".{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            yield name.removeprefix(COLLECTION + "plugins.module_utils.").removeprefix(COLLECTION + "plugins.")


def is_in(name: str, places: list[str] | set[str]) -> bool:
    """Tell whether the dotted name is one of these places or lies inside one."""
    return any(f"{name}.".startswith(f"{place}.") for place in places)


def is_allowed(importer: str, target: str) -> bool:
    """Tell whether the arrow from one file to one import may exist."""
    room = importer.split(".", maxsplit=1)[0]
    if is_in(target, {COLLECTION.rstrip("."), "tests"}):
        return False
    if is_in(target, {"ansible"}):
        return room in SPEAK_ANSIBLE
    if is_in(target, HTTP_PACKAGES):
        return importer in SPEAK_HTTP or (importer, target) == ASKS_NEIGHBOURS
    if target.split(".", maxsplit=1)[0] in {*ALLOWED_ROOMS, "doc_fragments"}:
        return is_in(target, ALLOWED_ROOMS[room]) or stands_lower(importer, target)
    if is_in(target, {"yaml"}):
        return importer == "_description.texts"
    if is_in(target, {"jinja2"}):
        return importer == "plugin_utils._report.render"
    return target.split(".", maxsplit=1)[0] in sys.stdlib_module_names


def stands_lower(importer: str, target: str) -> bool:
    """Tell whether a file of a kind, or of what kinds share, imports one that stands below it."""
    room, *mine = importer.split(".")
    other, *theirs = target.split(".")
    if room != other or not mine or not theirs:
        return False
    if room == "_shared":
        return comes_before(theirs[0], mine[0], SHARED)
    if room != "_resources" or len(mine) < 2 or len(theirs) < 2:
        return False
    if mine[0] != theirs[0]:
        return comes_before(theirs[0], mine[0], FLOORS) and theirs[1] not in ("spec", "world", "kind", "options")
    return (theirs[1] != "kind" or mine[1] == "options") and comes_before(
        theirs[1], mine[1], FILES_OF_A_KIND, unless_unknown=True
    )


def comes_before(first: str, second: str, order: list[str], unless_unknown: bool = False) -> bool:
    """Tell whether it does in this order. A name that the order lacks comes nowhere, or is left free."""
    if first not in order or second not in order:
        return unless_unknown
    return order.index(first) < order.index(second)


def wrong_arrows(importer: str, source: str) -> list[str]:
    """Return every import of the source that the rule forbids, readable."""
    return [f"{importer} -> {target}" for target in imported(source, importer) if not is_allowed(importer, target)]


@pytest.mark.parametrize("path", [pytest.param(path, id=short_name(path)) for path in sorted(PLUGINS.rglob("*.py"))])
def test_every_import_is_an_allowed_arrow(path: Path) -> None:
    """What a file imports is what its room may know."""
    assert wrong_arrows(short_name(path), path.read_text(encoding="utf-8")) == []


def test_every_room_has_its_place() -> None:
    """A new kind is entered above, so that it is clear what it may read."""
    utils = PLUGINS / "module_utils"
    assert {path.name for path in (utils / "_resources").iterdir() if path.name != "__pycache__"} == set(FLOORS)
    assert {path.stem for path in (utils / "_shared").glob("*.py")} == set(SHARED)


@pytest.mark.parametrize("room", [room for room in FLOORS if room not in WITHOUT_A_KIND])
def test_a_kind_has_the_files_of_every_kind(room: str) -> None:
    """Who knows one kind knows them all."""
    files = {path.stem for path in (PLUGINS / "module_utils" / "_resources" / room).glob("*.py")}
    elsewhere = {"record"} if room == "instance_interface" else set()  # of an interface instances know as well
    assert set(FILES_OF_A_KIND) <= files | elsewhere


UTILS = "from ansible_collections.ovhcloud.vrack.plugins.module_utils"


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("modules.ovh_vrack", f"{UTILS}._module import run"),
        ("modules.ovh_vrack", f"{UTILS}._resources.vrack.kind import VrackKind"),
        ("modules.ovh_vrack", "from ..module_utils._module import run"),
        ("_module", "from ansible.module_utils.basic import AnsibleModule"),
        ("filter.topology", "from ansible.errors import AnsibleFilterError"),
        ("_module", f"{UTILS}._engine.reconcile import reconcile"),
        ("_module", f"{UTILS}._api.client import Client"),
        ("_api.session", "import ovh"),
        ("_api.failures", "from requests import exceptions"),
        ("_api.client", f"{UTILS}._api.throttle import Throttle"),
        ("_api.client", f"{UTILS}._engine.errors import ApiError"),
        ("_api.client", f"{UTILS}._engine.clock import Clock"),
        ("_resources.subnet.kind", f"{UTILS}._engine import model"),
        ("_resources.subnet.kind", f"{UTILS}._resources.private_network.record import Network"),
        ("_resources.subnet.kind", f"{UTILS}._shared import pools"),
        ("_resources.subnet.kind", "from .world import look"),
        ("_shared.catalog", "from .project import Project"),
        ("_engine.reconcile", "from concurrent.futures import ThreadPoolExecutor"),
    ],
)
def test_arrows_of_the_picture_pass(importer: str, line: str) -> None:
    """The rule accepts each arrow that the architecture has."""
    assert wrong_arrows(importer, line) == []


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("_engine.model", f"{UTILS}._api.client import Client"),
        ("_engine.reconcile", f"{UTILS}._resources.vrack.record import Vrack"),
        ("_engine.reconcile", "from ansible.module_utils.basic import AnsibleModule"),
        ("_engine.reconcile", "import yaml"),
        ("_api.client", f"{UTILS}._engine.reconcile import reconcile"),
        ("_api.client", f"{UTILS}._resources.vrack.kind import VrackKind"),
        ("_api.throttle", "import ovh"),
        ("_resources.vrack.kind", "import requests"),
        ("_resources.vrack.kind", "from urllib.request import urlopen"),
        ("_resources.vrack.kind", f"{UTILS}._engine.clock import Clock"),
        ("_resources.vrack.kind", f"{UTILS}._api.client import Client"),
        ("_resources.vrack.kind", f"{UTILS}._engine.reconcile import reconcile"),
        ("_resources.vrack.kind", f"{UTILS}._resources.subnet.record import Subnet"),
        ("_resources.vrack.kind", "from ..subnet.record import Subnet"),
        ("_resources.subnet.kind", "from ..private_network.kind import NetworkKind"),
        ("_resources.subnet.world", "from .kind import SubnetKind"),
        ("_resources.subnet.record", "from .world import SubnetWorld"),
        ("_shared.project", "from .catalog import Catalog"),
        ("_shared.project", "from .._resources.vrack.record import Vrack"),
        ("_resources.vrack.kind", "def look():\n    from ..subnet import record"),
        ("_shared.lookup", f"{UTILS}._shared.project import Project"),
        ("_module", f"{UTILS}._resources.vrack.kind import VrackKind"),
        ("modules.ovh_vrack", f"{UTILS}._engine.reconcile import reconcile"),
        ("modules.ovh_vrack", f"{UTILS}._api.client import Client"),
        ("modules.ovh_vrack", "import ovh"),
        ("modules.ovh_vrack", "from ..module_utils._engine import reconcile"),
        ("modules.ovh_vrack", "from ansible.module_utils.basic import AnsibleModule"),
        ("modules.ovh_vrack", "from ansible_collections.ovhcloud.vrack.tests.simulator import app"),
        ("modules.ovh_vrack", "import ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.reconcile"),
        ("modules.ovh_vrack", "from simulator import app"),
        ("filter.topology", f"{UTILS}._shared import pools"),
    ],
)
def test_wrong_arrows_are_found(importer: str, line: str) -> None:
    """The rule refuses arrows against the picture, however the import is written."""
    assert len(wrong_arrows(importer, line)) == 1
