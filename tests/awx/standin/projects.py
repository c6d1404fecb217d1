# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a project that AWX takes for playbooks, and what it checks in the rule of a schedule."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import available_timezones

from tests.awx.standin.kinds import bad

PLAYBOOK = re.compile(r"^\s*(-\s*)?(hosts|import_playbook|ansible\.builtin\.import_playbook|include):", re.MULTILINE)
ELSEWHERE = {"roles", "tasks", "group_vars", "host_vars"}
START = re.compile(r"DTSTART(;TZID=([^:]+))?:(\d{8}T\d{6})(Z?)")
INVALID = "rrule parsing failed validation: "


def playbooks(folder: Path) -> list[str]:
    found = []
    for path in sorted([*folder.rglob("*.yml"), *folder.rglob("*.yaml")]):
        parts = path.relative_to(folder).parts
        if not any(part in ELSEWHERE or part.startswith(".") for part in parts[:-1]) and PLAYBOOK.search(
            path.read_text(encoding="utf-8")
        ):
            found.append("/".join(parts))
    return found


def check_rule(rule: str) -> None:
    start = START.search(rule)
    if start is None:
        raise bad(rrule="Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ")
    if not start[2] and not start[4]:
        raise bad(rrule="DTSTART cannot be a naive datetime.  Require ;TZINFO= or YYYYMMDDTHHMMSSZZ.")
    if start[2] and start[2] not in available_timezones():
        raise bad(rrule=f"{INVALID}A valid TZID must be provided (e.g., America/New_York)")
    for part in re.findall(r"RRULE:(\S+)", rule):
        if "INTERVAL" not in part:
            raise bad(rrule=f"INTERVAL required in rrule: {part}")
        if "SECONDLY" in part:
            raise bad(rrule="SECONDLY is not supported.")
        count = re.search(r"COUNT=(\d+)", part)
        if count and int(count[1]) > 999:
            raise bad(rrule="COUNT > 999 is unsupported.")
    if "RRULE:" not in rule:
        raise bad(rrule="One or more rule required in rrule.")
