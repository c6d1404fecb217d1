# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a matrix says what it saw."""

from __future__ import annotations

from typing import Any


def differences(wanted: Any, found: Any, place: str = "") -> str:
    """Only what differs, with its place."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        keys = sorted({*wanted, *found})
        return "; ".join(
            differences(wanted.get(key), found.get(key), f"{place}.{key}")
            for key in keys
            if wanted.get(key) != found.get(key)
        )
    return f"{place[1:]}: wanted {wanted}, found {found}"
