# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""See whether the machine that the task runs on is connected as the API says."""

from __future__ import annotations

DOCUMENTATION = r"""
module: guest_reach
short_description: See from inside whether a machine reaches what it should
description:
  - Runs on the machine itself. Looks whether its addresses are those that the API gave, whether its default route is by
    its public interface, whether names are looked up, and whether every other machine answers that is on the same
    private networks, to a small packet and to one that fills the interface's MTU. All are asked at the same time.
  - Changes nothing. What is wrong is returned, and does not make the task fail, so that a play can tell of all
    machines. The playbook C(ovhcloud.vrack.verify) does.
  - Needs root where the machine lets only root send echo requests.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  interfaces:
    description:
      - The machine's interfaces as the API gives them. The filter P(ovhcloud.vrack.guest_checks#filter) makes this and
        O(peers) from the inventory.
    type: list
    elements: dict
    default: []
    suboptions:
      network:
        description: The network's name.
        type: str
        required: true
      type:
        description: Of the network.
        type: str
        choices: [public, private]
        required: true
      addresses:
        description: The IPv4 addresses there.
        type: list
        elements: str
        required: true
      mac:
        description: The interface's MAC. Left out, it is the interface that has one of O(interfaces[].addresses).
        type: str
        default: ""
  peers:
    description:
      - Addresses of other machines.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The machine's name.
        type: str
        required: true
      network:
        description: The network's name.
        type: str
        required: true
      address:
        description: Its IPv4 address there.
        type: str
        required: true
  dns_name:
    description:
      - A name that is looked up. Any answer will do, also that there is no such name. Left out, none is.
    type: str
    default: ""
extends_documentation_fragment:
  - ovhcloud.vrack.attributes.guest_info
seealso:
  - plugin: ovhcloud.vrack.guest_checks
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Does this machine reach the others?
  ovhcloud.vrack.guest_reach:
    interfaces:
      - network: blue
        type: private
        addresses: [192.168.42.10]
        mac: fa:16:3e:00:00:04
    peers:
      - name: web-2
        network: blue
        address: 192.168.42.11
    dns_name: example.org
"""

RETURN = r"""
problems:
  description: What is wrong. Empty where nothing is.
  returned: on success
  type: list
  elements: dict
  sample:
    - code: verify_no_default
      text: There is no default route.
  contains:
    code:
      description: The name of the message.
      type: str
    text:
      description: What was seen, and what to do.
      type: str
peers:
  description: How many addresses were asked.
  returned: on success
  type: int
reached:
  description: How many of them answered, to small and to full packets.
  returned: on success
  type: int
seconds:
  description: How long it took on the machine.
  returned: on success
  type: float
failure:
  description: Why the task failed, for machines.
  returned: on failure
  type: dict
  sample: {code: guest_no_ping}
  contains:
    code:
      description: The name of the message.
      type: str
"""

from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest_module import reach


def main() -> None:
    reach()


if __name__ == "__main__":
    main()
