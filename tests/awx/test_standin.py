# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in refuses what a real AWX refuses, in its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.awx.credential_types import environment
from tests.support.awx.installation import Installation
from tests.support.awx.kinds import Refused
from tests.support.awx.projects import check_rule, playbooks
from tests.support.awx.surveys import spec_error

URL = "https://git.example/network/vrack.git"
RULE = "DTSTART:20260101T030000Z RRULE:FREQ=DAILY;INTERVAL=1"
QUESTION = {"type": "text", "question_name": "A", "variable": "a", "required": True}
FIELDS = [{"id": "endpoint", "label": "E", "choices": ["ovh-eu"]}, {"id": "key", "label": "K", "secret": True}]


def survey(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"name": "", "description": "", "spec": [{**QUESTION, **change} for change in changes]}


class Made:
    """An installation with one of each kind that the others need."""

    def __init__(self, folder: Path) -> None:
        (folder / "site.yml").write_text("- import_playbook: a.b.site\n", encoding="utf-8")
        self.awx = Installation({URL: folder})
        self.organization = self.awx.create("organizations", {"name": "o"})["id"]
        self.type = self.awx.create(
            "credential_types",
            {
                "name": "t",
                "kind": "cloud",
                "inputs": {"fields": FIELDS},
                "injectors": {"env": {"OVH_ENDPOINT": "{{ endpoint }}", "OVH_KEY": "{{ key }}"}},
            },
        )
        self.project = self.awx.create(
            "projects", {"name": "p", "organization": self.organization, "scm_type": "git", "scm_url": URL}
        )
        self.inventory = self.awx.create("inventories", {"name": "i", "organization": self.organization})

    def sync(self) -> None:
        number = next(iter(self.awx.updates))
        while self.awx.look_at_update(number)["status"] != "successful":
            pass

    def finish(self, update: dict[str, Any]) -> None:
        while self.awx.look_at_update(update["id"])["status"] not in ("successful", "failed"):
            pass

    def credential(self, name: str = "c", **inputs: str) -> dict[str, Any]:
        body = {"name": name, "organization": self.organization, "credential_type": self.type["id"], "inputs": inputs}
        return self.awx.create("credentials", body)

    def template(self, **changes: Any) -> dict[str, Any]:
        body = {"name": "j", "project": self.project["id"], "playbook": "site.yml", "inventory": self.inventory["id"]}
        return self.awx.create("job_templates", {**body, **changes})


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_a_playbook_has_to_be_in_a_synced_project(made: Made) -> None:
    with pytest.raises(Refused, match="Playbook not found for project"):
        made.template()
    made.sync()
    with pytest.raises(Refused, match="Playbook not found for project"):
        made.template(playbook="ovhcloud.vrack.site")
    assert made.template()["organization"] == made.organization


def test_inputs_of_a_type_in_use_stay(made: Made) -> None:
    made.credential(endpoint="ovh-eu")
    with pytest.raises(Refused, match="Modifications to inputs"):
        made.awx.change("credential_types", made.type, {"inputs": {"fields": [*FIELDS, {"id": "more", "label": ""}]}})
    made.awx.change("credential_types", made.type, {"inputs": {"fields": FIELDS}, "injectors": {"env": {}}})
    with pytest.raises(Refused, match="in use cannot be deleted"):
        made.awx.delete("credential_types", made.type)


def test_secrets_are_never_shown(made: Made) -> None:
    one = made.credential(endpoint="ovh-eu", key="very secret")
    assert made.awx.shown("credentials", one)["inputs"] == {"endpoint": "ovh-eu", "key": "$encrypted$"}
    made.awx.change("credentials", one, {"inputs": {"key": "$encrypted$"}})
    assert one["inputs"] == {"key": "very secret"}
    assert environment(made.type["injectors"], FIELDS, one["inputs"]) == {"OVH_ENDPOINT": "", "OVH_KEY": "very secret"}


def test_two_credentials_of_one_type_do_not_go_together(made: Made) -> None:
    made.sync()
    template = made.template()["id"]
    made.awx.link_credential(template, {"id": made.credential("one")["id"]})
    with pytest.raises(Refused, match="Cannot assign multiple t credentials"):
        made.awx.link_credential(template, {"id": made.credential("two")["id"]})


def test_an_inventory_source_wants_git(made: Made) -> None:
    manual = made.awx.create("projects", {"name": "m", "organization": made.organization})
    body = {"name": "s", "inventory": made.inventory["id"], "source": "scm", "source_project": manual["id"]}
    with pytest.raises(Refused, match="Cannot use manual project"):
        made.awx.create("inventory_sources", body)


def test_a_node_takes_what_its_template_asks(made: Made) -> None:
    made.sync()
    template = made.template(survey_enabled=True)
    made.awx.surveys["job_templates", template["id"]] = survey({"type": "integer", "max": 9}, {"variable": "b"})
    workflow = made.awx.create("workflow_job_templates", {"name": "w", "organization": made.organization})
    body = {"workflow_job_template": workflow["id"], "unified_job_template": template["id"]}
    for extra_data, message in (({"x": 1}, "Variables x are not allowed"), ({"a": 10}, "too large")):
        with pytest.raises(Refused, match=message):
            made.awx.create("workflow_job_template_nodes", {**body, "extra_data": extra_data})
    made.awx.create("workflow_job_template_nodes", {**body, "extra_data": {"a": 9}})
    schedule = {"name": "s", "rrule": RULE, "unified_job_template": template["id"], "extra_data": {"a": 9}}
    with pytest.raises(Refused, match="'b' value missing"):
        made.awx.create("schedules", schedule)


def test_templates_and_projects_outlive_their_organization(made: Made) -> None:
    made.sync()
    template = made.template()
    made.awx.delete("organizations", made.awx.find("organizations", "o"))
    assert (template["organization"], template["inventory"]) == (None, None)
    assert (template["project"], made.project["organization"]) == (made.project["id"], None)
    assert made.awx.all_objects() == ["credential_type: t", "job_template: j", "project: p"]


def test_a_template_has_the_name_of_its_organization_for_itself(made: Made) -> None:
    made.sync()
    made.template()
    with pytest.raises(Refused, match=r"JobTemplate with this \(name, organization\) combination already exists\."):
        made.template()


def test_fields_that_an_injector_needs_stay(made: Made) -> None:
    """That is looked at before whether the type is in use."""
    made.credential(endpoint="ovh-eu")
    with pytest.raises(Refused) as refused:
        made.awx.change("credential_types", made.type, {"inputs": {"fields": FIELDS[:1]}})
    assert (refused.value.status, refused.value.body) == (
        400,
        {"injectors": ["OVH_KEY uses an undefined field ('key' is undefined)"]},
    )


def test_a_choice_may_be_left_empty(made: Made) -> None:
    assert made.credential(endpoint="", key="k")["inputs"]["endpoint"] == ""
    with pytest.raises(Refused, match="'ovh-xx' is not one of"):
        made.credential("other", endpoint="ovh-xx")


def test_a_node_is_not_linked_to_itself(made: Made) -> None:
    workflow = made.awx.create("workflow_job_templates", {"name": "w", "organization": made.organization})
    node, other = (
        made.awx.create("workflow_job_template_nodes", {"workflow_job_template": workflow["id"]}) for _node in "ab"
    )
    with pytest.raises(Refused) as refused:
        made.awx.link_node(node, "success_nodes", {"id": node["id"]})
    assert (refused.value.status, refused.value.body) == (400, {"Error": "Cycle detected."})
    made.awx.link_node(node, "success_nodes", {"id": other["id"]})
    made.awx.link_node(other, "success_nodes", {"id": node["id"]})


def test_an_image_has_a_name_without_spaces(made: Made) -> None:
    with pytest.raises(Refused, match="The container image name a b is not valid"):
        made.awx.create("execution_environments", {"name": "e", "image": "a b"})


def test_verbosity_has_an_end(made: Made) -> None:
    made.sync()
    with pytest.raises(Refused, match='"9" is not a valid choice'):
        made.template(verbosity=9)
    source = {"name": "s", "inventory": made.inventory["id"], "source": "scm", "source_project": made.project["id"]}
    with pytest.raises(Refused, match='"3" is not a valid choice'):
        made.awx.create("inventory_sources", {**source, "verbosity": 3})


def test_a_failed_sync_is_not_repeated_by_itself(made: Made) -> None:
    """The next one has to be asked for, and what an earlier one brought stays."""
    folder = made.awx.repositories.pop(URL)
    while made.awx.look_at_update(next(iter(made.awx.updates)))["status"] != "failed":
        pass
    shown = made.awx.shown("projects", made.project)
    assert (shown["status"], shown["summary_fields"]["last_update"]["status"]) == ("failed", "failed")
    made.awx.repositories[URL] = folder
    with pytest.raises(Refused, match="Playbook not found for project"):
        made.template()
    made.finish(made.awx.start_update(made.project))
    (folder / "new.yml").write_text("- import_playbook: a.b.new\n", encoding="utf-8")
    with pytest.raises(Refused, match="Playbook not found for project"):
        made.template(playbook="new.yml")
    del made.awx.repositories[URL]
    made.finish(made.awx.start_update(made.project))
    assert made.project["status"] == "failed"
    made.template()


def test_a_galaxy_credential_makes_a_sync_install_collections(made: Made) -> None:
    """Those that the project asks for; here nothing answers for Galaxy."""
    folder = made.awx.repositories[URL]
    (folder / "collections").mkdir()
    (folder / "collections" / "requirements.yml").write_text("collections: [a.b]\n", encoding="utf-8")
    made.finish(next(iter(made.awx.updates.values())))
    assert made.project["status"] == "successful"
    made.awx.galaxy.add(made.organization)
    made.finish(made.awx.start_update(made.project))
    assert made.project["status"] == "failed"


def test_a_job_gets_no_default_that_breaks_its_own_question(made: Made) -> None:
    made.sync()
    template = made.template(survey_enabled=True)
    asked = [
        {"variable": "small", "type": "integer", "default": 1, "min": 5},
        {"variable": "short", "default": "ab", "min": 3},
        {"variable": "empty", "default": ""},
        {"variable": "no_number", "type": "integer", "default": ""},
        {"variable": "no_choice", "type": "multiplechoice", "choices": ["x"], "default": ""},
        {"variable": "fits", "type": "integer", "default": 5, "min": 5},
    ]
    spec = survey(*({"required": False, **one} for one in asked))
    assert spec_error(spec) is None
    made.awx.surveys["job_templates", template["id"]] = spec
    job = made.awx.launch("job_templates", template, {})
    assert json.loads(job["extra_vars"]) == {"empty": "", "fits": 5}


@pytest.mark.parametrize("answer", [{"number": ""}, {"choice": ""}])
def test_empty_answers_that_the_api_refuses(made: Made, answer: dict[str, str]) -> None:
    made.sync()
    template = made.template(survey_enabled=True)
    made.awx.surveys["job_templates", template["id"]] = survey(
        {"variable": "number", "type": "integer", "required": False},
        {"variable": "choice", "type": "multiplechoice", "choices": ["x"], "required": False},
    )
    with pytest.raises(Refused, match="expected to be"):
        made.awx.launch("job_templates", template, {"extra_vars": answer})


def test_a_project_that_is_syncing_stays(made: Made) -> None:
    with pytest.raises(Refused, match="running jobs"):
        made.awx.delete("projects", made.project)


def test_one_name_is_enough(made: Made) -> None:
    with pytest.raises(Refused, match="Organization with this Name already exists"):
        made.awx.create("organizations", {"name": "o"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"injectors": {"env": {"ANSIBLE_X": "x"}}}, "may affect Ansible configuration"),
        ({"injectors": {"env": {"PATH": "x"}}}, "PATH is not allowed"),
        ({"injectors": {"env": {"OVH-KEY": "x"}}}, "does not match any of the regexes"),
        ({"injectors": {"env": {"OVH_X": "{{ nope }}"}}}, "uses an undefined field"),
        ({"injectors": {"env": {"OVH_X": "{{ key"}}}, "Syntax error rendering"),
        ({"injectors": {"env": {"OVH_X": 1}}}, "int provided"),
        ({"injectors": {"environ": {}}}, "'environ' was unexpected"),
        (
            {"injectors": {"env": {"OVH_CONFIG": "{{ tower.filename }}"}}},
            r"OVH_CONFIG uses an undefined field \(Must define unnamed file injector in order to reference "
            r"`tower\.filename`\.\)",
        ),
        ({"injectors": {"extra_vars": {"a b": "x"}}}, r"\['extra_vars'\] \('a b' does not match any of the regexes"),
        ({"kind": "ssh"}, "Must be 'cloud' or 'net'"),
        ({"inputs": {"fields": [{"id": "a"}]}}, "'label' is a required property"),
        ({"inputs": {"fields": [{"id": "a-b", "label": ""}]}}, "invalid variable name"),
        ({"inputs": {"fields": [{"id": "a", "label": "", "nope": 1}]}}, "'nope' was unexpected"),
        ({"inputs": {"fields": [{"id": "a", "label": "", "type": "integer"}]}}, "'integer' is not one of"),
    ],
)
def test_credential_types_that_awx_refuses(made: Made, change: dict[str, Any], message: str) -> None:
    body = {"name": "n", "kind": "cloud", "inputs": {"fields": FIELDS}, "injectors": {}}
    with pytest.raises(Refused, match=message):
        made.awx.create("credential_types", {**body, **change})


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"description": "", "spec": [QUESTION]}, "Field 'name' is missing from survey spec."),
        ({"description": "", "spec": []}, "'spec' doesn't contain any items."),
        (survey(), "'spec' doesn't contain any items."),
        ({"name": "", "description": "", "spec": {}}, "Expected list of items for field 'spec', received dict type."),
        (survey({"type": "boolean"}), "is not one of"),
        (survey({"required": "yes"}), "expected to be boolean"),
        (survey({}, {}), "'variable' 'a' duplicated in survey question 1."),
        (survey({"type": "multiplechoice"}), "must specify choices"),
        (survey({"type": "multiplechoice", "choices": ["x"], "default": "y"}), "Default choice must be answered"),
        (survey({"type": "multiplechoice", "choices": [True], "default": True}), "expected to be string"),
        (survey({"type": "integer", "default": "5"}), "expected to be integer"),
        (survey({"default": 5}), "expected to be string"),
        (survey({"min": "1"}), "The min limit in survey question 0 expected to be integer."),
        (survey({"default": "$encrypted$"}), "reserved keyword"),
    ],
)
def test_surveys_that_awx_refuses(spec: dict[str, Any], message: str) -> None:
    assert message in str(spec_error(spec))


@pytest.mark.parametrize(
    ("rule", "messages"),
    [
        ("RRULE:FREQ=DAILY;INTERVAL=1", ["Valid DTSTART required"]),
        (
            "DTSTART:20260101T030000 RRULE:FREQ=DAILY;INTERVAL=1",
            ["DTSTART cannot be a naive datetime. Specify ;TZINFO= or YYYYMMDDTHHMMSSZZ."],
        ),
        ("DTSTART;TZID=Nowhere/Town:20260101T030000 RRULE:FREQ=DAILY;INTERVAL=1", ["A valid TZID must be provided"]),
        ("DTSTART:20260101T030000Z RRULE:FREQ=DAILY", ["INTERVAL required in rrule: RULE:FREQ=DAILY"]),
        (
            "DTSTART:20260101T030000Z RRULE:FREQ=DAILY;INTERVAL=1;COUNT=1000",
            ["COUNT > 999 is unsupported: RULE:FREQ=DAILY;INTERVAL=1;COUNT=1000"],
        ),
        (
            "DTSTART:20260101T030000Z RRULE:FREQ=SECONDLY;INTERVAL=1",
            ["SECONDLY is not supported: RULE:FREQ=SECONDLY;INTERVAL=1"],
        ),
        ("RRULE:FREQ=DAILY", ["Valid DTSTART required", "INTERVAL required in rrule: RULE:FREQ=DAILY"]),
        ("DTSTART:20260101T030000Z", ["One or more rule required in rrule."]),
    ],
)
def test_rules_that_awx_refuses(rule: str, messages: list[str]) -> None:
    check_rule(RULE)
    with pytest.raises(Refused) as refused:
        check_rule(rule)
    said = refused.value.body["rrule"]
    assert len(said) == len(messages)
    assert [text for text, message in zip(said, messages, strict=True) if message not in text] == []


def test_what_counts_as_a_playbook(tmp_path: Path) -> None:
    for name, text in (
        ("a.yml", "- name: x\n  hosts: all\n"),
        ("sub/b.yaml", "- name: x\n  ansible.builtin.import_playbook: y\n"),
        ("tasks/c.yml", "- hosts: all\n"),
        ("d.yml", "plugin: x\n"),
        (".hidden/e.yml", "- hosts: all\n"),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert playbooks(tmp_path) == ["a.yml", "sub/b.yaml"]
