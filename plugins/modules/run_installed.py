#!/usr/bin/python
# WANT_JSON is for Ansible: this gets its options as a file, and brings nothing along.
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
    machine of the play the same files are installed, Ansible's own among them, and Python keeps what it has compiled.
    So tasks of this collection that run there, as the user who runs Ansible, send this small file, and it runs the
    module that the task names.
  - Everywhere else, and in the background (C(async)), the module that the task names is sent, with all that it imports.
    So it is where this finds nothing to run, or an Ansible that does not run modules in the way that is known here.
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
  description: The collection or its Ansible is not installed where this was sent to, and nothing was run.
  returned: on failure
  type: bool
"""

import json
import os
import sys
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any, Callable, cast

OURS = "OVHCLOUD_VRACK_INSTALLED"
ANSIBLES = "OVHCLOUD_VRACK_ANSIBLE"
NAME = "OVHCLOUD_VRACK_MODULE"
"""The environment variables with the folders of the plugins and of ansible-core, and with the name of the module. The
action plugin sets them."""


NOT_FOR_PLAYBOOKS = "This module is not for playbooks"


def main() -> None:
    plugins, core = (os.environ.pop(variable, "") for variable in (OURS, ANSIBLES))
    try:
        run = _prepared(plugins, core, os.environ[NAME]) if NAME in os.environ else _refusal()
    except (AttributeError, ImportError, OSError, ValueError) as problem:
        say = {"failed": True, "msg": f"{NOT_FOR_PLAYBOOKS}: {problem}", "not_installed_here": True}
        sys.stdout.write(json.dumps(say))
        return
    run()


def _prepared(plugins: str, core: str, name: str) -> Callable[[], None]:
    """The other module, with its options. Nothing of it has been run."""
    for file in (os.path.join(plugins, "modules", f"{name}.py"), os.path.join(core, "module_utils", "basic.py")):
        if not os.path.isabs(file):
            raise ValueError("it is not told what to run")
        os.stat(file)
    # This file's own folder.
    del sys.path[0]
    _package("ansible", core)
    _package("ansible_collections", "")
    _package("ansible_collections.ovhcloud", "")
    _package("ansible_collections.ovhcloud.vrack", "")
    _package("ansible_collections.ovhcloud.vrack.plugins", plugins)
    with open(sys.argv[1], "rb") as options:
        _basic(options.read())
    module = import_module(f"ansible_collections.ovhcloud.vrack.plugins.modules.{name}")
    return cast("Callable[[], None]", module.main)


def _refusal() -> Callable[[], None]:
    """For somebody who names it in a playbook, and where what the action plugin told was lost on the way."""
    module = _basic(b"{}").AnsibleModule(argument_spec={}, supports_check_mode=True)
    return cast("Callable[[], None]", partial(module.fail_json, msg=NOT_FOR_PLAYBOOKS, not_installed_here=True))


def _basic(options: bytes) -> Any:
    """What Ansible's modules begin with, and what they are given. Ansible's own archive does the same."""
    basic: Any = import_module("ansible.module_utils.basic")
    basic._ANSIBLE_ARGS = b'{"ANSIBLE_MODULE_ARGS": %s}' % options  # noqa: SLF001
    basic._ANSIBLE_PROFILE = "legacy"  # noqa: SLF001
    return basic


def _package(name: str, folder: str) -> None:
    """What is imported of it is in this folder, and nowhere else where this Python may find some."""
    package: Any = ModuleType(name)
    package.__path__ = [folder] if folder else []
    package.__file__ = os.path.join(folder, "__init__.py")
    sys.modules[name] = package
    parent, _dot, own = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], own, package)


if __name__ == "__main__":
    main()
