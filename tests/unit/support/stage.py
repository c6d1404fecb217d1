# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several loops over one API, one step at a time, in an order that a seed decides."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any


class Stage:
    """The clock of all actors, and who may go on. Time passes when all of them wait."""

    def __init__(self, seed: int, start: float = 1000.0, time_passes: Callable[[float], Any] | None = None) -> None:
        self._time_passes = time_passes
        self._random = random.Random(seed)
        self._now = start
        self._changed = threading.Condition()
        self._due: dict[int, float] = {}
        self._running: int | None = None
        self._me = threading.local()

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float) -> None:
        self._give_way(self._now + seconds)

    def turn(self) -> None:
        """Let somebody else be faster. Outside of actors it does nothing."""
        if hasattr(self._me, "number"):
            self._give_way(self._now)

    def play(self, actors: Sequence[Callable[[], Any]]) -> list[Any]:
        """What each actor returned or, if it raised something, what."""
        results: list[Any] = [None] * len(actors)

        def act(number: int) -> None:
            self._me.number = number
            try:
                self._await_turn(number)
                results[number] = actors[number]()
            except BaseException as error:
                results[number] = error
            finally:
                self._pass_on()

        self._due = dict.fromkeys(range(len(actors)), self._now)
        threads = [threading.Thread(target=act, args=(number,), daemon=True) for number in range(len(actors))]
        for thread in threads:
            thread.start()
        self._pass_on()
        for thread in threads:
            thread.join(60)
        return results

    def _give_way(self, until: float) -> None:
        self._due[self._me.number] = until
        self._pass_on()
        self._await_turn(self._me.number)

    def _pass_on(self) -> None:
        with self._changed:
            self._running = None
            if self._due:
                self._move_to(min(self._due.values()))
                ready = sorted(number for number, due in self._due.items() if due <= self._now)
                self._running = self._random.choice(ready)
                del self._due[self._running]
            self._changed.notify_all()

    def _move_to(self, moment: float) -> None:
        seconds = moment - self._now
        if seconds > 0:
            self._now = moment
            if self._time_passes is not None:
                self._time_passes(seconds)

    def _await_turn(self, number: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._running == number)
