# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody else may do to an account at any moment: a person, Terraform, another job."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from simulator.launch import Simulator
from tests.matrices.deeds import network, subnet
from tests.support.keys import KEY

Act = Callable[[Simulator], None]


class Account:
    """The API as somebody else's client sees it; what is refused doesn't happen."""

    def __init__(self, simulator: Simulator) -> None:
        self.client = simulator.client()
        self.project = f"/cloud/project/{simulator.project('running')['id']}"

    def of_project(self, route: str, name: str) -> str | None:
        listed = self.client.get(f"{self.project}/{route}")
        return next((f"{self.project}/{route}/{one['id']}" for one in listed if one["name"] == name), None)

    def vrack(self, name: str) -> str | None:
        names = {one: self.client.get(f"/vrack/{one}")["name"] for one in self.client.get("/vrack")}
        return next((f"/vrack/{one}" for one, called in names.items() if called == name), None)


def makes(what: dict[str, Any]) -> Act:
    """Of networks no second one of a VLAN, for there is none in a project."""

    def act(simulator: Simulator) -> None:
        vlans = [one["vlan"] for one in simulator.project("running")["networks"]]
        if what["what"] == "network" and what["vlan"] in vlans:
            return
        with suppress(RuntimeError):
            simulator.make(**what)

    return act


def calls(method: str, find: Callable[[Account], str | None], **body: Any) -> Act:
    def act(simulator: Simulator) -> None:
        from ovh.exceptions import APIError

        account = Account(simulator)
        path = find(account)
        if path is not None:
            with suppress(APIError):
                account.client.call(method, path, body or None)

    return act


def ends_the_empty_one(simulator: Simulator) -> None:
    """The vRack that a deed is about, where nothing is in it yet or any more."""
    from ovh.exceptions import APIError

    account = Account(simulator)
    path = account.vrack("new") or account.vrack("old")
    if path is not None:
        with suppress(APIError):
            account.client.post(f"{path}/terminate")
            mails = account.client.get("/me/notification/email/history")
            body = account.client.get(f"/me/notification/email/history/{max(mails)}")["body"]
            account.client.post(f"{path}/confirmTermination", token=body.partition("token=")[2].split()[0])


def port_of_web(account: Account) -> str | None:
    path = account.of_project("instance", "web")
    found = account.client.get(f"{path}/interface") if path else []
    return next((f"{path}/interface/{one['id']}" for one in found if one["type"] == "private"), None)


def subnet_of_blue(account: Account) -> str | None:
    path = account.of_project("network/private", "blue")
    found = account.client.get(f"{path}/subnet") if path else []
    here = [one for one in found if one["ipPools"][0]["region"] == "GRA11"]
    return f"{path}/subnet/{here[0]['id']}" if here else None


def attachment(vrack: str, project: str) -> Callable[[Account], str | None]:
    def find(account: Account) -> str | None:
        there = account.vrack(vrack)
        ids = account.client.get(f"{there}/cloudProject") if there else []
        named = [one for one in ids if account.client.get(f"/cloud/project/{one}")["description"] == project]
        return f"{there}/cloudProject/{named[0]}" if named else None

    return find


def blue(account: Account) -> str | None:
    return account.of_project("network/private", "blue")


def web(account: Account) -> str | None:
    return account.of_project("instance", "web")


def key(account: Account) -> str | None:
    return account.of_project("sshkey", "mine")


MINE = {"what": "ssh_key", "project": "running", "name": "mine", "public_key": KEY}
MACHINE = {"what": "instance", "project": "running", "name": "web", "region": "GRA11"}
ACTS: dict[str, dict[str, Act]] = {
    "vrack": {
        "makes one of that name": makes({"what": "vrack", "name": "new"}),
        "makes another one": makes({"what": "vrack", "name": "theirs"}),
        "renames it": calls("PUT", lambda account: account.vrack("prod"), name="theirs", description="theirs"),
        "ends it": ends_the_empty_one,
    },
    "vrack_cloudproject": {
        "takes it out": calls("DELETE", attachment("prod", "empty")),
        "takes another one out": calls("DELETE", attachment("blank", "inside")),
        "makes a network": makes(network("theirs", 9)),
        "ends the vRack": ends_the_empty_one,
    },
    "private_network": {
        "makes the same": makes(network("blue", 7)),
        "makes another one": makes(network("theirs", 8)),
        "renames it": calls("PUT", blue, name="theirs"),
        "removes it": calls("DELETE", blue),
        "puts a machine on it": makes({**MACHINE, "networks": ["public", "blue"]}),
    },
    "subnet": {
        "makes the same": makes(subnet("GRA11")),
        "makes that of another region": makes(subnet("SBG5", 1)),
        "removes it": calls("DELETE", subnet_of_blue),
        "removes the network": calls("DELETE", blue),
        "renames the network": calls("PUT", blue, name="theirs"),
    },
    "ssh_key": {
        "makes the same": makes(MINE),
        "makes another one": makes({**MINE, "name": "theirs"}),
        "removes it": calls("DELETE", key),
    },
    "region": {"makes a network": makes(network("theirs", 9))},
    "instance": {
        "makes the same": makes(MACHINE),
        "makes another one": makes({**MACHINE, "name": "theirs"}),
        "removes it": calls("DELETE", web),
        "renames it": calls("PUT", web, instanceName="theirs"),
        "takes it off the network": calls("DELETE", port_of_web),
        "removes the network": calls("DELETE", blue),
    },
    "instance_interface": {
        "removes the machine": calls("DELETE", web),
        "renames the machine": calls("PUT", web, instanceName="theirs"),
        "takes it off the network": calls("DELETE", port_of_web),
        "puts it on the network": makes(
            {"what": "interface", "project": "running", "instance": "web", "network": "blue"}
        ),
        "makes another machine": makes({**MACHINE, "name": "theirs"}),
    },
}
"""What somebody does while a module is at work, by the module."""
SUSPENDS = {"suspends the project": makes({"what": "status", "project": "running", "status": "suspended"})}
LOWERS = {
    "lowers the quota": makes(
        {
            "what": "quota",
            "project": "running",
            "region": "GRA11",
            **dict.fromkeys(("network", "subnet", "instance"), 0),
        }
    )
}
for module in ("private_network", "subnet", "ssh_key", "region", "instance", "instance_interface"):
    ACTS[module] |= SUSPENDS | LOWERS
