# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-builder, which makes the images of execution environments."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.support.playbooks import output_of


def builder(*arguments: str, folder: Path | None = None) -> str:
    """What one run prints; it must work."""
    program = str(Path(sys.executable).with_name("ansible-builder"))
    return output_of([program, *arguments], folder, dict(os.environ), timeout=60)
