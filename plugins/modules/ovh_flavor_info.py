# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up flavors."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_flavor_info
short_description: Look up the flavors that instances can have
description:
  - Lists the flavors of a project's regions. A flavor has the same name, but another id, in each region.
  - Uses C(/cloud/project/{serviceName}/flavor) of OVHcloud's API v1.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  project:
    description:
      - The project, by id or description.
      - Falls back to the environment variable E(OVH_CLOUD_PROJECT_SERVICE).
    type: str
  region:
    description:
      - Only those of this region. When left out, of all regions that are enabled in the project.
    type: str
  name:
    description:
      - Only flavors of exactly this name, or of this id.
    type: str
  available:
    description:
      - Only flavors that can be used now (V(true)), or that cannot (V(false)).
    type: bool
  prices:
    description:
      - Whether to say what each costs, from OVHcloud's public list of prices for the account's subsidiary
        (C(GET /order/catalog/public/cloud), which needs no access rule, and C(GET /me)). It is kept for a day in the
        folder C(ovhcloud.vrack) of C(ANSIBLE_HOME) (C(~/.ansible)).
    type: bool
    default: false
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.attributes.info
seealso:
  - module: ovhcloud.vrack.ovh_instance
  - module: ovhcloud.vrack.ovh_image_info
"""

EXAMPLES = r"""
- name: What can be had in a region
  ovhcloud.vrack.ovh_flavor_info:
    project: my-project
    region: GRA11
    available: true
  register: found

- name: And what it costs
  ovhcloud.vrack.ovh_flavor_info:
    project: my-project
    region: GRA11
    available: true
    prices: true
  register: priced

- name: The cheapest with at least 8 GiB
  ansible.builtin.debug:
    msg: >-
      {{ priced.flavors | selectattr('ram', 'ge', 8) | selectattr('prices.by_hour')
         | sort(attribute='prices.by_hour') | map(attribute='name') | first }}
"""

RETURN = r"""
flavors:
  description: The flavors that fit, sorted by region and name. Empty where none does.
  returned: on success
  type: list
  elements: dict
  sample:
    - id: e1cda49f-f705-4ef6-8aa0-703bbf8c5b61
      name: b3-8
      region: GRA11
      vcpus: 2
      ram: 8
      disk: 50
      os_type: linux
      available: true
      monthly: false
  contains:
    id:
      description: The flavor's id in this region.
      type: str
    name:
      description: Its name, the same in every region.
      type: str
    region:
      description: The region.
      type: str
    vcpus:
      description: Number of virtual processors.
      type: int
    ram:
      description: Memory in GiB.
      type: int
    disk:
      description: Disk in GB.
      type: int
    os_type:
      description: The kind of system that it is for, V(linux) or V(windows).
      type: str
    available:
      description: Whether it can be used now.
      type: bool
    monthly:
      description: Whether it can be billed monthly.
      type: bool
    prices:
      description: What an instance costs, before tax, with its licence. Amounts are decimal numbers as text.
      returned: when O(prices) is wanted
      type: dict
      contains:
        currency:
          description: The currency of the account's subsidiary.
          type: str
        by_hour:
          description: By the hour, null where no price is known.
          type: str
        by_month:
          description: Billed by the month, null where that can't be had or no price is known.
          type: str
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
    "region": {"type": "str"},
    "name": {"type": "str"},
    "available": {"type": "bool"},
    "prices": {"type": "bool", "default": False},
}


def fetch(*given: Any) -> Any:
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.catalog import info

    return info.fetch_flavors(*given)


def main() -> None:
    run_info("flavors", OPTIONS, fetch, with_client=True)


if __name__ == "__main__":
    main()
