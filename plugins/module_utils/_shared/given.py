# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options of an item say: blanks around a text are none of it, and an empty one is left out."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Tuple

from .._messages import error

LONGEST_NAME = 255


def text_given(item: Mapping[str, Any], option: str) -> Optional[str]:
    return str(item[option] or "").strip() or None


def texts_given(item: Mapping[str, Any], option: str) -> Optional[Tuple[str, ...]]:
    """Each once. An empty list stays one; one of empty texts is what Ansible makes of an empty text."""
    entries = item[option]
    if entries is None:
        return None
    found = tuple(dict.fromkeys(text for text in (str(entry).strip() for entry in entries) if text))
    return found if found or not entries else None


def check_name(name: str, option: str = "name") -> str:
    """Refuse what no list could show, and the API refuses or cuts off. (Not by itself known: the longest name.)"""
    if len(name) > LONGEST_NAME or any(not letter.isprintable() for letter in name):
        shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name[:40])
        wanted = f"of at most {LONGEST_NAME} characters that can be shown, in one line"
        raise error("bad_value", option=option, value=shown, wanted=wanted)
    return name
