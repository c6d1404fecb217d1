# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object that is not understood hides none of the others, and is not taken for none where it may be the one."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import BadAnswer
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.kind import InstanceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.spec import InstanceSpec, NetworkWish
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.info import fetch
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.kind import NetworkKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.spec import NetworkSpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key.kind import SshKeyKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.ssh_key.spec import SshKeySpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet.kind import SubnetKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet.spec import SubnetSpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.entries import entries

from tests.unit.support.cloud import EXT_NET, Cloud, address, instance, interface, network, public_key, ssh_key, subnet
from tests.unit.support.plans import action, plan

BLUE = network()
ON_BLUE = instance(interfaces=[interface(EXT_NET), interface(BLUE["id"])], ipAddresses=[address(BLUE["id"])])
RED = {**network("red", 43), "status": None}
SPOILT_KEY = {**ssh_key("other"), "regions": 7}
ELSEWHERE = {"id": "odd", "cidr": None, "ipPools": [{"region": "SBG5", "start": "10.9.0.2", "end": "10.9.0.9"}]}


def key(name, state="present"):
    return SshKeySpec(state, "running", name, public_key()).validated()


def blue(state="present", **fields):
    return NetworkSpec(state, "running", **{"name": "blue", "vlan_id": 42, "regions": ("GRA11",), **fields}).validated()


def with_odd(cloud, odd_network=None, odd_key=None, odd_subnet=None, odd_instance=None):
    cloud.networks += [odd_network] if odd_network else []
    cloud.keys += [odd_key] if odd_key else []
    cloud.subnets[BLUE["id"]] = [*cloud.subnets.get(BLUE["id"], []), *([odd_subnet] if odd_subnet else [])]
    cloud.instances += [odd_instance] if odd_instance else []
    return cloud


IN_GRA11 = SubnetSpec("present", "running", "blue", "GRA11", "10.0.0.0/24", dhcp=True).validated()


@pytest.mark.parametrize(
    ("kind", "spec", "cloud", "expected"),
    [
        (NetworkKind(), blue(), with_odd(Cloud(BLUE), RED), "none"),
        (NetworkKind(), blue(name="new", vlan_id=50), with_odd(Cloud(BLUE), RED), "create"),
        (NetworkKind(), blue("absent", name="none", vlan_id=None), with_odd(Cloud(BLUE), RED), "none"),
        (SshKeyKind(), key("ci"), with_odd(Cloud(ssh_key()), odd_key=SPOILT_KEY), "none"),
        (SshKeyKind(), key("new"), with_odd(Cloud(ssh_key()), odd_key=SPOILT_KEY), "create"),
        (SubnetKind(), IN_GRA11, with_odd(Cloud(BLUE, subnet()), odd_subnet={"id": "odd"}), "none"),
        (SubnetKind(), IN_GRA11, with_odd(Cloud(BLUE), odd_subnet=ELSEWHERE), "create"),
    ],
)
def test_what_is_odd_changes_nothing_for_the_others(kind, spec, cloud, expected):
    assert action(kind, spec, cloud) == expected


@pytest.mark.parametrize(
    ("kind", "spec", "cloud"),
    [
        (NetworkKind(), blue(name="red", vlan_id=50), with_odd(Cloud(BLUE), RED)),
        (NetworkKind(), blue(name="new", vlan_id=43), with_odd(Cloud(BLUE), RED)),
        (NetworkKind(), blue(name="new", vlan_id=50), with_odd(Cloud(BLUE), {**RED, "name": None})),
        (NetworkKind(), blue("absent", name="red", vlan_id=None), with_odd(Cloud(BLUE), RED)),
        (SshKeyKind(), key("other"), with_odd(Cloud(ssh_key()), odd_key=SPOILT_KEY)),
        (SshKeyKind(), key("other", "absent"), with_odd(Cloud(ssh_key()), odd_key=SPOILT_KEY)),
        (SubnetKind(), IN_GRA11, with_odd(Cloud(BLUE), odd_subnet={"id": "odd"})),
    ],
)
def test_what_may_be_the_one_is_not_taken_for_none(kind, spec, cloud):
    with pytest.raises(BadAnswer, match="came without a proper"):
        plan(kind, spec, cloud)


def test_a_vlan_is_not_chosen_that_an_odd_network_has():
    cloud = with_odd(Cloud(*(network(f"n{number}", number) for number in range(1, 43))), RED)
    change = plan(NetworkKind(), blue(name="new", vlan_id=None), cloud)
    assert change.after["vlan_id"] == 44


def test_an_odd_interface_is_not_attached_anew():
    cloud = Cloud(BLUE, subnet(), ON_BLUE)
    cloud.interfaces[ON_BLUE["id"]] = [interface(EXT_NET), {**interface(BLUE["id"]), "networkId": 7}]
    wish = (NetworkWish("public"), NetworkWish("blue"))
    spec = InstanceSpec("present", "running", "web", "GRA11", "b3-8", "Debian 12", networks=wish).validated()
    with pytest.raises(BadAnswer, match="networkId"):
        plan(InstanceKind(), spec, cloud)


def test_what_is_shown_says_what_was_not_understood():
    found = fetch(with_odd(Cloud(BLUE), RED), {"project": "running", "name": None, "region": None, "vlan_id": None})
    assert [one["name"] for one in found] == ["blue"]
    [problem] = [one.problem.sentence() for one in found.odd]
    assert "network 'red'" in problem
    assert "'status'" in problem


def test_a_list_of_which_nothing_is_understood_is_a_bad_answer_and_told_at_once():
    parsed = []

    def parse(data):
        parsed.append(data)
        raise BadAnswer("odd")

    with pytest.raises(BadAnswer, match="odd"):
        entries([{}] * 100_000, "things", "thing", parse)
    assert len(parsed) < 1000
    with pytest.raises(BadAnswer, match="a list of things was expected"):
        entries(["x"] * 100_000, "things", "thing", parse)
