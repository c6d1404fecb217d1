# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Public keys of a project (GET …/sshkey). OVHcloud keeps them apart from OpenStack's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple

from ..._engine.model import Reader
from ..._shared.answers import text, texts
from ..._shared.entries import Entries, entries
from ..._shared.lookup import find_one
from ..._shared.project import Project
from .material import fingerprint


@dataclass(frozen=True)
class SshKey:
    """What the API says of a key. The id is opaque."""

    id: str
    name: str
    public_key: str
    regions: Tuple[str, ...]

    @staticmethod
    def from_api(data: Any) -> SshKey:
        return SshKey(
            text(data, "id", "ssh key"),
            text(data, "name", "ssh key"),
            text(data, "publicKey", "ssh key"),
            tuple(sorted(texts(data, "regions", "ssh key"))),
        )

    def record(self, project: Project) -> Dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "project": project.id,
            "public_key": self.public_key,
            "fingerprint": fingerprint(self.public_key),
            "regions": list(self.regions),
        }


def list_keys(read: Reader, project: Project) -> Entries[SshKey]:
    """All keys of the project, in one request."""
    answer = read.get("cloud", "project", project.id, "sshkey")
    return entries(answer, "ssh keys", "ssh key", lambda data: [SshKey.from_api(data)])


def find_key(ref: str, keys: Entries[SshKey], region: Optional[str] = None) -> SshKey:
    """By name or id, among the keys that serve in the region."""
    here = keys.only(key for key in keys if region is None or not key.regions or region in key.regions)
    return find_one("ssh key", ref, here, lambda one: [one.id], lambda one: one.name, where=region or "")
