# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Describe a project as a vrack_topology."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_topology_info
short_description: Describe a Public Cloud project as a vrack_topology
description:
  - Returns what a project holds (vRack, private networks with their subnets, SSH keys, instances and their networks) in
    the form that the playbooks of this collection take, so that P(ovhcloud.vrack.topology#filter) reads it and the
    playbook C(ovhcloud.vrack.site) on it changes nothing.
  - Recognises what was made by hand, by Terraform or by the control panel.
  - What a description cannot say is left out and listed in RV(left_out). That is instances and networks that are
    failing or going, IPv6 subnets, and the pools of a subnet that has several.
  - Uses the list routes under C(/cloud/project/{serviceName}) of OVHcloud's API v1, and one request a network.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  project:
    description:
      - The project, by id or description.
      - Falls back to the environment variable E(OVH_CLOUD_PROJECT_SERVICE).
    type: str
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.attributes.info
"""

EXAMPLES = r"""
- name: What does the project hold?
  ovhcloud.vrack.ovh_topology_info:
    project: my-project
  register: found

- name: Its networks
  ansible.builtin.debug:
    msg: "{{ found.topology.networks | map(attribute='name') }}"
"""

RETURN = r"""
topology:
  description: The description.
  returned: always
  type: dict
  sample:
    project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
    vrack: {service_name: pn-1100042}
    networks:
      - name: blue
        vlan_id: 42
        regions: [GRA11]
        subnets:
          - {region: GRA11, cidr: 192.168.42.0/24, start: 192.168.42.2, end: 192.168.42.254, dhcp: true, gateway: false}
    ssh_keys:
      - {name: me, public_key: ssh-ed25519 AAAA}
    instances:
      - {name: web-1, region: GRA11, flavor: b3-8, image: Debian 12, ssh_key: me, networks: [public]}
  contains:
    project:
      description: The project's id.
      type: str
    vrack:
      description: The service name of the vRack that it is in. Missing where it is in none.
      type: dict
    networks:
      description: Private networks, each with its subnets.
      type: list
      elements: dict
    ssh_keys:
      description: Public keys.
      type: list
      elements: dict
    instances:
      description: Instances, each with its networks.
      type: list
      elements: dict
left_out:
  description: What cannot be described, as sentences.
  returned: always
  type: list
  elements: str
  sample: ["instance 'web-2' (0d8b4f6a-2c1e-4975-b3a0-6e5d7c9f1b24) is ERROR"]
"""

from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._module import run_info
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.resource import PROJECT_OPTION

OPTIONS = {"project": PROJECT_OPTION}


def fetch(*given: Any) -> Any:
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.export import info

    return info.fetch(*given)


def main() -> None:
    run_info(None, OPTIONS, fetch)


if __name__ == "__main__":
    main()
