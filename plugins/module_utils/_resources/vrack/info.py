# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vRacks that ovh_vrack_info finds."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from ..._engine.model import Reader
from .record import list_vracks, projects_in


def fetch(read: Reader, params: Mapping[str, Any]) -> List[Dict[str, Any]]:
    found = [
        vrack
        for vrack in sorted(list_vracks(read, params["service_name"]), key=lambda one: one.service_name)
        if params["name"] in (None, vrack.name)
    ]
    return [{**vrack.record(), "projects": projects} for vrack, projects in zip(found, projects_in(read, found))]
