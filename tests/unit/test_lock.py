# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests run with is what the locks pin, file by file, and the locks give what is asked for."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.collection_tree import CHECKOUT

TESTS = CHECKOUT / "tests"
LOCKS = [TESTS / "requirements.lock", TESTS / "uv.lock"]
ENTRY = re.compile(r"^(?P<pin>[^\s#].*?) \\\n(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


def asked_for(path: Path) -> list[Requirement]:
    lines = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def pinned(path: Path) -> list[Requirement]:
    return [Requirement(found["pin"]) for found in ENTRY.finditer(path.read_text(encoding="utf-8"))]


def here(requirements: list[Requirement]) -> dict[str, Requirement]:
    """Those that are meant for this Python on this machine."""
    meant = [one for one in requirements if one.marker is None or one.marker.evaluate()]
    assert len(meant) == len({canonicalize_name(one.name) for one in meant})
    return {canonicalize_name(one.name): one for one in meant}


def version(pin: Requirement) -> str:
    [only] = pin.specifier
    assert only.operator == "==", pin
    return only.version


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_every_file_and_names_no_place(path: Path) -> None:
    """Nothing is in it but pins with hashes: no index, no path, no address."""
    assert ENTRY.sub("", path.read_text(encoding="utf-8")) == ""
    assert "//" not in path.read_text(encoding="utf-8")
    assert [str(pin) for pin in pinned(path) if pin.url or not version(pin)] == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_gives_what_is_asked_for(path: Path) -> None:
    """`make lock` was run after a change to what is asked for."""
    pins = here(pinned(path))
    missed = [
        str(one)
        for one in asked_for(path)
        if (pin := pins.get(canonicalize_name(one.name))) is None or not one.specifier.contains(version(pin))
    ]
    assert missed == []


def test_what_is_installed_is_what_is_pinned() -> None:
    """Nothing else either: a test that only passes with something installed by hand fails here."""
    installed = {canonicalize_name(one.name): one.version for one in metadata.distributions()}
    assert installed == {name: version(pin) for name, pin in here(pinned(LOCKS[0])).items()}
