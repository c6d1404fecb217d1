# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was approved is what happens: a plan that is held against an earlier one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import InputProblem
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import LATER, Action
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.approval import WITHIN, check_approved
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.model import Item, Plan, to_data

WEB = {"id": LATER, "name": "web", "interfaces": [{"network": "blue", "ip": LATER}]}
MADE = Item("instance", "instance 'web'", Action.CREATE, None, WEB)
THERE = {"id": "i-1", "name": "web", "interfaces": []}


def plan(*items: Item, **changes: Any) -> Plan:
    return replace(Plan("present", "p", items), **changes)


def saved(*items: Item, **changes: Any) -> Any:
    """As it comes from a file."""
    return json.loads(json.dumps(to_data(plan(*items, **changes))))


def refusal(now: Plan, approved: Any) -> str:
    """The message's code and text, or nothing."""
    try:
        check_approved(now, approved)
    except InputProblem as problem:
        return f"{problem.code}: {problem.what}"
    return ""


def test_the_same_plan_is_within_it() -> None:
    assert refusal(plan(MADE), saved(MADE)) == ""


def test_less_is_within_it() -> None:
    """Something was done meanwhile."""
    assert refusal(plan(), saved(MADE)) == ""


def test_the_rest_of_what_was_approved_is_within_it() -> None:
    """The instance is there, and on none of its networks yet."""
    rest = replace(MADE, action=Action.UPDATE, before=THERE, after={**WEB, "id": "i-1"})
    assert refusal(plan(rest), saved(MADE)) == ""


def test_what_it_does_not_hold_is_refused_by_name() -> None:
    other = replace(MADE, name="instance 'db'")
    assert refusal(plan(MADE, other), saved(MADE)) == (
        "plan_moved: what is to be done now goes beyond the plan that was approved: instance 'db': create was not in it"
    )


@pytest.mark.parametrize("action", [one for one in Action if one is not Action.NONE])
@pytest.mark.parametrize("approved", [one for one in Action if one is not Action.NONE])
def test_another_action_is_refused(action: Action, approved: Action) -> None:
    now, then = replace(MADE, action=action), replace(MADE, action=approved)
    assert (refusal(plan(now), saved(then)) == "") is (approved.value in WITHIN[action.value])
    assert action is not Action.DELETE or approved in (Action.DELETE, Action.REPLACE) or refusal(plan(now), saved(then))


@pytest.mark.parametrize(
    "after",
    [
        {**WEB, "name": "web-2"},
        {**WEB, "interfaces": []},
        {**WEB, "interfaces": [{"network": "red", "ip": LATER}]},
        {**WEB, "flavor": "b3-256"},
    ],
)
def test_another_outcome_is_refused(after: dict[str, Any]) -> None:
    assert refusal(plan(replace(MADE, after=after)), saved(MADE)).startswith("plan_moved")


def test_what_was_unknown_then_may_be_anything() -> None:
    known = {"id": "i-1", "name": "web", "interfaces": [{"network": "blue", "ip": "10.0.0.7"}]}
    assert refusal(plan(replace(MADE, after=known)), saved(MADE)) == ""


@pytest.mark.parametrize("changes", [{"state": "absent"}, {"project": "q"}])
def test_a_plan_for_something_else_is_refused(changes: dict[str, str]) -> None:
    assert refusal(plan(MADE), saved(MADE, **changes)).startswith("plan_of_another")


@pytest.mark.parametrize("approved", [None, [], "text", {}, {"version": 1}, {"version": 1, "changes": ["x"]}])
def test_what_is_no_plan_is_refused(approved: Any) -> None:
    assert refusal(plan(MADE), approved).startswith("plan_unreadable")


def test_a_plan_of_another_version_is_refused() -> None:
    assert refusal(plan(MADE), {**saved(MADE), "version": 2}).startswith("plan_unreadable")
