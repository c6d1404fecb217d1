# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of vRacks."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Ambiguous, NotFound
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import LATER
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.kind import VrackKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.record import find_vrack
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.spec import VrackSpec

from tests.unit.support.cloud import OTHER_PROJECT, PROJECT, VRACK, Cloud
from tests.unit.support.plans import action, blocked, plan, refusal, requests

KIND = VrackKind()
OTHER = "pn-1100043"


def cloud(*, name="main", description="", attached=(), other=None):
    """One vRack of that name, perhaps a second, and what is in the first."""
    made = Cloud(vrack=None)
    made.vracks = {VRACK: {"serviceName": VRACK, "name": name, "description": description}}
    if other is not None:
        made.vracks[OTHER] = {"serviceName": OTHER, "name": other, "description": ""}
    made.attached = dict.fromkeys(attached, VRACK)
    return made


def wish(name="main", state="present", **fields):
    return VrackSpec(state, name, **fields)


UNNAMED = cloud(name="", attached=[PROJECT])


@pytest.mark.parametrize(
    ("spec", "there", "expected"),
    [
        (wish(), cloud(), "none"),
        (wish("new"), cloud(), "create"),
        (wish("Main"), cloud(), "create"),
        (wish(description="of the shop"), cloud(), "update"),
        (wish(description=""), cloud(description="of the shop"), "update"),
        (wish(description=None), cloud(description="of the shop"), "none"),
        (wish(None, service_name=VRACK), cloud(), "none"),
        (wish("new", service_name=VRACK), cloud(), "update"),
        (wish("new", adopt_from="running"), UNNAMED, "update"),
        (wish("new", adopt_from="running"), cloud(), "create"),
        (wish("main", adopt_from="running"), cloud(attached=[PROJECT]), "none"),
        (wish(state="absent"), cloud(), "delete"),
        (wish("new", state="absent"), cloud(), "none"),
        (wish(None, service_name=VRACK, state="absent"), cloud(), "delete"),
        (wish(None, service_name="pn-9", state="absent"), cloud(), "none"),
    ],
)
def test_what_is_to_be_done(spec, there, expected):
    assert action(KIND, spec, there) == expected


def test_an_order_is_predicted_without_a_service_name():
    after = plan(KIND, wish("new", description="of the shop"), cloud()).after
    assert after == {"service_name": LATER, "name": "new", "description": "of the shop"}


def test_name_and_description_are_set_together():
    spec = wish("new", service_name=VRACK)
    body = {"name": "new", "description": "of the shop"}
    assert requests(KIND, spec, cloud(description="of the shop")) == [("PUT", f"/vrack/{VRACK}", body)]


def test_adoption_is_a_new_name_and_no_order():
    [(method, path, body)] = requests(KIND, wish("new", adopt_from="running"), UNNAMED)
    assert (method, path, body["name"]) == ("PUT", f"/vrack/{VRACK}", "new")


@pytest.mark.parametrize("state", ["present", "absent"])
def test_nothing_is_ordered_or_ended_on_the_first_look(state):
    """What other runs have begun is looked for first."""
    assert blocked(KIND, wish("new" if state == "present" else "main", state), cloud())


# Refusals


@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_of_a_name_are_not_guessed(state):
    problem = refusal(KIND, wish(state=state), cloud(other="main"), "ambiguous")
    assert isinstance(problem, Ambiguous)
    assert VRACK in str(problem)
    assert OTHER in str(problem)


def test_a_service_name_that_nothing_has():
    problem = refusal(KIND, wish(None, service_name="pn-1100044"), cloud(), "vrack_service_unknown")
    assert isinstance(problem, NotFound)
    assert VRACK in str(problem)


def test_a_vrack_with_another_name_is_not_adopted():
    problem = refusal(KIND, wish("new", adopt_from="running"), cloud(attached=[PROJECT]), "vrack_elsewhere")
    assert "'main'" in str(problem)


def test_an_unnamed_vrack_that_holds_other_projects_is_not_adopted():
    there = cloud(name="", attached=[PROJECT, OTHER_PROJECT])
    problem = refusal(KIND, wish("new", adopt_from="running"), there, "vrack_adopted_by_others")
    assert OTHER_PROJECT in str(problem)


def test_a_vrack_that_holds_projects_is_not_ended():
    problem = refusal(KIND, wish(state="absent"), cloud(attached=[PROJECT]), "vrack_holds")
    assert PROJECT in str(problem)


# References


@pytest.mark.parametrize("ref", ["main", VRACK])
def test_a_vrack_is_found_by_name_or_service_name(ref):
    assert find_vrack(cloud(other="second"), ref).service_name == VRACK


@pytest.mark.parametrize("ref", ["mian", "pn-1"])
def test_what_is_not_found_is_told_with_near_names(ref):
    with pytest.raises(NotFound, match="main"):
        find_vrack(cloud(), ref)
