# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""awx_setup and awx_teardown with the real modules of awx.awx, against the stand-in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.awx.api import PASSWORD, USER
from tests.support.awx.credential_types import environment
from tests.support.awx.installation import LINKS, MACHINE
from tests.support.awx.launch import Awx, running
from tests.support.playbooks import clean_environment
from tools.collection_tree import CHECKOUT

URL = "https://git.example/network/vrack.git"
KEYS = {
    "OVH_APPLICATION_KEY": "key-of-the-application",
    "OVH_APPLICATION_SECRET": "secret-of-the-application",
    "OVH_CONSUMER_KEY": "key-of-the-consumer",
}
SETTINGS = (
    *("-e", f"awx_project_url={URL}", "-e", "awx_image=registry.example/ovhcloud-vrack:1"),
    *("-e", '{"awx_more_credentials": ["web++Secrets+cloud++OVHcloud vRack"]}'),
    *("-e", '{"awx_machine_credential": "key++Machine+ssh++OVHcloud vRack"}'),
)
TEMPLATES = ("attach", "check", "connect", "export", "report", "settled", "site", "teardown", "verify")
NODES = ("approve", "check", "connect", "inventory", "settled", "site")
MADE = [
    "credential: OVHcloud vRack account",
    "credential: key",
    "credential: web",
    "credential_type: OVHcloud vRack API",
    "credential_type: Secrets",
    "execution_environment: OVHcloud vRack environment",
    "inventory: OVHcloud vRack inventory",
    "inventory_source: OVHcloud vRack instances",
    *(f"job_template: OVHcloud vRack {name}" for name in TEMPLATES),
    "organization: OVHcloud vRack",
    "project: OVHcloud vRack playbooks",
    "schedule: OVHcloud vRack nightly check",
    "workflow_approval_template: Carry out the plan?",
    "workflow_job_template: OVHcloud vRack check and build",
    *(f"workflow_job_template_node: {name}" for name in NODES),
]
FIRST = ("credential", "credential_type", "execution_environment")
SERVICE_ACCOUNT = {"endpoint": "ovh-ca", "client_id": "an-account", "client_secret": "typed-into-awx"}
SIGNED_IN = {"CONTROLLER_OAUTH_TOKEN": "", "CONTROLLER_USERNAME": USER, "CONTROLLER_PASSWORD": PASSWORD}


@dataclass(frozen=True)
class Run:
    """One ansible-playbook process and what AWX then held."""

    code: int
    output: str
    writes: list[str]
    there: list[str]

    @property
    def said(self) -> str:
        """The message of the task that failed last, on one line."""
        return self.output.rpartition("fatal: ")[2].partition("TASK [")[0].replace('\\"', '"')

    def count(self, what: str) -> int:
        found = re.search(rf"{what}=(\d+)", self.output.rpartition("PLAY RECAP")[2])
        assert found, self.output
        return int(found[1])


@dataclass
class Story:
    """An AWX and the runs against it, in their order."""

    awx: Awx
    collections: str
    runs: dict[str, Run] = field(default_factory=dict)
    kept: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self, name: str, playbook: str, *arguments: str, **changes: str) -> Run:
        before = len(self.awx.writes)
        surroundings = clean_environment()
        del surroundings["ANSIBLE_CALLBACKS_ENABLED"]
        paths = f"{surroundings['ANSIBLE_COLLECTIONS_PATH']}{os.pathsep}{self.collections}"
        keys = {**self.awx.env, **KEYS, "ANSIBLE_COLLECTIONS_PATH": paths, "ANSIBLE_PIPELINING": "1"}
        done = subprocess.run(
            [str(Path(sys.executable).with_name("ansible-playbook")), f"ovhcloud.vrack.{playbook}", *arguments],
            env={**surroundings, **keys, **changes},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        there = self.awx.installation.all_objects()
        self.runs[name] = Run(done.returncode, done.stdout, self.awx.writes[before:], there)
        return self.runs[name]

    def by_hand(self, inputs: dict[str, str]) -> None:
        """As somebody types them into AWX."""
        credential = self.the("credentials", "OVHcloud vRack account")
        self.awx.installation.change("credentials", credential, {"inputs": inputs})

    def keep(self, name: str) -> None:
        """Note what the credential holds after a run."""
        self.kept[name] = dict(self.the("credentials", "OVHcloud vRack account")["inputs"])

    def the(self, route: str, name: str) -> dict[str, Any]:
        """What the API said of an object after the setup."""
        installation = self.awx.installation
        return next(
            one for one in installation.objects[route].values() if name in (one.get("name"), one.get("identifier"))
        )


@pytest.fixture(scope="module")
def collections() -> str:
    """The folder with awx.awx."""
    script = CHECKOUT / "tools" / "awx_collection.sh"
    done = subprocess.run([script], stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def setup(collections: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    repository = tmp_path_factory.mktemp("repository") / "awx"
    shutil.copytree(CHECKOUT / "awx", repository, ignore=shutil.ignore_patterns("settled.yml"))
    with running({}) as awx:
        story = Story(awx, collections)
        story.run("look at an empty AWX", "awx_setup", *SETTINGS, "--check")
        awx.api.superuser = False
        story.run("not by a superuser", "awx_setup", *SETTINGS)
        awx.api.superuser = True
        story.run("no repository", "awx_setup", *SETTINGS, "-vvv")
        organization = story.the("organizations", "OVHcloud vRack")["id"]
        awx.installation.galaxy.add(organization)
        secrets = awx.installation.create("credential_types", {"name": "Secrets", "kind": "cloud"})["id"]
        more = {"name": "web", "organization": organization, "credential_type": secrets}
        awx.installation.create("credentials", more)
        machines = {"name": "key", "organization": organization, "credential_type": MACHINE}
        awx.installation.create("credentials", machines)
        # From here on by an administrator of the organization.
        awx.api.superuser = False
        awx.installation.repositories[URL] = repository
        story.run("old repository", "awx_setup", *SETTINGS)
        shutil.copy(CHECKOUT / "awx" / "settled.yml", repository)
        story.run("setup", "awx_setup", *SETTINGS, "-vvv", **SIGNED_IN)
        story.keep("setup")
        story.by_hand(SERVICE_ACCOUNT)
        story.run("setup again", "awx_setup", *SETTINGS)
        story.keep("setup again")
        # Secrets would be sent, but there are none: those of the credential stay.
        nothing = dict.fromkeys(KEYS, "")
        without = ("-e", '{"awx_machine_credential": ""}', "-e", "awx_update_secrets=true")
        story.run("look without keys and a way to machines", "awx_setup", *SETTINGS, *without, "--check", **nothing)
        # It ends right after the credential.
        wrong = ("-e", '{"awx_image": "no name"}', "-e", "awx_update_secrets=true")
        story.run("new keys", "awx_setup", *SETTINGS, *wrong)
        story.keep("new keys")
        yield story


@pytest.fixture(scope="module")
def teardown(setup: Story) -> Story:
    """The last thing in this file: afterwards nothing of the setup is there."""
    setup.run("look at the removal", "awx_teardown", "--check")
    setup.run("teardown by another", "awx_teardown")
    setup.awx.api.superuser = True
    setup.run("teardown", "awx_teardown")
    setup.run("teardown again", "awx_teardown", **SIGNED_IN)
    return setup


def test_check_mode_says_what_it_cannot_know(setup: Story) -> None:
    run = setup.runs["look at an empty AWX"]
    assert (run.code, run.writes, run.there) == (0, [], [])
    assert 'The look ends before \\"Have the credential\\"' in run.output


def test_what_needs_a_superuser_says_so(setup: Story) -> None:
    run = setup.runs["not by a superuser"]
    assert (run.code, run.there) == (2, [])
    assert "Have the organization: You don't have permission to POST" in run.said
    assert "Only a superuser makes organizations and credential types." in run.said


def test_a_failed_sync_says_where_its_output_is(setup: Story) -> None:
    run = setup.runs["no repository"]
    assert run.code == 2
    assert {one.partition(":")[0] for one in run.there} > set(FIRST)
    assert f"{setup.awx.url}/#/jobs/project/{min(setup.awx.installation.updates)}/output" in run.said
    assert re.search(r"TASK \[See that the project was synced\] \**\n(?!ok)", run.output)


def test_a_missing_playbook_is_named(setup: Story) -> None:
    """The sync that had failed was started anew, by an administrator of the organization."""
    run = setup.runs["old repository"]
    assert (run.code, [write for write in run.writes if write.startswith("POST")]) == (2, [run.writes[0]])
    assert re.fullmatch(r"POST /projects/\d+/update/", run.writes[0])
    assert "was synced and has no settled.yml." in run.said


def test_setup_makes_everything(setup: Story) -> None:
    """After syncing the project once more, whose last sync was successful and brought too little."""
    run = setup.runs["setup"]
    assert run.code == 0, run.output
    assert run.there == MADE
    assert [write for write in run.writes if write.endswith("/update/")] == run.writes[:1]


def test_nothing_is_left_to_do_after_it(setup: Story) -> None:
    run = setup.runs["setup again"]
    assert run.code == 0, run.output
    assert (run.count("changed"), run.there) == (0, MADE)
    # AWX stores another form of the two fields of an inventory that nobody set, so its module sends them each time.
    assert [one for one in run.writes if "/inventories/" not in one] == []


def test_what_was_typed_into_awx_stays_until_it_is_asked_for(setup: Story) -> None:
    assert setup.kept["setup again"] == SERVICE_ACCOUNT
    assert setup.runs["new keys"].count("changed") == 1
    names = {"application_key", "application_secret", "consumer_key", "endpoint"}
    assert set(setup.kept["new keys"]) == names
    assert "The container image name no name is not valid" in setup.runs["new keys"].said


def test_no_secret_is_shown(setup: Story) -> None:
    shown = "".join(run.output for run in setup.runs.values())
    assert [name for name, key in KEYS.items() if key in shown] == []


def test_no_key_of_the_account_is_shown_by_awx(setup: Story) -> None:
    """Neither by the credential nor by the environment of each job, which masks what is secret."""
    fields = setup.the("credential_types", "OVHcloud vRack API")["inputs"]["fields"]
    assert [one["id"] for one in fields if not one.get("secret")] == ["endpoint", "client_id"]


def test_any_api_can_be_named(setup: Story) -> None:
    """The simulator too."""
    installation = setup.awx.installation
    body = {
        "name": "the simulator's",
        "organization": setup.the("organizations", "OVHcloud vRack")["id"],
        "credential_type": setup.the("credential_types", "OVHcloud vRack API")["id"],
        "inputs": {"endpoint": "https://simulator.example:8443/1.0", "application_key": "k"},
    }
    installation.delete("credentials", installation.create("credentials", body))


def test_jobs_get_the_keys(setup: Story) -> None:
    kind = setup.the("credential_types", "OVHcloud vRack API")
    stored = setup.kept["setup"]
    assert environment(kind["injectors"], kind["inputs"]["fields"], stored) == {
        "OVH_ENDPOINT": "ovh-eu",
        **KEYS,
        "OVH_CLIENT_ID": "",
        "OVH_CLIENT_SECRET": "",
    }


def test_templates_have_what_their_jobs_need(setup: Story) -> None:
    installation = setup.awx.installation
    account = {setup.the("credentials", name)["id"] for name in ("OVHcloud vRack account", "web")}
    machine = {setup.the("credentials", "key")["id"]}
    credentials = {"settled": set(), "verify": machine, "connect": account | machine}
    for name in TEMPLATES:
        template = setup.the("job_templates", f"OVHcloud vRack {name}")
        asks = name != "settled"
        assert template["playbook"] == f"{name}.yml"
        assert template["job_type"] == ("check" if name == "check" else "run")
        assert set(installation.template_credentials.get(template["id"], [])) == credentials.get(name, account)
        assert template["forks"] == (40 if name in ("connect", "verify") else 0)
        assert not template["ask_credential_on_launch"]
        assert template["extra_vars"] in ("", "---", "{}")
        assert bool(installation.survey("job_templates", template["id"])) == template["survey_enabled"] == asks


def test_without_a_credential_for_machines_one_is_asked_for(setup: Story) -> None:
    """Both templates ask for one, and the workflow ends where it did. Nothing else differs for want of keys to send."""
    run = setup.runs["look without keys and a way to machines"]
    assert (run.code, run.writes, run.there) == (0, [], MADE)
    [templates] = re.findall(r"TASK \[Have the job templates\] \*+\n(.*?)\n\n", run.output, re.DOTALL)
    assert re.findall(r"^changed: .*item=(\w+)", templates, re.MULTILINE) == ["connect", "verify"]
    changed = re.findall(r"TASK \[(.*?)\] \*+\n(?:changed.*\n)", run.output)
    assert changed == [
        "Have the workflow's node that connects the machines",
        "Have the workflow's node for the inventory",
    ]


def test_the_inventory_source_has_an_environment_of_its_own(setup: Story) -> None:
    source = setup.the("inventory_sources", "OVHcloud vRack instances")
    assert source["execution_environment"] == setup.the("execution_environments", "OVHcloud vRack environment")["id"]
    assert (CHECKOUT / "awx" / source["source_path"]).is_file()


def test_the_workflow_asks_between_plan_and_change(setup: Story) -> None:
    """And only when something differs: then the node before the question fails. Machines come after the inventory."""
    installation = setup.awx.installation
    nodes = {node["identifier"]: node for node in installation.objects["workflow_job_template_nodes"].values()}
    names = {node["id"]: name for name, node in nodes.items()}
    followers = {
        name: {link: [names[number] for number in node[link]] for link in LINKS if node[link]}
        for name, node in nodes.items()
    }
    assert followers == {
        "check": {"success_nodes": ["settled"]},
        "settled": {"failure_nodes": ["approve"]},
        "approve": {"success_nodes": ["site"]},
        "site": {"success_nodes": ["inventory"]},
        "inventory": {"success_nodes": ["connect"]},
        "connect": {},
    }
    assert nodes["check"]["extra_data"] == {"check_fail_on_drift": "false"}
    assert installation.route_of(nodes["approve"]["unified_job_template"]) == "workflow_approval_templates"


def test_the_nightly_check_runs_on_the_file_of_the_project(setup: Story) -> None:
    schedule = setup.the("schedules", "OVHcloud vRack nightly check")
    assert schedule["unified_job_template"] == setup.the("job_templates", "OVHcloud vRack check")["id"]
    assert schedule["enabled"]


def test_a_failure_is_a_failure(setup: Story) -> None:
    run = setup.run("wrong token", "awx_setup", *SETTINGS, "--check", CONTROLLER_OAUTH_TOKEN="wrong")
    assert run.code != 0
    assert "Invalid authentication credentials" in run.output


def test_what_has_no_default_is_asked_for(setup: Story) -> None:
    run = setup.run("nothing said", "awx_setup", "--check")
    assert run.code != 0
    assert "Set awx_project_url" in run.output


def test_an_administrator_leaves_the_credential_type(teardown: Story) -> None:
    look, run = teardown.runs["look at the removal"], teardown.runs["teardown by another"]
    assert (look.code, look.writes, look.there) == (0, [], MADE)
    assert run.code == 0, run.output
    assert run.there == ["credential_type: OVHcloud vRack API", "credential_type: Secrets"]
    assert MACHINE in teardown.awx.installation.objects["credential_types"]
    assert run.count("changed") == look.count("changed")
    assert "stays, because only a superuser removes one" in run.output


def test_teardown_leaves_nothing_behind(teardown: Story) -> None:
    run = teardown.runs["teardown"]
    assert run.code == 0, run.output
    assert run.there == ["credential_type: Secrets"]


def test_a_second_teardown_has_nothing_to_do(teardown: Story) -> None:
    run = teardown.runs["teardown again"]
    assert run.code == 0, run.output
    assert (run.count("changed"), run.writes) == (0, [])


def test_no_token_is_left(teardown: Story) -> None:
    """A lookup that signs in by itself would leave one."""
    assert [path for method, path, _body in teardown.awx.api.requests if (method, path) == ("POST", "/tokens/")]
    assert teardown.awx.api.tokens == {}
