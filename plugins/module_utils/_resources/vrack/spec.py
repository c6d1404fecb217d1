# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A vRack as asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

from .offer import Offer


@dataclass(frozen=True)
class VrackSpec:
    """A vRack as asked for. The order's options matter only when one has to be ordered."""

    state: str
    name: Optional[str] = None
    service_name: Optional[str] = None
    description: Optional[str] = None
    adopt_from: Optional[str] = None
    offer: Offer = field(default_factory=Offer)
    termination_token: Any = None
