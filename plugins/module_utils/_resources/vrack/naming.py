# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a vRack may be called, and the mark of one that was ordered and whose name OVHcloud refused."""

from __future__ import annotations

import re
from typing import Iterator, Optional

from ..._engine.errors import VrackError
from ..._messages import error

LONGEST = 255

MARK = "ordered by ovhcloud.vrack, name refused: "


def problem_of(name: Optional[str], description: Optional[str]) -> Optional[VrackError]:
    """Why a vRack can't get this name or description. None: left as it is."""
    for option, value, why in _problems(name, description):
        return error("vrack_text", option=option, value=shown(value), why=why)
    return None


def _problems(name: Optional[str], description: Optional[str]) -> Iterator[tuple[str, str, str]]:
    for option, value in (("name", name), ("description", description)):
        if value is None:
            continue
        if len(value) > LONGEST:
            yield option, value, f"has {len(value)} characters, and {LONGEST} is the most"
        if not value.isprintable():
            yield option, value, "holds control characters"
        if option == "name" and not value:
            yield option, value, "is empty"
        if option == "name" and any(character.isspace() for character in value):
            yield option, value, "holds white space"


def shown(value: str) -> str:
    """With its control characters readable, and not at full length."""
    readable = value.encode("unicode_escape").decode("ascii") if not value.isprintable() else value
    return readable if len(readable) <= 60 else readable[:60] + "…"


def mark(name: str) -> str:
    """The description that a vRack gets whose name was refused: by it every later run knows that it is there."""
    return (MARK + re.sub(r"[^A-Za-z0-9._-]", "-", name))[:LONGEST]


def is_marked(description: str) -> bool:
    return description.startswith(MARK)
