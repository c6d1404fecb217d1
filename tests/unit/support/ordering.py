# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of ovh_vrack and ovh_vrack_cloudproject over the simulator: real client and loop, and no second waited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import VrackError
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Outcome
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.kind import VrackKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.options import to_spec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject.kind import AttachmentKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject.spec import AttachmentSpec

from tests.unit.support.loop import run
from tests.unit.support.simulated import ClientApi, SimulatedClock, by_key, client_of

OPTIONS: dict[str, Any] = {
    "state": "present",
    "name": None,
    "service_name": None,
    "description": None,
    "adopt_from": None,
    "plan_code": "vrack",
    "duration": "P1M",
    "pricing_mode": "default",
    "subsidiary": None,
    "termination_token": None,
}
A_DAY = 86400.0


class Run:
    """How a run ended, and what it asked for."""

    def __init__(self, outcome: Outcome, journal: list[dict[str, Any]]) -> None:
        self.outcome = outcome
        self.journal = journal
        self.failed = outcome.error is not None
        self.changed = outcome.changed
        self.msg = outcome.error.sentence() if outcome.error else ""
        self.code = outcome.error.code if outcome.error else ""
        self.vrack = outcome.record

    @property
    def writes(self) -> list[str]:
        return [f"{call['method']} {call['path']}" for call in self.journal if call["method"] != "GET"]

    def calls(self, method: str, ending: str) -> int:
        """How many requests of the method there were whose path ends so."""
        paths = [call["path"].partition("?")[0] for call in self.journal if call["method"] == method]
        return sum(path.endswith(ending) for path in paths)


class Ordering:
    """One account, and runs one after the other, each from nothing but what the API shows."""

    def __init__(self, sim: Any) -> None:
        self.sim = sim
        self.clock = SimulatedClock(sim)

    def run(self, name: str | None = "net-a", **options: Any) -> Run:
        """One that wants a vRack of that name. Options are those of the module, and what `_run` takes."""
        own = {key: options.pop(key) for key in list(options) if key not in OPTIONS}
        return self._run(VrackKind(), to_spec({**OPTIONS, "name": name, **options}), **own)

    def attach(self, vrack: str, project: str, state: str = "present", move: bool = False, **own: Any) -> Run:
        """One that wants a project in a vRack, or out of it."""
        return self._run(AttachmentKind(), AttachmentSpec(state, vrack, project, move), **own)

    def _run(
        self,
        kind: Any,
        spec: Any,
        seconds: float = 1800.0,
        send: Callable[[Any], Callable[[Any], Any]] | None = None,
        check_mode: bool = False,
        wait: bool = True,
    ) -> Run:
        """*send*: makes the function that sends from the client's own."""
        begun = self.sim.last()
        with self.client(seconds) as client:
            if send is not None:
                client.send = send(client.send)
            try:
                [outcome] = run(kind, [spec], ClientApi(client), seconds, threads=1, check_mode=check_mode, wait=wait)
            except VrackError as error:
                outcome = Outcome("", error=error)
        return Run(outcome, [call for call in self.sim.journal(begun) if not call["path"].startswith("/auth")])

    @contextmanager
    def client(self, seconds: float = 1800.0) -> Iterator[Any]:
        with client_of(by_key(self.sim.env), self.clock, seconds) as client:
            yield client

    # The account

    def vracks(self) -> dict[str, tuple[str, str]]:
        """Name and description of each vRack, by service name."""
        found = self.sim.state()["vracks"].values()
        return {one["service_name"]: (one["name"], one["description"]) for one in found}

    def vrack_of(self, project: str) -> str | None:
        """The service name of the vRack that the project of that description is in."""
        id_ = self.sim.project(project)["id"]
        inside = [name for name, vrack in self.sim.state()["vracks"].items() if id_ in vrack["projects"]]
        return inside[0] if inside else None

    def named(self, name: str) -> list[str]:
        return [service_name for service_name, (called, _description) in self.vracks().items() if called == name]

    def carts(self) -> list[str]:
        """Those that have not expired."""
        return list(self.sim.client().get("/order/cart"))

    def orders(self) -> list[dict[str, Any]]:
        return list(self.sim.state()["orders"].values())

    def ordered(self) -> list[str]:
        """The vRacks that orders have brought."""
        return [service_name for order in self.orders() for service_name in order["services"].values()]

    def let_carts_expire(self) -> None:
        self.sim.advance(A_DAY + 600)

    def order_by_hand(self, pay: bool = True) -> int:
        """As a person does, or another tool."""
        client = self.sim.client()
        cart = client.post("/order/cart", ovhSubsidiary="FR")["cartId"]
        client.post(f"/order/cart/{cart}/assign")
        client.post(f"/order/cart/{cart}/vrack", duration="P1M", planCode="vrack", pricingMode="default", quantity=1)
        order = int(client.post(f"/order/cart/{cart}/checkout")["orderId"])
        if pay:
            client.post(f"/me/order/{order}/payWithRegisteredPaymentMean", paymentMean="fidelityAccount")
        client.delete(f"/order/cart/{cart}")
        return order
