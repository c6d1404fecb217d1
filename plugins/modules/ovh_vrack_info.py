# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up vRacks."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_vrack_info
short_description: Look up vRacks and the projects that are in them
description:
  - Lists the account's vRacks, each with the Public Cloud projects that are in it.
  - Uses C(/vrack) and C(/vrack/{serviceName}/cloudProject) of OVHcloud's API v1.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  name:
    description:
      - Only vRacks of exactly this name, or the one of this service name.
    type: str
  service_name:
    description:
      - Only the vRack of this service name, as in V(pn-1100042), or vRacks of this name.
    type: str
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.attributes.info
seealso:
  - module: ovhcloud.vrack.ovh_vrack
  - module: ovhcloud.vrack.ovh_cloud_project_info
"""

EXAMPLES = r"""
- name: All vRacks
  ovhcloud.vrack.ovh_vrack_info:
  register: found

- name: One by its name
  ovhcloud.vrack.ovh_vrack_info:
    name: backbone
  register: found

- name: One by its service name, which stays the same
  ovhcloud.vrack.ovh_vrack_info:
    service_name: pn-1100042
  register: same
"""

RETURN = r"""
vracks:
  description: The vRacks that fit, sorted by service name. Empty where none does.
  returned: on success
  type: list
  elements: dict
  sample:
    - service_name: pn-1100042
      name: backbone
      description: Connects everything
      projects: [9c5f0b1d4e7a4c0f8b62d3a17e904f55]
  contains:
    service_name:
      description: The vRack's own name.
      type: str
    name:
      description: The name that it was given, empty for none.
      type: str
    description:
      description: Its description, empty for none.
      type: str
    projects:
      description: The ids of the projects that are in it.
      type: list
      elements: str
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

OPTIONS = {
    "name": {"type": "str"},
    "service_name": {"type": "str"},
}


def fetch(*given: Any) -> Any:
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack import info

    return info.fetch(*given)


def main() -> None:
    run_info("vracks", OPTIONS, fetch)


if __name__ == "__main__":
    main()
