# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Confirm a change of the network of the machine that the task runs on."""

from __future__ import annotations

DOCUMENTATION = r"""
module: guest_network_confirm
short_description: Confirm a change of a machine's network, from inside
description:
  - Runs on the machine itself, as root, after M(ovhcloud.vrack.guest_network). Looks whether each interface is as it
    was asked for, and whether the default route is what it was. Then the change stays, and is not taken back any more.
  - Where it is otherwise after 40 seconds, the change is taken back at once, and the task fails.
  - Where the machine has taken the change back already, the task fails and says when.
  - Where no change waits to be confirmed, nothing is done.
  - That the task reaches the machine at all is part of the proof. Let it use a connection that did not exist before, by
    C(meta) with C(reset_connection).
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options: {}
extends_documentation_fragment:
  - ovhcloud.vrack.attributes.guest
seealso:
  - module: ovhcloud.vrack.guest_network
"""

EXAMPLES = r"""
- name: Connect anew
  ansible.builtin.meta: reset_connection

- name: Keep the change
  ovhcloud.vrack.guest_network_confirm:
"""

RETURN = r"""
confirmed:
  description: Whether there was a change, which stays now.
  returned: on success
  type: bool
failure:
  description: Why the task failed, for machines.
  returned: on failure
  type: dict
  sample: {code: guest_taken_back}
  contains:
    code:
      description: The name of the message.
      type: str
"""

from ansible_collections.ovhcloud.vrack.plugins.module_utils._guest_module import confirm


def main() -> None:
    confirm()


if __name__ == "__main__":
    main()
