# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The regions that ovh_region_info finds."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from ..._engine.model import Reader
from ..._shared.given import text_given
from ..._shared.project import find_project, read_regions


def fetch(read: Reader, params: Mapping[str, Any]) -> List[Dict[str, Any]]:
    project = find_project(read, params["project"])
    name, kind = text_given(params, "name"), text_given(params, "type")
    regions = read_regions(read, project, None if name is None else [name])
    return [region.record() for region in regions.values() if kind in (None, region.type)]
