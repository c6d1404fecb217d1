# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_vrack_cloudproject: attached, moved, and taken out."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.rhythm import three_times
from tests.support.tasks import task as task_of
from tests.support.vracks import service_name, vrack_of, vracks

MODULE = "ovh_vrack_cloudproject"


def task(title: str, /, **options: Any) -> dict[str, Any]:
    return task_of(title, "vrack_cloudproject", **options)


def test_attached(simulator: Simulator) -> None:
    prod, empty = service_name(simulator, "prod"), simulator.project("empty")["id"]
    rhythm = three_times(simulator, MODULE, vrack="prod", project="empty")
    assert rhythm.real.writes == [f"POST /vrack/{prod}/cloudProject"]
    attachment = {"project": empty, "project_name": "empty", "vrack": prod, "vrack_name": "prod"}
    assert rhythm.real.result["attachment"] == attachment
    assert rhythm.real.result["attachments"] == [attachment]
    (diff,) = rhythm.real.result["diff"]
    assert (diff["before"], diff["after"]) == ({}, attachment)
    assert vrack_of(simulator, "empty") == prod


def test_taken_out(simulator: Simulator) -> None:
    auto = vrack_of(simulator, "auto")
    rhythm = three_times(simulator, MODULE, vrack=auto, project="auto", state="absent")
    assert rhythm.real.writes == [f"DELETE /vrack/{auto}/cloudProject/{simulator.project('auto')['id']}"]
    assert rhythm.real.result["attachment"] is None
    (diff,) = rhythm.real.result["diff"]
    assert diff["before"]["vrack"] == auto
    assert diff["after"] == {}
    assert vrack_of(simulator, "auto") is None


@pytest.mark.steady("an answer to DELETE that is lost has it sent again, where no task of it shows yet")
def test_moved(simulator: Simulator) -> None:
    auto, prod, project = vrack_of(simulator, "auto"), service_name(simulator, "prod"), simulator.project("auto")["id"]
    rhythm = three_times(simulator, MODULE, vrack=prod, project=project, move=True)
    assert rhythm.real.writes == [f"DELETE /vrack/{auto}/cloudProject/{project}", f"POST /vrack/{prod}/cloudProject"]
    (diff,) = rhythm.real.result["diff"]
    assert (diff["before"]["vrack"], diff["after"]["vrack"]) == (auto, prod)
    assert diff["after_header"].endswith("(replace)")
    assert vrack_of(simulator, "auto") == prod


def test_refused(simulator: Simulator) -> None:
    """Nothing is changed: elsewhere, in use, ambiguous, unknown, not said; the same in check mode."""
    simulator.make("vrack", name="twin")
    simulator.make("vrack", name="twin")
    auto = vrack_of(simulator, "auto")
    wishes: dict[str, dict[str, Any]] = {
        "elsewhere": {"vrack": "prod", "project": "auto"},
        "in use": {"vrack": "prod", "project": "running", "state": "absent"},
        "moved while in use": {"vrack": auto, "project": "running", "move": True},
        "ambiguous": {"vrack": "twin", "project": "empty"},
        "unknown project": {"vrack": "prod", "project": "emty"},
        "unknown project by id": {"vrack": "prod", "project": "0" * 32},
        "unknown vRack": {"vrack": "prot", "project": "empty"},
        "no project": {"vrack": "prod"},
        "no vRack": {"vrack": "", "project": "empty"},
    }
    tasks = [task(name, **wish) for name, wish in wishes.items()]
    checked = ("elsewhere", "moved while in use", "ambiguous")
    checks = [task("check " + name, **wishes[name], check_mode=True) for name in checked]
    run = run_modules(simulator, tasks + checks)
    assert run.writes == []
    assert all(one.failed and not one.changed for one in run.tasks), run.output
    for one in checks:
        assert run[one["name"]].msg == run[one["name"].removeprefix("check ")].msg
    assert f"is in vRack {auto} (without a name), not in 'prod'" in run["elsewhere"].msg
    assert "move: true" in run["elsewhere"].msg
    for name in ("in use", "moved while in use"):
        assert "prod-1 have addresses in its private networks" in run[name].msg
    assert "fits several vRacks: twin (pn-" in run["ambiguous"].msg
    assert "did you mean empty?" in run["unknown project"].msg
    assert "no project '00000" in run["unknown project by id"].msg
    assert "did you mean prod?" in run["unknown vRack"].msg
    assert "Give project" in run["no project"].msg
    assert "Give vrack" in run["no vRack"].msg


def test_absent_elsewhere_changes_nothing(simulator: Simulator) -> None:
    """In another vRack, in none, or the vRack is not there: the project is not in it, which is what was asked for."""
    run = run_modules(
        simulator,
        [
            task("in another", vrack="prod", project="auto", state="absent"),
            task("in none", vrack="prod", project="empty", state="absent"),
            task("no such vRack", vrack="gone", project="auto", state="absent"),
        ],
    )
    assert [(one.failed, one.changed) for one in run.tasks] == [(False, False)] * 3, run.output
    assert run.writes == []


def test_predicted_for_a_vrack_that_is_predicted(simulator: Simulator) -> None:
    run = run_modules(simulator, [task("check", vrack="net-a", project="empty", check_mode=True)])
    attachment = run["check"].result["attachment"]
    assert run["check"].changed
    assert (attachment["vrack"], attachment["vrack_name"]) == (None, "net-a")
    assert any("does not exist yet" in warning for warning in run["check"].result["warnings"])


@pytest.mark.parametrize(
    ("granted", "rule"), [([], "GET /cloud/project"), (["GET /cloud/*", "GET /vrack", "GET /vrack/*"], "POST /vrack/*")]
)
def test_missing_rights(simulator: Simulator, granted: list[str], rule: str) -> None:
    simulator.rules([dict(zip(("method", "path"), one.split(), strict=True)) for one in granted])
    run = run_modules(simulator, [task("refused", vrack="prod", project="empty")])
    assert run["refused"].failed
    assert not run["refused"].changed
    assert rule in run["refused"].msg
    assert vrack_of(simulator, "empty") is None


def test_without_waiting(simulator: Simulator) -> None:
    """A task that was begun is left alone; a move goes on until its second task is begun."""
    simulator.settings(task_todo=0, task_doing=3600)
    auto, project = vrack_of(simulator, "auto"), simulator.project("auto")["id"]
    run = run_modules(simulator, [task("attach", vrack="prod", project="empty", wait=False)])
    assert run["attach"].changed
    assert not run["attach"].failed, run["attach"].msg
    assert run["attach"].result["attachment"] is None
    assert vrack_of(simulator, "empty") is None

    simulator.advance(7200)
    assert vrack_of(simulator, "empty") == service_name(simulator, "prod")
    simulator.settings(task_doing=20)
    run = run_modules(simulator, [task("move", vrack="prod", project="auto", move=True, wait=False)])
    assert run["move"].changed, run["move"].msg
    assert [write.partition("/")[0].strip() for write in run.writes] == ["DELETE", "POST"]
    assert run.writes[0] == f"DELETE /vrack/{auto}/cloudProject/{project}"
    simulator.advance(300)
    assert vrack_of(simulator, "auto") == service_name(simulator, "prod")


def test_waits_for_tasks_that_are_open(simulator: Simulator) -> None:
    """Another change of the vRack is under way, and the project is on its way out of another one."""
    prod, auto = service_name(simulator, "prod"), vrack_of(simulator, "auto")
    client = simulator.client()
    client.post(f"/vrack/{prod}/cloudProject", project=simulator.project("second")["id"])
    client.delete(f"/vrack/{auto}/cloudProject/{simulator.project('auto')['id']}")
    run = run_modules(simulator, [task("attach", vrack="prod", project="auto", move=True)])
    assert run["attach"].changed, run["attach"].msg
    assert {vrack_of(simulator, "second"), vrack_of(simulator, "auto")} == {prod}
    refused = [call for call in run.journal if (call["status"] or 0) >= 400 and call["method"] != "GET"]
    assert len(refused) <= 1


@pytest.mark.parametrize("listed", [-1, 1], ids=["still listed", "listed no more"])
def test_a_cancelled_task_ends_the_wait(simulator: Simulator, listed: int) -> None:
    """Also one that is only waited for by its own number when that is over."""
    simulator.settings(task_doing=600)
    body = {"function": "addCloudProjectToVrack", "status": "cancelled", "serviceName": None, "targetDomain": None}
    cancelled = {**body, "id": 4711, "todoDate": None, "lastUpdate": None, "orderId": None}
    begun = {**cancelled, "status": "init"}
    prod = service_name(simulator, "prod")
    simulator.fault("status", "POST", f"/vrack/{prod}/cloudProject", status=200, body=begun)
    simulator.fault("status", "GET", f"/vrack/{prod}/task", status=200, body=[4711], skip=1, times=listed)
    simulator.fault("status", "GET", f"/vrack/{prod}/task/4711", status=200, body=begun, times=int(listed > 0))
    simulator.fault("status", "GET", f"/vrack/{prod}/task/4711", status=200, body=cancelled, times=-1)
    run = run_modules(simulator, [task("attach", vrack="prod", project="empty")])
    assert run["attach"].failed
    assert "task 4711 (addCloudProjectToVrack)" in run["attach"].msg
    assert "was cancelled" in run["attach"].msg
    assert vracks(simulator)[prod] == ("prod", "production")
