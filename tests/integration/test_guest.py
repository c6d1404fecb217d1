# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages' and playbooks' way to the machines themselves, as far as it goes without machines."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import yaml

from simulator.launch import Simulator
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
    [made] = simulator.state()["cloud"]["instances"].values()
    script = yaml.safe_load(blocks()[0])["vrack_topology"]["instances"][0]["user_data"]
    assert script in made["user_data"]
    assert "systemctl restart systemd-networkd" in made["user_data"]
    assert "/root/mine" not in done.output
    again = run(simulator, "site", f"@{described}", "--check")
    assert again.recap["changed"] == 0, again.output
