# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that draws a vRack, on what the simulator holds: what exists, what differs, and nothing changed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from simulator.launch import Simulator
from tests.support.playbooks import FAST, PlaybookRun, type_in
from tests.support.sites import run
from tools.collection_tree import CHECKOUT

PAGE = CHECKOUT / "docs" / "report.md"
SHELL = re.compile(r"^```shell\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DESCRIBED = {
    "project": "running",
    "networks": [
        {"name": "prod-net", "vlan_id": 100, "regions": ["GRA11", "SBG5"], "cidr": "10.100.0.0/16"},
        {"name": "blue", "vlan_id": 42, "cidr": "192.168.42.0/24", "regions": ["GRA11"]},
    ],
    "instances": [
        {"name": "web-9", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12", "networks": ["blue"]},
        {"name": "prod-1", "region": "GRA11", "networks": ["prod-net", "blue"], "user_data": "a-secret-of-mine"},
    ],
    "existing": {"instances": ["prod-1"]},
}


def drawn(simulator: Simulator, folder: Path, *arguments: str, **extra: Any) -> PlaybookRun:
    return run(simulator, "report", json.dumps({"report_file": str(folder / "vrack"), **extra}), *arguments)


def changed(done: PlaybookRun) -> int:
    assert done.code == 0, done.output
    assert done.writes == []
    return done.recap["changed"]


def without_tags(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))


def test_a_page_of_what_exists_is_written_once(simulator: Simulator, tmp_path: Path) -> None:
    """Also in check mode; only what has changed at OVHcloud changes the file. All services and projects are in it."""
    vrack = next(one for one in simulator.state()["vracks"].values() if one["name"] == "prod")
    simulator.make("contents", vrack=vrack["service_name"], kind="dedicatedServer", names=["ns1.example"])
    simulator.make("project", description="<b>beside</b>", vrack="prod")
    assert changed(drawn(simulator, tmp_path, "--check", report_project="running")) == 1
    text = (tmp_path / "vrack.html").read_text(encoding="utf-8")
    for word in ("prod-net", "VLAN 100", "prod-1", "prod-2", "10.100.0.0/16", "server ns1.example"):
        assert word in text
    assert "&lt;b&gt;beside&lt;/b&gt;" in text
    assert "not described" not in without_tags(text.partition("</style>")[2])
    assert (tmp_path / "vrack.html").stat().st_mode & 0o777 == 0o600
    assert changed(drawn(simulator, tmp_path, report_vrack="prod")) == 0
    simulator.make("instance", project="running", name="new-1", region="GRA11")
    assert changed(drawn(simulator, tmp_path, report_project="running")) == 1
    assert "new-1" in (tmp_path / "vrack.html").read_text(encoding="utf-8")


def test_what_differs_from_the_description_is_marked(simulator: Simulator, tmp_path: Path) -> None:
    """In all three forms, from the plan; no secret of the description is in any of them."""
    extra = {"vrack_topology": DESCRIBED, "report_format": ["html", "svg", "mermaid"]}
    done = drawn(simulator, tmp_path, "--check", "--diff", **extra)
    assert changed(done) == 1
    page, picture, graph = ((tmp_path / f"vrack.{end}").read_text(encoding="utf-8") for end in ("html", "svg", "mmd"))
    shown = without_tags(page.partition("</style>")[2])
    for words in ("3 missing", "1 different", "web-9", "instance prod-2 in SBG5"):
        assert words in shown, words
    assert re.search(r"<title>web-9 in GRA11, missing", picture)
    assert re.search(r'\["prod-2<br/>not described"\]:::notdescribed', graph)
    assert "a-secret-of-mine" not in page + picture + graph + done.output
    assert changed(drawn(simulator, tmp_path, **extra)) == 0


def test_an_instance_that_only_has_an_interface_described_is_described(simulator: Simulator, tmp_path: Path) -> None:
    """And is different while it lacks it."""
    shown = []
    for instance in ("prod-1", "prod-2"):
        described = {"project": "running", "existing": {"networks": ["prod-net"]}}
        interfaces = [{"instance": instance, "network": "prod-net"}]
        drawn_as = {"vrack_topology": {**described, "interfaces": interfaces}, "report_format": "mermaid"}
        changed(drawn(simulator, tmp_path, **drawn_as))
        graph = (tmp_path / "vrack.mmd").read_text(encoding="utf-8")
        shown.append(dict(re.findall(r'\["(prod-.)(?:<br/>([\w ]+))?"\]', graph)))
    on_it, not_yet = shown
    assert on_it == {"prod-1": "", "prod-2": "not described"}
    assert not_yet == {"prod-1": "not described", "prod-2": "different"}


def test_a_description_that_is_wrong_is_told_on_the_page(simulator: Simulator, tmp_path: Path) -> None:
    """The picture is of what exists, so it's drawn all the same."""
    wrong = {**DESCRIBED, "instances": [{"name": "x", "region": "GRA11", "flavor": "b3-7", "image": "Debian 12"}]}
    assert changed(drawn(simulator, tmp_path, vrack_topology=wrong)) == 1
    page = (tmp_path / "vrack.html").read_text(encoding="utf-8")
    assert "The description could not be compared" in page
    assert "b3-7" in page
    assert "prod-1" in page


def test_the_description_of_a_project_is_written_where_the_command_was_given(
    simulator: Simulator, tmp_path: Path
) -> None:
    """And not into the folder of the collection, where Ansible has a playbook's relative paths begin."""
    simulator.reset(world="docs")
    type_in(simulator, tmp_path, "ansible-playbook ovhcloud.vrack.export -e export_project=my-project", **FAST)
    assert [one.name for one in tmp_path.iterdir()] == ["topology.yml"]


def test_the_commands_of_the_page(simulator: Simulator, tmp_path: Path) -> None:
    """As a reader types them, in a project that the page's description has not been brought about in."""
    simulator.reset(world="docs")
    described = {"vrack_topology": {"project": "my-project", "networks": [{"name": "blue", "vlan_id": 42}]}}
    described["vrack_topology"]["networks"][0]["regions"] = ["GRA11"]
    (tmp_path / "topology.yml").write_text(json.dumps(described), encoding="utf-8")
    commands = [block for block in SHELL.findall(PAGE.read_text(encoding="utf-8")) if "ovhcloud.vrack.report" in block]
    assert len(commands) == 3
    for block in commands:
        type_in(simulator, tmp_path, block, **FAST)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["topology.yml", "vrack.html", "vrack.mmd", "vrack.svg"]
    assert "flowchart LR" in (tmp_path / "vrack.mmd").read_text(encoding="utf-8")
    assert simulator.writes() == []
