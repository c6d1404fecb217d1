# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A project that is to be in a vRack, or not to be in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AttachmentSpec:
    """A project that is to be in a vRack, or not to be in it."""

    state: str
    vrack: str
    project: str
    move: bool = False
    refuse_overlap: bool = False
