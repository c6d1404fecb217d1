# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_vrack_info and ovh_cloud_project_info: looked up, and nothing changed."""

from __future__ import annotations

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import TaskRun
from tests.support.tasks import task
from tests.support.vracks import service_name, vrack_of


def reads(one: TaskRun) -> list[str]:
    return [call["path"] for call in one.calls if not call["path"].startswith("/auth/")]


def test_vracks(simulator: Simulator) -> None:
    prod, auto = service_name(simulator, "prod"), vrack_of(simulator, "auto")
    run = run_modules(
        simulator,
        [
            task("all", "vrack_info"),
            task("check", "vrack_info", check_mode=True),
            task("by name", "vrack_info", name="prod"),
            task("by service name", "vrack_info", service_name=auto),
            task("both, which exclude each other", "vrack_info", service_name=auto, name="prod"),
            task("none by name", "vrack_info", name="gone"),
            task("none by service name", "vrack_info", service_name="pn-1"),
        ],
    )
    assert not any(one.failed or one.changed for one in run.tasks), run.output
    assert run.writes == []
    everything = run["all"].result["vracks"]
    assert [one["service_name"] for one in everything] == sorted([prod, auto])
    assert {one["service_name"]: one["projects"] for one in everything} == {
        prod: [simulator.project("running")["id"]],
        auto: [simulator.project("auto")["id"]],
    }
    assert run["check"].result["vracks"] == everything
    (by_name,) = run["by name"].result["vracks"]
    assert (by_name["service_name"], by_name["description"]) == (prod, "production")
    (by_service_name,) = run["by service name"].result["vracks"]
    assert (by_service_name["service_name"], by_service_name["name"]) == (auto, "")
    assert reads(run["by service name"]) == [f"/vrack/{auto}", f"/vrack/{auto}/cloudProject"]
    for name in ("both, which exclude each other", "none by name", "none by service name"):
        assert run[name].result["vracks"] == []


def test_projects(simulator: Simulator) -> None:
    run = run_modules(
        simulator,
        [
            task("all", "cloud_project_info"),
            task("by description", "cloud_project_info", project="running"),
            task("by id", "cloud_project_info", project=simulator.project("empty")["id"]),
            task("unknown", "cloud_project_info", project="emty"),
            task("unknown id", "cloud_project_info", project="f" * 32),
        ],
    )
    assert run.writes == []
    assert not any(one.changed for one in run.tasks)
    assert [one["description"] for one in run["all"].result["projects"]] == ["auto", "empty", "running", "second"]
    (running,) = run["by description"].result["projects"]
    assert running == {
        "id": simulator.project("running")["id"],
        "description": "running",
        "status": "ok",
        "vrack": {"service_name": service_name(simulator, "prod"), "name": "prod"},
    }
    (empty,) = run["by id"].result["projects"]
    assert empty["vrack"] is None
    assert run["unknown"].failed
    assert "did you mean empty?" in run["unknown"].msg
    assert run["unknown id"].failed


def test_an_account_with_nothing(simulator: Simulator) -> None:
    for route in ("/vrack", "/cloud/project"):
        simulator.fault("status", "GET", route, status=200, body=[], times=-1)
    run = run_modules(simulator, [task("vRacks", "vrack_info"), task("projects", "cloud_project_info")])
    assert (run["vRacks"].result["vracks"], run["projects"].result["projects"]) == ([], [])


def test_missing_rights(simulator: Simulator) -> None:
    simulator.rules([])
    run = run_modules(simulator, [task("vRacks", "vrack_info"), task("projects", "cloud_project_info")])
    assert all(one.failed for one in run.tasks)
    assert "GET /vrack" in run["vRacks"].msg
    assert "GET /cloud/project" in run["projects"].msg
