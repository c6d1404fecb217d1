# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up private networks of a Public Cloud project."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_private_network_info
short_description: Look up private networks (VLANs) of a Public Cloud project
description:
  - Lists the private networks of a project.
  - Uses C(/cloud/project/{serviceName}/network/private) of OVHcloud's API v1.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  project:
    description:
      - The project, by id or description.
      - Falls back to the environment variable E(OVH_CLOUD_PROJECT_SERVICE).
    type: str
  name:
    description:
      - Only networks of exactly this name, or of this id (C(pn-1100042_42) or an OpenStack id), or of this VLAN where
        none is called so.
    type: str
  vlan_id:
    description:
      - Only the network of this VLAN.
    type: int
  region:
    description:
      - Only networks that are in this region, in whatever status.
    type: str
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.attributes.info
seealso:
  - module: ovhcloud.vrack.ovh_private_network
  - module: ovhcloud.vrack.ovh_subnet_info
"""

EXAMPLES = r"""
- name: The network of VLAN 42
  ovhcloud.vrack.ovh_private_network_info:
    project: my-project
    vlan_id: 42
  register: found

- name: All that are in one region
  ovhcloud.vrack.ovh_private_network_info:
    project: my-project
    region: GRA11
  register: there
"""

RETURN = r"""
networks:
  description: The networks that fit, sorted by VLAN. Empty where none does.
  returned: on success
  type: list
  elements: dict
  sample:
    - id: pn-1100042_42
      name: blue
      vlan_id: 42
      project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
      status: ACTIVE
      regions: [GRA11, SBG5]
      region_status: {GRA11: ACTIVE, SBG5: ACTIVE}
      openstack_ids:
        GRA11: 6f1e2c9a-5b3d-4e0f-9a71-2d8c4b6e0f13
        SBG5: a2d4c6e8-0f12-4a3b-8c5d-7e9f1a3b5c7d
  contains:
    id:
      description: The network's id, made of the vRack's name and the VLAN.
      type: str
    name:
      description: Its name.
      type: str
    vlan_id:
      description: Its VLAN.
      type: int
    project:
      description: The project's id.
      type: str
    status:
      description: The status over all regions, V(ACTIVE) or V(BUILDING).
      type: str
    regions:
      description: The regions that it is in.
      type: list
      elements: str
    region_status:
      description: The status in each region.
      type: dict
    openstack_ids:
      description: Its OpenStack id in each region, null until it is active there.
      type: dict
failure:
  description: Why the task failed, for machines. Where several items failed, the first one's.
  returned: on failure
  type: dict
  sample: {code: not_found}
  contains:
    code:
      description: The name of the message, where it is one of this collection's own.
      type: str
    method:
      description: The method of the request that failed.
      type: str
    path:
      description: Its path.
      type: str
    status:
      description: The status that it was answered with.
      type: int
    error_class:
      description: The class of error that the API named.
      type: str
    query_id:
      description: The id of the request at OVHcloud, for its support.
      type: str
"""

from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._module import run_info
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.resource import PROJECT_OPTION

OPTIONS = {
    "project": PROJECT_OPTION,
    "name": {"type": "str"},
    "vlan_id": {"type": "int"},
    "region": {"type": "str"},
}


def fetch(*given: Any) -> Any:
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network import info

    return info.fetch(*given)


def main() -> None:
    run_info("networks", OPTIONS, fetch)


if __name__ == "__main__":
    main()
