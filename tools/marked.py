# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of a page that a tool writes, between two marks that name it."""

from __future__ import annotations

import re


def part(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name}: begin -->\n).*(<!-- {name}: end -->)", re.DOTALL)


def filled(page: str, marked: re.Pattern[str], text: str) -> str:
    """The page with that part as it should be."""
    return marked.sub(lambda found: found[1] + text + found[2], page)
