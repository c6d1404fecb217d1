# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ovh_topology_info finds."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ..._engine.model import Reader
from .topology import describe


def fetch(read: Reader, params: Mapping[str, Any]) -> Dict[str, Any]:
    topology, left_out = describe(read, params["project"])
    return {"topology": topology, "left_out": left_out}
