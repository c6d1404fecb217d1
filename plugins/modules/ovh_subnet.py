# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage the subnets of private networks."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_subnet
short_description: Manage the subnet of a private network in a region
description:
  - Makes the subnet that a private network has in a region, and removes it.
  - A subnet is recognised by O(network) and O(region). Where a network has several in a region, O(cidr) tells them
    apart.
  - A subnet that was given several pools by other tools, or none, is one subnet all the same. It stays as it is while
    O(start) and O(end) are left out, and the pools of other regions keep clear of all of its own.
  - IPv6 subnets are left alone.
  - The API cannot change a subnet. One that differs from what is asked for is an error that names every difference,
    unless O(force=true).
  - Pools are checked before anything is changed. They lie in the CIDR, do not hold the gateway, and do not overlap
    between the regions of a network, whether these are in the list given or exist already.
  - Warns where another project of the vRack gives out the same addresses in the same VLAN, as far as the credential may
    read it (C(/vrack/{serviceName}/cloudProject) and the networks of the other projects).
  - Waits until the network is active in O(region), and for no other region.
  - Uses C(/cloud/project/{serviceName}/network/private/{networkId}/subnet) of OVHcloud's API v1.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  project: &project
    description:
      - The project, by id or description.
      - Falls back to the environment variable E(OVH_CLOUD_PROJECT_SERVICE).
    type: str
  network: &network
    description:
      - The private network, by name, VLAN number, id (C(pn-1100042_42)) or its OpenStack id in the region.
    type: str
  region: &region
    description:
      - The region that the subnet is for. Always needed, and one that the project lists.
    type: str
  cidr: &cidr
    description:
      - The IPv4 network, as in V(192.168.42.0/24). Needed to make one. Regions of one network may share it.
    type: str
  start: &start
    description:
      - First address that instances of this region get. Goes together with O(end).
      - When both are left out, an existing subnet keeps its pool. A new one gets all addresses of O(cidr) but the
        first; where other regions of the network are in the same O(cidr), an eighth of it that is free. Regions that
        come later never move the pool of another.
    type: str
  end: &end
    description:
      - Last address that instances of this region get. Goes together with O(start).
    type: str
  dhcp: &dhcp
    description:
      - Whether instances learn their address by DHCP.
      - When left out, it is V(true) for a new subnet, and an existing one stays as it is.
    type: bool
  gateway: &gateway
    description:
      - Whether the first address of O(cidr) is announced as router. It is an address only, not a service that
        translates addresses or leads to the internet.
      - With a router on the private side, an instance that is on the public network too may become unreachable there.
      - When left out, it is V(false) for a new subnet, and an existing one stays as it is.
    type: bool
  dns_servers: &dns_servers
    description:
      - The name servers that DHCP announces, as IPv4 addresses in order of preference. V([]) means none, and that is
        checked too.
      - When left out, the subnet is made by the route of all regions, which knows no name servers, and those of an
        existing one are neither read nor compared.
      - When given, uses C(/cloud/project/{serviceName}/region/{regionName}/network/{networkId}/subnet) to read them and
        to make the subnet.
    type: list
    elements: str
  force: &force
    description:
      - Remove a subnet that differs and make it anew. Refused where instances have addresses in it.
      - The new one keeps what is not asked otherwise.
    type: bool
    default: false
  unlisted_regions:
    description:
      - What to do where a region that the item needs is not listed by the project. OVHcloud was seen to list neither a
        region in an outage nor what is in it, so that "not there" means nothing then.
      - V(refuse) ends the task before anything is changed.
      - V(skip) makes and removes nothing there, warns, and goes on with everything else.
    type: str
    choices: [refuse, skip]
    default: refuse
  state:
    description:
      - Whether the subnet is to be there.
    type: str
    choices: [present, absent]
    default: present
  subnets:
    description:
      - Several subnets, reconciled together. O(project), O(state) and O(unlisted_regions) hold for every item that has
        none of its own.
    type: list
    elements: dict
    suboptions:
      project: *project
      network: *network
      region: *region
      cidr: *cidr
      start: *start
      end: *end
      dhcp: *dhcp
      gateway: *gateway
      dns_servers: *dns_servers
      force: *force
      unlisted_regions:
        description:
          - As O(unlisted_regions), for this item.
        type: str
        choices: [refuse, skip]
      state:
        description:
          - Whether the subnet is to be there.
        type: str
        choices: [present, absent]
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.wait
  - ovhcloud.vrack.attributes
seealso:
  - module: ovhcloud.vrack.ovh_private_network
  - module: ovhcloud.vrack.ovh_subnet_info
"""

EXAMPLES = r"""
- name: A subnet with a pool of its own
  ovhcloud.vrack.ovh_subnet:
    project: my-project
    network: blue
    region: GRA11
    cidr: 192.168.42.0/24
    start: 192.168.42.10
    end: 192.168.42.99

- name: Two regions that share a network, each with a part of it; one that is not listed at the moment is left alone
  ovhcloud.vrack.ovh_subnet:
    project: my-project
    unlisted_regions: skip
    subnets:
      - network: green
        region: GRA11
        cidr: 10.43.0.0/16
      - network: green
        region: SBG5
        cidr: 10.43.0.0/16

- name: A subnet that announces neither name server nor router, made anew where it differs
  ovhcloud.vrack.ovh_subnet:
    project: my-project
    network: blue
    region: SBG5
    cidr: 192.168.42.0/24
    start: 192.168.42.100
    end: 192.168.42.199
    dhcp: true
    dns_servers: []
    gateway: false
    force: true

- name: Take a subnet away
  ovhcloud.vrack.ovh_subnet:
    project: my-project
    network: blue
    region: GRA11
    state: absent
"""

RETURN = r"""
subnet:
  description: The subnet, in the single form. Null when it is not there.
  returned: when O(subnets) is not given, unless bad input ends the task first
  type: dict
  sample: &sample
    id: 0c7f2b3e-8a1d-4f6b-9e25-3d7c1a5b9f48
    project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
    network: pn-1100042_42
    network_name: blue
    region: GRA11
    cidr: 192.168.42.0/24
    start: 192.168.42.10
    end: 192.168.42.99
    pools: [{start: 192.168.42.10, end: 192.168.42.99}]
    dhcp: true
    gateway_ip:
    dns_servers:
  contains: &contains
    id:
      description: The subnet's id. Null in check mode for a new one.
      type: str
    project:
      description: The project's id.
      type: str
    network:
      description: The id of its private network. Null in check mode for a new network.
      type: str
    network_name:
      description: The name of its private network.
      type: str
    region:
      description: The region that it is in.
      type: str
    cidr:
      description: Its IPv4 network.
      type: str
    start:
      description: First address of its pool. Null where it has several or none.
      type: str
    end:
      description: Last address of its pool. Null where it has several or none.
      type: str
    pools:
      description: Its pools of addresses, each with C(start) and C(end). OpenStack's tools can give a subnet several.
      type: list
      elements: dict
    dhcp:
      description: Whether instances learn their address by DHCP.
      type: bool
    gateway_ip:
      description: The address that is announced as router, null where there is none.
      type: str
    dns_servers:
      description: The name servers that DHCP announces. Null where O(dns_servers) is not given.
      type: list
      elements: str
subnets:
  description: The subnets that are there, in the order given.
  returned: unless bad input ends the task first
  type: list
  elements: dict
  sample:
    - *sample
  contains: *contains
results:
  description: What was done, one record an item, in the order given.
  returned: unless bad input ends the task first
  type: list
  elements: dict
  contains:
    name:
      description: How messages call the item.
      type: str
    action:
      description: One of V(none), V(create), V(update), V(replace), V(delete).
      type: str
    changed:
      description: Whether this run changed it.
      type: bool
    failed:
      description: Whether it failed.
      type: bool
    seconds:
      description: When it was settled, from the beginning of the task. Null in check mode.
      type: float
    subnet:
      description: The subnet, null when it is not there.
      type: dict
    msg:
      description: Why it failed.
      type: str
      returned: on failure
    failure:
      description: The same for machines, as RV(failure) has it.
      type: dict
      returned: on failure
failure:
  description: Why the task failed, for machines. Where several items failed, the first one's.
  returned: on failure
  type: dict
  sample: {code: not_found}
  contains:
    code:
      description: The name of the message, where it is one of this collection's own.
      type: str
    method:
      description: The method of the request that failed.
      type: str
    path:
      description: Its path.
      type: str
    status:
      description: The status that it was answered with.
      type: int
    error_class:
      description: The class of error that the API named.
      type: str
    query_id:
      description: The id of the request at OVHcloud, for its support.
      type: str
"""

from ansible_collections.ovhcloud.vrack.plugins.module_utils._module import run_resource
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet.options import RESOURCE


def main() -> None:
    run_resource(RESOURCE)


if __name__ == "__main__":
    main()
