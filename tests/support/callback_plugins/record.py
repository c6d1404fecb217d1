# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes each task's result to a file, one JSON line a task, with the part of the simulator's journal that is its."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: aggregate
short_description: Write results as JSON lines
description: For tests. The file is named by the variable RECORD_FILE.
"""


class CallbackModule(CallbackBase):
    """One line a result, in the order of the results."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._new_calls()

    def v2_runner_on_ok(self, result: Any) -> None:
        self._record(result, "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._record(result, "failed")

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._record(result, "skipped")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._record(result, "unreachable")

    def _record(self, result: Any, outcome: str) -> None:
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        data = dict(getattr(result, "result", None) or result._result)
        line = {
            "task": task.get_name(),
            "action": task.action,
            "host": host.get_name(),
            "outcome": outcome,
            "result": data,
            "calls": self._new_calls(),
        }
        with Path(os.environ["RECORD_FILE"]).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line, default=str) + "\n")

    def _new_calls(self) -> list[dict[str, Any]]:
        """What the simulator's journal got since the last time. Plays on machines have none."""
        if "OVH_SIMULATOR_URL" not in os.environ:
            return []
        url = f"{os.environ['OVH_SIMULATOR_URL']}/_simulator/journal?since={self.seen}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            calls: list[dict[str, Any]] = json.load(answer)
        if calls:
            self.seen = max(call["n"] for call in calls)
        return calls
