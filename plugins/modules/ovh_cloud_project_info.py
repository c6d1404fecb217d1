# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up Public Cloud projects."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_cloud_project_info
short_description: Look up Public Cloud projects and the vRack that each is in
description:
  - Lists the account's Public Cloud projects, each with the vRack that it is in.
  - One that the API serves nothing of, such as a suspended one, is listed with its status, without its vRack and with a
    warning.
  - Uses C(/cloud/project) and C(/cloud/project/{serviceName}/vrack) of OVHcloud's API v1.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  project:
    description:
      - Only this project, by id or description. One that does not exist is an error.
      - When left out, all projects.
    type: str
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.attributes.info
seealso:
  - module: ovhcloud.vrack.ovh_vrack_cloudproject
  - module: ovhcloud.vrack.ovh_vrack_info
"""

EXAMPLES = r"""
- name: The vRack of a project
  ovhcloud.vrack.ovh_cloud_project_info:
    project: my-project
  register: found

- name: Show it
  ansible.builtin.debug:
    var: found.projects[0].vrack
"""

RETURN = r"""
projects:
  description: The projects, sorted by description.
  returned: on success
  type: list
  elements: dict
  sample:
    - id: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
      description: my-project
      status: ok
      vrack:
        service_name: pn-1100042
        name: backbone
  contains:
    id:
      description: The project's id.
      type: str
    description:
      description: Its description.
      type: str
    status:
      description: Its status, V(ok) when it can be used.
      type: str
    vrack:
      description: The vRack that it is in, null where it is in none.
      type: dict
      contains:
        service_name:
          description: The vRack's own name.
          type: str
        name:
          description: The name that it was given, empty for none.
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

OPTIONS = {
    "project": {"type": "str"},
}


def fetch(*given: Any) -> Any:
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.project import info

    return info.fetch(*given)


def main() -> None:
    run_info(None, OPTIONS, fetch)


if __name__ == "__main__":
    main()
