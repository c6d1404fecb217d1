# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text option of every module, given what is no text."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._texts import no_texts

from tests.support.specs import NAMES, given, spec_of
from tools.collection_tree import CHECKOUT


def text_options(spec: dict, place: str = "") -> dict[str, tuple[dict, str]]:
    """Each text option by its place, with what has to be given to reach it."""
    found = {}
    for name, option in spec.items():
        if option.get("type", "str") in ("str", "path"):
            found[place + name] = name
        if option.get("elements") in ("str", "path"):
            found[f"{place}{name}[0]"] = name
        if option.get("options"):
            found.update(text_options(option["options"], f"{place}{name}[0]."))
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [True, 1.1, {"a": 1}, ["a"], []], ids=["bool", "float", "mapping", "list", "empty"])
def test_what_is_no_text_is_named_with_its_place(name, value):
    spec = spec_of(name)
    places = text_options(spec)
    assert "endpoint" in places
    for place in places:
        assert list(no_texts(given(place, value), spec)) == [place]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["blue", "", 42, None])
def test_text_whole_numbers_and_nothing_are_left_to_ansible(name, value):
    spec = spec_of(name)
    for place in text_options(spec):
        assert list(no_texts(given(place, value), spec)) == []


def test_no_module_is_forgotten():
    assert len(NAMES) > 10
    assert all(Path(CHECKOUT, "plugins", "modules", f"{name}.py").exists() for name in NAMES)
