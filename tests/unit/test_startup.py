# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task imports before its first request.

Ansible has every task compile what it imports, so each import costs each task its time. A task that ends without a
request, for credentials that are none or options that can't be, needs neither a kind nor the library. One that runs
where the collection is installed is not sent at all, but run from there, with the Ansible that is installed there, and
Python keeps what it has compiled.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import ansible
import pytest
from ansible_collections.ovhcloud.vrack.plugins.modules.run_installed import ANSIBLES, NAME, OURS

from tools.collection_tree import CHECKOUT, collection_tree

CORE = Path(ansible.__file__).parent
UTILS = "ansible_collections.ovhcloud.vrack.plugins.module_utils."
MODULES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("ovh_*.py"))
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
    **options: Any,
) -> tuple[dict[str, Any], dict[str, str]]:
    """What the module answers as a process of its own, and what it has imported that ``ping`` does not, from where."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OVH")}
    arguments = json.dumps({"ANSIBLE_MODULE_ARGS": options})
    name = f"ansible_collections.ovhcloud.vrack.plugins.modules.{module}"
    ended = subprocess.run(
        [sys.executable, "-c", RUN, name, arguments, str(collection_tree())],
        env={**clean, "HOME": str(home)},
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


def run_sent(home: Path, module: str | None, plugins: str, core: str, **options: Any) -> dict[str, Any]:
    """What Ansible sends on the machine of the play, as it runs it: in a folder of its own, with a file of options."""
    sent, given = home / "AnsiballZ_run_installed.py", home / "args"
    shutil.copy(CHECKOUT / "plugins" / "modules" / "run_installed.py", sent)
    given.write_text(json.dumps(options), encoding="utf-8")
    told = {OURS: plugins, ANSIBLES: core, NAME: module} if module else {}
    other = home / "other" / "ansible"
    other.mkdir(parents=True)
    in_the_way = {"PYTHONPATH": str(other.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    (other / "__init__.py").write_text("raise SystemExit('another Ansible')\n", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(sent), str(given)],
        env={**told, "PATH": os.environ["PATH"], "HOME": str(home), **(in_the_way if module else {})},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
    result: dict[str, Any] = json.loads(ended.stdout)
    return result


@pytest.mark.parametrize("module", MODULES)
def test_a_task_runs_from_where_it_is_installed(module: str, tmp_path: Path) -> None:
    """With the Ansible that sent it, and calls itself by its own name."""
    options = {**project_of(module), **OPTIONS.get(module, {}), "no_such_option": 1}
    result = run_sent(tmp_path, module, str(CHECKOUT / "plugins"), str(CORE), **options)
    assert result["msg"].startswith(f"Unsupported parameters for (ovhcloud.vrack.{module}) module: no_such_option")


@pytest.mark.parametrize("nowhere", ["", "/nowhere", "here"])
@pytest.mark.parametrize("missing", ["plugins", "core"])
def test_a_task_elsewhere_says_that_nothing_is_installed(missing: str, nowhere: str, tmp_path: Path) -> None:
    """Also where a folder of that name is of something else."""
    (tmp_path / "here").mkdir()
    there = {
        "plugins": str(CHECKOUT / "plugins"),
        "core": str(CORE),
        missing: str(tmp_path / nowhere) if nowhere else "",
    }
    result = run_sent(tmp_path, "ovh_vrack_info", **there, name="front")
    assert (result["not_installed_here"], result["failed"]) == (True, True)


def test_a_task_whose_environment_was_lost_says_so_too(tmp_path: Path) -> None:
    """As with an interpreter that is `env -i python3`; and to who names it in a playbook."""
    result = run_sent(tmp_path, None, "", "", name="front")
    assert (result["not_installed_here"], result["failed"]) == (True, True)


@pytest.mark.parametrize("inside", ["import gone_since", "raise AttributeError('gone')"])
def test_an_ansible_that_does_not_run_it_so_gets_the_module_itself(inside: str, tmp_path: Path) -> None:
    """How Ansible hands options to a module is its own matter, and may change."""
    core = tmp_path / "core"
    (core / "module_utils").mkdir(parents=True)
    (core / "module_utils" / "basic.py").write_text(f"{inside}\n", encoding="utf-8")
    result = run_sent(tmp_path, "ovh_vrack_info", str(CHECKOUT / "plugins"), str(core), name="front")
    assert result["not_installed_here"] is True


def test_what_is_sent_has_what_ansible_looks_for() -> None:
    """Otherwise it packs it, with all that is imported, or hands its options over as words."""
    text = (CHECKOUT / "plugins" / "modules" / "run_installed.py").read_text(encoding="utf-8")
    assert "WANT_JSON" in text
    assert not re.search(r"^\s*(from|import) +ansible", text, re.MULTILINE)
