# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options of an item say: blanks around a text are none of it, and an empty one is left out."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Tuple


def text_given(item: Mapping[str, Any], option: str) -> Optional[str]:
    return str(item[option] or "").strip() or None


def texts_given(item: Mapping[str, Any], option: str) -> Optional[Tuple[str, ...]]:
    """Each once. An empty list stays one; one of empty texts is what Ansible makes of an empty text."""
    entries = item[option]
    if entries is None:
        return None
    found = tuple(dict.fromkeys(text for text in (str(entry).strip() for entry in entries) if text))
    return found if found or not entries else None
