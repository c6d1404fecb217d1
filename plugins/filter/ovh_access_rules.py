# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The access rules that modules, or a topology, need."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Sequence
from urllib.parse import quote

from ansible.errors import AnsibleFilterError

from ..module_utils._rights import ABSENT, OPTIONS, PRESENT, RIGHTS, rules_for, widened
from .as_list import as_list

DOCUMENTATION = r"""
name: ovh_access_rules
short_description: The exact access rules that modules or a topology need
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
description:
  - Says which access rules an OVHcloud key must have for these modules, or for what a C(vrack_topology) describes.
  - Asks no API.
  - OVHcloud documents a star at the end of a rule's path. Most of these have one in the middle as well, of which it
    says nothing. Where a key with such rules is refused, V(wide) has rules without. They allow more, and will do.
positional: _input, state
options:
  _input:
    description:
      - A list of module names (with or without C(ovhcloud.vrack.)), or a C(vrack_topology).
    type: raw
    required: true
  state:
    description:
      - What is done, V(present), V(absent) or V(both).
    type: str
    choices: [present, absent, both]
    default: both
"""

EXAMPLES = r"""
- name: What a key needs for instances
  ansible.builtin.debug:
    msg: "{{ (['ovh_instance', 'ovh_ssh_key'] | ovhcloud.vrack.ovh_access_rules).request }}"

- name: The page that makes a key for what a description needs, without what takes it away again
  ansible.builtin.debug:
    msg: "{{ (topology | ovhcloud.vrack.ovh_access_rules('present')).links['ovh-ca'] }}"
  vars:
    topology:
      vrack: {name: demo}
      networks: [{name: blue, vlan_id: 42, cidr: 192.168.42.0/24, regions: [BHS5]}]
"""

RETURN = r"""
_value:
  description: >-
    A dictionary with V(rules), a list of C(METHOD /path); V(wide), the same with a star at the end only, which allow
    more; V(request), the body for C(POST /auth/credential) as JSON; V(links), by endpoint the address of the page that
    makes a key with just these rules; and V(link), the one of V(ovh-eu).
  type: dict
"""

TOKEN_PAGES = {
    "ovh-eu": "https://eu.api.ovh.com/createToken/",
    "ovh-ca": "https://ca.api.ovh.com/createToken/",
    "ovh-us": "https://api.us.ovhcloud.com/createToken/",
}
SECTIONS = {
    "vrack": ("ovh_vrack", "ovh_vrack_cloudproject"),
    "networks": ("ovh_private_network", "ovh_subnet"),
    "ssh_keys": ("ovh_ssh_key",),
    "instances": ("ovh_instance",),
    "interfaces": ("ovh_instance_interface",),
}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Dict[str, Any]:
        return {"ovh_access_rules": ovh_access_rules}


def ovh_access_rules(value: Any, state: str = "both") -> Dict[str, Any]:
    """Rules, request and link for modules or a topology."""
    parts = {
        "present": (*PRESENT, *_options(value)),
        "absent": ABSENT,
        "both": (*PRESENT, *OPTIONS, "replace", "delete"),
    }
    if state not in parts:
        raise AnsibleFilterError(f"state is '{state}', but must be one of {', '.join(parts)}")
    found = {rule for module in _modules(value, state) for rule in rules_for(module, parts[state])}
    rules = sorted(found, key=lambda rule: (rule.split(" ", 1)[1], rule))
    pairs = [rule.split(" ", 1) for rule in rules]
    asked = "&".join(f"{method}={quote(path, safe='/*')}" for method, path in pairs)
    links = {endpoint: f"{page}?{asked}" for endpoint, page in TOKEN_PAGES.items()}
    return {
        "rules": rules,
        "wide": widened(rules),
        "request": json.dumps({"accessRules": [{"method": method, "path": path} for method, path in pairs]}),
        "link": links["ovh-eu"],
        "links": links,
    }


def _options(value: Any) -> List[str]:
    """The options that need rules of their own, as far as a topology has them; a list of modules may use any."""
    if not isinstance(value, Mapping):
        return ["dns_servers"]
    networks = [network for network in as_list(value.get("networks")) if isinstance(network, Mapping)]
    subnets = [subnet for network in networks for subnet in as_list(network.get("subnets"))]
    entries = [*networks, *(subnet for subnet in subnets if isinstance(subnet, Mapping))]
    return [option for option in OPTIONS if any(entry.get(option) for entry in entries)]


def _modules(value: Any, state: str) -> List[str]:
    if isinstance(value, Mapping):
        used = {module for section in SECTIONS for module in SECTIONS[section] if value.get(section)}
        if state == "absent":
            used.discard("ovh_vrack")
        return sorted(used)
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise AnsibleFilterError("give a list of modules or a vrack_topology")
    names = [str(name).rpartition(".")[2] for name in value]
    unknown = [name for name in names if name not in RIGHTS]
    if unknown:
        raise AnsibleFilterError(f"no such module: {', '.join(unknown)}; there are {', '.join(sorted(RIGHTS))}")
    return names
