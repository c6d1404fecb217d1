# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up images."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_image_info
short_description: Look up the images that instances can be made from
description:
  - Lists the images of a project's regions, and the project's own snapshots. An image has the same name, but another
    id, in each region.
  - Uses C(/cloud/project/{serviceName}/image) and C(.../snapshot) of OVHcloud's API v1.
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
      - Only images of exactly this name, or of this id.
    type: str
  os_type:
    description:
      - Only images of this kind of system, as in V(linux) or V(windows).
    type: str
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.attributes.info
seealso:
  - module: ovhcloud.vrack.ovh_instance
  - module: ovhcloud.vrack.ovh_flavor_info
"""

EXAMPLES = r"""
- name: The id of an image in a region
  ovhcloud.vrack.ovh_image_info:
    project: my-project
    region: GRA11
    name: Debian 12
  register: found

- name: All images that are no Windows
  ovhcloud.vrack.ovh_image_info:
    project: my-project
    region: GRA11
    os_type: linux
"""

RETURN = r"""
images:
  description: The images that fit, sorted by region and name. Empty where none does.
  returned: on success
  type: list
  elements: dict
  sample:
    - id: 7f2c1a9e-4d53-4b08-a6e1-9c0d3f5b8e27
      name: Debian 12
      region: GRA11
      os_type: linux
      user: debian
      status: active
      created: "2023-06-12T08:00:00Z"
      min_ram: 0
      min_disk: 0
  contains:
    id:
      description: The image's id in this region.
      type: str
    name:
      description: Its name, the same in every region.
      type: str
    region:
      description: The region.
      type: str
    os_type:
      description: The kind of system.
      type: str
    user:
      description: The user to log in as, empty where the API names none.
      type: str
    status:
      description: Its status, V(active) when it can be used.
      type: str
    created:
      description: When it was made.
      type: str
    min_ram:
      description: Memory in MB that it needs, V(0) for no limit.
      type: int
    min_disk:
      description: Disk in GB that it needs, V(0) for no limit.
      type: int
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
    "os_type": {"type": "str"},
}


def fetch(*given: Any) -> Any:
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.catalog import info

    return info.fetch_images(*given)


def main() -> None:
    run_info("images", OPTIONS, fetch)


if __name__ == "__main__":
    main()
