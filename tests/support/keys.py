# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Public keys, and their fingerprints."""

from __future__ import annotations

import base64
import hashlib

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO0/0GC+BxmQYHmAyGOMvRDYMtLxYKSuz8Lr8DHkVvFo"


def public_key(letter: str) -> str:
    """An ed25519 key made of one letter."""
    blob = b"\0\0\0\x0bssh-ed25519" + b"\0\0\0 " + letter.encode() * 32
    return f"ssh-ed25519 {base64.b64encode(blob).decode()}"


A, B = public_key("a"), public_key("b")


def fingerprint(key: str) -> str:
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
