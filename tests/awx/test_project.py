# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The project that AWX syncs: its playbooks, run with variables in the form in which AWX hands them over."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.launch import Simulator
from tests.support.awx.projects import playbooks
from tests.support.inventories import list_inventory
from tests.support.playbooks import PlaybookRun, run_playbook
from tools.collection_tree import CHECKOUT

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
    names = ("attach", "check", "connect", "export", "report", "settled", "site", "teardown", "verify")
    assert playbooks(PROJECT) == [f"{name}.yml" for name in names]


def test_awx_has_nothing_to_install_for_it() -> None:
    """With a Galaxy credential it would, and what it installs comes before what the image has."""
    assert list(PROJECT.glob("*/requirements.y*ml")) == []


def test_hosts_are_in_groups(simulator: Simulator) -> None:
    listed = list_inventory(simulator, PROJECT / "inventory" / "ovh_instances.yml")
    assert listed.code == 0, listed.output
    assert listed.warnings == ""
    assert "prod-1" in listed.hosts
    of_it = {name for name, group in listed.listed.items() if "prod-1" in group.get("hosts", [])}
    assert of_it == {"project_running", "region_GRA11", "network_public", "network_prod_net", "flavor_b3_8"}
    assert listed.hosts["prod-1"]["ovh_networks"]["prod-net"]["mac"], "by which connect and verify know an interface"


@pytest.mark.parametrize(
    ("drift", "code", "said"),
    [
        ({"vrack_drift": 0}, 0, "there is nothing to approve"),
        ({"vrack_drift": 3}, 2, "3 things differ from the description. This job fails so that the workflow goes on"),
        ({}, 2, "An unknown number of things differ"),
    ],
)
def test_the_question_is_left_out_when_nothing_differs(
    simulator: Simulator, drift: dict[str, Any], code: int, said: str
) -> None:
    run = run_playbook(simulator, PROJECT / "settled.yml", "-e", json.dumps(drift))
    assert (run.code, run.journal) == (code, [])
    assert said in " ".join(run.output.split())


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
    """Also where its template was switched to the job type "run"."""
    looked = run(simulator, project, "check", topology_text=BLUE)
    assert looked.code != 0
    assert looked.writes == []
    assert "things differ from the description" in looked.output


def test_typed_text_may_be_a_whole_file(simulator: Simulator, project: Path) -> None:
    indented = "".join(f"  {line}\n" for line in BLUE.splitlines())
    text = f"vrack_topology:\n{indented}"
    shown = run(simulator, project, "check", "--check", topology_text=text, check_fail_on_drift="false")
    assert shown.code == 0, shown.output
    assert "2 of 2 things differ from the description." in shown.output


SECRET = "kept-by-awx"
WITH_SECRET = """\
vrack_topology:
  project: auto
  instances:
    - name: web
      region: GRA11
      flavor: b3-8
      image: Debian 12
      user_data: %s
"""


@pytest.mark.parametrize("way", ["a variable of a credential", "a vaulted value"])
def test_secrets_come_from_elsewhere(simulator: Simulator, project: Path, tmp_path: Path, way: str) -> None:
    """The description in the project's file refers to them; what is typed in is never a template."""
    password = tmp_path / "password"
    password.write_text("open sesame", encoding="utf-8")
    text = "{{ web_user_data }}"
    if way == "a vaulted value":
        vault = ["ansible-vault", "encrypt_string", "--vault-password-file", str(password), "--stdin-name", "x"]
        done = subprocess.run(
            [str(Path(sys.executable).with_name(vault[0])), *vault[1:]],
            input=SECRET,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        text = done.stdout.partition(": ")[2]
    described = WITH_SECRET % (f'"{text}"' if "{{" in text else text)
    (project / "topology.yml").write_text(described, encoding="utf-8")
    more = {"web_user_data": SECRET} if "{{" in text else {}
    run_it = run(simulator, project, "site", "--vault-password-file", str(password), "-vvv", topology_text="", **more)
    assert run_it.code == 0, run_it.output
    assert SECRET not in run_it.output
    projects = simulator.state()["cloud"]["projects"]
    [made] = [one for project in projects.values() for one in project["instances"].values() if one["name"] == "web"]
    assert made["user_data"] in (SECRET, base64.b64encode(SECRET.encode()).decode())


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
