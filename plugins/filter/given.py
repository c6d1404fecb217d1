# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A value, or another one where it is left out."""

from __future__ import annotations

from typing import Any, Dict

from ..module_utils._description.fields import is_left_out

DOCUMENTATION = r"""
name: given
short_description: A value, or another one where it is left out
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
description:
  - What the roles of this collection take for left out is the same for each of their variables, an empty or blank text,
    null, and C(omit).
positional: _input, otherwise
options:
  _input:
    description:
      - Anything.
    type: raw
    required: true
  otherwise:
    description:
      - What is meant where nothing was given.
    type: raw
    default: ""
"""

EXAMPLES = r"""
- name: A survey's answer that was left empty is the default
  ansible.builtin.debug:
    msg: "{{ '' | ovhcloud.vrack.given(1800) }}"
"""

RETURN = r"""
_value:
  description: The value, or V(otherwise).
  type: raw
"""


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Dict[str, Any]:
        return {"given": given}


def given(value: Any, otherwise: Any = "") -> Any:
    """The value, or the other one where there is none."""
    return otherwise if is_left_out(value) else value
