# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds what a task called against the access rules that the project names for its module."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, Protocol

from tools.collection_tree import collection_tree

try:
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._rights import ON_FAILURE, RIGHTS, rules_for
except ModuleNotFoundError:  # a command, which has no loader of Ansible's
    sys.path.append(str(collection_tree()))
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._rights import ON_FAILURE, RIGHTS, rules_for


PREFIX = "ovhcloud.vrack."
OPEN = ("/auth/", "/order/catalog/")
"""What needs no rule."""


def fits(rule: dict[str, str], call: dict[str, Any]) -> bool:
    """As OVHcloud reads a rule: a star stands for anything."""
    head, *parts = rule["path"].split("*")
    path = call["path"].partition("?")[0]
    if call["method"] != rule["method"] or not path.startswith(head):
        return False
    position = len(head)
    for part in parts[:-1]:
        position = path.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return not parts or path.endswith(parts[-1])


def unused(rules: list[dict[str, str]], journal: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The rules that none of these calls needed."""
    return [rule for rule in rules if not any(fits(rule, call) for call in journal)]


def without_rule(action: str, calls: list[dict[str, Any]]) -> list[str]:
    """The calls of a task that no rule of its module allows, whatever the task was told to do."""
    module = action.removeprefix(PREFIX)
    if module not in RIGHTS or not action.startswith(PREFIX):
        return []
    pairs = [rule.split(" ", 1) for rule in (*rules_for(module, RIGHTS[module]), *ON_FAILURE)]
    rules = [{"method": method, "path": path} for method, path in pairs]
    return [
        f"{call['method']} {call['path']}"
        for call in calls
        if not call["path"].startswith(OPEN) and not any(fits(rule, call) for rule in rules)
    ]


class Ran(Protocol):
    """What was run, and what it called."""

    task: str
    action: str
    calls: list[dict[str, Any]]


def assert_allowed(tasks: Iterable[Ran]) -> None:
    uncovered = {task.task: without_rule(task.action, task.calls) for task in tasks}
    assert {task: calls for task, calls in uncovered.items() if calls} == {}, "no access rule allows these calls"
