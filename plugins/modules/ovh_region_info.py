# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up regions."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_region_info
short_description: Look up the regions that are enabled in a Public Cloud project
description:
  - Lists the regions that are enabled in a project.
  - Uses C(/cloud/project/{serviceName}/region) of OVHcloud's API v1, with one more request for each region.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  project:
    description:
      - The project, by id or description.
      - Falls back to the environment variable E(OVH_CLOUD_PROJECT_SERVICE).
    type: str
  name:
    description:
      - Only the region of this name.
    type: str
  type:
    description:
      - Only regions of this type, as in V(region), V(region-3-az) or V(localzone).
    type: str
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.attributes.info
seealso:
  - module: ovhcloud.vrack.ovh_private_network
  - module: ovhcloud.vrack.ovh_instance
"""

EXAMPLES = r"""
- name: All regions of a project
  ovhcloud.vrack.ovh_region_info:
    project: my-project
  register: found

- name: Show those that can take a private network
  ansible.builtin.debug:
    msg: "{{ found.regions | selectattr('private_networks') | map(attribute='name') }}"

- name: Those with several availability zones
  ovhcloud.vrack.ovh_region_info:
    project: my-project
    type: region-3-az
  register: with_zones
"""

RETURN = r"""
regions:
  description: The regions that fit, sorted by name. Empty where none does.
  returned: on success
  type: list
  elements: dict
  sample:
    - name: GRA11
      type: region
      status: UP
      services: [image, instance, network, volume]
      availability_zones: []
      country: fr
      continent: EU
      private_networks: true
  contains:
    name:
      description: The region's name.
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

from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._module import run_info
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.resource import PROJECT_OPTION

OPTIONS = {
    "project": PROJECT_OPTION,
    "name": {"type": "str"},
    "type": {"type": "str"},
}


def fetch(*given: Any) -> Any:
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.region import info

    return info.fetch(*given)


def main() -> None:
    run_info("regions", OPTIONS, fetch)


if __name__ == "__main__":
    main()
