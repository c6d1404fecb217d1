# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Offer:
    """What is ordered."""

    plan_code: str = "vrack"
    duration: str = "P1M"
    pricing_mode: str = "default"
    subsidiary: Optional[str] = None
