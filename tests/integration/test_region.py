# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_region: regions activated for a project."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun
from tests.support.rhythm import three_times
from tests.support.tasks import task as task_of


def offered(simulator: Simulator) -> list[str]:
    """The regions that the project may still have, by the API's own word."""
    client = simulator.client()
    return sorted(one["name"] for one in client.get(f"/cloud/project/{project_id(simulator)}/regionAvailable"))


def project_id(simulator: Simulator) -> str:
    projects = simulator.state()["cloud"]["projects"]
    return next(one for one, project in projects.items() if project["description"] == "running")


def task(title: str, /, **options: Any) -> dict[str, Any]:
    return task_of(title, "region", project="running", **options)


def test_two_regions_more(simulator: Simulator) -> None:
    first, second = offered(simulator)[:2]
    rhythm = three_times(simulator, "ovh_region", project="running", regions=[{"name": first}, {"name": second}])
    assert rhythm.real.changed
    assert [write.split()[0] for write in rhythm.real.writes] == ["POST", "POST"]
    assert {first, second} <= set(simulator.project("running")["regions"])
    assert [one["name"] for one in rhythm.again.result["regions"]] == [first, second]
    assert rhythm.again.result["regions"][0]["status"] == "UP"


@pytest.fixture
def odd(simulator: Simulator) -> PlaybookRun:
    name = offered(simulator)[0]
    active = simulator.project("running")["regions"][0]
    simulator.fault("drop_after", "POST", "*/region")
    return run_modules(
        simulator,
        [
            task("unknown", name=f"{name}x"),
            task("twice", regions=[{"name": active}, {"name": active}]),
            task("nameless", name=" "),
            task("active", name=active),
            task("lost answer", name=f" {name} "),
        ],
    )


def test_what_is_wrong_is_said_before_anything_is_sent(odd: PlaybookRun) -> None:
    assert "is not offered to project 'running' (did you mean" in odd["unknown"].msg
    assert "stands twice in the list" in odd["twice"].msg
    assert "name is needed" in odd["nameless"].msg
    assert not any(odd[name].writes for name in ("unknown", "twice", "nameless", "active"))
    assert not odd["active"].changed


def test_an_answer_that_is_lost_makes_nothing_twice(odd: PlaybookRun) -> None:
    assert not odd["lost answer"].failed, odd["lost answer"].msg
    assert odd["lost answer"].changed
    assert len(odd["lost answer"].writes) == 1
