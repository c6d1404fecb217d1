# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls that wait for their turn, and those that are on their way: never two of one lock, never too many at once."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Any, Callable, Deque, Dict, Generic, List, Optional, Set, Tuple, TypeVar

from .asks import Ask
from .model import Call

Item = TypeVar("Item")


@dataclass(frozen=True)
class Done(Generic[Item]):
    """A call whose answer is in."""

    item: Item
    ask: Ask
    future: Future[Any]


class Traffic(Generic[Item]):
    """Belongs to the loop's thread; the workers get single calls."""

    def __init__(self, workers: Executor, send: Callable[[Call], Tuple[Any, bool]], most: int) -> None:
        self._workers = workers
        self._send = send
        self._most = most
        self._waiting: Deque[Tuple[Item, Ask, int]] = deque()
        self._behind: Dict[str, Deque[Tuple[Item, Ask, int]]] = {}
        self._dropped: Set[int] = set()
        self.flying: Dict[Future[Any], Tuple[Item, Ask]] = {}

    @property
    def quiet(self) -> bool:
        return not self.flying and not self._waiting

    def queue(self, item: Item, ask: Ask, way: int) -> None:
        self._waiting.append((item, ask, way))

    def forget(self) -> None:
        """Empty the queue. What is on its way stays so."""
        self._waiting.clear()
        self._behind = {lock: deque() for lock in self._behind}
        self._dropped.clear()

    def drop(self, item: Item) -> None:
        """Send nothing more that is queued for the item."""
        self._dropped.add(id(item))

    def launch(self) -> Optional[Item]:
        """Send the next call that may go, and say whose it is; None where none may."""
        while self._waiting and len(self.flying) < self._most:
            item, ask, way = self._waiting.popleft()
            if id(item) in self._dropped:
                continue
            lock = ask.ways[way].lock
            if lock in self._behind:
                self._behind[lock].append((item, ask, way))
                continue
            if lock:
                self._behind[lock] = deque()
            self.flying[self._workers.submit(self._send, ask.begin(way))] = (item, ask)
            return item
        return None

    def landed(self, seconds: Optional[float]) -> List[Done[Item]]:
        """Those that are back, after waiting so long for the first one (None: until there is one)."""
        done, _rest = wait(list(self.flying), timeout=seconds, return_when=FIRST_COMPLETED)
        return [Done(*self._released(future), future) for future in done]

    def _released(self, future: Future[Any]) -> Tuple[Item, Ask]:
        """Whose it is. Those that waited behind its lock go first now."""
        item, ask = self.flying.pop(future)
        if ask.call.lock:
            self._waiting.extendleft(reversed(self._behind.pop(ask.call.lock)))
        return item, ask
