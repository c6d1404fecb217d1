# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The project's quota in each region (GET …/quota), held against what is asked for before anything is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from .._engine.errors import ApiError, VrackError
from .._engine.model import Reader
from .._messages import error
from .answers import optional_number, section, text
from .entries import called, entries
from .project import Project
from .readable import not_compared

RAM_UNIT = 1000
"""Quotas count memory in MB, flavors in GB."""


@dataclass(frozen=True)
class Limit:
    """How much of something there may be, and how much there is."""

    limit: int
    used: int = 0


@dataclass(frozen=True)
class Quota:
    """The limits of a region by name. What the API does not limit is missing."""

    region: str
    limits: Mapping[str, Limit]

    @staticmethod
    def from_api(data: Any) -> Quota:
        instance, keys = section(data, "instance", "quota"), section(data, "keypair", "quota")
        network = section(data, "network", "quota")
        found: Dict[str, Optional[Limit]] = {
            "instances": _limit(instance, "maxInstances", "usedInstances"),
            "cores": _limit(instance, "maxCores", "usedCores"),
            "MB of memory": _limit(instance, "maxRam", "usedRAM"),
            "networks": _limit(network, "maxNetworks", "usedNetworks"),
            "subnets": _limit(network, "maxSubnets", "usedSubnets"),
            "ssh keys": _limit(keys, "maxCount", ""),
        }
        limits = {name: limit for name, limit in found.items() if limit is not None}
        return Quota(text(data, "region", "quota"), limits)

    def problems(self, asked: Mapping[str, int], used: Optional[Mapping[str, int]] = None) -> Iterable[VrackError]:
        """What does not fit. *used* stands in where the API does not say how much there is.

        Nothing is asked for where something is replaced, for which there is room unless there is too much already.
        """
        for name, number in asked.items():
            limit = self.limits.get(name)
            if limit is None:
                continue
            there = (used or {}).get(name, limit.used)
            if number == 0 and there > limit.limit:
                yield error("quota_overdrawn", region=self.region, what=name, used=there, limit=limit.limit)
            elif number > limit.limit - there:
                yield error(
                    "quota", region=self.region, what=name, asked=number, limit=limit.limit, left=limit.limit - there
                )


def read_quotas(read: Reader, project: Project) -> Tuple[Tuple[Quota, ...], Tuple[str, ...]]:
    """All regions in one request. Where they cannot be read, nothing is held against them, which is a warning."""
    try:
        answer = read.get("cloud", "project", project.id, "quota", missing=None)
        if answer is not None:
            found = entries(answer, "quotas", "quota", lambda data: [Quota.from_api(data)])
            return found, tuple(not_compared(called("the quota", one.data)) for one in found.odd)
    except ApiError:
        pass
    return (), (not_compared(f"the quotas of project '{project.description or project.id}'"),)


def problems_by_region(
    quotas: Iterable[Quota],
    asked: Mapping[str, Mapping[str, int]],
    used: Optional[Mapping[str, Mapping[str, int]]] = None,
) -> List[VrackError]:
    """All that does not fit, in all regions."""
    found: List[VrackError] = []
    for quota in sorted(quotas, key=lambda one: one.region):
        found.extend(quota.problems(asked.get(quota.region, {}), (used or {}).get(quota.region)))
    return found


def _limit(data: Mapping[str, Any], limit: str, used: str) -> Optional[Limit]:
    """A limit below zero stands for none."""
    value = optional_number(data, limit, "quota")
    if value is None or value < 0:
        return None
    return Limit(value, optional_number(data, used, "quota") or 0)
