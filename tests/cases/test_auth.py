# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials, rights, the library, and an API that is slow, busy or out of order."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml
from ansible_collections.ovhcloud.vrack.plugins.filter.ovh_access_rules import ovh_access_rules

from simulator.launch import Simulator
from tests.support.inventories import list_inventory, write_inventory
from tests.support.keys import KEY
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun, run_tasks
from tests.support.rights import unused
from tests.support.sites import ROOT, account, run, topology
from tests.support.tasks import EXTRA, NONE, READ_ONLY, by_key, by_oauth2, task


def paths(run: PlaybookRun, path: str) -> int:
    return sum(entry["path"] == path for entry in run.journal)


# Rights


def test_C65_all_missing_rules_at_once(simulator: Simulator) -> None:
    """A key that lacks two rules is refused once, both are named, and no cart is made."""
    rules = json.loads(ovh_access_rules(["ovh_vrack"], "present")["request"])["accessRules"]
    lacking = ("POST /me/order/*", "PUT /vrack/*")
    simulator.rules([rule for rule in rules if f"{rule['method']} {rule['path']}" not in lacking])
    order = run_modules(simulator, [task("order", "vrack", name="net-a")])["order"]
    assert order.failed
    assert [rule for rule in lacking if rule not in order.msg] == [], order.msg
    assert order.result["failure"]["code"] == "rights_missing"
    assert order.writes == []
    assert sum(call["path"] == "/auth/currentCredential" for call in order.calls) == 1
    assert simulator.state()["carts"] == {}


def test_C65_exactly_the_rules_that_are_named(simulator: Simulator) -> None:
    """With exactly the rules of the module a vRack is ordered, and none of them is left unused."""
    rules = json.loads(ovh_access_rules(["ovh_vrack"], "present")["request"])["accessRules"]
    simulator.rules(rules)
    simulator.fault("drop_after", "POST", "/order/cart/*/checkout")
    done = run_modules(
        simulator,
        [
            task("order", "vrack", name="net-a", adopt_from="empty"),
            task("by id", "vrack", service_name=next(iter(simulator.state()["vracks"]))),
        ],
    )
    assert done["order"].changed, done["order"].msg
    assert not done["by id"].failed, done["by id"].msg
    assert unused(rules, done.journal) == []


def test_C65_in_every_module_before_the_first_write(simulator: Simulator) -> None:
    """A key that may only read plans everything, and changes nothing in any module."""
    simulator.rules(READ_ONLY)
    instance = {"name": "x", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
    wanted = [
        task("key", "ssh_key", **EXTRA),
        task("key away", "ssh_key", project="running", name="prod-key", state="absent"),
        task("network", "private_network", project="running", name="n", vlan_id=5, regions=["GRA11"]),
        task("subnet", "subnet", project="running", network="prod-net", region="SBG5", state="absent"),
        task("instance", "instance", project="running", **instance),
        task("instances", "instance", project="running", instances=[instance, {**instance, "name": "y"}]),
        task("interface", "instance_interface", project="running", instance="prod-2", network="prod-net"),
        task("attach", "vrack_cloudproject", vrack="prod", project="empty"),
        task("vrack", "vrack", name="new"),
    ]
    done = run_modules(simulator, wanted)
    for one in done.tasks:
        assert one.failed, one.task
        assert one.result["failure"]["code"] == "rights_missing", (one.task, one.msg)
        assert re.search(r"lacks \d+ access rules that this needs: (POST|DELETE|PUT) /", one.msg)
    planned = run_modules(simulator, wanted, "--check")
    assert [one.task for one in planned.tasks if one.failed or not one.changed] == []
    assert done.writes + planned.writes == []


def test_C65_a_403_names_the_rule(simulator: Simulator) -> None:
    """A key that may not read its own rules finds out by the first refusal, which names call and rule."""
    simulator.rules(
        [{"method": "GET", "path": "/cloud/*"}, {"method": "PUT", "path": "/*"}, {"method": "DELETE", "path": "/*"}]
    )
    key = run_modules(simulator, [task("key", "ssh_key", **EXTRA)])["key"]
    assert key.result["failure"]["code"] == "right_missing"
    assert "access rule POST /cloud/project/*/sshkey" in key.msg
    assert "query id" in key.msg
    assert key.result["failure"]["method"] == "POST"
    assert key.result["failure"]["path"] == f"/cloud/project/{simulator.project('running')['id']}/sshkey"


# Credentials


def test_C66_each_fault_of_a_key_has_its_own_advice(simulator: Simulator) -> None:
    """Not validated, expired, of another application, and a wrong secret: advice for each, one call each.

    The API answers the same to a key that has expired and to one that was never validated, so that these two share a
    piece of advice, which speaks of both.
    """
    wrong = "0123456789abcdef0123456789abcdef"
    secret = simulator.env["OVH_APPLICATION_SECRET"]
    found: dict[str, Any] = {}
    for status in ("pendingValidation", "expired"):
        simulator.rules(status=status)
        found[status] = run_modules(simulator, [task("look", "vrack_info")])["look"]
    simulator.rules(status="validated")
    rest = run_modules(
        simulator,
        [
            task("other application", "vrack_info", **by_key(simulator, consumer_key=wrong)),
            task("unknown key", "vrack_info", **by_key(simulator, application_key=wrong[:16])),
            task("wrong secret", "vrack_info", **by_key(simulator, application_secret=wrong)),
            task("newline", "vrack_info", **by_key(simulator, application_secret=secret + "\n")),
        ],
    )
    found.update({one.task: one for one in rest.tasks})
    newline = found.pop("newline")
    assert not newline.failed, newline.msg
    wanted = {
        "pendingValidation": ("consumer_key_invalid", "never validated in the browser"),
        "expired": ("consumer_key_invalid", "has expired"),
        "other application": ("consumer_key_unknown", "Check consumer_key"),
        "unknown key": ("application_key_unknown", "Check application_key"),
        "wrong secret": ("signature_wrong", "application_secret does not belong to application_key"),
    }
    assert set(found) == set(wanted)
    for name, one in found.items():
        code, advice = wanted[name]
        assert (one.result["failure"]["code"], advice in one.msg) == (code, True), f"{name}: {one.msg}"
        assert [call["path"].partition("?")[0] for call in one.calls] == ["/vrack", "/auth/time"]
        assert wrong not in json.dumps(one.result)
        assert secret not in json.dumps(one.result)


def test_C67_a_wrong_clock_is_allowed_for(simulator: Simulator) -> None:
    """The server's time counts, not this machine's."""
    simulator.clock(auth_offset=600)
    done = run_modules(simulator, [task("look", "vrack_info"), task("key", "ssh_key", **EXTRA)])
    assert not done["look"].failed, done["look"].msg
    assert done["key"].changed, done["key"].msg
    refused = [(entry["path"], entry["status"]) for entry in done["look"].calls if entry["status"] != 200]
    assert refused == [("/vrack", 400)]
    assert paths(done, "/auth/time") == 2


def test_C67_a_clock_that_jumps_in_the_middle(simulator: Simulator) -> None:
    """After a jump the server's time is read once, and nothing is made twice."""
    keys = [{"name": f"key-{number}", "public_key": KEY, "region": "GRA11"} for number in range(12)]
    # The third POST was signed before the jump and is looked at after it.
    simulator.hold("POST", "*/sshkey", skip=2)

    def jump() -> None:
        simulator.held(1, timeout=120)
        simulator.clock(auth_offset=600)
        simulator.release()

    with ThreadPoolExecutor(1) as jumper:
        jumped = jumper.submit(jump)
        done = run_modules(simulator, [task("keys", "ssh_key", project="running", ssh_keys=keys, max_concurrency=2)])
        jumped.result()
    assert not done["keys"].failed, done["keys"].msg
    assert any(entry["status"] == 400 for entry in done.journal)
    made = [entry for entry in done.journal if entry["method"] == "POST" and entry["status"] == 200]
    assert len(made) == 12
    assert 1 <= paths(done, "/auth/time") <= 2


def test_C67_both_times_are_told(simulator: Simulator) -> None:
    """Where no time is right, the message has the server's and this machine's."""
    simulator.clock(auth_offset=86400)
    simulator.settings(signature_tolerance=-1)
    look = run_modules(simulator, [task("look", "vrack_info")])["look"]
    assert look.result["failure"]["code"] == "clock_wrong"
    theirs, ours = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", look.msg)
    assert theirs > ours
    assert len(look.calls) == 3


def test_C70_no_endpoint(simulator: Simulator, tmp_path: Path) -> None:
    """Without configuration the message says where was looked; options beat an odd file; a typo gets the names."""
    nothing = {**NONE, "OVH_CONSUMER_KEY": " ", "HOME": str(tmp_path)}
    odd = tmp_path / "odd.conf"
    odd.write_text("[default]\nendpoint=nowhere\n[other]\napplication_key=x\n", encoding="utf-8")
    broken = tmp_path / "broken.conf"
    broken.write_text("endpoint=ovh-eu\n", encoding="utf-8")
    done = run_tasks(
        simulator,
        [
            task("nothing", "vrack_info"),
            task("all", "vrack_info", config_file=str(odd), **by_key(simulator)),
            task("all, file broken", "vrack_info", config_file=str(broken), **by_key(simulator)),
            task("typo", "vrack_info", **by_key(simulator, endpoint="ovh-xx")),
            task("no key", "vrack_info", endpoint="ovh-eu"),
            task("file broken", "vrack_info", config_file=str(broken)),
            task("no file", "vrack_info", config_file=str(tmp_path / "none.conf")),
        ],
        **nothing,
    )
    said = done["nothing"].msg
    places = ["the task's options", "the environment (OVH_*)", "/ovh.conf", "/.ovh.conf", "/etc/ovh.conf"]
    assert "endpoint" in said
    assert "delegate_to" in said
    assert sorted(places, key=said.find) == places, said
    assert [place for place in places if place not in said] == []
    assert "None" not in done["nothing"].msg
    assert not done["all"].failed, done["all"].msg
    assert not done["all, file broken"].failed, done["all, file broken"].msg
    assert [name for name in ("ovh-xx", "ovh-eu", "ovh-ca", "ovh-us") if name not in done["typo"].msg] == []
    assert "application_key, application_secret, consumer_key missing" in done["no key"].msg
    codes = {one.task: one.result["failure"]["code"] for one in done.tasks if one.failed}
    assert codes == {
        "nothing": "credentials_missing",
        "typo": "endpoint_unknown",
        "no key": "credentials_missing",
        "file broken": "config_file_broken",
        "no file": "config_file_missing",
    }
    assert [one.task for one in done.tasks if one.calls] == ["all", "all, file broken"]


def conf_of(simulator: Simulator, path: Path, **changes: str) -> str:
    """A file of python-ovh's format with the account of that simulator; a part changed to nothing is left out."""
    given = by_key(simulator, **changes)
    endpoint = given.pop("endpoint")
    lines = [f"{name}={value}" for name, value in given.items() if value]
    path.write_text("\n".join(["[default]", f"endpoint={endpoint}", f"[{endpoint}]", *lines, ""]), encoding="utf-8")
    return str(path)


def test_C99_the_account_that_the_task_names(simulator: Simulator, tmp_path: Path) -> None:
    """A file that is named beats a complete environment; one that isn't there, or lacks a part, is an error."""
    with Simulator.start(seed=2, speed=60.0, strict=True) as other:
        other.make("vrack", name="only-b")
        whole = conf_of(other, tmp_path / "b.conf")
        part = conf_of(other, tmp_path / "part.conf", consumer_key="")
        missing = str(tmp_path / "nothere.conf")
        done = run_modules(
            simulator,
            [
                task("named", "vrack_info", config_file=whole),
                task("by a variable", "vrack_info", environment={"OVH_CONFIG_FILE": whole}),
                task("missing", "vrack_info", config_file=missing),
                task("missing beside options", "vrack_info", config_file=missing, **by_key(other)),
                task("part", "vrack_info", config_file=part),
                task("from two places", "vrack_info", consumer_key=simulator.env["OVH_CONSUMER_KEY"]),
            ],
        )
        for name in ("named", "by a variable"):
            assert "only-b" in [vrack["name"] for vrack in done[name].result["vracks"]], done[name].msg
            assert not done[name].result.get("warnings")
        codes = {one.task: one.result["failure"]["code"] for one in done.tasks if one.failed}
        assert codes == {
            "missing": "config_file_missing",
            "missing beside options": "config_file_missing",
            "part": "config_file_incomplete",
        }
        assert missing in done["missing"].msg
        assert f"{part} has no consumer_key" in done["part"].msg
        [told] = done["from two places"].result["warnings"]
        assert "application_key from the environment" in told
        assert "consumer_key from the options" in told
        assert [one.task for one in done.tasks if one.calls] == ["from two places"]

        asked = simulator.last()
        [project] = [one for one in other.state()["cloud"]["projects"].values() if one["description"] == "running"]
        listed = list_inventory(simulator, write_inventory(tmp_path, config_file=whole))
        assert {host["ovh_project"] for host in listed.hosts.values()} == {project["id"]}
        none = list_inventory(simulator, write_inventory(tmp_path, config_file=missing))
        assert (none.hosts, f"config_file {missing} does not exist" in none.warnings) == ({}, True), none.warnings
        assert simulator.last() == asked


# The library


def test_C71_an_interpreter_without_the_library(simulator: Simulator, tmp_path: Path) -> None:
    """The message names the interpreter, the command for it, and the variable to set; no call is made."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    python = str(tmp_path / "bare" / "bin" / "python")
    bare = {"vars": {"ansible_python_interpreter": python}}
    done = run_tasks(
        simulator, [{**task("look", "vrack_info"), **bare}, {**task("change", "ssh_key", **EXTRA), **bare}]
    )
    for one in done.tasks:
        assert one.failed
        assert one.result["failure"]["code"] == "library_missing"
        assert f"{python} -m pip install 'ovh>=1.2,<2'" in one.msg
        assert "ansible_python_interpreter: '{{ ansible_playbook_python }}'" in one.msg
    assert done.journal == []


def test_C71_site_uses_the_python_that_runs_ansible(simulator: Simulator, tmp_path: Path) -> None:
    """An inventory that lists localhost takes away Ansible's own choice; our plays make it themselves."""
    inventory = tmp_path / "hosts"
    inventory.write_text("localhost\n", encoding="utf-8")
    simulator.reset(world="demo")
    done = run(simulator, "site", topology("empty"), "--check", "-i", str(inventory))
    assert [one.msg for one in done.tasks if one.failed] == []
    assert done.code == 0, done.output
    plays = [one for path in (ROOT / "playbooks").glob("*.yml") for one in yaml.safe_load(path.read_text("utf-8"))]
    ours = [one for one in plays if "ovhcloud.vrack." in str(one.get("tasks")) and one["hosts"] == "localhost"]
    assert len(ours) >= 4
    for one in ours:
        assert one["vars"]["ansible_python_interpreter"] == "{{ ansible_playbook_python }}", one["name"]


# Secrets

BOOM = """
import ovh

begin = ovh.Client.__init__

def __init__(self, *args, **options):
    begin(self, *args, **options)
    self.given = options

def raw_call(self, method, path, data=None, need_auth=True, headers=None):
    raise RuntimeError(f"{self.given} {headers}")

ovh.Client.__init__ = __init__
ovh.Client.raw_call = raw_call
"""
# Ansible writes every module's options into the machine's own log, too.
SYSLOG = """
import syslog
from pathlib import Path

def note(priority, text=""):
    with Path(__file__).with_name("syslog").open("a") as file:
        file.write(text)

syslog.syslog = note
"""


# Loaded by every Python that starts: each command line that it starts goes into a file.
COMMANDS = """
import sys

STARTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system")

def note_command(event, arguments):
    if event in STARTS:
        with open({file!r}, "a") as file:
            file.write(repr(arguments[:2]) + "\\n")

sys.addaudithook(note_command)
"""


@pytest.mark.parametrize("source", ["options", "environment", "file", "oauth2 options", "oauth2 environment"])
def test_C72_secrets_appear_nowhere(simulator: Simulator, tmp_path: Path, source: str) -> None:
    """Success, a 403 and a bug whose text holds secrets, at the highest verbosity: no secret in what is shown or
    logged, nor in the command line of any process, nor in any file that is left."""
    given = by_oauth2(simulator) if "oauth2" in source else by_key(simulator)
    secrets = [given[name] for name in ("application_secret", "consumer_key", "client_secret") if name in given]
    boom, logged, started = tmp_path / "boom", tmp_path / "logged", tmp_path / "started"
    commands = tmp_path / "commands"
    for folder, text in ((boom, BOOM), (logged, SYSLOG), (started, "")):
        folder.mkdir()
        noting = COMMANDS.format(file=str(commands))
        (folder / "sitecustomize.py").write_text(noting + text, encoding="utf-8")
    conf = tmp_path / "ovh.conf"
    lines = [f"{name}={value}" for name, value in given.items() if name != "endpoint"]
    conf.write_text(
        "\n".join(["[default]", f"endpoint={given['endpoint']}", f"[{given['endpoint']}]", *lines]), encoding="utf-8"
    )
    options = {"config_file": str(conf)} if source == "file" else {}
    variables = tmp_path / "variables.json"
    variables.write_text(json.dumps({"given": given}), encoding="utf-8")
    if "options" in source:
        options = {name: f"{{{{ given.{name} }}}}" for name in given}
    environment = {
        **NONE,
        **({f"OVH_{name.upper()}": value for name, value in given.items()} if "env" in source else {}),
    }
    simulator.rules([*READ_ONLY, {"method": "POST", "path": "/cloud/project/*/sshkey"}])
    away = {"project": "running", "name": "prod-key", "state": "absent"}
    done = run_tasks(
        simulator,
        [
            task("success", "ssh_key", environment={"PYTHONPATH": str(logged)}, **EXTRA, **options),
            task("403", "ssh_key", **away, **options),
            task("refused", "ssh_key", **EXTRA, wait_timeout="long", **options),
            task("bug", "vrack_info", environment={"PYTHONPATH": str(boom)}, **options),
        ],
        "-vvvv",
        "-e",
        f"@{variables}",
        ANSIBLE_LOG_PATH=str(tmp_path / "log"),
        ANSIBLE_DISPLAY_TRACEBACK="always",
        ANSIBLE_HOME=str(tmp_path / "home"),
        ANSIBLE_REMOTE_TEMP=str(tmp_path / "home" / "remote"),
        PYTHONPATH=str(started),
        **environment,
    )
    assert done["success"].changed, done["success"].msg
    assert done["403"].failed
    assert done["refused"].failed
    assert "bug in the collection" in done["bug"].msg
    assert "RuntimeError" in done["bug"].result["exception"]
    syslog, log = ((tmp_path / name).read_text(encoding="utf-8") for name in ("logged/syslog", "log"))
    assert "Invoked with" in syslog
    shown = "\n".join([done.output, json.dumps([one.result for one in done.tasks]), log, syslog])
    assert [line for line in shown.splitlines() if any(secret in line for secret in secrets)] == []
    lines = commands.read_text(encoding="utf-8").splitlines()
    assert sum("AnsiballZ_run_installed" in line for line in lines) >= 4, "the modules' processes are among them"
    assert [line for line in lines if any(secret in line for secret in secrets)] == []
    assert (tmp_path / "home" / "tmp").is_dir(), "Ansible's own temporary files were here"
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path not in (conf, variables)]
    held = [path for path in left if any(secret.encode() in path.read_bytes() for secret in secrets)]
    assert held == []


def test_C72_nothing_shows_secrets_in_a_task_s_environment() -> None:
    """Ansible prints `environment:` of a task with -vvv, so no page, example, role or playbook of ours has any."""
    places = [ROOT / name for name in ("README.md", "docs", "roles", "playbooks", "plugins", "awx")]
    files = [file for place in places for file in (place.rglob("*.*") if place.is_dir() else [place])]
    texts = {file: file.read_text(encoding="utf-8") for file in files if file.suffix in (".md", ".yml", ".py")}
    assert len(texts) > 50
    assert [str(file) for file, text in texts.items() if re.search(r"^[ -]*environment:", text, re.MULTILINE)] == []


def test_C65_rights_are_not_asked_for_where_nothing_will_be_written(simulator: Simulator) -> None:
    """In check mode, and where all is there already; elsewhere once."""
    key = {"project": "running", "name": "deploy", "public_key": KEY}
    run = run_modules(simulator, [task("planned", "ssh_key", **key, check_mode=True)])
    assert (run["planned"].changed, paths(run, "/auth/currentCredential")) == (True, 0)
    for changed, times in ((True, 1), (False, 0)):
        run = run_modules(simulator, [task("key", "ssh_key", **key)])
        assert (run["key"].changed, paths(run, "/auth/currentCredential")) == (changed, times)


# OAuth2


def test_C74_a_token_that_runs_out_in_the_middle(simulator: Simulator) -> None:
    """A service account's run outlives its token: a new one is fetched, and IAM decides about rights."""
    simulator.settings(oauth2_token_lifetime=3, instance_building=540)
    # Some run out a moment before the library thinks so.
    body = {"message": "Invalid or expired access token", "class": "Client::Unauthorized"}
    simulator.fault("status", "GET", "/cloud/*", status=401, body=body, skip=5, every=4, times=2)
    instance = {"project": "running", "name": "slow", "region": "GRA11", "flavor": "b3-8", "image": "Debian 12"}
    done = run_modules(simulator, [task("slow", "instance", **instance, **by_oauth2(simulator))], **NONE)
    assert not done["slow"].failed, done["slow"].msg
    assert done["slow"].changed
    assert done["slow"].result["instance"]["status"] == "ACTIVE"
    assert [entry["status"] for entry in done.journal].count(401) >= 2
    assert paths(done, "/auth/oauth2/token") >= 3
    assert paths(done, "/auth/currentCredential") == 0
    assert len([one for one in done.writes if one.endswith("/instance")]) == 1


def test_C74_both_kinds_and_a_missing_action(simulator: Simulator) -> None:
    """Both kinds of credentials are an error; an action that IAM refuses is named; a wrong secret is told as such."""
    both = {**by_key(simulator), **by_oauth2(simulator)}
    simulator.rules(READ_ONLY)
    oauth2 = by_oauth2(simulator)
    wrong = "0123456789abcdef0123456789abcdef"
    done = run_modules(
        simulator,
        [
            task("both", "vrack_info", **both),
            task("iam", "ssh_key", **EXTRA, **oauth2),
            task("wrong", "vrack_info", **{**oauth2, "client_secret": wrong}),
        ],
        **NONE,
    )
    assert done["both"].failed, "one of the two kinds was taken"
    assert done["both"].result["failure"]["code"] == "credentials_both"
    assert done["both"].calls == []
    assert done["iam"].result["failure"]["code"] == "iam_refused"
    assert "Grant the action cloud:apiovh:post in an IAM policy" in done["iam"].msg
    assert done["wrong"].result["failure"]["code"] == "oauth2_refused"
    assert wrong not in done.output


def test_C74_an_ovh_that_does_not_know_oauth2(simulator: Simulator, tmp_path: Path) -> None:
    """With python-ovh 1.1 the message says which version is needed, for either kind of credentials."""
    old = tmp_path / "ovh"
    old.mkdir()
    texts = {
        "__init__": "from . import client\nfrom .client import Client\n",
        "client": "ENDPOINTS = {'ovh-eu': 'https://eu.api.ovh.com/1.0'}\n\nclass Client:\n    pass\n",
        "config": "CONFIG_PATH = []\n",
        "exceptions": "class APIError(Exception):\n    pass\n",
    }
    for name, text in texts.items():
        (old / f"{name}.py").write_text(text, encoding="utf-8")
    environment = {"PYTHONPATH": str(tmp_path)}
    done = run_tasks(
        simulator,
        [
            task("key", "vrack_info", environment=environment),
            task("oauth2", "ssh_key", environment=environment, **EXTRA, **by_oauth2(simulator)),
        ],
    )
    for one in done.tasks:
        assert one.failed
        assert one.result["failure"]["code"] == "library_old", one.msg
        assert "ovh >= 1.2" in one.msg
        assert "pip install 'ovh>=1.2,<2'" in one.msg
    assert done.journal == []


# A busy API


@pytest.mark.parametrize("retry_after", [True, False])
def test_C68_too_many_calls_slow_all_down(simulator: Simulator, retry_after: bool) -> None:
    """200 items against 429 and 408: all are made, none fails, and a second run only reads.

    Every twentieth call is refused, however fast this machine is; until the pause that is asked for is over, only what
    was under way already still comes.
    """
    regions = ("GRA11", "SBG5")
    keys = [{"name": f"key-{number}", "public_key": KEY, "region": regions[number % 2]} for number in range(200)]
    simulator.make("project", description="many")
    simulator.rate(every=20, retry_after=retry_after)
    simulator.fault("408html", path="*/sshkey*", every=23, times=-1)
    many = task("many", "ssh_key", project="many", ssh_keys=keys)
    # A pause that is asked for has to be long beside the time in which an answer comes, however busy this machine is.
    done = run_modules(simulator, [many, {**many, "name": "again"}])
    assert not done["many"].failed, done["many"].msg
    assert sum(one["changed"] for one in done["many"].result["results"]) == 200
    refused = [entry["time"] for entry in done["many"].calls if entry["status"] == 429]
    assert len(refused) >= 10
    if retry_after:
        pause = 0.8
        in_spite = [sum(at < one["time"] < at + pause for one in done["many"].calls) for at in refused]
        # Of a refusal or two a busy machine may learn late.
        assert median(in_spite) <= 8, f"{in_spite} calls were made in spite of a 429"
    assert any(entry["status"] == 408 for entry in done["many"].calls)
    assert (done["again"].changed, done["again"].writes) == (False, [])


def test_C69_random_failures_do_not_end_a_long_run(simulator: Simulator) -> None:
    """Lost answers and 502 pages all through the example: what it describes is there, and nothing twice."""
    simulator.reset(world="demo")
    before = len(simulator.state()["vracks"])
    for path in ("/order/cart/*/checkout", "*/network/private", "*/subnet", "*/sshkey", "*/instance"):
        simulator.fault("drop_after", "POST", path)
    simulator.fault("drop_after", path="*", every=7, times=-1)
    simulator.fault("502html", path="*", every=11, times=-1)
    made = run(simulator, "site", topology("empty"))
    assert [one.msg for one in made.tasks if one.failed] == []
    assert made.code == 0, made.output
    # One made twice is taken away again, so it would not be seen among what is there.
    assert [one for one in made.writes if one.startswith("DELETE") and "/instance/" in one] == []
    *once, drop, page = simulator.faults()
    assert [fault["path"] for fault in once if fault["hits"] != 1] == []
    assert min(drop["hits"], page["hits"]) > 5
    simulator.clear_faults()
    assert run(simulator, "site", topology("empty")).writes == []

    there = account(simulator, simulator.project("empty")["id"])
    assert [one.rpartition("_")[2] for one in there["networks"]] == ["10", "20"]
    assert [one["name"] for one in there["keys"]] == ["demo"]
    ports = {name: len(found) for name, found in there["interfaces"].items()}
    assert ports == {"web-1": 3, "web-2": 3, "web-3": 3, "db-1": 2, "legacy-1": 2}
    assert len(there["instances"]) == 5
    state = simulator.state()
    assert len(state["vracks"]) == before + 1
    assert len(state["orders"]) == 1


# The project


PROJECT_TASKS = [
    ("flavor_info", {}),
    ("image_info", {}),
    ("region_info", {}),
    ("topology_info", {}),
    ("vrack_contents_info", {}),
    ("private_network_info", {}),
    ("subnet_info", {}),
    ("instance_info", {}),
    ("region", {"name": "GRA11"}),
    ("private_network", {"name": "prod-net", "state": "absent"}),
    ("private_network", {"networks": [{"name": "prod-net", "state": "absent", "project": " "}]}),
    ("subnet", {"network": "prod-net", "region": "GRA11", "state": "absent"}),
    ("ssh_key", {"name": "prod-key", "state": "absent"}),
    ("ssh_key", {"ssh_keys": [{"name": "prod-key", "state": "absent"}]}),
    ("instance", {"name": "prod-1", "region": "GRA11", "state": "absent"}),
    ("instance_interface", {"instance": "prod-1", "network": "prod-net", "state": "absent"}),
    ("vrack_cloudproject", {"vrack": "prod"}),
]


def test_C75_the_project_is_said_once(simulator: Simulator, tmp_path: Path) -> None:
    """OVH_CLOUD_PROJECT_SERVICE serves the inventory and every module that takes a project, which all ask for it.

    An empty option is one that was left out.
    """
    tasks = [task(f"{number} {module}", module, **options) for number, (module, options) in enumerate(PROJECT_TASKS)]
    empty = [
        task(f"{number} {module}", module, project="", **options)
        for number, (module, options) in enumerate(PROJECT_TASKS)
    ]
    with_it = run_modules(simulator, tasks[::2] + empty, "--check", OVH_CLOUD_PROJECT_SERVICE="running")
    without = run_modules(simulator, tasks, "--check", OVH_CLOUD_PROJECT_SERVICE="")
    project = simulator.project("running")["id"]
    for one in with_it.tasks:
        assert one.outcome == "ok", (one.task, one.msg)
        assert any(f"/cloud/project/{project}" in call["path"] for call in one.calls), one.task
    for one in without.tasks:
        assert one.failed, one.task
        assert one.result["failure"]["code"] == "option_needed", (one.task, one.msg)
        assert "OVH_CLOUD_PROJECT_SERVICE" in one.msg
        assert not any(call["path"].startswith("/cloud/") for call in one.calls)
    simulator.make("instance", project="second", name="other", region="GRA11", flavor="b3-8", image="Debian 12")
    listed = list_inventory(simulator, write_inventory(tmp_path), OVH_CLOUD_PROJECT_SERVICE="running")
    assert sorted(listed.hosts) == ["prod-1", "prod-2"]


def test_C75_every_module_that_takes_a_project_is_in_the_list() -> None:
    """A new module that has the option joins the test above."""
    folder = ROOT / "plugins" / "modules"
    variable = "E(OVH_CLOUD_PROJECT_SERVICE)"
    takes = {path.stem.removeprefix("ovh_") for path in folder.glob("*.py") if variable in path.read_text("utf-8")}
    assert takes == {module for module, _options in PROJECT_TASKS}
