# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configure network interfaces of the machine that the task runs on."""

from __future__ import annotations

DOCUMENTATION = r"""
module: guest_network
short_description: Configure network interfaces of a machine, from inside
description:
  - Runs on the machine itself, as root. Writes a file for each interface, for the network manager that has it in hand,
    and has it read. Asks no API.
  - Before anything is applied, the machine is told to take all of it back after O(rollback_after) seconds, and at its
    next boot, unless M(ovhcloud.vrack.guest_network_confirm) is run first. The role
    P(ovhcloud.vrack.instance_network#role) does both, with a connection of its own in between.
  - Takes systemd-networkd, NetworkManager and ifupdown, whichever is active. Writes no netplan YAML, and leaves the
    files of cloud-init alone.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  interfaces:
    description:
      - The interfaces. What is not named is left as it is.
    type: list
    elements: dict
    required: true
    suboptions:
      mac:
        description:
          - Its MAC address, as M(ovhcloud.vrack.ovh_instance_info) has it, and the inventory
            P(ovhcloud.vrack.ovh_instances#inventory) with C(with_interfaces).
        type: str
        required: true
      method:
        description:
          - Where it has its address from.
        type: str
        choices: [dhcp, static]
        default: dhcp
      addresses:
        description:
          - IPv4 addresses with their prefix, such as V(192.168.42.10/24), where O(interfaces[].method=static).
        type: list
        elements: str
      gateway:
        description:
          - The router of the default route, where O(interfaces[].method=static) and O(interfaces[].default_route=true).
        type: str
      routes:
        description:
          - Networks behind routers on this interface.
        type: list
        elements: dict
        suboptions:
          to:
            description: The network, such as V(10.1.0.0/16).
            type: str
            required: true
          via:
            description: The router.
            type: str
            required: true
          metric:
            description: The lower, the more it is preferred.
            type: int
      default_route:
        description:
          - Whether the machine's default route goes by it. One interface at most can have it.
        type: bool
        default: false
      dns:
        description:
          - Whether the name servers that the DHCP server names are used.
        type: bool
        default: false
      metric:
        description:
          - Metric of its routes.
        type: int
      mtu:
        description:
          - Its MTU, from 576 to 9000. Left out, it is as the machine or the DHCP server has it.
        type: int
  rollback_after:
    description:
      - Seconds after which the machine takes the change back if nobody confirms it, from 10 to 600.
    type: int
    default: 120
extends_documentation_fragment:
  - ovhcloud.vrack.attributes.guest
seealso:
  - module: ovhcloud.vrack.guest_network_confirm
"""

EXAMPLES = r"""
- name: A private interface by DHCP, another one with an address and a route
  ovhcloud.vrack.guest_network:
    interfaces:
      - mac: fa:16:3e:00:00:04
      - mac: fa:16:3e:00:00:05
        method: static
        addresses: [192.168.42.10/24]
        routes:
          - to: 10.1.0.0/16
            via: 192.168.42.1
        mtu: 1400

- name: The default route by way of the vRack, and another interface's name servers; taken back after a minute
  ovhcloud.vrack.guest_network:
    interfaces:
      - mac: fa:16:3e:00:00:04
        method: static
        addresses: [192.168.42.10/24]
        default_route: true
        gateway: 192.168.42.1
        metric: 50
      - mac: fa:16:3e:00:00:05
        dns: true
    rollback_after: 60
"""

RETURN = r"""
interfaces:
  description: Each interface that was asked for, in the order given, with its device and the manager that has it.
  returned: on success
  type: list
  elements: dict
  sample:
    - mac: fa:16:3e:00:00:04
      device: ens4
      manager: systemd-networkd
armed:
  description: Whether a change waits to be confirmed.
  returned: on success
  type: bool
taken_back:
  description: When the machine took back an earlier change, where that was the last one. Null otherwise.
  returned: on success
  type: str
failure:
  description: Why the task failed, for machines.
  returned: on failure
  type: dict
  sample: {code: guest_no_interface}
  contains:
    code:
      description: The name of the message.
      type: str
"""

from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest_module import configure


def main() -> None:
    configure()


if __name__ == "__main__":
    main()
