# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles and modules in somebody else's plays: each example of docs/inclusion.md, as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.launch import Simulator
from tests.support.playbooks import FAST, PlaybookRun, run_playbook
from tools.collection_tree import CHECKOUT

PAGE = CHECKOUT / "docs" / "inclusion.md"
ROLES = CHECKOUT / "roles"
# Servers on which nothing could run: what isn't delegated fails.
SERVERS = """
[web]
web-1 ansible_connection=local ansible_python_interpreter=/nowhere/python
web-2 ansible_connection=local ansible_python_interpreter=/nowhere/python
"""
VAULT_PASSWORD = "correct horse"
USERS_SECRET = "the-users-own-secret"


def examples() -> dict[str, str]:
    """The play below each heading, on projects that the simulator has."""
    text = PAGE.read_text(encoding="utf-8").replace("my-project", "running").replace("other-project", "auto")
    text = re.sub(r"delay: \d+", "delay: 1", text)
    return dict(re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?```yaml\n(.*?)```", text, re.DOTALL | re.MULTILINE))


EXAMPLES = examples()
SEEN: set[str] = set()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hosts").write_text(SERVERS, encoding="utf-8")
    return tmp_path


def play(
    simulator: Simulator,
    folder: Path,
    *headings: str,
    arguments: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> PlaybookRun:
    """The examples of these headings, one play after the other in one process."""
    path = folder / "play.yml"
    path.write_text("\n".join(EXAMPLES[heading] for heading in headings), encoding="utf-8")
    SEEN.update(headings)
    surroundings = {"ANSIBLE_HOME": str(folder / "home"), **(FAST if environment is None else environment)}
    return run_playbook(simulator, path, "-i", str(folder / "hosts"), *arguments, **surroundings)


def made(done: PlaybookRun) -> list[str]:
    """The names of all that was made, in the order of the tasks."""
    return [
        re.sub(r".*'(.*)'.*", r"\1", str(item["name"]))
        for task in done.tasks
        for item in task.result.get("results", ())
        if isinstance(item, dict) and item.get("action") == "create" and item["changed"]
    ]


def test_several_calls_a_loop_and_other_hosts(simulator: Simulator, folder: Path) -> None:
    headings = ("Several projects in one play", "A loop", "Among tasks for other hosts", "Several hosts at once")
    done = play(simulator, folder, *headings)
    assert done.code == 0, done.output
    assert made(done)[:5] == ["shop", "blog", "common", "common", "web"]
    assert sorted(made(done)[5:]) == ["web-1", "web-2"]
    shop, blog = str(done["Both are known"].result["msg"]).split(" and ")
    assert (shop[-4:], blog[-4:]) == ("_301", "_302")
    assert shop[:-4] != blog[:-4]
    told = [task.result["msg"] for task in done.tasks if task.task == "Every server knows the result"]
    assert sorted(told) == ["web-1: VLAN 305", "web-2: VLAN 305"]
    again = play(simulator, folder, *headings)
    assert (again.code, again.writes) == (0, []), again.output


def test_tags_a_start_in_the_middle_and_a_limit(simulator: Simulator, folder: Path) -> None:
    def of(heading: str, *arguments: str) -> list[str]:
        done = play(simulator, folder, heading, arguments=arguments)
        assert done.code == 0, done.output
        return made(done)

    tagged = "Tags, a start in the middle, a limit"
    assert of(tagged, "--tags", "network") == ["tagged"]
    assert of(tagged, "--start-at-task", "ovhcloud.vrack.instance : Have the SSH keys") == ["deploy", "included"]
    assert of("Several hosts at once", "--limit", "web-1") == ["web-1"]


def test_a_rescue_sees_each_item(simulator: Simulator, folder: Path) -> None:
    simulator.settings(instance_fail_names=["bad"])
    done = play(simulator, folder, "When something fails")
    assert done.code == 0, done.output
    assert done.recap["rescued"] == 1
    told = done["Which were made, which were not, and why"].result["msg"]
    assert told["made"] == ["instance 'good' in GRA11"]
    assert list(told["failed"]) == ["instance 'bad' in GRA11"]
    assert "ERROR" in told["failed"]["instance 'bad' in GRA11"]


def test_in_the_background_and_later(simulator: Simulator, folder: Path) -> None:
    """Ansible waits itself here, in real seconds: the simulator's are short ones."""
    done = play(simulator, folder, "In the background", "Start now, wait later", environment={})
    assert done.code == 0, done.output
    assert done["Start a server"].result["ansible_job_id"]
    assert done["Wait for it"].result["instance"]["status"] == "ACTIVE"
    assert done["Ask for a server"].result["instance"]["status"] != "ACTIVE"
    assert [one["status"] for one in done["Until it runs"].result["instances"]] == ["ACTIVE"]
    assert made(done) == ["background", "later"]


def test_keys_from_a_vault(simulator: Simulator, folder: Path) -> None:
    """No key is in the environment; neither they nor the user's own secret are printed, with all that -vvv says."""
    keys = ("ENDPOINT", "APPLICATION_KEY", "APPLICATION_SECRET", "CONSUMER_KEY")
    secrets = {f"vault_ovh_{key.lower()}": simulator.env[f"OVH_{key}"] for key in keys}
    secrets["vault_password"] = USERS_SECRET
    (folder / "password").write_text(VAULT_PASSWORD, encoding="utf-8")
    (folder / "vault.yml").write_text(yaml.safe_dump(secrets), encoding="utf-8")
    vault = [str(Path(sys.executable).with_name("ansible-vault")), "encrypt", str(folder / "vault.yml")]
    subprocess.run([*vault, "--vault-password-file", str(folder / "password")], check=True, capture_output=True)
    path = folder / "play.yml"
    path.write_text(EXAMPLES["Keys from a vault, said once"], encoding="utf-8")
    SEEN.add("Keys from a vault, said once")
    none = {f"OVH_{key}": "" for key in keys}
    arguments = ("--vault-password-file", str(folder / "password"), "-vvv")
    done = run_playbook(simulator, path, *arguments, HOME=str(folder), **none)
    assert done.code == 0, done.output
    assert done["The result is there all the same"].result["msg"] == "secret"
    for secret in (simulator.env["OVH_APPLICATION_SECRET"], simulator.env["OVH_CONSUMER_KEY"], USERS_SECRET):
        assert secret not in done.output
    assert "censored" in done.output


LOOK = {
    "name": "look",
    "ansible.builtin.debug": {"msg": "{{ hostvars['localhost'].keys() | list + vars.keys() | list }}"},
}


def test_nothing_is_left_behind_but_the_results(simulator: Simulator, folder: Path) -> None:
    """include_role leaves the variables that the page lists; import_role what begins with the role's name besides."""
    project: dict[str, Any] = {"private_network_project": "running"}
    tasks = [
        {**LOOK, "name": "before"},
        *(
            {"name": role, "ansible.builtin.include_role": {"name": f"ovhcloud.vrack.{role}"}, "vars": variables}
            for role, variables in {
                "plan": {"plan_topology": {"project": "running"}},
                "vrack": {"vrack_name": "prod", "vrack_project": "running"},
                "private_network": project,
                "instance": {"instance_project": "running"},
                "instance_interface": {"instance_interface_project": "running"},
                "instance_network": {"instance_network_interfaces": []},
                "teardown": {"teardown_project": "running"},
            }.items()
        ),
        {**LOOK, "name": "after"},
    ]
    path = folder / "play.yml"
    path.write_text(
        yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}], sort_keys=False),
        encoding="utf-8",
    )
    done = run_playbook(simulator, path)
    assert done.code == 0, done.output
    left = set(done["after"].result["msg"]) - set(done["before"].result["msg"])
    listed = set(re.findall(r"`(\w+_result)`", PAGE.read_text(encoding="utf-8").partition("## ")[0]))
    assert left == listed


def test_examples_wait_as_long_as_a_server_takes() -> None:
    """What is simulated here is quick. A real one was seen to take minutes."""
    found = re.findall(r"retries: (\d+)\n +delay: (\d+)", PAGE.read_text(encoding="utf-8"))
    assert len(found) >= 2
    assert [one for one in found if int(one[0]) * int(one[1]) < 600] == []


def test_every_example_was_run() -> None:
    """Here, but for the first: that is one of the README's three ways, which have a test of their own.

    It is the last of this file, for it asks what the others really played.
    """
    assert len(re.findall(r"^```yaml", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == len(EXAMPLES)
    if not SEEN:
        pytest.skip("none of the tests that play them was chosen")
    assert set(EXAMPLES) - {"The whole way in one play"} == SEEN
