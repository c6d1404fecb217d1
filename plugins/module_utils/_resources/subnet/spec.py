# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A subnet as asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

from ..._messages import error
from ..._shared.pools import check_pool, parse_address, parse_cidr

if TYPE_CHECKING:
    from .record import Subnet


@dataclass(frozen=True)
class SubnetSpec:
    """A subnet as asked for. *dhcp* and *gateway* None: true and false when it is made, as they are when it exists.

    *dns_servers* None: none of this module's business; empty: none.
    """

    state: str
    project: str
    network: str
    region: str
    cidr: Optional[str] = None
    start: Optional[str] = None
    end: Optional[str] = None
    dhcp: Optional[bool] = None
    gateway: Optional[bool] = None
    dns_servers: Optional[Tuple[str, ...]] = None
    force: bool = False
    unlisted_regions: str = "refuse"

    def validated(self) -> SubnetSpec:
        """Itself with its addresses in the API's spelling, or an InputProblem."""
        servers = self.dns_servers
        if servers is not None:
            servers = tuple(dict.fromkeys(str(parse_address(server, "dns_servers")) for server in servers))
        if self.cidr is None:
            if self.state == "present":
                raise error("option_needed", option="cidr", when="to make a subnet")
            return replace(self, dns_servers=servers)
        network = parse_cidr(self.cidr)
        usual = replace(self, cidr=str(network), dns_servers=servers)
        if self.start is None or self.end is None:
            return usual
        pool = check_pool(network, self.start, self.end, bool(self.gateway))
        return replace(usual, start=str(pool.start), end=str(pool.end))

    def differences(self, seen: Optional[Subnet]) -> List[str]:
        """What was asked for and is otherwise, as sentences."""
        if seen is None or self.state == "absent":
            return []
        wanted: List[Tuple[str, Any, Any]] = [("cidr", seen.cidr, self.cidr)]
        if len(seen.pools) == 1:
            start, end = seen.pools[0]
            wanted += [("start", start, self.start), ("end", end, self.end)]
        elif self.start is not None:
            wanted.append(("pool", seen.shown_pools(), f"{self.start} to {self.end}"))
        wanted += [
            ("dhcp", seen.dhcp, self.dhcp),
            ("gateway", seen.gateway_ip is not None, self.gateway),
            ("dns_servers", seen.dns_servers, self.dns_servers),
        ]
        return [
            f"{name} is {_shown(there)}, wanted {_shown(asked)}"
            for name, there, asked in wanted
            if asked is not None and asked != there
        ]


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
