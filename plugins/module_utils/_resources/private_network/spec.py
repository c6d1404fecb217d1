# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A private network as asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from ..._messages import error
from ..._shared.given import check_name

HIGHEST_VLAN = 4000


@dataclass(frozen=True)
class NetworkSpec:
    """A private network as asked for. *regions* None: those it has, or for a new one all that can take one."""

    state: str
    project: str
    name: Optional[str] = None
    vlan_id: Optional[int] = None
    regions: Optional[Tuple[str, ...]] = None
    exact_regions: bool = False
    unlisted_regions: str = "refuse"

    def validated(self) -> NetworkSpec:
        """Itself, or an InputProblem for what is wrong whatever exists."""
        if self.vlan_id is not None and not 0 <= self.vlan_id <= HIGHEST_VLAN:
            raise error("bad_value", option="vlan_id", value=self.vlan_id, wanted=f"from 0 to {HIGHEST_VLAN}")
        if self.regions is not None and not self.regions:
            raise error("bad_value", option="regions", value="[]", wanted="left out or name a region")
        if not self.name and self.vlan_id is None:
            raise error("option_needed", option="name or vlan_id", when="to find the network")
        if self.name:
            check_name(self.name)
        if self.exact_regions and self.regions is None and self.state == "present":
            raise error("option_needed", option="regions", when="with exact_regions: true")
        return self
