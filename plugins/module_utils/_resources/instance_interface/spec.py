# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An interface as asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

from ..._messages import error
from ..._shared.lookup import normalised
from ..instance_network.address import check_ip
from ..instance_network.wish import PUBLIC


@dataclass(frozen=True)
class InterfaceSpec:
    """An interface as asked for. *network* is PUBLIC or a reference to a private network."""

    state: str
    project: str
    instance: str
    network: str
    region: Optional[str] = None
    ip: Optional[str] = None
    allow_public_removal: bool = False
    unlisted_regions: str = "refuse"

    def validated(self) -> InterfaceSpec:
        """Itself in the API's spelling, or an InputProblem for what is wrong whatever exists."""
        if self.ip is not None:
            if self.network == PUBLIC and self.state == "present":
                raise error("ip_public")
            check_ip(self.ip)
        return replace(self, instance=normalised(self.instance))
