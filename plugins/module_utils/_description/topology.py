# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""vrack_topology, read: every name cross-checked, every problem with its place, no API asked."""

from __future__ import annotations

import ipaddress
import os
from contextlib import suppress
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from ansible.module_utils.parsing.convert_bool import boolean

from .._shared.lookup import NETWORK_ID, UUID, near_names
from .fields import (
    FIELDS,
    FOR_ALL_SUBNETS,
    LONG_TEXT,
    NAMES,
    NEEDED,
    NEEDED_TO_MAKE,
    NUMBER,
    PLAIN_ENTRIES,
    TEXT,
    TRUTH,
    cleaned,
    from_plain,
    is_left_out,
    kind_of,
    names_of,
)
from .texts import NotReadable, list_of, parsed_text

PUBLIC = "public"
OWN_OF_INSTANCES = ("public", "networks", "guest_network", "host_key")
PROJECT_VARIABLE = "OVH_CLOUD_PROJECT_SERVICE"


def read_topology(value: Any) -> Topology:
    """What a mapping, or the YAML text of one, such as a survey's answer, describes."""
    if not isinstance(value, str):
        return Topology(value)
    try:
        return Topology(parsed_text(value))
    except NotReadable as problem:
        described = Topology({})
        described.problem("vrack_topology", f"is text that is no YAML: {problem}")
        return described


class Topology:
    """What is described, and what is wrong with that."""

    def __init__(self, value: Any) -> None:
        self.problems: List[str] = []
        self._wrong: List[str] = []
        self.value = self._fields("vrack_topology", "vrack_topology", cleaned(value))
        self.vrack = self._fields("vrack", "vrack", self.value.get("vrack", {}))
        self.existing = self._fields("existing", "existing", self.value.get("existing", {}))
        self.networks = self._entries("networks", "networks", self.value.get("networks"))
        self.subnets = [
            self._entries("subnets", f"networks[{index}].subnets", network.get("subnets"))
            for index, network in enumerate(self.networks)
        ]
        self.keys = self._entries("ssh_keys", "ssh_keys", self.value.get("ssh_keys"))
        self.instances = self._entries("instances", "instances", self.value.get("instances"))
        self.interfaces = self._entries("interfaces", "interfaces", self.value.get("interfaces"))

    def lists(self) -> Dict[str, Any]:
        project = self.value.get("project") or os.environ.get(PROJECT_VARIABLE, "").strip()
        if not project:
            self.problem("project", f"is needed (or the variable {PROJECT_VARIABLE})")
        if "vrack" in self.value and not (self.vrack.get("name") or self.vrack.get("service_name")):
            self.problem("vrack", "needs name or service_name")
        self._check_unique("networks", self.networks, ["name"], ["vlan_id"])
        self._check_unique("ssh_keys", self.keys, ["name", "region"])
        self._check_unique("instances", self.instances, ["name", "region"])
        self._check_bastion(self.value.get("bastion"))
        return {
            "project": project,
            "vrack": self.vrack,
            "networks": [self._network(index, entry) for index, entry in enumerate(self.networks)],
            "subnets": [subnet for _place, subnet in self._subnets()],
            "ssh_keys": self.keys,
            "instances": [self._instance(index, entry) for index, entry in enumerate(self.instances)],
            "interfaces": [self._interface(index, entry) for index, entry in enumerate(self.interfaces)],
            "existing_instances": self.existing.get("instances", []),
            "bastion": self.value.get("bastion", ""),
            "host_keys": self._host_keys(),
        }

    # Form

    def problem(self, place: str, text: str) -> None:
        line = " ".join(f"{place}: {text}".split())
        if line not in self.problems:
            self.problems.append(line)
            self._wrong.append(place)

    def is_wrong(self, place: str) -> bool:
        """Whether there is a problem with it, in it, or with what it is in."""
        return any(_is_within(place, wrong) or _is_within(wrong, place) for wrong in self._wrong)

    def places(self) -> Dict[str, List[str]]:
        """Where each entry of the lists is described."""
        lists = {"ssh_keys": self.keys, "instances": self.instances, "interfaces": self.interfaces}
        found = {name: [f"{name}[{index}]" for index in range(len(entries))] for name, entries in lists.items()}
        found["networks"] = [f"networks[{index}]" for index in range(len(self.networks))]
        found["subnets"] = [place for place, _subnet in self._subnets()]
        return found

    def _fields(self, kind: str, place: str, value: Any) -> Dict[str, Any]:
        """The mapping at *place*, with unknown, missing and unfitting fields named."""
        value = self._parsed(place, value)
        if not isinstance(value, Mapping):
            self.problem(place, f"must be a mapping, not {kind_of(value)}")
            return {}
        for key in value:
            if key not in FIELDS[kind]:
                self.problem(place, f"has no field '{key}'{near_names(str(key), FIELDS[kind])}")
        for key in NEEDED.get(kind, ()):
            if key not in value:
                self.problem(place, f"needs {key}")
        where = "" if kind == "vrack_topology" else f"{place}."
        read = {key: self._read(FIELDS[kind][key], f"{where}{key}", value[key]) for key in FIELDS[kind] if key in value}
        return {key: entry for key, entry in read.items() if not is_left_out(entry)}

    def _read(self, form: str, place: str, value: Any) -> Any:
        """A field's value in the form that it must have; None with a problem where it has another one."""
        if form in (TEXT, LONG_TEXT):
            if isinstance(value, (Mapping, list, bool, float)):
                return self.problem(place, f"must be text, not {kind_of(value)}")
            return str(value).strip() if form == TEXT else str(value)
        if form == NUMBER:
            return self._number(place, value)
        if form == TRUTH:
            try:
                return bool(boolean(value))
            except TypeError:
                return self.problem(place, f"must be true or false, not '{value}'")
        if form == NAMES:
            return self._names(place, value)
        return value

    def _number(self, place: str, value: Any) -> Optional[int]:
        try:
            if isinstance(value, bool) or float(value) != int(float(value)):
                raise ValueError
            return int(float(value))
        except (TypeError, ValueError, OverflowError):
            self.problem(place, f"must be a whole number, not '{value}'")
            return None

    def _names(self, place: str, value: Any) -> Optional[List[str]]:
        try:
            given = list_of(value)
            found = names_of(given)
            return found if found or not given else None
        except (NotReadable, TypeError):
            self.problem(place, f"must be a list of names, not {kind_of(value)}")
            return None

    def _parsed(self, place: str, value: Any) -> Any:
        """A mapping, also where it comes as text."""
        if not isinstance(value, str):
            return value
        try:
            parsed = cleaned(parsed_text(value))
        except NotReadable:
            return value
        return parsed if isinstance(parsed, Mapping) else value

    def _entries(self, kind: str, place: str, value: Any) -> List[Dict[str, Any]]:
        return [self._fields(kind, f"{place}[{index}]", entry) for index, entry in enumerate(self._list(place, value))]

    def _list(self, place: str, value: Any) -> List[Any]:
        """A list, also where it comes as text."""
        if value is None:
            return []
        if isinstance(value, Mapping) or not isinstance(value, (list, str)):
            self.problem(place, f"must be a list, not {kind_of(value)}")
            return []
        try:
            return list(cleaned(list_of(value)))
        except NotReadable as problem:
            self.problem(place, str(problem))
            return []

    def _check_unique(self, place: str, entries: Sequence[Mapping[str, Any]], *keys: Sequence[str]) -> None:
        for fields in keys:
            seen: Dict[Any, int] = {}
            for index, entry in enumerate(entries):
                mark = tuple(str(entry.get(field)) for field in fields)
                if entry.get(fields[0]) is None:
                    continue
                if mark in seen:
                    shown = ", ".join(f"{field} {value}" for field, value in zip(fields, mark) if value != "None")
                    self.problem(f"{place}[{index}]", f"{shown} stands in {place}[{seen[mark]}] too")
                seen[mark] = index

    # Networks

    def _regions(self, index: int) -> List[str]:
        """The regions of a network: as listed, else those of its subnets."""
        listed = self.networks[index].get("regions") or [one.get("region") for one in self.subnets[index]]
        return list(dict.fromkeys(str(region) for region in listed if region))

    def _network(self, index: int, entry: Mapping[str, Any]) -> Dict[str, Any]:
        if entry.get("regions") == []:
            self.problem(f"networks[{index}].regions", "is empty; leave it out for all regions, or name one")
        return _only(entry, "name", "vlan_id", "exact_regions", regions=self._regions(index))

    def _subnets(self) -> Iterable[Tuple[str, Dict[str, Any]]]:
        """One subnet a region from a network's cidr, or those that it lists, and where each is described."""
        for index, network in enumerate(self.networks):
            place = f"networks[{index}]"
            listed = self.subnets[index]
            if listed and network.get("cidr"):
                self.problem(place, "has cidr and subnets; give one of the two")
            if network.get("cidr") and not network.get("regions"):
                self.problem(place, "has cidr but no regions to make a subnet in")
            if network.get("cidr"):
                listed = [{"region": region, "cidr": network["cidr"]} for region in network.get("regions") or ()]
            for number, subnet in enumerate(listed):
                region = subnet.get("region")
                here = place if network.get("cidr") else f"{place}.subnets[{number}]"
                if network.get("regions") and region and region not in network["regions"]:
                    self.problem(here, f"region {region} is not in {place}.regions")
                yield here, {**_only(network, *FOR_ALL_SUBNETS), **subnet, "network": network.get("name")}

    def _find_network(self, place: str, ref: str) -> Optional[int]:
        """Which described network is meant; None where it exists already or is given by an id."""
        for index, network in enumerate(self.networks):
            if ref in (network.get("name"), str(network.get("vlan_id"))):
                return index
        if ref in self.existing.get("networks", ()) or NETWORK_ID.fullmatch(ref) or UUID.fullmatch(ref):
            return None
        names = [str(network.get("name")) for network in self.networks]
        self.problem(
            place,
            f"no network '{ref}' is described{near_names(ref, names)}; "
            "one that exists already goes into existing.networks",
        )
        return None

    def _check_place(self, place: str, index: int, region: Any, ip: Any) -> None:
        """Whether a described network reaches the region, and holds the address."""
        network, regions = self.networks[index], self._regions(index)
        if region and regions and region not in regions:
            self.problem(place, f"network '{network.get('name')}' is not in region {region}")
            return
        subnets = [one for one in self.subnets[index] if one.get("region") == region]
        cidrs = [network["cidr"]] if network.get("cidr") else [one.get("cidr") for one in subnets]
        if region and not cidrs:
            self.problem(place, f"network '{network.get('name')}' has no subnet in region {region}")
        elif ip and region and not any(_inside(ip, cidr) for cidr in cidrs):
            self.problem(place, f"ip {ip} is not in {', '.join(str(cidr) for cidr in cidrs)}")

    # Instances

    def _check_bastion(self, name: Any) -> None:
        """It is one of the instances."""
        known = [str(one.get("name")) for one in self.instances] + self.existing.get("instances", [])
        if name and name not in known:
            self.problem("bastion", f"no instance '{name}' is described{near_names(name, known)}")

    def _instance(self, index: int, entry: Mapping[str, Any]) -> Dict[str, Any]:
        place = f"instances[{index}]"
        name, key = str(entry.get("name", "")), entry.get("ssh_key")
        if name not in self.existing.get("instances", ()) and not UUID.fullmatch(name):
            for field in NEEDED_TO_MAKE:
                if field not in entry:
                    self.problem(place, f"needs {field}; the name of one that exists goes into existing.instances")
        known = [str(one.get("name")) for one in self.keys] + self.existing.get("ssh_keys", [])
        if key and key not in known:
            self.problem(
                f"{place}.ssh_key",
                f"no key '{key}' is described{near_names(key, known)}; one that exists goes into existing.ssh_keys",
            )
        wishes = self._wishes(place, entry)
        result = {name: value for name, value in entry.items() if name not in OWN_OF_INSTANCES}
        if wishes is not None:
            result["networks"] = wishes
        result.update(self._user_data(place, entry))
        return result

    def _user_data(self, place: str, entry: Mapping[str, Any]) -> Dict[str, Any]:
        """The instance's own, with what keeps its default route on its first interface, and with its host key."""
        from .._guest.host_key import NoKey, host_key_config
        from .._guest.user_data import Unfit, with_config, with_guest_network

        given: Dict[str, Any] = {name: entry[name] for name in ("user_data",) if name in entry}
        try:
            if entry.get("guest_network", self.value.get("guest_network", False)):
                given["user_data"] = with_guest_network(given.get("user_data"), parsed_text)
            if entry.get("host_key"):
                given["user_data"] = with_config(
                    given.get("user_data"), parsed_text, host_key_config(entry["host_key"])
                )
        except Unfit as problem:
            self.problem(f"{place}.user_data", f"{problem}, so that guest_network and host_key can't be added to it")
        except NoKey as problem:
            self.problem(f"{place}.host_key", str(problem))
        return given

    def _host_keys(self) -> Dict[str, str]:
        """The public halves of those that are given, by the instances' names."""
        from .._guest.host_key import NoKey, public_key

        found = {}
        for entry in self.instances:
            with suppress(NoKey):
                found.update({str(entry.get("name")): public_key(entry["host_key"])} if entry.get("host_key") else {})
        return found

    def _wishes(self, place: str, entry: Mapping[str, Any]) -> Optional[List[Dict[str, Any]]]:
        """The networks in the order given. public: true, which leaves the order open, puts the public one first."""
        if "networks" not in entry:
            return [{"public": True}] if entry.get("public") else None
        wishes = [
            self._wish(f"{place}.networks[{index}]", wish, entry.get("region"))
            for index, wish in enumerate(self._list(f"{place}.networks", entry["networks"]))
        ]
        if entry.get("public") and {"public": True} not in wishes:
            wishes.insert(0, {"public": True})
        return wishes

    def _wish(self, place: str, wish: Any, region: Any) -> Dict[str, Any]:
        fields = self._fields("wishes", place, from_plain(wish, PLAIN_ENTRIES["wishes"]))
        ref = fields.get("network", "")
        if fields.get("public") or ref == PUBLIC:
            if fields.get("ip"):
                self.problem(place, "an address cannot be chosen on the public network")
            return {"public": True}
        if not ref:
            self.problem(place, "needs network, or public: true")
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


def _only(entry: Mapping[str, Any], *names: str, **more: Any) -> Dict[str, Any]:
    """These fields, where they are given."""
    values = {name: entry[name] for name in names if name in entry}
    values.update({name: value for name, value in more.items() if value})
    return values


def _inside(ip: Any, cidr: Any) -> bool:
    try:
        return ipaddress.ip_address(str(ip)) in ipaddress.ip_network(str(cidr), strict=False)
    except ValueError:
        return False


def _is_within(place: str, other: str) -> bool:
    return place == other or place.startswith((f"{other}.", f"{other}["))
