# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The front door of the plan: a description in, a plan or all that is wrong with it out."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ._description.fields import hidden
from ._engine.errors import InputProblem, VrackError
from ._messages import error
from ._module import CONNECTION_OPTIONS, Module, Task, check_rights, label_of
from ._shared.resource import UNLISTED_OPTION

if TYPE_CHECKING:
    from ._api.client import Client
    from ._api.reader import LookReader
    from ._description.topology import Topology
    from ._plan.make import Part, Planner
    from ._plan.model import Plan, Problems
    from ._plan.parts import Sort

OPTIONS: Dict[str, Any] = {
    "topology": {"type": "raw", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "sections": {
        "type": "list",
        "elements": "str",
        "choices": ["vrack", "networks", "ssh_keys", "instances", "interfaces"],
    },
    "details": {"type": "bool", "default": False},
    "unlisted_regions": UNLISTED_OPTION,
    "plan_file": {"type": "path"},
    "approved": {"type": "dict"},
    "json_to": {"type": "path"},
    "markdown_to": {"type": "path"},
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
    module = _PlanModule(
        argument_spec={**CONNECTION_OPTIONS, **OPTIONS},
        mutually_exclusive=[["plan_file", "approved"]],
        supports_check_mode=True,
    )
    module.params["wait_timeout"] = 10 * module.params["api_timeout"]
    Task(module).run(_plan)


def _plan(task: Task) -> Dict[str, Any]:
    from ._description.topology import Topology
    from ._plan.approval import check_approved
    from ._plan.left import left_alone
    from ._plan.make import Planner
    from ._plan.model import Plan, Problems

    module: Any = task.module
    params = module.params
    described = Topology(module.topology)
    lists = described.lists()
    problems = Problems()
    for line in described.problems:
        problems.add(line.partition(": ")[0], "", line)
    if not lists["project"]:
        return _failure(problems)
    client = task.client()
    read = _reader(client, params["max_concurrency"])
    planner = Planner(read, problems)
    planner.run(_parts(described, lists, params, planner))
    state = params["state"]
    left: Tuple[str, ...] = ()
    if state == "absent" and not problems.found:
        left = left_alone(read, lists["project"], [one.item for one in planner.planned])
    plan = Plan(state, lists["project"], tuple(one.item for one in planner.planned), left)
    rules = _rules(planner)
    try:
        if plan.to_do:
            check_rights(client, rules)
        approved = _approved(params)
        if approved is not None and not problems.found:
            check_approved(plan, approved)
    except VrackError as problem:
        problems.add("", problem.code, problem.sentence())
    if problems.found:
        return _failure(problems)
    return _result(task, plan, planner, rules)


def _reader(client: Client, at_once: int) -> LookReader:
    """All kinds look side by side, and together send no more requests at once than is allowed."""
    from threading import BoundedSemaphore

    from ._api.reader import LookReader

    turns = BoundedSemaphore(max(1, at_once))

    def read(path: str, headers: Optional[Mapping[str, str]] = None) -> Tuple[Any, Mapping[str, str]]:
        with turns:
            return client.read(path, headers)

    return LookReader(read, client.warm_up, client.workers, client.clock)


def _parts(described: Topology, lists: Mapping[str, Any], params: Mapping[str, Any], planner: Planner) -> List[Part]:
    """Everything that is asked for, as specs. Entries with a problem are left out, and known to be broken."""
    from ._plan.make import Part
    from ._plan.parts import entries_of, kind_of, sorts_for

    places = described.places()
    wanted = params["sections"] or OPTIONS["sections"]["choices"]
    parts: List[Part] = []
    for sort in sorts_for(params["state"]):
        if sort.section not in wanted:
            continue
        where = places.get(sort.resource.many, [])
        wrong = [entry for place, entry in zip(where, lists.get(sort.resource.many, ())) if described.is_wrong(place)]
        if not where and described.is_wrong("vrack"):
            continue
        specs = []
        for entry in entries_of(sort, lists, params["state"]):
            if entry in wrong:
                planner.broken.add(_need(sort, entry))
                continue
            item = _item(sort, entry, lists["project"], params)
            try:
                specs.append(sort.resource.to_spec(_checked(sort.resource.options, item)))
            except InputProblem as problem:
                planner.broken.add(_need(sort, entry))
                planner.add(problem, label_of(sort.resource, item))
        if specs:
            parts.append(Part(sort, kind_of(sort, params["details"]), specs))
    return parts


def _need(sort: Sort, entry: Mapping[str, Any]) -> Any:
    from ._engine.model import Need

    return Need(sort.name, str(entry.get("name") or entry.get("network") or entry.get("vrack") or ""))


def _item(sort: Sort, entry: Mapping[str, Any], project: str, params: Mapping[str, Any]) -> Dict[str, Any]:
    """The entry with every option of its module."""
    common = {"project": project, "state": params["state"], "unlisted_regions": params["unlisted_regions"]}
    options = sort.resource.options
    return _filled(options, {**entry, **{name: value for name, value in common.items() if name in options}})


def _filled(options: Mapping[str, Any], entry: Mapping[str, Any]) -> Dict[str, Any]:
    found = {name: entry.get(name, option.get("default")) for name, option in options.items()}
    for name, option in options.items():
        if "options" in option and found[name] is not None:
            found[name] = [_filled(option["options"], one) for one in found[name]]
    return found


def _checked(options: Mapping[str, Any], item: Dict[str, Any]) -> Dict[str, Any]:
    """What Ansible checks of a module's options, and a description does not know."""
    for name, option in options.items():
        choices = option.get("choices")
        if choices and item[name] is not None and item[name] not in choices:
            raise error("bad_value", option=name, value=item[name], wanted=f"one of {', '.join(choices)}")
    return item


def _rules(planner: Planner) -> List[str]:
    """The access rules of everything that was planned."""
    from ._rights import OPTIONS as OF_OPTIONS
    from ._rights import rules_for

    parts: Dict[str, List[str]] = {}
    for one in planner.planned:
        found = parts.setdefault(one.part.sort.module, ["look"])
        if one.item.action.value != "none":
            found.append(one.item.action.value)
            found.extend(option for option in OF_OPTIONS if getattr(one.spec, option, None))
    return list(dict.fromkeys(rule for module, own in parts.items() for rule in rules_for(module, own)))


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


def _result(task: Task, plan: Plan, planner: Planner, rules: Sequence[str]) -> Dict[str, Any]:
    from ._plan.make import outcomes
    from ._plan.model import to_data
    from ._plan.parts import sorts_for
    from ._plan.text import as_markdown, as_text
    from ._results import results_of

    params, text, data = task.module.params, as_text(plan), to_data(plan)
    found = outcomes(planner.planned, planner.worlds)
    results = {}
    for sort in sorts_for(plan.state):
        if sort.module in found:
            resource = sort.resource
            single = not resource.listed
            results[sort.result] = results_of(resource.one, resource.many, found[sort.module], single, False)
    roles = [one.part.sort.role for one in planner.planned if not one.item.idle]
    _write(params["json_to"], json.dumps(data, indent=2) + "\n")
    _write(params["markdown_to"], as_markdown(plan))
    for warning in dict.fromkeys(text for item in plan.items for text in (*item.drift, *item.warnings)):
        task.module.warn(warning)
    result: Dict[str, Any] = {
        "changed": bool(task.module.check_mode and plan.to_do),
        "plan": data,
        "text": text,
        "idle": not roles,
        "roles": list(dict.fromkeys(roles)),
        "role_results": results,
        "access_rules": list(rules),
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
