# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts that a simulator can start with."""

from __future__ import annotations

from simulator.cloud_worlds import fill
from simulator.mails import older_mails
from simulator.state import Vrack

BARE = "bare"
NAMES = ("default", "demo", "docs", BARE)


def build(world, name="default"):
    """Fill an empty account: the vRacks here, the projects and all that is in them in cloud_worlds.py.

    There the automatic vRack (no name, holds one project) and the one named `prod` get their projects. A bare one stays
    empty.
    """
    if name not in NAMES:
        raise ValueError(f"no world {name!r}; there are {NAMES}")
    if name == BARE:
        return
    automatic, prod = new_vrack(world), new_vrack(world, name="prod", description="production")
    older_mails(world)
    fill(world, name, automatic=automatic, prod=prod)


def new_vrack(world, name="", description="", listed_after=0.0, usable_after=0.0):
    service_name = f"pn-{world.number(7)}"
    vrack = Vrack(
        service_name=service_name,
        name=name,
        description=description,
        iam_id=world.uuid(),
        created=world.now(),
        visible_from=world.now() + listed_after,
        usable_from=world.now() + usable_after,
    )
    world.account.vracks[service_name] = vrack
    return vrack
