# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thing is removed and made anew once a run, however the API spells what it was asked for."""

from __future__ import annotations

from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Action, Call, Change

from tests.unit.support.clock import StepClock
from tests.unit.support.fake_api import FakeApi
from tests.unit.support.loop import run
from tests.unit.support.toy_kinds import Vlan, VlanKind


class Replacing(VlanKind):
    """A name cannot be changed, so what has another one is made anew."""

    def plan(self, spec, world):
        change = super().plan(spec, world)
        if change.action is Action.UPDATE:
            return Change(Action.REPLACE, change.before, change.after, change.seen)
        return change

    def calls(self, spec, change, world):
        if change.action is Action.REPLACE:
            return [Call("DELETE", ("things", change.seen["id"]), f"remove network {spec.vlan}")]
        return super().calls(spec, change, world)


def methods(api):
    return [method for at, method, path in api.sent]


def test_a_thing_is_made_anew():
    api = FakeApi(StepClock())
    api.make(vlan=7, name="old")
    [outcome] = run(Replacing(), [Vlan(7, "new")], api)
    assert (outcome.error, outcome.changed, methods(api)) == (None, True, ["DELETE", "POST"])


def test_a_thing_that_differs_again_is_not_made_anew_a_second_time():
    """The API makes another name of the one that it is given."""
    api = FakeApi(StepClock())
    api.make(vlan=7, name="old")

    def upper(call):
        body = call.body and {**call.body, "name": call.body["name"].upper()}
        return send(Call(call.method, call.path, call.doing, body))

    send, api.send = api.send, upper
    [outcome] = run(Replacing(), [Vlan(7, "new")], api, seconds=1800.0)
    assert methods(api) == ["DELETE", "POST"]
    assert outcome.changed is True
    assert "name" in str(outcome.error)
    assert "anew" in str(outcome.error)
    assert api.clock.now() < 1060.0


def test_reads_that_show_the_old_thing_once_more_are_waited_for():
    api = FakeApi(StepClock())
    api.make(vlan=7, name="old")
    read = api.get

    def by_turns(*path):
        api.lag = 15.0 if api.reads % 2 and methods(api)[-1:] == ["POST"] else 0.0
        return read(*path)

    api.get = by_turns
    api.clock.wait(30.0)
    [outcome] = run(Replacing(), [Vlan(7, "new")], api)
    assert (outcome.error, methods(api)) == (None, ["DELETE", "POST"])
