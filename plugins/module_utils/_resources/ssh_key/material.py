# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes a public key, whatever it is called."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Tuple


def material(public_key: str) -> Tuple[str, str]:
    """Type and blob: what makes two keys the same, whatever their comments."""
    parts = public_key.split()
    return (parts[0], parts[1]) if len(parts) > 1 else (public_key.strip(), "")


def fingerprint(public_key: str) -> str:
    """As `ssh-keygen -l` shows it."""
    try:
        blob = base64.b64decode(material(public_key)[1], validate=True)
    except (binascii.Error, ValueError):
        return "no fingerprint"
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
