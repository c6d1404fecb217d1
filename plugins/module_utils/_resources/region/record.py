# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regions that a project does not list: those it may still have (GET …/regionAvailable), and those in an outage."""

from __future__ import annotations

from typing import Collection, List, Tuple

from ..._engine.model import Reader
from ..._shared.answers import listed, objects, text
from ..._shared.project import Project
from ..._shared.readable import readable


def offered_regions(read: Reader, project: Project) -> List[str]:
    """The names of the regions that can be activated for the project."""
    answer = listed(read.get("cloud", "project", project.id, "regionAvailable"), "available regions")
    return sorted(text(data, "name", "available region") for data in answer)


def hidden_regions(read: Reader, project: Project, names: Collection[str]) -> Tuple[str, ...]:
    """Regions that seem to be the project's although it does not list them now.

    The public network still names them, and they are not offered as new ones. As far as that can be read.
    """
    path = ("cloud", "project", project.id, "network", "public")
    networks = listed(readable(read, [path]).get(path) or [], "public networks")
    named = {
        text(entry, "region", "region of a public network")
        for network in networks
        for entry in objects(network, "regions", "public network")
    }
    hidden = named - set(names)
    return tuple(sorted(hidden - set(offered_regions(read, project)))) if hidden else ()
