# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a vRack."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_vrack
short_description: Manage a vRack, and order one where there is none
description:
  - Makes a vRack be there under a name. It takes the vRack that has the name, or the one that a project is in
    (O(adopt_from)), or orders one, which is free of charge. It sets name and description, and ends a vRack.
  - A vRack is recognised by O(service_name) or, without one, by O(name). Several of one name are an error that lists
    them.
  - An order goes by a cart that is marked with the name, so that a run that was interrupted, or another one, goes on
    with the same cart and never orders twice. A price above zero stops before the checkout. It is paid by the
    account's default payment method if it has one, else in the way that orders without charge have.
  - OVHcloud refuses some names. What is known of that (white space, control characters, more than 255 characters) is
    refused before anything is ordered. A vRack whose name is refused all the same gets a description that says so, and
    the next run that wants a vRack of another name, or of this one, takes it instead of ordering.
  - After its cart has expired, an order of the last 30 days is gone on with if it is the only one whose vRack has
    neither name nor description and holds nothing. Where that is not clear, none is ordered, and the orders are told.
  - An order that OVHcloud holds or cancels ends the task at once with its id, its status and what to do. The order's
    address and password are shown nowhere.
  - Uses C(/vrack), C(/order/cart) and C(/me/order) of OVHcloud's API v1; with O(adopt_from) also
    C(/cloud/project/{serviceName}/vrack).
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  name:
    description:
      - Name of the vRack. Needed to adopt or order one. With O(service_name) the name that it is to have.
      - A name that is given to a vRack has 1 to 255 characters, without white space and control characters. When empty,
        it is as if left out.
    type: str
  service_name:
    description:
      - The vRack's own name, as in V(pn-1100042). A vRack named so has to exist, none is ordered.
    type: str
  description:
    description:
      - Description of the vRack. When left out, it stays as it is. When empty, it is taken away.
      - At most 255 characters, without control characters.
    type: str
  adopt_from:
    description:
      - A project, by id or description. Where no vRack has the name, the one that this project is in is taken and gets
        the name, instead of a second one being ordered. OVHcloud makes one with each new project.
      - The project's vRack is taken only if it has no name and holds no other project; otherwise that is an error that
        names it. Where the project is in none, one is ordered.
    type: str
  subsidiary:
    description:
      - OVHcloud's subsidiary to order from, as in V(FR) or V(IE). When left out, the account's.
      - This and the other options of the order never matter once the vRack exists.
    type: str
  duration:
    description:
      - Duration of the offer to order.
    type: str
    default: P1M
  pricing_mode:
    description:
      - Pricing mode of the offer to order.
    type: str
    default: default
  plan_code:
    description:
      - Code of the offer to order.
    type: str
    default: vrack
  termination_token:
    description:
      - For O(state=absent), the value after C(token=) in the link of the e-mail by which OVHcloud lets confirm the end
        of a vRack. Needed only where the task cannot read this e-mail over the API.
    type: str
  state:
    description:
      - Whether the vRack is to be there.
      - V(absent) ends its contract. Refused where something is still in it, such as a project, a server or an address
        block.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.wait
  - ovhcloud.vrack.attributes
seealso:
  - module: ovhcloud.vrack.ovh_vrack_cloudproject
  - module: ovhcloud.vrack.ovh_vrack_info
"""

EXAMPLES = r"""
- name: A vRack, the project's own where it is in one already
  ovhcloud.vrack.ovh_vrack:
    name: backbone
    description: Connects everything
    adopt_from: my-project

- name: A vRack that is ordered where no other has this name
  ovhcloud.vrack.ovh_vrack:
    name: laboratory
    subsidiary: IE

- name: End a vRack, with the token of the e-mail where the key may not read it
  ovhcloud.vrack.ovh_vrack:
    service_name: pn-1100042
    state: absent
    termination_token: 0f1e2d3c4b5a69788796a5b4c3d2e1f0
"""

RETURN = r"""
vrack:
  description: The vRack. Null when it is not there.
  returned: unless bad input ends the task first
  type: dict
  sample: &sample
    service_name: pn-1100042
    name: backbone
    description: Connects everything
  contains: &contains
    service_name:
      description: The vRack's own name. Null in check mode for a new one.
      type: str
    name:
      description: The name that it was given.
      type: str
    description:
      description: Its description.
      type: str
vracks:
  description: The same in a list, which is empty when it is not there.
  returned: unless bad input ends the task first
  type: list
  elements: dict
  sample:
    - *sample
  contains: *contains
order_id:
  description: The order that is under way.
  returned: when the task ends before the order is done, by O(wait=false) or O(wait_timeout)
  type: int
  sample: 200000042
order_status:
  description: Its status.
  returned: when the task ends before the order is done, by O(wait=false) or O(wait_timeout)
  type: str
  sample: delivering
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
    vrack:
      description: The vRack, null when it is not there.
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
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.options import RESOURCE


def main() -> None:
    run_resource(RESOURCE)


if __name__ == "__main__":
    main()
