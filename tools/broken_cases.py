# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Break what a case's tests protect, and see them fail: ``python -m tools.broken_cases [CASE ...]``.

tests/broken/*.yml says for each case which text of which file is replaced by what. Each is done in a copy of
this checkout. Prints a line a case with what its test then says, writes build/broken.json, and fails when a text is
not there, a test passes all the same, a case has no entry, or the test fails of something else: of code that doesn't
run at all, or without the words that the entry expects (`says`, a text that must stand in what the test then says).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import yaml

from tools.case_report import CASES
from tools.collection_tree import CHECKOUT
from tools.sanity import copy_checkout

BREAKS = CHECKOUT / "tests" / "broken"
RESULT = CHECKOUT / "build" / "broken.json"
AT_ONCE = 2
SAID = re.compile(r"^E {3,}(\S.*)$", re.MULTILINE)
# A break that does this proves nothing of the test: any test would fail.
NOT_RUN = re.compile(r"\b(NameError|SyntaxError|IndentationError|ImportError|ModuleNotFoundError|UnboundLocalError)\b")


def main(wanted: list[str]) -> int:
    known = entries()
    chosen = [entry for entry in known if not wanted or entry["case"] in wanted]
    with tempfile.TemporaryDirectory(prefix="ovhcloud-vrack-broken-") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(AT_ONCE):
            copies.put(Path(folder) / str(number))
            copy_checkout(Path(folder) / str(number))
        with ThreadPoolExecutor(AT_ONCE) as workers:
            done = list(workers.map(lambda entry: see_it_fail(entry, copies), chosen))
    without = sorted({*(wanted or CASES)} - {entry["case"] for entry in known})
    done += [{"case": case, "problem": "nothing is broken for it"} for case in without]
    problems = [one for one in done if one["problem"]]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(done, indent=2) + "\n", encoding="utf-8")
    for one in problems:
        print(f"{one['case']}  PROBLEM: {one['problem']}")
    print(f"{len(done) - len(problems)} breaks were seen, {len(problems)} problems; written to build/{RESULT.name}")
    return int(bool(problems))


def entries() -> list[dict[str, Any]]:
    return [entry for path in sorted(BREAKS.glob("*.yml")) for entry in yaml.safe_load(path.read_text("utf-8"))]


def see_it_fail(entry: dict[str, Any], copies: SimpleQueue[Path]) -> dict[str, Any]:
    """Break one thing in a copy that nobody else uses now, and run the case's tests there."""
    copy = copies.get()
    try:
        seen = {"problem": "", **entry, **broken(entry, copy)}
    finally:
        copies.put(copy)
    print(f"{seen['case']}  {seen.get('said') or seen['problem']}", flush=True)
    return seen


def broken(entry: dict[str, Any], copy: Path) -> dict[str, str]:
    path = copy / entry["file"]
    whole = path.read_text(encoding="utf-8")
    if whole.count(entry["text"]) != 1:
        return {"problem": f"{entry['file']} has the text {whole.count(entry['text'])} times, not once"}
    path.write_text(whole.replace(entry["text"], entry["instead"]), encoding="utf-8")
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "tests/cases", "-k", entry["case"]],
            cwd=copy,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    finally:
        path.write_text(whole, encoding="utf-8")
    return judged(entry, run.returncode, run.stdout)


def judged(entry: dict[str, Any], code: int, output: str) -> dict[str, str]:
    """What a test said of the break, or why that is not what it should have said."""
    said = SAID.findall(output)
    if code != 1 or not said:
        return {"problem": f"its tests do not fail (exit code {code})"}
    expected = entry.get("says", "")
    if expected not in "\n".join(said):
        return {"problem": f"its tests fail without saying {expected!r}: {said[0]}"}
    if not expected and NOT_RUN.search(said[0]):
        return {"problem": f"the break does not run: {said[0]}"}
    return {"said": said[0]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
