# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The front door of the plan: a description in, a plan or all that is wrong with it out."""

from __future__ import annotations

import json
import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Optional, Tuple

from ._description.fields import SECTIONS, hidden
from ._engine.errors import VrackError
from ._messages import error
from ._module import Module, Task, check_rights, reading
from ._shared.resource import UNLISTED_OPTION

if TYPE_CHECKING:
    from ._api.client import Client
    from ._api.reader import LookReader
    from ._plan.costs import Costs
    from ._plan.model import Problems
    from ._plan.whole import Whole

OPTIONS: Dict[str, Any] = {
    "topology": {"type": "raw", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "sections": {
        "type": "list",
        "elements": "str",
        "choices": SECTIONS,
    },
    "details": {"type": "bool", "default": False},
    "unlisted_regions": UNLISTED_OPTION,
    "plan_file": {"type": "path"},
    "approved": {"type": "dict"},
    "json_to": {"type": "path"},
    "markdown_to": {"type": "path"},
    "prices": {"type": "bool"},
}


class _PlanModule(Module):
    """Keeps the description to itself, and lets only what is no secret of it be logged and returned."""

    def _load_params(self) -> None:
        super()._load_params()
        self.topology = _as_mapping(self.params.get("topology"))
        self.params["topology"] = self.given["topology"] = hidden(self.topology)


def _as_mapping(value: Any) -> Any:
    """YAML text is read here, for what is in it may be secret."""
    if not isinstance(value, str):
        return value
    from ._description.texts import NotReadable, parsed_text

    try:
        return parsed_text(value)
    except NotReadable as problem:
        return f"text that is no YAML: {problem}"


def run_plan() -> None:
    """Build the module, plan what its description says, and leave with the plan."""
    Task(reading(_PlanModule, OPTIONS, mutually_exclusive=[["plan_file", "approved"]])).run(_plan)


def _plan(task: Task) -> Dict[str, Any]:
    from ._plan.approval import check_approved
    from ._plan.whole import plan_whole

    module: Any = task.module
    params, began = module.params, time.time()
    client = cache(task.client)
    asked = {name: params[name] for name in ("state", "sections", "details", "unlisted_regions")}
    whole = plan_whole(module.topology, lambda: _reader(client(), params["max_concurrency"]), **asked)
    try:
        if whole.plan.to_do:
            check_rights(client(), whole.access_rules)
        approved = _approved(params)
        if approved is not None and not whole.problems.found:
            check_approved(whole.plan, approved)
    except VrackError as problem:
        whole.problems.add("", problem.code, problem.sentence())
    if whole.problems.found:
        return _failure(whole.problems)
    costs = _costs(task, whole, client) if _wants_prices(module) else None
    return {**_result(task, whole, costs), "began": int(began)}


def _wants_prices(module: Any) -> bool:
    """Where it is left open, a run in check mode does."""
    return bool(module.check_mode if module.params["prices"] is None else module.params["prices"])


def _costs(task: Task, whole: Whole, client: Callable[[], Client]) -> Costs:
    from ._plan.costs import costs_of
    from ._prices.reading import read_prices

    module: Any = task.module
    subsidiary = (module.topology.get("vrack") or {}).get("subsidiary")
    read = whole.read or client().reader()
    return costs_of(whole.planner.planned, whole.planner.worlds, lambda: read_prices(client(), read, subsidiary))


def _reader(client: Client, at_once: int) -> LookReader:
    """All kinds look side by side, and together send no more requests at once than is allowed."""
    from threading import BoundedSemaphore

    client.checks_rights = True
    turns = BoundedSemaphore(at_once)

    def read(path: str, headers: Optional[Mapping[str, str]] = None) -> Tuple[Any, Mapping[str, str]]:
        with turns:
            return client.read(path, headers)

    return client.reader_by(read)


def _approved(params: Mapping[str, Any]) -> Any:
    if params["plan_file"] is None:
        return params["approved"]
    try:
        with open(params["plan_file"], encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as problem:
        raise error("plan_unreadable", why=f"{params['plan_file']}: {problem}") from problem


def _failure(problems: Problems) -> Dict[str, Any]:
    lines = [text for _about, _code, text in problems.found]
    whole = "\n".join(f"- {line}" for line in lines)
    told = error("plan_problems", count=len(lines), problems=whole)
    return {
        "failed": True,
        "msg": told.sentence() if len(lines) > 1 else lines[0],
        "problems": [{"about": about, "code": code, "text": text} for about, code, text in problems.found],
        "failure": told.facts() if len(lines) > 1 else {"code": problems.found[0][1] or told.code},
    }


def _result(task: Task, whole: Whole, costs: Optional[Costs]) -> Dict[str, Any]:
    from ._plan.costs import to_data as costs_data
    from ._plan.model import to_data
    from ._plan.text import as_markdown, as_text, in_brief
    from ._results import results_of

    plan, params = whole.plan, task.module.params
    text, data = as_text(plan, costs), to_data(plan)
    _write(params["json_to"], json.dumps(data, indent=2) + "\n")
    _write(params["markdown_to"], as_markdown(plan, costs))
    for warning in plan.notes():
        task.module.warn(warning)
    result: Dict[str, Any] = {
        "changed": bool(task.module.check_mode and plan.to_do),
        "plan": data,
        "text": text,
        "brief": in_brief(plan, costs),
        "idle": not whole.roles,
        "roles": whole.roles,
        "role_results": {
            sort.result: results_of(sort.resource.one, sort.resource.many, found, not sort.resource.listed, False)
            for sort, found in whole.outcomes()
        },
        "access_rules": whole.access_rules,
        "costs": costs_data(costs) if costs else None,
    }
    if task.module._diff:  # noqa: SLF001
        result["diff"] = {"prepared": text}
    return result


def _write(path: Optional[str], text: str) -> None:
    if path is None:
        return
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as problem:
        raise error("plan_unwritten", path=path, why=problem.strerror) from problem
