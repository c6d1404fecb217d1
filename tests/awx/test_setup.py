# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""awx_setup and awx_teardown with the real modules of awx.awx, against the stand-in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.awx.standin.api import PASSWORD, USER
from tests.awx.standin.credential_types import environment
from tests.awx.standin.launch import Awx, running
from tests.collection_tree import CHECKOUT
from tests.playbooks import clean_environment

URL = "https://git.example/network/vrack.git"
KEYS = {
    "OVH_APPLICATION_KEY": "key-of-the-application",
    "OVH_APPLICATION_SECRET": "secret-of-the-application",
    "OVH_CONSUMER_KEY": "key-of-the-consumer",
}
SETTINGS = ("-e", f"awx_project_url={URL}", "-e", "awx_image=registry.example/ovhcloud-vrack:1")
MADE = [
    "credential: OVHcloud vRack account",
    "credential_type: OVHcloud vRack API",
    "execution_environment: OVHcloud vRack environment",
    "inventory: OVHcloud vRack inventory",
    "inventory_source: OVHcloud vRack instances",
    *(f"job_template: OVHcloud vRack {name}" for name in ("attach", "check", "export", "site", "teardown")),
    "organization: OVHcloud vRack",
    "project: OVHcloud vRack playbooks",
    "schedule: OVHcloud vRack nightly check",
    "workflow_approval_template: Carry out the plan?",
    "workflow_job_template: OVHcloud vRack check and build",
    *(f"workflow_job_template_node: {name}" for name in ("approve", "check", "inventory", "site")),
]
TASKS = 15


@dataclass(frozen=True)
class Run:
    """One ansible-playbook process and what AWX then held."""

    code: int
    output: str
    writes: list[str]
    there: list[str]

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

    def the(self, route: str, name: str) -> dict[str, Any]:
        """What the API said of an object after the setup."""
        installation = self.awx.installation
        return next(
            one for one in installation.objects[route].values() if name in (one.get("name"), one.get("identifier"))
        )


@pytest.fixture(scope="module")
def collections() -> str:
    """The folder with awx.awx."""
    script = CHECKOUT / "tests" / "awx_collection.sh"
    done = subprocess.run([script], stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def setup(collections: str) -> Iterator[Story]:
    with running({URL: CHECKOUT / "awx"}) as awx:
        story = Story(awx, collections)
        story.run("look at an empty AWX", "awx_setup", *SETTINGS, "--check")
        story.run("setup", "awx_setup", *SETTINGS, "-vvv")
        story.run("setup again", "awx_setup", *SETTINGS)
        # Secrets would be sent, but there are none: those of the credential stay.
        nothing = dict.fromkeys(KEYS, "")
        story.run("look without keys", "awx_setup", *SETTINGS, "-e", "awx_update_secrets=true", "--check", **nothing)
        yield story


@pytest.fixture(scope="module")
def teardown(setup: Story) -> Story:
    """The last thing in this file: afterwards nothing of the setup is there."""
    setup.run("look at the removal", "awx_teardown", "--check")
    setup.run("teardown", "awx_teardown")
    signed_in = {"CONTROLLER_OAUTH_TOKEN": "", "CONTROLLER_USERNAME": USER, "CONTROLLER_PASSWORD": PASSWORD}
    setup.run("teardown again", "awx_teardown", **signed_in)
    return setup


def test_check_mode_says_what_it_cannot_know(setup: Story) -> None:
    run = setup.runs["look at an empty AWX"]
    assert (run.code, run.writes, run.there) == (0, [], [])
    assert 'The look ends before \\"The credential\\"' in run.output


def test_setup_makes_everything(setup: Story) -> None:
    run = setup.runs["setup"]
    assert run.code == 0, run.output
    assert (run.count("changed"), run.there) == (TASKS, MADE)


@pytest.mark.parametrize("name", ["setup again", "look without keys"])
def test_nothing_is_left_to_do_after_it(setup: Story, name: str) -> None:
    run = setup.runs[name]
    assert run.code == 0, run.output
    assert (run.count("ok"), run.count("changed"), run.there) == (TASKS + 1, 0, MADE)
    # AWX stores another form of the two fields of an inventory that nobody set, so its module sends them each time.
    assert [one for one in run.writes if "/inventories/" not in one] == []


def test_no_secret_is_shown(setup: Story) -> None:
    shown = "".join(run.output for run in setup.runs.values())
    assert [name for name, key in KEYS.items() if key in shown] == []


def test_jobs_get_the_keys(setup: Story) -> None:
    kind = setup.the("credential_types", "OVHcloud vRack API")
    stored = setup.the("credentials", "OVHcloud vRack account")["inputs"]
    assert environment(kind["injectors"], kind["inputs"]["fields"], stored) == {
        "OVH_ENDPOINT": "ovh-eu",
        **KEYS,
        "OVH_CLIENT_ID": "",
        "OVH_CLIENT_SECRET": "",
    }


def test_templates_have_what_their_jobs_need(setup: Story) -> None:
    installation = setup.awx.installation
    credential = setup.the("credentials", "OVHcloud vRack account")["id"]
    for name in ("attach", "check", "export", "site", "teardown"):
        template = setup.the("job_templates", f"OVHcloud vRack {name}")
        assert template["playbook"] == f"{name}.yml"
        assert template["job_type"] == ("check" if name == "check" else "run")
        assert installation.template_credentials[template["id"]] == [credential]
        assert installation.survey("job_templates", template["id"])["spec"]


def test_the_inventory_source_has_an_environment_of_its_own(setup: Story) -> None:
    source = setup.the("inventory_sources", "OVHcloud vRack instances")
    assert source["execution_environment"] == setup.the("execution_environments", "OVHcloud vRack environment")["id"]
    assert (CHECKOUT / "awx" / source["source_path"]).is_file()


def test_the_workflow_asks_between_plan_and_change(setup: Story) -> None:
    installation = setup.awx.installation
    nodes = {node["identifier"]: node for node in installation.objects["workflow_job_template_nodes"].values()}
    followers = {
        name: [other for other, one in nodes.items() if one["id"] in node["success_nodes"]]
        for name, node in nodes.items()
    }
    assert followers == {"check": ["approve"], "approve": ["site"], "site": ["inventory"], "inventory": []}
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


def test_teardown_leaves_nothing_behind(teardown: Story) -> None:
    look, run = teardown.runs["look at the removal"], teardown.runs["teardown"]
    assert (look.code, look.writes, look.there) == (0, [], MADE)
    assert run.code == 0, run.output
    assert run.there == []
    assert run.count("changed") == look.count("changed")


def test_a_second_teardown_has_nothing_to_do(teardown: Story) -> None:
    run = teardown.runs["teardown again"]
    assert run.code == 0, run.output
    assert (run.count("changed"), run.writes) == (0, [])
    assert teardown.awx.api.tokens == {}
