# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the API's JSON to typed values: the only place where its answers are trusted, after a look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Dict, List, Optional, Tuple

from .._messages import error

STILL_IN_USE = (400, 409)
"""With these a removal is refused while something is going on that holds the thing. It passes by itself, and where it
does not, the refusal is told when the time is up."""

_MISSING = object()


def text(data: Any, field: str, thing: str) -> str:
    return str(_typed(data, field, thing, str))


def optional_text(data: Any, field: str, thing: str) -> Optional[str]:
    value: Optional[str] = _optional(data, field, thing, str)
    return value


def number(data: Any, field: str, thing: str) -> int:
    return int(_typed(data, field, thing, int))


def optional_number(data: Any, field: str, thing: str) -> Optional[int]:
    value: Optional[int] = _optional(data, field, thing, int)
    return value


def flag(data: Any, field: str, thing: str) -> bool:
    return bool(_typed(data, field, thing, bool))


def objects(data: Any, field: str, thing: str) -> List[Dict[str, Any]]:
    found = _typed(data, field, thing, list)
    if not all(isinstance(entry, dict) for entry in found):
        raise error("bad_answer", thing=thing, field=field)
    return list(found)


def optional_objects(data: Any, field: str, thing: str) -> List[Dict[str, Any]]:
    """A list of objects. Left out or null, there are none."""
    return [] if _optional(data, field, thing, list) is None else objects(data, field, thing)


def texts(data: Any, field: str, thing: str) -> Tuple[str, ...]:
    """A list of texts. Left out or null, there are none."""
    found = _optional(data, field, thing, list) or []
    if not all(isinstance(entry, str) for entry in found):
        raise error("bad_answer", thing=thing, field=field)
    return tuple(found)


def numbers(data: Any, field: str, thing: str) -> Tuple[int, ...]:
    """A list of whole numbers. Left out or null, there are none."""
    found = _optional(data, field, thing, list) or []
    if not all(isinstance(entry, int) and not isinstance(entry, bool) for entry in found):
        raise error("bad_answer", thing=thing, field=field)
    return tuple(found)


def section(data: Any, field: str, thing: str) -> Dict[str, Any]:
    """An object within the answer. Left out or null, there is nothing in it."""
    found: Dict[str, Any] = _optional(data, field, thing, dict) or {}
    return found


def listed(answer: Any, thing: str) -> List[Any]:
    """The entries of an answer that has to be a list of objects or of ids. What is no such list is not "none"."""
    whole = isinstance(answer, list) and all(isinstance(entry, (dict, str, int)) for entry in answer)
    if not whole or len({isinstance(entry, dict) for entry in answer}) > 1:
        raise error("bad_list", thing=thing)
    return list(answer)


def listed_texts(answer: Any, thing: str) -> List[str]:
    """The same for an answer that has to be a list of texts."""
    found = listed(answer, thing)
    if not all(isinstance(entry, str) for entry in found):
        raise error("bad_list", thing=thing)
    return found


def listed_numbers(answer: Any, thing: str) -> List[int]:
    """The same for an answer that has to be a list of whole numbers."""
    found = listed(answer, thing)
    if not all(isinstance(entry, int) and not isinstance(entry, bool) for entry in found):
        raise error("bad_list", thing=thing)
    return found


def _typed(data: Any, field: str, thing: str, wanted: type) -> Any:
    value = data.get(field, _MISSING) if isinstance(data, Mapping) else _MISSING
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise error("bad_answer", thing=thing, field=field)
    return value


def _optional(data: Any, field: str, thing: str, wanted: type) -> Any:
    if not isinstance(data, Mapping) or data.get(field) is None:
        return None
    return _typed(data, field, thing, wanted)
