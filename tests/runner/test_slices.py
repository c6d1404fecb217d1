# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workers at once on slices of one topology, with one credential that may make few requests."""

from __future__ import annotations

from pathlib import Path

import yaml

from simulator.launch import Simulator
from tests.support.playbooks import run_playbook
from tools.slices import PAGE, blocks, measure


def test_slices_at_once_that_are_often_refused(simulator: Simulator, tmp_path: Path) -> None:
    """All is made, nothing twice; being told to come back later slows them down, and fails none."""
    figure = measure(simulator, tmp_path, slices=4, every=4)
    assert figure.failed == []
    assert figure.twice == []
    assert figure.made == 4 * len(("network", "subnet", "instance"))
    assert 0 < figure.refused <= figure.requests // 4


def test_the_page_as_it_stands(simulator: Simulator, tmp_path: Path) -> None:
    """Its inventory and its play: the slices as hosts of one run, and again without a change."""
    simulator.reset(world="demo")
    inventory, play = tmp_path / "slices.yml", tmp_path / "play.yml"
    written, plays = blocks(PAGE)
    inventory.write_text(written.replace("project: my-project", "project: auto"), encoding="utf-8")
    play.write_text(plays, encoding="utf-8")
    for changes in (2 + 3, 0):
        done = run_playbook(simulator, play, "-i", str(inventory), "--forks", "2")
        assert done.code == 0, done.output
        assert done.recap["changed"] == changes
    assert set(yaml.safe_load(written)["slices"]["hosts"]) == {task.host for task in done.tasks}
