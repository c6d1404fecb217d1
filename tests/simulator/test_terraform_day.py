# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as it starts carries Terraform's provider through a whole day, without a change to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.launch import Simulator
from tests.simulator.terraform import DAY, Replay


@pytest.fixture(scope="module", params=[1, 2], ids="seed {}".format)
def day(request: pytest.FixtureRequest) -> Iterator[Replay]:
    """The day up to its evening: all phases, with what each left behind."""
    with Simulator.start(seed=request.param, speed=0) as sim:
        # The provider asks nothing again that was answered by a 500: on such a day it ends, and a person runs it again.
        sim.settings(reads_fail=0, writes_fail=0, subnet_delete_500=0)
        [project] = [id_ for id_, one in sim.state()["cloud"]["projects"].items() if one["description"] == "empty"]
        replay = Replay(sim, project)
        replay.vracks_before = set(sim.state()["vracks"])
        replay.left = {}
        for phase in DAY:
            replay.play(phase)
            replay.left[phase] = sim.state()
        yield replay
        assert sim.schema_errors() == []


def project_after(day: Replay, phase: str) -> dict:
    return day.left[phase]["cloud"]["projects"][day.ids["project"]]


def regions_after(day: Replay, phase: str) -> set[str]:
    [network] = [one for one in project_after(day, phase)["networks"] if one["name"] == "tfnet"]
    return set(network["regions"])


def test_apply_made_what_was_planned(day: Replay) -> None:
    made = project_after(day, "apply")
    assert {one["name"] for one in made["networks"]} == {"tfnet", "tfnet2", "Madrid Network"}
    assert {one["name"] for one in made["instances"].values()} == {"tf-public", "tf-private"}
    assert {one["name"] for one in made["gateways"].values()} == {"tf-gw"}
    assert len(made["subnets"]) == 4
    [vrack] = [one for one in day.left["apply"]["vracks"].values() if one["name"] == "tf"]
    assert (vrack["description"], vrack["projects"]) == ("made by terraform", [day.ids["project"]])


def test_the_next_plan_finds_no_difference(day: Replay) -> None:
    """Everything that apply read or made is read the same afterwards; only a new vRack may be listed a moment late."""
    after, again = day.seen["apply"], day.seen["plan without a difference"]
    same = set(after) & set(again) - {"/auth/time", "/vrack"}
    assert len(same) > 10
    for path in same:
        assert again[path] == after[path], path


def test_one_region_more_and_one_less(day: Replay) -> None:
    assert regions_after(day, "plan of one region more") == {"GRA11", "SBG5"}
    assert regions_after(day, "one region more") == {"GRA11", "SBG5", "UK1"}
    assert regions_after(day, "plan of destroy") == {"GRA11", "SBG5"}


def test_destroy_leaves_what_was_there_before(day: Replay) -> None:
    left = project_after(day, "destroy")
    kinds = ("networks", "subnets", "ports", "ssh_keys", "instances", "gateways")
    assert {kind: len(left[kind]) for kind in kinds} == dict.fromkeys(kinds, 0)
    assert set(day.left["destroy"]["vracks"]) == day.vracks_before
