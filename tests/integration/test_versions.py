# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The oldest of everything works, and what is promised is what `make matrix` runs."""

from __future__ import annotations

import re

import yaml

from tests.support.chance import TODAY
from tests.support.dresses import OPTIONS
from tools.collection_tree import CHECKOUT
from tools.versions import CANDIDATES, CORES, OLDEST, PAGE, TABLE, TARGETS, Cell, run, table


def read(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


def test_the_oldest_of_everything() -> None:
    """And one module a day with its options in every form."""
    ran = run(OLDEST, [list(OPTIONS)[TODAY % len(OPTIONS)]])
    assert ran["problems"] == []
    assert (ran["core"][:5], ran["python"][:5], ran["target"][:4], ran["ovh"][:4]) == ("2.17.", "3.10.", "3.9.", "1.2.")
    assert Cell(min(CORES), min(CORES["2.17"], key=len), TARGETS[0], OLDEST.ovh) == OLDEST


def test_what_is_promised_is_what_is_run() -> None:
    oldest, newest = next(iter(CORES)), list(CORES)[-1]
    assert yaml.safe_load(read("meta/runtime.yml"))["requires_ansible"] == f">={oldest}.0"
    [core] = yaml.safe_load(read("execution-environment.yml"))["dependencies"]["ansible_core"].values()
    after = ".".join([newest.split(".", maxsplit=1)[0], str(int(newest.split(".")[1]) + 1)])
    assert core == f"ansible-core>={oldest},<{after}"
    assert f"ansible-core>=2.19,<{after}" in read("tests/requirements.txt")
    promised = f"ansible-core {oldest} or newer; where the modules run, Python {TARGETS[0]} or newer"
    assert promised in " ".join(read("README.md").split())
    for role in (CHECKOUT / "roles").glob("*/meta/main.yml"):
        said = str(yaml.safe_load(role.read_text(encoding="utf-8"))["galaxy_info"]["min_ansible_version"])
        assert said in (oldest, f"{oldest}.0"), role
    sanity = yaml.safe_load(read("tests/config.yml"))["modules"]["python_requires"]
    assert sanity == f">={TARGETS[0]}"


def test_the_table_tells_of_every_cell() -> None:
    """`make matrix` was run since what is supported has changed, and all that is promised worked."""
    written = TABLE.search(PAGE.read_text(encoding="utf-8"))
    assert written is not None
    rows = re.findall(r"^\| (2\.\d+)\S* on Python (\S+) \|(.*)\|$", written[0], re.MULTILINE)
    wanted = [(core, python) for core, pythons in (CORES | CANDIDATES).items() for python in reversed(pythons)]
    assert [row[:2] for row in rows] == wanted
    assert [row for row in rows if "fails" in row[2] and row[0] in CORES] == []
    assert all(
        row[2].count("works") >= len(TARGETS) for row in rows if row[:2] in [(core, CORES[core][-1]) for core in CORES]
    )
    heads = re.findall(r"Python (3\.\d+), ovh", written[0])
    assert list(dict.fromkeys(heads)) == list(TARGETS)


def test_a_cell_that_failed_is_told() -> None:
    good = {"core": "2.17.1", "python": "3.10.1", "target": "3.9.9", "ovh": "1.2.0", "problems": []}
    bad = {**good, "target": "3.13.2", "problems": ["it ended with 2"]}
    assert table([good, bad], ["nothing has Python 3.8"]).splitlines()[2:] == [
        "| 2.17.1 on Python 3.10 | works | fails |",
        "",
        "Not run: nothing has Python 3.8.",
    ]
