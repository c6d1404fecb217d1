# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make release` would do, apart from what takes minutes: the interface, the version, the tarball, the branch."""

from __future__ import annotations

import copy
import hashlib
import os
import re
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.chance import TODAY
from tools import release as making
from tools.collection_tree import CHECKOUT
from tools.interface import RELEASED, breaks, interface, last_release, may_break, objections, read_released
from tools.release import PLACES, Refused, complaints, release, set_version
from tools.sanity import copy_checkout
from tools.tarball import MAY_BE_IN_IT, build, git, not_as_meant

VERSION = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
PAGE = CHECKOUT / "docs" / "releasing.md"
NOW = interface()


# The interface


def test_nothing_breaks_what_was_released() -> None:
    """What differs from the last release may be in the version that galaxy.yml says, and is told of."""
    last = last_release()
    assert RELEASED.exists() == (last is not None)
    if last is not None and (old := read_released()) != NOW:
        assert objections(VERSION, last, old, NOW) == []
        fragments = [path.read_text(encoding="utf-8") for path in (CHECKOUT / "changelogs" / "fragments").glob("*.yml")]
        assert fragments, "options or returns have changed, and no fragment in changelogs/fragments says so"
        told = {section for text in fragments for section in yaml.safe_load(text)}
        assert not breaks(old, NOW) or told & {"breaking_changes", "removed_features"}


def option(kind: str, name: str, option: str) -> Callable[[Any], Any]:
    return lambda found: found[kind][name]["options"][option]


SUBNET = option("modules", "ovh_subnet", "dhcp")
CHANGES = {
    "a playbook is gone": (lambda one: one["playbooks"].remove("site"), "playbook site is gone"),
    "a module is gone": (lambda one: one["modules"].pop("ovh_subnet"), "module ovh_subnet is gone"),
    "an option is gone": (
        lambda one: one["modules"]["ovh_subnet"]["options"].pop("dhcp"),
        "module ovh_subnet: dhcp is gone",
    ),
    "a role's option is gone": (
        lambda one: one["roles"]["vrack"]["options"].pop("vrack_move"),
        "role vrack: vrack_move is gone",
    ),
    "an inventory's option is gone": (
        lambda one: one["inventory"]["ovh_instances"]["options"].pop("regions"),
        "inventory ovh_instances: regions is gone",
    ),
    "a choice is gone": (
        lambda one: option("modules", "ovh_subnet", "state")(one).update(choices=["present"]),
        "module ovh_subnet: state has fewer choices",
    ),
    "there are choices now": (
        lambda one: option("modules", "ovh_subnet", "cidr")(one).update(choices=["10.0.0.0/8"]),
        "module ovh_subnet: cidr has fewer choices",
    ),
    "a type is narrower": (
        lambda one: option("roles", "vrack", "vrack_move")(one).update(type="bool"),
        "role vrack: vrack_move has the type bool, not raw",
    ),
    "a default is another": (
        lambda one: option("modules", "ovh_subnet", "state")(one).update(default="absent"),
        "module ovh_subnet: state is 'absent' by itself, not 'present'",
    ),
    "an option is required now": (
        lambda one: option("modules", "ovh_subnet", "dhcp")(one).update(required=True),
        "module ovh_subnet: dhcp is required now",
    ),
    "a new option is required": (
        lambda one: one["modules"]["ovh_subnet"]["options"].update(new={**SUBNET(one), "required": True}),
        "module ovh_subnet: new is required now",
    ),
    "a return is gone": (
        lambda one: one["modules"]["ovh_subnet"]["returns"].pop("results"),
        "module ovh_subnet returns no results any more",
    ),
    "a return is another thing": (
        lambda one: one["modules"]["ovh_subnet"]["returns"].update(results="dict"),
        "module ovh_subnet returns results as dict, not list",
    ),
    "a filter takes its arguments otherwise": (
        lambda one: one["filter"]["given"].update(positional="otherwise, _input"),
        "filter given takes what has no name in another order",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_breaks_is_seen(what: str) -> None:
    change, told = CHANGES[what]
    later = copy.deepcopy(NOW)
    change(later)
    assert told in breaks(NOW, later)
    assert objections("0.1.1", "0.1.0", NOW, later) != []
    assert objections("0.2.0", "0.1.0", NOW, later) == []
    assert objections("1.1.0", "1.0.0", NOW, later) != []
    assert objections("2.0.0", "1.0.0", NOW, later) == []


def test_what_is_added_breaks_nothing() -> None:
    later = copy.deepcopy(NOW)
    options = later["modules"]["ovh_subnet"]["options"]
    options["new"] = {**options["dhcp"], "aliases": ["other"]}
    options["new.inner"] = {**options["dhcp"], "required": True}
    options["state"]["choices"] = sorted([*options["state"]["choices"], "renamed"])
    options["dhcp"]["aliases"] = ["with_dhcp"]
    options["network"].update(required=False)
    options["cidr"]["type"] = "raw"
    later["modules"]["ovh_subnet"]["returns"]["more"] = "str"
    later["filter"]["given"]["positional"] += ", more"
    assert breaks(NOW, later) == []
    assert objections("0.1.1", "0.1.0", NOW, later) != []
    assert objections("0.2.0", "0.1.0", NOW, later) == objections("1.1.0", "1.0.0", NOW, later) == []


@pytest.mark.parametrize(("last", "version"), [("0.1.9", "0.2.0"), ("0.9.0", "1.0.0"), ("1.9.0", "2.0.0")])
def test_versions_that_may_break(last: str, version: str) -> None:
    assert may_break(last, version)
    assert not may_break(last, last[:-1] + "10")


# The version


def test_every_place_that_spells_the_version_is_known(tmp_path: Path) -> None:
    copy_checkout(tmp_path)
    set_version(tmp_path, "98.76.54")
    spelled = re.compile(rf"(?:vrack\W|version: \W?){re.escape(VERSION)}(?![.\d])")
    for name in git(CHECKOUT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        path = tmp_path / name
        if path.suffix in (".md", ".yml", ".yaml", ".txt", ".toml", ".py") and name.split("/")[0] != "changelogs":
            assert spelled.findall(path.read_text(encoding="utf-8")) == [], name
    assert "version: 98.76.54\n" in (tmp_path / "galaxy.yml").read_text(encoding="utf-8")


def test_a_place_that_lost_the_version_is_told(tmp_path: Path) -> None:
    for name in PLACES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("nothing\n", encoding="utf-8")
    with pytest.raises(Refused, match="has the version 0 times"):
        set_version(tmp_path, "1.2.3")


# The tarball and the branch


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One of its own, with what this checkout holds."""
    for name, value in {"NAME": "Me", "EMAIL": "me@example.org"}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    folder = tmp_path / "checkout"
    copy_checkout(folder)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    committed(folder)
    return folder


@pytest.fixture
def checkout(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, of which a release leaves out what takes minutes."""
    monkeypatch.setattr(making, "try_out", lambda *_: None)
    return repository


def committed(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Change something")


def state(folder: Path) -> tuple[str, str, str]:
    return (
        git(folder, "rev-parse", "HEAD"),
        git(folder, "for-each-ref"),
        git(folder, "status", "--porcelain", "--ignored"),
    )


def test_the_same_commit_gives_the_same_bytes(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever, whenever and by whom; with just what is meant to be in it, at the time that was said."""
    first = build(checkout, tmp_path)
    bytes_of_first = first.read_bytes()
    for path in checkout.rglob("*.yml"):
        os.utime(path, (1, 1))
    (checkout / "README.md").chmod(0o600)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert build(checkout, tmp_path).read_bytes() == bytes_of_first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    with tarfile.open(build(checkout, tmp_path)) as opened:
        members = opened.getmembers()
    assert {(member.mtime, member.uid, member.gid, member.uname) for member in members} == {(1000000000, 0, 0, "root")}
    names = [member.name for member in members if member.isfile()]
    assert not [name for name in names if not MAY_BE_IN_IT.fullmatch(name)]
    assert {"README.md", "requirements.txt", "playbooks/site.yml", "awx/site.yml", "docs/awx.md"} <= set(names)


def test_what_is_released_is_installed_and_runs(repository: Path, tmp_path: Path) -> None:
    """All of `make release`; what Galaxy does with an upload is tried each other day."""
    version = "7.0.0" if last_release() else VERSION
    release(repository, version, tmp_path / "made", importer=TODAY % 2 == 0)
    [tarball] = (tmp_path / "made" / f"release-{version}").glob("*.tar.gz")
    with tarfile.open(tarball) as opened:
        members = [member for member in opened.getmembers() if not member.isdir()]
        assert {(member.type, member.mode) for member in members} == {(tarfile.REGTYPE, 0o644)}
        licence = opened.extractfile("LICENSES/GPL-3.0-or-later.txt")
        assert licence is not None
        assert licence.read() == (CHECKOUT / "LICENSE").read_bytes()


def test_what_isnt_meant_to_be_in_it_is_told(checkout: Path, tmp_path: Path) -> None:
    (checkout / "notes.md").write_text("for me alone\n", encoding="utf-8")
    committed(checkout)
    with pytest.raises(ValueError, match=r"notes\.md is in it"):
        build(checkout, tmp_path)
    galaxy = checkout / "galaxy.yml"
    git(checkout, "rm", "--quiet", "notes.md")
    galaxy.write_text(galaxy.read_text(encoding="utf-8") + "  - playbooks\n", encoding="utf-8")
    committed(checkout)
    with pytest.raises(ValueError, match=r"playbooks/site\.yml is missing"):
        build(checkout, tmp_path)
    assert not list(tmp_path.glob("*.tar.gz"))


def test_a_release_and_what_may_come_after_it(checkout: Path, tmp_path: Path) -> None:
    """It comes as a branch; the next one may not break anything without a new number, and leaves no trace then."""
    before = state(checkout)
    first, second = ("7.0.0", "7.0.1") if last_release() else (VERSION, f"{VERSION}1")
    release(checkout, first, tmp_path / "made", importer=False)
    branch = f"release-{first}"
    assert (state(checkout)[0], state(checkout)[2]) == (before[0], before[2])
    assert git(checkout, "log", "--format=%s by %an", f"main..{branch}") == f"Release {first} by Me"
    made = tmp_path / "made" / branch
    tarball = made / f"ovhcloud-vrack-{first}.tar.gz"
    assert (made / "SHA256SUMS").read_text(encoding="utf-8").split()[0] == hashlib.sha256(
        tarball.read_bytes()
    ).hexdigest()
    assert not_as_meant(tarball, checkout) == ["changelogs/changelog.yaml is in it"]
    message = (made / "tag-message.txt").read_text(encoding="utf-8")
    assert message.startswith(f"ovhcloud.vrack {first}\n\nRelease Summary\n")
    git(checkout, "merge", "--quiet", "--ff-only", branch)
    assert last_release(checkout) == first
    assert read_released(checkout) == NOW
    assert git(checkout, "ls-files", "changelogs/fragments") == ""

    module = checkout / "plugins" / "modules" / "ovh_region.py"
    module.write_text(module.read_text(encoding="utf-8").replace("  wait:\n", "  waits:\n"), encoding="utf-8")
    role = checkout / "roles" / "vrack" / "meta" / "argument_specs.yml"
    role.write_text(role.read_text(encoding="utf-8").replace("vrack_move:", "vrack_moved:"), encoding="utf-8")
    (checkout / "changelogs" / "fragments").mkdir()
    shown = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    (checkout / "changelogs" / "fragments" / "new.yml").write_text(shown[1], encoding="utf-8")
    making.done(["antsibull-changelog", "lint"], checkout)
    with pytest.raises(Refused, match="what is released is what is committed"):
        release(checkout, second, tmp_path / "made", importer=False)
    committed(checkout)
    before = state(checkout)
    with pytest.raises(Refused, match=f"role vrack: vrack_move is gone: {second} may not have that"):
        release(checkout, second, tmp_path / "made", importer=False)
    assert state(checkout) == before
    assert not (tmp_path / "made" / f"release-{second}").exists()


def test_what_the_importer_says_is_read() -> None:
    """Its exit code says nothing; what is known of it is left out, and no more."""
    said = """\
Loading playbook site.yml
WARNING: plugins/module_utils/_guest/ping.py:72:38: E203 whitespace before ':'
WARNING: ERROR    Failed to find ovhcloud.vrack.site playbook.
WARNING: playbooks/awx_setup.yml:1: internal-error: Unexpected error code 4 from execution of: ansible-playbook
WARNING: plugins/modules/ovh_subnet.py:3:1: F401 'os' imported but unused
WARNING: ERROR    Failed to find ovhcloud.vrack.other playbook.
ERROR: The import failed for the following reason: Invalid collection metadata. 'repository' is required
"""
    assert complaints(said) == said.splitlines()[4:]


def test_a_version_is_needed() -> None:
    surroundings = {**os.environ, "MAKEFLAGS": ""}
    done = subprocess.run(
        ["make", "release"], cwd=CHECKOUT, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "version" in done.stderr
