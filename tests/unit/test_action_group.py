# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""module_defaults for group/ovhcloud.vrack.ovh reach every module."""

from __future__ import annotations

import yaml
from ansible_collections.ovhcloud.vrack.plugins.module_utils._rights import RIGHTS

from tools.collection_tree import CHECKOUT


def test_action_group_lists_every_module_in_order() -> None:
    """meta/runtime.yml has to be written by hand, and a forgotten module would miss its defaults silently."""
    runtime = yaml.safe_load((CHECKOUT / "meta/runtime.yml").read_text(encoding="utf-8"))
    modules = sorted(path.stem for path in (CHECKOUT / "plugins/modules").glob("ovh_*.py"))
    assert runtime["action_groups"]["ovh"] == modules
    routed = {name: route["action_plugin"] for name, route in runtime["plugin_routing"]["modules"].items()}
    assert routed == dict.fromkeys(modules, "ovhcloud.vrack.ovh_vrack")
    assert set(modules) <= set(RIGHTS), "whose rules can be asked for"
