# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Activate regions of a Public Cloud project."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_region
short_description: Activate regions of a Public Cloud project
description:
  - Makes a region be active in a project, so that networks and instances can be made there.
  - There is no way back. The API takes no region away from a project, and one that nothing is in costs nothing.
  - Uses C(/cloud/project/{serviceName}/region) of OVHcloud's API v1.
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
      - Name of the region, such as V(GRA11).
    type: str
  regions:
    description:
      - Several regions, activated together. O(project) holds for every item that has none of its own.
    type: list
    elements: dict
    suboptions:
      project: *project
      name: *name
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.wait
  - ovhcloud.vrack.attributes
seealso:
  - module: ovhcloud.vrack.ovh_region_info
  - module: ovhcloud.vrack.ovh_private_network
"""

EXAMPLES = r"""
- name: A region more
  ovhcloud.vrack.ovh_region:
    project: my-project
    name: WAW1

- name: Two of them
  ovhcloud.vrack.ovh_region:
    project: my-project
    regions:
      - name: WAW1
      - name: UK1
"""

RETURN = r"""
region:
  description: The region, in the single form. Null when it is not there.
  returned: when O(regions) is not given, unless bad input ends the task first
  type: dict
  sample: &sample
    name: WAW1
    project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
    type: region
    status: UP
    services: [image, instance, network, volume]
    availability_zones: []
    country: pl
    continent: EU
    private_networks: true
  contains: &contains
    name:
      description: The region's name.
      type: str
    project:
      description: The project's id.
      type: str
    type:
      description: V(region), V(region-3-az) or V(localzone).
      type: str
    status:
      description: V(UP), V(DOWN) or V(MAINTENANCE).
      type: str
    services:
      description: The services that are up.
      type: list
      elements: str
    availability_zones:
      description: Its zones, empty where there is one only.
      type: list
      elements: str
    country:
      description: The country's code, empty where the API names none.
      type: str
    continent:
      description: The continent's code, empty where the API names none.
      type: str
    private_networks:
      description: Whether it can take a private network of a vRack now.
      type: bool
regions:
  description: The regions that are there, in the order given.
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
    region:
      description: The region, null when it is not there.
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
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.region.options import RESOURCE


def main() -> None:
    run_resource(RESOURCE)


if __name__ == "__main__":
    main()
