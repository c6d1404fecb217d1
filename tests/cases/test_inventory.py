# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people ran into with inventories of clouds."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.launch import Simulator
from tests.support.inventories import PLUGIN, list_inventory, write_inventory
from tests.support.playbooks import clean_environment, run_playbook
from tests.support.runner.jobs import Unsafe
from tools.collection_tree import CHECKOUT

CREDENTIAL_TYPE = yaml.load((CHECKOUT / "playbooks" / "vars" / "awx.yml").read_text(encoding="utf-8"), Unsafe)
INJECTED: dict[str, str] = CREDENTIAL_TYPE["awx_credential_type_injectors"]["env"]


@pytest.fixture
def three(simulator: Simulator) -> None:
    """Of one project: I1 on the public network and n100, I2 on n100, I3 on the public one."""
    [vrack] = [one for one, entry in simulator.state()["vracks"].items() if entry["name"] == "prod"]
    simulator.make("project", description="three", vrack=vrack)
    simulator.make("network", project="three", name="n100", vlan=101, regions=["GRA11"])
    simulator.make("subnet", project="three", network="n100", region="GRA11", cidr="10.1.0.0/24")
    for name, networks in (("I1", ["public", "n100"]), ("I2", ["n100"]), ("I3", ["public"])):
        simulator.make("instance", project="three", name=name, region="GRA11", networks=networks)


@pytest.mark.usefixtures("three")
def test_C76_private_address_and_network(simulator: Simulator, tmp_path: Path) -> None:
    """Hosts are reached by their address on a network; one that has none there is left out with one warning."""
    run = list_inventory(
        simulator, write_inventory(tmp_path, projects=["three"], connect_with="private", network="n100")
    )
    assert sorted(run.hosts) == ["I1", "I2"]
    assert all(str(address).startswith("10.1.0.") for address in run.addresses.values())
    assert run.addresses["I1"] != run.hosts["I1"]["ovh_public_ip"]
    assert run.warnings.count("[WARNING]") == 1
    assert "1 without an address for connect_with=private on network n100, left out: I3" in run.warnings


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("options", "expected", "warned"),
    [
        ({"connect_with": "private", "networks": ["n100"]}, {"I1": "10.", "I2": "10."}, False),
        ({"connect_network": 101}, {"I1": "10.", "I2": "10."}, True),
        ({"connect_with": "public_ipv4"}, {"I1": "203.", "I3": "203."}, True),
        ({"connect_with": "public_ipv6"}, {"I1": "2001:", "I3": "2001:"}, True),
        ({"connect_with": "any"}, {"I1": "203.", "I2": "10.", "I3": "203."}, False),
    ],
    ids=str,
)
def test_C76_other_ways(
    simulator: Simulator, tmp_path: Path, options: dict[str, Any], expected: dict[str, str], warned: bool
) -> None:
    """A filter leaves out without a word; the other addresses are chosen, and warned of, in the same way."""
    run = list_inventory(simulator, write_inventory(tmp_path, projects=["three"], **options))
    assert sorted(run.hosts) == sorted(expected)
    assert all(str(run.addresses[name]).startswith(start) for name, start in expected.items())
    assert run.warnings.count("[WARNING]") == int(warned)


@pytest.mark.usefixtures("three")
def test_C76_of_several_private_networks(simulator: Simulator, tmp_path: Path) -> None:
    """The address is the one on the network that was named; a host on other private networks alone is left out."""
    simulator.make("network", project="three", name="n7", vlan=7, regions=["GRA11"])
    simulator.make("subnet", project="three", network="n7", region="GRA11", cidr="10.7.0.0/24")
    for name, networks in (("I4", ["n7"]), ("I5", ["n7", "n100"])):
        simulator.make("instance", project="three", name=name, region="GRA11", networks=networks)
    path = write_inventory(tmp_path, projects=["three"], connect_with="private", network="n100")
    run = list_inventory(simulator, path)
    assert sorted(run.hosts) == ["I1", "I2", "I5"]
    assert str(run.addresses["I5"]).startswith("10.1.0.")
    assert "left out: I3, I4" in run.warnings


CREATE_THEN_REACH = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: make
      ovhcloud.vrack.ovh_instance: {project: running, name: I1, region: GRA11, flavor: b3-8, image: Debian 12}
    - meta: refresh_inventory
- hosts: web
  gather_facts: false
  tasks:
    - name: reach
      ansible.builtin.command: echo {{ inventory_hostname }} {{ ansible_host }}
"""


def test_C78_refresh_passes_the_cache_by(simulator: Simulator, tmp_path: Path) -> None:
    """A new host is reached by the next play although the cache had an answer, and by the next run from the cache."""
    simulator.settings(instance_building=[6, 12])
    cache = tmp_path / "cache"
    inventory = write_inventory(
        tmp_path,
        projects=["running"],
        groups={"web": "ovh_name is match('I')"},
        cache=True,
        cache_plugin="ansible.builtin.jsonfile",
        cache_connection=str(cache),
    )
    assert "I1" not in list_inventory(simulator, inventory).hosts
    play = tmp_path / "play.yml"
    play.write_text(CREATE_THEN_REACH, encoding="utf-8")
    extra = json.dumps({"ansible_connection": "local", "ansible_python_interpreter": sys.executable})
    run = run_playbook(simulator, play, "-i", str(inventory), "-e", extra)
    assert run.code == 0, run.output
    assert [(one.task, one.host) for one in run.tasks] == [("make", "localhost"), ("reach", "I1")]
    assert run["reach"].result["stdout"].startswith("I1 203.0.113.")
    kept = list_inventory(simulator, inventory)
    assert kept.journal == []
    assert kept.hosts["I1"]["ovh_status"] == "ACTIVE"
    [file] = cache.iterdir()
    assert "I1" in json.dumps(json.loads(file.read_text(encoding="utf-8")))
    again = run_playbook(simulator, play, "-i", str(inventory), "-e", extra)
    assert again.code == 0, again.output
    assert [(one.task, one.host, one.changed) for one in again.tasks] == [
        ("make", "localhost", False),
        ("reach", "I1", True),
    ]


def cached(folder: Path, **options: Any) -> Path:
    """An inventory file that keeps what it read in `cache` of the folder."""
    keep = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder / "cache")}
    return write_inventory(folder, **keep, **options)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (460, "This service is expired"),
        (403, "User not granted for this request"),
        (404, "This service does not exist"),
    ],
    ids=["expired", "not granted", "not seen"],
)
def test_C100_C101_one_project_of_several_that_cannot_be_read(
    simulator: Simulator, tmp_path: Path, status: int, message: str
) -> None:
    """The others' hosts are listed, one warning names it, and nothing is kept; `unreadable: fail` lists nothing."""
    project = simulator.project("second")["id"]
    body = {"class": "Client::Forbidden", "message": message}
    simulator.fault("status", path=f"/cloud/project/{project}/*", status=status, body=body, times=-1)
    simulator.make("instance", project="second", name="unseen", region="GRA11", flavor="b3-8", image="Debian 12")
    run = list_inventory(simulator, cached(tmp_path, projects=["running", "second"]))
    assert sorted(run.hosts) == ["prod-1", "prod-2"], run.output
    assert run.warnings.count("[WARNING]") == 1
    assert f"could not be read: project 'second' ({project}): GET /cloud/project/{project}/" in run.warnings
    assert message in run.warnings
    simulator.clear_faults()
    assert "unseen" in list_inventory(simulator, cached(tmp_path, projects=["running", "second"])).hosts
    simulator.fault("status", path=f"/cloud/project/{project}/*", status=status, body=body, times=-1)
    strict = list_inventory(simulator, write_inventory(tmp_path, projects=["running", "second"], unreadable="fail"))
    assert (strict.hosts, message in strict.warnings) == ({}, True), strict.output


def test_C101_what_of_one_project_cannot_be_read(simulator: Simulator, tmp_path: Path) -> None:
    """An instance that is described oddly is named, and shown as far as it goes; names and networks cost no host."""
    project = simulator.project("running")["id"]
    client = simulator.client()
    instances = client.get(f"/cloud/project/{project}/instance")
    odd = {**instances[0], "id": "0" * 36, "name": "odd", "status": 7}
    answer = [odd, *instances]
    simulator.fault("status", path=f"/cloud/project/{project}/instance", status=200, body=answer, times=-1)
    for part in ("flavor", "network/private"):
        simulator.fault("status", path=f"/cloud/project/{project}/{part}", status=403, body={"message": "no"}, times=-1)
    run = list_inventory(simulator, write_inventory(tmp_path, projects=["running"], with_names=True))
    assert sorted(run.hosts) == ["odd", "prod-1", "prod-2"], run.output
    assert run.warnings.count("[WARNING]") == 3
    assert f"instance 'odd' ({'0' * 36}) of project 'running'" in run.warnings
    assert "the networks of project 'running'" in run.warnings
    assert "the names of flavors and images of project 'running'" in run.warnings


def test_C101_no_project_can_be_read(simulator: Simulator, tmp_path: Path) -> None:
    simulator.fault("status", path="/cloud/project/*", status=460, body={"message": "expired"}, times=-1)
    run = list_inventory(
        simulator, write_inventory(tmp_path, projects=["running"]), ANSIBLE_INVENTORY_UNPARSED_FAILED="True"
    )
    assert run.code != 0
    assert "project 'running'" in run.warnings


def with_another_variable(kept: Any) -> None:
    host = kept["projects"][0]["hosts"][0]
    host["ovh_state"] = host.pop("ovh_status")


ODD_CACHES: dict[str, Any] = {
    "a field more": lambda kept: kept["projects"][0]["networks"][0]["regions"][0].update(more=1),
    "a variable with another name": with_another_variable,
    "a network with a field more": lambda kept: kept["projects"][0]["hosts"][0]["ovh_networks"]["public"].update(a=1),
    "another form": lambda kept: kept.update(form=0),
    "no form": lambda kept: kept.pop("form"),
    "nothing": None,
    "a list": [],
}


def test_C112_a_cache_that_another_version_wrote(simulator: Simulator, tmp_path: Path) -> None:
    """It is as good as none: read anew, written anew, with a line for those who ask for it."""
    path = cached(tmp_path, projects=["running"])
    list_inventory(simulator, path)
    [file] = (tmp_path / "cache").iterdir()
    written = json.loads(file.read_text(encoding="utf-8"))
    whole = json.loads(written["__payload__"])
    for name, spoil in ODD_CACHES.items():
        kept = copy.deepcopy(whole) if callable(spoil) else spoil
        if callable(spoil):
            spoil(kept)
        file.write_text(json.dumps({"__payload__": json.dumps(kept)}), encoding="utf-8")
        run = list_inventory(simulator, path, "-v")
        assert sorted(run.hosts) == ["prod-1", "prod-2"], f"{name}: {run.output}"
        assert run.journal, name
        assert "the cache is of another version" in run.output, name
        assert json.loads(file.read_text(encoding="utf-8")) == written, name
    assert list_inventory(simulator, path).journal == []


def runner_job(simulator: Simulator, folder: Path, arguments: list[str]) -> tuple[str, str]:
    """What ansible-runner printed of ansible-inventory, with our credential's environment alone, and its artifacts."""
    (folder / "project").mkdir()
    (folder / "project" / "ovh.yml").write_text(f"plugin: {PLUGIN}\n", encoding="utf-8")
    injected = {name: simulator.env.get(name, "") for name in INJECTED}
    injected["OVH_CLOUD_PROJECT_SERVICE"] = ""
    script = (
        "import sys, json, ansible_runner\n"
        "out, err = ansible_runner.interface.run_command(\n"
        "    executable_cmd=sys.argv[1], cmdline_args=json.loads(sys.argv[2]), private_data_dir=sys.argv[3],\n"
        "    envvars=json.load(sys.stdin), quiet=True, runner_mode='subprocess')[:2]\n"
        "print(out)\nprint(err, file=sys.stderr)\n"
    )
    program = str(Path(sys.executable).with_name("ansible-inventory"))
    done = subprocess.run(
        [sys.executable, "-c", script, program, json.dumps(arguments), str(folder)],
        env=clean_environment(),
        input=json.dumps(injected),  # not as an argument: every process of the machine can read those
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # The file `command` is the environment that ansible-runner itself was given; AWX masks it.
    files = [path for path in (folder / "artifacts").rglob("*") if path.is_file() and path.name != "command"]
    assert files
    artifacts = [path.read_text(encoding="utf-8") for path in files]
    return done.stdout, "\n".join([*artifacts, done.stdout, done.stderr])


def test_C81_C82_credential_in_the_environment(simulator: Simulator, tmp_path: Path) -> None:
    """Through ansible-runner, a file of one line and what a credential injects are a whole inventory."""
    arguments = ["-i", str(tmp_path / "project" / "ovh.yml"), "--list", "--export"]
    printed, everything = runner_job(simulator, tmp_path, arguments)
    listed = json.loads(printed)
    assert sorted(listed["_meta"]["hostvars"]) == ["prod-1", "prod-2"]
    for name in ("OVH_APPLICATION_SECRET", "OVH_CONSUMER_KEY"):
        assert simulator.env[name] not in everything


def documented() -> dict[str, Any]:
    """The plugin's own options."""
    source = (CHECKOUT / "plugins" / "inventory" / "ovh_instances.py").read_text(encoding="utf-8")
    options: dict[str, Any] = yaml.safe_load(source.split('r"""')[1].split('"""')[0])["options"]
    return options


def test_C81_every_option_has_its_variable() -> None:
    """Each option of the plugin's own but its name can come from the environment."""
    without = [name for name, option in documented().items() if name != "plugin" and not option.get("env")]
    assert without == []


def test_C82_no_variable_that_awx_refuses() -> None:
    """AWX injects no ANSIBLE_ variable; none stands in the credential type, and none among the plugin's own."""
    names = [entry["name"] for option in documented().values() for entry in option.get("env", ())]
    assert [name for name in names if not name.startswith("OVH_")] == []
    assert len(set(names)) == len(names)
    assert set(names).issuperset(INJECTED)
