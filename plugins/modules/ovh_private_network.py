# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage private networks of a Public Cloud project."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_private_network
short_description: Manage private networks (VLANs) of a Public Cloud project
description:
  - Makes a private network of the vRack that the project is in, renames it, activates it in more regions, takes it
    out of regions when told to, and removes it.
  - A network is recognised by O(vlan_id) or, without one, by O(name). A VLAN is there once in a project.
  - Uses C(/cloud/project/{serviceName}/network/private) of OVHcloud's API v1, and C(.../region) beside it.
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
      - Name of the network. Needed to make one.
      - The id of one that exists (C(pn-1100042_42), or its OpenStack id in a region) serves too, to find it.
    type: str
  vlan_id: &vlan_id
    description:
      - VLAN number, 0 to 4000. V(0) is a VLAN like any other, the one that dedicated servers are in.
      - When left out, the network is looked for by O(name), and a new one gets the lowest number that is free in the
        project and, as far as the credential may read them, in the other projects of the vRack.
      - Networks of one number in two projects of a vRack are one network; making the second warns.
      - The VLAN of an existing network cannot be changed.
    type: int
  regions: &regions
    description:
      - Regions in which the network is active.
      - When left out, a new network gets all of the project's regions that can take one, and an existing one stays in
        those that it has.
      - Local Zones cannot; their networks are made by routes of their own, which this module does not use.
    type: list
    elements: str
  exact_regions: &exact_regions
    description:
      - Take the network out of regions that O(regions) does not name, and needs it. Refused where instances use it.
    type: bool
    default: false
  unlisted_regions:
    description:
      - What to do where a region that the item needs is not listed by the project. OVHcloud was seen to list neither a
        region in an outage nor what is in it, so that "not there" means nothing then. Without O(regions), where no such
        network is found, that goes for each region that the public network still names.
      - V(refuse) ends the task before anything is changed.
      - V(skip) makes and removes nothing there, warns, and goes on with everything else. A network goes from all its
        regions at once, so one that is to be removed there stays whole.
    type: str
    choices: [refuse, skip]
    default: refuse
  state:
    description:
      - Whether the network is to be there. V(absent) removes it from all regions, whatever O(regions) names.
    type: str
    choices: [present, absent]
    default: present
  networks:
    description:
      - Several networks, reconciled together. O(project), O(state) and O(unlisted_regions) hold for every item that has
        none of its own.
    type: list
    elements: dict
    suboptions:
      project: *project
      name: *name
      vlan_id: *vlan_id
      regions: *regions
      exact_regions: *exact_regions
      unlisted_regions:
        description:
          - As O(unlisted_regions), for this item.
        type: str
        choices: [refuse, skip]
      state:
        description:
          - Whether the network is to be there.
        type: str
        choices: [present, absent]
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.wait
  - ovhcloud.vrack.attributes
seealso:
  - module: ovhcloud.vrack.ovh_subnet
  - module: ovhcloud.vrack.ovh_private_network_info
"""

EXAMPLES = r"""
- name: A VLAN in two regions
  ovhcloud.vrack.ovh_private_network:
    project: my-project
    name: blue
    vlan_id: 42
    regions: [GRA11, SBG5]

- name: Several at once
  ovhcloud.vrack.ovh_private_network:
    project: my-project
    networks:
      - name: blue
        vlan_id: 42
        regions: [GRA11, SBG5]
      - name: green
        vlan_id: 43
        regions: [GRA11, SBG5]

- name: In these regions and no other; one that the project doesn't list at the moment is left alone
  ovhcloud.vrack.ovh_private_network:
    project: my-project
    name: blue
    regions: [GRA11, SBG5]
    exact_regions: true
    unlisted_regions: skip

- name: Take a network away
  ovhcloud.vrack.ovh_private_network:
    project: my-project
    name: blue
    state: absent
"""

RETURN = r"""
network:
  description: The network, in the single form. Null when it is not there.
  returned: when O(networks) is not given, unless bad input ends the task first
  type: dict
  sample: &sample
    id: pn-1100042_42
    name: blue
    vlan_id: 42
    project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
    status: ACTIVE
    regions: [GRA11, SBG5]
    region_status: {GRA11: ACTIVE, SBG5: ACTIVE}
    openstack_ids:
      GRA11: 6f1e2c9a-5b3d-4e0f-9a71-2d8c4b6e0f13
      SBG5: a2d4c6e8-0f12-4a3b-8c5d-7e9f1a3b5c7d
  contains: &contains
    id:
      description: The network's id, made of the vRack's name and the VLAN. Null in check mode for a new one.
      type: str
    name:
      description: Its name.
      type: str
    vlan_id:
      description: Its VLAN.
      type: int
    project:
      description: The project's id.
      type: str
    status:
      description: The status over all regions, V(ACTIVE) or V(BUILDING).
      type: str
    regions:
      description: The regions that it is in.
      type: list
      elements: str
    region_status:
      description: The status in each region.
      type: dict
    openstack_ids:
      description: Its OpenStack id in each region, null until it is active there.
      type: dict
networks:
  description: The networks that are there, in the order given.
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
    network:
      description: The network, null when it is not there.
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
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.options import RESOURCE


def main() -> None:
    run_resource(RESOURCE)


if __name__ == "__main__":
    main()
