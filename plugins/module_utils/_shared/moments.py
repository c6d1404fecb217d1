# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moments as the API writes them."""

from __future__ import annotations

import re
from datetime import datetime, timezone


def moment(stamp: str) -> datetime:
    """In UTC where no zone is given. Python before 3.11 reads no Z, and fractions of three or six digits only."""
    whole = re.sub(r"\.\d+", "", stamp.strip())
    found = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", whole))
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
