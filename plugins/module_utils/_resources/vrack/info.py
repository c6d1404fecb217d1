# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vRacks that ovh_vrack_info finds."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ..._engine.model import Reader
from ..._shared.entries import Entries
from .record import list_vracks, projects_in


def fetch(read: Reader, params: Mapping[str, Any]) -> Entries[Dict[str, Any]]:
    vracks = list_vracks(read, params["service_name"])
    found = sorted((one for one in vracks if params["name"] in (None, one.name)), key=lambda one: one.service_name)
    pairs = zip(found, projects_in(read, found))
    return vracks.only({**vrack.record(), "projects": projects} for vrack, projects in pairs)
