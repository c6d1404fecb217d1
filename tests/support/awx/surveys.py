# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX checks in a survey and in the answers to it."""

from __future__ import annotations

from typing import Any

TYPES = ("text", "textarea", "password", "multiplechoice", "multiselect", "integer", "float")
CHOICES = ("multiplechoice", "multiselect")
TEXTS = ("text", "textarea", "password")
LIMITED = {"text": str, "textarea": str, "password": str, "integer": int, "float": float}
ENCRYPTED = "$encrypted$"


def spec_error(survey: Any) -> str | None:
    """The first thing that is wrong with a survey, in AWX's words."""
    if survey.get("spec") == []:
        return "'spec' doesn't contain any items."
    for name, wanted, shown in (
        ("name", str, "string"),
        ("description", str, "string"),
        ("spec", list, "list of items"),
    ):
        if name not in survey:
            return f"Field '{name}' is missing from survey spec."
        if not isinstance(survey[name], wanted):
            return f"Expected {shown} for field '{name}', received {type(survey[name]).__name__} type."
    seen: set[str] = set()
    for number, question in enumerate(survey["spec"]):
        error = question_error(number, question, seen)
        if error:
            return error
        seen.add(question["variable"])
    return None


def question_error(number: int, question: dict[str, Any], seen: set[str]) -> str | None:
    where = f"survey question {number}"
    for name in ("type", "question_name", "variable", "required"):
        if name not in question:
            return f"'{name}' missing from {where}"
    kind = question["type"]
    if kind not in TYPES:
        return f"'{kind}' in {where} is not one of '{', '.join(TYPES)}' allowed question types."
    if not isinstance(question["required"], bool):
        return f"'required' in {where} expected to be boolean."
    if question["variable"] in seen:
        return f"'variable' '{question['variable']}' duplicated in {where}."
    if kind in CHOICES and not question.get("choices"):
        return f"Survey question {number} of type {kind} must specify choices."
    for limit in ("min", "max"):
        if not isinstance(question.get(limit), (int, type(None))):
            return f"The {limit} limit in {where} expected to be integer."
    return default_error(where, question)


def default_error(where: str, question: dict[str, Any]) -> str | None:
    kind, default = question["type"], question.get("default", "")
    if default == "":
        return None
    if default == ENCRYPTED:
        return f"{ENCRYPTED} is a reserved keyword for password question defaults, survey question is {where}."
    wanted = {"integer": (int, "integer"), "float": ((int, float), "float")}.get(kind, (str, "string"))
    if not isinstance(default, wanted[0]) or isinstance(default, bool):
        return f"Default value {default} in {where} expected to be {wanted[1]}."
    if kind in CHOICES and set(default.splitlines()) - set(choices_of(question)):
        return "Default choice must be answered from the choices listed."
    return None


def choices_of(question: dict[str, Any]) -> list[str]:
    choices = question["choices"]
    return choices.splitlines() if isinstance(choices, str) else choices


def answer_errors(survey: dict[str, Any], answers: dict[str, Any], required: bool = True) -> list[str]:
    """Everything that is wrong with the answers. A required question needs one even when it has a default."""
    errors = []
    for question in survey.get("spec", []):
        name = question["variable"]
        if name in answers:
            error = answer_error(question, answers[name])
            if error:
                errors.append(error)
        elif required and question["required"]:
            errors.append(f"'{name}' value missing")
    return errors


def answer_error(question: dict[str, Any], value: Any) -> str | None:
    name, kind = question["variable"], question["type"]
    if kind in TEXTS:
        if not isinstance(value, str):
            return f"Value {value} for '{name}' expected to be a string."
        return size_error(question, name, value, len(value), "length is ")
    if kind == "integer" and (not isinstance(value, int) or isinstance(value, bool)):
        return f"Value {value} for '{name}' expected to be an integer."
    if kind == "float" and not isinstance(value, (int, float)):
        return f"Value {value} for '{name}' expected to be a numeric type."
    if kind in ("integer", "float"):
        return size_error(question, name, value, value, "")
    if kind == "multiselect" and not isinstance(value, list):
        return f"'{name}' value is expected to be a list."
    values = value if kind == "multiselect" else [value]
    if any(one not in choices_of(question) for one in values):
        return f"Value {value} for '{name}' expected to be one of {choices_of(question)}."
    return None


def size_error(question: dict[str, Any], name: str, value: Any, size: float, what: str) -> str | None:
    shown = f"({what}{size} must be" if what else "(must be"
    least, most = question.get("min"), question.get("max")
    if least not in (None, "") and size < least:
        return f"'{name}' value {value} is too small {shown} at least {least})."
    if most not in (None, "") and size > most:
        return f"'{name}' value {value} is too large {shown} no more than {most})."
    return None


def with_defaults(survey: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The answers as a job gets them: optional questions without one get their default, where that is an answer."""
    found = {}
    for question in survey.get("spec", []):
        default = question.get("default", "")
        if not question["required"] and answer_error(question, default) is None:
            found[question["variable"]] = default
    return {**found, **answers}
