# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long reads take that wait for nothing but one another and for their turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def reads_of(topology: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The fewest reads that tell whether a project is as described, each with those whose answers it needs.

    The server's time signs all others. The project's id is in every path of its own; networks have subnets, and what
    instances there are and are described says of which regions flavors and images have to be known.
    """
    reads: dict[str, tuple[str, ...]] = {"time": (), "project": ("time",), "vracks": ("time",)}
    reads |= dict.fromkeys(("vrack of project", "networks", "keys", "instances"), ("project",))
    reads["tasks of vrack"] = ("vracks", "vrack of project")
    reads |= {f"subnets of {network['name']}": ("networks",) for network in topology["networks"]}
    for region in sorted({instance["region"] for instance in topology["instances"]}):
        reads |= {f"{what} in {region}": ("instances",) for what in ("flavors", "images")}
    return reads


def critical_path(reads: Mapping[str, tuple[str, ...]], latency: float, at_once: int) -> float:
    """Seconds until the last answer, where every answer takes as long and all that can be asked is, *at_once* at most.

    Whatever more reads wait for goes first, so no order is quicker by more than a turn.
    """
    awaited = {name: _height(name, reads) for name in reads}
    done: set[str] = set()
    turns = 0
    while len(done) < len(reads):
        can = [name for name, needed in reads.items() if name not in done and done.issuperset(needed)]
        done.update(sorted(can, key=lambda name: -awaited[name])[:at_once])
        turns += 1
    return turns * latency


def _height(name: str, reads: Mapping[str, tuple[str, ...]]) -> int:
    """How many reads follow it, one after the other."""
    return max((1 + _height(other, reads) for other, needed in reads.items() if name in needed), default=0)
