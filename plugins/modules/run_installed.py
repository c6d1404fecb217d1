# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run another module of this collection from where it is installed."""

from __future__ import annotations

DOCUMENTATION = r"""
module: run_installed
short_description: Run another module of this collection from where it is installed
description:
  - Not for playbooks. What is told here is for who finds its name in the output of C(-vvv).
  - For each task Ansible packs all that its module imports into an archive, which Python then compiles anew. On the
    machine of the play the same files are installed, and Python keeps what it has compiled of them. So tasks of this
    collection that run there, as the user who runs Ansible, send this small module, and it runs the one that the task
    names.
  - Everywhere else, and in the background (C(async)), the module that the task names is sent, with all that it imports.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
attributes:
  check_mode:
    description: Can run in check mode and return changed status prediction without modifying target.
    support: N/A
    details:
      - What the other module says.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check mode), when in diff mode.
    support: N/A
    details:
      - What the other module says.
"""

EXAMPLES = r"""
# There is nothing that a playbook could do with it.
"""

RETURN = r"""
not_installed_here:
  description: The collection is not installed where this was sent to, and nothing was run.
  returned: on failure
  type: bool
"""

import os
from importlib import import_module
from typing import Any, Dict

from ansible.module_utils.basic import AnsibleModule

# Of Ansible's own code only what is imported here is at hand for the other module.
from ansible.module_utils.common import parameters, validation  # noqa: F401  # pylint: disable=unused-import
from ansible.module_utils.parsing import convert_bool  # noqa: F401  # pylint: disable=unused-import

FOLDER = "OVHCLOUD_VRACK_INSTALLED"
NAME = "OVHCLOUD_VRACK_MODULE"
"""The environment variables with the folder of the plugins and the name of the module. The action plugin sets them."""


class NothingAsked(AnsibleModule):  # type: ignore[misc]
    """The options are the other module's."""

    def _load_params(self) -> None:
        super()._load_params()
        given: Dict[str, Any] = self.params
        self.params: Dict[str, Any] = {name: given[name] for name in given if name.startswith("_ansible_")}


def main() -> None:
    folder = os.environ.pop(FOLDER, "")
    name = os.environ.get(NAME, "")
    if not name or not os.access(os.path.join(folder, "modules", f"{name}.py"), os.R_OK):
        NothingAsked(argument_spec={}, supports_check_mode=True).fail_json(
            msg="This module is not for playbooks", not_installed_here=True
        )
    plugins = import_module("ansible_collections.ovhcloud.vrack.plugins")
    modules = import_module("ansible_collections.ovhcloud.vrack.plugins.modules")
    plugins.__path__[:] = [folder]
    modules.__path__[:] = [os.path.join(folder, "modules")]
    import_module(f"{modules.__name__}.{name}").main()


if __name__ == "__main__":
    main()
