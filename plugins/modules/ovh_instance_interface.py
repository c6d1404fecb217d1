# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage single interfaces of instances."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_instance_interface
short_description: Attach an existing instance to a network, or take it off
description:
  - Gives an instance that exists one more interface, or takes one away.
  - An interface is recognised by O(instance) and O(network). Where an instance has several on a network, O(ip) tells
    them apart.
  - The new interface is seldom configured by itself inside the instance. That is a matter of its operating system.
  - Removing an interface is for ever, and removing the public one gives its addresses back for ever.
  - Uses C(/cloud/project/{serviceName}/instance/{instanceId}/interface) of OVHcloud's API v1.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  project: &project
    description:
      - The project, by id or description.
      - Falls back to the environment variable E(OVH_CLOUD_PROJECT_SERVICE).
    type: str
  instance: &instance
    description:
      - The instance, by name or id.
    type: str
  region: &region
    description:
      - The region that the instance is in. Needed only where instances of several regions have one name.
    type: str
  network: &network
    description:
      - A private network, by name, VLAN number, id (C(pn-1100042_42)) or its OpenStack id in the region.
      - V(public) means the public network.
      - Each interface has either this or C(public=true).
    type: str
  public: &public
    description:
      - The public network.
    type: bool
    default: false
  ip: &ip
    description:
      - The address to have on a private network. When left out, the API chooses one of the subnet's pool.
      - An interface that is there with another address is an error that names both.
    type: str
  allow_public_removal: &allow_public_removal
    description:
      - Allow O(state=absent) to remove the public interface, which gives its addresses back for ever.
    type: bool
    default: false
  unlisted_regions:
    description:
      - What to do where the instance is not found, and O(region), or without it any region that seems to be the
        project's, is not listed by the project. OVHcloud was seen to list neither a region in an outage nor what is in
        it, so that "not there" means nothing then.
      - V(refuse) ends the task before anything is changed.
      - V(skip) leaves the item as it is, warns, and goes on with everything else.
    type: str
    choices: [refuse, skip]
    default: refuse
  state:
    description:
      - Whether the interface is to be there.
    type: str
    choices: [present, absent]
    default: present
  interfaces:
    description:
      - Several interfaces, reconciled together. O(project), O(state) and O(unlisted_regions) hold for every item that
        has none of its own.
    type: list
    elements: dict
    suboptions:
      project: *project
      instance: *instance
      region: *region
      network: *network
      public: *public
      ip: *ip
      allow_public_removal: *allow_public_removal
      unlisted_regions:
        description:
          - As O(unlisted_regions), for this item.
        type: str
        choices: [refuse, skip]
      state:
        description:
          - Whether the interface is to be there.
        type: str
        choices: [present, absent]
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.wait
  - ovhcloud.vrack.attributes
seealso:
  - module: ovhcloud.vrack.ovh_instance
  - module: ovhcloud.vrack.ovh_instance_info
"""

EXAMPLES = r"""
- name: An existing instance on a private network
  ovhcloud.vrack.ovh_instance_interface:
    project: my-project
    instance: legacy-1
    network: blue
    ip: 192.168.42.50

- name: Several at once; what is in a region that the project doesn't list at the moment is left alone
  ovhcloud.vrack.ovh_instance_interface:
    project: my-project
    unlisted_regions: skip
    interfaces:
      - instance: legacy-1
        network: blue
      - instance: web-1
        region: GRA11  # where another region has one of this name, too
        network: green

- name: Isolate an instance in the vRack
  ovhcloud.vrack.ovh_instance_interface:
    project: my-project
    instance: legacy-1
    public: true
    allow_public_removal: true
    state: absent
"""

RETURN = r"""
interface:
  description: The interface, in the single form. Null when it is not there.
  returned: when O(interfaces) is not given, unless bad input ends the task first
  type: dict
  sample: &sample
    id: c4a7f1e9-2b60-4d8c-9e53-7f0b1d6a3c82
    type: private
    network: blue
    network_id: 6f1e2c9a-5b3d-4e0f-9a71-2d8c4b6e0f13
    vlan_id: 42
    ip: 192.168.42.50
    addresses: [192.168.42.50]
    mac: fa:16:3e:1a:2b:3c
    state: ACTIVE
    project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
    instance: 3d1b7c52-6f0e-4a9d-8c34-5e2f9b7a1d60
    instance_name: legacy-1
    region: GRA11
  contains: &contains
    id:
      description: The interface's id. Null in check mode for a new one.
      type: str
    type:
      description: V(public) or V(private).
      type: str
    network:
      description: The name of its network, V(public) for the public one.
      type: str
    network_id:
      description: The id of its network, as the API gives it here.
      type: str
    vlan_id:
      description: The VLAN of its network, null for the public one.
      type: int
    ip:
      description: Its first IPv4 address.
      type: str
    addresses:
      description: All its addresses.
      type: list
      elements: str
    mac:
      description: Its MAC address.
      type: str
    state:
      description: Its state, V(ACTIVE) when it is in use.
      type: str
    project:
      description: The project's id.
      type: str
    instance:
      description: The instance's id.
      type: str
    instance_name:
      description: The instance's name.
      type: str
    region:
      description: The region that the instance is in.
      type: str
interfaces:
  description: The interfaces that are there, in the order given.
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
    interface:
      description: The interface, null when it is not there.
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
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.options import RESOURCE


def main() -> None:
    run_resource(RESOURCE)


if __name__ == "__main__":
    main()
