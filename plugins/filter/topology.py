# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""vrack_topology -> the lists that the roles take. Cross-checks every name, asks no API."""

from __future__ import annotations

import difflib
import ipaddress
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

import yaml
from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.unsafe_proxy import wrap_var

from .as_list import as_list

DOCUMENTATION = r"""
name: topology
short_description: Turn a vrack_topology into the lists that the roles take
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
description:
  - Checks the description of a vRack's networks and instances as a whole, and splits it into the lists that the roles
    of this collection take. Every name that is used must be described or be marked as existing.
  - All problems are reported together, each with its place, as C(instances[2].networks[0]).
  - Asks no API and knows nothing of what exists.
  - What AWX makes of values is taken for what it was, YAML text for a mapping or a list, V(false) in quotes for false,
    an empty text for nothing.
positional: _input
options:
  _input:
    description:
      - The description. Its keys are V(project), V(vrack), V(networks), V(ssh_keys), V(instances), V(interfaces) and
        V(existing). The README of the collection shows each with its fields.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: The subnets of a topology
  ansible.builtin.debug:
    msg: "{{ (vrack_topology | ovhcloud.vrack.topology).subnets }}"
  vars:
    vrack_topology:
      project: my-project
      networks:
        - name: blue
          vlan_id: 42
          cidr: 192.168.42.0/24
          regions: [GRA11, SBG5]
"""

RETURN = r"""
_value:
  description: >-
    A dictionary with V(project), V(vrack), V(networks), V(subnets), V(ssh_keys), V(instances) and V(interfaces), each
    in the form of the role that takes it.
  type: dict
"""

FIELDS = {
    "vrack_topology": ("project", "vrack", "networks", "ssh_keys", "instances", "interfaces", "existing"),
    "vrack": ("name", "service_name", "description", "adopt", "move", "subsidiary", "keep_attached"),
    "networks": ("name", "vlan_id", "regions", "exact_regions", "cidr", "dhcp", "gateway", "subnets"),
    "subnets": ("region", "cidr", "start", "end", "dhcp", "gateway", "force"),
    "ssh_keys": ("name", "public_key", "region", "force"),
    "instances": (
        "name",
        "region",
        "flavor",
        "image",
        "ssh_key",
        "public",
        "networks",
        "user_data",
        "billing",
        "availability_zone",
    ),
    "wishes": ("network", "public", "ip"),
    "interfaces": ("instance", "region", "network", "public", "ip"),
    "existing": ("networks", "ssh_keys"),
}
NEEDED = {
    "networks": ("name",),
    "subnets": ("region", "cidr"),
    "ssh_keys": ("name", "public_key"),
    "instances": ("name", "region", "flavor"),
    "interfaces": ("instance",),
}
PUBLIC = "public"


class FilterModule:
    """The filters of this file."""

    def filters(self) -> Dict[str, Any]:
        return {"topology": topology}


def topology(value: Any) -> Dict[str, Any]:
    """The lists for the roles, or one error with all problems."""
    reader = _Topology(_from_text(value) if isinstance(value, str) else value)
    lists = reader.lists()
    if reader.problems:
        raise AnsibleFilterError("vrack_topology has problems:\n- " + "\n- ".join(reader.problems))
    return lists


class _Topology:
    def __init__(self, value: Any) -> None:
        self.problems: List[str] = []
        self.value = self._fields("vrack_topology", "vrack_topology", value)
        self.networks = self._entries("networks")
        self.keys = self._entries("ssh_keys")
        self.instances = self._entries("instances")
        self.interfaces = self._entries("interfaces")
        self.existing = self._fields("existing", "existing", self.value.get("existing") or {})

    def lists(self) -> Dict[str, Any]:
        vrack = self._fields("vrack", "vrack", self.value.get("vrack") or {})
        if not self.value.get("project"):
            self._problem("project", "is needed")
        if self.value.get("vrack") is not None and not (vrack.get("name") or vrack.get("service_name")):
            self._problem("vrack", "needs name or service_name")
        self._check_unique("networks", self.networks, ["name", "vlan_id"], ["vlan_id"])
        self._check_unique("ssh_keys", self.keys, ["name", "region"])
        self._check_unique("instances", self.instances, ["name", "region"])
        return {
            "project": self.value.get("project"),
            "vrack": vrack,
            "networks": [_network(entry) for entry in self.networks],
            "subnets": list(self._subnets()),
            "ssh_keys": self.keys,
            "instances": [self._instance(index, entry) for index, entry in enumerate(self.instances)],
            "interfaces": [self._interface(index, entry) for index, entry in enumerate(self.interfaces)],
        }

    # Form

    def _problem(self, place: str, text: str) -> None:
        self.problems.append(f"{place}: {text}")

    def _fields(self, kind: str, place: str, value: Any) -> Dict[str, Any]:
        """The mapping at *place*, with unknown and missing keys named."""
        if not isinstance(value, Mapping):
            self._problem(place, f"must be a mapping, not {_kind_of(value)}")
            return {}
        for key in value:
            if key not in FIELDS[kind]:
                self._problem(place, f"has no field '{key}'{_near(str(key), FIELDS[kind])}")
        for key in NEEDED.get(kind, ()):
            if value.get(key) in (None, ""):
                self._problem(place, f"needs {key}")
        return {
            key: _read(key, entry) for key, entry in value.items() if key in FIELDS[kind] and entry not in (None, "")
        }

    def _entries(self, kind: str, value: Any = None, place: str = "") -> List[Dict[str, Any]]:
        value = self.value.get(kind) if not place else value
        place = place or kind
        if isinstance(value, (Mapping, bool, int)):
            self._problem(place, f"must be a list, not {_kind_of(value)}")
            return []
        return [self._fields(kind, f"{place}[{index}]", entry) for index, entry in enumerate(as_list(value))]

    def _check_unique(self, place: str, entries: Sequence[Mapping[str, Any]], *keys: Sequence[str]) -> None:
        for fields in keys:
            seen: Dict[Any, int] = {}
            for index, entry in enumerate(entries):
                mark = tuple(str(entry.get(field)) for field in fields)
                if entry.get(fields[0]) is None:
                    continue
                if mark in seen:
                    shown = ", ".join(f"{field} {value}" for field, value in zip(fields, mark) if value != "None")
                    self._problem(f"{place}[{index}]", f"{shown} stands in {place}[{seen[mark]}] too")
                seen[mark] = index

    # Networks

    def _subnets(self) -> Iterable[Dict[str, Any]]:
        """One subnet a region from a network's cidr, or those that it lists."""
        for index, network in enumerate(self.networks):
            place = f"networks[{index}]"
            listed = self._entries("subnets", network.get("subnets"), f"{place}.subnets")
            if listed and network.get("cidr"):
                self._problem(place, "has cidr and subnets; give one of the two")
            if network.get("cidr") and not network.get("regions"):
                self._problem(place, "has cidr but no regions to make a subnet in")
            common: Dict[str, Any] = {key: network[key] for key in ("dhcp", "gateway") if key in network}
            if network.get("cidr"):
                listed = [{"region": region, "cidr": network["cidr"]} for region in network.get("regions") or ()]
            for number, subnet in enumerate(listed):
                region = subnet.get("region")
                if network.get("regions") and region not in network["regions"]:
                    self._problem(f"{place}.subnets[{number}]", f"region {region} is not in {place}.regions")
                yield {**common, **subnet, "network": network.get("name")}

    def _find_network(self, place: str, ref: str) -> Optional[Mapping[str, Any]]:
        """The described network that is meant; None where it exists already or is given by an id."""
        for network in self.networks:
            if ref in (network.get("name"), str(network.get("vlan_id"))):
                return network
        if ref in [str(name) for name in self.existing.get("networks") or ()] or _is_id(ref):
            return None
        names = [str(network.get("name")) for network in self.networks]
        self._problem(
            place,
            f"no network '{ref}' is described{_near(ref, names)}; one that exists already goes into existing.networks",
        )
        return None

    def _check_place(self, place: str, network: Mapping[str, Any], region: Any, ip: Any) -> None:
        """Whether a described network reaches the region, and holds the address."""
        regions = _regions(network)
        if region and regions and region not in regions:
            self._problem(place, f"network '{network.get('name')}' is not in region {region}")
            return
        subnets = [one for one in network.get("subnets") or () if one.get("region") == region]
        cidrs = [network["cidr"]] if network.get("cidr") else [one.get("cidr") for one in subnets]
        if region and not cidrs:
            self._problem(place, f"network '{network.get('name')}' has no subnet in region {region}")
        elif ip and region and not any(_inside(ip, cidr) for cidr in cidrs):
            self._problem(place, f"ip {ip} is not in {', '.join(str(cidr) for cidr in cidrs)}")

    # Instances

    def _instance(self, index: int, entry: Mapping[str, Any]) -> Dict[str, Any]:
        place = f"instances[{index}]"
        key = entry.get("ssh_key")
        known = [one.get("name") for one in self.keys] + list(self.existing.get("ssh_keys") or ())
        if key and key not in known:
            near = _near(str(key), [str(name) for name in known])
            self._problem(
                f"{place}.ssh_key", f"no key '{key}' is described{near}; one that exists goes into existing.ssh_keys"
            )
        wishes = self._wishes(place, entry)
        result = {name: value for name, value in entry.items() if name not in ("public", "networks")}
        if wishes is not None:
            result["networks"] = wishes
        return result

    def _wishes(self, place: str, entry: Mapping[str, Any]) -> Optional[List[Dict[str, Any]]]:
        """The networks in the order given. public: true, which leaves the order open, puts the public one first."""
        if "networks" not in entry:
            return [{"public": True}] if entry.get("public") else None
        given = entry["networks"]
        wishes = [
            self._wish(f"{place}.networks[{index}]", wish, entry.get("region")) for index, wish in enumerate(given)
        ]
        if entry.get("public") and {"public": True} not in wishes:
            wishes.insert(0, {"public": True})
        return wishes

    def _wish(self, place: str, wish: Any, region: Any) -> Dict[str, Any]:
        if isinstance(wish, (str, int)) and not isinstance(wish, bool):
            wish = {"network": wish}
        fields = self._fields("wishes", place, wish)
        ref = str(fields.get("network", ""))
        if fields.get("public") or ref == PUBLIC:
            if fields.get("ip"):
                self._problem(place, "an address cannot be chosen on the public network")
            return {"public": True}
        if not ref:
            self._problem(place, "needs network, or public: true")
            return {}
        network = self._find_network(place, ref)
        if network is not None:
            self._check_place(place, network, region, fields.get("ip"))
        return _only({**fields, "network": ref}, "network", "ip")

    def _interface(self, index: int, entry: Mapping[str, Any]) -> Dict[str, Any]:
        place = f"interfaces[{index}]"
        region = entry.get("region")
        described = [one for one in self.instances if one.get("name") == entry.get("instance")]
        if region is None and len(described) == 1:
            region = described[0].get("region")
        wish = self._wish(place, _only(entry, "network", "public", "ip"), region)
        return {**_only(entry, "instance", "region"), **wish}


def _network(entry: Mapping[str, Any]) -> Dict[str, Any]:
    return _only(entry, "name", "vlan_id", "exact_regions", regions=_regions(entry))


def _from_text(text: str) -> Any:
    """A topology that is given as YAML text, such as a survey's answer."""
    try:
        return wrap_var(yaml.safe_load(str(text)))
    except yaml.YAMLError as problem:
        raise AnsibleFilterError(f"vrack_topology is text that is no YAML: {problem}") from problem


def _truth(field: str, value: Any) -> bool:
    try:
        return bool(boolean(value))
    except TypeError as problem:
        raise AnsibleFilterError(f"{field} must be true or false, not '{value}'") from problem


def _read(field: str, value: Any) -> Any:
    """Lists and truth values, also where they come as text."""
    if field in ("regions", "networks", "ssh_keys") and isinstance(value, str):
        return as_list(value)
    if field in ("adopt", "move", "keep_attached", "public", "exact_regions", "force", "dhcp", "gateway"):
        return _truth(field, value)
    return value


def _only(entry: Mapping[str, Any], *names: str, **more: Any) -> Dict[str, Any]:
    """These fields, where they are given."""
    values = {name: entry[name] for name in names if name in entry}
    values.update({name: value for name, value in more.items() if value})
    return values


def _regions(network: Mapping[str, Any]) -> List[str]:
    """The regions of a network: as listed, else those of its subnets."""
    if network.get("regions"):
        return list(network["regions"])
    subnets = network.get("subnets") or ()
    return list(dict.fromkeys(str(one["region"]) for one in subnets if isinstance(one, Mapping) and one.get("region")))


def _inside(ip: Any, cidr: Any) -> bool:
    try:
        return ipaddress.ip_address(str(ip)) in ipaddress.ip_network(str(cidr), strict=False)
    except ValueError:
        return False


def _is_id(ref: str) -> bool:
    return ref.startswith("pn-") or (len(ref) == 36 and ref.count("-") == 4)


def _near(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean '{close[0]}'?)" if close else ""


def _kind_of(value: Any) -> str:
    names = {str: "a text", int: "a number", bool: "a truth value", list: "a list", dict: "a mapping"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), str(type(value).__name__))
