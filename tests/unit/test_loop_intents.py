# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One wish, whose body depends on what a look sees: what was sent decides what is sent again."""

from __future__ import annotations

from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Uncertain
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Action, Call, Change

from tests.unit.support.clock import StepClock
from tests.unit.support.fake_api import FakeApi, refused
from tests.unit.support.loop import run, run_script
from tests.unit.support.scripted import Scripted, call
from tests.unit.support.toy_kinds import HostKind, Vlan

LOST = Uncertain("the connection broke off", "POST", "/things")


def wishes_by_look(script):
    """The number in the body is another one at each look, until there were six."""
    return [call("add", body={"vlan": script.looks}, intent="add it")] if script.looks < 6 else []


class Bodies(Scripted):
    """Keeps the bodies as well."""

    def send(self, call):
        self.bodies = [*getattr(self, "bodies", []), call.body["vlan"]]
        return super().send(call)


def test_what_worked_and_is_not_visible_yet_is_not_sent_with_another_body():
    script = Bodies(StepClock(), wishes_by_look)
    [outcome] = run_script(script)
    assert (outcome.error, outcome.changed, script.bodies) == (None, True, [1])


def test_what_was_lost_is_sent_again_as_it_was():
    def wishes(script):
        return [call("add", body={"vlan": script.looks}, intent="add it")] if len(script.sent) < 2 else []

    script = Bodies(StepClock(), wishes, add=[LOST, None])
    [outcome] = run_script(script)
    assert (outcome.error, script.bodies) == (None, [1, 1])
    assert script.times("add")[1] >= 20.0


def test_what_was_refused_may_be_sent_with_another_body_at_once():
    """Somebody else took that number; the next look knows, and chooses another."""
    script = Bodies(StepClock(), wishes_by_look, add=[refused("VLAN 1 is in use", 409), None])
    [outcome] = run_script(script)
    assert (outcome.error, script.bodies) == (None, [1, 2])


def test_a_number_that_becomes_free_meanwhile_makes_no_second_thing():
    """The creation's answer is lost, reads are late, and somebody else gives back a lower number in between."""

    class LowestFree(HostKind):
        def plan(self, spec, world):
            if self._find(spec, world) is not None:
                return super().plan(spec, world)
            return Change(Action.CREATE, None, {}, None)

        def calls(self, spec, change, world):
            taken = {thing["vlan"] for thing in world["things"]}
            free = next(number for number in range(1, 100) if number not in taken)
            body = {"name": spec.name, "vlan": free}
            return [Call("POST", ("things",), f"make {spec.name}", body, intent=f"make {spec.name}")]

        def observe(self, read, specs, last, answers):
            world = super().observe(read, specs, last, answers)
            if last is not None:
                world["things"] = [thing for thing in world["things"] if thing["vlan"] != 2]
            return world

    api = FakeApi(StepClock(), unique=False, lag=10.0, answer_lost=1.0)
    for number in (1, 2, 3, 4):
        api.make(vlan=number, name=f"old-{number}")
    api.clock.wait(20.0)
    [outcome] = run(LowestFree(), [Vlan(0, "new")], api)
    assert outcome.error is None
    assert [thing["vlan"] for thing in api.things() if thing["name"] == "new"] == [5]
