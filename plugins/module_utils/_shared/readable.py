# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads that only serve to warn or to check beforehand: what is refused or not answered is left out, and told."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Dict, Sequence, Tuple

from .._engine.errors import ApiError
from .._engine.model import Reader

Path = Tuple[str, ...]


def readable(read: Reader, paths: Sequence[Path]) -> Dict[Path, Any]:
    """The answers to those of the paths that have one; None for a 404."""
    answers: Dict[Path, Any] = {}
    try:
        return dict(zip(paths, read.get_many(paths, missing=None)))
    except ApiError:
        for path in paths:
            with suppress(ApiError):
                answers[path] = read.get(*path, missing=None)
    return answers


def not_compared(what: str) -> str:
    return f"{what} cannot be read, and so were not compared"
