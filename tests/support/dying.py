# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The death of a module's process at one of its requests: nothing in it can do anything about it."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import requests.adapters

VARIABLE = "DIES_AT_REQUEST"
"""In the environment of a module: "before 3" or "after 3", of its third request, whatever that is for."""


def die_at(moment: str) -> None:
    """Let this process be killed before that request is sent, or once the API has acted, before the answer is seen."""
    where, number = moment.split()
    send, turn = requests.adapters.HTTPAdapter.send, threading.Lock()
    left = int(number)

    def counted(*args: Any, **options: Any) -> Any:
        nonlocal left
        with turn:
            left -= 1
            mine = left == 0
        if mine and where == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = send(*args, **options)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    requests.adapters.HTTPAdapter.send = counted  # type: ignore[method-assign]
