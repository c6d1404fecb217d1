# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a machine has to have and to reach."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._guest.reach import checks_of

DOCUMENTATION = r"""
name: guest_checks
short_description: What a machine has to have and to reach, from the inventory
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
description:
  - Makes the options of M(ovhcloud.vrack.guest_reach) for one machine, from what the inventory
    P(ovhcloud.vrack.ovh_instances#inventory) says of all of them.
  - Every private address of another machine is in it that is on a network which the machine is on, too. IPv6 addresses
    are left out.
positional: _input, name
options:
  _input:
    description:
      - The variable C(ovh_networks) of each machine, by the machine's name.
    type: dict
    required: true
  name:
    description:
      - Which machine it is for.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: What web-1 has to reach
  ansible.builtin.debug:
    msg: "{{ (networks_of_machines | ovhcloud.vrack.guest_checks('web-1')).peers }}"
  vars:
    networks_of_machines:
      web-1:
        blue: {id: pn-1_42, type: private, addresses: [192.168.42.10], mac: fa:16:3e:00:00:04}
      web-2:
        blue: {id: pn-1_42, type: private, addresses: [192.168.42.11], mac: fa:16:3e:00:00:05}
"""

RETURN = r"""
_value:
  description: A dictionary with V(interfaces) and V(peers).
  type: dict
"""


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Dict[str, Any]:
        return {"guest_checks": guest_checks}


def guest_checks(value: Mapping[str, Any], name: str) -> Dict[str, Any]:
    """The options for one machine."""
    return dict(wrap_var(checks_of(value, name)))
