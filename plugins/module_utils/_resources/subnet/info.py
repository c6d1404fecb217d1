# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The subnets that ovh_subnet_info finds."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Sequence

from ..._engine.model import Reader
from ..._shared.entries import Entries
from ..._shared.given import text_given
from ..._shared.project import find_project
from ..private_network.record import Network, list_networks, matching_networks
from .record import list_subnets_of


def fetch(read: Reader, params: Mapping[str, Any]) -> Entries[Dict[str, Any]]:
    project = find_project(read, params["project"])
    known = list_networks(read, project)
    networks: Sequence[Network] = known
    wanted, region = text_given(params, "network"), text_given(params, "region")
    if wanted is not None:
        networks = matching_networks(wanted, networks)
    subnets = list_subnets_of(read, project, networks)
    found = [(network, subnet) for network in networks for subnet in subnets[network.id]]
    found.sort(key=lambda pair: (pair[0].vlan_id, pair[1].region, pair[1].cidr))
    records = (subnet.record(project, network) for network, subnet in found if region in (None, subnet.region))
    told = Entries(records)
    told.odd = known.odd + tuple(odd for network in networks for odd in subnets[network.id].odd)
    return told
