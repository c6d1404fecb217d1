# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the API may answer is read, and what it may not answer is said to be so: nothing else ever happens.

What is drawn (tests/unit/support/answers.py) fits the API's types, however odd it is; `spoilt` answers have one field
that doesn't. A reader that crashes on one of them would ask its user to report a bug.
"""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import BadAnswer, VrackError
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.attachment import Interface, PublicNetwork
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.catalog import Flavor, Image
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance import Instance
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network import Network
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.project import Project, Region
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.quota import Quota
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key import SshKey
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet import Subnet
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack import Vrack
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cart import Cart
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject import Task
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.schema import Schema
from tests.unit.support.answers import NEW_FIELD, NEW_VALUE, answer_to, entry_of, spoilt

PROJECT = "/cloud/project/{serviceName}"
READERS = {
    "vRack": (Vrack.from_api, answer_to("GET /vrack/{serviceName}")),
    "vRack of a project": (Vrack.from_api, answer_to(f"GET {PROJECT}/vrack")),
    "task": (Task.from_api, answer_to("GET /vrack/{serviceName}/task/{taskId}")),
    "task of an attach": (Task.from_api, answer_to("POST /vrack/{serviceName}/cloudProject")),
    "cart": (Cart.from_api, answer_to("GET /order/cart/{cartId}")),
    "project": (Project.from_api, answer_to(f"GET {PROJECT}")),
    "region": (Region.from_api, answer_to(f"GET {PROJECT}/region/{{regionName}}")),
    "quota": (Quota.from_api, entry_of(f"GET {PROJECT}/quota")),
    "flavor": (Flavor.from_api, entry_of(f"GET {PROJECT}/flavor")),
    "image": (Image.from_api, entry_of(f"GET {PROJECT}/image")),
    "snapshot": (Image.from_api, entry_of(f"GET {PROJECT}/snapshot")),
    "key": (SshKey.from_api, entry_of(f"GET {PROJECT}/sshkey")),
    "network": (Network.from_api, entry_of(f"GET {PROJECT}/network/private")),
    "subnet": (Subnet.from_api, entry_of(f"GET {PROJECT}/network/private/{{networkId}}/subnet")),
    "public network": (PublicNetwork.from_api, entry_of(f"GET {PROJECT}/network/public")),
    "instance": (Instance.from_api, answer_to(f"GET {PROJECT}/instance/{{instanceId}}")),
    "listed instance": (Instance.from_api, entry_of(f"GET {PROJECT}/instance")),
    "interface": (Interface.from_api, entry_of(f"GET {PROJECT}/instance/{{instanceId}}/interface")),
}
each = pytest.mark.parametrize("thing", READERS)


@each
@given(data=st.data())
@settings(max_examples=50)
def test_every_answer_that_fits_the_types_is_read(thing, data):
    read, answers = READERS[thing]
    read(data.draw(answers))


@each
@given(data=st.data())
@settings(max_examples=50)
def test_an_answer_that_does_not_fit_is_said_to_be_so(thing, data):
    read, answers = READERS[thing]
    try:
        read(data.draw(spoilt(answers)))
    except BadAnswer:
        pass
    except VrackError as problem:
        raise AssertionError(f"not told as the API's bad answer: {problem}") from problem


@given(entry_of(f"GET {PROJECT}/network/private"))
def test_what_is_drawn_fits_the_types(network):
    """But for the new values and fields that are put in."""
    errors = Schema().answer_errors("GET", f"{PROJECT}/network/private", [network])
    may_be_null = ("type: missing", "openstackId: missing")
    assert [e for e in errors if NEW_VALUE not in e and NEW_FIELD not in e and not e.endswith(may_be_null)] == []
