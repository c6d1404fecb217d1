# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reads of one look."""

from __future__ import annotations

from concurrent.futures import Executor, as_completed
from functools import partial
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from .._engine.clock import Clock
from .._engine.errors import Gone
from .._messages import api_error
from .paths import path_of

PAGE_SIZE = 1000
MOST_PAGES = 500
RAISE: Any = object()
Read = Callable[..., Tuple[Any, Mapping[str, str]]]


class LookReader:
    """The reads of one look. Each answer is remembered for the look, and nothing here can change anything."""

    def __init__(self, read: Read, warm_up: Callable[[], None], workers: Executor, clock: Clock) -> None:
        self._read = read
        self._warm_up = warm_up
        self._workers = workers
        self._clock = clock
        self._memory: Dict[Tuple[str, bool], Any] = {}

    def now(self) -> float:
        return self._clock.now()

    def get(self, *path: str, query: Optional[Mapping[str, Any]] = None, missing: Any = RAISE) -> Any:
        return self._remembered(path_of(path, query), missing)

    def get_many(self, paths: Iterable[Tuple[str, ...]], missing: Any = RAISE) -> List[Any]:
        wanted = [path_of(path) for path in paths]
        self._warm_up()
        self._read_all([path for path in dict.fromkeys(wanted) if (path, False) not in self._memory])
        return [self._remembered(path, missing) for path in wanted]

    def _read_all(self, paths: Sequence[str]) -> None:
        """By the workers and, where slow ones hold them all up, by this thread. The first failure ends it for all."""
        futures = {self._workers.submit(self._read, path): path for path in paths}
        try:
            for future in reversed(list(futures)):
                if future.cancel():
                    self._keep(futures[future], partial(self._read, futures[future]))
            for future in as_completed([one for one in futures if not one.cancelled()]):
                self._keep(futures[future], future.result)
        finally:
            for future, path in futures.items():
                if not future.cancel() and future.done() and future.exception() is None:
                    self._keep(path, future.result)

    def _keep(self, path: str, answer: Callable[[], Tuple[Any, Mapping[str, str]]]) -> None:
        try:
            self._memory[path, False] = answer()[0]
        except Gone as gone:
            self._memory[path, False] = gone

    def get_objects(self, *path: str, query: Optional[Mapping[str, Any]] = None) -> List[Dict[str, Any]]:
        """Whole objects of a list route, in one request where the route can page objects, else one GET an id."""
        key = (path_of(path, query), True)
        if key not in self._memory:
            self._memory[key] = self._read_objects(path, key[0])
        objects: List[Dict[str, Any]] = self._memory[key]
        return objects

    def _read_objects(self, path: Sequence[str], address: str) -> List[Dict[str, Any]]:
        found: List[Any] = []
        page = 1
        while True:
            headers = {
                "X-Pagination-Mode": "CachedObjectList-Pages",
                "X-Pagination-Number": str(page),
                "X-Pagination-Size": str(PAGE_SIZE),
                "Pragma": "no-cache",
            }
            answer, said = self._read(address, headers)
            if not isinstance(answer, list):
                raise api_error("not_a_list", {"method": "GET", "path": address})
            found.extend(answer)
            total = said.get("X-Pagination-Elements", "")
            if not answer or not total.isdigit() or len(found) >= int(total):
                break
            page += 1
            if page > MOST_PAGES:
                raise api_error("too_many_pages", {"method": "GET", "path": address})
        ids = [tuple(path) + (str(entry),) for entry in found if not isinstance(entry, dict)]
        answers = self.get_many(ids, missing=None) if ids else []
        read = [entry for entry in answers if entry is not None]
        if not all(isinstance(entry, dict) for entry in read):
            raise api_error("not_an_object", {"method": "GET", "path": address})
        return [entry for entry in found if isinstance(entry, dict)] + read

    def _remembered(self, path: str, missing: Any) -> Any:
        if (path, False) not in self._memory:
            self._keep(path, partial(self._read, path))
        value = self._memory[path, False]
        if isinstance(value, Gone):
            if missing is RAISE:
                raise value
            return missing
        return value
