# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ``ansible-test sanity`` on what git knows of this checkout: ``python -m tools.sanity [OPTIONS OF ansible-test]``.

Every test must run: one that skips itself fails the run, unless it skips a Python that this machine doesn't have.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ansible_test._internal import python_requirements

from tools.collection_tree import CHECKOUT, NAME

PIP_BOOTSTRAP = Path(__file__).with_name("pip_bootstrap.py")
VENV_BIN = Path(sys.executable).parent
SKIPPED_PYTHON = re.compile(r'Skipping sanity test "(?:compile|import)" on Python (\S+) because it could not be found')


def main(options: list[str]) -> int:
    """Run the tests and return the exit code."""
    pythons, path = find_pythons()
    offer_pip_bootstrap()
    # ansible-test wants a real folder of the collection's name, and obeys the .git of any folder above it.
    with tempfile.TemporaryDirectory(prefix="ovhcloud-vrack-sanity-") as folder:
        copy = Path(folder).joinpath(*NAME)
        copy_checkout(copy)
        code, skipped = run_tests(copy, path, options)
    unexpected = [line for line in dict.fromkeys(skipped) if not is_missing_python(line, pythons)]
    for line in unexpected:
        sys.stdout.write(f"sanity: not allowed to skip: {line}\n")
    verdict = "failed" if code or unexpected else "passed"
    sys.stdout.write(f"sanity {verdict}; Pythons on this machine: {', '.join(pythons)}\n")
    return code or int(bool(unexpected))


def find_pythons() -> tuple[list[str], str]:
    """Return the versions of Python that run here, and a PATH on which ansible-test finds these and no other.

    pyenv's shims are on PATH for every version, but exit with 127 for those that aren't switched on.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    found: dict[str, Path] = {}
    broken: set[Path] = set()
    for folder in [VENV_BIN, *on_path, *sorted(pyenv.glob("versions/*/bin"))]:
        for python in folder.glob("python3.*"):
            version = python.name.removeprefix("python")
            if not re.fullmatch(r"3\.\d+", version):
                continue
            if runs_as(python, version):
                found.setdefault(version, folder)
            else:
                broken.add(folder)
    folders = [VENV_BIN, *found.values(), *on_path]
    path = os.pathsep.join(str(folder) for folder in dict.fromkeys(folders) if folder not in broken)
    return sorted(found, key=lambda version: int(version.removeprefix("3."))), path


def runs_as(python: Path, version: str) -> bool:
    """Tell whether this program is a Python of this version."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([python, "-c", question], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == version


def offer_pip_bootstrap() -> None:
    """Put our bootstrap of pip where ansible-test looks before it downloads one; an existing one is left alone."""
    wanted = re.search(r"\bpip='([0-9.]+)'", Path(python_requirements.__file__).read_text(encoding="utf-8"))
    if wanted is None:
        raise RuntimeError("this ansible-test doesn't say which version of pip it wants")
    cached = Path.home() / ".ansible/test/cache" / f"get_pip_{wanted[1].replace('.', '_')}.py"
    if not cached.exists():
        cached.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PIP_BOOTSTRAP, cached)


def copy_checkout(target: Path) -> None:
    """Copy the files that are committed or could be; ignored ones stay behind."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    listed = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        source = CHECKOUT / name
        if source.is_symlink() or source.exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name, follow_symlinks=False)


def run_tests(collection: Path, path: str, options: list[str]) -> tuple[int, list[str]]:
    """Run ansible-test, show what it says, and return its exit code and the lines that speak of skipped tests."""
    command = [VENV_BIN / "ansible-test", "sanity", "--color", "no", "--enable-optional-errors", *options]
    skipped = []
    with subprocess.Popen(
        command,
        cwd=collection,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            if "Skipping" in line or "Required program" in line:
                skipped.append(line.strip())
    return process.returncode, skipped


def is_missing_python(line: str, pythons: list[str]) -> bool:
    """Tell whether a test was skipped for a Python that isn't on this machine."""
    skipped = SKIPPED_PYTHON.search(line)
    return skipped is not None and skipped[1] not in pythons


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
