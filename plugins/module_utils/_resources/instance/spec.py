# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance as asked for."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import Optional, Tuple

from ..._engine.secret import Secret
from ..._messages import error
from ..._shared.lookup import UUID, normalised
from ..instance_network.address import check_ip
from ..instance_network.wish import PUBLIC

LONGEST_NAME = 255

LARGEST_USER_DATA = 65535
"""What OpenStack takes, of both."""


@dataclass(frozen=True)
class NetworkWish:
    """A network that an instance must be on: PUBLIC or a reference to a private one."""

    network: str
    ip: Optional[str] = None


@dataclass(frozen=True)
class InstanceSpec:
    """An instance as asked for. *networks* None: the public network alone when it is made."""

    state: str
    project: str
    name: str
    region: str
    flavor: Optional[str] = None
    image: Optional[str] = None
    ssh_key: Optional[str] = None
    networks: Optional[Tuple[NetworkWish, ...]] = None
    user_data: Optional[Secret] = None
    billing: Optional[str] = None
    availability_zone: Optional[str] = None
    unlisted_regions: str = "refuse"

    @property
    def by_id(self) -> bool:
        return bool(UUID.fullmatch(self.name))

    @property
    def wishes(self) -> Tuple[NetworkWish, ...]:
        return self.networks or ()

    def validated(self) -> InstanceSpec:
        """Itself in the API's spelling, or an InputProblem for what is wrong whatever exists."""
        if self.state == "present":
            self._check_networks()
        return replace(self, name=normalised(self.name), region=self.region.strip())

    def _check_networks(self) -> None:
        if self.networks is not None and not self.networks:
            raise error("networks_empty")
        seen = set()
        for wish in self.wishes:
            if wish.network in seen:
                raise error("twice", what=wish.network)
            seen.add(wish.network)
            if wish.ip is not None and wish.network == PUBLIC:
                raise error("ip_public")
            if wish.ip is not None:
                check_ip(wish.ip)

    def check_new(self) -> None:
        """Refuse what an instance can't be made with, and needn't have been made with."""
        for option in ("flavor", "image"):
            if not getattr(self, option):
                raise error("option_needed", option=option, when=f"to make instance '{self.name}'")
        if len(self.name) > LONGEST_NAME or any(unicodedata.category(one) == "Cc" for one in self.name):
            wanted = f"at most {LONGEST_NAME} characters, none of them a line feed or the like"
            raise error("bad_value", option="name", value=_shortened(self.name), wanted=wanted)
        size = len(self.user_data.open().encode()) if self.user_data else 0
        if size > LARGEST_USER_DATA:
            wanted = f"at most {LARGEST_USER_DATA} bytes"
            raise error("bad_value", option="user_data", value=f"of {size} bytes", wanted=wanted)


def _shortened(name: str) -> str:
    return repr(name)[1:-1] if len(name) <= 60 else repr(name[:60])[1:-1] + "…"
