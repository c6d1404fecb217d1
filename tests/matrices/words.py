# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a matrix says what it saw."""

from __future__ import annotations

from typing import Any

from tests.support.playbooks import TaskRun


def differences(wanted: Any, found: Any, place: str = "") -> str:
    """Only what differs, with its place."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        keys = sorted({*wanted, *found})
        return "; ".join(
            differences(wanted.get(key), found.get(key), f"{place}.{key}")
            for key in keys
            if wanted.get(key) != found.get(key)
        )
    return f"{place[1:]}: wanted {wanted}, found {found}"


def is_bug(result: dict[str, Any]) -> bool:
    """Whether the collection itself went wrong, whatever it makes of it."""
    told = "Traceback" in str(result.get("msg"))
    return told or bool(result.get("exception")) or (result.get("failure") or {}).get("code") == "bug"


def how_it_ended(done: TaskRun) -> str:
    """What is wrong with its end: a bug, or a failure without a word."""
    if is_bug(done.result):
        return f"a bug: {done.msg}"
    return f"no message: {done.msg}" if done.failed and len(done.msg) < 20 else ""


def is_raw(run: TaskRun, *statuses: int) -> bool:
    """Whether all that is told is how the API refused, with one of these statuses."""
    return run.result.get("failure", {}).get("status") in statuses
