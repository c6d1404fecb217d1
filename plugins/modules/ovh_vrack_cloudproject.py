# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage the attachment of a Public Cloud project to a vRack."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_vrack_cloudproject
short_description: Manage the attachment of a Public Cloud project to a vRack
description:
  - Puts a project into a vRack, moves it there from another one when told to, and takes it out.
  - A project is in one vRack at most. One that is in another is an error that names it, unless O(move=true).
  - Waits for the task that the API does this by, and for tasks of the vRack that are open before it.
  - Uses C(/vrack/{serviceName}/cloudProject) and C(/vrack/{serviceName}/task) of OVHcloud's API v1, and
    C(/cloud/project/{serviceName}/vrack).
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  vrack:
    description:
      - The vRack, by service name (V(pn-1100042)) or name.
    type: str
    required: true
  project:
    description:
      - The project, by id or description.
      - Falls back to the environment variable E(OVH_CLOUD_PROJECT_SERVICE).
    type: str
  move:
    description:
      - Take the project out of the vRack that it is in, and put it into O(vrack). Refused where instances of the
        project have addresses in private networks.
    type: bool
    default: false
  refuse_overlap:
    description:
      - Fail, and change nothing, where a network of the project and a network of another project in the vRack have the
        same VLAN and give out the same addresses. Without this, the task warns and goes on.
      - One VLAN of a vRack is one network, whichever project it was made in, so such addresses would collide.
      - Looked at only when the project is put into the vRack.
    type: bool
    default: false
  state:
    description:
      - Whether the project is to be in the vRack.
      - V(absent) changes nothing where the project is in another vRack. Refused where instances of the project have
        addresses in private networks; instances that are being removed are waited for. Private networks that are left
        are named where OVHcloud does not let the project go because of them.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.wait
  - ovhcloud.vrack.attributes
seealso:
  - module: ovhcloud.vrack.ovh_vrack
  - module: ovhcloud.vrack.ovh_cloud_project_info
"""

EXAMPLES = r"""
- name: A project in a vRack
  ovhcloud.vrack.ovh_vrack_cloudproject:
    vrack: backbone
    project: my-project

- name: The same, wherever the project is now, unless its networks give out addresses that others there do too
  ovhcloud.vrack.ovh_vrack_cloudproject:
    vrack: backbone
    project: my-project
    move: true
    refuse_overlap: true

- name: Take the project out
  ovhcloud.vrack.ovh_vrack_cloudproject:
    vrack: backbone
    project: my-project
    state: absent
"""

RETURN = r"""
attachment:
  description: The attachment. Null when it is not there.
  returned: unless bad input ends the task first
  type: dict
  sample: &sample
    project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
    project_name: my-project
    vrack: pn-1100042
    vrack_name: backbone
  contains: &contains
    project:
      description: The project's id.
      type: str
    project_name:
      description: The project's description.
      type: str
    vrack:
      description: The vRack's service name. Null in check mode for a new vRack.
      type: str
    vrack_name:
      description: The vRack's name.
      type: str
attachments:
  description: The same in a list, which is empty when it is not there.
  returned: unless bad input ends the task first
  type: list
  elements: dict
  sample:
    - *sample
  contains: *contains
results:
  description: What was done, one record an item, in the order given.
  returned: unless bad input ends the task first
  type: list
  elements: dict
  contains:
    name:
      description: How messages call the item.
      type: str
    action:
      description: One of V(none), V(create), V(update), V(replace), V(delete).
      type: str
    changed:
      description: Whether this run changed it.
      type: bool
    failed:
      description: Whether it failed.
      type: bool
    seconds:
      description: When it was settled, from the beginning of the task. Null in check mode.
      type: float
    attachment:
      description: The attachment, null when it is not there.
      type: dict
    msg:
      description: Why it failed.
      type: str
      returned: on failure
    failure:
      description: The same for machines, as RV(failure) has it.
      type: dict
      returned: on failure
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

from ansible_collections.ovhcloud.vrack.plugins.module_utils._module import run_resource
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject.options import RESOURCE


def main() -> None:
    run_resource(RESOURCE)


if __name__ == "__main__":
    main()
