# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list from whatever a survey, an extra variable or a file gives for one."""

from __future__ import annotations

from typing import Any, Dict, List

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._description.texts import NotReadable, list_of

DOCUMENTATION = r"""
name: as_list
short_description: A list from whatever a survey or an extra variable gives for one
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
description:
  - AWX hands survey answers and extra variables over as texts. The roles of this collection pass their lists through
    this filter, so that a list, YAML or JSON text, a comma list, an empty text and null all do.
  - What is C(omit) is as if it were not there. So are the fields of an entry that are empty, null or blank.
positional: _input
options:
  _input:
    description:
      - A list, a mapping (a list of one), text, or nothing.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: All three are the list of GRA11 and SBG5
  ansible.builtin.debug:
    msg: "{{ item | ovhcloud.vrack.as_list }}"
  loop:
    - "GRA11, SBG5"
    - '["GRA11", "SBG5"]'
    - "- GRA11\n- SBG5"
"""

RETURN = r"""
_value:
  description: The list.
  type: list
  elements: raw
"""


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Dict[str, Any]:
        return {"as_list": as_list}


def as_list(value: Any) -> List[Any]:
    """The list that is meant. What was read from text is wrapped: no template in it is ever rendered."""
    try:
        found = list_of(value)
    except NotReadable as problem:
        raise AnsibleFilterError(str(problem)) from problem
    return list(wrap_var(found)) if isinstance(value, str) else found
