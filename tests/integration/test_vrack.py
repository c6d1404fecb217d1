# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_vrack: found, adopted, ordered, changed and ended."""

from __future__ import annotations

import re
from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.rhythm import assert_predicted, three_times
from tests.support.tasks import task as task_of
from tests.support.vracks import order_services, service_name, vracks

MODULE = "ovhcloud.vrack.ovh_vrack"
AN_ORDER = [
    r"POST /order/cart",
    r"POST /order/cart/[-0-9a-f]+/assign",
    r"POST /order/cart/[-0-9a-f]+/vrack",
    r"POST /order/cart/[-0-9a-f]+/checkout",
    r"POST /me/order/\d+/payWithRegisteredPaymentMean",
    r"PUT /vrack/pn-\d+",
    r"DELETE /order/cart/[-0-9a-f]+",
]


def task(title: str, /, **options: Any) -> dict[str, Any]:
    return task_of(title, "vrack", **options)


def test_ordered_where_there_is_none(simulator: Simulator) -> None:
    before = vracks(simulator)
    rhythm = three_times(simulator, "ovh_vrack", name="net-a", description="first")
    assert len(rhythm.real.writes) == len(AN_ORDER)
    for write, pattern in zip(rhythm.real.writes, AN_ORDER, strict=True):
        assert re.fullmatch(pattern, write)
    assert rhythm.check.result["vrack"] == {"service_name": None, "name": "net-a", "description": "first"}
    (diff,) = rhythm.real.result["diff"]
    assert (diff["before_header"], diff["after_header"]) == ("vRack 'net-a'", "vRack 'net-a' (create)")
    assert diff["before"] == {}
    assert diff["after"] == {"service_name": "(known after apply)", "name": "net-a", "description": "first"}

    made = rhythm.real.result["vrack"]
    assert vracks(simulator) == {**before, made["service_name"]: ("net-a", "first")}
    assert rhythm.real.result["vracks"] == [made]
    assert rhythm.again.result["vrack"] == made
    assert not any("/order" in call["path"] for call in rhythm.again.calls)
    state = simulator.state()
    assert len(state["orders"]) == 1
    assert state["carts"] == {}


def test_changed_and_renamed(simulator: Simulator) -> None:
    prod = service_name(simulator, "prod")
    rhythm = three_times(simulator, "ovh_vrack", name="prod", description="other")
    assert rhythm.real.writes == [f"PUT /vrack/{prod}"]
    (diff,) = rhythm.real.result["diff"]
    assert diff["before"] == {"service_name": prod, "name": "prod", "description": "production"}
    assert diff["after"] == {"service_name": prod, "name": "prod", "description": "other"}

    run = run_modules(
        simulator,
        [
            task("no description keeps it", name="prod"),
            task("an empty one takes it away", service_name=prod, description=""),
            task("renamed by service name", service_name=prod, name="backbone", diff=True),
            task("found by the new name", name="backbone", description=""),
        ],
    )
    assert [one.changed for one in run.tasks] == [False, True, True, False], run.output
    assert run.writes == [f"PUT /vrack/{prod}"] * 2
    (diff,) = run["renamed by service name"].result["diff"]
    assert (diff["before"]["name"], diff["after"]["name"]) == ("prod", "backbone")
    assert vracks(simulator)[prod] == ("backbone", "")


def test_adopted_from_a_project(simulator: Simulator) -> None:
    (automatic,) = [one for one, (name, _description) in vracks(simulator).items() if not name]
    rhythm = three_times(simulator, "ovh_vrack", name="net-a", adopt_from="auto")
    assert rhythm.real.writes == [f"PUT /vrack/{automatic}"]
    assert rhythm.real.result["vrack"] == {"service_name": automatic, "name": "net-a", "description": ""}
    assert rhythm.again.result["vrack"]["service_name"] == automatic
    assert len(vracks(simulator)) == 2


def test_not_adopted(simulator: Simulator) -> None:
    """A named vRack, one that holds more, and where there is none: the last is ordered."""
    simulator.make("vrack", projects=[simulator.project("empty")["id"], simulator.project("second")["id"]])
    run = run_modules(
        simulator,
        [
            task("named", name="net-a", adopt_from="running"),
            task("shared", name="net-a", adopt_from="empty"),
            task("shared in check mode", name="net-a", adopt_from="empty", check_mode=True),
            task("no such project", name="net-a", adopt_from="runing"),
        ],
    )
    assert all(one.failed and not one.changed for one in run.tasks), run.output
    assert run.writes == []
    assert f"is in vRack {service_name(simulator, 'prod')} ('prod')" in run["named"].msg
    assert f"also holds project 'second' ({simulator.project('second')['id']})" in run["shared"].msg
    assert run["shared in check mode"].msg == run["shared"].msg
    assert "did you mean running?" in run["no such project"].msg


def test_ordered_where_the_project_is_in_none(simulator: Simulator) -> None:
    rhythm = three_times(simulator, "ovh_vrack", name="net-a", adopt_from="second")
    assert "checkout" in " ".join(rhythm.real.writes)
    assert service_name(simulator, "net-a") == rhythm.again.result["vrack"]["service_name"]


def test_ended(simulator: Simulator) -> None:
    old = simulator.make("vrack", name="old")["service_name"]
    rhythm = three_times(simulator, "ovh_vrack", name="old", state="absent")
    assert rhythm.real.writes == [f"POST /vrack/{old}/terminate", f"POST /vrack/{old}/confirmTermination"]
    assert rhythm.real.result["vrack"] is None
    assert rhythm.real.result["vracks"] == []
    (diff,) = rhythm.real.result["diff"]
    assert diff["before"] == {"service_name": old, "name": "old", "description": ""}
    assert diff["after"] == {}
    assert old not in vracks(simulator)


def test_ambiguous_name(simulator: Simulator) -> None:
    first, second = (simulator.make("vrack", name="twin")["service_name"] for _number in range(2))
    run = run_modules(
        simulator,
        [
            task("present", name="twin", description="x"),
            task("absent", name="twin", state="absent"),
            task("check", name="twin", description="x", check_mode=True),
            task("by service name", service_name=first, description="x"),
        ],
    )
    for name in ("present", "absent", "check"):
        assert run[name].failed
        assert first in run[name].msg
        assert second in run[name].msg
        assert run[name].writes == []
    assert run["by service name"].writes == [f"PUT /vrack/{first}"]


def test_bad_input(simulator: Simulator) -> None:
    run = run_modules(
        simulator,
        [
            task("neither", description="x"),
            task("empty", name="", service_name=""),
            task("unknown service name", service_name="pn-1"),
            task("unknown to end", service_name="pn-1", state="absent"),
            task("unknown in check mode", service_name="pn-1", check_mode=True),
        ],
    )
    assert run.writes == []
    assert not any(one.changed for one in run.tasks)
    assert [one.failed for one in run.tasks] == [True, True, True, False, True], run.output
    assert "name, service_name" in run["neither"].msg
    assert "Give name or service_name" in run["empty"].msg
    assert "no vRack has the service name 'pn-1'" in run["unknown service name"].msg
    assert run["unknown in check mode"].msg == run["unknown service name"].msg


READS = ["GET /vrack", "GET /vrack/*", "GET /cloud/project", "GET /cloud/project/*"]
READS_OF_ORDERS = ["GET /me", "GET /order/cart", "GET /order/cart/*", "GET /me/order", "GET /me/order/*"]


@pytest.mark.parametrize(
    ("granted", "options", "rule"),
    [
        ([], {"name": "prod"}, "GET /vrack"),
        (READS, {"name": "prod", "description": "x"}, "PUT /vrack/*"),
        (["GET /auth/currentCredential", *READS], {"name": "prod", "description": "x"}, "PUT /vrack/*"),
        (READS, {"name": "net-a"}, "GET /order/cart"),
        (READS + READS_OF_ORDERS, {"name": "net-a"}, "POST /order/cart/*/assign"),
        (READS, {"name": "old", "state": "absent"}, "POST /vrack/*/terminate"),
    ],
)
def test_missing_rights(simulator: Simulator, granted: list[str], options: dict[str, Any], rule: str) -> None:
    simulator.make("vrack", name="old")
    simulator.rules([dict(zip(("method", "path"), one.split(), strict=True)) for one in granted])
    run = run_modules(simulator, [task("refused", **options)])
    assert run["refused"].failed
    assert not run["refused"].changed
    assert rule in run["refused"].msg
    assert len(simulator.state()["orders"]) == 0
    assert vracks(simulator)[service_name(simulator, "prod")] == ("prod", "production")


def test_without_waiting(simulator: Simulator) -> None:
    """The order is placed and paid, and its id and status told; the next run gives the vRack its name."""
    simulator.settings(order_checking=1800, order_delivering=1800)
    started = task("started", name="net-a", description="x", wait=False)
    run = run_modules(simulator, [started, task("again", name="net-a", description="x", wait=False)])
    (order,) = simulator.state()["orders"].values()
    for name in ("started", "again"):
        assert not run[name].failed, run.output
        assert run[name].result["order_id"] == order["order_id"]
        assert run[name].result["vrack"] is None
    assert run["started"].changed
    assert run["started"].result["order_status"] in ("checking", "delivering")
    assert (run["again"].changed, run["again"].writes) == (False, [])

    simulator.advance(7200)
    run = run_modules(simulator, [task("done", name="net-a", description="x")])
    assert run["done"].changed
    (made,) = order_services(simulator)
    assert [write.rpartition("/")[0] for write in run["done"].writes] == ["PUT /vrack", "DELETE /order/cart"]
    assert run["done"].result["vrack"] == {"service_name": made, "name": "net-a", "description": "x"}
    assert "order_id" not in run["done"].result


def test_ended_without_waiting(simulator: Simulator) -> None:
    old = simulator.make("vrack", name="old")["service_name"]
    simulator.settings(vrack_ending=3600)
    check = task("check", name="old", state="absent", check_mode=True, diff=True)
    run = run_modules(simulator, [check, task("asked", name="old", state="absent", wait=False, diff=True)])
    assert not run["asked"].failed, run["asked"].msg
    assert_predicted(run["check"], run["asked"])
    assert old in vracks(simulator)
    simulator.advance(7200)
    assert old not in vracks(simulator)
