# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the documentation shows works: its code blocks, the modules' examples, its lists of rules and messages."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring
from ansible_collections.ovhcloud.vrack.plugins.module_utils._description.fields import FIELDS

from simulator.launch import Simulator
from tests.support.chance import STEADY
from tests.support.inventories import list_inventory
from tests.support.modules import run_modules
from tests.support.playbooks import FAST, PlaybookRun, run_playbook, run_tasks, type_in
from tests.support.rights import unused
from tests.support.runner.jobs import Unsafe
from tests.support.sites import run
from tests.support.specs import spec_of
from tools.collection_tree import CHECKOUT
from tools.demo import PROJECT, demonstrate, instances_of
from tools.generate_docs import RULES_PAGE, TROUBLESHOOTING, access_rules, settings, stale

ROOT = CHECKOUT
README = ROOT / "README.md"
TEN_MINUTES = ROOT / "docs" / "ten-minutes.md"
DESCRIPTION = ROOT / "docs" / "description.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "roles").glob("*/README.md"))]
BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)?(?:#([^)]+))?\)")
MODULES = sorted((ROOT / "plugins" / "modules").glob("ovh_*.py"))
# In this order each finds what it needs.
MAKING = [
    "region",
    "vrack",
    "vrack_cloudproject",
    "private_network",
    "subnet",
    "ssh_key",
    "instance",
    "instance_interface",
]
ROLES = ["plan", "vrack", "private_network", "instance", "instance_interface", "teardown"]
FOR_MACHINES = ["instance_network"]  # not for this one: docs/guest.md shows it, and tests/guests has machines
BUILT_IN = {"export", "cd", "mkdir", "ssh-keygen"}
PLUGINS = ROOT / "plugins"
INVENTORY = PLUGINS / "inventory" / "ovh_instances.py"
# The pages whose YAML blocks are run by tests, here and elsewhere. Each test takes all that its page has.
RUN_HERE = {
    "README.md",
    "docs/awx.md",
    "docs/description.md",
    "docs/simulator.md",
    "docs/ten-minutes.md",
    *(f"roles/{role}/README.md" for role in ROLES),
}
RUN_ELSEWHERE = {
    "docs/guest.md": "tests/integration/test_guest.py",
    "docs/inclusion.md": "tests/integration/test_inclusion.py",
    "docs/inventory.md": "tests/integration/test_inventory.py",
    "docs/prices.md": "tests/integration/test_prices.py",
    "docs/releasing.md": "tests/integration/test_release.py",
    "docs/scaling.md": "tools/slices.py",
}


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [textwrap.dedent(found[3]) for found in BLOCK.finditer(text) if found[2] == language]


def examples(path: Path) -> str:
    found = re.search(r'^EXAMPLES = r"""\n(.*?)^"""', path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found, path
    return found[1]


def takes_away(one: dict[str, Any]) -> bool:
    return any(isinstance(options, dict) and options.get("state") == "absent" for options in one.values())


@pytest.fixture
def demo(simulator: Simulator) -> Simulator:
    simulator.reset(world="docs")
    return simulator


def assert_all_went_well(done: PlaybookRun) -> None:
    assert [(one.task, one.msg) for one in done.tasks if one.failed] == []
    assert done.tasks, done.output
    assert done.code == 0, done.output


def play(tmp_path: Path, text: str, name: str = "play.yml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


# Code blocks


@dataclass(frozen=True)
class QuickStart:
    """The README's quick start as it stands there, with a key that has the rules of the page on them: plan, run, plan."""

    simulator: Simulator
    topology: Path
    rules: list[dict[str, str]]
    runs: list[PlaybookRun]
    made: list[dict[str, Any]]


@pytest.fixture(scope="module")
def quick_start(world_options: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuickStart]:
    [listed] = [block for block in blocks(RULES_PAGE, "text") if "/cloud/project" in block]
    rules = [dict(zip(("method", "path"), line.split(" "), strict=True)) for line in listed.splitlines()]
    path = play(tmp_path_factory.mktemp("quick-start"), blocks(README, "yaml")[0], "topology.yml")
    with Simulator.start(speed=60.0, strict=True, **world_options) as simulator:
        simulator.reset(world="docs")
        simulator.settings(**STEADY)
        simulator.rules(rules)
        runs = [run(simulator, "site", f"@{path}", *more) for more in (["--check", "--diff"], [], ["--check"])]
        yield QuickStart(simulator, path, rules, runs, instances_of(simulator, PROJECT))
        simulator.assert_sound()


def test_C94_the_readme_from_an_account_to_a_connected_instance(quick_start: QuickStart, tmp_path: Path) -> None:
    """The quick start: the plan, then the run; and the block that says credentials once."""
    for done in quick_start.runs:
        assert_all_went_well(done)
    assert quick_start.runs[-1].recap["changed"] == 0
    [instance] = [one for one in quick_start.made if one["name"] == "web-1"]
    assert {address["type"] for address in instance["ipAddresses"]} == {"public", "private"}
    demo, defaults = quick_start.simulator, blocks(README, "yaml")[1]
    endpoint = demo.env["OVH_ENDPOINT"]
    assert "endpoint: ovh-eu" in defaults
    done = run_playbook(demo, play(tmp_path, defaults.replace("ovh-eu", endpoint)))
    assert_all_went_well(done)
    assert done["Which projects are there?"].calls


def test_C94_what_the_demonstration_leaves(demo: Simulator, tmp_path: Path) -> None:
    """The first command of the README: all made, then nothing to do, and a picture of just that."""
    assert demonstrate(demo, tmp_path, **FAST)
    told = json.loads((tmp_path / "demo.json").read_text(encoding="utf-8"))
    assert [one["changed"] for one in told["runs"]] == [7, 0]
    assert sorted(told["instances"]) == ["db-1", "legacy-1", "web-1", "web-2", "web-3"]
    page = (tmp_path / "demo.html").read_text(encoding="utf-8")
    for name, instance in told["instances"].items():
        assert all(f"<code>{address}</code>" in page for address in (instance["public"] + instance["private"])), name
    assert '<div class="state fine">' in page


def test_C94_three_ways_to_the_same_instance(demo: Simulator, tmp_path: Path) -> None:
    """Those of the page's first half, each from an empty project; then in a row, which changes nothing."""
    (tmp_path / "awx").symlink_to(ROOT / "awx")
    (tmp_path / "build").mkdir()
    shown = blocks(ROOT / "docs" / "inclusion.md", "yaml")[0]
    (tmp_path / "build" / "mine.yml").write_text(shown, encoding="utf-8")
    page = TEN_MINUTES.read_text(encoding="utf-8").partition("## Three ways to the same")[2].partition("## Machines")[0]
    ways = [textwrap.dedent(found[3]) for found in BLOCK.finditer(page)]
    assert len(ways) == 3
    made = []
    for way in ways:
        demo.reset(world="docs")
        type_in(demo, tmp_path, way, **FAST)
        made.append([worth_knowing(one) for one in instances_of(demo, PROJECT) if one["name"] == "web-1"])
    assert made[0] == made[1] == made[2]
    assert [kind for kind, _network in made[0][0]["addresses"]] == ["private", "public"]
    before = demo.writes()
    for way in ways[:2]:
        type_in(demo, tmp_path, way, **FAST)
    assert demo.writes() == before


def test_C94_in_ten_minutes(demo: Simulator, tmp_path: Path) -> None:
    """What is typed from the empty project until all of it is gone again; then what is described for machines."""
    (tmp_path / "awx").symlink_to(ROOT / "awx")
    (tmp_path / "build").mkdir()
    page, _ways, machines = re.split(r"## Three ways to the same|## Machines", TEN_MINUTES.read_text(encoding="utf-8"))
    there, said = [], []
    assert [one["name"] for one in instances_of(demo, PROJECT)] == ["legacy-1"]
    for found in BLOCK.finditer(page):
        text = textwrap.dedent(found[3])
        if found[2] == "yaml":
            saved(tmp_path, text)
        elif found[2] == "text":
            assert [line for line in text.splitlines() if f'"{line}"' not in said[-1]] == [], said[-1]
        elif text != "make simulator\n":
            for line in text.splitlines():
                said.append(type_in(demo, tmp_path, line, **FAST))
                there.append([len(one["ipAddresses"]) for one in instances_of(demo, PROJECT) if one["name"] == "web-1"])
    # Addresses: an IPv4 one on each network, and an IPv6 one on the public one.
    assert there == [[], [3], [3], [3], [3], [4], []]
    assert "web-1" in (tmp_path / "build" / "vrack.html").read_text(encoding="utf-8")
    assert "web-1" in said[2]
    assert [one["name"] for one in instances_of(demo, PROJECT)] == ["legacy-1"]
    inventory, plan_and_connect = "", ""
    for found in BLOCK.finditer(machines):
        if found[2] == "yaml":
            inventory = saved(tmp_path, textwrap.dedent(found[3]))
        elif "connect" in found[3]:
            plan_and_connect = textwrap.dedent(found[3])
    described = yaml.safe_load((tmp_path / "build" / "topology.yml").read_text(encoding="utf-8"))["vrack_topology"]
    described["instances"].append({**described["instances"][0], "name": "web-2", "public": False, "networks": ["blue"]})
    described["bastion"] = "web-1"
    saved(tmp_path, "# build/topology.yml\n" + yaml.safe_dump({"vrack_topology": described}))
    [check, connect] = plan_and_connect.splitlines()
    shown = type_in(demo, tmp_path, check, **FAST)
    # The project in its vRack, two networks with their subnets, the key, and two machines.
    assert "Plan: 8 made, 0 changed" in shown
    assert inventory in connect
    assert "debian" in (tmp_path / inventory).read_text(encoding="utf-8")


def saved(folder: Path, text: str) -> str:
    """The file that a block's first line names."""
    name = text.partition("\n")[0].removeprefix("# ")
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_C94_a_bad_day_of_the_simulator(demo: Simulator, tmp_path: Path) -> None:
    """The page's playbook: what it orders does happen, and all is made once all the same."""
    (tmp_path / "awx").symlink_to(ROOT / "awx")
    (tmp_path / "build").mkdir()
    [storm], [_begin, command] = (blocks(ROOT / "docs" / "simulator.md", language) for language in ("yaml", "shell"))
    saved(tmp_path, storm)
    said = type_in(demo, tmp_path, command, **FAST)
    refused = [line.strip(' ",') for line in said.splitlines() if re.match(r' +"(429|500) POST', line)]
    assert re.search(r"^500 POST /cloud/project/\w+/instance$", "\n".join(refused), re.MULTILINE), said
    assert any(entry["status"] == 429 for entry in demo.journal())
    demo.rate()
    assert [one["name"] for one in instances_of(demo, PROJECT)].count("web-1") == 1


def test_C94_each_key_of_the_description(demo: Simulator, tmp_path: Path) -> None:
    """The examples of the page are one description, which can be carried out and names every key that there is."""
    whole: dict[str, Any] = {}
    for block in blocks(DESCRIPTION, "yaml"):
        whole |= yaml.safe_load(block)["vrack_topology"]
    assert set(whole) == set(FIELDS["vrack_topology"])
    path = play(tmp_path, yaml.safe_dump({"vrack_topology": whole}), "topology.yml")
    done = run(demo, "site", f"@{path}", "--check")
    assert_all_went_well(done)
    assert "Plan: 12 made" in done.output
    told = re.findall(r"\b(\w+)[`:]", DESCRIPTION.read_text(encoding="utf-8"))
    assert sorted({name for fields in FIELDS.values() for name in fields} - set(told)) == []


def worth_knowing(instance: dict[str, Any]) -> dict[str, Any]:
    addresses = sorted((one["type"], one["networkId"]) for one in instance["ipAddresses"] if one["version"] == 4)
    return {**{key: instance[key] for key in ("region", "flavorId", "imageId")}, "addresses": addresses}


def test_C94_the_roles_as_they_are_shown(demo: Simulator, tmp_path: Path) -> None:
    """Each role's README, one after the other in one play: from an empty project and back."""
    shown = [block for role in ROLES for block in blocks(ROOT / "roles" / role / "README.md", "yaml")]
    tasks = [one for block in shown for one in yaml.safe_load(block)]
    assert len(shown) == len(ROLES)
    described = {"vrack_topology": tasks[0]["vars"]["plan_topology"]}
    done = run_tasks(demo, tasks, "-e", json.dumps(described), PWD=str(tmp_path), **FAST)
    assert_all_went_well(done)
    assert sum(one.changed for one in done.tasks) >= 8
    assert sorted(path.name for path in tmp_path.glob("plan.*")) == ["plan.json", "plan.md"]
    assert sorted(path.parent.name for path in (ROOT / "roles").glob("*/README.md")) == sorted([*ROLES, *FOR_MACHINES])


def test_C94_a_role_has_one_example() -> None:
    """What ansible-doc shows is what the README has, which is run, or what its page has."""
    pages = {path: path.read_text(encoding="utf-8") for path in PAGES}
    for role in (*ROLES, *FOR_MACHINES):
        specs = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
        example = specs["argument_specs"]["main"]["examples"]
        shown = [path for path, text in pages.items() if f"```yaml\n{example}```" in text]
        assert shown == [ROOT / "roles" / role / "README.md" if role in ROLES else ROOT / "docs" / "guest.md"]


def test_C94_the_credential_type_to_copy() -> None:
    """What is to be copied into AWX is what the playbook puts there, with which every job of the tests runs."""
    [shown] = blocks(ROOT / "docs" / "awx.md", "yaml")
    written = yaml.load((ROOT / "playbooks" / "vars" / "awx.yml").read_text(encoding="utf-8"), Loader=Unsafe)
    assert yaml.safe_load(shown) == written["awx_credential_type_injectors"]


def test_C94_every_yaml_block_is_run() -> None:
    """A page that begins to show YAML joins those that a test runs, and no block hides from them by another name."""
    shown = {page: [found[2] for found in BLOCK.finditer(page.read_text(encoding="utf-8"))] for page in PAGES}
    with_yaml = {str(page.relative_to(ROOT)) for page, languages in shown.items() if "yaml" in languages}
    assert with_yaml == RUN_HERE | set(RUN_ELSEWHERE)
    assert {language for languages in shown.values() for language in languages} <= {"yaml", "shell", "text", ""}
    for page, test in RUN_ELSEWHERE.items():
        assert f'"docs" / "{Path(page).name}"' in (ROOT / test).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_C94_commands_exist_and_blocks_can_be_read(page: Path) -> None:
    """Every command of a shell block is there, every playbook that it names too, and every YAML block parses."""
    for block in blocks(page, "shell"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words:
                assert_command(words)
    for block in blocks(page, "yaml"):
        assert yaml.safe_load(block), block


def assert_command(words: list[str]) -> None:
    command = words[0]
    folder = Path(sys.executable).parent
    if command == "make":
        targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert words[1] in targets
    elif command not in {*BUILT_IN, "pip", "ansible-builder"}:
        assert (folder / command).exists() or shutil.which(command), command
    for word in words:
        if command == "ansible-playbook" and re.fullmatch(r"ovhcloud\.vrack\.\w+", word):
            assert (ROOT / "playbooks" / f"{word.rpartition('.')[2]}.yml").exists(), word


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_C94_links_lead_somewhere(page: Path) -> None:
    for target, place in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        other = (page.parent / target).resolve() if target else page
        assert other.exists(), target
        if place:
            headings = re.findall(r"^#+ (.*)$", other.read_text(encoding="utf-8"), re.MULTILINE)
            assert place in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in headings}


def test_C94_each_step_of_the_guide_has_its_place() -> None:
    """The table of the guide's steps leaves none out, and names modules that exist."""
    text = (ROOT / "docs" / "coming-from.md").read_text(encoding="utf-8")
    steps = set()
    for cell in re.findall(r"^\| (\d\.\d[^|]*) \|", text, re.MULTILINE):
        for part in cell.split(", "):
            first, _name, last = part.partition(" to ")
            chapter, number = first.split(".")
            steps |= {f"{chapter}.{one}" for one in range(int(number), int((last or first).split(".")[1]) + 1)}
    last = {"1": 7, "2": 4, "3": 7, "4": 17}
    assert steps == {f"{chapter}.{number}" for chapter, end in last.items() for number in range(1, end + 1)}
    known = {path.stem for path in MODULES}
    assert {name for name in re.findall(r"`(ovh_\w+)`", text) if name in known or name.endswith("_info")} <= known


# Rights, variables, messages


def test_C95_the_readme_names_each_variable() -> None:
    """Install line, every environment variable, and what to set for the interpreter's sake."""
    text = README.read_text(encoding="utf-8")
    fragment = (ROOT / "plugins" / "doc_fragments" / "ovh.py").read_text(encoding="utf-8")
    variables = set(re.findall(r"E\((OVH_\w+)\)", fragment)) | {"OVH_CLOUD_PROJECT_SERVICE"}
    assert [variable for variable in sorted(variables) if variable not in text] == []
    assert "ansible-galaxy collection install ." in text
    assert "pip install 'ovh>=1.2,<2'" in text
    assert "ansible_python_interpreter" in text


def test_C95_the_rules_of_the_page(quick_start: QuickStart) -> None:
    """A key with the rules of the block brings about the quick start and takes it away; all are used."""
    demo = quick_start.simulator
    network = {"project": PROJECT, "vlan_id": 50}
    subnet = {"project": PROJECT, "network": "red", "region": "SBG5", "cidr": "10.50.0.0/24"}
    port = {"project": PROJECT, "instance": "web-1", "network": "blue"}
    changes: list[dict[str, Any]] = [
        {"ovh_private_network": {**network, "name": "green", "regions": ["GRA11"]}},
        {"ovh_private_network": {**network, "name": "red", "regions": ["SBG5"], "exact_regions": True}},
        {"ovh_subnet": {**subnet, "dns_servers": ["9.9.9.9"]}},
        {"ovh_subnet": {**subnet, "state": "absent"}},
        {"ovh_private_network": {**network, "state": "absent"}},
        {"ovh_instance_interface": {**port, "state": "absent"}},
        {"ovh_instance_interface": port},
    ]
    runs = [
        *quick_start.runs,
        run_modules(demo, [{f"ovhcloud.vrack.{name}": one[name]} for one in changes for name in one]),
        run(demo, "teardown", f"@{quick_start.topology}"),
        run_modules(demo, [{"ovhcloud.vrack.ovh_vrack": {"name": "demo", "state": "absent"}}]),
    ]
    for done in runs:
        assert_all_went_well(done)
        assert [entry["path"] for entry in done.journal if entry["status"] == 403] == []
    assert unused(quick_start.rules, [entry for done in runs for entry in done.journal]) == []
    assert access_rules() in RULES_PAGE.read_text(encoding="utf-8")


def test_C95_generated_pages_are_fresh() -> None:
    """`make docs` was run."""
    assert [page.name for page in stale()] == []
    assert [line for line in settings().splitlines() if line.endswith("|  |")] == []
    assert "library_missing" in TROUBLESHOOTING.read_text(encoding="utf-8")


# Examples


@pytest.fixture(scope="module")
def every_example() -> dict[str, list[dict[str, Any]]]:
    return {path.stem.removeprefix("ovh_"): yaml.safe_load(examples(path)) for path in MODULES}


def test_C96_examples_in_check_mode(demo: Simulator, every_example: dict[str, list[dict[str, Any]]]) -> None:
    """No example has an option that its module does not know, and in check mode all of them only read."""
    tasks = [one for tasks in every_example.values() for one in tasks]
    filters = sorted((PLUGINS / "filter").glob("*.py"))
    tasks += [one for path in filters for one in yaml.safe_load(examples(path))]
    ours = [one for one in tasks if any(key.startswith("ovhcloud.vrack.") for key in one)]
    plain = [one for one in ours if "register" not in one and "{{" not in str(one)]
    for_ansible = [one for one in tasks if one not in plain]
    assert len(for_ansible) >= 10
    for done in (run_modules(demo, plain, "--check"), run_tasks(demo, for_ansible, "--check", **FAST)):
        assert [one.msg for one in done.tasks if "Unsupported parameters" in one.msg] == []
        assert_all_went_well(done)
        assert {entry["method"] for entry in done.journal} == {"GET"}


def test_C96_examples_for_real(demo: Simulator, every_example: dict[str, list[dict[str, Any]]]) -> None:
    """What makes something, in the order in which one builds on another; what looks; and once more."""
    assert set(MAKING) | {name for name in every_example if name.endswith(("_info", "plan"))} == set(every_example)
    makes = [one for module in MAKING for one in every_example[module] if not takes_away(one)]
    looks = [one for module in every_example if module not in MAKING for one in every_example[module]]
    made, looked = run_modules(demo, makes), run_tasks(demo, looks, **FAST)
    assert_all_went_well(made)
    assert_all_went_well(looked)
    assert (len(made.tasks), len(looked.tasks)) == (len(makes), len(looks))
    assert sum(one.changed for one in made.tasks) >= 7
    again = run_modules(demo, makes)
    assert_all_went_well(again)
    assert [one.task for one in again.tasks if one.changed] == []
    assert again.writes == []


def test_C96_examples_that_take_away(demo: Simulator, every_example: dict[str, list[dict[str, Any]]]) -> None:
    """Where nothing is left to take away, taking away is no error."""
    away = [one for module in reversed(MAKING) for one in every_example[module] if takes_away(one)]
    assert len(away) == len(MAKING) - 1  # no region is ever taken away
    done = run_modules(demo, away)
    assert_all_went_well(done)
    assert [one.task for one in done.tasks if one.changed] == ["Isolate an instance in the vRack"]


def test_C96_examples_of_the_inventory(demo: Simulator, tmp_path: Path) -> None:
    """Each is a whole inventory, with options that the plugin has."""
    demo.make("instance", project="my-project", name="web-1", region="GRA11", flavor="b3-8", image="Debian 12")
    secret = tmp_path / "secret"
    secret.write_text(demo.env["OVH_SIMULATOR_CLIENT_SECRET"], encoding="utf-8")
    text = examples(INVENTORY)
    for shown, here in {
        "ovh-eu": demo.env["OVH_ENDPOINT"],
        "/run/secrets/ovh": str(secret),
        "/tmp/ovh-inventory": str(tmp_path / "cache"),
    }.items():
        assert text.count(shown) == 1
        text = text.replace(shown, here)
    paths = [play(tmp_path, one, f"{number}.ovh.yml") for number, one in enumerate(text.split("\n---\n"))]
    for path in paths:
        assert set(yaml.safe_load(path.read_text(encoding="utf-8"))) <= set(documented(INVENTORY, "inventory"))
    others = [argument for path in paths[1:] for argument in ("-i", str(path))]
    run = list_inventory(demo, paths[0], *others, CLOUD_ID=demo.env["OVH_SIMULATOR_CLIENT_ID"])
    assert run.code == 0, run.output
    assert "Failed to parse" not in run.warnings
    assert "web-1" in run.hosts
    assert run.paths.count("/cloud/project") == len(paths)
    assert [entry["path"] for entry in run.journal].count("/auth/oauth2/token") == 1


# Options


def documented(path: Path, kind: str = "module") -> dict[str, Any]:
    found = get_docstring(str(path), fragment_loader, collection_name="ovhcloud.vrack", plugin_type=kind)
    options: dict[str, Any] = found[0]["options"]
    return options


# Shown once for all modules, told by their name and type, or right as they are for nearly everybody.
OBVIOUS = {
    *("endpoint", "application_key", "application_secret", "consumer_key", "client_id", "client_secret", "config_file"),
    *("api_timeout", "api_rate_limit", "max_concurrency", "wait", "wait_timeout"),
    *("duration", "plan_code", "pricing_mode"),
    *("cache_prefix", "cache_timeout", "default_value", "leading_separator", "parent_group", "separator", "strict"),
    *("trailing_separator", "use_extra_vars", "state"),
}


WITH_OPTIONS = [path for path in sorted((PLUGINS / "modules").glob("*.py")) if path.stem != "run_installed"]


@pytest.mark.parametrize("path", [*WITH_OPTIONS, INVENTORY], ids=lambda path: path.stem)
def test_C96_an_example_shows_each_option_that_is_not_obvious(path: Path) -> None:
    """So that `ansible-doc` alone is enough."""
    told = outline(documented(path, "inventory" if path == INVENTORY else "module"), "suboptions")
    shown = set(re.findall(r"\b(\w+):", examples(path)))
    assert sorted({name.rpartition(".")[2] for name in told} - shown - OBVIOUS) == []


@pytest.mark.parametrize("path", sorted((PLUGINS / "filter").glob("*.py")), ids=lambda path: path.stem)
def test_C96_an_example_shows_each_option_of_a_filter(path: Path) -> None:
    """By its name, or in its place where there is one besides the value."""
    doc = get_docstring(str(path), fragment_loader, collection_name="ovhcloud.vrack", plugin_type="filter")[0]
    by_place = doc["positional"].split(", ")[: 2 if re.search(rf"{path.stem}\([^=)]+[,)]", examples(path)) else 1]
    shown = re.findall(r"\b(\w+)=", examples(path))
    assert sorted(set(doc["options"]) - set(by_place) - set(shown)) == []


# Right as they are for nearly everybody, or told by their name beside another one.
OBVIOUS_IN_ROLES = {"project", "wait", "wait_timeout", "service_name", "state", "approved", "unlisted_regions"}


@pytest.mark.parametrize("role", ROLES)
def test_C96_an_example_shows_each_variable_of_a_role(role: str) -> None:
    specs = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    [spec] = specs["argument_specs"].values()
    shown = set(re.findall(rf"\b{role}_(\w+):", spec["examples"]))
    assert sorted({name.removeprefix(f"{role}_") for name in spec["options"]} - shown - OBVIOUS_IN_ROLES) == []


def outline(options: dict[str, Any], below: str, above: str = "") -> dict[str, tuple[Any, ...]]:
    """What a user must know of each option, and of those of the items of a list."""
    found: dict[str, tuple[Any, ...]] = {}
    for name, option in options.items():
        found[above + name] = tuple(option.get(key) for key in ("type", "elements", "choices", "default", "required"))
        found |= outline(option.get(below) or {}, below, f"{above}{name}.")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_C96_what_is_documented_is_what_is_taken(path: Path) -> None:
    """No option without documentation, none that is documented and refused; types, choices and defaults agree."""
    told, taken = outline(documented(path), "suboptions"), outline(spec_of(path.stem), "options")
    assert sorted(set(told) ^ set(taken)) == []
    assert {name: (told[name], taken[name]) for name in told if told[name] != taken[name]} == {}
