# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/vrack/{serviceName}/…: what a vRack holds beside projects. It can be listed, and is put there by `make` alone."""

from __future__ import annotations

from typing import Any

from simulator.makers import maker
from simulator.routes.vrack import vrack_of
from simulator.routing import Handler, route

KINDS = (
    "dedicatedCloud dedicatedCloudDatacenter dedicatedConnect dedicatedServer dedicatedServerInterface ip ipv6 "
    "ipLoadbalancing legacyVrack ovhCloudConnect vrackServices"
)


def _listing(kind: str) -> Handler:
    def handler(call: Any) -> list[str]:
        contents: list[str] = call.world.shuffled(vrack_of(call).holds.get(kind, []))
        return contents

    return handler


for _kind in KINDS.split():
    route("GET", f"/vrack/{{serviceName}}/{_kind}")(_listing(_kind))


@maker("contents")
def make_contents(world: Any, vrack: str, kind: str, names: list[str]) -> Any:
    found = world.account.vracks[vrack]
    found.holds[kind] = names
    return found
