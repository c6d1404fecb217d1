# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a vrack_topology, as data: which there are, which are needed, and what each holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Collection, Dict, List, Optional, Tuple

TEXT, LONG_TEXT, NUMBER, TRUTH, NAMES, ENTRIES, ANYTHING = "text", "long", "number", "truth", "names", "entries", "any"
"""LONG_TEXT keeps the blanks around it. ENTRIES are looked at one by one."""

FIELDS: Dict[str, Dict[str, str]] = {
    "vrack_topology": {
        "project": TEXT,
        "vrack": ENTRIES,
        "networks": ENTRIES,
        "ssh_keys": ENTRIES,
        "instances": ENTRIES,
        "interfaces": ENTRIES,
        "existing": ENTRIES,
        "guest_network": TRUTH,
        "bastion": TEXT,
    },
    "vrack": {
        "name": TEXT,
        "service_name": TEXT,
        "description": LONG_TEXT,
        "adopt": TRUTH,
        "move": TRUTH,
        "subsidiary": TEXT,
        "keep_attached": TRUTH,
    },
    "networks": {
        "name": TEXT,
        "vlan_id": NUMBER,
        "regions": NAMES,
        "exact_regions": TRUTH,
        "cidr": TEXT,
        "dhcp": TRUTH,
        "gateway": TRUTH,
        "dns_servers": NAMES,
        "subnets": ENTRIES,
    },
    "subnets": {
        "region": TEXT,
        "cidr": TEXT,
        "start": TEXT,
        "end": TEXT,
        "dhcp": TRUTH,
        "gateway": TRUTH,
        "dns_servers": NAMES,
        "force": TRUTH,
    },
    "ssh_keys": {"name": TEXT, "public_key": LONG_TEXT, "region": TEXT, "force": TRUTH},
    "instances": {
        "name": TEXT,
        "region": TEXT,
        "flavor": TEXT,
        "image": TEXT,
        "ssh_key": TEXT,
        "public": TRUTH,
        "networks": ENTRIES,
        "user_data": ANYTHING,
        "guest_network": TRUTH,
        "host_key": LONG_TEXT,
        "billing": TEXT,
        "availability_zone": TEXT,
    },
    "wishes": {"network": TEXT, "public": TRUTH, "ip": TEXT},
    "interfaces": {"instance": TEXT, "region": TEXT, "network": TEXT, "public": TRUTH, "ip": TEXT},
    "existing": {"networks": NAMES, "ssh_keys": NAMES, "instances": NAMES},
}
SECTIONS = ["vrack", "networks", "ssh_keys", "instances", "interfaces"]
"""What is described, without what it is in and what is there already."""
NEEDED: Dict[str, Tuple[str, ...]] = {
    "networks": ("name",),
    "subnets": ("region", "cidr"),
    "ssh_keys": ("name", "public_key"),
    "instances": ("name", "region"),
    "interfaces": ("instance",),
}
PLAIN_ENTRIES = {"wishes": "network"}
"""Where an entry may be a plain name or number, and the field that it then is."""
NEEDED_TO_MAKE = ("flavor", "image")
"""Of an instance that is not there yet."""

FOR_ALL_SUBNETS = ("dhcp", "gateway", "dns_servers")
"""What a network says for each of its subnets."""


SENT_AS_IT_IS = ("user_data",)
"""What is in these is no part of the description."""
SECRET = (*SENT_AS_IT_IS, "host_key")


def cleaned(value: Any) -> Any:
    """The value without what is left out: fields that are empty, null or omitted, and omitted entries of lists."""
    if isinstance(value, Mapping):
        kept = {key: _plain(entry) if key in SENT_AS_IT_IS else cleaned(entry) for key, entry in value.items()}
        return {key: entry for key, entry in kept.items() if not is_left_out(entry)}
    if isinstance(value, (list, tuple)):
        return [cleaned(entry) for entry in value if not is_omitted(entry)]
    return value


def _plain(value: Any) -> Any:
    """The same in plain containers: Ansible's own, which render a template when it is looked at, can't be made anew."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def hidden(value: Any) -> Any:
    """The value without what may be secret in it, to be shown."""
    if isinstance(value, Mapping):
        return {key: "***" if key in SECRET and entry else hidden(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [hidden(entry) for entry in value]
    return value


def is_left_out(value: Any) -> bool:
    """Whether a field with this value is as if it were not there."""
    return value is None or is_omitted(value) or (isinstance(value, str) and not value.strip())


def is_omitted(value: Any) -> bool:
    """Whether it is what `default(omit)` gives, which Ansible takes out of a module's own options only."""
    return type(value).__name__ == "_OmitType" or (isinstance(value, str) and value.startswith("__omit_place_holder__"))


def names_of(values: List[Any]) -> List[str]:
    """Names as text, without blanks around them and without empty ones. Raises TypeError for what is no name."""
    if any(isinstance(value, (Mapping, list, tuple, bool, float)) for value in values):
        raise TypeError("no names")
    return [str(value).strip() for value in values if not is_left_out(value)]


def plain_field(fields: Collection[str]) -> Optional[str]:
    """What a plain entry means in a list whose entries have these fields; None where it must be a mapping."""
    return next((field for kind, field in PLAIN_ENTRIES.items() if set(FIELDS[kind]) == set(fields)), None)


def from_plain(entry: Any, field: Optional[str]) -> Any:
    """The mapping that a plain entry stands for, where it may; else the entry itself."""
    plain = field is not None and isinstance(entry, (str, int)) and not isinstance(entry, bool)
    return {field: entry} if plain else entry


def kind_of(value: Any) -> str:
    """What a value is called in a message."""
    names = {
        bool: "a truth value",
        str: "a text",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "a mapping",
        type(None): "nothing",
    }
    return next((name for kind, name in names.items() if isinstance(value, kind)), str(type(value).__name__))
