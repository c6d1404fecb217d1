# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same options in every form in which Ansible may hand them over: typed, as text, as templates, vaulted, ...

What a module makes of them must not differ. That hangs on the ansible-core, so the play is for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from simulator.launch import Simulator
from tests.support.environments import play
from tests.support.keys import KEY

SUBNET = {"network": "prod-net", "region": "GRA11", "cidr": "10.100.0.0/16", "dhcp": True, "gateway": False}
INSTANCE = {"name": "new", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12", "networks": ["prod-net"]}
OPTIONS: dict[str, dict[str, Any]] = {
    "vrack": {"name": "prod", "description": "for 42", "wait": False, "wait_timeout": 100},
    "vrack_cloudproject": {"vrack": "prod", "project": "running", "move": False, "refuse_overlap": True},
    "private_network": {"project": "running", "name": "new", "vlan_id": 42, "regions": ["GRA11", "SBG5"]},
    "subnet": {"project": "running", **SUBNET, "start": "10.100.0.2", "end": "10.100.0.254"},
    "region": {"project": "running", "name": "GRA11", "max_concurrency": 2},
    "ssh_key": {"project": "running", "name": "new", "public_key": KEY, "api_rate_limit": 7.5},
    "instance": {"project": "running", **INSTANCE, "user_data": "#cloud-config\n{}\n"},
    "instance_interface": {"project": "running", "instance": "prod-2", "network": "prod-net"},
    "private_network_info": {"project": "running", "vlan_id": 100, "region": "GRA11"},
    "instance_info": {"project": "running", "name": "prod-1", "with_interfaces": True},
    "flavor_info": {"project": "running", "region": "GRA11", "available": True, "prices": False},
    "plan": {
        "topology": {
            "project": "running",
            "networks": [{"name": "new", "vlan_id": 42, "regions": ["GRA11"], "cidr": "10.42.0.0/24", "dhcp": False}],
            "ssh_keys": [{"name": "new", "public_key": KEY}],
        },
        "sections": ["networks", "ssh_keys"],
        "details": True,
    },
}
"""For each module what it can look at in the default world, with an option of each type that it has."""
LISTS = {"private_network": "networks", "subnet": "subnets", "ssh_key": "ssh_keys", "instance": "instances"}
"""Modules that are tried in their list form as well."""
PLAIN = "as it is"
PASSWORD = "for the vault"


def text(value: Any) -> str:
    """As surveys, CSV files and `-e key=value` give it."""
    if isinstance(value, str):
        return value
    return ("yes" if value else "no") if isinstance(value, bool) else json.dumps(value)


def commas(value: Any) -> Any:
    """A list of names in one text."""
    names = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return ", ".join(value) if names else text(value)


def inside(value: Any) -> Any:
    """What is in lists and mappings as text, and these as they are."""
    if isinstance(value, dict):
        return {name: inside(one) for name, one in value.items()}
    return [inside(one) for one in value] if isinstance(value, list) else text(value)


FORMS: dict[str, Callable[[Any], Any]] = {
    PLAIN: lambda value: value,
    "as text": text,
    "with commas": commas,
    "as text inside": inside,
}
"""What the value of an option is turned into."""
WAYS = ("in the task", "by a template", "by templates of templates", "from the command line", "from a vault")
"""How it gets into the task."""
IN_THE_TASK, TEMPLATE, TEMPLATES, COMMAND_LINE, VAULT = WAYS
DRESSES = [(form, IN_THE_TASK) for form in FORMS] + [(form, way) for way in WAYS[1:] for form in (PLAIN, "as text")]
"""The first is what all others are held against."""


def problems(simulator: Simulator, programs: Path, modules: Path, folder: Path, wanted: Iterable[str]) -> Iterator[str]:
    """Where a module makes something else of an option, for the way or the form in which it was given."""
    variables: dict[str, dict[str, Any]] = {way: {} for way in WAYS}
    tasks: list[dict[str, Any]] = []
    for module, given in _modules(wanted):
        for form, way in DRESSES:
            register = f"found_{len(tasks)}"
            turned = {name: FORMS[form](value) for name, value in given.items()}
            options, later = _handed_over(way, register, turned, variables[way])
            title = f"ovh_{module} {', '.join(given)}: {form}, {way}"
            task = {"name": title, f"ovhcloud.vrack.ovh_{module}": options, "register": register, "vars": later}
            tasks.append({**task, "ignore_errors": True})
    found = _results(simulator, programs, modules, folder, tasks, variables)
    if isinstance(found, str):
        yield found
        return
    for number, task in enumerate(tasks):
        result = found[task["register"]]
        plain = found[tasks[number - number % len(DRESSES)]["register"]]
        if result is plain and plain.get("failed"):
            yield f"{task['name']}: {plain.get('msg')}"
        if _seen(result) != _seen(plain):
            yield f"{task['name']}: {json.dumps(_seen(result))[:600]}, and not {json.dumps(_seen(plain))[:600]}"


def _modules(wanted: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for module in wanted:
        yield module, OPTIONS[module]
        if module in LISTS:
            item = {name: value for name, value in OPTIONS[module].items() if name not in ("project", "api_rate_limit")}
            yield module, {"project": OPTIONS[module]["project"], LISTS[module]: [item]}


def _handed_over(
    way: str, register: str, turned: Mapping[str, Any], variables: dict[str, Any]
) -> tuple[Mapping[str, Any], dict[str, str]]:
    """The options of the task, and its own variables. What comes from elsewhere is put into *variables*."""
    if way == IN_THE_TASK:
        return turned, {}
    names = {name: f"{register}_{name}" for name in turned}
    variables.update({names[name]: value for name, value in turned.items()})
    if way != TEMPLATES:
        return {name: f"{{{{ {variable} }}}}" for name, variable in names.items()}, {}
    later = {f"{variable}_later": f"{{{{ {variable} }}}}" for variable in names.values()}
    return {name: f"{{{{ {variable}_later }}}}" for name, variable in names.items()}, later


def _seen(result: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a module returned all that does not hang on when it ran."""
    left_out = ("invocation", "warnings", "deprecations", "ansible_facts", "summary", "began", "seconds", "exception")
    return {name: value for name, value in result.items() if name not in left_out}


def _results(
    simulator: Simulator,
    programs: Path,
    modules: Path,
    folder: Path,
    tasks: list[dict[str, Any]],
    variables: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any] | str:
    """What each task returned in a check, by what it was registered as; or what was said where there is nothing."""
    kept = "{{ dict(" + ", ".join(f"{one['register']}={one['register']}" for one in tasks) + ") | to_json }}"
    keep = {"content": kept, "dest": str(folder / "results.json")}
    tasks = [*tasks, {"name": "Keep what they returned", "ansible.builtin.copy": keep, "check_mode": False}]
    hosts = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
    typed = {**variables[TEMPLATE], **variables[TEMPLATES]}
    command = ["ansible-playbook", "play.yml", "--check", "--diff"]
    command += ["-e", f"ansible_python_interpreter={modules / 'python'}"]
    for name, value in variables[COMMAND_LINE].items():
        # A text on one line is given as people do, and all else as only JSON can.
        plain = isinstance(value, str) and "\n" not in value
        command += ["-e", f"{name}={_quoted(value)}" if plain else json.dumps({name: value})]
    for name, content in {"play.yml": [hosts], "vaulted.yml": dict(variables[VAULT]), "typed.yml": typed}.items():
        (folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    with_password = ["--vault-password-file", "password"]
    locked = play(simulator, programs, "ansible-vault", "encrypt", *with_password, "vaulted.yml", folder=folder)
    if locked.code:
        return locked.output
    ran = play(simulator, programs, *command, *with_password, "-e", "@vaulted.yml", "-e", "@typed.yml", folder=folder)
    written = folder / "results.json"
    if not written.exists():
        return ran.output
    if ran.writes:
        return f"a check wrote {ran.writes}"
    found: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    return found


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
