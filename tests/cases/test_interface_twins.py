# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two that put one instance on one network in the same second: it ends with one interface."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.tasks import task
from tests.support.together import together

PROD_2 = {"project": "running", "name": "prod-2", "region": "SBG5", "flavor": "b3-8", "image": "Debian 12"}
BY_NAME = {"project": "running", "instance": "prod-2", "network": "prod-net"}
PLAYS = {
    "interface": task("attach", "instance_interface", **BY_NAME),
    "instance": task("attach", "instance", **PROD_2, networks=[{"network": "prod-net"}]),
}
ADDED = "/cloud/project/*/instance/*/interface"


@pytest.fixture(autouse=True)
def _not_busy_while_hidden(simulator: Simulator) -> None:
    """So the instance takes a second interface before the first one is shown."""
    simulator.settings(interface_building=0, interface_invisible=[3, 8], interface_deleting=0)


@pytest.fixture(params=PLAYS)
def play(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return [PLAYS[request.param]]


def on_private_networks(simulator: Simulator) -> list[str]:
    """The addresses of prod-2 there, once all is shown."""
    simulator.advance(60)
    project = f"/cloud/project/{simulator.project('running')['id']}"
    client = simulator.client()
    [found] = [one for one in client.get(f"{project}/instance") if one["name"] == "prod-2"]
    shown = client.get(f"{project}/instance/{found['id']}/interface")
    return [address["ip"] for one in shown if one["type"] == "private" for address in one["fixedIps"]]


@pytest.mark.parametrize("number", [2, 4])
def test_C111_of_several_runs_all_but_one_take_their_own_off(
    simulator: Simulator, play: list[dict[str, Any]], number: int
) -> None:
    """All have looked, and stand before the call, when they are let through."""
    outcomes = [run["attach"] for run in together(simulator, play, "POST", ADDED, number)]
    assert [one.msg for one in outcomes if one.failed] == []
    writes = [entry["method"] for entry in simulator.writes() if entry["status"] < 300]
    assert writes == ["POST"] * number + ["DELETE"] * (number - 1)
    assert len(on_private_networks(simulator)) == 1


@pytest.mark.parametrize("_number", range(3))
def test_C111_what_a_killed_run_has_added_stays(simulator: Simulator, play: list[dict[str, Any]], _number: int) -> None:
    """Nobody takes that one off, whichever of the two has the lower id."""
    simulator.hold("POST", ADDED)
    with ThreadPoolExecutor(1) as workers:
        running = workers.submit(run_modules, simulator, play)
        simulator.held(1)
        simulator.make("interface", project="running", instance="prod-2", network="prod-net")
        [theirs] = on_private_networks(simulator)
        simulator.release()
    done = running.result()["attach"]
    assert not done.failed, done.msg
    assert [entry["method"] for entry in simulator.writes()] == ["POST", "DELETE"]
    assert on_private_networks(simulator) == [theirs]


@pytest.mark.parametrize("kind", PLAYS)
def test_C111_an_address_that_was_asked_for_stays_beside_another(simulator: Simulator, kind: str) -> None:
    """Nobody else has added that one. While it is not shown yet the other one is no contradiction."""
    wanted = {
        "interface": task("attach", "instance_interface", **BY_NAME, ip="10.100.1.50"),
        "instance": task("attach", "instance", **PROD_2, networks=[{"network": "prod-net", "ip": "10.100.1.50"}]),
    }[kind]
    simulator.hold("POST", ADDED)
    with ThreadPoolExecutor(1) as workers:
        running = workers.submit(run_modules, simulator, [wanted])
        simulator.held(1)
        simulator.make("interface", project="running", instance="prod-2", network="prod-net")
        simulator.release()
    done = running.result()["attach"]
    assert not done.failed, done.msg
    assert "10.100.1.50" in on_private_networks(simulator)
    assert len(on_private_networks(simulator)) == 2
