# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan a whole vrack_topology before anything is changed."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ovh_plan
short_description: Plan a whole vrack_topology before anything is changed
description:
  - Looks once at everything that a description is about and returns what there is to do, kind by kind, in the order in
    which the roles of this collection do it. Nothing is changed.
  - Everything that is wrong is told at once, so that no run learns in its middle what could have been known before.
    That is names that would be refused, references to what neither exists nor is described, address pools and
    addresses, the quota of each region over all kinds, states in which nothing can be done, regions that are out, and
    access rules that the key lacks for what there is to do.
  - Each kind looks at the world as the kinds before it will have left it. A value of RV(plan.changes[].after) is
    V((known after apply\)) only where the API chooses it.
  - A plan is a value. It can be saved (O(json_to)), shown in a merge request (O(markdown_to)), approved, and given to a
    later run (O(plan_file), O(approved)), which then refuses to do anything that the approved plan does not hold.
  - A plan is no script. The modules look anew when their turn comes.
  - Uses the routes that the modules of this collection read, each at most once.
version_added: 0.1.0
author:
  - Contributors to the ovhcloud.vrack project (@ovhcloud-vrack)
options:
  topology:
    description:
      - The description, as P(ovhcloud.vrack.topology#filter) takes it, also as its YAML text.
      - What is in C(user_data) is logged and shown nowhere.
    type: raw
    required: true
  state:
    description:
      - V(present) plans what the playbook C(ovhcloud.vrack.site) does, V(absent) what C(ovhcloud.vrack.teardown) does.
        The vRack itself stays, and so do the instances that the description names under C(existing).
    type: str
    choices: [present, absent]
    default: present
  sections:
    description:
      - The parts of the description that are planned. When left out, all of them.
    type: list
    elements: str
    choices: [vrack, networks, ssh_keys, instances, interfaces]
  details:
    description:
      - Whether to look at the interfaces of each instance, which takes a request an instance. Otherwise that is done
        only where the list of instances does not tell what networks and addresses one has, and the interfaces in
        RV(role_results) have no id, MAC address and state, and public ones no network id.
    type: bool
    default: false
  unlisted_regions:
    description:
      - What to do where a region that an item needs is not listed by the project.
      - V(refuse) is a problem. V(skip) plans nothing there, and warns.
    type: str
    choices: [refuse, skip]
    default: refuse
  plan_file:
    description:
      - A plan that O(json_to) has saved. It is an error if anything is to be done now that it does not hold.
    type: path
  approved:
    description:
      - The same as a value, such as RV(plan) of an earlier run.
    type: dict
  json_to:
    description:
      - A file to write the plan to as JSON, also in check mode, where a plan is what is asked for.
    type: path
  markdown_to:
    description:
      - A file to write the plan to as Markdown, also in check mode.
    type: path
  prices:
    description:
      - Whether to say what the plan costs once it is carried out, from OVHcloud's public list of prices
        (C(GET /order/catalog/public/cloud), which needs no access rule). It is read where an instance is to be made,
        and kept for a day in the folder C(ovhcloud.vrack) of C(ANSIBLE_HOME) (C(~/.ansible)).
      - The prices are those of C(vrack.subsidiary) of the description, or of the account's subsidiary (C(GET /me)).
      - That they can't be read is said in RV(costs.note) and is no failure.
      - When left out, that is done in check mode.
    type: bool
extends_documentation_fragment:
  - ovhcloud.vrack.ovh
  - ovhcloud.vrack.attributes.plan
seealso:
  - plugin: ovhcloud.vrack.topology
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Plan it, and stop here if anything is wrong
  ovhcloud.vrack.ovh_plan:
    topology: &wanted
      project: my-project
      vrack:
        name: backbone
      networks:
        - name: blue
          vlan_id: 42
          cidr: 192.168.42.0/24
          regions: [GRA11, SBG5]
  register: planned

- name: Go on only with that
  ovhcloud.vrack.ovh_plan:
    topology: *wanted
    approved: "{{ planned.plan }}"

- name: Plan the vRack and its networks alone, and nothing in a region that the project doesn't list at the moment
  ovhcloud.vrack.ovh_plan:
    topology: *wanted
    sections: [vrack, networks]
    unlisted_regions: skip

- name: Have the interfaces of each instance in the results of roles
  ovhcloud.vrack.ovh_plan:
    topology: *wanted
    details: true

- name: See what it costs, without check mode
  ovhcloud.vrack.ovh_plan:
    topology: *wanted
    prices: true
  register: priced

- name: Refuse what costs more than fifty a month
  ansible.builtin.assert:
    that:
      - priced.costs.unknown == []
      - priced.costs.by_month | float <= 50

- name: Show it
  ansible.builtin.debug:
    msg: "{{ planned.text.splitlines() }}"

- name: Save it for a merge request, and for the run that is to do it
  ovhcloud.vrack.ovh_plan:
    topology: &described
      project: my-project
      vrack:
        name: backbone
    markdown_to: "{{ playbook_dir }}/plan.md"
    json_to: "{{ playbook_dir }}/plan.json"

- name: Go on only with what was approved
  ovhcloud.vrack.ovh_plan:
    topology: *described
    plan_file: "{{ playbook_dir }}/plan.json"
"""

RETURN = r"""
plan:
  description: What there is to do, as it is saved.
  returned: unless there are problems
  type: dict
  sample:
    version: 1
    state: present
    project: my-project
    counts: {none: 4, create: 1, update: 0, replace: 0, delete: 0}
    drift: []
    left: []
    changes:
      - kind: ssh key
        name: ssh key 'admin'
        action: create
        reason: ""
        waits_for: []
        before:
        after:
          id: (known after apply)
          name: admin
          project: 9c5f0b1d4e7a4c0f8b62d3a17e904f55
          public_key: ssh-ed25519 AAAA
          fingerprint: SHA256:47DEQpj8HBSa
          regions: (known after apply)
  contains:
    version:
      description: The version of this form.
      type: int
    state:
      description: What was asked for.
      type: str
    project:
      description: The project, as the description has it.
      type: str
    counts:
      description: How many things are to be made (V(create)), changed, replaced, removed, or left as they are.
      type: dict
    changes:
      description: What there is to do, in the order in which it is done.
      type: list
      elements: dict
      contains:
        kind:
          description: The kind of thing.
          type: str
        name:
          description: How messages call it.
          type: str
        action:
          description: One of V(create), V(update), V(replace), V(delete).
          type: str
        reason:
          description: Why, where that is not plain.
          type: str
        waits_for:
          description: The names of the items that come first.
          type: list
          elements: str
        before:
          description: What is there, null for what is new.
          type: dict
        after:
          description: What will be there, null for what goes. V((known after apply\)) stands for what the API chooses.
          type: dict
    drift:
      description: What differs from the description and is left as it is, because it cannot be changed or is not to be.
      type: list
      elements: str
    left:
      description: What is there and not described, where O(state=absent).
      type: list
      elements: str
text:
  description: The same to be read.
  returned: unless there are problems
  type: str
  sample: "Plan: 1 made, 0 changed, 4 as they are"
brief:
  description:
    - What is to be done, then what to know and what stays, by name alone, in lines for a terminal of 80 columns. Of
      both, after forty things, how many there are besides.
  returned: unless there are problems
  type: list
  elements: str
  sample: ["+ instance 'web-1' in GRA11", "= instance 'legacy-1' in GRA11 is not described and stays"]
idle:
  description: Whether there is nothing to do, and nothing to wait for.
  returned: unless there are problems
  type: bool
roles:
  description: The roles that have something to do, or to wait for.
  returned: unless there are problems
  type: list
  elements: str
  sample: [instance]
role_results:
  description:
    - What each role would register, by the name of the variable, as if the plan had been carried out. What the API will
      choose is null.
  returned: unless there are problems
  type: dict
  sample:
    instance_ssh_key_result: {ssh_keys: [], results: []}
access_rules:
  description: The access rules that the key must have for what there is to do.
  returned: unless there are problems
  type: list
  elements: str
  sample: [GET /cloud/project, POST /cloud/project/*/sshkey]
costs:
  description:
    - What comes to be billed once the plan is carried out, before tax. Null where O(prices) is not wanted.
    - Amounts are decimal numbers as text, in RV(costs.currency). A month of an hourly price has 730 hours.
  returned: unless there are problems
  type: dict
  sample:
    currency: EUR
    by_hour: "0.0512"
    by_month: "37.38"
    things:
      - name: instance 'web-1' in GRA11
        by_hour: "0.0512"
        by_month: "37.38"
    unknown: []
    free: 4
    note:
    lines: ["Costs: 0.0512 EUR an hour, 37.38 EUR a month more, before tax", "1 is billed, 4 free of charge"]
  contains:
    currency:
      description: The currency of the account's subsidiary. Null where no prices were needed, or none could be read.
      type: str
    by_hour:
      description: The sum of what is billed by the hour.
      type: str
    by_month:
      description: The sum of all, by the month.
      type: str
    things:
      description: What each instance that is to be made costs.
      type: list
      elements: dict
      contains:
        name:
          description: The item, as in RV(plan.changes[].name).
          type: str
        by_hour:
          description: By the hour, V(0.0000) for what is billed by the month.
          type: str
        by_month:
          description: By the month.
          type: str
    unknown:
      description: The items that have no known price. They are not in the sum.
      type: list
      elements: str
    free:
      description: How many things are to be made that cost nothing.
      type: int
    note:
      description: Why there are no prices. Null where there are.
      type: str
    lines:
      description: The same to be read.
      type: list
      elements: str
began:
  description: When the planning began, in seconds since 1970. P(ovhcloud.vrack.summary#filter) counts from it.
  returned: unless there are problems
  type: int
problems:
  description: What is wrong.
  returned: when there are problems
  type: list
  elements: dict
  sample:
    - about: instance 'web-1' in GRA11
      code: quota
      text: "GRA11: the quota leaves room for 2 instances, and 3 are asked for"
  contains:
    about:
      description: The item, or the place in the description.
      type: str
    code:
      description: The name of the message, where it is one of this collection's own.
      type: str
    text:
      description: What is wrong, and what to do.
      type: str
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

from ansible_collections.ovhcloud.vrack.plugins.module_utils._planning import run_plan


def main() -> None:
    run_plan()


if __name__ == "__main__":
    main()
