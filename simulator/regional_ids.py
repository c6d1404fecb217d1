# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The regional routes take UUIDs only."""

from __future__ import annotations

import uuid

from simulator.errors import bad_request


def checked_uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        reason = f"invalid UUID length: {len(text)}" if len(text) != 36 else "invalid UUID format"
        raise bad_request(f"invalid: invalid uuid '{text}': {reason}") from None
