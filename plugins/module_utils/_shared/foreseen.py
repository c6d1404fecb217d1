# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's answers as they will be when a plan has been carried out: what is planned is laid over what is read."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Tuple

from .._engine.model import LATER, SHOWN_LATER, Reader

Path = Tuple[str, ...]
Edit = Callable[[Any], Any]
NOTHING: Any = object()


class Edits:
    """What is planned, as changes of answers. An id that the API will choose is one of its own until then."""

    def __init__(self) -> None:
        self.of: Dict[Path, List[Edit]] = {}
        self._numbers = itertools.count(1)

    def __bool__(self) -> bool:
        return bool(self.of)

    def known(self, value: Any) -> str:
        """The value, or what stands for one that is not known yet."""
        return f"{SHOWN_LATER} {next(self._numbers)}" if value is LATER else str(value)

    def answer(self, path: Path, value: Any) -> None:
        self.of.setdefault(path, []).append(lambda _answer: value)

    def add(self, path: Path, entry: Any) -> None:
        self.of.setdefault(path, []).append(lambda answer: [*(answer or ()), entry])

    def drop(self, path: Path, field: str, value: Any) -> None:
        """Without the entry of that list in which *field* is *value*."""
        self.of.setdefault(path, []).append(lambda answer: [one for one in answer or () if _of(one, field) != value])

    def change(self, path: Path, field: str, value: Any, edit: Callable[[Dict[str, Any]], Mapping[str, Any]]) -> None:
        """With the entry of that list in which *field* is *value* made another."""
        self.of.setdefault(path, []).append(
            lambda answer: [{**one, **edit(one)} if _of(one, field) == value else one for one in answer or ()]
        )

    def laid_over(self, path: Path, answer: Any) -> Any:
        for edit in self.of.get(path, ()):
            answer = edit(answer)
        return answer


def is_unknown(value: Any) -> bool:
    """Whether it stands for a value that the API will choose."""
    return isinstance(value, str) and value.startswith(SHOWN_LATER)


def told(value: Any) -> Any:
    """A record as it can be told: what stands for a value that the API will choose is LATER again."""
    if value is None or isinstance(value, (str, int)):
        return LATER if is_unknown(value) else value
    if isinstance(value, Mapping):
        return {key: told(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [told(entry) for entry in value]
    return value


class ForeseenReader:
    """A reader that answers as if the plan had been carried out. Nothing is asked about what does not exist yet."""

    def __init__(self, read: Reader, edits: Edits) -> None:
        self._read = read
        self._edits = edits

    def now(self) -> float:
        return self._read.now()

    def today(self) -> float:
        return self._read.today()

    def get(self, *path: str, query: Optional[Mapping[str, Any]] = None, missing: Any = NOTHING) -> Any:
        return self._edits.laid_over(path, self._asked(path, query, missing))

    def _asked(self, path: Path, query: Optional[Mapping[str, Any]], missing: Any) -> Any:
        if not _is_there(path):
            return []
        more = {} if missing is NOTHING else {"missing": missing}
        return self._read.get(*path, query=query, **more)

    def ahead(self, *paths: Path, query: Optional[Mapping[str, Any]] = None) -> None:
        self._read.ahead(*filter(_is_there, paths), query=query)

    def will_write(self) -> None:
        self._read.will_write()

    def get_many(
        self,
        paths: Iterable[Path],
        missing: Any = NOTHING,
        queries: Optional[Sequence[Mapping[str, Any]]] = None,
    ) -> List[Any]:
        asked = list(paths)
        real = [number for number, path in enumerate(asked) if _is_there(path)]
        more: Dict[str, Any] = {} if missing is NOTHING else {"missing": missing}
        if queries is not None:
            more["queries"] = [queries[number] for number in real]
        answers = dict(zip(real, self._read.get_many([asked[number] for number in real], **more)))
        return [self._edits.laid_over(path, answers.get(number, [])) for number, path in enumerate(asked)]

    def get_objects(self, *path: str, query: Optional[Mapping[str, Any]] = None) -> Sequence[Dict[str, Any]]:
        found: Sequence[Dict[str, Any]] = self._edits.laid_over(path, self._read.get_objects(*path, query=query))
        return found


def _is_there(path: Path) -> bool:
    return not any(is_unknown(part) for part in path)


def _of(entry: Any, field: str) -> Any:
    """A field of an entry, or the entry itself, where the list is one of ids."""
    return entry.get(field) if isinstance(entry, Mapping) else entry
