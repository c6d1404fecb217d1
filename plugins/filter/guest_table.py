# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was found on machines, as a table."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._guest.reach import summed_up

DOCUMENTATION = r"""
name: guest_table
short_description: What M(ovhcloud.vrack.guest_reach) found on each machine, as a table
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
description:
  - Takes the result of M(ovhcloud.vrack.guest_reach) on each machine, also where the task failed or did not reach the
    machine.
positional: _input
options:
  _input:
    description:
      - The results by the machines' names.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: What was found
  ansible.builtin.debug:
    msg: "{{ (on_machines | ovhcloud.vrack.guest_table).lines }}"
  vars:
    on_machines:
      web-1: {peers: 1, reached: 1, problems: []}
      web-2: {unreachable: true, msg: Connection timed out}
"""

RETURN = r"""
_value:
  description: >-
    A dictionary with V(lines), the table; V(failed), how many machines have problems; and V(problems), what these are,
    by the machines' names.
  type: dict
"""


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Dict[str, Any]:
        return {"guest_table": guest_table}


def guest_table(value: Mapping[str, Any]) -> Dict[str, Any]:
    """The table and the count."""
    return dict(wrap_var(summed_up(value)))
