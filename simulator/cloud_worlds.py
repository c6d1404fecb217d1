# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The projects that a simulator starts with."""

from __future__ import annotations

from typing import Any

from simulator.cloud_makers import (
    make_instance,
    make_network,
    make_project,
    make_ssh_key,
    make_subnet,
)


def fill(world: Any, name: str, automatic: Any, prod: Any) -> None:
    """Make the projects of the world `default`, and what `demo` has besides; `docs` is that with the docs' names."""
    empty, automatically = ("my-project", "other-project") if name == "docs" else ("empty", "auto")
    make_project(world, empty)
    make_project(world, automatically, vrack=automatic.service_name)
    make_project(world, "running", vrack=prod.service_name)
    make_project(world, "second")
    _fill_running(world)
    if name != "default":
        make_instance(world, empty, "legacy-1", "GRA11")


def _fill_running(world: Any) -> None:
    """One network in two regions, a key, and two instances, of which one is on the public network only."""
    make_network(world, "running", "prod-net", 100, ["GRA11", "SBG5"])
    make_subnet(world, "running", "prod-net", "GRA11", "10.100.0.0/16", "10.100.0.2", "10.100.0.254")
    make_subnet(world, "running", "prod-net", "SBG5", "10.100.0.0/16", "10.100.1.2", "10.100.1.254")
    make_ssh_key(world, "running", "prod-key")
    make_instance(world, "running", "prod-1", "GRA11", ssh_key="prod-key", networks=["public", "prod-net"])
    make_instance(world, "running", "prod-2", "SBG5", ssh_key="prod-key")
