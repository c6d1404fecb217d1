# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""User data that keeps a machine's default route on its first interface."""

from __future__ import annotations

from typing import Any, Dict, Optional, Sequence

from ansible.errors import AnsibleFilterError

from ..module_utils._description.texts import parsed_text
from ..module_utils._guest.user_data import DRIVER, FIRST, Unfit, with_guest_network

DOCUMENTATION = r"""
name: guest_user_data
short_description: User data with which an instance keeps its default route on its first interface
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
description:
  - Adds to an instance's user data what makes its other interfaces be configured by DHCP from the first boot on, with
    neither a default route nor name servers from them. Interfaces that are attached later are configured likewise,
    where the image's network manager looks after new interfaces by itself.
  - It is one command of cloud-init's C(bootcmd), which writes one file for the network manager that the image has,
    systemd-networkd, NetworkManager or ifupdown. At later boots it finds its file and does nothing.
  - User data of your own that is a C(#cloud-config) gets the command as the first one of its C(bootcmd). Anything else,
    as a script, becomes a part of a MIME multipart message, and is run as before.
  - cloud-init uses it at the first boot only, so it is of no use for instances that exist.
  - In a C(vrack_topology), V(guest_network) does this.
positional: _input, first, driver
options:
  _input:
    description:
      - User data of your own, for cloud-init, or an empty text.
    type: str
    required: true
  first:
    description:
      - What the first interface may be called, which is left as it is. List every name that it can have, alternative
        names too.
    type: list
    elements: str
    default: [ens3, enp0s3, eth0]
  driver:
    description:
      - Only interfaces with this driver. An empty text means all of them.
    type: str
    default: virtio_net
"""

EXAMPLES = r"""
- name: User data for an instance on a public and a private network
  ansible.builtin.debug:
    msg: "{{ '' | ovhcloud.vrack.guest_user_data }}"

- name: The same with a script of one's own
  ansible.builtin.debug:
    msg: "{{ script | ovhcloud.vrack.guest_user_data }}"
  vars:
    script: |
      #!/bin/sh
      echo ready > /run/ready

- name: For an image whose first interface is called otherwise, and whatever its driver is
  ansible.builtin.debug:
    msg: "{{ '' | ovhcloud.vrack.guest_user_data(first=['eno1', 'ens3'], driver='') }}"
"""

RETURN = r"""
_value:
  description: The user data.
  type: str
"""


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Dict[str, Any]:
        return {"guest_user_data": guest_user_data}


def guest_user_data(value: Any, first: Sequence[str] = FIRST, driver: Optional[str] = DRIVER) -> str:
    """The user's own user data, and ours."""
    if isinstance(first, str) or not first:
        raise AnsibleFilterError("guest_user_data: first must be a list of names, with one at least")
    try:
        return with_guest_network(value, parsed_text, list(first), driver or None)
    except Unfit as problem:
        raise AnsibleFilterError(f"guest_user_data: the user data {problem}") from None
