# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks of our modules, and the credentials that they are given."""

from __future__ import annotations

from typing import Any

from simulator.launch import Simulator
from tests.support.keys import KEY

EXTRA = {"project": "running", "name": "extra", "public_key": KEY}
"""A key that no world has: the options of a task that changes something at little cost."""
READ_ONLY = [{"method": "GET", "path": "/*"}]
PARTS = ("application_key", "application_secret", "consumer_key")
OAUTH2 = ("client_id", "client_secret")
NONE = {f"OVH_{name.upper()}": "" for name in ("endpoint", *PARTS, *OAUTH2)}
"""An environment without any credentials."""
KEYWORDS = ("check_mode", "diff", "environment")


def task(title: str, module: str, /, **options: Any) -> dict[str, Any]:
    """A task of the module ovh_<module>; Ansible's own keywords may stand among its options."""
    keywords = {name: options.pop(name) for name in KEYWORDS if name in options}
    return {"name": title, f"ovhcloud.vrack.ovh_{module}": options, **keywords}


def by_key(simulator: Simulator, **changes: str) -> dict[str, str]:
    """The options that name a simulator's account by its keys."""
    return {**{name: simulator.env[f"OVH_{name.upper()}"] for name in ("endpoint", *PARTS)}, **changes}


def by_oauth2(simulator: Simulator) -> dict[str, str]:
    """The options that name it by its service account."""
    given = {name: simulator.env[f"OVH_SIMULATOR_{name.upper()}"] for name in OAUTH2}
    return {"endpoint": simulator.env["OVH_ENDPOINT"], **given}
