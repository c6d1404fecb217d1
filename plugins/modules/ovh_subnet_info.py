# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up subnets of private networks."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_subnet_info
short_description: Look up the subnets of a project's private networks
description:
  - Lists the subnets of a project's private networks, IPv6 ones too, one record a subnet and region.
  - Uses C(/cloud/project/{serviceName}/network/private) and C(.../{networkId}/subnet) of OVHcloud's API v1.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  project:
    description:
      - The project, by id or description.
      - Falls back to the environment variable E(OVH_CLOUD_PROJECT_SERVICE).
    type: str
  network:
    description:
      - Only subnets of this private network, by name, VLAN number, id (C(pn-1100042_42)) or an OpenStack id.
    type: str
  region:
    description:
      - Only subnets in this region.
    type: str
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.attributes.info
seealso:
  - module: ovhcloud.vrack.ovh_subnet
  - module: ovhcloud.vrack.ovh_private_network_info
"""

EXAMPLES = r"""
- name: The subnets of a network in all regions
  ovhcloud.vrack.ovh_subnet_info:
    project: my-project
    network: blue
  register: found

- name: Those of all networks in one region
  ovhcloud.vrack.ovh_subnet_info:
    project: my-project
    region: GRA11
  register: there
"""

RETURN = r"""
subnets:
  description: The subnets that fit, sorted by VLAN, region and CIDR. Empty where none does.
  returned: on success
  type: list
  elements: dict
  sample:
    - id: 0c7f2b3e-8a1d-4f6b-9e25-3d7c1a5b9f48
      project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
      network: pn-1100042_42
      network_name: blue
      region: GRA11
      cidr: 192.168.42.0/24
      start: 192.168.42.10
      end: 192.168.42.99
      pools: [{start: 192.168.42.10, end: 192.168.42.99}]
      dhcp: true
      gateway_ip:
  contains:
    id:
      description: The subnet's id.
      type: str
    project:
      description: The project's id.
      type: str
    network:
      description: The id of its private network.
      type: str
    network_name:
      description: The name of its private network.
      type: str
    region:
      description: The region that it is in. Null where nothing tells it, as for a subnet without a pool.
      type: str
    cidr:
      description: Its network.
      type: str
    start:
      description: First address of its pool. Null where it has several or none.
      type: str
    end:
      description: Last address of its pool. Null where it has several or none.
      type: str
    pools:
      description: Its pools of addresses, each with C(start) and C(end). OpenStack's tools can give a subnet several.
      type: list
      elements: dict
    dhcp:
      description: Whether instances learn their address by DHCP.
      type: bool
    gateway_ip:
      description: The address that is announced as router, null where there is none.
      type: str
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
    "network": {"type": "str"},
    "region": {"type": "str"},
}


def fetch(*given: Any) -> Any:
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet import info

    return info.fetch(*given)


def main() -> None:
    run_info("subnets", OPTIONS, fetch)


if __name__ == "__main__":
    main()
