# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reads of one look."""

from __future__ import annotations

from concurrent.futures import CancelledError, Executor, Future, as_completed
from copy import copy
from itertools import zip_longest
from threading import Lock
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from .._engine.clock import Clock
from .._engine.errors import Gone, VrackError
from .._messages import api_error
from .paths import path_of

PAGE_SIZE = 1000
MOST_PAGES = 500
RAISE: Any = object()
Read = Callable[..., Tuple[Any, Mapping[str, str]]]


class LookReader:
    """The reads of one look, by any number of threads.

    Each answer is remembered for the look, and what is under way is waited for instead of being asked for again.
    Nothing here can change anything.
    """

    def __init__(
        self,
        read: Read,
        warm_up: Callable[[], None],
        workers: Executor,
        clock: Clock,
        today: Callable[[], float],
        will_write: Callable[[], None] = lambda: None,
    ) -> None:
        self._read = read
        self._warm_up = warm_up
        self._workers = workers
        self._clock = clock
        self._today = today
        self._will_write = will_write
        self._lock = Lock()
        self._memory: Dict[Tuple[str, bool], Future[Any]] = {}
        self._begun: Dict[Tuple[str, bool], Future[None]] = {}

    def now(self) -> float:
        return self._clock.now()

    def today(self) -> float:
        return self._today()

    def get(self, *path: str, query: Optional[Mapping[str, Any]] = None, missing: Any = RAISE) -> Any:
        return self._answer(path_of(path, query), missing)

    def ahead(self, *paths: Tuple[str, ...], query: Optional[Mapping[str, Any]] = None) -> None:
        """Begin to read these, for they will be asked for. What comes of it, or goes wrong, is met there."""
        self._warm_up()
        for path in paths:
            key = (path_of(path, query), False)
            future, own = self._claim(key)
            if own:
                self._begun[key] = self._workers.submit(self._fulfil, future, key[0])

    def will_write(self) -> None:
        self._will_write()

    def get_many(
        self,
        paths: Iterable[Tuple[str, ...]],
        missing: Any = RAISE,
        queries: Optional[Sequence[Mapping[str, Any]]] = None,
    ) -> List[Any]:
        asked = list(paths)
        wanted = [path_of(path, query) for path, query in zip_longest(asked, queries or ())]
        self._warm_up()
        self._read_all(dict.fromkeys(wanted))
        return [self._answer(path, missing) for path in wanted]

    def _read_all(self, paths: Iterable[str]) -> None:
        """By the workers and, where slow ones hold them all up, by this thread. The first failure ends it for all."""
        mine = {path: future for path, (future, own) in ((path, self._claim((path, False))) for path in paths) if own}
        tasks = {self._workers.submit(self._fulfil, future, path): path for path, future in mine.items()}
        try:
            for task in reversed(list(tasks)):
                if task.cancel():
                    self._fulfil(mine[tasks[task]], tasks[task])
                    mine[tasks[task]].result()
            for future in as_completed(mine.values()):
                future.result()
        finally:
            for task, path in tasks.items():
                if task.cancel() or task.cancelled():
                    self._forget((path, False), mine[path])

    def _claim(self, key: Tuple[str, bool]) -> Tuple[Future[Any], bool]:
        """The answer to come, and whether it is for the caller to fetch."""
        with self._lock:
            known = self._memory.get(key)
            if known is not None:
                return known, False
            future = self._memory[key] = Future()
            return future, True

    def _take_back(self, key: Tuple[str, bool]) -> bool:
        """Whether no worker has come yet to what was begun: they may all wait for what waits for this."""
        task = self._begun.pop(key, None)
        return task is not None and task.cancel()

    def _forget(self, key: Tuple[str, bool], future: Future[Any]) -> None:
        """Whoever waits for it fetches it for themselves. What is done stays."""
        with self._lock:
            if future.cancel():
                del self._memory[key]

    def _fulfil(self, future: Future[Any], path: str) -> None:
        try:
            future.set_result(self._read(path)[0])
        except Gone as gone:
            future.set_result(gone)
        except BaseException as error:
            future.set_exception(error)

    def _answer(self, path: str, missing: Any) -> Any:
        """What was read, or a copy of what came instead of it, for whoever catches it adds to it."""
        value = self._remembered((path, False), lambda future: self._fulfil(future, path))
        if isinstance(value, Gone):
            if missing is RAISE:
                raise copy(value)
            return missing
        return value

    def _remembered(self, key: Tuple[str, bool], fulfil: Callable[[Future[Any]], None]) -> Any:
        while True:
            future, own = self._claim(key)
            if own or self._take_back(key):
                fulfil(future)
            try:
                return future.result()
            except CancelledError:
                continue
            except VrackError as error:
                raise copy(error) from error

    def get_objects(self, *path: str, query: Optional[Mapping[str, Any]] = None) -> List[Dict[str, Any]]:
        """Whole objects of a list route, in one request where the route can page objects, else one GET an id."""
        key = (path_of(path, query), True)

        def fulfil(future: Future[Any]) -> None:
            try:
                future.set_result(self._read_objects(path, key[0]))
            except BaseException as error:
                future.set_exception(error)

        objects: List[Dict[str, Any]] = self._remembered(key, fulfil)
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
            if len(found) > PAGE_SIZE * MOST_PAGES:
                raise api_error("too_many_pages", {"method": "GET", "path": address})
            total = said.get("X-Pagination-Elements", "")
            if not answer or not total.isdigit() or len(found) >= int(total):
                break
            page += 1
            if page > MOST_PAGES:
                raise api_error("too_many_pages", {"method": "GET", "path": address})
        if not all(isinstance(entry, (dict, str, int)) for entry in found):
            raise api_error("not_an_object", {"method": "GET", "path": address})
        ids = [tuple(path) + (str(entry),) for entry in found if not isinstance(entry, dict)]
        answers = self.get_many(ids, missing=None) if ids else []
        read = [entry for entry in answers if entry is not None]
        if not all(isinstance(entry, dict) for entry in read):
            raise api_error("not_an_object", {"method": "GET", "path": address})
        return [entry for entry in found if isinstance(entry, dict)] + read
