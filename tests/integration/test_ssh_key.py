# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_ssh_key: public keys of a project."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.launch import Simulator
from tests.support.keys import A, B, fingerprint
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun
from tests.support.rhythm import three_times
from tests.support.tasks import task as task_of


def task(title: str, /, **options: Any) -> dict[str, Any]:
    return task_of(title, "ssh_key", project="running", diff=True, **options)


def there(simulator: Simulator) -> dict[str, dict[str, Any]]:
    """The project's keys by name, as the simulator has them."""
    project = simulator.project("running")
    return {one["name"]: one for one in project["ssh_keys"].values()}


def test_create(simulator: Simulator) -> None:
    """For all regions, where the API refuses although it makes the key, and for one."""
    listed = [{"name": "all", "public_key": f"{A}  me@host"}, {"name": "one", "public_key": B, "region": "GRA11"}]
    rhythm = three_times(simulator, "ovh_ssh_key", project="running", ssh_keys=listed)
    assert rhythm.real.changed
    assert [write.split()[0] for write in rhythm.real.writes] == ["POST", "POST"]
    everywhere, one = rhythm.again.result["ssh_keys"]
    assert everywhere["fingerprint"] == fingerprint(A)
    assert (everywhere["public_key"], len(everywhere["regions"])) == (f"{A} me@host", 8)
    assert (one["public_key"], one["regions"]) == (B, ["GRA11"])
    assert there(simulator).keys() == {"prod-key", "all", "one"}
    first, second = rhythm.check.result["diff"]
    assert first["after_header"] == "ssh key 'all' (create)"
    assert (first["before"], first["after"]["public_key"]) == ({}, f"{A} me@host")
    assert (first["after"]["regions"], second["after"]["regions"]) == ("(known after apply)", ["GRA11"])


def test_change(simulator: Simulator) -> None:
    """A region is added, with the key as it is stored; another key in its place is one gone and one made."""
    for name, key in (("wider", f"{A} stored"), ("other", A)):
        simulator.make("ssh_key", project="running", name=name, public_key=key, regions=["GRA11"])
    listed = [
        {"name": "wider", "public_key": f"{A} given", "region": "SBG5"},
        {"name": "other", "public_key": B, "region": "GRA11", "force": True},
    ]
    rhythm = three_times(simulator, "ovh_ssh_key", project="running", ssh_keys=listed)
    assert sorted(write.split()[0] for write in rhythm.real.writes) == ["DELETE", "POST", "POST"]
    stored = there(simulator)
    assert (stored["wider"]["public_key"], stored["wider"]["regions"]) == (f"{A} stored", ["GRA11", "SBG5"])
    assert (stored["other"]["public_key"], stored["other"]["regions"]) == (B, ["GRA11"])
    wider, other = rhythm.check.result["diff"]
    assert (wider["before"]["regions"], wider["after"]["regions"]) == (["GRA11"], ["GRA11", "SBG5"])
    assert (other["before"]["fingerprint"], other["after"]["fingerprint"]) == (fingerprint(A), fingerprint(B))


def test_absent(simulator: Simulator) -> None:
    rhythm = three_times(simulator, "ovh_ssh_key", project="running", name="prod-key", state="absent")
    assert len(rhythm.real.writes) == 1
    assert rhythm.real.result["ssh_key"] is None
    assert rhythm.real.result["diff"][0]["before"]["name"] == "prod-key"
    assert there(simulator) == {}


LISTED = [
    {"name": "good", "public_key": A},
    {"name": "none"},
    {"public_key": A},
    {"name": "text", "public_key": "no key"},
    {"name": "type", "public_key": f"ssh-rsa {A.split()[1]}"},
    {"name": "lines", "public_key": f"{A}\n{B}"},
]
LOOKED_UP = [
    {"name": "good", "public_key": A},
    {"name": "typo", "public_key": A, "region": "GRA12"},
    {"name": "good", "public_key": A},
    {"name": "two", "public_key": A, "region": "GRA11"},
    {"name": "two", "public_key": B, "region": "SBG5"},
    {"name": "prod-key", "public_key": B},
]


@pytest.fixture(scope="module")
def quiet(_process: Simulator) -> PlaybookRun:
    """Tasks of which none may change anything, in one process."""
    _process.reset(world="default")
    key = there(_process)["prod-key"]
    material = " ".join(key["public_key"].split()[:2])
    return run_modules(
        _process,
        [
            task("other comment", name="prod-key", public_key=f"{material} another@host"),
            task("by id", name=key["id"], public_key=material),
            task("values", ssh_keys=LISTED),
            task("looked up", ssh_keys=LOOKED_UP),
            task("gone", name="nothing", state="absent"),
        ],
    )


def test_nothing_was_written(quiet: PlaybookRun) -> None:
    assert quiet.writes == []
    assert not any(one.changed for one in quiet.tasks)


@pytest.mark.parametrize("name", ["other comment", "by id"])
def test_the_same_key_in_another_spelling(quiet: PlaybookRun, name: str) -> None:
    assert not quiet[name].failed
    assert quiet[name].result["ssh_key"]["name"] == "prod-key"


def test_bad_values_are_reported_all_at_once(quiet: PlaybookRun) -> None:
    expected = [
        "public_key is needed to make ssh key 'none'",
        "name is needed to find the key",
        "public_key of 'text' is not an OpenSSH public key",
        "does not hold a key of type ssh-rsa",
        "it has several lines",
    ]
    assert [part for part in expected if part not in quiet["values"].msg] == []


def test_what_does_not_fit_the_project_is_reported_all_at_once(quiet: PlaybookRun) -> None:
    expected = [
        "region GRA12 is not enabled in the project (did you mean GRA11",
        "'good' stands twice in the list",
        "ssh key 'two' stands in the list with two contents",
        "ssh key 'prod-key' exists with another key",
    ]
    assert [part for part in expected if part not in quiet["looked up"].msg] == []


def test_two_keys_of_one_name(simulator: Simulator) -> None:
    """The simulator, like the API, makes ids of names; should it ever have two, neither is taken."""
    project = simulator.project("running")
    twins = [{"id": id_, "name": "twin", "publicKey": A, "regions": ["GRA11"]} for id_ in ("aa", "bb")]
    simulator.fault("status", "GET", f"/cloud/project/{project['id']}/sshkey", status=200, body=twins, times=-1)
    run = run_modules(
        simulator,
        [task("present", name="twin", public_key=B, force=True), task("absent", name="twin", state="absent")],
    )
    for one in run.tasks:
        assert one.failed
        assert "'twin' fits several ssh keys: twin (aa), twin (bb)" in one.msg
    assert run.writes == []


def test_missing_rights_name_the_rule(simulator: Simulator) -> None:
    simulator.rules([{"method": "GET", "path": "/*"}])
    run = run_modules(simulator, [task("make", name="new", public_key=A, region="GRA11")])
    assert run["make"].failed
    assert "POST /cloud/project/*/sshkey" in run["make"].msg
    assert there(simulator).keys() == {"prod-key"}


def test_list_with_one_that_fails(simulator: Simulator) -> None:
    """The others are done, and the message names the one that failed; results are in the order of the list."""
    listed = [{"name": name, "public_key": A, "region": "GRA11"} for name in ("one", "two", "three")]
    refusal = {"class": "Client::BadRequest", "message": "not today"}
    simulator.fault("status", "POST", "*/sshkey", status=400, body=refusal, skip=1)
    run = run_modules(simulator, [task("make", ssh_keys=listed, max_concurrency=1)])
    make = run["make"]
    assert make.failed
    assert make.changed
    assert "1 of 3 failed" in make.msg
    assert "create ssh key 'two'" in make.msg
    assert "not today" in make.msg
    assert [one["name"] for one in make.result["results"]] == [f"ssh key '{name}'" for name in ("one", "two", "three")]
    assert [one["failed"] for one in make.result["results"]] == [False, True, False]
    assert [one["name"] for one in make.result["ssh_keys"]] == ["one", "three"]
    assert there(simulator).keys() == {"prod-key", "one", "three"}
