# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two jobs that do the same at once: both have looked, and stand before their call, when they are let through.

Both end well, and there is one of it, or none. Instances, interfaces and vRacks, of which two may be alike, have
tests of their own.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.launch import Simulator
from tests.matrices.others import things
from tests.support.keys import KEY
from tests.support.modules import run_modules
from tests.support.tasks import task
from tests.support.together import together

PROJECT = {"project": "running"}
NETWORKS = "/cloud/project/*/network/private"
NEW = {"name": "blue", "vlan_id": 42}
ON_BARE = {"network": "bare", "region": "GRA11", "cidr": "10.9.0.0/24"}

MADE = {
    "key": ("ssh_key", {"name": "deploy", "public_key": KEY}, "/cloud/project/*/sshkey"),
    "key of a region": ("ssh_key", {"name": "deploy", "public_key": KEY, "region": "GRA11"}, "/cloud/project/*/sshkey"),
    "network": ("private_network", {**NEW, "regions": ["GRA11"]}, NETWORKS),
    "network everywhere": ("private_network", NEW, NETWORKS),
    "network of any VLAN": ("private_network", {"name": "blue", "regions": ["GRA11"]}, NETWORKS),
    "region": ("private_network", {"name": "bare", "regions": ["GRA11", "DE1"]}, f"{NETWORKS}/*/region"),
    "subnet": ("subnet", ON_BARE, f"{NETWORKS}/*/subnet"),
    "subnet of a region": (
        "subnet",
        {**ON_BARE, "dns_servers": ["1.1.1.1"]},
        "/cloud/project/*/region/*/network/*/subnet",
    ),
}

GONE = {
    "key": ("ssh_key", {"name": "old"}, "/cloud/project/*/sshkey/*"),
    "network": ("private_network", {"name": "bare"}, f"{NETWORKS}/*"),
    "subnet": ("subnet", {"network": "spare", "region": "GRA11"}, f"{NETWORKS}/*/subnet/*"),
    "instance": ("instance", {"name": "prod-1", "region": "GRA11"}, "/cloud/project/*/instance/*"),
    "interface": (
        "instance_interface",
        {"instance": "prod-1", "network": "prod-net"},
        "/cloud/project/*/instance/*/interface/*",
    ),
    "attachment": ("vrack_cloudproject", {}, "/vrack/*/cloudProject/*"),
}


@pytest.fixture(autouse=True)
def _more(simulator: Simulator) -> None:
    simulator.make("network", **PROJECT, name="bare", vlan=7, regions=["GRA11"])
    simulator.make("network", **PROJECT, name="spare", vlan=8, regions=["GRA11"])
    simulator.make("subnet", **PROJECT, network="spare", region="GRA11", cidr="10.8.0.0/24")
    simulator.make("ssh_key", **PROJECT, name="old")


def both(simulator: Simulator, play: dict[str, Any], method: str, path: str) -> None:
    outcomes = [run["do"] for run in together(simulator, [play], method, path)]
    assert [one.msg for one in outcomes if one.failed] == []
    simulator.advance(600)


@pytest.mark.parametrize("what", MADE)
def test_made(simulator: Simulator, what: str) -> None:
    module, options, path = MADE[what]
    before = things(simulator.state())
    play = task("do", module, **PROJECT, **options)
    both(simulator, play, "POST", path)
    more = things(simulator.state()) - before
    assert set(more.values()) <= {1}
    assert len(more) == (0 if what == "region" else 1)
    again = run_modules(simulator, [play])["do"]
    assert not again.changed


@pytest.mark.parametrize("what", GONE)
def test_gone(simulator: Simulator, what: str) -> None:
    module, options, path = GONE[what]
    if what == "attachment":
        [vrack] = [name for name, one in simulator.state()["vracks"].items() if not one["name"]]
        options = {"vrack": vrack, "project": "auto"}
    before = things(simulator.state())
    play = task("do", module, **{**PROJECT, **options}, state="absent")
    both(simulator, play, "DELETE", path)
    assert len(before - things(simulator.state())) >= 1
    again = run_modules(simulator, [play])["do"]
    assert (again.failed, again.changed) == (False, False)
