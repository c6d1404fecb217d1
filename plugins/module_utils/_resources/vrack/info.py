# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vRacks that ovh_vrack_info finds."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from ..._engine.model import Reader
from ..._shared.entries import Entries
from ..._shared.given import text_given
from ..._shared.lookup import VRACK_ID, is_meant, normalised
from .record import Vrack, list_vracks, projects_in


def fetch(read: Reader, params: Mapping[str, Any]) -> Entries[Dict[str, Any]]:
    name, service_name = text_given(params, "name"), text_given(params, "service_name")
    id_given = normalised(service_name or "")
    vracks = list_vracks(read, id_given if VRACK_ID.fullmatch(id_given) else None)
    found = [vrack for vrack in vracks if _is_it(vrack, name) and _is_it(vrack, service_name)]
    found.sort(key=lambda one: one.service_name)
    pairs = zip(found, projects_in(read, found))
    return vracks.only({**vrack.record(), "projects": projects} for vrack, projects in pairs)


def _is_it(vrack: Vrack, ref: Optional[str]) -> bool:
    """Either option may have the name or the service name: there is no doubt which of them it is."""
    return is_meant(ref, vrack.name, [vrack.service_name])
