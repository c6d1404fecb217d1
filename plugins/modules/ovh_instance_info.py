# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up Public Cloud instances."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_instance_info
short_description: Look up Public Cloud instances and their addresses
description:
  - Lists the instances of a project with their addresses and, when told to, their interfaces.
  - Uses C(/cloud/project/{serviceName}/instance) of OVHcloud's API v1, and C(.../flavor), C(.../image) and
    C(.../snapshot) for the names of flavors and images.
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
      - Only instances of exactly this name, or of this id.
    type: str
  region:
    description:
      - Only instances in this region.
    type: str
  status:
    description:
      - Only instances in this status, as in V(ACTIVE), V(SHUTOFF), V(BUILD) or V(ERROR).
    type: str
  network:
    description:
      - Only instances that have an address in this private network, by name, VLAN number, id (C(pn-1100042_42)) or an
        OpenStack id.
      - V(public) means the public network.
    type: str
  with_interfaces:
    description:
      - Read the interfaces too, which costs a request for each instance that fits.
    type: bool
    default: false
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.attributes.info
seealso:
  - module: ovhcloud.vrack.ovh_instance
  - module: ovhcloud.vrack.ovh_instance_interface
"""

EXAMPLES = r"""
- name: The instances that are on a private network, with their interfaces
  ovhcloud.vrack.ovh_instance_info:
    project: my-project
    network: blue
    with_interfaces: true
  register: found

- name: Those of one region that failed to be built
  ovhcloud.vrack.ovh_instance_info:
    project: my-project
    region: GRA11
    status: ERROR
  register: broken
"""

RETURN = r"""
instances:
  description: The instances that fit, sorted by region and name. Empty where none does.
  returned: on success
  type: list
  elements: dict
  sample:
    - id: 3d1b7c52-6f0e-4a9d-8c34-5e2f9b7a1d60
      name: web-1
      project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
      region: GRA11
      status: ACTIVE
      flavor: b3-8
      flavor_id: 906e8259-0340-4856-95b5-4ea2d26fe377
      image: Debian 12
      image_id: 7f2c1a9e-4d53-4b08-a6e1-9c0d3f5b8e27
      ssh_key_id: 595752746157343d
      billing: hourly
      availability_zone:
      created: "2025-03-04T10:15:30Z"
      public_ip: 203.0.113.17
      public_ipv6: 2001:db8::17
      private_ip: 192.168.42.20
      interfaces:
        - id: 8b5e0d3c-1f7a-4296-b4d8-6a9c2e7f0b15
          type: public
          network: public
          network_id: bcf59eb2-9d83-41cc-b4f5-0435ed594833
          vlan_id:
          ip: 203.0.113.17
          addresses: [203.0.113.17, "2001:db8::17"]
          mac: fa:16:3e:4c:5d:6e
          state: ACTIVE
        - id: c4a7f1e9-2b60-4d8c-9e53-7f0b1d6a3c82
          type: private
          network: blue
          network_id: 6f1e2c9a-5b3d-4e0f-9a71-2d8c4b6e0f13
          vlan_id: 42
          ip: 192.168.42.20
          addresses: [192.168.42.20]
          mac: fa:16:3e:1a:2b:3c
          state: ACTIVE
  contains:
    id:
      description: The instance's id.
      type: str
    name:
      description: Its name.
      type: str
    project:
      description: The project's id.
      type: str
    region:
      description: The region that it is in.
      type: str
    status:
      description: Its status, V(ACTIVE) when it runs.
      type: str
    flavor:
      description: The name of its flavor, empty where the region no longer lists that.
      type: str
    flavor_id:
      description: The id of its flavor.
      type: str
    image:
      description: The name of its image, empty where the region no longer lists that.
      type: str
    image_id:
      description: The id of its image.
      type: str
    ssh_key_id:
      description: The id of the key that it was made with, null for none.
      type: str
    billing:
      description: V(hourly) or V(monthly).
      type: str
    availability_zone:
      description: The zone that it is in, null in regions that have one zone.
      type: str
    created:
      description: When it was made.
      type: str
    public_ip:
      description: Its IPv4 address on the public network, null where it has none.
      type: str
    public_ipv6:
      description: Its IPv6 address on the public network, null where it has none.
      type: str
    private_ip:
      description: Its first IPv4 address on the private network of the lowest VLAN, null where it has none.
      type: str
    interfaces:
      description: >-
        Its interfaces, the public one first, the others by the names of their networks. Empty without
        O(with_interfaces=true).
      type: list
      elements: dict
      contains:
        id:
          description: The interface's id.
          type: str
        type:
          description: V(public) or V(private).
          type: str
        network:
          description: The name of its network, V(public) for the public one.
          type: str
        network_id:
          description: The id of its network, as the API gives it here.
          type: str
        vlan_id:
          description: The VLAN of its network, null for the public one.
          type: int
        ip:
          description: Its first IPv4 address.
          type: str
        addresses:
          description: All its addresses.
          type: list
          elements: str
        mac:
          description: Its MAC address.
          type: str
        state:
          description: Its state, V(ACTIVE) when it is in use.
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
    "name": {"type": "str"},
    "region": {"type": "str"},
    "status": {"type": "str"},
    "network": {"type": "str"},
    "with_interfaces": {"type": "bool", "default": False},
}


def fetch(*given: Any) -> Any:
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance import info

    return info.fetch(*given)


def main() -> None:
    run_info("instances", OPTIONS, fetch)


if __name__ == "__main__":
    main()
