# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A key as asked for."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Optional

from ..._messages import error
from ..._shared.given import check_name
from .material import fingerprint, material

KEY_TYPES = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
"""What OpenStack takes for an instance's key: neither DSA, which OpenSSH has dropped, nor certificates."""


@dataclass(frozen=True)
class SshKeySpec:
    """A key as asked for. *region* None: in all regions where it is new, else in those that it has."""

    state: str
    project: str
    name: str
    public_key: Optional[str] = None
    region: Optional[str] = None
    force: bool = False

    def validated(self) -> SshKeySpec:
        """Itself with one space between the parts of the key, or an InputProblem."""
        if self.state == "absent":
            return self
        if not self.public_key:
            raise error("option_needed", option="public_key", when=f"to make ssh key '{self.name}'")
        check_name(self.name)
        kind, blob = material(self.public_key)
        if len(self.public_key.strip().splitlines()) > 1:
            raise error("key_bad", name=self.name, why="it has several lines")
        if fingerprint(self.public_key) == "no fingerprint" or not blob:
            raise error("key_bad", name=self.name, why="it is not type, base64 and perhaps a comment")
        if kind not in KEY_TYPES:
            raise error("key_type", name=self.name, type=kind, types=", ".join(KEY_TYPES))
        if not base64.b64decode(blob).startswith(len(kind).to_bytes(4, "big") + kind.encode()):
            raise error("key_bad", name=self.name, why=f"its base64 does not hold a key of type {kind}")
        return replace(self, public_key=" ".join(self.public_key.split()))
