# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found before anything is changed: problems with what was asked for, and check mode's predictions."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import InputProblems, NotFound
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Action, Change, Missing

from tests.unit.support.clock import StepClock
from tests.unit.support.fake_api import FakeApi
from tests.unit.support.loop import run
from tests.unit.support.toy_kinds import HostKind, Vlan, VlanKind


def test_all_problems_come_together_and_nothing_is_sent():
    api = FakeApi(StepClock())
    with pytest.raises(InputProblems) as caught:
        run(VlanKind(), [Vlan(5000), Vlan(1), Vlan(6000), Vlan(2), Vlan(2)], api)
    lines = str(caught.value).splitlines()
    assert lines == [
        "network 5000: 5000 is no VLAN.",
        "network 6000: 6000 is no VLAN.",
        "VLAN 2 stands twice in the list.",
    ]
    assert (api.sent, api.things()) == ([], [])


def test_the_same_holds_in_check_mode():
    api = FakeApi(StepClock())
    with pytest.raises(InputProblems, match="is no VLAN"):
        run(VlanKind(), [Vlan(5000), Vlan(1)], api, check_mode=True)
    assert api.sent == []


def test_what_is_ambiguous_is_never_guessed():
    api = FakeApi(StepClock(), unique=False)
    api.make(vlan=1, name="web")
    api.make(vlan=2, name="web")
    with pytest.raises(InputProblems, match="2 of the name web"):
        run(HostKind(), [Vlan(1, "web", present=False)], api)
    assert len(api.things()) == 2


class OnAMissingNetwork(VlanKind):
    """Everything points at something that isn't there."""

    def plan(self, spec, world):
        missing = Missing(NotFound("no network 'blue'"), "network 'blue' does not exist yet")
        return Change(Action.CREATE, None, {"name": spec.name}, missing=(missing,))


def test_something_missing_is_an_error_in_a_real_run():
    api = FakeApi(StepClock())
    with pytest.raises(InputProblems, match="network 1: no network 'blue'"):
        run(OnAMissingNetwork(), [Vlan(1)], api)
    assert api.sent == []


def test_something_missing_is_a_warning_in_check_mode():
    [outcome] = run(OnAMissingNetwork(), [Vlan(1)], FakeApi(StepClock()), check_mode=True)
    assert (outcome.error, outcome.changed) == (None, True)
    assert outcome.warnings == ("network 'blue' does not exist yet",)


def test_no_items_are_no_work():
    api = FakeApi(StepClock())
    assert run(VlanKind(), [], api) == []
    assert api.sent == []


WISHES = [Vlan(1), Vlan(2, "new"), Vlan(3), Vlan(4, present=False), Vlan(5, present=False)]


def populated():
    api = FakeApi(StepClock(), building=30.0, lag=3.0)
    api.make(vlan=2, name="old")
    api.make(vlan=3, name="net")
    api.make(vlan=4, name="net")
    api.clock.wait(60)
    return api


def test_check_mode_sends_nothing_and_looks_once():
    api = populated()
    before = api.things()
    run(VlanKind(), WISHES, api, check_mode=True)
    assert (api.sent, api.reads, api.things()) == ([], 1, before)


def test_check_mode_says_what_a_real_run_does():
    predicted = run(VlanKind(), WISHES, populated(), check_mode=True)
    done = run(VlanKind(), WISHES, populated())

    def shown(outcomes):
        return [(one.label, one.action, one.changed, one.before, one.after) for one in outcomes]

    assert shown(predicted) == shown(done)
    assert [one.action.value for one in done] == ["create", "update", "none", "delete", "none"]
    assert [one.changed for one in done] == [True, True, False, True, False]


def test_check_mode_fails_where_the_run_would_for_a_thing_that_is_broken():
    for check_mode in (True, False):
        api = FakeApi(StepClock())
        api.make(vlan=7, name="broken")
        [outcome] = run(VlanKind(), [Vlan(7, "broken")], api, check_mode=check_mode)
        assert "network 7: it is in status ERROR. Remove it." in str(outcome.error)
        assert (outcome.changed, api.sent) == (False, [])


def test_outcomes_come_in_the_order_of_the_items():
    specs = [Vlan(number) for number in (9, 3, 7, 1)]
    outcomes = run(VlanKind(), specs, FakeApi(StepClock()))
    assert [outcome.record["vlan"] for outcome in outcomes] == [9, 3, 7, 1]


def test_a_second_run_changes_nothing():
    api = populated()
    run(VlanKind(), WISHES, api)
    sent = len(api.sent)
    outcomes = run(VlanKind(), WISHES, api)
    assert [outcome.changed for outcome in outcomes] == [False] * 5
    assert len(api.sent) == sent
