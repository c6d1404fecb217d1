# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look reads for keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Tuple

from ..._shared.project import Project
from ..._shared.quota import Quota
from .record import SshKey


@dataclass(frozen=True)
class SshKeyWorld:
    """Per project: its keys, and its regions where one is named."""

    projects: Dict[str, Project]
    keys: Dict[str, Tuple[SshKey, ...]]
    names: Dict[str, Tuple[str, ...]]
    quotas: Dict[str, Tuple[Quota, ...]] = field(default_factory=dict)
    unread: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
