# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages' and playbooks' way to the machines themselves, as far as it goes without machines."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import yaml

from simulator.launch import Simulator
from tests.support.inventories import list_inventory
from tests.support.playbooks import run_playbook
from tests.support.sites import run
from tools.collection_tree import CHECKOUT

PAGE = CHECKOUT / "docs" / "guest.md"
BLOCK = re.compile(r"^( *)```yaml\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


def blocks() -> list[str]:
    return [textwrap.dedent(found[2]) for found in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]


def test_the_page_s_description_makes_a_machine_that_is_told_where_its_default_route_is(
    simulator: Simulator, tmp_path: Path
) -> None:
    """With the user's own script, as it stands on the page; and a second run finds nothing to do."""
    simulator.reset(world="docs")
    described = tmp_path / "topology.yml"
    described.write_text(blocks()[0], encoding="utf-8")
    done = run(simulator, "site", f"@{described}")
    assert done.code == 0, done.output
    [project] = [one for one in simulator.state()["cloud"]["projects"].values() if one["description"] == "my-project"]
    [made] = [one for one in project["instances"].values() if one["name"] == "web-1"]
    script = yaml.safe_load(blocks()[0])["vrack_topology"]["instances"][0]["user_data"]
    assert script in made["user_data"]
    assert "systemctl restart systemd-networkd" in made["user_data"]
    assert "/root/mine" not in done.output
    again = run(simulator, "site", f"@{described}", "--check")
    assert again.recap["changed"] == 0, again.output


def test_a_host_without_private_interfaces_has_nothing_to_be_configured(simulator: Simulator, tmp_path: Path) -> None:
    """The page's play, on a host of which the inventory knows no MAC: nothing on it is touched."""
    play = tmp_path / "play.yml"
    play.write_text(blocks()[1], encoding="utf-8")
    networks = {"public": {"type": "public", "mac": "fa:16:3e:00:00:01"}, "blue": {"type": "private", "mac": None}}
    hosts = {"web-1": {"ansible_connection": "local", "ovh_networks": networks}}
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    done = run_playbook(simulator, play, "-i", str(inventory))
    assert done.code == 0, done.output
    assert [one.outcome for one in done.tasks if one.action.endswith("guest_network")] == ["skipped"]


def test_the_page_s_inventory_says_what_the_role_takes(simulator: Simulator, tmp_path: Path) -> None:
    """MACs of private interfaces, and the user."""
    simulator.reset(world="docs")
    simulator.make("instance", project="my-project", name="web-1", region="GRA11", flavor="b3-8", image="Debian 12")
    path = tmp_path / "ovh.yml"
    path.write_text(blocks()[2], encoding="utf-8")
    listed = list_inventory(simulator, path)
    assert listed.code == 0, listed.output
    host = listed.hosts["web-1"]
    assert host["ansible_user"] == "debian"
    assert all(one["mac"] for one in host["ovh_networks"].values())
