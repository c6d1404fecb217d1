# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines for people: of a plan, and of what a run came to."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import List

WIDTH = 69
"""Of 80 columns Ansible takes 11 around a line of a list."""
DONE = {"create": "made", "update": "changed", "replace": "replaced", "delete": "removed"}
SELDOM = ("replace", "delete")
"""Told only where there is something to tell."""


def counted(counts: Mapping[str, int]) -> List[str]:
    """How much of what, by the names of actions."""
    return [f"{counts[action]} {word}" for action, word in DONE.items() if counts[action] or action not in SELDOM]


def fitted(line: str) -> List[str]:
    """The same in as many lines as it takes."""
    return textwrap.wrap(line, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
