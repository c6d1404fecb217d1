# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""module_defaults for group/ovhcloud.vrack.ovh reach every module."""

from __future__ import annotations

import re

import yaml
from ansible_collections.ovhcloud.vrack.plugins.module_utils._rights import RIGHTS

from tools.collection_tree import CHECKOUT

DOCUMENTATION = re.compile(r'^DOCUMENTATION = r"""\n(.*?)^"""', re.DOTALL | re.MULTILINE)


def documentation(name: str) -> str:
    found = DOCUMENTATION.search((CHECKOUT / "plugins/modules" / f"{name}.py").read_text(encoding="utf-8"))
    assert found, name
    return found[1]


def test_action_group_lists_every_module_in_order() -> None:
    """meta/runtime.yml has to be written by hand, and a forgotten module would miss its defaults silently."""
    runtime = yaml.safe_load((CHECKOUT / "meta/runtime.yml").read_text(encoding="utf-8"))
    modules = sorted(path.stem for path in (CHECKOUT / "plugins/modules").glob("ovh_*.py"))
    assert runtime["action_groups"]["ovh"] == modules
    routed = {name: route["action_plugin"] for name, route in runtime["plugin_routing"]["modules"].items()}
    assert routed == dict.fromkeys(modules, "ovhcloud.vrack.ovh_vrack")
    assert set(modules) <= set(RIGHTS), "whose rules can be asked for"


def test_modules_for_machines_are_none_of_the_api_s() -> None:
    """They run on the machines, without credentials: the group's defaults would be options that they don't know."""
    names = {path.stem for path in (CHECKOUT / "plugins/modules").glob("*.py")}
    guests = {name for name in names if not name.startswith("ovh_")}
    assert guests == {name for name in names if name.startswith("guest_")} | {"run_installed"}
    assert guests
    assert guests.isdisjoint(RIGHTS)
    for name in guests:
        documented = yaml.safe_load(documentation(name))
        assert "ovhcloud.vrack.ovh" not in documented.get("extends_documentation_fragment", [])
