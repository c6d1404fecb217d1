# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write playbooks/vars/awx_surveys.yml: what AWX asks before it starts a playbook.

A playbook's survey has a question for each option of its roles that the playbook itself leaves open, and for what the
wrapper in awx/ takes. `python -m tools.generate_surveys` writes the file; a test compares it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml
from ansible.plugins.loader import init_plugin_loader

from tools.collection_tree import CHECKOUT, collection_tree

TARGET = CHECKOUT / "playbooks" / "vars" / "awx_surveys.yml"
HEADER = """\
# SPDX-License-Identifier: GPL-3.0-or-later
---
# Made by `make docs` from the roles' argument specs. Don't edit it.
"""
PLAYBOOKS = ("attach", "site", "teardown")
MARKUP = re.compile(r"\b[A-Z]\(([^)]*)\)")
LONGEST = 65536


def surveys() -> dict[str, Any]:
    """Every survey by the name of its job template; the workflow asks what site asks."""
    specs = {name: [*description_questions(), *role_questions(name), UNLISTED] for name in PLAYBOOKS}
    specs["check"] = [*description_questions(), UNLISTED, DRIFT]
    specs["teardown"].append(CONFIRM)
    specs["export"] = [PROJECT]
    specs["connect"] = [*specs["site"], *role_questions("connect"), PATIENCE, become("connect"), DNS_NAME]
    specs["verify"] = [MACHINES, become("verify"), DNS_NAME]
    specs["report"] = [*PICTURED, *description_questions()]
    specs["workflow"] = specs["site"]
    return {name: {"name": "", "description": "", "spec": spec} for name, spec in sorted(specs.items())}


def text(variable: str, title: str, description: str, *, kind: str = "text", **fields: Any) -> dict[str, Any]:
    """One question, with the fields that AWX's own editor writes."""
    question = {
        "type": kind,
        "variable": variable,
        "question_name": title,
        "question_description": description,
        "required": False,
        "default": "",
        "min": 0,
        "max": 1024,
    }
    return {**question, **fields}


def choice(variable: str, title: str, description: str, choices: list[str], **fields: Any) -> dict[str, Any]:
    question = text(variable, title, description, kind="multiplechoice", choices=choices, **fields)
    return {name: value for name, value in question.items() if name not in ("min", "max")}


UNLISTED = choice(
    "vrack_unlisted_regions",
    "Regions that are not listed",
    "What to do where a region that matters is not listed by the project, as in an outage.",
    ["refuse", "skip"],
    default="refuse",
)
DRIFT = choice(
    "check_fail_on_drift",
    "Fail when anything differs",
    "With false, the plan is shown and the job ends well.",
    ["true", "false"],
    default="true",
)
CONFIRM = choice(
    "teardown_confirm",
    "Take away all that the description names?",
    "Instances are deleted with their disks.",
    ["no", "yes"],
    required=True,
)
PROJECT = text("export_project", "Project", "The project, by id or description.", required=True, min=1)
PICTURED = (
    text("report_project", "Project", "By id or description. Left empty, it is that of the description below."),
    text("report_vrack", "vRack", "By id or name, where the project is in none or another one is meant."),
)
PATIENCE = text(
    "connect_timeout",
    "Seconds until a machine answers",
    "A machine that was just made may take minutes until SSH answers.",
    kind="integer",
    default=600,
    max=2**31 - 1,
)
MACHINES = text("verify_hosts", "Machines that look", "A pattern of hosts. They ask all others too.", default="all")
DNS_NAME = text(
    "verify_dns_name",
    "Name to look up",
    "Whether a name server answers is asked with it. Left empty, none is asked.",
    default="www.ovhcloud.com",
)


def become(playbook: str) -> dict[str, Any]:
    return choice(
        f"{playbook}_become",
        "Become root on the machines",
        "With false, the user that connects has to be root already.",
        ["true", "false"],
        default="true",
    )


def description_questions() -> list[dict[str, Any]]:
    """The description itself: a file of the project, or text with the keys that the filter `topology` knows."""
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._description.fields import FIELDS

    keys = ", ".join(FIELDS["vrack_topology"])
    return [
        text(
            "topology_file",
            "File with the description",
            "A file of the project, beside the playbooks.",
            default="topology.yml",
        ),
        text(
            "topology_text",
            "Description",
            f"YAML that is used instead of the file. Its keys are {keys}. AWX keeps it in clear with the job: no "
            "secret belongs here (docs/awx.md says where).",
            kind="textarea",
            max=LONGEST,
        ),
    ]


def role_questions(playbook: str) -> list[dict[str, Any]]:
    """The options that a playbook's roles have and that the playbook doesn't set.

    Those of the plan are left out: a job has no place where a file of its own would stay.
    """
    found = []
    for task in tasks_of(CHECKOUT / "playbooks" / f"{playbook}.yml"):
        role = task.get("ansible.builtin.import_role") or task.get("ansible.builtin.include_role")
        name = role["name"].rpartition(".")[2] if role else "plan"
        if name != "plan":
            options = role_options(name)
            asked = [option for option in options if is_asked(option, options[option], task.get("vars", {}))]
            found += [role_question(option, options[option], name) for option in asked]
    return found


def is_asked(name: str, option: dict[str, Any], given: dict[str, Any]) -> bool:
    """Not what the playbook sets, what all roles have from one variable, and what a role decides by itself."""
    decided = option["type"] == "raw" and "default" not in option
    return name not in given and not name.endswith("_unlisted_regions") and not decided


def tasks_of(path: Path) -> list[dict[str, Any]]:
    """The tasks of a playbook or of a file of tasks, with those in blocks and in the files that it includes."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    tasks = [task for entry in content for task in entry.get("tasks", [entry] if "hosts" not in entry else [])]
    return [one for task in tasks for one in _whole(task, path)]


def _whole(task: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    included = task.get("ansible.builtin.include_tasks")
    if included is not None:
        return tasks_of(path.parent / included)
    inside = [one for part in ("block", "always") for one in task.get(part, ())]
    return [one for inner in inside for one in _whole(inner, path)] or [task]


def role_options(role: str) -> dict[str, Any]:
    path = CHECKOUT / "roles" / role / "meta" / "argument_specs.yml"
    options: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    return options


def role_question(name: str, option: dict[str, Any], role: str) -> dict[str, Any]:
    """A question for an option. Lists and dictionaries are typed as YAML."""
    title = name.replace("_", " ").capitalize()
    description = MARKUP.sub(r"\1", " ".join(option["description"]))
    description = f"{description} (role {role})"
    fields = {"required": option.get("required", False)}
    kind = kind_of(option)
    if kind == "bool":
        fields["default"] = str(option["default"]).lower() if "default" in option else ""
        return choice(name, title, description, ["true", "false"], **fields)
    if "choices" in option:
        return choice(name, title, description, option["choices"], default=option.get("default", ""), **fields)
    if kind == "int":
        return text(
            name, title, description, kind="integer", default=option.get("default", ""), max=2**31 - 1, **fields
        )
    if kind in ("list", "dict"):
        return text(name, title, description, kind="textarea", max=LONGEST, **fields)
    return text(name, title, description, default=option.get("default", ""), **fields)


def kind_of(option: dict[str, Any]) -> str:
    """The type that is wanted. Where a role takes null and texts too, its default tells."""
    wanted = {bool: "bool", int: "int", list: "list"}
    return wanted[type(option["default"])] if option["type"] == "raw" else str(option["type"])


def rendered() -> str:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

    return HEADER + yaml.dump({"awx_surveys": surveys()}, Dumper=Plain, sort_keys=False, width=110)


if __name__ == "__main__":
    init_plugin_loader([str(collection_tree())])
    TARGET.write_text(rendered(), encoding="utf-8")
    sys.stdout.write(f"written: {TARGET.relative_to(CHECKOUT)}\n")
