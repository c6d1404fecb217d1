# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The surveys fit the roles, and AWX would take them and the answers that the wrappers want."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.support.awx.surveys import answer_errors, spec_error, with_defaults
from tools import generate_surveys
from tools.collection_tree import CHECKOUT

SURVEYS = yaml.safe_load(generate_surveys.TARGET.read_text(encoding="utf-8"))["awx_surveys"]
WRAPPERS = ("attach", "check", "connect", "export", "report", "site", "teardown", "verify")
ASKED_BY_US = {
    "topology_file",
    "topology_text",
    "check_fail_on_drift",
    "vrack_unlisted_regions",
    "teardown_confirm",
    "export_project",
    "connect_timeout",
    "connect_become",
    "verify_hosts",
    "verify_become",
    "verify_dns_name",
    "report_project",
    "report_vrack",
}


def questions(name: str) -> dict[str, dict[str, Any]]:
    return {question["variable"]: question for question in SURVEYS[name]["spec"]}


def test_surveys_are_those_that_the_argument_specs_give() -> None:
    stale = "run `python -m tools.generate_surveys`"
    assert generate_surveys.TARGET.read_text(encoding="utf-8") == generate_surveys.rendered(), stale


@pytest.mark.parametrize("name", SURVEYS)
def test_awx_takes_each_survey(name: str) -> None:
    assert spec_error(SURVEYS[name]) is None


@pytest.mark.parametrize("name", WRAPPERS)
def test_each_question_is_a_role_option_or_asked_by_its_wrapper(name: str) -> None:
    options: set[str] = set()
    for role in (CHECKOUT / "roles").iterdir():
        options |= set(generate_surveys.role_options(role.name))
    assert set(questions(name)) <= options | ASKED_BY_US


def test_nothing_is_asked_that_the_description_says() -> None:
    """An answer wins over everything, so an empty one would take the place of what is described."""
    assert (
        set(questions("site")) & {"vrack_name", "vrack_adopt", "private_network_networks", "instance_project"} == set()
    )


def test_the_workflow_asks_what_its_nodes_need() -> None:
    for node in ("check", "site", "connect"):
        needed = {variable for variable, question in questions(node).items() if question["required"]}
        assert needed <= set(questions("workflow"))


def test_answers_that_people_give_are_taken() -> None:
    description = "project: demo\nnetworks:\n  - name: blue\n"
    assert answer_errors(SURVEYS["site"], {"topology_text": description, "vrack_wait_timeout": 60}) == []
    assert answer_errors(SURVEYS["teardown"], {}) == ["'teardown_confirm' value missing"]
    assert answer_errors(SURVEYS["site"], {"vrack_wait_timeout": "60"}) == [
        "Value 60 for 'vrack_wait_timeout' expected to be an integer."
    ]


@pytest.mark.parametrize(
    ("survey", "variable", "wanted"),
    [("site", "vrack_wait_timeout", "an integer"), ("check", "check_fail_on_drift", "one of")],
)
def test_an_empty_answer_is_one_for_texts_only(survey: str, variable: str, wanted: str) -> None:
    assert answer_errors(SURVEYS[survey], {"topology_text": "", "topology_file": ""}) == []
    [error] = answer_errors(SURVEYS[survey], {variable: ""})
    assert error.startswith(f"Value  for '{variable}' expected to be {wanted}")


@pytest.mark.parametrize("name", [name for name in SURVEYS if "topology_text" in questions(name)])
def test_it_is_said_that_no_secret_belongs_there(name: str) -> None:
    """AWX keeps answers in clear; and none is asked for as a password, for what comes back of one is no text."""
    assert "no secret belongs here" in questions(name)["topology_text"]["question_description"]
    assert {question["type"] for question in questions(name).values()} <= {
        "text",
        "textarea",
        "integer",
        "multiplechoice",
    }


def test_what_is_left_out_gets_its_default() -> None:
    assert with_defaults(SURVEYS["check"], {}) == {
        "topology_file": "topology.yml",
        "topology_text": "",
        "vrack_unlisted_regions": "refuse",
        "check_fail_on_drift": "true",
    }
    assert with_defaults(SURVEYS["site"], {})["instance_wait_timeout"] == 1800


@pytest.mark.parametrize(
    ("option", "wanted"),
    [
        (
            {"type": "bool", "default": True},
            {"type": "multiplechoice", "choices": ["true", "false"], "default": "true"},
        ),
        ({"type": "int", "default": 5}, {"type": "integer", "default": 5}),
        ({"type": "list", "elements": "dict", "default": []}, {"type": "textarea", "default": ""}),
        ({"type": "str", "required": True}, {"type": "text", "required": True, "default": ""}),
        ({"type": "str", "choices": ["a", "b"]}, {"type": "multiplechoice", "choices": ["a", "b"]}),
    ],
)
def test_an_option_becomes_a_question_that_awx_takes(option: dict[str, Any], wanted: dict[str, Any]) -> None:
    option = {**option, "description": ["See M(a.b.c)."]}
    question = generate_surveys.role_question("role_option", option, "role")
    assert {name: question[name] for name in wanted} == wanted
    assert question["question_description"] == "See a.b.c. (role role)"
    assert spec_error({"name": "", "description": "", "spec": [question]}) is None
