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

from tests.collection_tree import CHECKOUT

PLUGINS = CHECKOUT / "plugins"
COLLECTION = "ansible_collections.ovhcloud.vrack."

# A later kind may read what an earlier one describes, never the other way round.
KINDS = [
    "project",
    "quota",
    "vrack_name",
    "vrack_contents",
    "vrack_cart",
    "vrack_delivery",
    "vrack_order",
    "vrack_termination",
    "vrack",
    "private_network",
    "vlan",
    "private_network_world",
    "private_network_kind",
    "subnet",
    "vrack_overlap",
    "vrack_cloudproject",
    "subnet_world",
    "subnet_kind",
    "ssh_key",
    "catalog",
    "address",
    "attachment",
    "instance",
    "instance_addresses",
    "instance_record",
    "instance_watch",
    "instance_spec",
    "instance_world",
    "instance_networks",
    "instance_creation",
    "instance_kind",
    "instance_interface",
    "host",
    "host_reading",
    "topology",
]
# Used by every kind, and they know none.
TOOLS_OF_KINDS = ["border", "given", "instance_states", "lookup", "pools", "readable"]

WORDS = ["_engine.model", "_engine.errors"]
ALLOWED_ROOMS = {
    "_engine": ["_engine"],
    "_messages": ["_engine.errors"],
    "_rights": [],
    "_api": ["_api", "_messages", "_engine.clock", *WORDS],
    "_resources": ["_messages", *WORDS, *(f"_resources.{name}" for name in TOOLS_OF_KINDS)],
    "_waiting": ["_engine.clock"],
    "_module": ["_engine", "_api", "_messages", "_rights", "_waiting"],
    "action": ["_waiting"],
    "modules": ["_messages", "_module", "_resources", "_engine.model"],
    "inventory": ["_api", "_resources", "_messages", "_engine.clock", *WORDS],
    "_description": [],
    "filter": ["_rights", "_description", "_resources.lookup", "filter"],
    "doc_fragments": [],
}
UTILS_ROOMS = {"_engine", "_messages", "_rights", "_description", "_waiting", "_api", "_resources", "_module"}
SPEAK_ANSIBLE = {"_module", "action", "inventory", "filter"}
SPEAK_HTTP = {"_api.session", "_api.failures"}
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
        return importer in SPEAK_HTTP
    if target.split(".", maxsplit=1)[0] in {*ALLOWED_ROOMS, "doc_fragments"}:
        return is_in(target, ALLOWED_ROOMS[room]) or is_earlier_kind(importer, target)
    if is_in(target, {"yaml"}):
        return room == "filter"
    return target.split(".", maxsplit=1)[0] in sys.stdlib_module_names


def is_earlier_kind(importer: str, target: str) -> bool:
    """Tell whether a kind imports a kind that stands before it."""
    room, kind = importer.split(".")[:2] if "." in importer else (importer, "")
    return (
        room == "_resources"
        and kind in KINDS
        and is_in(target, [f"_resources.{earlier}" for earlier in KINDS[: KINDS.index(kind)]])
    )


def wrong_arrows(importer: str, source: str) -> list[str]:
    """Return every import of the source that the rule forbids, readable."""
    return [f"{importer} -> {target}" for target in imported(source, importer) if not is_allowed(importer, target)]


@pytest.mark.parametrize("path", [pytest.param(path, id=short_name(path)) for path in sorted(PLUGINS.rglob("*.py"))])
def test_every_import_is_an_allowed_arrow(path: Path) -> None:
    """What a file imports is what its room may know."""
    assert wrong_arrows(short_name(path), path.read_text(encoding="utf-8")) == []


def test_every_kind_has_its_place_in_the_order() -> None:
    """A new kind is entered above, so that it is clear what it may read."""
    files = {path.stem for path in (PLUGINS / "module_utils" / "_resources").glob("*.py")}
    assert files - {"__init__"} <= {*KINDS, *TOOLS_OF_KINDS}


UTILS = "from ansible_collections.ovhcloud.vrack.plugins.module_utils"


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("modules.ovh_vrack", f"{UTILS}._module import run"),
        ("modules.ovh_vrack", f"{UTILS}._resources import vrack"),
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
        ("_resources.subnet", f"{UTILS}._engine import model"),
        ("_resources.subnet", f"{UTILS}._resources.private_network import Network"),
        ("_resources.subnet", f"{UTILS}._resources import pools"),
        ("_resources.subnet", "from .lookup import find"),
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
        ("_engine.reconcile", f"{UTILS}._resources.vrack import Vrack"),
        ("_engine.reconcile", "from ansible.module_utils.basic import AnsibleModule"),
        ("_engine.reconcile", "import yaml"),
        ("_api.client", f"{UTILS}._engine.reconcile import reconcile"),
        ("_api.client", f"{UTILS}._resources import vrack"),
        ("_api.throttle", "import ovh"),
        ("_resources.vrack", "import requests"),
        ("_resources.vrack", "from urllib.request import urlopen"),
        ("_resources.vrack", f"{UTILS}._engine.clock import Clock"),
        ("_resources.vrack", f"{UTILS}._api.client import Client"),
        ("_resources.vrack", f"{UTILS}._engine.reconcile import reconcile"),
        ("_resources.vrack", f"{UTILS}._resources.subnet import Subnet"),
        ("_resources.vrack", "from .subnet import Subnet"),
        ("_resources.vrack", "def look():\n    from . import subnet"),
        ("_resources.lookup", f"{UTILS}._resources.project import Project"),
        ("_module", f"{UTILS}._resources import vrack"),
        ("modules.ovh_vrack", f"{UTILS}._engine.reconcile import reconcile"),
        ("modules.ovh_vrack", f"{UTILS}._api.client import Client"),
        ("modules.ovh_vrack", "import ovh"),
        ("modules.ovh_vrack", "from ..module_utils._engine import reconcile"),
        ("modules.ovh_vrack", "from ansible.module_utils.basic import AnsibleModule"),
        ("modules.ovh_vrack", "from ansible_collections.ovhcloud.vrack.tests.simulator import app"),
        ("modules.ovh_vrack", "import ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.reconcile"),
        ("modules.ovh_vrack", "from tests.simulator import app"),
        ("filter.topology", f"{UTILS}._resources import pools"),
    ],
)
def test_wrong_arrows_are_found(importer: str, line: str) -> None:
    """The rule refuses arrows against the picture, however the import is written."""
    assert len(wrong_arrows(importer, line)) == 1
