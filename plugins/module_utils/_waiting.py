# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task says of its wait. A module can't print, so lines go into the pipe that its action plugin reads."""

from __future__ import annotations

import os
from typing import Callable, Optional, Sequence

from ._engine.clock import Clock

VARIABLE = "OVHCLOUD_VRACK_WAITING"
"""The environment variable with the path of the pipe. Without it nothing is said."""

EVERY = 5.0
"""Seconds from one line to the next, at least."""

SHOWN = 3
LONGEST = 400


class Waiting:
    """A line when what is waited for has changed, and not more often than *EVERY* seconds."""

    def __init__(self, clock: Clock, say: Callable[[str], None]) -> None:
        self._clock = clock
        self._say = say
        self._began = clock.now()
        self._said_at: Optional[float] = None
        self._said: Sequence[str] = ()

    def __call__(self, reasons: Sequence[str]) -> None:
        now = self._clock.now()
        reasons = list(dict.fromkeys(reasons))
        if reasons == self._said or (self._said_at is not None and now - self._said_at < EVERY):
            return
        self._said, self._said_at = reasons, now
        self._say(line(reasons, now - self._began))


def line(reasons: Sequence[str], seconds: float) -> str:
    """One line, short enough to be written into a pipe in one piece."""
    more = [f"… and {len(reasons) - SHOWN} more"] if len(reasons) > SHOWN else []
    text = f"after {seconds:.0f} s: " + "; ".join([*reasons[:SHOWN], *more])
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def say_into_pipe(path: str, text: str) -> None:
    """Write the line if somebody reads. Nothing that goes wrong here is of any matter to the task."""
    try:
        pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return
    try:
        os.write(pipe, text.encode("utf-8", "replace") + b"\n")
    except OSError:
        pass
    finally:
        os.close(pipe)
