# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage SSH keys of a Public Cloud project."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_ssh_key
short_description: Manage public SSH keys of a Public Cloud project
description:
  - Adds a public key to the project, adds a region to one, replaces one when told to, and removes it.
  - A key is recognised by O(name) (or its id). Two keys are the same when their type and their base64 are, whatever
    the comment.
  - These are OVHcloud's own keys, which instances of API v1 are made with. OpenStack keeps others.
  - Uses C(/cloud/project/{serviceName}/sshkey) of OVHcloud's API v1.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  project: &project
    description:
      - The project, by id or description.
      - Falls back to the environment variable E(OVH_CLOUD_PROJECT_SERVICE).
    type: str
  name: &name
    description:
      - Name of the key.
    type: str
  public_key: &public_key
    description:
      - The public key, one line as in C(id_ed25519.pub), of type Ed25519, ECDSA or RSA. Needed for O(state=present).
      - A key that exists under this name with other content is an error, unless O(force=true).
    type: str
  region: &region
    description:
      - The region that the key serves in.
      - When left out, a new key serves in all regions, and an existing one stays in those that it has.
      - Nothing hangs on it with O(state=absent).
    type: str
  force: &force
    description:
      - Replace a key of this name that has other content. Instances made with the old one keep it.
    type: bool
    default: false
  state:
    description:
      - Whether the key is to be there. With V(absent) it is removed from all regions.
    type: str
    choices: [present, absent]
    default: present
  ssh_keys:
    description:
      - Several keys, reconciled together. O(project) and O(state) hold for every item that has none of its own.
    type: list
    elements: dict
    suboptions:
      project: *project
      name: *name
      public_key: *public_key
      region: *region
      force: *force
      state:
        description:
          - Whether the key is to be there. With V(absent) it is removed from all regions.
        type: str
        choices: [present, absent]
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.wait
  - ovhcloud.vrack.attributes
seealso:
  - module: ovhcloud.vrack.ovh_instance
"""

EXAMPLES = r"""
- name: A key for all regions
  ovhcloud.vrack.ovh_ssh_key:
    project: my-project
    name: admin
    public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAwrNhI0VsyHJ8jJ5vPwmJFBnT0mZq9GrGK/CknXbJ3O admin@example.org

- name: A key that serves in one region, in place of another one of that name
  ovhcloud.vrack.ovh_ssh_key:
    project: my-project
    name: deploy
    region: GRA11
    public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO0/0GC+BxmQYHmAyGOMvRDYMtLxYKSuz8Lr8DHkVvFo deploy@example.org
    force: true

- name: Take two keys away
  ovhcloud.vrack.ovh_ssh_key:
    project: my-project
    state: absent
    ssh_keys:
      - name: admin
      - name: old-admin
"""

RETURN = r"""
ssh_key:
  description: The key, in the single form. Null when it is not there.
  returned: when O(ssh_keys) is not given, unless bad input ends the task first
  type: dict
  sample: &sample
    id: 595752746157343d
    name: admin
    project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
    public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAwrNhI0VsyHJ8jJ5vPwmJFBnT0mZq9GrGK/CknXbJ3O admin@example.org
    fingerprint: SHA256:vvCN2AR5RLXhjDM4CK7uWE/C5wCVy0CiGncIkLTm2Pw
    regions: [GRA11, SBG5]
  contains: &contains
    id:
      description: The key's id. Null in check mode for a new one.
      type: str
    name:
      description: Its name.
      type: str
    project:
      description: The project's id.
      type: str
    public_key:
      description: The public key.
      type: str
    fingerprint:
      description: Its fingerprint, as C(ssh-keygen -l) shows it.
      type: str
    regions:
      description: The regions that it serves in. Null in check mode for a new one that is for all of them.
      type: list
      elements: str
ssh_keys:
  description: The keys that are there, in the order given.
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
    ssh_key:
      description: The key, null when it is not there.
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
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key.options import RESOURCE


def main() -> None:
    run_resource(RESOURCE)


if __name__ == "__main__":
    main()
