# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that is in a vRack."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_vrack_contents_info
short_description: All that is in a vRack
description:
  - Returns a vRack with all its projects, their private networks, subnets and instances with the addresses of these,
    and the names of the other services in it. P(ovhcloud.vrack.report#filter) makes a picture of that.
  - Takes no request an instance. Addresses are those that the list of instances shows.
  - What cannot be read of a project other than the one that is asked for is a warning.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  vrack:
    description:
      - The vRack, by name or service name.
      - When left out, the vRack that the project is in.
    type: str
  project:
    description:
      - The project, by id or description. Only asked for where O(vrack) is left out.
      - Falls back to the environment variable E(OVH_CLOUD_PROJECT_SERVICE).
    type: str
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.attributes.info
seealso:
  - module: ovhcloud.vrack.ovh_topology_info
  - plugin: ovhcloud.vrack.report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: What is in the vRack that a project is in?
  ovhcloud.vrack.ovh_vrack_contents_info:
    project: my-project
  register: found

- name: What is in the vRack of that name, as far as there is one?
  ovhcloud.vrack.ovh_vrack_contents_info:
    vrack: "{{ found.vrack.service_name }}"
  when: found.vrack is not none

- name: The names of all instances
  ansible.builtin.debug:
    msg: "{{ found.projects | map(attribute='instances') | flatten | map(attribute='name') }}"
"""

RETURN = r"""
vrack:
  description: The vRack, null where the project is in none.
  returned: on success
  type: dict
  sample: {service_name: pn-1100042, name: backbone, description: Connects everything}
  contains:
    service_name:
      description: The vRack's own name.
      type: str
    name:
      description: The name that it was given, empty for none.
      type: str
    description:
      description: Its description, empty for none.
      type: str
services:
  description: What is in the vRack beside projects, each with its kind. Empty where the project is in no vRack.
  returned: on success
  type: list
  elements: str
  sample: ["address block 198.51.100.0/28", server ns3141022.ip-51-77-67.eu]
projects:
  description: Its projects. Where the project is in no vRack, that one.
  returned: on success
  type: list
  elements: dict
  sample:
    - id: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
      description: my-project
      status: ok
      networks:
        - id: pn-1100042_42
          name: blue
          vlan_id: 42
          project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
          status: ACTIVE
          regions: [GRA11]
          region_status: {GRA11: ACTIVE}
          openstack_ids: {GRA11: 6f1e2c9a-5b3d-4e0f-9a71-2d8c4b6e0f13}
      subnets:
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
      instances:
        - id: 3d1b7c52-6f0e-4a9d-8c34-5e2f9b7a1d60
          name: web-1
          region: GRA11
          status: ACTIVE
          flavor: b3-8
          image: Debian 12
          billing: hourly
          addresses: [{ip: 192.168.42.20, network: pn-1100042_42}]
  contains:
    id:
      description: The project's id.
      type: str
    description:
      description: The description by which people know it, empty for none.
      type: str
    status:
      description: Its status, V(ok) when it is in use, empty where it could not be read.
      type: str
    networks:
      description: Its private networks, as M(ovhcloud.vrack.ovh_private_network_info) returns them.
      type: list
      elements: dict
    subnets:
      description: Their subnets, as M(ovhcloud.vrack.ovh_subnet_info) returns them.
      type: list
      elements: dict
    instances:
      description: Its instances, sorted by region and name.
      type: list
      elements: dict
      contains:
        id:
          description: The instance's id.
          type: str
        name:
          description: Its name.
          type: str
        region:
          description: The region that it is in.
          type: str
        status:
          description: Its status, V(ACTIVE) when it runs.
          type: str
        flavor:
          description: The name of its flavor, empty where it is no longer listed.
          type: str
        image:
          description: The name of its image, empty where it is no longer listed.
          type: str
        billing:
          description: V(hourly) or V(monthly).
          type: str
        addresses:
          description: Its addresses, each with C(ip) and C(network), the id of the network or V(public).
          type: list
          elements: dict
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
    "vrack": {"type": "str"},
    "project": dict(PROJECT_OPTION),  # needed only where no vRack is named
}


def fetch(*given: Any) -> Any:
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.contents import info

    return info.fetch(*given)


def main() -> None:
    run_info(None, OPTIONS, fetch)


if __name__ == "__main__":
    main()
