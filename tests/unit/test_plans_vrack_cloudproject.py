# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of attachments of projects to vRacks."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import LATER, Pending, Ready
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject.kind import AttachmentKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject.spec import AttachmentSpec

from tests.unit.support.cloud import EXT_NET, PROJECT, VRACK, Cloud, address, instance, network
from tests.unit.support.plans import action, blocked, missing, plan, readiness, refusal, requests

KIND = AttachmentKind()
OTHER = "pn-1100043"


def cloud(*things, at=VRACK, tasks=None):
    """A project in a vRack or in none, and a second vRack."""
    made = Cloud(*things, vrack=None)
    made.vracks[OTHER] = {"serviceName": OTHER, "name": "second", "description": ""}
    made.attached = {PROJECT: at} if at else {}
    made.tasks = tasks or {}
    return made


def task(function="addCloudProjectToVrack", status="doing", target=PROJECT, number=7):
    return {number: {"id": number, "function": function, "status": status, "targetDomain": target}}


def wish(vrack="main", state="present", **fields):
    return AttachmentSpec(state, vrack, "running", **fields)


@pytest.mark.parametrize(
    ("spec", "at", "expected"),
    [
        (wish(), None, "create"),
        (wish(), VRACK, "none"),
        (wish(VRACK), VRACK, "none"),
        (wish(move=True), VRACK, "none"),
        (wish("second", move=True), VRACK, "replace"),
        (wish(state="absent"), None, "none"),
        (wish(state="absent"), VRACK, "delete"),
        (wish("second", "absent"), VRACK, "none"),
        (wish("nowhere", "absent"), VRACK, "none"),
    ],
)
def test_what_is_to_be_done(spec, at, expected):
    assert action(KIND, spec, cloud(at=at)) == expected


def test_attaching_and_detaching_are_one_call_each():
    assert requests(KIND, wish(), cloud(at=None)) == [("POST", f"/vrack/{VRACK}/cloudProject", {"project": PROJECT})]
    detach = ("DELETE", f"/vrack/{VRACK}/cloudProject/{PROJECT}", None)
    assert requests(KIND, wish(state="absent"), cloud()) == [detach]


def test_a_move_begins_with_leaving():
    [(method, path, _body)] = requests(KIND, wish("second", move=True), cloud())
    assert (method, path) == ("DELETE", f"/vrack/{VRACK}/cloudProject/{PROJECT}")


def test_a_project_is_not_moved_without_being_told_so():
    problem = refusal(KIND, wish("second"), cloud(), "attach_elsewhere")
    assert VRACK in str(problem)
    assert "move: true" in problem.advice


@pytest.mark.parametrize("spec", [wish(state="absent"), wish("second", move=True)], ids=["absent", "move"])
def test_a_project_with_addresses_in_private_networks_does_not_leave(spec):
    blue = network()
    problem = refusal(KIND, spec, cloud(blue, instance(ipAddresses=[address(blue["id"])])), "attach_in_use")
    assert "web" in str(problem)
    assert action(KIND, spec, cloud(blue, instance(ipAddresses=[address(EXT_NET)]))) in ("delete", "replace")


def test_a_vrack_that_is_not_there_yet_is_missing():
    assert missing(KIND, wish("new"), cloud(at=None)) == ["not_found"]
    assert plan(KIND, wish("new"), cloud(at=None)).after["vrack"] is LATER


def test_any_task_of_the_vrack_is_waited_for():
    """A vRack takes one change at a time, whoever began it."""
    there = cloud(at=None, tasks={VRACK: task(target="b" * 32)})
    assert "task 7" in blocked(KIND, wish(), there)


def test_a_task_that_is_over_holds_up_nothing():
    assert requests(KIND, wish(), cloud(at=None, tasks={VRACK: task(status="done")}))


@pytest.mark.parametrize(("status", "expected"), [("init", Pending), ("doing", Pending), ("done", Ready)])
def test_it_is_ready_when_its_task_is_over(status, expected):
    assert readiness(KIND, wish(), cloud(tasks={VRACK: task(status=status)})) is expected


def test_the_task_of_another_project_is_not_waited_for_when_all_is_done():
    assert readiness(KIND, wish(), cloud(tasks={VRACK: task(target="b" * 32)})) is Ready
