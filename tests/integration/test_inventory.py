# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ovh_instances: what is listed, what that costs, where hosts are reached, and that nothing breaks it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.plugins.loader import inventory_loader

from simulator.launch import Simulator
from tests.support.inventories import PLUGIN, list_inventory, write_inventory
from tests.support.playbooks import clean_environment, type_in
from tools.collection_tree import CHECKOUT

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def projects(simulator: Simulator) -> dict[str, str]:
    found = simulator.state()["cloud"]["projects"]
    return {project["description"]: key for key, project in found.items()}


def secrets(simulator: Simulator) -> list[str]:
    names = ("OVH_APPLICATION_SECRET", "OVH_CONSUMER_KEY", "OVH_SIMULATOR_CLIENT_SECRET")
    return [simulator.env[name] for name in names]


def make(simulator: Simulator, name: str, project: str = "running", region: str = "GRA11", **options: Any) -> str:
    return str(simulator.make("instance", project=project, name=name, region=region, **options)["id"])


def test_what_is_known_of_a_host(simulator: Simulator, tmp_path: Path) -> None:
    """Every variable has the prefix, and all of them are what the API says."""
    path = write_inventory(tmp_path, projects=["running"], with_names=True, with_interfaces=True)
    run = list_inventory(simulator, path)
    assert run.code == 0, run.output
    assert sorted(run.hosts) == ["prod-1", "prod-2"]
    host = run.hosts["prod-1"]
    assert [name for name in host if not name.startswith("ovh_")] == ["ansible_host"]
    project = projects(simulator)["running"]
    client = simulator.client()
    seen = client.get(f"/cloud/project/{project}/instance/{host['ovh_id']}")
    ports = client.get(f"/cloud/project/{project}/instance/{host['ovh_id']}/interface")
    [private] = [port for port in ports if port["type"] == "private"]
    assert (host["ovh_project"], host["ovh_project_name"]) == (project, "running")
    assert (host["ovh_name"], host["ovh_region"], host["ovh_status"]) == ("prod-1", "GRA11", "ACTIVE")
    assert (host["ovh_flavor"], host["ovh_flavor_id"]) == ("b3-8", seen["flavor"]["id"])
    assert (host["ovh_image"], host["ovh_image_id"]) == ("Debian 12", seen["image"]["id"])
    assert set(host["ovh_networks"]) == {"public", "prod-net"}
    [network] = client.get(f"/cloud/project/{project}/network/private")
    assert host["ovh_networks"]["prod-net"] == {
        "id": network["id"],
        "type": "private",
        "vlan_id": 100,
        "ip": private["fixedIps"][0]["ip"],
        "addresses": [private["fixedIps"][0]["ip"]],
        "mac": private["macAddress"],
        "subnet_id": private["fixedIps"][0]["subnetId"],
    }
    assert host["ovh_vlans"] == {"100": {"network": "prod-net", **host["ovh_networks"]["prod-net"]}}
    assert host["ansible_host"] == host["ovh_public_ip"] == host["ovh_networks"]["public"]["ip"]
    assert ":" in host["ovh_public_ipv6"]
    assert host["ovh_private_ip"] == private["fixedIps"][0]["ip"]


def test_two_requests_a_project(simulator: Simulator, tmp_path: Path) -> None:
    """However many instances there are; by ids nothing else, for descriptions one more in all."""
    for number in range(12):
        make(simulator, f"web-{number}", networks=["public", "prod-net"])
    make(simulator, "other", project="second")
    ids = projects(simulator)
    by_id = list_inventory(simulator, write_inventory(tmp_path, projects=[ids["running"], ids["second"]]))
    assert len(by_id.hosts) == 15, by_id.output
    assert by_id.paths == ["instance"] * 2 + ["network/private"] * 2
    host = by_id.hosts["web-3"]
    assert host["ovh_flavor"] == host["ovh_flavor_id"]
    assert host["ovh_image"] == host["ovh_image_id"]
    assert host["ovh_networks"]["prod-net"]["mac"] is None
    assert host["ovh_project_name"] is None

    path = write_inventory(tmp_path, projects=["running", "second", "running"], with_names=True)
    named = list_inventory(simulator, path)
    lists = ["flavor"] * 2 + ["image"] * 2 + ["instance"] * 2 + ["network/private"] * 2
    assert named.paths == sorted(["/cloud/project", *lists])
    assert len(named.hosts) == 15


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"regions": ["GRA11"]}, ["a-1", "down", "prod-1"]),
        ({"regions": "SBG5,BHS5"}, ["b-1", "prod-2"]),
        ({"statuses": ["shutoff"]}, ["down"]),
        ({"networks": [100]}, ["a-1", "prod-1"]),
        ({"networks": ["public"]}, ["b-1", "down", "prod-1", "prod-2"]),
        ({"names": ["prod-*", "?-1"]}, ["a-1", "b-1", "prod-1", "prod-2"]),
        ({"names": ["prod-*"], "regions": ["SBG5"]}, ["prod-2"]),
        ({"projects": ["second"], "names": ["a-1"]}, []),
    ],
    ids=str,
)
def test_filters(simulator: Simulator, tmp_path: Path, options: dict[str, Any], expected: list[str]) -> None:
    make(simulator, "a-1", networks=["prod-net"])
    make(simulator, "b-1", project="second", region="BHS5")
    make(simulator, "down", state="SHUTOFF")
    run = list_inventory(simulator, write_inventory(tmp_path, **options))
    assert run.code == 0, run.output
    assert sorted(run.hosts) == expected
    assert "[WARNING]" not in run.warnings


def test_filters_that_fit_nothing_known(simulator: Simulator, tmp_path: Path) -> None:
    """A filter that is misspelt is told of, with what was perhaps meant. One that fits nothing just now isn't."""
    options = {"regions": ["gra11", "SBG5"], "statuses": ["RUNNING", "shelved"], "networks": ["prod-nett"]}
    run = list_inventory(simulator, write_inventory(tmp_path, projects=["running"], **options))
    assert run.hosts == {}
    assert run.warnings.count("[WARNING]") == 3
    assert "1 regions in which no project has anything: gra11 (did you mean GRA11?)" in run.warnings
    assert "1 statuses that OVHcloud does not have: RUNNING" in run.warnings
    assert "1 networks that no project has: prod-nett" in run.warnings
    quiet = list_inventory(simulator, write_inventory(tmp_path, projects=["running"], statuses=["SHELVED"]))
    assert (quiet.hosts, "[WARNING]" in quiet.warnings) == ({}, False)


def test_connect_with(simulator: Simulator, tmp_path: Path) -> None:
    """Each way is the address that it says, of any network where none is named."""
    simulator.make("network", project="running", name="back", vlan=20, regions=["GRA11"])
    simulator.make("subnet", project="running", network="back", region="GRA11", cidr="192.168.20.0/24")
    both = [{"network": "prod-net", "ip": "10.100.0.50"}, {"network": "back", "ip": "192.168.20.50"}]
    make(simulator, "both", networks=["public", *both])

    def address(**options: Any) -> Any:
        path = write_inventory(tmp_path, projects=["running"], names=["both"], **options)
        run = list_inventory(simulator, path)
        assert list(run.hosts) == ["both"], run.output
        return run.hosts["both"].get("ansible_host"), run.hosts["both"]

    found, host = address()
    assert found == host["ovh_public_ip"]
    assert address(connect_with="public_ipv6")[0] == host["ovh_public_ipv6"]
    assert address(connect_with="private")[0] == "192.168.20.50"
    assert address(connect_with="private", networks=["prod-net"])[0] == "10.100.0.50"
    assert address(connect_network="100")[0] == "10.100.0.50"
    assert address(connect_with="name")[0] is None


def test_a_network_that_is_not_there(simulator: Simulator, tmp_path: Path) -> None:
    """It is said, and nothing breaks."""
    run = list_inventory(simulator, write_inventory(tmp_path, projects=["running"], connect_network="prodnet"))
    assert run.code == 0
    assert run.hosts == {}
    assert "1 networks that no project has: prodnet" in run.warnings
    assert "2 without an address for connect_with=private on network prodnet, left out: prod-1, prod-2" in run.warnings


def test_names_are_whatever_people_chose(simulator: Simulator, tmp_path: Path) -> None:
    """Shared names, this machine's own, and templates in them: none breaks the inventory, none is carried out."""
    template = "{{ lookup('pipe', 'echo bad') }}"
    first, second = make(simulator, "web"), make(simulator, "web", project="second", region="BHS5")
    own = make(simulator, "localhost")
    make(simulator, template)
    path = write_inventory(
        tmp_path, keyed_groups=[{"key": "ovh_name", "prefix": "name"}], compose={"copied": "ovh_name"}
    )
    run = list_inventory(simulator, path)
    assert sorted(run.hosts) == sorted(["prod-1", "prod-2", f"web.{first}", f"web.{second}", own, template])
    assert "1 with a name that others have too, called NAME.ID: web" in run.warnings
    assert run.group("name_web") == sorted([f"web.{first}", f"web.{second}"])
    play = tmp_path / "play.yml"
    tasks = [{"ansible.builtin.debug": {"msg": "{{ ovh_name }} {{ copied }}"}}]
    play.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    shown = run_shell(simulator, tmp_path, f"ansible-playbook -i {path} play.yml")
    assert f'"msg": "{template} {template}"' in shown
    by_id = list_inventory(simulator, write_inventory(tmp_path, projects=["second"], hostname="id"))
    assert list(by_id.hosts) == [second]
    assert "[WARNING]" not in by_id.warnings


def test_printed_values_are_plain(simulator: Simulator, tmp_path: Path) -> None:
    """Text isn't wrapped for being untrusted, which AWX would store as it comes. Composed values are text as well."""
    path = write_inventory(tmp_path, projects=["running"], compose={"ansible_user": "'debian'", "at": "ovh_region"})
    host = list_inventory(simulator, path).hosts["prod-1"]
    assert (host["ansible_user"], host["at"], host["ovh_status"]) == ("debian", "GRA11", "ACTIVE")


def test_what_is_on_its_way_breaks_nothing(simulator: Simulator, tmp_path: Path) -> None:
    """No address yet: left out, and listed where that is wanted. What is being deleted isn't a host."""
    make(simulator, "bare", networks=[])
    make(simulator, "failed", networks=[], failed=True)
    gone = make(simulator, "gone")
    simulator.settings(instance_deleting=[600, 600])
    simulator.client().delete(f"/cloud/project/{projects(simulator)['running']}/instance/{gone}")
    run = list_inventory(simulator, write_inventory(tmp_path, projects=["running"]))
    assert sorted(run.hosts) == ["prod-1", "prod-2"]
    assert run.warnings.count("[WARNING]") == 1
    assert "2 without an address for connect_with=any, left out: bare, failed" in run.warnings
    run = list_inventory(simulator, write_inventory(tmp_path, projects=["running"], connect_with="name"))
    assert sorted(run.hosts) == ["bare", "failed", "prod-1", "prod-2"]


def test_constructed(simulator: Simulator, tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "groups": {"prod": "ovh_name is match('prod-')", "broken": "nothing_of_that_name > 1"},
        "keyed_groups": [{"key": "ovh_region", "prefix": "region"}, {"key": "ovh_vlans | list", "prefix": "vlan"}],
        "compose": {"private": "ovh_networks['prod-net'].ip"},
        "projects": ["running"],
    }
    run = list_inventory(simulator, write_inventory(tmp_path, **options))
    assert run.group("prod") == ["prod-1", "prod-2"]
    assert (run.group("region_GRA11"), run.group("vlan_100")) == (["prod-1"], ["prod-1"])
    assert run.hosts["prod-1"]["private"] == run.hosts["prod-1"]["ovh_private_ip"]
    assert "private" not in run.hosts["prod-2"]
    strict = list_inventory(simulator, write_inventory(tmp_path, **options, strict=True))
    assert strict.hosts == {}
    assert "prod-" in strict.warnings


def test_options_are_templates(simulator: Simulator, tmp_path: Path) -> None:
    """Lookups and extra variables, in texts, lists, numbers and choices alike; a vault's value is one of them."""
    (tmp_path / "password").write_text("open sesame", encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-vault")), "encrypt_string", "--vault-password-file"]
    vaulted = subprocess.run(
        [*command, str(tmp_path / "password")],
        input=simulator.env["OVH_CONSUMER_KEY"],  # not as an argument: every process of the machine can read those
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    path = tmp_path / "prod.ovh.yaml"
    path.write_text(
        f"plugin: {PLUGIN}\n"
        "endpoint: \"{{ lookup('ansible.builtin.env', 'CLOUD') }}\"\n"
        "application_key: '{{ key }}'\n"
        "application_secret: '{{ secret }}'\n"
        f"consumer_key: {vaulted.strip()}\n"
        "projects: ['{{ which }}']\n"
        "regions: '{{ [where] }}'\n"
        "connect_with: '{{ how }}'\n"
        "api_timeout: '{{ 7 * 2 }}'\n"
        "max_concurrency: '{{ nothing | default(none) }}'\n"
        "hostname: '{{ nothing | default(\"\") }}'\n"
        "statuses: ''\n"
        "with_names: '{{ 1 == 1 }}'\n",
        encoding="utf-8",
    )
    extra = {
        "key": simulator.env["OVH_APPLICATION_KEY"],
        "secret": simulator.env["OVH_APPLICATION_SECRET"],
        "which": "running",
        "where": "SBG5",
        "how": "public_ipv6",
    }
    (tmp_path / "extra.json").write_text(json.dumps(extra), encoding="utf-8")
    variables = [f"@{tmp_path / 'extra.json'}", "--vault-password-file", str(tmp_path / "password")]
    nothing = dict.fromkeys((name for name in simulator.env if name.startswith("OVH_")), "")
    run = list_inventory(simulator, path, "-e", *variables, CLOUD=simulator.env["OVH_ENDPOINT"], **nothing)
    assert list(run.hosts) == ["prod-2"], run.output
    assert ":" in str(run.addresses["prod-2"])
    assert run.hosts["prod-2"]["ovh_flavor"] == "b3-8"


@pytest.mark.parametrize("way", ["environment", "ovh.conf", "config_file", "OAuth2"])
def test_where_credentials_come_from(simulator: Simulator, tmp_path: Path, way: str) -> None:
    """As the modules have it; in each way the rest of the environment is there and empty."""
    env = {name: value for name, value in simulator.env.items() if not name.startswith("OVH_SIMULATOR")}
    endpoint = env["OVH_ENDPOINT"]
    conf = f"[default]\nendpoint={endpoint}\n[{endpoint}]\n" + "".join(
        f"{name.lower().removeprefix('ovh_')}={value}\n" for name, value in env.items()
    )
    nothing = dict.fromkeys([*env, "OVH_CLIENT_ID", "OVH_CLIENT_SECRET", "OVH_CLOUD_PROJECT_SERVICE"], "")
    options: dict[str, Any] = {}
    if way == "environment":
        given = env
    elif way == "OAuth2":
        given = {
            "OVH_ENDPOINT": endpoint,
            "OVH_CLIENT_ID": simulator.env["OVH_SIMULATOR_CLIENT_ID"],
            "OVH_CLIENT_SECRET": simulator.env["OVH_SIMULATOR_CLIENT_SECRET"],
        }
    else:
        given = {"HOME": str(tmp_path)}
        name = ".ovh.conf" if way == "ovh.conf" else "other.conf"
        (tmp_path / name).write_text(conf, encoding="utf-8")
        options = {} if way == "ovh.conf" else {"config_file": str(tmp_path / name)}
    run = list_inventory(simulator, write_inventory(tmp_path, **options), **{**nothing, **given})
    assert sorted(run.hosts) == ["prod-1", "prod-2"], run.output


def test_every_option_from_the_environment(simulator: Simulator, tmp_path: Path) -> None:
    """Empty ones are unset, whatever their type; those that are set are obeyed, and the file wins over them."""
    make(simulator, "web-1", networks=["prod-net"])
    given = {
        "OVH_CLOUD_PROJECT_SERVICE": "running, second",
        "OVH_INVENTORY_REGIONS": "GRA11,SBG5",
        "OVH_INVENTORY_STATUSES": "ACTIVE",
        "OVH_INVENTORY_NETWORKS": "prod-net",
        "OVH_INVENTORY_NAMES": "web-*",
        "OVH_INVENTORY_CONNECT_WITH": "private",
        "OVH_INVENTORY_CONNECT_NETWORK": "100",
        "OVH_INVENTORY_HOSTNAME": "id",
        "OVH_INVENTORY_WITH_NAMES": "true",
        "OVH_INVENTORY_WITH_INTERFACES": "true",
        "OVH_API_TIMEOUT": "30",
        "OVH_MAX_CONCURRENCY": "2",
    }
    path = write_inventory(tmp_path)
    empty = list_inventory(simulator, path, **dict.fromkeys([*given, "OVH_CONFIG_FILE"], ""))
    assert sorted(empty.hosts) == ["prod-1", "prod-2", "web-1"], empty.output
    run = list_inventory(simulator, path, **given)
    [host] = run.hosts.values()
    assert list(run.hosts) == [host["ovh_id"]]
    assert (host["ovh_name"], host["ovh_flavor"]) == ("web-1", "b3-8")
    assert host["ansible_host"] == host["ovh_vlans"]["100"]["ip"]
    assert host["ovh_vlans"]["100"]["mac"]
    over = list_inventory(simulator, write_inventory(tmp_path, names=["prod-1"], hostname="name"), **given)
    assert list(over.hosts) == ["prod-1"]


def test_cache(simulator: Simulator, tmp_path: Path) -> None:
    """No request while it holds, also for another filter; anew for another project, or when it is flushed."""
    caching = {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(tmp_path / "cache"),
        "with_interfaces": True,
    }
    path = write_inventory(tmp_path, project="running", **caching)
    first = list_inventory(simulator, path)
    assert first.paths.count("instance") == 1, first.output
    make(simulator, "new", networks=["public", "prod-net"])
    again = list_inventory(simulator, path)
    assert again.journal == []
    assert again.listed == first.listed
    write_inventory(tmp_path, project="running", regions=["GRA11"], connect_network="prod-net", **caching)
    filtered = list_inventory(simulator, path)
    assert filtered.journal == []
    assert filtered.addresses == {"prod-1": first.hosts["prod-1"]["ovh_private_ip"]}
    write_inventory(tmp_path, project="running", **caching)
    flushed = list_inventory(simulator, path, "--flush-cache")
    assert sorted(flushed.hosts) == ["new", "prod-1", "prod-2"], flushed.output
    assert sorted(list_inventory(simulator, path).hosts) == ["new", "prod-1", "prod-2"]
    write_inventory(tmp_path, project="second", **caching)
    assert list_inventory(simulator, path).hosts == {}


def test_the_cache_of_one_account_is_not_another_s(simulator: Simulator, tmp_path: Path) -> None:
    """One application has many consumer keys, each of them an account of its own."""
    key = simulator.client().post("/auth/credential", accessRules=[{"method": "GET", "path": "/*"}])["consumerKey"]
    simulator.rules(status="validated", consumer_key=key)
    path = write_inventory(
        tmp_path,
        cache=True,
        cache_plugin="ansible.builtin.jsonfile",
        cache_connection=str(tmp_path / "cache"),
    )
    assert list_inventory(simulator, path).journal != []
    other = list_inventory(simulator, path, OVH_CONSUMER_KEY=key)
    assert sorted(other.hosts) == ["prod-1", "prod-2"], other.output
    assert other.journal != []
    files = list((tmp_path / "cache").iterdir())
    assert len(files) == 2
    assert not any(key in f"{file}{file.read_text(encoding='utf-8')}" for file in files)
    assert list_inventory(simulator, path, OVH_CONSUMER_KEY=key).journal == []


@pytest.mark.parametrize("broken", [False, True], ids=["works", "refused"])
def test_no_secret_is_shown(simulator: Simulator, tmp_path: Path, broken: bool) -> None:
    """Neither in what is printed at -vvvv nor in the cache, with secrets in the file itself, and also when it fails."""
    options: dict[str, Any] = {
        name.lower().removeprefix("ovh_"): value
        for name, value in simulator.env.items()
        if not name.startswith("OVH_SIMULATOR")
    }
    if broken:
        simulator.rules([{"method": "GET", "path": "/me"}])
    path = write_inventory(
        tmp_path,
        **options,
        cache=True,
        cache_plugin="ansible.builtin.jsonfile",
        cache_connection=str(tmp_path / "cache"),
    )
    run = list_inventory(simulator, path, "-vvvv")
    assert bool(run.hosts) is not broken, run.output
    cached = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "cache").glob("*"))
    assert bool(cached) is not broken
    for secret in secrets(simulator):
        assert secret not in run.output
        assert secret not in cached


@pytest.mark.parametrize("bad", ["connect_with", "api_timeout", "application_secret"])
def test_no_secret_in_what_is_said_of_a_bad_option(simulator: Simulator, tmp_path: Path, bad: str) -> None:
    """Ansible shows lines of a file around an error in it."""
    options: dict[str, Any] = {"consumer_key": simulator.env["OVH_CONSUMER_KEY"], bad: "no {such}"}
    if bad == "application_secret":
        options[bad] = [simulator.env["OVH_APPLICATION_SECRET"]]
    run = list_inventory(simulator, write_inventory(tmp_path, **options), "-vvvv")
    assert run.hosts == {}
    for secret in secrets(simulator):
        assert secret not in run.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"projects": ["runing"]}, "no project 'runing' (did you mean running?)"),
        ({"projects": ["0" * 32]}, f"no project '{'0' * 32}'"),
        ({"connect_with": "any", "connect_network": "prod-net"}, "must be private where connect_network is given"),
        ({"connect_with": "privat"}, "privat"),
        ({"endpoint": "ovh-mars"}, "endpoint 'ovh-mars' is unknown"),
        ({"client_secret": {"a": "b"}}, "client_secret must be text"),
    ],
    ids=str,
)
def test_what_is_refused(simulator: Simulator, tmp_path: Path, options: dict[str, Any], said: str) -> None:
    """Said in one sentence, with the variable that AWX sets to make a failure of it."""
    run = list_inventory(simulator, write_inventory(tmp_path, **options), ANSIBLE_INVENTORY_UNPARSED_FAILED="True")
    assert run.code != 0
    assert said in run.warnings


def test_missing_rights_are_named(simulator: Simulator, tmp_path: Path) -> None:
    simulator.rules([{"method": "GET", "path": "/cloud/project"}])
    run = list_inventory(simulator, write_inventory(tmp_path, projects=["running"]))
    assert run.hosts == {}
    assert re.search(r"GET /cloud/project/\w+/(instance|network/private) answered 403", run.warnings)


def test_without_the_library(simulator: Simulator, tmp_path: Path) -> None:
    """Said with the interpreter that lacks it."""
    (tmp_path / "ovh.py").write_text("raise ImportError('no ovh here')", encoding="utf-8")
    run = list_inventory(simulator, write_inventory(tmp_path), PYTHONPATH=str(tmp_path))
    assert run.hosts == {}
    named = re.search(r"library ovh is missing .* \((\S+) -m pip install 'ovh>=1\.2,<2'\)", run.warnings)
    assert named, run.warnings
    assert Path(named[1]).samefile(sys.executable)
    assert run.journal == []


def test_with_an_old_library(simulator: Simulator, tmp_path: Path) -> None:
    (tmp_path / "ovh").mkdir()
    texts = {
        "__init__": "from . import client",
        "client": "ENDPOINTS = {}",
        "config": "",
        "exceptions": "APIError = OSError",
    }
    for name, text in texts.items():
        (tmp_path / "ovh" / f"{name}.py").write_text(text, encoding="utf-8")
    run = list_inventory(simulator, write_inventory(tmp_path), PYTHONPATH=str(tmp_path))
    assert run.hosts == {}
    assert "is older than 1.2" in run.warnings
    assert run.journal == []


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("ovh.yml", True),
        ("prod.ovh.yaml", True),
        ("ovh_instances.yml", True),
        ("vrack.yml", True),
        ("my-vrack.yaml", True),
        ("hosts.yml", False),
        ("ovh.ini", False),
    ],
)
def test_file_names(tmp_path: Path, name: str, taken: bool) -> None:
    assert inventory_loader.get(PLUGIN).verify_file(str(write_inventory(tmp_path, name))) is taken


def test_another_file_name_is_not_taken(simulator: Simulator, tmp_path: Path) -> None:
    run = list_inventory(simulator, write_inventory(tmp_path, "hosts.yml"))
    assert run.hosts == {}
    assert run.journal == []


def run_shell(simulator: Simulator, folder: Path, line: str) -> str:
    """A line of the page. Instances that are only simulated are reached on this machine."""
    here = {"ANSIBLE_TRANSPORT": "local", "ANSIBLE_PYTHON_INTERPRETER": sys.executable}
    shown = type_in(simulator, folder, line, **here)
    assert "Failed to parse" not in shown
    return shown


def test_the_page_about_it(simulator: Simulator, tmp_path: Path) -> None:
    """Every file on the page is written, and every command typed, in its order."""
    page = (CHECKOUT / "docs" / "inventory.md").read_text(encoding="utf-8")
    simulator.reset(world="docs")
    simulator.settings(instance_building=[6, 12])
    lines = []
    for language, text in BLOCK.findall(page):
        assert language in ("yaml", "shell")
        if language == "shell":
            lines += text.splitlines()
        else:
            (tmp_path / text.split("\n", 1)[0].removeprefix("# ")).write_text(text, encoding="utf-8")
    shown = [run_shell(simulator, tmp_path, line) for line in lines]
    assert len(shown) == 7
    assert "legacy-1" in shown[0]
    deployed = shown[4]
    assert re.search(r"web-1 is at 203\.0\.113\.\d+", deployed)
    assert "web-1" in shown[5]
    assert re.search(r"web-1 is at 203\.0\.113\.\d+", shown[6])
    assert "ansible_host" not in shown[2], "the network of private.ovh.yml is not there yet"
    assert re.search(r'"ansible_host": "10\.10\.0\.\d+"', run_shell(simulator, tmp_path, lines[2]))
