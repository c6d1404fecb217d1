# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""vrack_topology -> the lists that the roles take. Cross-checks every name, asks no API."""

from __future__ import annotations

from typing import Any, Dict

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._description.topology import read_topology

DOCUMENTATION = r"""
name: topology
short_description: Turn a vrack_topology into the lists that the roles take
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
description:
  - Checks the description of a vRack's networks and instances as a whole, and splits it into the lists that the roles
    of this collection take. Every name that is used must be described or be marked as existing.
  - All problems are reported together, each with its place, as C(instances[2].networks[0]).
  - Asks no API and knows nothing of what exists.
  - What AWX makes of values is taken for what it was, YAML text for a mapping or a list, V(false) in quotes for false.
  - A field that is empty, null, blank or C(omit) is as if it were not there. Blanks around a value are no part of it,
    apart from C(user_data), C(public_key) and C(description).
  - Without V(project) it is what the variable E(OVH_CLOUD_PROJECT_SERVICE) says where Ansible runs.
positional: _input
options:
  _input:
    description:
      - The description. Its keys are V(project), V(vrack), V(networks), V(ssh_keys), V(instances), V(interfaces),
        V(existing), V(guest_network) and V(bastion). docs/description.md in the collection shows each with its fields.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: The subnets of a topology
  ansible.builtin.debug:
    msg: "{{ (vrack_topology | ovhcloud.vrack.topology).subnets }}"
  vars:
    vrack_topology:
      project: my-project
      networks:
        - name: blue
          vlan_id: 42
          cidr: 192.168.42.0/24
          regions: [GRA11, SBG5]
"""

RETURN = r"""
_value:
  description: >-
    A dictionary with V(project), V(vrack), V(networks), V(subnets), V(ssh_keys), V(instances) and V(interfaces), each
    in the form of the role that takes it; V(existing_instances), the names of those that were not made here;
    V(bastion), the instance by which those without a public address are reached, or an empty text; and V(host_keys),
    the public halves of the host keys that are given, by the instances' names.
  type: dict
"""


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Dict[str, Any]:
        return {"topology": topology}


def topology(value: Any) -> Dict[str, Any]:
    """The lists for the roles, or one error with all problems."""
    described = read_topology(value)
    lists = described.lists()
    if described.problems:
        raise AnsibleFilterError("vrack_topology has problems:\n- " + "\n- ".join(described.problems))
    return dict(wrap_var(lists))
