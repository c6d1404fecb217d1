# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The networks that ovh_private_network_info finds."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ..._engine.model import Reader
from ..._shared.entries import Entries
from ..._shared.given import text_given
from ..._shared.project import find_project
from .record import Network, list_networks, matching_networks


def fetch(read: Reader, params: Mapping[str, Any]) -> Entries[Dict[str, Any]]:
    project = find_project(read, params["project"])
    networks = list_networks(read, project)
    name = text_given(params, "name")
    meant = networks if name is None else matching_networks(name, networks)
    found = sorted(meant, key=lambda network: (network.vlan_id, network.id))
    return networks.only(network.record(project) for network in found if fits(network, params))


def fits(network: Network, params: Mapping[str, Any]) -> bool:
    region = text_given(params, "region")
    in_vlan = params["vlan_id"] in (None, network.vlan_id)
    return in_vlan and (region is None or network.region(region) is not None)
