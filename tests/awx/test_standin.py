# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in refuses what a real AWX refuses, in its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.awx.standin.credential_types import environment
from tests.awx.standin.installation import Installation
from tests.awx.standin.kinds import Refused
from tests.awx.standin.projects import check_rule, playbooks
from tests.awx.standin.surveys import spec_error

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
        made.awx.change("credential_types", made.type, {"inputs": {"fields": FIELDS[:1]}})
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


def test_templates_outlive_their_organization(made: Made) -> None:
    made.sync()
    template = made.template()
    made.awx.delete("organizations", made.awx.find("organizations", "o"))
    assert (template["organization"], template["project"], template["inventory"]) == (None, None, None)
    assert made.awx.all_objects() == ["credential_type: t", "job_template: j"]


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
        ({"injectors": {"env": {"OVH_CONFIG": "{{ tower.filename }}"}}}, "undefined field"),
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
        ({"description": "", "spec": []}, "Field 'name' is missing from survey spec."),
        (survey(), "'spec' doesn't contain any items."),
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
    ("rule", "message"),
    [
        ("RRULE:FREQ=DAILY;INTERVAL=1", "Valid DTSTART required"),
        ("DTSTART:20260101T030000 RRULE:FREQ=DAILY;INTERVAL=1", "naive datetime"),
        ("DTSTART;TZID=Nowhere/Town:20260101T030000 RRULE:FREQ=DAILY;INTERVAL=1", "valid TZID"),
        ("DTSTART:20260101T030000Z RRULE:FREQ=DAILY", "INTERVAL required"),
        ("DTSTART:20260101T030000Z RRULE:FREQ=DAILY;INTERVAL=1;COUNT=1000", "COUNT > 999"),
    ],
)
def test_rules_that_awx_refuses(rule: str, message: str) -> None:
    check_rule(RULE)
    with pytest.raises(Refused, match=message):
        check_rule(rule)


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
