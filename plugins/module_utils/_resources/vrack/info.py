# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vRacks that ovh_vrack_info finds."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ..._engine.model import Reader
from ..._shared.entries import Entries
from ..._shared.given import text_given
from ..._shared.lookup import is_meant, normalised
from .record import list_vracks, projects_in


def fetch(read: Reader, params: Mapping[str, Any]) -> Entries[Dict[str, Any]]:
    name, service_name = text_given(params, "name"), text_given(params, "service_name")
    vracks = list_vracks(read, None if service_name is None else normalised(service_name))
    found = [vrack for vrack in vracks if is_meant(name, vrack.name)]
    found.sort(key=lambda one: one.service_name)
    pairs = zip(found, projects_in(read, found))
    return vracks.only({**vrack.record(), "projects": projects} for vrack, projects in pairs)
