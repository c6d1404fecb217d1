# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of every module, as it hands them to Ansible, and parameters that reach a place in them."""

from __future__ import annotations

import importlib
from typing import Any
from unittest.mock import patch

from ansible_collections.ovhcloud.vrack.plugins.module_utils import _module

from tools.collection_tree import CHECKOUT

NAMES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("ovh_*.py"))


class Seen(Exception):
    """Ends a module before it has read anything."""


def spec_of(name: str) -> dict[str, Any]:
    def stop(_self: Any, argument_spec: dict[str, Any], **_options: Any) -> None:
        raise Seen(argument_spec)

    module = importlib.import_module(f"ansible_collections.ovhcloud.vrack.plugins.modules.{name}")
    with patch.object(_module.AnsibleModule, "__init__", stop):
        try:
            module.main()
        except Seen as seen:
            found: dict[str, Any] = seen.args[0]
            return found
    raise AssertionError(f"{name} hands no options to Ansible")


def all_specs() -> dict[str, dict[str, Any]]:
    return {name: spec_of(name) for name in NAMES}


def given(place: str, value: object) -> dict[str, Any]:
    """The parameters with *value* at that place."""
    name, _dot, rest = place.partition(".")
    inner = given(rest, value) if rest else value
    return {name.removesuffix("[0]"): [inner] if name.endswith("[0]") else inner}
