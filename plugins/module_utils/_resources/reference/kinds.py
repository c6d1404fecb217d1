# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What options point at, as data: how each kind of thing is called, by what it is named, and where."""

from __future__ import annotations

from typing import Dict, Mapping, NamedTuple, Optional


class Kind(NamedTuple):
    """one: what a thing of the kind is called. by: the names and ids by which it is given. option: where."""

    one: str
    by: str
    option: str


KINDS: Dict[str, Kind] = {
    "project": Kind("a project", "its id or its description", "project"),
    "vRack": Kind(
        "a vRack",
        "its service name (pn-1234) or its name",
        "vrack of ovh_vrack_cloudproject, or service_name or name of ovh_vrack",
    ),
    "network": Kind(
        "a private network",
        "its name, its VLAN or its id (pn-1234_56)",
        "network, or name of ovh_private_network",
    ),
    "subnet": Kind("a subnet", "its cidr", "network, region and cidr of ovh_subnet, which name it together"),
    "instance": Kind(
        "an instance", "its name or its id", "instance of ovh_instance_interface, or name of ovh_instance"
    ),
    "interface": Kind(
        "an interface",
        "its network",
        "instance and network of ovh_instance_interface, which name it together",
    ),
    "ssh key": Kind("an ssh key", "its name or its id", "ssh_key, or name of ovh_ssh_key"),
    "flavor": Kind("a flavor", "its name or its id in that region", "flavor"),
    "image": Kind("an image", "its name or its id in that region", "image"),
    "region": Kind("a region", "its name, such as GRA11", "region or regions"),
    "address": Kind("an address", "itself", "ip, beside the network that it is in"),
    "order": Kind("an order", "its number", "no option: the vRack that it made is named by its service name"),
}

WANTED_BY: Mapping[str, str] = {
    "project": "project",
    "adopt_from": "project",
    "vrack": "vRack",
    "service_name": "vRack",
    "network": "network",
    "instance": "instance",
    "ssh_key": "ssh key",
    "flavor": "flavor",
    "image": "image",
    "region": "region",
    "regions": "region",
}
"""What an option points at, in whatever module it is."""

LISTED = {
    "vracks": "vRack",
    "networks": "network",
    "instances": "instance",
    "ssh_keys": "ssh key",
    "flavors": "flavor",
    "images": "image",
    "regions": "region",
}
"""What the option name of a module points at that returns such a list."""


def wanted_by(option: str, many: str) -> Optional[str]:
    return LISTED.get(many) if option == "name" else WANTED_BY.get(option)
