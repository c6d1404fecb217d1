# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a project that AWX takes for playbooks, and what it checks in the rule of a schedule."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

from tests.support.awx.kinds import Refused

PLAYBOOK = re.compile(r"^\s*(-\s*)?(hosts|import_playbook|ansible\.builtin\.import_playbook|include):", re.MULTILINE)
ELSEWHERE = {"roles", "tasks", "group_vars", "host_vars"}
START = re.compile(r"DTSTART(;TZID=([^:]+))?:(\d{8}T\d{6})(Z?)")
RULE = re.compile(r"RULE:\S*")
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


def wants_collections(folder: Path) -> bool:
    return any((folder / "collections" / f"requirements.{ending}").exists() for ending in ("yml", "yaml"))


def revision(found: list[str]) -> str:
    """Stands for the commit: another one when there are other playbooks."""
    return hashlib.sha1("\n".join(found).encode(), usedforsecurity=False).hexdigest()


def check_rule(rule: str) -> None:
    errors = [*start_errors(rule), *(error for part in RULE.findall(rule) for error in rule_errors(part))]
    if "RRULE:" not in rule:
        errors.append("One or more rule required in rrule.")
    if errors:
        raise Refused(400, {"rrule": errors})


def start_errors(rule: str) -> list[str]:
    start = START.search(rule)
    if start is None:
        return ["Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ"]
    if not start[2] and not start[4]:
        return ["DTSTART cannot be a naive datetime. Specify ;TZINFO= or YYYYMMDDTHHMMSSZZ."]
    if start[2] and start[2] not in available_timezones():
        return [f"{INVALID}A valid TZID must be provided (e.g., America/New_York)"]
    return []


def rule_errors(part: str) -> Iterator[str]:
    """What is wrong with one rule, which each text quotes."""
    if "INTERVAL" not in part:
        yield f"INTERVAL required in rrule: {part}"
    elif "SECONDLY" in part:
        yield f"SECONDLY is not supported: {part}"
    count = re.search(r"COUNT=(\d+)", part)
    if count and int(count[1]) > 999:
        yield f"COUNT > 999 is unsupported: {part}"
