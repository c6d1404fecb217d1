# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every field of a vrack_topology with every kind of value, beside the option of the module that it becomes.

All take the value for the same, or all refuse it: the description, the same out of templates, the module's option, the
same in a list, and that list as text. Nothing is asked: what counts is the wish that each makes of it.
"""

from __future__ import annotations

import copy
import functools
import importlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from ansible.errors import AnsibleError, AnsibleFilterError
from ansible.module_utils import basic
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import EncryptedString, VaultLib, VaultSecret, VaultSecretsContext
from ansible.template import Templar, trust_as_template
from ansible_collections.ovhcloud.vrack.plugins.filter import topology
from ansible_collections.ovhcloud.vrack.plugins.filter.as_list import as_list
from ansible_collections.ovhcloud.vrack.plugins.module_utils import _module
from ansible_collections.ovhcloud.vrack.plugins.module_utils._description.fields import ENTRIES, FIELDS
from ansible_collections.ovhcloud.vrack.plugins.module_utils._description.topology import Topology
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import VrackError
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.asked import Asked, parts_of
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.make import Planner
from ansible_collections.ovhcloud.vrack.plugins.module_utils._plan.model import Problems

from simulator.launch import Simulator
from tests.matrices.values import LISTS, VALUES
from tests.support.keys import KEY

NEW = {"name": "new", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
MORE_VALUES: dict[str, Any] = {
    "zero in front": "007",
    "octal": "0o17",
    "exponent": "1e3",
    "thousands": "1_000",
    "float text": "42.5",
    "blanks around a number": " 42 ",
    "yes": "yes",
    "on": "on",
    "f": "f",
    "text of one": "1",
    "key=value": "name=blue",
    "list with blanks": [" a ", "a", ""],
    "text with a comma at the end": "a,",
    "bytes of a name": "caf\u00e9",
    "composed otherwise": "cafe\u0301",
    "prefix alone": "10.100.0.0",
    "mask": "10.100.0.0/255.255.0.0",
}
OMITTED, VAULTED = "omitted", "vaulted"
"""Given otherwise in a description alone: by `omit`, and as `!vault` has it in a file."""
EVERY_VALUE = {**VALUES, **MORE_VALUES, OMITTED: None, VAULTED: "42"}
LEFT_TO_ANSIBLE = {OMITTED, "null", "empty", "blank", "empty list", "empty mapping", "list of null"}
"""What a description leaves out: a module leaves it to the field's default, or wants it."""


@dataclass(frozen=True)
class Pair:
    """A field of a description and the option that it becomes, each with what must stand beside it."""

    place: str
    described: dict[str, Any]
    module: str
    option: str
    options: dict[str, Any]


def pairs() -> Iterator[Pair]:
    """Of every section, the fields that have an option of the same name in the section's module."""
    project = {"project": "running"}
    network = {"name": "prod-net", "regions": ["GRA11"]}
    subnet = {"region": "GRA11", "cidr": "10.100.0.0/16"}
    key = {"name": "new", "public_key": KEY}
    known = {"existing": {"networks": ["prod-net", "a"], "instances": ["prod-1"], "ssh_keys": ["a"]}}
    sections: list[tuple[str, str, dict[str, Any], str, str, dict[str, Any]]] = [
        ("vrack", "vrack.", {"vrack": {"name": "prod", "adopt": False}}, "vrack", "", {"name": "prod"}),
        ("networks", "networks[0].", {"networks": [network]}, "private_network", "", network),
        (
            "subnets",
            "networks[0].subnets[0].",
            {"networks": [{"name": "prod-net", "subnets": [subnet]}]},
            "subnet",
            "",
            {"network": "prod-net", **subnet},
        ),
        ("ssh_keys", "ssh_keys[0].", {"ssh_keys": [key]}, "ssh_key", "", key),
        ("instances", "instances[0].", {"instances": [NEW]}, "instance", "", NEW),
        (
            "wishes",
            "instances[0].networks[0].",
            {"instances": [{**NEW, "networks": [{"network": "prod-net"}]}]},
            "instance",
            "networks[0].",
            {**NEW, "networks": [{"network": "prod-net"}]},
        ),
        (
            "interfaces",
            "interfaces[0].",
            {"interfaces": [{"instance": "prod-1", "network": "prod-net"}]},
            "instance_interface",
            "",
            {"instance": "prod-1", "network": "prod-net"},
        ),
    ]
    for kind, place, described, module, option, options in sections:
        for field, form in FIELDS[kind].items():
            if form != ENTRIES and field not in OTHERWISE[kind]:
                beside = {} if module == "vrack" else project
                yield Pair(
                    place + field, {**project, **known, **described}, module, option + field, {**beside, **options}
                )


OTHERWISE: dict[str, tuple[str, ...]] = {
    "vrack": ("adopt", "move", "keep_attached", "service_name"),
    "networks": ("cidr", "dhcp", "gateway", "dns_servers"),
    "subnets": (),
    "ssh_keys": (),
    "instances": ("public", "guest_network", "host_key"),
    "wishes": ("public",),
    "interfaces": ("public",),
}
"""Fields that no option of the section's own module is called after."""
NAMES_SOMETHING_DESCRIBED = ("ssh_key", "network", "instance")
"""Where a description wants a name that it knows, which is no matter of the value's form."""


@dataclass(frozen=True)
class Cell:
    pair: int
    place: str
    value: str

    @property
    def row(self) -> str:
        return self.place.rpartition(".")[0]

    @property
    def name(self) -> str:
        return f"{self.place} is {self.value}"

    def given(self) -> dict[str, Any]:
        return described_with(PAIRS[self.pair], EVERY_VALUE[self.value])


PAIRS = list(pairs())


def described_with(pair: Pair, value: Any) -> dict[str, Any]:
    described = copy.deepcopy(pair.described)
    place(described, pair.place, value)
    return described


def place(into: dict[str, Any], where: str, value: Any) -> None:
    *path, last = where.replace("[0]", ".0").split(".")
    node: Any = into
    for step in path:
        node = node[0] if step == "0" else node[step]
    node[last] = value


def cells() -> Iterator[Cell]:
    for number, pair in enumerate(PAIRS):
        yield from (Cell(number, pair.place, value) for value in EVERY_VALUE)


def begin(simulator: Simulator) -> None:
    """Nothing is asked of it."""


class Ended(BaseException):
    """How a module ended: with the wishes that its options make, or with a message."""

    def __init__(self, specs: Any, message: str = "") -> None:
        super().__init__(message)
        self.specs = specs
        self.message = message


def options_with(pair: Pair, value: Any) -> dict[str, Any]:
    options = copy.deepcopy(pair.options)
    place(options, pair.option, value)
    return options


def listed_with(pair: Pair, value: Any) -> dict[str, Any]:
    """The same as the one item of a list."""
    item = options_with(pair, value)
    project = {"project": item.pop("project")}
    return {**project, LISTS[pair.module]: [item]}


def as_text(options: dict[str, Any]) -> dict[str, Any]:
    """The list as the role hands it on where it came as text, such as a survey's answer."""
    return {name: as_list(json.dumps(value)) if isinstance(value, list) else value for name, value in options.items()}


def by_module(pair: Pair, options: dict[str, Any]) -> Ended:
    """What the module makes of the options, with Ansible's own reading of them."""
    given = {"ANSIBLE_MODULE_ARGS": options}

    def reconcile(task: Any, resource: Any) -> None:
        raise Ended(_module._specs(resource, _module.items_of(resource, task.module.params)))

    def fail(_module: Any, msg: str, **_result: Any) -> None:
        raise Ended(None, msg)

    module = importlib.import_module(f"ansible_collections.ovhcloud.vrack.plugins.modules.ovh_{pair.module}")
    with (
        patch.object(basic, "_ANSIBLE_ARGS", json.dumps(given).encode()),
        patch.object(basic, "_ANSIBLE_PROFILE", "legacy"),
        patch.object(_module.Task, "reconcile", reconcile),
        patch.object(_module.Module, "fail_json", fail),
        patch.dict(os.environ, {"OVH_CLOUD_PROJECT_SERVICE": ""}),
    ):
        try:
            module.main()
        except Ended as ended:
            return ended
    raise AssertionError("the module ended otherwise")


def by_description(pair: Pair, value: Any) -> Ended:
    """What the plan makes of the field."""
    described = Topology(described_with(pair, value))
    lists = described.lists()
    problems = Problems()
    try:
        parts = parts_of(described, lists, Asked(), Planner(problems))
    except VrackError as problem:
        return Ended(None, problem.sentence())
    lines = [*described.problems, *(text for _about, _code, text in problems.found)]
    if lines:
        return Ended(None, "\n".join(lines))
    return Ended([spec for part in parts if part.sort.module == f"ovh_{pair.module}" for spec in part.specs])


def by_filter(described: dict[str, Any]) -> tuple[Any, str]:
    """The lists for the roles, or the problems."""
    try:
        return topology.topology(described), ""
    except AnsibleFilterError as error:
        return None, str(error)


def by_template(pair: Pair, name: str) -> tuple[Any, str]:
    """The same where the field is a template, which Ansible renders when it is looked at."""
    value = vaulted(EVERY_VALUE[name]) if name == VAULTED else EVERY_VALUE[name]
    described = described_with(pair, trust_as_template("{{ omit }}" if name == OMITTED else "{{ value }}"))
    known = {"described": described, "value": value}
    try:
        return Templar(DataLoader(), variables=known).template(trust_as_template(TEMPLATE)), ""
    except AnsibleError as error:
        return None, str(error)


@functools.cache
def vaulted(text: str) -> Any:
    secret = VaultSecret(b"a word")
    VaultSecretsContext.initialize(VaultSecretsContext(secrets=[("default", secret)]))
    return EncryptedString(ciphertext=VaultLib([("default", secret)]).encrypt(text).decode())


TEMPLATE = "{{ described | ovhcloud.vrack.topology }}"


def differs_by_template(pair: Pair, name: str, lists: Any, refused: str) -> str:
    found, problem = by_template(pair, name)
    lines = refused.splitlines()[1:]
    if found == lists and bool(problem) == bool(refused) and all(line in problem for line in lines):
        return ""
    return f"out of a template it is otherwise: {lists} {refused} | {found} {problem}"


def differs_in_a_list(pair: Pair, value: Any, option: Ended) -> str:
    if pair.module not in LISTS:
        return ""
    one = listed_with(pair, value)
    for options in [one, as_text(one)] if finite(value) else [one]:
        other = by_module(pair, options)
        if without_difference(other.specs or []) != without_difference(option.specs or []):
            return f"in a list it is otherwise: {option.specs} {option.message} | {other.specs} {other.message}"
    return ""


def what_is_bad(simulator: Simulator, cell: Cell) -> str:
    pair, value = PAIRS[cell.pair], EVERY_VALUE[cell.value]
    field = pair.place.rpartition(".")[2]
    if pair.place == "vrack.description" and cell.value in ("empty", "blank"):
        return ""  # a description's empty field is left out, and the module's empty option takes the text away
    described, option = by_description(pair, value), by_module(pair, options_with(pair, value))
    lists, refused = by_filter(described_with(pair, value))
    if refused and described.specs is not None:
        return f"the filter refuses what the plan takes: {refused}"
    other = differs_by_template(pair, cell.value, lists, refused) or differs_in_a_list(pair, value, option)
    if other:
        return other
    if cell.value in LEFT_TO_ANSIBLE and (described.specs is None) != (option.specs is None):
        return "" if "needs" in described.message or "needed" in option.message else told(described, option)
    if described.specs is None and field in NAMES_SOMETHING_DESCRIBED and "is described" in described.message:
        return ""
    if (described.specs is None) != (option.specs is None):
        return told(described, option)
    if described.specs is None:
        named = field.casefold() in described.message.casefold() or str(value).strip() in described.message
        return "" if named else f"the message names neither the field nor the value: {described.message}"
    if without_difference(described.specs) != without_difference(option.specs):
        return f"it is taken for something else: {described.specs} | {option.specs}"
    return ""


def without_difference(specs: list[Any]) -> list[Any]:
    """What cannot be compared: a secret is like no other."""
    return [
        replace(spec, user_data=spec.user_data and spec.user_data.open()) if hasattr(spec, "user_data") else spec
        for spec in specs
    ]


def finite(value: Any) -> bool:
    """Whether JSON has it."""
    return not isinstance(value, float) or value - value == 0


def told(described: Ended, option: Ended) -> str:
    return f"description: {described.message or described.specs} | module: {option.message or option.specs}"
