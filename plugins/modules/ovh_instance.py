# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage Public Cloud instances and their networks."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_instance
short_description: Manage Public Cloud instances and the networks that they are on
description:
  - Makes an instance on public and private networks, attaches the networks that an existing one lacks, and removes it.
  - An instance is recognised by its exact O(name) and O(region), or by its id given as O(name). Several of one name in
    a region are an error that lists them.
  - The API lets two instances have one name. Where two runs make the same one at the same moment, each that finds an
    older one than its own removes its own again, so that one stays. With O(wait=false) a run may end before it can
    see the other's. What a run has not made itself it never removes.
  - A network is never taken from an instance here; M(ovhcloud.vrack.ovh_instance_interface) does that.
  - Flavor, image, billing and zone of an existing instance stay as they are; where they differ, there is a warning.
    O(ssh_key) and O(user_data) matter only when it is made.
  - Warns of an instance that is made on private networks without DHCP alone, for it may hang at its first boot.
  - Waits until the instance is active. One that ends in C(ERROR) fails the task, now and in every later run.
  - Uses C(/cloud/project/{serviceName}/instance) of OVHcloud's API v1.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  project: &project
    description:
      - The project, by id or description.
      - Falls back to the environment variable E(OVH_CLOUD_PROJECT_SERVICE).
    type: str
  name: &name
    description:
      - Name of the instance, or the id of one that exists; with an id, O(region) is still needed.
      - Blanks around it do not count. A new instance's has at most 255 characters and no line feeds.
    type: str
  region: &region
    description:
      - The region that it is in. Always needed. For O(state=absent) it is an error that the project has no such region,
        unless an instance is still there.
    type: str
  flavor: &flavor
    description:
      - The flavor, by name or by its id in the region. Needed to make an instance. When left out, that of an existing
        one is not looked at.
    type: str
  image: &image
    description:
      - The image, by name or by its id in the region; a snapshot of the project also serves. Needed to make an
        instance. When left out, that of an existing one is not looked at, which has none where it was booted from a
        volume.
      - Of several images of one name the newest is taken.
    type: str
  ssh_key: &ssh_key
    description:
      - The key to log in with, by name or id, as M(ovhcloud.vrack.ovh_ssh_key) makes it.
    type: str
  networks: &networks
    description:
      - The networks that the instance is on. They are attached in this order, and the first one is what first-boot
        configuration leans on.
      - An item that is a plain name or number is what O(networks[].network) says, so V([public, blue]) will do.
      - When left out, a new instance is on the public network alone, and an existing one stays as it is.
    type: list
    elements: dict
    suboptions:
      network:
        description:
          - A private network, by name, VLAN number, id (C(pn-1100042_42)) or its OpenStack id in the region.
          - V(public) means the public network.
          - Each item has either this or O(networks[].public=true).
        type: str
      public:
        description:
          - The public network.
        type: bool
        default: false
      ip:
        description:
          - The address to have on a private network. When left out, the API chooses one of the subnet's pool.
          - An interface that is there with another address is an error that names both.
        type: str
  user_data: &user_data
    description:
      - What cloud-init gets at the first boot, at most 65535 bytes. Text is sent as it is.
      - A mapping or a list is sent as JSON. Ansible makes one of text that looks like one, so JSON read from a file
        arrives as the same JSON, though spaced otherwise.
      - When left out or empty, none is sent. It matters only when the instance is made.
    type: raw
  billing: &billing
    description:
      - How the instance is paid for. When left out, a new one is billed hourly.
    type: str
    choices: [hourly, monthly]
  availability_zone: &availability_zone
    description:
      - The zone to be in, in a region that has several, as in V(eu-west-par-a). When left out, the API chooses.
    type: str
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
      - Whether the instance is to be there.
    type: str
    choices: [present, absent]
    default: present
  instances:
    description:
      - Several instances, reconciled together. O(project), O(state) and O(unlisted_regions) hold for every item that
        has none of its own.
    type: list
    elements: dict
    suboptions:
      project: *project
      name: *name
      region: *region
      flavor: *flavor
      image: *image
      ssh_key: *ssh_key
      networks:
        description:
          - The networks that the instance is on. They are attached in this order, and the first one is what first-boot
            configuration leans on.
          - When left out, a new instance is on the public network alone, and an existing one stays as it is.
        type: list
        elements: dict
        suboptions:
          network:
            description:
              - A private network, by name, VLAN number, id (C(pn-1100042_42)) or its OpenStack id in the region.
              - V(public) means the public network.
              - Each item has either this or O(instances[].networks[].public=true).
            type: str
          public:
            description:
              - The public network.
            type: bool
            default: false
          ip:
            description:
              - The address to have on a private network. When left out, the API chooses one of the subnet's pool.
              - An interface that is there with another address is an error that names both.
            type: str
      user_data: *user_data
      billing: *billing
      availability_zone: *availability_zone
      unlisted_regions:
        description:
          - As O(unlisted_regions), for this item.
        type: str
        choices: [refuse, skip]
      state:
        description:
          - Whether the instance is to be there.
        type: str
        choices: [present, absent]
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.wait
  - ovhcloud.vrack.attributes
seealso:
  - module: ovhcloud.vrack.ovh_instance_interface
  - module: ovhcloud.vrack.ovh_instance_info
"""

EXAMPLES = r"""
- name: An instance on the public network and on a private one
  ovhcloud.vrack.ovh_instance:
    project: my-project
    name: web-1
    region: GRA11
    flavor: b3-8
    image: Debian 12
    ssh_key: admin
    networks:
      - public: true
      - network: blue
        ip: 192.168.42.20

- name: Two at once, one of them on the private network only
  ovhcloud.vrack.ovh_instance:
    project: my-project
    instances:
      - name: web-1
        region: GRA11
        flavor: b3-8
        image: Debian 12
        ssh_key: admin
        networks:
          - public: true
          - network: blue
      - name: db-1
        region: GRA11
        flavor: b3-8
        image: Debian 12
        ssh_key: admin
        networks:
          - network: blue

- name: One that is set up at its first boot, is paid by the hour, and is not waited for; none where its region is out
  ovhcloud.vrack.ovh_instance:
    project: my-project
    name: worker-1
    region: GRA11
    flavor: b3-8
    image: Debian 12
    ssh_key: admin
    networks:
      - network: blue
    user_data: |
      #cloud-config
      packages: [nginx]
    billing: hourly
    unlisted_regions: skip
    wait: false

- name: One in a certain zone, where the region has several
  ovhcloud.vrack.ovh_instance:
    project: my-project
    name: paris-1
    region: EU-WEST-PAR
    availability_zone: eu-west-par-b
    flavor: b3-8
    image: Debian 12
    ssh_key: admin
    networks:
      - public: true

- name: Take an instance away
  ovhcloud.vrack.ovh_instance:
    project: my-project
    name: web-1
    region: GRA11
    state: absent
"""

RETURN = r"""
instance:
  description: The instance, in the single form. Null when it is not there.
  returned: when O(instances) is not given, unless bad input ends the task first
  type: dict
  sample: &sample
    id: 3d1b7c52-6f0e-4a9d-8c34-5e2f9b7a1d60
    name: web-1
    project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
    region: GRA11
    status: ACTIVE
    flavor: b3-8
    flavor_id: 906e8259-0340-4856-95b5-4ea2d26fe377
    image: Debian 12
    image_id: 7f2c1a9e-4d53-4b08-a6e1-9c0d3f5b8e27
    ssh_key_id: 595752746157343d
    billing: hourly
    availability_zone:
    created: "2025-03-04T10:15:30Z"
    public_ip: 203.0.113.17
    public_ipv6: 2001:db8::17
    private_ip: 192.168.42.20
    interfaces:
      - id: 8b5e0d3c-1f7a-4296-b4d8-6a9c2e7f0b15
        type: public
        network: public
        network_id: bcf59eb2-9d83-41cc-b4f5-0435ed594833
        vlan_id:
        ip: 203.0.113.17
        addresses: [203.0.113.17, "2001:db8::17"]
        mac: fa:16:3e:4c:5d:6e
        state: ACTIVE
      - id: c4a7f1e9-2b60-4d8c-9e53-7f0b1d6a3c82
        type: private
        network: blue
        network_id: 6f1e2c9a-5b3d-4e0f-9a71-2d8c4b6e0f13
        vlan_id: 42
        ip: 192.168.42.20
        addresses: [192.168.42.20]
        mac: fa:16:3e:1a:2b:3c
        state: ACTIVE
  contains: &contains
    id:
      description: The instance's id. Null in check mode for a new one.
      type: str
    name:
      description: Its name.
      type: str
    project:
      description: The project's id.
      type: str
    region:
      description: The region that it is in.
      type: str
    status:
      description: Its status, V(ACTIVE) when it runs.
      type: str
    flavor:
      description: The name of its flavor, empty where the region no longer lists that.
      type: str
    flavor_id:
      description: The id of its flavor.
      type: str
    image:
      description: The name of its image, empty where the region no longer lists that.
      type: str
    image_id:
      description: The id of its image.
      type: str
    ssh_key_id:
      description: The id of the key that it was made with, null for none.
      type: str
    billing:
      description: V(hourly) or V(monthly).
      type: str
    availability_zone:
      description: The zone that it is in, null in regions that have one zone.
      type: str
    created:
      description: When it was made.
      type: str
    public_ip:
      description: Its IPv4 address on the public network, null where it has none.
      type: str
    public_ipv6:
      description: Its IPv6 address on the public network, null where it has none.
      type: str
    private_ip:
      description: Its first IPv4 address on the private network of the lowest VLAN, null where it has none.
      type: str
    interfaces:
      description: >-
        Its interfaces, the public one first, the others by the names of their networks. Empty where O(state=absent).
      type: list
      elements: dict
      contains:
        id:
          description: The interface's id.
          type: str
        type:
          description: V(public) or V(private).
          type: str
        network:
          description: The name of its network, V(public) for the public one.
          type: str
        network_id:
          description: The id of its network, as the API gives it here.
          type: str
        vlan_id:
          description: The VLAN of its network, null for the public one.
          type: int
        ip:
          description: Its first IPv4 address.
          type: str
        addresses:
          description: All its addresses.
          type: list
          elements: str
        mac:
          description: Its MAC address.
          type: str
        state:
          description: Its state, V(ACTIVE) when it is in use.
          type: str
instances:
  description: The instances that are there, in the order given.
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
    instance:
      description: The instance, null when it is not there.
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
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.options import RESOURCE


def main() -> None:
    run_resource(RESOURCE)


if __name__ == "__main__":
    main()
