# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From an empty project and back, once: what is planned, made, made again, exported, changed and taken away.

The run that makes everything is one of the installed tarball, and no run has more rights than it needs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.chance import STEADY
from tests.support.playbooks import PlaybookRun, clean_environment
from tests.support.rights import unused
from tests.support.sites import assert_done_as_planned, assert_unchanged, changes
from tests.support.whole_way import WholeWay
from tools.collection_tree import CHECKOUT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collections with ours, built and installed as from Galaxy."""
    folder = tmp_path_factory.mktemp("tarball")
    galaxy = str(Path(sys.executable).with_name("ansible-galaxy"))
    environment = {**clean_environment(), "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections")}

    def do(*command: str) -> None:
        done = subprocess.run(
            [galaxy, "collection", *command], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    do("build", "--output-path", str(folder))
    tarball = next(folder.glob("ovhcloud-vrack-*.tar.gz"))
    do("install", "--offline", "-p", str(folder / "collections"), str(tarball))
    return folder / "collections"


@pytest.fixture(scope="module")
def way(world_options: dict[str, Any], installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeWay]:
    with Simulator.start(speed=60.0, strict=True, **world_options) as simulator:
        simulator.reset(world="demo")
        simulator.settings(**STEADY)
        yield WholeWay(simulator, tmp_path_factory.mktemp("way"), installed)
        simulator.assert_sound()


PLAN, BEFORE = "Plan all of it, before anything is changed", "What is planned"


def test_C87_all_of_an_empty_project_is_planned(way: WholeWay) -> None:
    planned = way.planned
    assert [f"{one.task}: {one.msg}" for one in planned.tasks if one.failed] == []
    assert planned.code == 0, planned.output
    assert {entry["method"] for entry in planned.journal} == {"GET"}
    assert "Plan: 16 made, 0 changed, 0 as they are" in planned.output


def test_C87_what_was_planned_is_made(way: WholeWay) -> None:
    made = way.made
    assert [f"{one.task}: {one.msg}" for one in made.tasks if one.failed] == []
    assert made.code == 0, made.output
    assert "Done: 16 made, 0 changed, 0 as they were" in made.output
    assert len(changes(made)) == 1 + 1 + 2 + 6 + 1 + 4 + 1
    assert_done_as_planned(way.planned, made)
    assert len(way.there["instances"]) == 5
    ports = {name: len(found) for name, found in way.there["interfaces"].items()}
    assert ports == {"web-1": 3, "web-2": 3, "web-3": 3, "db-1": 2, "legacy-1": 2}


def test_the_tarball_is_what_made_it(way: WholeWay) -> None:
    """It holds all that its playbooks need, and what it sends tells nothing of where it is."""
    assert (way.installed / "ansible_collections" / "ovhcloud" / "vrack" / "playbooks" / "site.yml").is_file()
    assert str(way.installed.parent) not in json.dumps(way.made.journal)


def test_C87_then_there_is_nothing_to_do(way: WholeWay) -> None:
    again = way.again
    assert_unchanged(again)
    assert {entry["method"] for entry in again.journal} == {"GET"}
    assert "Done: 0 made, 0 changed, 16 as they were" in again.output


@pytest.mark.parametrize("step", ["changed", "removed"])
def test_what_is_done_is_told_by_name_before(way: WholeWay, step: str) -> None:
    """Where its fields are not shown."""
    done: PlaybookRun = getattr(way, step)
    plan = done[PLAN].result
    told = done[BEFORE].result["msg"]
    assert told == plan["brief"]
    changes_, lines = plan["plan"]["changes"], iter(told)
    assert changes_
    assert all(f" {change['name']}" in next(lines) for change in changes_)
    order = [one.task for one in done.tasks]
    assert order.index(BEFORE) < min(order.index(one.task) for one in done.tasks if one.changed)


def test_what_is_not_done_is_told_by_name_in_the_end(way: WholeWay) -> None:
    looked = way.looked_at
    assert BEFORE not in [one.task for one in [*way.again.tasks, *looked.tasks]]
    brief, end = looked[PLAN].result["brief"], looked["What it comes to"].result["msg"]
    assert end[: len(brief)] == brief
    assert any(line.startswith("- instance 'web-1'") for line in end)


def test_what_is_exported_describes_what_is_there(way: WholeWay) -> None:
    described = way.export
    assert way.exported.writes == []
    assert [network["name"] for network in described["networks"]] == ["front", "back"]
    assert [len(network["subnets"]) for network in described["networks"]] == [3, 3]
    assert len(described["instances"]) == 5
    assert {"network": "back", "ip": "192.168.20.42"} in described["instances"][0]["networks"]
    assert_unchanged(way.made_of_export)


def test_site_needs_exactly_its_rules(way: WholeWay) -> None:
    """To make everything and, by ids, to rename a network and take in one more region."""
    assert way.changed.code == 0, way.changed.output
    # Only two jobs that make one instance at the same moment need this.
    assert unused(way.rules, [*way.made.journal, *way.changed.journal]) == [
        {"method": "DELETE", "path": "/cloud/project/*/instance/*"}
    ]


def test_C87_a_plan_of_what_is_there_makes_nothing_and_takes_away_all(way: WholeWay) -> None:
    looked = way.looked_at
    assert (looked.code, looked.writes) == (0, []), looked.output
    assert "Plan: 0 made, 0 changed, 17 as they are" in looked.output
    assert changes(looked) == changes(way.removed)


def test_C87_what_was_there_before_is_left(way: WholeWay) -> None:
    assert way.removed.code == 0, way.removed.output
    assert way.after == way.before
    assert (way.removed_again.code, way.removed_again.writes) == (0, []), way.removed_again.output


def test_teardown_needs_exactly_its_rules(way: WholeWay) -> None:
    assert unused(way.rules_to_remove, [*way.removed.journal, *way.removed_again.journal]) == []
