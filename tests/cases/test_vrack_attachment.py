# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Putting projects into vRacks."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.tasks import task as task_of
from tests.support.vracks import service_name, vrack_of

RANGE = "10.1.0.0/16"


def task(title: str, /, module: str = "vrack_cloudproject", **options: Any) -> dict[str, Any]:
    return task_of(title, module, **options)


def test_C15_a_project_in_the_vrack_it_came_with(simulator: Simulator) -> None:
    """Present vRack and cost of a move are named; told to, the project is moved; the vRack can be adopted as well."""
    auto, project = vrack_of(simulator, "auto"), simulator.project("auto")["id"]
    prod = service_name(simulator, "prod")
    run = run_modules(
        simulator,
        [
            task("refused", vrack="prod", project="auto"),
            task("moved", vrack="prod", project="auto", move=True),
            task("again", vrack="prod", project="auto", move=True),
        ],
    )
    assert run["refused"].writes == []
    assert run["refused"].failed
    assert auto in run["refused"].msg
    assert "its private networks go out of use meanwhile" in run["refused"].msg
    assert run["moved"].changed, run["moved"].msg
    assert run["moved"].writes == [f"DELETE /vrack/{auto}/cloudProject/{project}", f"POST /vrack/{prod}/cloudProject"]
    assert any(call["path"].startswith(f"/vrack/{prod}/task/") for call in run["moved"].calls)
    assert (run["again"].changed, run["again"].writes) == (False, [])
    assert vrack_of(simulator, "auto") == prod

    simulator.reset()
    adopted = run_modules(
        simulator,
        [task("adopt", "vrack", name="net-a", adopt_from="auto"), task("attached", vrack="net-a", project="auto")],
    )
    assert adopted["adopt"].result["vrack"]["service_name"] == auto
    assert not adopted["attached"].changed
    assert adopted.writes == [f"PUT /vrack/{auto}"]


def test_C15_networks_in_use_are_not_moved(simulator: Simulator) -> None:
    """The opt-in does not go so far as to cut connections; the instances are named, and check mode says the same."""
    auto = vrack_of(simulator, "auto")
    wish: dict[str, Any] = {"vrack": auto, "project": "running", "move": True, "wait_timeout": 10}
    run = run_modules(simulator, [task("refused", **wish), task("check", **wish, check_mode=True)])
    for name in ("refused", "check"):
        assert run[name].failed
        assert "prod-1 have addresses in its private networks" in run[name].msg
    assert run.writes == []


def test_C17_a_network_for_a_project_in_no_vrack(simulator: Simulator) -> None:
    """Said before the call that would be refused obscurely; predicted where the attachment is predicted."""
    network = {"project": "empty", "name": "n", "vlan_id": 10}
    run = run_modules(
        simulator,
        [
            {"name": "refused", "ovhcloud.vrack.ovh_private_network": network},
            task("attach", vrack="prod", project="empty", check_mode=True),
            {"name": "predicted", "ovhcloud.vrack.ovh_private_network": network, "check_mode": True},
        ],
    )
    assert run["refused"].failed
    assert "project 'empty' is in no vRack" in run["refused"].msg
    assert "Attach the project first with ovh_vrack_cloudproject" in run["refused"].msg
    assert not run["predicted"].failed, run["predicted"].msg
    assert run["predicted"].changed
    assert run.writes == []


def test_C18_the_vrack_of_a_project(simulator: Simulator) -> None:
    """One request finds it among forty, and none is null; the other way round it is one request as well."""
    for number in range(40):
        simulator.make("vrack", name=f"vrack-{number}")
    prod, running = service_name(simulator, "prod"), simulator.project("running")["id"]
    run = run_modules(
        simulator,
        [
            {"name": "in one", "ovhcloud.vrack.ovh_cloud_project_info": {"project": running}},
            {"name": "in none", "ovhcloud.vrack.ovh_cloud_project_info": {"project": simulator.project("empty")["id"]}},
            {"name": "projects of a vRack", "ovhcloud.vrack.ovh_vrack_info": {"service_name": prod}},
            {"name": "projects of one by name", "ovhcloud.vrack.ovh_vrack_info": {"name": "prod"}},
        ],
    )
    for one in run.tasks:
        assert not one.failed, one.msg
        about_vracks = [call["path"] for call in one.calls if "vrack" in call["path"]]
        assert len(about_vracks) == (2 if one.task.startswith("projects of") else 1), about_vracks
    (found,) = run["in one"].result["projects"]
    assert found["vrack"] == {"service_name": prod, "name": "prod"}
    (found,) = run["in none"].result["projects"]
    assert found["vrack"] is None
    for name in ("projects of a vRack", "projects of one by name"):
        (found,) = run[name].result["vracks"]
        assert (found["service_name"], found["projects"]) == (prod, [running])


def test_C19_the_list_of_allowed_services_is_not_asked_for(simulator: Simulator) -> None:
    """It may end in a 504 on a big vRack."""
    simulator.fault("status", "GET", "/vrack/*/allowedServices", status=504, body={"message": "Timeout"}, times=-1)
    simulator.fault("status", "GET", "/vrack/*/eligibleServices", status=504, body={"message": "Timeout"}, times=-1)
    run = run_modules(simulator, [task("attach", vrack="prod", project="empty")])
    assert [call["path"] for call in run.journal if "Services" in call["path"]] == []
    assert run["attach"].changed, run["attach"].msg
    assert vrack_of(simulator, "empty") == service_name(simulator, "prod")


def two_ranges(simulator: Simulator, vlan: int = 0, start: str = "10.1.0.2", end: str = "10.1.0.99") -> str:
    """Project `auto`, in its own vRack, has VLAN 0 with the range; project `second`, in none, what the options say."""
    simulator.settings(detach_with_networks=True)
    auto = str(vrack_of(simulator, "auto"))
    simulator.make("network", project="auto", name="mine", vlan=0, regions=["GRA11"])
    pool = {"cidr": RANGE, "start": "10.1.0.2", "end": "10.1.0.99"}
    simulator.make("subnet", project="auto", network="mine", region="GRA11", **pool)
    second = simulator.project("second")["id"]
    simulator.client().post(f"/vrack/{auto}/cloudProject", project=second)
    simulator.advance(60)
    simulator.make("network", project="second", name="theirs", vlan=vlan, regions=["SBG5"])
    simulator.make("subnet", project="second", network="theirs", region="SBG5", **{**pool, "start": start, "end": end})
    simulator.client().delete(f"/vrack/{auto}/cloudProject/{second}")
    simulator.advance(60)
    return auto


def test_C20_two_projects_with_the_same_range(simulator: Simulator) -> None:
    """Warned of with both networks, VLAN and range, or refused if told so; by reading only, and only when attaching."""
    auto = two_ranges(simulator)
    wish: dict[str, Any] = {"vrack": auto, "project": "second"}
    run = run_modules(
        simulator,
        [
            task("refused", **wish, refuse_overlap=True),
            task("refused check", **wish, refuse_overlap=True, check_mode=True),
            task("check", **wish, check_mode=True),
            task("warned", **wish),
            task("again", **wish, refuse_overlap=True),
        ],
    )
    assert run["refused"].writes == []
    assert run["refused"].failed
    assert run["refused check"].msg == run["refused"].msg
    for text in (run["refused"].msg, *run["check"].result["warnings"], *run["warned"].result["warnings"]):
        assert "network 'theirs' of project 'second'" in text
        assert "network 'mine' of project 'auto'" in text
        assert f"VLAN 0, {RANGE}" in text
    assert len(run["warned"].result["warnings"]) == 1
    assert run["warned"].changed
    assert run["warned"].writes == [f"POST /vrack/{auto}/cloudProject"]
    assert not run["again"].failed, run["again"].msg
    assert not run["again"].changed
    assert not any("/network/" in call["path"] for call in run["again"].calls)


def test_C20_ranges_that_do_not_meet(simulator: Simulator) -> None:
    """Another VLAN, or addresses of its own in the same one, is what people share a vRack for: no word of it."""
    for place in ({"vlan": 7}, {"start": "10.1.0.100", "end": "10.1.0.200"}):
        simulator.reset()
        auto = two_ranges(simulator, **place)
        run = run_modules(simulator, [task("attach", vrack=auto, project="second", refuse_overlap=True)])
        assert run["attach"].changed, run["attach"].msg
        assert run["attach"].result.get("warnings", []) == []


def test_C20_moving_looks_as_well(simulator: Simulator) -> None:
    """A project that is moved brings its networks into the other vRack."""
    auto = two_ranges(simulator)
    other = simulator.make("vrack", name="other", projects=[simulator.project("second")["id"]])["service_name"]
    wish: dict[str, Any] = {"vrack": auto, "project": "second", "move": True}
    run = run_modules(simulator, [task("refused", **wish, refuse_overlap=True), task("warned", **wish)])
    assert run["refused"].writes == []
    assert run["refused"].failed
    assert vrack_of(simulator, "second") == auto != other
    assert "VLAN 0" in run["warned"].result["warnings"][0]


def test_C20_a_subnet_looks_at_its_neighbours(simulator: Simulator) -> None:
    """A subnet whose range another project of the vRack has in the same VLAN is warned of, in check mode too; once."""
    auto = two_ranges(simulator, start="10.1.0.2", end="10.1.0.50")
    simulator.client().post(f"/vrack/{auto}/cloudProject", project=simulator.project("second")["id"])
    simulator.advance(60)
    wish = {"project": "second", "network": "theirs", "region": "GRA11", "cidr": RANGE}
    simulator.make("network", project="second", name="apart", vlan=7, regions=["GRA11"])
    activate = {"project": "second", "name": "theirs", "regions": ["GRA11", "SBG5"]}
    same = {**wish, "start": "10.1.0.90", "end": "10.1.0.95"}
    other = {**wish, "start": "10.1.0.100", "end": "10.1.0.120"}
    simulator.make("network", project="running", name="elsewhere", vlan=0, regions=["GRA11"])
    run = run_modules(
        simulator,
        [
            {"name": "region", "ovhcloud.vrack.ovh_private_network": activate},
            task("elsewhere", "subnet", diff=True, **{**same, "project": "running", "network": "elsewhere"}),
            task("apart", "subnet", diff=True, **{**same, "network": "apart"}),
            {**task("beside", "subnet", diff=True, **other), "check_mode": True},
            {**task("check", "subnet", diff=True, **same), "check_mode": True},
            task("warned", "subnet", diff=True, **same),
            task("again", "subnet", diff=True, **same),
        ],
    )
    assert [name for name in ("elsewhere", "apart", "warned") if not run[name].changed] == []
    told = {name: run[name].result.get("warnings", []) for name in ("elsewhere", "apart", "beside", "check", "warned")}
    assert told["check"] == told["warned"]
    [text] = told["warned"]
    assert "network 'theirs' of project 'second' and network 'mine' of project 'auto'" in text
    assert f"both give out 10.1.0.90 to 10.1.0.95 (VLAN 0, {RANGE})" in text
    assert told["elsewhere"] == told["apart"] == told["beside"] == []
    assert (run["again"].changed, run["again"].result.get("warnings", [])) == (False, [])
    assert not any(call["path"].endswith("/vrack") for call in run["again"].calls)


def test_C20_networks_that_cannot_be_read(simulator: Simulator) -> None:
    """A project of the vRack that the key may not look into does not keep another from being attached: it is told."""
    auto = two_ranges(simulator)
    body = {"class": "Client::Forbidden", "message": "User not granted for this request"}
    path = f"/cloud/project/{simulator.project('auto')['id']}/network/private"
    simulator.fault("status", "GET", path, status=403, body=body, times=-1)
    run = run_modules(simulator, [task("attach", vrack=auto, project="second")])
    assert run["attach"].changed, run["attach"].msg
    assert "the networks of project 'auto' cannot be read" in run["attach"].result["warnings"][0]


def test_C16_a_project_that_is_just_leaving_another_vrack(simulator: Simulator) -> None:
    """Its way out is waited for, then it is put where it is wanted: no error that names the vRack it leaves."""
    simulator.settings(task_init=30, task_todo=30, task_doing=60)
    auto, prod = vrack_of(simulator, "auto"), service_name(simulator, "prod")
    project = simulator.project("auto")["id"]
    simulator.client().delete(f"/vrack/{auto}/cloudProject/{project}")
    # It leaves once the second task has seen where it is and that it is leaving.
    simulator.clock(speed=0)
    simulator.hold("GET", f"/cloud/project/{project}/vrack", where="after", skip=1)

    def go_on() -> None:
        simulator.held(1, timeout=120)
        seen = simulator.last()
        simulator.release()
        while not any(one["path"].startswith(f"/vrack/{auto}/task/") for one in simulator.journal(seen)):
            time.sleep(0.05)
        simulator.clock(speed=60)

    check = task("check", vrack="prod", project="auto", check_mode=True)
    with ThreadPoolExecutor(1) as leaving:
        left = leaving.submit(go_on)
        run = run_modules(simulator, [check, task("attach", vrack="prod", project="auto")])
        left.result()
    assert not run["check"].failed, run["check"].msg
    assert not run["attach"].failed, run["attach"].msg
    assert run["check"].changed
    assert run["attach"].changed
    assert [call["status"] for call in run.journal if call["method"] == "POST" and "/vrack/" in call["path"]] == [200]
    assert vrack_of(simulator, "auto") == prod
