# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The project that AWX syncs: its playbooks, run with variables in the form in which AWX hands them over."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.awx.standin.projects import playbooks
from tests.collection_tree import CHECKOUT
from tests.playbooks import PlaybookRun, run_playbook
from tests.simulator.launch import Simulator

PROJECT = CHECKOUT / "awx"
BLUE = """\
project: auto
networks:
  - name: blue
    vlan_id: 42
    cidr: 192.168.42.0/24
    regions: [GRA11]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy whose description is ours."""
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder)
    described = {"vrack_topology": yaml.safe_load(BLUE)}
    (folder / "topology.yml").write_text(yaml.safe_dump(described), encoding="utf-8")
    return folder


class Tagged(yaml.SafeDumper):
    """Writes each text as AWX does: never templated, and read as if it had no quotes."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("!unsafe", data)


Tagged.add_representer(str, Tagged.represent_str)


def answered(folder: Path, **answers: Any) -> str:
    path = folder.parent / "extravars"
    path.write_text(yaml.dump(answers, Dumper=Tagged, default_flow_style=False), encoding="utf-8")
    return f"@{path}"


def run(simulator: Simulator, project: Path, name: str, *arguments: str, **answers: Any) -> PlaybookRun:
    return run_playbook(simulator, project / f"{name}.yml", "-e", answered(project, **answers), *arguments)


def test_awx_lists_the_wrappers_and_nothing_else() -> None:
    assert playbooks(PROJECT) == ["attach.yml", "check.yml", "export.yml", "site.yml", "teardown.yml"]


def test_the_inventory_is_one_line() -> None:
    text = (PROJECT / "inventory" / "ovh_instances.yml").read_text(encoding="utf-8")
    assert text == "plugin: ovhcloud.vrack.ovh_instances\n"


def test_drift_fails_the_check_until_it_is_gone(simulator: Simulator, project: Path) -> None:
    drift = run(simulator, project, "check", "--check", topology_text="", topology_file="topology.yml")
    assert drift.code != 0
    assert drift.writes == []
    assert "2 of 2 things differ from the description." in drift.output

    made = run(simulator, project, "site", topology_text="~", topology_file="", private_network_wait_timeout=600)
    assert made.code == 0, made.output
    same = run(simulator, project, "check", "--check", topology_text=BLUE, check_fail_on_drift="true")
    assert same.code == 0, same.output
    assert "0 of 2 things differ from the description." in same.output

    gone = run(simulator, project, "teardown", topology_text=BLUE, teardown_confirm="yes")
    assert gone.code == 0, gone.output
    assert [write for write in gone.writes if write.startswith("DELETE")]


def test_the_check_is_never_a_run(simulator: Simulator, project: Path) -> None:
    refused = run(simulator, project, "check", topology_text=BLUE)
    assert refused.code != 0
    assert refused.journal == []
    assert "Start it with --check" in refused.output


def test_typed_text_may_be_a_whole_file(simulator: Simulator, project: Path) -> None:
    indented = "".join(f"  {line}\n" for line in BLUE.splitlines())
    text = f"vrack_topology:\n{indented}"
    shown = run(simulator, project, "check", "--check", topology_text=text, check_fail_on_drift="false")
    assert shown.code == 0, shown.output
    assert "2 of 2 things differ from the description." in shown.output


def test_what_the_template_says_comes_first(simulator: Simulator, project: Path) -> None:
    said = '{"vrack_topology": {"project": "auto"}}'
    nothing = run(simulator, project, "attach", "-e", said, topology_text=BLUE)
    assert nothing.code == 0, nothing.output
    assert nothing.writes == []


@pytest.mark.parametrize("answer", ["no", ""])
def test_teardown_wants_a_yes(simulator: Simulator, project: Path, answer: str) -> None:
    kept = run(simulator, project, "teardown", topology_text=BLUE, teardown_confirm=answer)
    assert kept.code != 0
    assert kept.journal == []


def test_the_export_is_shown(simulator: Simulator, project: Path, tmp_path: Path) -> None:
    shown = run_playbook(
        simulator, project / "export.yml", "-e", answered(project, export_project="running"), TMPDIR=str(tmp_path)
    )
    assert shown.code == 0, shown.output
    assert re.search(r"\bvrack_topology:", shown.output)
    assert (tmp_path / "topology.yml").is_file()
