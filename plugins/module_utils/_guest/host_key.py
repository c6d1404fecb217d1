# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A machine's host key that is known before the machine is there: it goes along as user data."""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Any, Dict, Tuple

BEGIN, END = "-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----"
MAGIC = b"openssh-key-v1\0"
KINDS = {"ssh-ed25519": "ed25519", "ssh-rsa": "rsa", "ecdsa-sha2-nistp256": "ecdsa"}


class NoKey(ValueError):
    """Not a key that a machine can have, and why. The text never has anything of the key in it."""


def public_key(private: str) -> str:
    """The public half of a private key in OpenSSH's form, as known_hosts has it. It stands there in clear."""
    text = private.strip()
    if not (text.startswith(BEGIN) and text.endswith(END)):
        raise NoKey("is no private key in OpenSSH's form")
    try:
        data = base64.b64decode("".join(text[len(BEGIN) : -len(END)].split()), validate=True)
        if not data.startswith(MAGIC):
            raise ValueError
        cipher, rest = _string(data[len(MAGIC) :])
        _kdf, rest = _string(rest)
        _options, rest = _string(rest)
        blob, _rest = _string(rest[4:])
        kind = _string(blob)[0].decode("ascii")
    except (ValueError, binascii.Error, struct.error):
        raise NoKey("is a private key that can't be read") from None
    if cipher != b"none":
        raise NoKey("has a passphrase, and a machine has nobody to type it")
    if kind not in KINDS:
        raise NoKey(f"is of another kind than {', '.join(KINDS)}")
    return f"{kind} {base64.b64encode(blob).decode('ascii')}"


def _string(data: bytes) -> Tuple[bytes, bytes]:
    """The first string of SSH's form, and what comes after it."""
    (length,) = struct.unpack("!I", data[:4])
    if len(data) < 4 + length:
        raise ValueError("cut off")
    return data[4 : 4 + length], data[4 + length :]


def host_key_config(private: str) -> Dict[str, Any]:
    """As a cloud-config says it."""
    public = public_key(private)
    kind = KINDS[public.partition(" ")[0]]
    return {"ssh_keys": {f"{kind}_private": private.strip() + "\n", f"{kind}_public": public}}
