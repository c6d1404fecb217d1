# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text option of every module, given what is no text."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils import _module
from ansible_collections.ovhcloud.vrack.plugins.module_utils._texts import no_texts

from tools.collection_tree import CHECKOUT

NAMES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("ovh_*.py"))


def spec_of(name: str, monkeypatch: pytest.MonkeyPatch) -> dict:
    """The argument spec that the module hands to Ansible."""

    class Seen(Exception):
        pass

    def stop(self, argument_spec, **options):
        raise Seen(argument_spec)

    monkeypatch.setattr(_module.AnsibleModule, "__init__", stop)
    module = importlib.import_module(f"ansible_collections.ovhcloud.vrack.plugins.modules.{name}")
    with pytest.raises(Seen) as seen:
        module.main()
    return seen.value.args[0]


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


def given(place: str, value: object) -> dict:
    """The parameters with *value* at that place."""
    name, _dot, rest = place.partition(".")
    inner = given(rest, value) if rest else value
    return {name.removesuffix("[0]"): [inner] if name.endswith("[0]") else inner}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [True, {"a": 1}, ["a"], []], ids=["bool", "mapping", "list", "empty"])
def test_what_is_no_text_is_named_with_its_place(name, value, monkeypatch):
    spec = spec_of(name, monkeypatch)
    places = text_options(spec)
    assert "endpoint" in places
    for place in places:
        assert list(no_texts(given(place, value), spec)) == [place]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["blue", "", 42, 4.2, None])
def test_text_numbers_and_nothing_are_left_to_ansible(name, value, monkeypatch):
    spec = spec_of(name, monkeypatch)
    for place in text_options(spec):
        assert list(no_texts(given(place, value), spec)) == []


def test_no_module_is_forgotten():
    assert len(NAMES) > 10
    assert all(Path(CHECKOUT, "plugins", "modules", f"{name}.py").exists() for name in NAMES)
