# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The death of a run at one of its calls."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

Send = Callable[[Any], tuple[Any, bool]]


class Killed(BaseException):
    """No code may catch it."""


def killed_at(send: Send, number: int, after: bool) -> Send:
    """Let the sender die at the call of that number, before or after its effect."""
    count = itertools.count(1)

    def send_or_die(call: Any) -> tuple[Any, bool]:
        dies = next(count) == number
        if dies and not after:
            raise Killed
        answer = send(call)
        if dies:
            raise Killed
        return answer

    return send_or_die
