# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of descriptions over the simulator, and the runs that they are about, without Ansible and without waiting."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._description.topology import Topology
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Action, Outcome, shown
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.asked import Asked, parts_of
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.make import Planner
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.model import Problems, to_data
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.whole import Whole, plan_whole

from tests.support.playbooks import without_repeated
from tests.unit.support.loop import run
from tests.unit.support.simulated import ClientApi, SimulatedClock, by_key, client_of


class Account:
    """One account, whose descriptions are planned and brought about, each from nothing but what the API shows."""

    def __init__(self, sim: Any) -> None:
        self.sim = sim
        self.reads: Counter[str] = Counter()
        self.writes: list[str] = []

    def plan(self, topology: Any, **asked: Any) -> Whole:
        """The plan of a description; `reads` and `writes` are then the requests that it took."""
        self.sim.clear_journal()
        with client_of(by_key(self.sim.env), SimulatedClock(self.sim)) as client:
            whole = plan_whole(topology, client.reader, **asked)
        journal = [one for one in without_repeated(self.sim.journal()) if not one["path"].startswith("/auth/")]
        self.reads = Counter(entry["path"] for entry in journal if entry["method"] == "GET")
        self.writes = [f"{entry['method']} {entry['path']}" for entry in journal if entry["method"] != "GET"]
        return whole

    def bring_about(self, topology: Any, send: Any = None, **asked: Any) -> list[Outcome]:
        """As the roles do, one kind after the other. *send* stands between the loops and the client's."""
        described = Topology(topology)
        parts = parts_of(described, described.lists(), Asked(**asked), Planner(Problems()))
        found: list[Outcome] = []
        with client_of(by_key(self.sim.env), SimulatedClock(self.sim), 1e6) as client:
            api = ClientApi(client)
            if send is not None:
                api.send = send(client.send)
            for part in parts:
                found += run(part.sort.resource.kind, part.specs, api, 3000.0)
                errors = [outcome.error.sentence() for outcome in found if outcome.error]
                assert errors == [], errors
        return found


def texts(whole: Whole) -> list[str]:
    """What stands in the way."""
    return [text for _about, _code, text in whole.problems.found]


def actions(whole: Whole) -> dict[str, str]:
    """What is to be done with each thing that anything is to be done with."""
    return {item.name: item.action.value for item in whole.plan.to_do}


def item_of(whole: Whole, name: str) -> dict[str, Any]:
    """One item of the plan, as it is saved."""
    (found,) = [item for item in to_data(whole.plan)["changes"] if item["name"] == name]
    return found


def assert_came_about(whole: Whole, done: list[Outcome]) -> None:
    """The run did what was planned, in that order, and every field is as planned where that was known."""
    assert texts(whole) == []
    did = [outcome for outcome in done if outcome.action is not Action.NONE]
    assert [(item.name, item.action) for item in whole.plan.to_do] == [(one.label, one.action) for one in did]
    for item, outcome in zip(whole.plan.to_do, did, strict=True):
        assert_agree(item.before, outcome.before, item.name)
        assert_agree(item.after, outcome.record if outcome.after is not None else None, item.name)


PASSING = ("status", "region_status")
"""Of what a run does not wait for."""


def assert_agree(planned: Any, real: Any, place: str) -> None:
    planned = shown(planned)
    if isinstance(planned, dict) and isinstance(real, dict):
        assert planned.keys() == real.keys(), place
        for key in planned.keys() - set(PASSING):
            assert_agree(planned[key], real[key], f"{place}: {key}")
    elif isinstance(planned, list) and isinstance(real, list):
        assert len(planned) == len(real), (place, planned, real)
        for one, other in zip(planned, real, strict=True):
            assert_agree(one, other, place)
    else:
        assert planned in ("(known after apply)", real), (place, planned, real)
