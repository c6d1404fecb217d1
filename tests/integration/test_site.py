# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks on the example topology: predicted, made, made again, taken away."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from simulator.launch import Simulator
from tests.support.sites import EXAMPLE, ROOT, account, changes, run, topology


@pytest.fixture
def demo(simulator: Simulator) -> Iterator[Simulator]:
    simulator.reset(world="demo")
    yield simulator
    simulator.reset(world="default")


def test_from_a_project_in_its_automatic_vrack(demo: Simulator) -> None:
    client = demo.client()
    project = demo.project("auto")["id"]
    demo.make("instance", project="auto", name="legacy-1", region="GRA11", flavor="b3-8", image="Debian 12")
    vrack = client.get(f"/cloud/project/{project}/vrack")["id"]
    before = account(demo, project)
    extra = topology("auto", keep_attached=True)

    predicted = run(demo, "site", extra, "--check", "--diff")
    made = run(demo, "site", extra, "--diff")
    assert (predicted.code, made.code) == (0, 0), made.output
    assert changes(predicted) == changes(made)
    assert not [call for call in made.journal if call["path"].startswith(("/order", "/me"))]
    assert client.get(f"/vrack/{vrack}")["name"] == "demo"
    assert run(demo, "site", extra).writes == []

    assert run(demo, "teardown", extra).code == 0
    assert account(demo, project) == before
    assert client.get(f"/cloud/project/{project}/vrack")["id"] == vrack


def test_networks_that_vanish_after_the_project_has_joined_its_vrack(demo: Simulator) -> None:
    """The run ends green all the same, with each network once; where no project joins, none is waited for."""
    demo.settings(networks_vanish_after_attach=0, networks_that_vanish=2)
    described = {
        "project": "second",
        "vrack": {"name": "fresh"},
        "networks": [
            {"name": name, "vlan_id": vlan, "cidr": f"10.{vlan}.0.0/24", "regions": ["GRA11", "SBG5"]}
            for name, vlan in (("blue", 7), ("green", 8), ("red", 9))
        ],
    }
    extra = json.dumps({"vrack_topology": described})
    made = run(demo, "site", extra)
    assert made.code == 0, made.output
    there = demo.project("second")
    assert sorted(one["name"] for one in there["networks"]) == ["blue", "green", "red"]
    assert len(there["subnets"]) == 6
    assert made["Have the private networks"].result["networks"][0]["status"] == "ACTIVE"
    assert [path for path in made.writes if path.endswith("/network/private")] == [
        f"POST /cloud/project/{there['id']}/network/private"
    ] * 5
    again = run(demo, "site", extra)
    assert (again.code, again.writes) == (0, [])
    described["networks"].append({"name": "grey", "vlan_id": 10, "cidr": "10.10.0.0/24", "regions": ["GRA11"]})
    more = run(demo, "site", json.dumps({"vrack_topology": described}))
    assert more.code == 0, more.output
    [grey] = [one for one in more["Have the private networks"].result["networks"] if one["name"] == "grey"]
    assert grey["status"] == "BUILDING"


def test_attach_gives_existing_instances_an_interface(demo: Simulator) -> None:
    described = {
        "project": "running",
        "networks": [{"name": "blue", "vlan_id": 7, "cidr": "10.7.0.0/24", "regions": ["GRA11"]}],
        "interfaces": [],
    }
    demo.make("instance", project="running", name="old", region="GRA11", flavor="b3-8", image="Debian 12")
    described["interfaces"] = [{"instance": "old", "network": "blue"}]
    extra = json.dumps({"vrack_topology": described})
    predicted = run(demo, "attach", extra, "--check")
    made = run(demo, "attach", extra)
    assert made.code == 0, made.output
    assert changes(predicted) == changes(made)
    assert len(changes(made)) == 3
    project = demo.project("running")["id"]
    ports = account(demo, project)["interfaces"]["old"]
    assert len(ports) == 2
    assert run(demo, "attach", extra).writes == []


def test_an_error_in_the_description_is_found_before_any_write(demo: Simulator) -> None:
    described = copy.deepcopy(EXAMPLE["vrack_topology"])
    described["instances"][2]["networks"][0] = "fornt"
    described["instances"][3]["region"] = "UK1"
    described["networks"][0]["vlan"] = 3
    failed = run(demo, "site", json.dumps({"vrack_topology": described}))
    assert failed.code != 0
    assert "instances[2].networks[0]: no network 'fornt' is described (did you mean front?)" in failed.output
    assert "instances[3].networks[0]: network 'back' is not in region UK1" in failed.output
    assert "networks[0]: has no field 'vlan' (did you mean vlan_id?)" in failed.output
    assert failed.writes == []


def begins_with_localhost(name: str) -> bool:
    """Whether the playbook's first play but an assertion is the one that sees to it, also where it imports another."""
    plays = yaml.safe_load((ROOT / "playbooks" / f"{name}.yml").read_text(encoding="utf-8"))
    imported = [play["ansible.builtin.import_playbook"] for play in plays if "ansible.builtin.import_playbook" in play]
    return "localhost.yml" in imported or any(begins_with_localhost(one.removesuffix(".yml")) for one in imported)


OURS_ON_LOCALHOST = ("attach", "check", "connect", "export", "report", "site", "teardown", "verify")


def test_every_playbook_sees_that_localhost_takes_part() -> None:
    """Green has to mean something: a new playbook begins so, too."""
    names = {path.stem for path in (ROOT / "playbooks").glob("*.yml")} - {"localhost"}
    assert {name for name in names if not name.startswith("awx_")} == set(OURS_ON_LOCALHOST)
    assert [name for name in OURS_ON_LOCALHOST if not begins_with_localhost(name)] == []


@pytest.mark.parametrize("playbook", ["check", "export"])
def test_a_limit_that_leaves_localhost_out_is_no_success(simulator: Simulator, tmp_path: Path, playbook: str) -> None:
    """With an inventory that the limit fits, and without any; the limit may name localhost among others."""
    (tmp_path / "hosts").write_text("[web]\nweb-1\nweb-2\n", encoding="utf-8")
    inventory = ("-i", str(tmp_path / "hosts"))
    extra = json.dumps({"vrack_topology": {"project": "running"}, "export_project": "running"})
    more = ("--check", "-e", f"export_file={tmp_path / 'out.yml'}")
    for arguments in ((*inventory, "--limit", "web"), (*inventory, "--limit", "all"), ("--limit", "web")):
        done = run(simulator, playbook, extra, *more, *arguments)
        assert done.code != 0, f"{arguments}: {done.output}"
        assert "--limit leaves out localhost" in " ".join(done.output.split())
        assert done.journal == []
    for arguments in ((), inventory, (*inventory, "--limit", "web,localhost"), ("--limit", "localhost")):
        done = run(simulator, playbook, extra, *more, *arguments)
        assert done.code == 0, f"{arguments}: {done.output}"
        assert "web-1" not in done.output
