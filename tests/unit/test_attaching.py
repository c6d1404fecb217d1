# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects that come and go, over the simulator: what is under way is waited for, and nothing begun that cannot end."""

from __future__ import annotations

import pytest

from tests.unit.support.ordering import Ordering


@pytest.fixture
def account(sim):
    sim.settings(task_init=2, task_todo=2, task_doing=20)
    return Ordering(sim)


def detach(account, project):
    """Somebody else takes it out; the task is under way."""
    place = account.vrack_of(project)
    account.sim.client().delete(f"/vrack/{place}/cloudProject/{account.sim.project(project)['id']}")
    return place


def blue(account, project="auto"):
    account.sim.make("network", project=project, name="blue", vlan=7, regions=["GRA11"])
    return account.sim.project(project)["networks"][-1]["id"]


def instance_on(account, project, network):
    return account.sim.make("instance", project=project, name="web", region="GRA11", networks=[network])["id"]


def test_a_project_that_is_coming_into_the_vrack_is_waited_for(account):
    prod = account.named("prod")[0]
    account.sim.client().post(f"/vrack/{prod}/cloudProject", project=account.sim.project("empty")["id"])
    run = account.attach("prod", "empty")
    assert (run.failed, run.changed, run.writes) == (False, False, [])
    assert account.vrack_of("empty") == prod


@pytest.mark.parametrize("shown", [0, 5], ids=["over is 404", "over is done for a while"])
@pytest.mark.parametrize("move", [False, True])
def test_tasks_end_in_either_way(account, shown, move):
    account.sim.settings(task_done_shown=shown)
    project = "auto" if move else "empty"
    run = account.attach("prod", project, move=move)
    assert (run.failed, run.changed) == (False, True), run.msg
    assert account.vrack_of(project) == account.named("prod")[0]


def test_a_project_that_is_leaving_the_very_vrack_is_put_back(account):
    place = detach(account, "auto")
    run = account.attach(place, "auto")
    assert (run.failed, run.changed) == (False, True), run.msg
    assert run.writes == [f"POST /vrack/{place}/cloudProject"]
    assert account.vrack_of("auto") == place


def test_a_project_that_is_leaving_already_is_waited_for(account):
    place = detach(account, "auto")
    run = account.attach(place, "auto", state="absent")
    assert (run.failed, run.changed, run.writes) == (False, False, []), run.msg
    assert account.vrack_of("auto") is None


def test_check_mode_says_the_same_of_a_project_that_is_leaving(account):
    place = detach(account, "auto")
    assert account.attach("prod", "auto", check_mode=True).outcome.action == "create"
    assert account.attach(place, "auto", "absent", check_mode=True).outcome.action == "none"


def test_a_move_waits_until_the_other_vrack_is_free_before_it_leaves_the_first(account):
    prod = account.named("prod")[0]
    account.sim.client().post(f"/vrack/{prod}/cloudProject", project=account.sim.project("second")["id"])
    left_at = []

    def watched(send):
        def sending(call):
            if call.method == "DELETE":
                left_at.append(account.vrack_of("second"))
            return send(call)

        return sending

    run = account.attach("prod", "auto", move=True, send=watched)
    assert not run.failed, run.msg
    assert left_at == [prod]
    assert account.vrack_of("auto") == prod


def test_a_move_whose_second_half_is_refused_says_where_the_project_is(account):
    first, prod = account.vrack_of("auto"), account.named("prod")[0]
    body = {"class": "Client::Forbidden", "message": "User not granted for this request"}
    account.sim.fault("status", "POST", f"/vrack/{prod}/cloudProject", status=403, body=body, times=-1)
    run = account.attach("prod", "auto", move=True)
    assert (run.code, run.changed) == ("attach_left_out", True)
    assert first in run.msg
    assert "It is in no vRack now" in run.msg
    assert "not granted" in run.msg
    account.sim.clear_faults()
    again = account.attach("prod", "auto", move=True)
    assert (again.failed, again.changed) == (False, True)


# Networks that are left


def test_networks_that_are_left_are_named_where_they_hold_the_project(account):
    blue(account)
    begun = account.clock.now()
    run = account.attach(account.vrack_of("auto"), "auto", state="absent")
    assert run.code == "attach_stays"
    assert "its private networks: blue" in run.msg
    assert "has private networks" in run.msg
    assert account.clock.now() - begun < 600
    assert account.vrack_of("auto") is not None


def test_networks_that_are_left_do_not_matter_where_ovhcloud_does_not_mind(account):
    account.sim.settings(detach_with_networks=True)
    blue(account)
    run = account.attach("prod", "auto", move=True)
    assert (run.failed, run.changed) == (False, True), run.msg


# Instances that are going


@pytest.mark.parametrize("with_networks", [True, False])
def test_an_instance_that_is_going_is_waited_for(account, with_networks):
    account.sim.settings(detach_with_networks=with_networks, instance_deleting=300, port_release_after_delete=60)
    network = blue(account)
    account.sim.make("subnet", project="auto", network="blue", region="GRA11", cidr="10.0.0.0/24")
    client, project = account.sim.client(), account.sim.project("auto")["id"]
    made = instance_on(account, "auto", network)
    account.sim.advance(300)
    place = account.vrack_of("auto")
    assert account.attach(place, "auto", "absent").code == "attach_in_use"
    client.delete(f"/cloud/project/{project}/instance/{made}")
    assert account.attach(place, "auto", "absent", check_mode=True).outcome.action == "delete"
    run = account.attach(place, "auto", "absent")
    assert run.failed != with_networks, run.msg
    assert run.code in ("", "attach_stays")
    assert (account.vrack_of("auto") is None) == with_networks
