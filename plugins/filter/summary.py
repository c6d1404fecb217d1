# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run came to, in a table for people."""

from __future__ import annotations

from typing import Any, Dict

from ..plugin_utils._summary import summary

DOCUMENTATION = r"""
name: summary
short_description: What a run came to, in a table for people
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
description:
  - One line that says it all, a table with what was made, changed, replaced, removed, left and failed of each kind
    of thing, and the three items that took longest.
  - Each line is short enough to be read in a terminal of 80 columns where Ansible shows them as a list.
positional: _input
options:
  _input:
    description:
      - What modules of this collection have returned, by what the table is to call them. Those without C(results) are
        left out. RV(ovhcloud.vrack.ovh_plan#module:role_results) may stand for what has not run.
      - A list stands for what M(ovhcloud.vrack.guest_network) returned on several machines.
    type: dict
    required: true
  word:
    description:
      - What the first line begins with, such as V(Plan).
    type: str
    default: Done
  began:
    description:
      - When the run began, in seconds since 1970, such as RV(ovhcloud.vrack.ovh_plan#module:began).
    type: int
  more:
    description:
      - Lines to add, such as RV(ovhcloud.vrack.ovh_plan#module:costs.lines).
    type: list
    elements: str
    default: []
seealso:
  - module: ovhcloud.vrack.ovh_plan
"""

EXAMPLES = r"""
- name: Have two keys
  ovhcloud.vrack.ovh_ssh_key:
    project: my-project
    ssh_keys:
      - name: admin
        public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO0/0GC+BxmQYHmAyGOMvRDYMtLxYKSuz8Lr8DHkVvFo demo@example.org
      - name: old
        state: absent
  register: keys

- name: Say what it came to
  ansible.builtin.debug:
    msg: "{{ {'SSH keys': keys} | ovhcloud.vrack.summary }}"

- name: Plan a network
  ovhcloud.vrack.ovh_plan:
    topology:
      project: my-project
      vrack:
        name: backbone
      networks:
        - name: blue
          vlan_id: 42
          regions: [GRA11]
    prices: true
  register: planned

- name: Say it of a plan, with what it costs
  ansible.builtin.debug:
    msg: >-
      {{ planned.role_results | ovhcloud.vrack.summary(word='Plan', began=planned.began, more=planned.costs.lines) }}
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Dict[str, Any]:
        return {"summary": summary}
