# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalogue of messages is complete, nothing in it is unused, and each can be said."""

from __future__ import annotations

import ast
import functools
import string
from collections.abc import Iterator

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._api.refusals import message_of
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import ApiError, VrackError
from ansible_collections.ovhcloud.vrack.plugins.module_utils._messages import MESSAGES, Message, api_error, error

from tools.collection_tree import CHECKOUT

SOURCES = [path for path in (CHECKOUT / "plugins").rglob("*.py") if path.name != "_messages.py"]
MAKERS = {"error", "api_error", "advice"}
ERRORS = {kind.__name__ for kind in (VrackError, *VrackError.__subclasses__(), *ApiError.__subclasses__())}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(CHECKOUT)}:{node.lineno}", node


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def texts(node: ast.AST) -> set[str]:
    """Every text in an expression: a code may be chosen by a condition."""
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


@functools.cache
def constants() -> set[str]:
    return {text for path in SOURCES for text in texts(ast.parse(path.read_text(encoding="utf-8")))}


def gaps(template: str) -> set[str]:
    return {gap for _text, gap, _format, _conversion in string.Formatter().parse(template) if gap}


def gaps_of(message: Message) -> set[str]:
    return gaps(message.text) | gaps(message.advice)


@pytest.mark.parametrize("code", MESSAGES)
def test_every_message_is_used(code: str) -> None:
    assert code in constants(), f"nothing in plugins/ says {code}"


@pytest.mark.parametrize("code", MESSAGES)
def test_every_message_can_be_said(code: str) -> None:
    message = MESSAGES[code]
    values = {gap: 7 if gap == "seconds" else f"<{gap}>" for gap in gaps_of(message)}
    if issubclass(message.raised, ApiError):
        request = {"method": "GET", "path": "/me", "status": 400, "query_id": "EU.1"}
        problem: VrackError = api_error(code, request, **values)
        assert "GET /me answered 400" in problem.sentence()
        assert "(query id EU.1)" in problem.sentence()
    else:
        problem = error(code, **values)
    sentence = problem.sentence()
    assert all(str(value) in sentence for gap, value in values.items() if gap in gaps(message.text))
    assert problem.facts()["code"] == code
    assert message.advice, "what is to be done now?"
    assert not sentence.endswith("..")
    if gaps(message.text) == {"said"}:
        assert message.about, "the documentation needs words of its own"


def test_every_code_is_in_the_catalogue_and_its_gaps_are_filled() -> None:
    wrong = []
    for place, call in calls():
        if name_of(call) not in MAKERS or not call.args:
            continue
        codes = texts(call.args[0]) & set(MESSAGES)
        if isinstance(call.args[0], ast.Constant) and not codes:
            wrong.append(f"{place}: no message {call.args[0].value!r}")
        given = {keyword.arg for keyword in call.keywords}
        if None not in given:
            wrong += [
                f"{place}: {code} needs {gaps_of(MESSAGES[code])}" for code in codes if gaps_of(MESSAGES[code]) != given
            ]
    assert wrong == []


def test_no_error_of_our_own_stands_outside_the_catalogue() -> None:
    """Classes of errors are called with texts in the catalogue and the engine only."""
    outside = [
        place
        for place, call in calls()
        if name_of(call) in ERRORS and "/_engine/" not in place and not place.startswith("plugins/inventory")
    ]
    assert outside == []


@pytest.mark.parametrize(
    ("error_class", "details", "code"),
    [
        ("INVALID_KEY", {}, "application_key_unknown"),
        ("INVALID_SIGNATURE", {}, "signature_wrong"),
        ("QUERY_TIME_OUT", {}, "clock_wrong"),
        ("NOT_CREDENTIAL", {}, "consumer_key_unknown"),
        ("INVALID_CREDENTIAL", {}, "consumer_key_invalid"),
        ("NOT_GRANTED_CALL", {}, "right_missing"),
        ("Client::Forbidden", {"unauthorizedActionsByIAM": "vrack:apiovh:get"}, "iam_refused"),
        ("Client::NotFound", {}, ""),
    ],
)
def test_a_refusal_has_its_message(error_class: str, details: dict[str, str], code: str) -> None:
    found, values = message_of("POST", "/cloud/project/123/sshkey", error_class, "said so", details)
    assert found == code
    if code not in ("", "clock_wrong"):
        assert set(values) == gaps(MESSAGES[code].advice)


def test_what_was_being_done_is_not_said_twice() -> None:
    problem = error("key_differs", name="me", there="A", wanted="B")
    problem.doing = "ssh key 'me'"
    assert problem.sentence().startswith("ssh key 'me' exists with another key")
    problem.doing = "the keys"
    assert problem.sentence().startswith("the keys: ssh key 'me' exists")
