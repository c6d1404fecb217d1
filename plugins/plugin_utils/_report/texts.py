# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts of others, made harmless to read: what is not seen or turns the reading order is written out."""

from __future__ import annotations

import unicodedata
from typing import Any

UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode's categories of control and format characters, bidirectional ones among them, and of what is no character."""


def plain(value: Any) -> Any:
    """The same with every text in it made plain."""
    if isinstance(value, dict):
        return {plain(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    return plain_text(value) if isinstance(value, str) else value


def plain_text(text: str) -> str:
    if text.isascii() and text.isprintable():
        return str(text)
    return "".join(f"⟨U+{ord(one):04X}⟩" if unicodedata.category(one) in UNSEEN else one for one in text)
