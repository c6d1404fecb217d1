# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task imports before its first request.

Ansible has every task compile what it imports, so each import costs each task its time. A task that ends without a
request, for credentials that are none or options that can't be, needs neither a kind nor the library. One that runs
where the collection is installed imports from there, where Python keeps what it has compiled.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._installed import VARIABLE

from tools.collection_tree import CHECKOUT, collection_tree

UTILS = "ansible_collections.ovhcloud.vrack.plugins.module_utils."
MODULES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("ovh_*.py"))
ONLY_FOR_REQUESTS = ["ovh", "requests", "urllib3", "oauthlib", "ssl", "email", "http", "concurrent", "configparser"]
OURS_BEFORE_REQUESTS = [
    "_api.credentials",
    "_engine.errors",
    "_installed",
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
    module: str, home: Path, *, collections: Path | None = None, installed: str = "", **options: Any
) -> tuple[dict[str, Any], dict[str, str]]:
    """What the module answers as a process of its own, and what it has imported that ``ping`` does not, from where."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OVH")}
    environment |= {"HOME": str(home), VARIABLE: installed}
    arguments = json.dumps({"ANSIBLE_MODULE_ARGS": options})
    name = f"ansible_collections.ovhcloud.vrack.plugins.modules.{module}"
    ended = subprocess.run(
        [sys.executable, "-c", RUN, name, arguments, str(collections or collection_tree())],
        env=environment,
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
    """Our files packed as Ansible packs them: every folder with an __init__.py."""
    path = tmp_path_factory.mktemp("packed") / "payload.zip"
    plugins = CHECKOUT / "plugins"
    files = [*(plugins / "module_utils").rglob("*.py"), *(plugins / "modules").glob("*.py")]
    inside = {file: Path("ansible_collections/ovhcloud/vrack/plugins", file.relative_to(plugins)) for file in files}
    with zipfile.ZipFile(path, "w") as packed:
        for file, name in inside.items():
            packed.write(file, name)
        for folder in {folder for name in inside.values() for folder in name.parents if folder != Path()}:
            packed.writestr(f"{folder}/__init__.py", "")
    return path


def from_archive(imported: dict[str, str], archive: Path) -> list[str]:
    found = ours({name: path for name, path in imported.items() if path.startswith(str(archive))})
    return [name for name, path in found.items() if not path.endswith("__init__.py")]


def test_a_task_takes_what_is_installed_where_it_runs(archive: Path, tmp_path: Path) -> None:
    installed = str(CHECKOUT / "plugins" / "module_utils")
    options = {"project": "p", **OPTIONS["ovh_subnet"]}
    result, imported = run("ovh_subnet", tmp_path, collections=archive, installed=installed, **options)
    assert result["failure"] == {"code": "credentials_missing"}
    assert from_archive(imported, archive) == ["_installed", "_module"]
    assert {"_messages", "_resources.subnet.spec"} <= set(ours(imported))


@pytest.mark.parametrize("installed", ["", "/nowhere", "here"])
def test_a_task_elsewhere_takes_what_was_packed(archive: Path, tmp_path: Path, installed: str) -> None:
    """Also where a folder of that name is of something else."""
    (tmp_path / "here").mkdir()
    folder = str(tmp_path / installed) if installed else ""
    _result, imported = run("ovh_vrack_info", tmp_path, collections=archive, installed=folder)
    assert from_archive(imported, archive) == OURS_BEFORE_REQUESTS
