# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task imports before its first request.

Ansible has every task compile what it imports, so each import costs each task its time. A task that ends without a
request, for credentials that are none or options that can't be, needs neither a kind nor the library. One that runs
where the collection is installed is not sent at all, but run from there, where Python keeps what it has compiled.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.modules.run_installed import FOLDER, NAME

from tools.collection_tree import CHECKOUT, collection_tree

UTILS = "ansible_collections.ovhcloud.vrack.plugins.module_utils."
MODULE_FILES = sorted((CHECKOUT / "plugins" / "modules").glob("ovh_*.py"))
MODULES = [path.stem for path in MODULE_FILES]
ONLY_FOR_REQUESTS = ["ovh", "requests", "urllib3", "oauthlib", "ssl", "email", "http", "concurrent", "configparser"]
OURS_BEFORE_REQUESTS = [
    "_api.credentials",
    "_engine.errors",
    "_messages",
    "_module",
    "_shared.resource",
    "_texts",
]
NOT_BEFORE_REQUESTS = (".record", ".kind", ".world", ".info", ".project", ".answers", ".model", ".reconcile", ".client")
OPTIONS: dict[str, dict[str, Any]] = {
    "ovh_instance": {"name": "a", "region": "GRA11"},
    "ovh_instance_interface": {"instance": "a", "network": "blue"},
    "ovh_plan": {"topology": {"project": "p", "networks": [{"name": "blue"}]}},
    "ovh_private_network": {"name": "blue"},
    "ovh_region": {"name": "GRA11"},
    "ovh_ssh_key": {"name": "me", "state": "absent"},
    "ovh_subnet": {"network": "blue", "region": "GRA11", "cidr": "10.0.0.0/24"},
    "ovh_vrack": {"name": "front"},
    "ovh_vrack_cloudproject": {"vrack": "front"},
}
"""What gets a module as far as its credentials."""

RUN = """
import json, runpy, sys
from ansible.module_utils import basic
sys.path.insert(0, sys.argv[3])
before = set(sys.modules)
basic._ANSIBLE_ARGS = sys.argv[2].encode()
basic._ANSIBLE_PROFILE = "legacy"
try:
    runpy.run_module(sys.argv[1], run_name="__main__", alter_sys=True)
except SystemExit:
    added = {name: module for name, module in sys.modules.items() if name not in before}
    print()
    print(json.dumps({name: module.__file__ for name, module in added.items() if getattr(module, "__file__", None)}))
"""


def run(
    module: str,
    home: Path,
    *,
    collections: Path | None = None,
    environment: dict[str, str] | None = None,
    **options: Any,
) -> tuple[dict[str, Any], dict[str, str]]:
    """What the module answers as a process of its own, and what it has imported that ``ping`` does not, from where."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OVH")}
    arguments = json.dumps({"ANSIBLE_MODULE_ARGS": options})
    name = f"ansible_collections.ovhcloud.vrack.plugins.modules.{module}"
    ended = subprocess.run(
        [sys.executable, "-c", RUN, name, arguments, str(collections or collection_tree())],
        env={**clean, "HOME": str(home), **(environment or {})},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    result, _line, imported = ended.stdout.strip().rpartition("\n")
    return json.loads(result), json.loads(imported)


def project_of(module: str) -> dict[str, str]:
    return {} if module in ("ovh_plan", "ovh_vrack", "ovh_vrack_info") else {"project": "p"}


def ours(imported: dict[str, str]) -> dict[str, str]:
    """Our files among them, by their short names."""
    return {name.removeprefix(UTILS): path for name, path in sorted(imported.items()) if name.startswith(UTILS)}


@pytest.mark.parametrize("module", MODULES)
def test_a_task_without_credentials_needs_no_library_and_no_kind(module: str, tmp_path: Path) -> None:
    result, imported = run(module, tmp_path, **project_of(module), **OPTIONS.get(module, {}))
    assert result["failure"] == {"code": "credentials_missing"}, result
    assert [name for name in imported if name.split(".")[0] in ONLY_FOR_REQUESTS] == []
    too_early = [name for name in ours(imported) if name.endswith(NOT_BEFORE_REQUESTS)]
    assert too_early == [] or module == "ovh_plan", "which reads a description before it needs credentials"


@pytest.mark.parametrize("module", [name for name in MODULES if name.endswith("_info")])
def test_a_module_that_reads_needs_no_more_than_the_front_door(module: str, tmp_path: Path) -> None:
    _result, imported = run(module, tmp_path, **project_of(module))
    assert list(ours(imported)) == OURS_BEFORE_REQUESTS


def test_a_file_and_a_name_that_nobody_knows_are_what_is_imported_for(tmp_path: Path) -> None:
    """The other way round, so that the tests above can be trusted to see it."""
    (tmp_path / ".ovh.conf").write_text("[default]\nendpoint=ovh-moon\n[ovh-moon]\nclient_id=a\nclient_secret=b\n")
    result, imported = run("ovh_vrack_info", tmp_path)
    assert result["failure"] == {"code": "endpoint_unknown"}
    assert {"configparser", "ovh", "requests"} <= set(imported)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The module that is sent on the machine of the play, packed as Ansible packs it, and nothing else of ours."""
    path = tmp_path_factory.mktemp("packed") / "payload.zip"
    name = Path("ansible_collections/ovhcloud/vrack/plugins/modules/run_installed.py")
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(CHECKOUT / "plugins" / "modules" / name.name, name)
        for folder in [folder for folder in name.parents if folder != Path()]:
            packed.writestr(f"{folder}/__init__.py", "")
    return path


@pytest.mark.parametrize("module", MODULES)
def test_a_task_runs_from_where_it_is_installed(archive: Path, module: str, tmp_path: Path) -> None:
    """And calls itself by its own name."""
    told = {FOLDER: str(CHECKOUT / "plugins"), NAME: module}
    options = {**project_of(module), **OPTIONS.get(module, {}), "no_such_option": 1}
    result, imported = run("run_installed", tmp_path, collections=archive, environment=told, **options)
    assert result["msg"].startswith(f"Unsupported parameters for (ovhcloud.vrack.{module}) module: no_such_option"), (
        result
    )
    assert set(ours(imported)) >= {"_module", "_messages"}


@pytest.mark.parametrize("folder", ["", "/nowhere", "here"])
def test_a_task_elsewhere_says_that_nothing_is_installed(archive: Path, folder: str, tmp_path: Path) -> None:
    """Also where a folder of that name is of something else."""
    (tmp_path / "here").mkdir()
    told = {FOLDER: str(tmp_path / folder) if folder else "", NAME: "ovh_vrack_info"}
    result, imported = run("run_installed", tmp_path, collections=archive, environment=told, name="front")
    assert result["not_installed_here"] is True
    assert result["failed"] is True
    assert ours(imported) == {}


def test_what_is_sent_has_all_of_ansible_s_that_the_others_import() -> None:
    """They are not sent themselves, and Ansible is not installed for every Python."""
    carried = of_ansible([CHECKOUT / "plugins" / "modules" / "run_installed.py"])
    needed = of_ansible([*(CHECKOUT / "plugins" / "module_utils").rglob("*.py"), *MODULE_FILES])
    assert needed - carried == set()
    assert len(needed) > 2


def of_ansible(files: list[Path]) -> set[str]:
    """The files of Ansible that they import."""
    found = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ansible.module_utils"):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
                found.update(name if find_spec(name, node.module) else str(node.module) for name in names)
    return found


def find_spec(name: str, package: str | None) -> bool:
    try:
        return importlib.util.find_spec(name, package) is not None
    except ModuleNotFoundError:
        return False
