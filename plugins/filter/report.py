# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A vRack as a picture."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ..plugin_utils._report.picture import picture_of
from ..plugin_utils._report.render import FORMATS

DOCUMENTATION = r"""
name: report
short_description: A vRack as a picture
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
description:
  - Makes one HTML page, an SVG or a Mermaid graph of what M(ovhcloud.vrack.ovh_vrack_contents_info) returns, VLANs as
    lines and regions as columns, instances where both meet, and what of each range is used, free and reserved.
  - With a plan, what is missing, what differs and what is not described is marked.
  - The page needs no other file and asks for none. Whatever a name holds is shown as text.
  - The same input makes the same text. There is no date in it.
positional: _input
options:
  _input:
    description:
      - What M(ovhcloud.vrack.ovh_vrack_contents_info) returned.
    type: dict
    required: true
  format:
    description:
      - V(html) is a page to search and filter, V(svg) a picture for a README, V(mermaid) text for a merge request.
      - A Mermaid graph of more than 120 instances has their number in each region instead of each of them.
    type: str
    choices: [html, svg, mermaid]
    default: html
  planned:
    description:
      - What M(ovhcloud.vrack.ovh_plan) returned, also where it failed.
    type: dict
  described:
    description:
      - The C(vrack_topology) that was planned, for the networks that it names under C(existing).
    type: dict
seealso:
  - module: ovhcloud.vrack.ovh_vrack_contents_info
  - module: ovhcloud.vrack.ovh_plan
"""

EXAMPLES = r"""
- name: Read what is in the vRack of a project
  ovhcloud.vrack.ovh_vrack_contents_info:
    project: my-project
  register: found

- name: Write it as a page
  ansible.builtin.copy:
    dest: vrack.html
    content: "{{ found | ovhcloud.vrack.report }}"
    mode: "0600"

- name: Plan what is described
  ovhcloud.vrack.ovh_plan:
    topology: "{{ described }}"
  register: planned
  vars: &described
    described:
      project: my-project
      vrack:
        name: backbone
      networks:
        - name: blue
          vlan_id: 42
          regions: [GRA11]
      existing:
        networks: [storage]

- name: Mark on the page what differs from that
  ansible.builtin.copy:
    dest: vrack.html
    content: "{{ found | ovhcloud.vrack.report(planned=planned, described=described) }}"
    mode: "0600"
  vars: *described

- name: Show it as text for a merge request
  ansible.builtin.debug:
    msg: "{{ (found | ovhcloud.vrack.report(format='mermaid')).splitlines() }}"
"""

RETURN = r"""
_value:
  description: The page, the picture or the graph.
  type: str
"""


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Dict[str, Any]:
        return {"report": report}


def report(
    value: Any,
    format: str = "html",  # noqa: A002  the option is called so
    planned: Optional[Mapping[str, Any]] = None,
    described: Any = None,
) -> Any:
    """The text of the file."""
    if format not in FORMATS:
        raise AnsibleFilterError(f"there is no format '{format}'; there are {', '.join(FORMATS)}")
    if not isinstance(value, Mapping) or "projects" not in value:
        raise AnsibleFilterError("report takes what ovhcloud.vrack.ovh_vrack_contents_info returned")
    return wrap_var(FORMATS[format](picture_of(value, planned, described)))
