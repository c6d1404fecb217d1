# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place where a path is put together and quoted."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence
from urllib.parse import quote, urlencode


def path_of(segments: Sequence[str], query: Optional[Mapping[str, Any]] = None) -> str:
    """The path of these segments, with the query behind it."""
    path = "/" + "/".join(quote(str(segment), safe="") for segment in segments)
    return f"{path}?{urlencode(query)}" if query else path
