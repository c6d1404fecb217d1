# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX checks in credential types and credentials."""

from __future__ import annotations

import re
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tests.support.awx.kinds import Refused, bad

RESERVED = {
    "PATH",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "JOB_ID",
    "INVENTORY_ID",
    "INVENTORY_SOURCE_ID",
    "INVENTORY_UPDATE_ID",
    "AD_HOC_COMMAND_ID",
    "AWX_HOST",
    "PROJECT_REVISION",
    "CACHE",
}
FIELD_KEYS = {"id", "label", "type", "help_text", "multiline", "secret", "choices", "default", "format"}
VARIABLE = re.compile(r"^[a-zA-Z_]+[a-zA-Z0-9_]*$")
ENCRYPTED = "$encrypted$"


class NoFile:
    """What `tower` is to a template when no file is written for it."""

    def __getattr__(self, name: str) -> Any:
        if name == "filename":
            raise jinja2.UndefinedError("Must define unnamed file injector in order to reference `tower.filename`.")
        raise AttributeError(name)


NO_FILE = NoFile()


def check_type(body: dict[str, Any]) -> None:
    if body["kind"] not in ("cloud", "net"):
        raise bad(kind=f"Must be 'cloud' or 'net', not {body['kind']}")
    fields = body["inputs"].get("fields", [])
    check_fields(fields)
    check_injectors(body["injectors"], [one["id"] for one in fields])


def check_fields(fields: list[dict[str, Any]]) -> None:
    seen = set()
    for number, one in enumerate(fields):
        check_field(number, one)
        if one["id"] in seen:
            raise bad(inputs=f"field IDs must be unique ({one['id']})")
        seen.add(one["id"])


def check_field(number: int, one: dict[str, Any]) -> None:
    where = f"Schema validation error in relative path ['fields', {number}]"
    for key in ("id", "label"):
        if key not in one:
            raise bad(inputs=f"'{key}' is a required property")
    unknown = sorted(set(one) - FIELD_KEYS - {"ask_at_runtime"})
    if unknown:
        raise bad(inputs=f"{where} (Additional properties are not allowed ({unknown[0]!r} was unexpected))")
    if one.get("type", "string") not in ("string", "boolean"):
        raise bad(inputs=f"{one['type']!r} is not one of ['string', 'boolean']")
    if one.get("type") == "boolean" and one.get("secret"):
        raise bad(inputs=f"secret not allowed for boolean type ({one['id']})")
    if not isinstance(one.get("default", ""), (str, bool)):
        raise bad(inputs=f"{one['default']} is not a string")
    if "ask_at_runtime" in one:
        raise bad(inputs="'ask_at_runtime' is not supported for custom credentials.")
    if one["id"] == "tower":
        raise bad(inputs='"tower" is a reserved field name')
    if not VARIABLE.match(one["id"]):
        raise bad(inputs=f"{one['id']} is an invalid variable name")


def check_injectors(injectors: dict[str, Any], names: list[str]) -> None:
    for key in injectors:
        if key not in ("env", "extra_vars", "file"):
            raise bad(
                injectors="Schema validation error in relative path [] "
                f"(Additional properties are not allowed ({key!r} was unexpected))"
            )
    for variable in injectors.get("env", {}):
        check_environment(variable)
    for variable in injectors.get("extra_vars", {}):
        check_name("extra_vars", variable)
    known = {**dict.fromkeys(names, "x"), "tower": {"filename": "x"} if injectors.get("file") else NO_FILE}
    for kind in ("env", "extra_vars"):
        for variable, template in injectors.get(kind, {}).items():
            check_template(kind, variable, template, known)


def check_environment(variable: str) -> None:
    if variable.startswith("ANSIBLE_"):
        raise bad(
            injectors=f"Environment variable {variable} may affect Ansible configuration so its use is not allowed "
            "in credentials."
        )
    if variable in RESERVED:
        raise bad(injectors=f"Environment variable {variable} is not allowed to be used in credentials.")
    check_name("env", variable)


def check_name(kind: str, variable: str) -> None:
    if not VARIABLE.match(variable):
        raise bad(
            injectors=f"Schema validation error in relative path [{kind!r}] "
            f"({variable!r} does not match any of the regexes: '{VARIABLE.pattern}')"
        )


def check_template(kind: str, variable: str, template: Any, known: dict[str, Any]) -> None:
    if not isinstance(template, str):
        found = type(template).__name__
        raise bad(injectors=f"{found} provided in relative path [{kind!r}, {variable!r}], expected string")
    try:
        ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined).from_string(template).render(**known)
    except jinja2.UndefinedError as error:
        raise bad(injectors=f"{variable} uses an undefined field ({error})") from None
    except jinja2.TemplateSyntaxError as error:
        raise bad(injectors=f"Syntax error rendering template for {variable} inside of {kind} ({error})") from None


def check_inputs(inputs: dict[str, Any], fields: list[dict[str, Any]]) -> None:
    known = {one["id"]: one for one in fields}
    for name, value in inputs.items():
        if name not in known:
            raise bad(inputs=f"Additional properties are not allowed ({name!r} was unexpected)")
        choices = known[name].get("choices")
        if known[name].get("type", "string") == "string" and not isinstance(value, str):
            raise Refused(400, {"inputs": {name: [f"{value!r} is not of type 'string'"]}})
        if choices and value and value not in choices:
            raise Refused(400, {"inputs": {name: [f"{value!r} is not one of {choices}"]}})


def kept_secrets(new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """New inputs replace the old ones as a whole; $encrypted$ keeps what is stored."""
    return {name: old[name] if value == ENCRYPTED else value for name, value in new.items()}


def shown_inputs(inputs: dict[str, Any], fields: list[dict[str, Any]]) -> dict[str, Any]:
    secret = {one["id"] for one in fields if one.get("secret")}
    return {name: ENCRYPTED if name in secret else value for name, value in inputs.items()}


def environment(injectors: dict[str, Any], fields: list[dict[str, Any]], inputs: dict[str, Any]) -> dict[str, str]:
    """What a job's environment gets. A field that wasn't filled in is an empty text, whatever its default."""
    values = {**dict.fromkeys((one["id"] for one in fields), ""), **inputs}
    return {name: jinja2.Template(text).render(**values) for name, text in injectors.get("env", {}).items()}
