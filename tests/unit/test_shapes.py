# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever form the API's own description allows an answer to have, it is read, or refused in words; nothing crashes,
and nothing that is there passes for not being there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import BadAnswer, VrackError
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Action, Change
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.export.topology import describe
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.kind import NetworkKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.record import (
    Network,
    NetworkUser,
    list_users,
    users_of,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.spec import NetworkSpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key.kind import SshKeyKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key.record import SshKey
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key.spec import SshKeySpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet.kind import SubnetKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet.record import Subnet
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet.spec import SubnetSpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.project import Project, Region
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.quota import Quota
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.support.answers import of_type
from tests.unit.support.cloud import PROJECT, Cloud, network, public_key

P = Project(PROJECT, "running", "ok")
BLUE = network(regions=("GRA11", "SBG5"))
MANY = settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

# What stands for a text: real values first, for a fuzz of noise alone never comes past the first look.
TEXTS = {
    "cidr": st.sampled_from(["10.0.0.0/24", "10.0.0.5/24", "10.0.1.0/24", "fd00:64::/64", "", "x"]),
    "start": st.sampled_from(["10.0.0.2", "10.0.0.40", "10.0.1.2", "fd00:64::2", "10.0.0.250", "", "x"]),
    "end": st.sampled_from(["10.0.0.30", "10.0.0.60", "10.0.1.254", "fd00:64::ff", "10.0.0.1", "", "x"]),
    "gatewayIp": st.sampled_from(["10.0.0.1", "fd00:64::1", "", "x"]),
    "region": st.sampled_from(["GRA11", "SBG5", "RBX-A", ""]),
    "regions": st.sampled_from(["GRA11", "SBG5", "RBX-A", ""]),
    "ip": st.sampled_from(["10.0.0.5", "fd00::5", "", "x"]),
    "networkId": st.sampled_from([BLUE["id"], BLUE["regions"][0]["openstackId"], "", "x"]),
    "name": st.sampled_from(["blue", "ci", "blue ", "é", ""]),
    "publicKey": st.sampled_from([public_key(), public_key("two"), "ssh-rsa", ""]),
}


def answers_of(type_name: str) -> st.SearchStrategy[Any]:
    return of_type(type_name, **TEXTS)


def ends_in_words(kind: Any, spec: Any, cloud: Cloud) -> Change | None:
    """The plan, if there is one; what is wrong with the answers or the wish is told, and nothing else is raised."""
    try:
        world = cloud.look(kind, spec)
        problems = [problem.sentence() for problem in kind.check([spec], world)]
        change: Change = kind.plan(spec, world)
        if change.action is not Action.NONE and not change.missing:
            kind.calls(spec, change, world)
    except VrackError:
        return None
    return None if problems else change


RECORDS = {
    "cloud.network.Network": lambda data: Network.from_api(data).record(P),
    "cloud.network.Subnet": lambda data: [
        [one.record(P, Network.from_api(BLUE)), list(map(str, one.ranges)), one.is_ipv4]
        for one in Subnet.from_api(data)
    ],
    "cloud.sshkey.SshKey": lambda data: SshKey.from_api(data).record(P),
    "cloud.Region": lambda data: Region.from_api(data).record(),
    "cloud.quota.Quotas": lambda data: [
        str(one) for one in Quota.from_api(data).problems({"instances": 2, "ssh keys": 1})
    ],
    "cloud.Project": lambda data: str(Project.from_api(data)),
}


@pytest.mark.parametrize("type_name", RECORDS)
def test_an_answer_is_read_or_refused_in_words(type_name: str) -> None:
    seen = []

    @MANY
    @given(answers_of(type_name))
    def check(data: Any) -> None:
        try:
            json.dumps(RECORDS[type_name](data))
        except BadAnswer:
            return
        seen.append(data)

    check()
    assert len(seen) > 5, "much of what is tried has to be read, or nothing is tried at all"


@MANY
@given(answers_of("cloud.network.Subnet"))
def test_every_pool_of_a_subnet_is_in_one_record_of_its_region(data: Any) -> None:
    try:
        found = Subnet.from_api(data)
    except BadAnswer:
        return
    assert len({one.region for one in found}) == len(found) >= 1
    read = sorted((one.region, *pool) for one in found for pool in one.pools)
    assert read == sorted((pool["region"], pool["start"], pool["end"]) for pool in data["ipPools"])


@MANY
@given(st.lists(answers_of("cloud.network.Subnet"), max_size=3), st.sampled_from(["GRA11", "SBG5"]), st.booleans())
def test_no_subnet_that_is_there_passes_for_absent(listed: Any, region: str, force: bool) -> None:
    """Whatever is listed, each wish ends in a plan or in words; and a cidr that is there is removed or told of."""
    kind, cloud = SubnetKind(), Cloud(BLUE)
    cloud.subnets[BLUE["id"]] = listed
    gone = SubnetSpec("absent", "running", "blue", region, "10.0.0.0/24").validated()
    there = SubnetSpec("present", "running", "blue", region, "10.0.0.0/24", dhcp=True, force=force).validated()
    ends_in_words(kind, there, cloud)
    change = ends_in_words(kind, gone, cloud)
    if change is None:
        return
    spelled = {"10.0.0.0/24", "10.0.0.5/24"}
    here = [
        one
        for one in listed
        if one["cidr"] in spelled and (not one["ipPools"] or region in [pool["region"] for pool in one["ipPools"]])
    ]
    assert (change.action.value == "delete") == bool(here)


@MANY
@given(st.lists(answers_of("cloud.network.Network"), max_size=3), st.sampled_from(["present", "absent"]))
def test_no_form_of_a_network_ends_a_plan_otherwise_than_in_words(listed: Any, state: str) -> None:
    kind, cloud = NetworkKind(), Cloud()
    cloud.networks = listed
    spec = NetworkSpec(state, "running", "blue", None, ("GRA11",), exact_regions=True).validated()
    change = ends_in_words(kind, spec, cloud)
    if change is not None and state == "absent":
        known = [one["name"].strip() for one in listed if one["status"] != "DELETING"]
        assert (change.action.value == "delete") == ("blue" in known)


@MANY
@given(st.lists(answers_of("cloud.sshkey.SshKey"), max_size=3), st.sampled_from(["present", "absent"]))
def test_no_form_of_a_key_ends_a_plan_otherwise_than_in_words(listed: Any, state: str) -> None:
    kind, cloud = SshKeyKind(), Cloud()
    cloud.keys = listed
    spec = SshKeySpec(state, "running", "ci", public_key(), "GRA11").validated()
    change = ends_in_words(kind, spec, cloud)
    if change is not None and state == "absent":
        assert (change.action.value == "delete") == any("ci" in (one["name"], one["id"]) for one in listed)


@MANY
@given(st.lists(answers_of("cloud.instance.Instance"), max_size=3))
def test_every_address_in_a_network_is_somebodys(listed: Any) -> None:
    cloud = Cloud(BLUE)
    cloud.instances = listed
    try:
        users: list[NetworkUser] = list(list_users(cloud, P))
    except BadAnswer:
        return
    blue = Network.from_api(BLUE)
    assert len(users_of(blue, users)) == len([user for user in users if user.network_id in blue.ids()])
    users_of(blue, users, "GRA11", "10.0.0.0/24")


@MANY
@given(
    st.lists(answers_of("cloud.network.Subnet"), max_size=3),
    st.lists(answers_of("cloud.sshkey.SshKey"), max_size=2),
)
def test_a_project_is_described_whatever_it_holds(subnets: Any, keys: Any) -> None:
    """What a description cannot say is listed beside it."""
    cloud = Cloud(BLUE)
    cloud.subnets[BLUE["id"]] = subnets
    cloud.keys = keys
    try:
        topology, left_out = describe(cloud, "running")
    except BadAnswer:
        return
    described = [(one["region"], one["cidr"]) for one in topology["networks"][0]["subnets"]]
    told = " ".join(left_out)
    for data in subnets:
        for one in Subnet.from_api(data):
            assert (one.region, one.cidr) in described or one.id in told
