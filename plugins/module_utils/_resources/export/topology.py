# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A project as it is, in the words of vrack_topology, so that `site` on it finds nothing to do."""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from ..._engine.model import Reader
from ..._shared.catalog import list_flavors, list_images
from ..._shared.entries import Entries
from ..._shared.instance_states import is_broken
from ..._shared.project import find_project, project_vrack
from ..instance.record import Instance, list_instances
from ..instance_network.target import PUBLIC, network_names
from ..private_network.record import GOING, Network, list_networks
from ..ssh_key.record import SshKey, list_keys
from ..subnet.record import Subnet, list_subnets_of


def describe(read: Reader, ref: str) -> Tuple[Dict[str, Any], List[str]]:
    """The topology of the project, and what of it cannot be described."""
    project = find_project(read, ref)
    networks = list_networks(read, project)
    subnets = list_subnets_of(read, project, networks)
    keys = list_keys(read, project)
    instances = list_instances(read, project)
    names = {flavor.id: flavor.name for flavor in list_flavors(read, project)} if instances else {}
    names.update({image.id: image.name for image in list_images(read, project)} if instances else {})
    described = [one for one in instances if one.staying and not is_broken(one.status)]
    usable = [one for one in networks if one.status not in (GOING, "ERROR")]
    topology: Dict[str, Any] = {"project": project.id}
    vrack = project_vrack(read, project)
    if vrack is not None:
        topology["vrack"] = {"service_name": vrack["id"]}
    topology["networks"] = [_network(one, subnets[one.id]) for one in sorted(usable, key=lambda one: one.vlan_id)]
    topology["ssh_keys"] = [{"name": key.name, "public_key": key.public_key} for key in _sorted_keys(keys)]
    topology["instances"] = list(_instances(described, keys, networks, names))
    without = [one["name"] for one in topology["instances"] if "image" not in one or "flavor" not in one]
    if without:
        topology["existing"] = {"instances": without}
    left_out = [f"network '{one.name}' ({one.id}) is {one.status}" for one in networks if one not in usable]
    left_out += [text for one in usable for subnet in subnets[one.id] for text in _not_described(one, subnet)]
    left_out += [f"instance '{one.name}' ({one.id}) is {one.status}" for one in instances if one not in described]
    together: List[Entries[Any]] = [networks, keys, instances, *(subnets[one.id] for one in networks)]
    left_out += [one.problem.sentence() for several in together for one in several.odd]
    return topology, left_out


def _not_described(network: Network, subnet: Subnet) -> Iterable[str]:
    """What a description cannot say of a subnet."""
    where = f"subnet {subnet.cidr} ({subnet.id}) of network '{network.name}'"
    if not subnet.is_ipv4:
        yield f"{where} is not IPv4"
    elif not subnet.region:
        yield f"{where} has no pool, and nothing tells which region it is in"
    elif len(subnet.pools) != 1:
        yield f"{where} is described without its pools: {subnet.shown_pools()}"


def _network(network: Network, subnets: Sequence[Subnet]) -> Dict[str, Any]:
    return {
        "name": network.name,
        "vlan_id": network.vlan_id,
        "regions": [entry.region for entry in network.regions],
        "subnets": [
            _subnet(subnet)
            for subnet in sorted(subnets, key=lambda one: (one.region, one.cidr))
            if subnet.is_ipv4 and subnet.region
        ],
    }


def _subnet(subnet: Subnet) -> Dict[str, Any]:
    """Without start and end where it has several pools: it stays as it is then."""
    start, end = subnet.pools[0] if len(subnet.pools) == 1 else (None, None)
    entry = {
        "region": subnet.region,
        "cidr": subnet.cidr,
        "start": start,
        "end": end,
        "dhcp": subnet.dhcp,
        "gateway": subnet.gateway_ip is not None,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _sorted_keys(keys: Sequence[SshKey]) -> List[SshKey]:
    return sorted(keys, key=lambda key: key.name)


def _instances(
    instances: Sequence[Instance], keys: Sequence[SshKey], networks: Sequence[Network], names: Dict[str, str]
) -> Iterable[Dict[str, Any]]:
    """Each by its name, or by its id where the name is another's in the region too."""
    often = Counter((one.name, one.region) for one in instances)
    key_names = {key.id: key.name for key in keys}
    references = _references(networks)
    for one in sorted(instances, key=lambda one: (one.name, one.region, one.id)):
        entry: Dict[str, Any] = {
            "name": one.name if often[one.name, one.region] == 1 else one.id,
            "region": one.region,
            "flavor": names.get(one.flavor_id, one.flavor_id),
            "image": names.get(one.image_id or "", one.image_id),
            "ssh_key": key_names.get(one.key_id or ""),
            "billing": "monthly" if one.monthly else None,
            "availability_zone": one.zone,
            "networks": _wishes(one, references) or None,
        }
        yield {key: value for key, value in entry.items() if value not in (None, "")}


def _references(networks: Sequence[Network]) -> Dict[str, str]:
    """Every id of a network -> its name, or its id where the name is another's too."""
    often = Counter(network.name for network in networks)
    by_name = network_names(networks)
    return {
        one: network.id if often[network.name] > 1 else by_name[one] for network in networks for one in network.ids()
    }


def _wishes(instance: Instance, references: Dict[str, str]) -> List[Any]:
    """The networks that its addresses are in, the public one first, and the address where there is just one."""
    wishes: List[Any] = [PUBLIC] if any(kind == PUBLIC for kind, ip, network in instance.addresses) else []
    found: Dict[str, List[str]] = {}
    for kind, ip, network in instance.addresses:
        name: Optional[str] = references.get(network)
        if kind != PUBLIC and name is not None and ":" not in ip:
            found.setdefault(name, []).append(ip)
    for name, ips in sorted(found.items()):
        wishes.append({"network": name, "ip": ips[0]} if len(ips) == 1 else {"network": name})
    return wishes
