# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All of a release that is local, and nothing that is public: `python -m tools.release 0.2.0`.

It works in a clone of its own. What comes back is a branch with one commit, and a folder below build/ with the tarball,
its checksum and the tag's message; when anything goes wrong, nothing comes back.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from simulator.launch import Simulator
from tests.support.chance import STEADY
from tests.support.environments import environment, play
from tools.collection_tree import CHECKOUT, NAME
from tools.interface import RELEASED, last_release, objections, read_released, written
from tools.tarball import build, git

NUMBER = r"\d+\.\d+\.\d+"
PLACES = {
    "galaxy.yml": (rf"^(version: ){NUMBER}$", 1),
    "execution-environment.yml": (rf"(ovhcloud-vrack[:-]){NUMBER}", 3),
    "docs/awx.md": (rf"(ovhcloud-vrack:){NUMBER}", 2),
}
"""Every file that spells the version of the collection, how it does, and how often."""

IMPORTER = """\
[galaxy-importer]
RUN_ANSIBLE_TEST = False
INFRA_LOCAL_DOCKER = False
INFRA_OSD = False
RUN_FLAKE8 = True
CHECK_REQUIRED_TAGS = True
CHECK_CHANGELOG = True
CHECK_RUNTIME_YAML = True
"""
EXPLAINED = re.compile(
    r"""WARNING:\ (?:
      .*:\ (?:E203|W503)\ .*  # the formatter's way, which PEP 8 has taken over
    | ERROR\ +Failed\ to\ find\ ovhcloud\.vrack\.(?P<playbook>\w+)\ playbook\.  # it looks in a folder too deep
    | playbooks/(?P<for_awx>awx_\w+)\.yml:1:\ internal-error:\ Unexpected\ error\ code\ 4\ .*  # it has no awx.awx
    )""",
    re.VERBOSE,
)
STAND_IN = "https://example.org/ovhcloud.vrack"
"""Galaxy takes no collection without an address of its repository, and this one has none yet."""


class Refused(Exception):
    """Why there is no release."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make release VERSION=", description=__doc__)
    parser.add_argument("version")
    parser.add_argument("--skip-importer", action="store_true", help="don't run galaxy-importer, which takes a minute")
    parser.add_argument("--only-version", action="store_true", help="only write the version wherever it is spelled")
    options = parser.parse_args(arguments)
    try:
        if options.only_version:
            set_version(CHECKOUT, checked(options.version))
            return 0
        release(CHECKOUT, options.version, CHECKOUT / "build", importer=not options.skip_importer)
    except (Refused, ValueError, RuntimeError, subprocess.SubprocessError) as why:
        print(f"no release: {why}", file=sys.stderr)
        return 1
    return 0


def release(checkout: Path, version: str, place: Path, importer: bool = True) -> None:
    """Make *version* of what is committed in the checkout."""
    checked(version)
    if git(checkout, "status", "--porcelain"):
        raise Refused("what is released is what is committed; commit or remove what isn't")
    branch = f"release-{version}"
    if git(checkout, "branch", "--list", branch):
        raise Refused(f"there is a branch {branch} already; remove it, or go on from it")
    with tempfile.TemporaryDirectory(prefix="ovhcloud-vrack-release-") as temporary:
        clone, made = Path(temporary).joinpath(*NAME), Path(temporary) / "made"
        git(checkout, "clone", "--quiet", "--shared", str(checkout), str(clone))
        made.mkdir()
        step("version, changelog and interface", lambda: write_release(clone, version))
        step("commit", lambda: commit(checkout, clone, version))
        (made / "tag-message.txt").write_text(tag_message(clone, version), encoding="utf-8")
        step("tarball, twice", lambda: build_twice(clone, made))
        [tarball] = made.glob("*.tar.gz")
        step("run from an empty environment", lambda: try_out(clone, tarball, Path(temporary)))
        if importer:
            step("galaxy-importer", lambda: import_it(clone, Path(temporary)))
        (made / "SHA256SUMS").write_text(checksums(tarball), encoding="utf-8")
        target = place / branch
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target)
        git(checkout, "fetch", "--quiet", str(clone), f"HEAD:refs/heads/{branch}")
    print((target / "SHA256SUMS").read_text(encoding="utf-8"), end="")
    print(f"""Branch {branch} has the commit, {target} the rest. Nothing is public yet. When `make test` passes on it:
    git merge --ff-only {branch} && git tag --annotate --file {target / "tag-message.txt"} v{version}""")


def checked(version: str) -> str:
    if not re.fullmatch(NUMBER, version):
        raise Refused(f"{version!r} is no version such as 1.2.3")
    return version


def step(title: str, do: Callable[[], None]) -> None:
    started = time.monotonic()
    do()
    print(f"{title}: {time.monotonic() - started:.1f} s", flush=True)


# What is written


def write_release(clone: Path, version: str) -> None:
    last = last_release(clone)
    now = json.loads(done([sys.executable, "-m", "tools.interface"], clone))
    wrong = objections(version, last, read_released(clone) if last else {}, now)
    if wrong:
        raise Refused("; ".join(wrong))
    if not list((clone / "changelogs" / "fragments").glob("*.yml")):
        raise Refused("there is no fragment in changelogs/fragments, so nothing to tell of this release")
    set_version(clone, version)
    today = datetime.datetime.fromtimestamp(now_or_epoch(), datetime.UTC).date().isoformat()
    done(["antsibull-changelog", "release", "--version", version, "--date", today], clone)
    (clone / RELEASED.relative_to(CHECKOUT)).write_text(written(now), encoding="utf-8")


def now_or_epoch() -> int:
    return int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())


def set_version(folder: Path, version: str) -> None:
    for name, (pattern, times) in PLACES.items():
        path = folder / name
        text, found = re.subn(pattern, rf"\g<1>{version}", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if found != times:
            raise Refused(f"{name} has the version {found} times, not {times} (PLACES in tools/release.py)")
        path.write_text(text, encoding="utf-8")


def done(command: list[str], clone: Path, **environment: str) -> str:
    """What a command prints in the clone; it must work."""
    programs = Path(sys.executable).parent
    surroundings = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(clone.parents[len(NAME) - 1]),
        **environment,
    }
    ran = subprocess.run(command, cwd=clone, env=surroundings, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise Refused(f"{' '.join(command)}: {ran.stdout}{ran.stderr}")
    return ran.stdout


def commit(checkout: Path, clone: Path, version: str) -> None:
    """By whoever commits in the checkout."""
    name, _address, email = git(checkout, "var", "GIT_COMMITTER_IDENT").rpartition(">")[0].partition(" <")
    git(clone, "add", "--all")
    git(clone, "-c", f"user.name={name}", "-c", f"user.email={email}", "commit", "--quiet", "-m", f"Release {version}")


def tag_message(clone: Path, version: str) -> str:
    """The release's part of the changelog, as text."""
    text = (clone / "CHANGELOG.rst").read_text(encoding="utf-8")
    found = re.search(rf"^v{re.escape(version)}\n=+\n\n(.*?)(?=^v\d+\.\d+\.\d+\n=|\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise Refused(f"CHANGELOG.rst has no part on {version}")
    return f"ovhcloud.vrack {version}\n\n{found[1].strip()}\n".replace("\\_", "_")


# What is looked at


def build_twice(clone: Path, made: Path) -> None:
    """The second time elsewhere, by another clock and with other permissions for new files."""
    tarball = build(clone, made)
    again = made / "again"
    again.mkdir()
    command = [sys.executable, "-m", "tools.tarball", str(again)]
    surroundings = {**os.environ, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    subprocess.run(command, cwd=clone, env=surroundings, umask=0o077, stdout=subprocess.DEVNULL, check=True)
    if (again / tarball.name).read_bytes() != tarball.read_bytes():
        raise Refused("two tarballs of one commit differ")
    shutil.rmtree(again)


def checksums(tarball: Path) -> str:
    return f"{hashlib.sha256(tarball.read_bytes()).hexdigest()}  {tarball.name}\n"


def try_out(clone: Path, tarball: Path, temporary: Path) -> None:
    """The tarball and what it requires, installed where nothing else is, and its playbooks by name."""
    pinned = ["--constraints", str(CHECKOUT / "tests" / "requirements.lock")]
    requirements = str(clone / "requirements.txt")
    programs = environment("release", ("3.13", "3.12", "3.11"), *pinned, "ansible-core", "-r", requirements)
    collections, folder = temporary / "installed", temporary / "elsewhere"
    folder.mkdir()
    topology = (
        collections / "ansible_collections" / "ovhcloud" / "vrack" / "playbooks" / "vars" / "topology.example.yml"
    )
    described = ["-e", f"@{topology}"]
    with Simulator.start(world="docs", strict=True) as simulator:
        simulator.settings(**STEADY)

        def ran(*command: str, wrote: bool) -> None:
            done = play(simulator, programs, *command, folder=folder, collections=collections)
            if done.code or bool(done.writes) != wrote:
                raise Refused(f"{' '.join(command)} ended with {done.code} and wrote {done.writes}:\n{done.output}")

        ran("ansible-galaxy", "collection", "install", "--offline", "-p", str(collections), str(tarball), wrote=False)
        ran("ansible-galaxy", "collection", "verify", "--offline", "ovhcloud.vrack", wrote=False)
        ran("ansible-playbook", "ovhcloud.vrack.site", *described, "--check", wrote=False)
        ran("ansible-playbook", "ovhcloud.vrack.site", *described, wrote=True)
        ran("ansible-playbook", "ovhcloud.vrack.site", *described, wrote=False)
        ran("ansible-playbook", "ovhcloud.vrack.check", *described, wrote=False)
        project = ["-e", "export_project=my-project", "-e", f"export_file={folder / 'exported.yml'}"]
        ran("ansible-playbook", "ovhcloud.vrack.export", *project, wrote=False)
        ran("ansible-playbook", "ovhcloud.vrack.teardown", *described, "-e", "teardown_confirm=yes", wrote=True)
        problems = simulator.schema_errors()
        if problems:
            raise Refused(f"the simulator's answers break the schema: {problems}")


def import_it(clone: Path, temporary: Path) -> None:
    """What Galaxy does with an upload."""
    folder = temporary / "importer"
    folder.mkdir()
    upload = with_a_repository(clone, folder)
    (folder / "importer.cfg").write_text(IMPORTER, encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "-m", "galaxy_importer.main", str(upload)],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GALAXY_IMPORTER_CONFIG": str(folder / "importer.cfg"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    found = complaints(said.stdout + said.stderr)
    if said.returncode or found:
        raise Refused("galaxy-importer: " + ("\n".join(found) or said.stderr))


def with_a_repository(clone: Path, folder: Path) -> Path:
    """The tarball of another clone, in which galaxy.yml names a repository where it doesn't yet."""
    galaxy = yaml.safe_load((clone / "galaxy.yml").read_text(encoding="utf-8"))
    if galaxy.get("repository"):
        return build(clone, folder)
    print(f"galaxy.yml names no repository, without which Galaxy takes nothing; tried with {STAND_IN}")
    other = folder.joinpath("other", *NAME)
    git(clone, "clone", "--quiet", str(clone), str(other))
    path = other / "galaxy.yml"
    path.write_text(path.read_text(encoding="utf-8") + f"repository: {STAND_IN}\n", encoding="utf-8")
    git(other, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--all", "-m", "Try it")
    return build(other, folder)


def complaints(said: str) -> list[str]:
    """The lines that tell of something wrong; its exit code doesn't. What is explained above is none."""
    return [
        line for line in said.splitlines() if re.match(r"(WARNING|ERROR|CRITICAL)\b", line) and not _explained(line)
    ]


def _explained(line: str) -> bool:
    found = EXPLAINED.fullmatch(line)
    named = found and (found["playbook"] or found["for_awx"])
    return found is not None and (not named or (CHECKOUT / "playbooks" / f"{named}.yml").exists())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
