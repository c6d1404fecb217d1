# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one look saw stays as it was: the next look fills a world of its own, and may fail half-way."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Gone, Unreachable, VrackError

from tests.unit.support.cloud import PROJECT, Cloud, instance, network, public_key, ssh_key, subnet

ROOMS = "ansible_collections.ovhcloud.vrack.plugins.module_utils._resources"
OF_ALL = {"project": "running", "state": "present", "unlisted_regions": "refuse"}
FORCED = {"cidr": "10.9.0.0/24", "start": None, "end": None, "dhcp": None, "gateway": None, "force": True}
ITEMS: dict[str, dict[str, Any]] = {
    "region": {"name": "WAW1"},
    "vrack": dict.fromkeys(("service_name", "description", "subsidiary", "termination_token"))
    | {"name": "main", "adopt_from": "running", "plan_code": "vrack", "duration": "P1M", "pricing_mode": "default"},
    "private_network": {"name": "blue", "vlan_id": None, "regions": None, "exact_regions": False},
    "subnet": {"network": "blue", "region": "GRA11", "dns_servers": ["213.186.33.99"], **FORCED},
    "vrack_cloudproject": {"vrack": "main", "move": False, "refuse_overlap": False},
    "ssh_key": {"name": "ci", "public_key": public_key(), "region": "GRA11", "force": False},
    "instance": dict.fromkeys(("user_data", "billing", "availability_zone"))
    | {"name": "web", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12", "ssh_key": "ci"}
    | {"networks": [{"network": "blue", "public": False, "ip": None}]},
    "instance_interface": {"instance": "web", "region": "GRA11", "network": "blue", "public": False, "ip": None}
    | {"allow_public_removal": False},
}
"""An item of each kind, as its options give it."""


class Failing(Cloud):
    """One that answers so many reads, and then no more."""

    left = 0

    def _answer(self, path: str) -> Any:
        self._count(path)
        return super()._answer(path)

    def get_objects(self, *path: str, query: Any = None) -> list[Any]:
        self._count("/".join(path))
        return super().get_objects(*path, query=query)

    def _count(self, path: str) -> None:
        self.left -= 1
        if self.left < 0:
            raise Unreachable("the connection broke off", "GET", f"/{path}")


def offering(cloud: Cloud) -> Cloud:
    cloud.more[f"cloud/project/{PROJECT}/regionAvailable"] = [{"name": "WAW1"}]
    return cloud


def everything(made: Callable[..., Cloud] = Cloud) -> Cloud:
    return offering(made(network(), subnet(), ssh_key(), instance("web")))


def nothing(made: Callable[..., Cloud] = Cloud) -> Cloud:
    cloud = offering(made())
    cloud.vracks[next(iter(cloud.vracks))]["name"] = ""
    return cloud


@pytest.mark.parametrize("room", ITEMS)
@pytest.mark.parametrize(("before", "after"), [(everything, nothing), (nothing, everything)])
def test_a_world_stays_as_it_was_seen(room: str, before: Callable[..., Cloud], after: Callable[..., Cloud]) -> None:
    resource = importlib.import_module(f"{ROOMS}.{room}.options").RESOURCE
    spec = resource.to_spec({**OF_ALL, **ITEMS[room]})
    world = before().look(resource.kind, spec)
    seen = shown(vars(world))
    failed = 0
    for reads in range(40):
        reader = after(Failing)
        reader.left = reads
        try:
            reader.look(resource.kind, spec, last=world)
        except Gone:
            raise
        except VrackError:
            failed += 1
        assert shown(vars(world)) == seen, f"changed by a look that ended after {reads} reads"
    assert failed


def shown(fields: dict[str, Any]) -> dict[str, str]:
    return {name: repr(value) for name, value in fields.items()}
