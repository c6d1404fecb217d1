# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of every module, as it hands them to Ansible, and parameters that reach a place in them."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils import _module

from tools.collection_tree import CHECKOUT

NAMES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("ovh_*.py"))


def spec_of(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
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


def given(place: str, value: object) -> dict[str, Any]:
    """The parameters with *value* at that place."""
    name, _dot, rest = place.partition(".")
    inner = given(rest, value) if rest else value
    return {name.removesuffix("[0]"): [inner] if name.endswith("[0]") else inner}
