# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the API may answer is read, and what it may not answer is said to be so: nothing else ever happens.

What is drawn (tests/unit/support/answers.py) fits the API's types, however odd it is; `spoilt` answers have one field
that doesn't. A reader that crashes on one of them would ask its user to report a bug.
"""

from __future__ import annotations

import contextlib

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import BadAnswer, VrackError
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Action
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.kind import InstanceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.record import Instance
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.spec import InstanceSpec, NetworkWish
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.kind import InterfaceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.spec import InterfaceSpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_network.interface import Interface
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_network.target import PublicNetwork
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.kind import NetworkKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.record import Network
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.spec import NetworkSpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key.kind import SshKeyKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key.record import SshKey
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key.spec import SshKeySpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet.kind import SubnetKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet.record import Subnet
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet.spec import SubnetSpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.cart import Cart
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.kind import VrackKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.record import Vrack
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.spec import VrackSpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject.kind import AttachmentKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject.record import Task
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject.spec import AttachmentSpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.catalog import Flavor, Image
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.project import Project, Region
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.quota import Quota
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.schema import Schema
from tests.unit.support.answers import NEW_FIELD, NEW_VALUE, answer_to, entry_of, spoilt
from tests.unit.support.any_answers import AnyAnswers
from tests.unit.support.cloud import public_key

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
@settings(max_examples=30)
def test_every_answer_that_fits_the_types_is_read(thing, data):
    read, answers = READERS[thing]
    read(data.draw(answers))


@each
@given(data=st.data())
@settings(max_examples=30)
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


WISHES = {
    "a vRack by name": (VrackKind(), VrackSpec("present", "prod", description="d")),
    "a vRack of a project": (VrackKind(), VrackSpec("present", "prod", adopt_from="running")),
    "a vRack by service name": (VrackKind(), VrackSpec("present", "other", "pn-1")),
    "no vRack": (VrackKind(), VrackSpec("absent", "prod")),
    "a project in a vRack": (AttachmentKind(), AttachmentSpec("present", "prod", "running", move=True)),
    "no overlap": (AttachmentKind(), AttachmentSpec("present", "pn-1", "running", refuse_overlap=True)),
    "a project in no vRack": (AttachmentKind(), AttachmentSpec("absent", "prod", "running")),
    "a network": (NetworkKind(), NetworkSpec("present", "running", "blue", 42, ("GRA11",))),
    "a network in all regions": (NetworkKind(), NetworkSpec("present", "running", "blue", None, None)),
    "no network": (NetworkKind(), NetworkSpec("absent", "running", "blue")),
    "a subnet": (SubnetKind(), SubnetSpec("present", "running", "blue", "GRA11", "10.0.0.0/24", dhcp=True)),
    "no subnet": (SubnetKind(), SubnetSpec("absent", "running", "blue", "GRA11", "10.0.0.0/24")),
    "a key": (SshKeyKind(), SshKeySpec("present", "running", "ci", public_key(), "GRA11")),
    "no key": (SshKeyKind(), SshKeySpec("absent", "running", "ci")),
    "an instance": (
        InstanceKind(),
        InstanceSpec("present", "running", "web-1", "GRA11", "b3-8", "Debian 12", "ci", (NetworkWish("blue"),)),
    ),
    "no instance": (InstanceKind(), InstanceSpec("absent", "running", "web-1", "GRA11")),
    "an interface": (InterfaceKind(), InterfaceSpec("present", "running", "web-1", "blue", ip="10.0.0.5")),
    "no interface": (InterfaceKind(), InterfaceSpec("absent", "running", "web-1", "blue")),
}


def look(kind, spec, reader):
    """One look and all that follows from it, as the loop goes about it."""
    world = kind.observe(reader, [spec], None, {spec: []})
    if list(kind.check([spec], world)):
        return
    change = kind.plan(spec, world)
    if change.action is not Action.NONE and not change.missing:
        kind.calls(spec, change, world)
    kind.readiness(spec, change, world)
    kind.observe(reader, [spec], world, {spec: []})


@pytest.mark.parametrize("spoil", [False, True], ids=["any answers", "answers that do not fit"])
@pytest.mark.parametrize("wish", WISHES)
@given(data=st.data())
@settings(max_examples=12, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_look_ends_in_a_plan_or_in_words(wish, spoil, data):
    """Whatever the API answers to whatever is asked: nothing ends in a crash that would ask to report a bug."""
    kind, spec = WISHES[wish]
    with contextlib.suppress(VrackError):
        look(kind, spec, AnyAnswers(data, spoil))
