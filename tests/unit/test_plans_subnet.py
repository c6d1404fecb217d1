# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of subnets."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import (
    InputProblem,
    NotFound,
    Refused,
    Uncertain,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import LATER, Answer
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet.kind import SubnetKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.subnet.spec import SubnetSpec

from tests.unit.support.cloud import PROJECT, Cloud, address, instance, network, openstack_id, subnet
from tests.unit.support.plans import action, blocked, missing, plan, refusal, requests

KIND = SubnetKind()
BLUE = network(regions=("GRA11", "SBG5"))
BLUE_ID = BLUE["id"]
BASE = f"/cloud/project/{PROJECT}/network/private/{BLUE_ID}/subnet"


def cloud(*things):
    """The network with these subnets, and other things."""
    return Cloud(BLUE, *things)


def wish(region="GRA11", cidr="10.0.0.0/24", state="present", network="blue", **fields):
    return SubnetSpec(state, "running", network, region, cidr, **fields).validated()


POOL = {"start": "10.0.0.10", "end": "10.0.0.99"}


@pytest.mark.parametrize(
    ("spec", "there", "expected"),
    [
        (wish(), [], "create"),
        (wish(), [subnet("SBG5", "10.0.1.0/24")], "create"),
        (wish(), [subnet()], "none"),
        (wish(), [subnet(dhcpEnabled=False, gatewayIp="10.0.0.1")], "none"),
        (wish(**POOL), [subnet(**POOL)], "none"),
        (wish(cidr="10.9.0.0/24", force=True), [subnet()], "replace"),
        (wish(dhcp=False, force=True), [subnet()], "replace"),
        (wish(gateway=True, force=True), [subnet()], "replace"),
        (wish(force=True), [subnet()], "none"),
        (wish(state="absent"), [], "none"),
        (wish(state="absent"), [subnet()], "delete"),
        (wish(state="absent", cidr=None), [subnet()], "delete"),
        (wish(state="absent", cidr="10.9.0.0/24"), [subnet()], "none"),
        (wish(state="absent"), [subnet("SBG5")], "none"),
    ],
)
def test_what_is_to_be_done(spec, there, expected):
    assert action(KIND, spec, cloud(*there)) == expected


def test_a_new_subnet_is_one_call_with_everything_in_it():
    spec = wish(**POOL, gateway=True, dhcp=False)
    assert requests(KIND, spec, cloud()) == [
        (
            "POST",
            BASE,
            {
                "network": "10.0.0.0/24",
                "start": "10.0.0.10",
                "end": "10.0.0.99",
                "dhcp": False,
                "noGateway": False,
                "region": "GRA11",
            },
        )
    ]


@pytest.mark.parametrize("ref", ["blue", "42", BLUE_ID, openstack_id(42, "GRA11")])
def test_the_network_may_be_named_in_any_way(ref):
    spec = wish(network=ref)
    [(_method, path, _body)] = requests(KIND, spec, cloud())
    assert path == BASE


def test_defaults_are_dhcp_and_no_gateway():
    after = plan(KIND, wish(), cloud()).after
    assert (after["dhcp"], after["gateway_ip"], after["id"]) == (True, None, LATER)


def test_a_gateway_is_predicted():
    assert plan(KIND, wish(gateway=True), cloud()).after["gateway_ip"] == "10.0.0.1"


# Pools


def pools_of(specs, *subnets):
    """Where the pool of each region begins, planned for all of them at once."""
    world = cloud(*subnets).look(KIND, *specs)
    return {spec.region: KIND.plan(spec, world).after["start"] for spec in specs}


def test_a_lone_region_gets_the_whole_network():
    after = plan(KIND, wish(), cloud()).after
    assert (after["start"], after["end"]) == ("10.0.0.2", "10.0.0.254")


def test_regions_that_share_a_network_get_parts_in_any_order_of_the_list():
    specs = [wish(region) for region in ("GRA11", "SBG5")]
    found = [pools_of(list(order)) for order in itertools.permutations(specs)]
    assert found == [{"GRA11": "10.0.0.2", "SBG5": "10.0.0.32"}] * 2


def test_one_more_region_moves_nobody_although_its_name_comes_first():
    there = subnet("SBG5", start="10.0.0.2", end="10.0.0.31")
    assert pools_of([wish("SBG5"), wish("GRA11")], there) == {"SBG5": "10.0.0.2", "GRA11": "10.0.0.32"}


def test_a_pool_that_is_given_for_one_region_is_left_free_by_the_others():
    specs = [wish("GRA11"), wish("SBG5", start="10.0.0.2", end="10.0.0.40")]
    assert pools_of(specs)["GRA11"] == "10.0.0.64"


def test_half_way_through_the_plan_is_the_same():
    """The first region's subnet is there already, the second's is not."""
    specs = [wish("GRA11"), wish("SBG5")]
    half = subnet("GRA11", start="10.0.0.2", end="10.0.0.31")
    assert pools_of(specs, half) == pools_of(specs)


def test_given_pools_that_overlap_are_refused():
    specs = [wish("GRA11", **POOL), wish("SBG5", start="10.0.0.99", end="10.0.0.120")]
    [problem] = KIND.check(specs, cloud().look(KIND, *specs))
    assert problem.code == "pool_overlap"


def test_a_given_pool_that_overlaps_what_exists_is_refused():
    spec = wish("GRA11", **POOL)
    problem = refusal(KIND, spec, cloud(subnet("SBG5")), "pool_overlap")
    assert "SBG5" in str(problem)


def test_no_room_says_what_is_taken():
    spec = wish()
    problem = refusal(KIND, spec, cloud(subnet("SBG5")), "pool_no_room")
    assert "10.0.0.2 to 10.0.0.254 (SBG5)" in problem.advice


# Pools that other tools made


TWO = [{"start": "10.0.0.10", "end": "10.0.0.50"}, {"start": "10.0.0.60", "end": "10.0.0.99"}]


def in_pools(*pools, where="GRA11", **fields):
    """One subnet with these pools, in any order."""
    shape = subnet(where, **fields)
    [whole] = shape["ipPools"]
    return {**shape, "ipPools": [{**whole, **pool} for pool in pools]}


@pytest.mark.parametrize("pools", [TWO, TWO[::-1], []], ids=["two", "the other way round", "none"])
def test_a_subnet_is_one_however_many_pools_it_has(pools):
    there = regional(cloud(in_pools(*pools)), "subnet-GRA11")
    change = plan(KIND, wish(), there)
    assert change.action.value == "none"
    assert change.before["pools"] == (TWO if pools else [])
    assert (change.before["start"], change.before["end"]) == (None, None)
    for cidr in (None, "10.0.0.0/24"):
        [(method, path, _body)] = requests(KIND, wish(state="absent", cidr=cidr), there)
        assert (method, path) == ("DELETE", f"{BASE}/subnet-GRA11")
    assert action(KIND, wish(state="absent", cidr="10.9.0.0/24"), there) == "none"


def test_a_pool_that_is_asked_for_is_held_against_all_of_them():
    problem = refusal(KIND, wish(start="10.0.0.10", end="10.0.0.50"), cloud(in_pools(*TWO)), "subnet_differs")
    assert "pool is 10.0.0.10 to 10.0.0.50 and 10.0.0.60 to 10.0.0.99, wanted 10.0.0.10 to 10.0.0.50" in str(problem)


def test_other_regions_keep_clear_of_all_of_them():
    there = cloud(in_pools({"start": "10.0.0.2", "end": "10.0.0.31"}, {"start": "10.0.0.64", "end": "10.0.0.95"}))
    assert pools_of([wish("SBG5")], in_pools(*TWO))["SBG5"] == "10.0.0.128"
    world = there.look(KIND, wish("SBG5"), wish("GRA11"))
    assert KIND.plan(wish("SBG5"), world).after["start"] == "10.0.0.32"
    refusal(KIND, wish("SBG5", start="10.0.0.40", end="10.0.0.70"), there, "pool_overlap")


def test_force_keeps_all_of_them_and_no_other_region_is_given_one():
    there = regional(cloud(in_pools(*TWO)), "subnet-GRA11")
    specs = [wish(dhcp=False, force=True), wish("SBG5")]
    world = there.look(KIND, *specs)
    assert list(KIND.check(specs, world)) == []
    assert KIND.plan(specs[0], world).after["pools"] == TWO
    assert KIND.plan(specs[1], world).after["start"] == "10.0.0.128"
    there.subnets[BLUE_ID] = []
    world = there.look(KIND, *specs, last=world)
    [call] = KIND.calls(specs[0], KIND.plan(specs[0], world), world)
    assert (call.body["allocationPools"], call.path[3:5]) == (TWO, ("region", "GRA11"))


def test_pools_of_several_regions_in_one_subnet():
    both = in_pools(TWO[0], {**TWO[1], "region": "SBG5"})
    for region, pool in (("GRA11", TWO[0]), ("SBG5", TWO[1])):
        assert plan(KIND, wish(region), cloud(both)).before["pools"] == [pool]


def regional(cloud, *ids, where="GRA11", **fields):
    """The same cloud where the region's own route lists subnets of these ids."""
    path = f"cloud/project/{PROJECT}/region/{where}/network/{openstack_id(42, where)}/subnet"
    cloud.more[path] = [{"id": id_, "dnsNameServers": [], **fields} for id_ in ids]
    return cloud


def test_a_subnet_without_a_pool_whose_region_nothing_tells_is_named_and_not_made_twice():
    there = cloud(in_pools())
    for spec in (wish(), wish(state="absent"), wish(state="absent", cidr=None), wish("SBG5")):
        assert "10.0.0.0/24 (subnet-GRA11) without a pool" in str(refusal(KIND, spec, there, "subnet_unplaced"))
    assert action(KIND, wish(cidr="10.9.0.0/24"), there) == "create"


# IPv6 beside it


SIX = subnet(cidr="fd00:64::/64", id="six", start="fd00:64::2", end="fd00:64::ffff")


@pytest.mark.parametrize("order", [1, -1])
def test_ipv6_is_left_alone(order):
    both = [subnet(), SIX][::order]
    assert action(KIND, wish(), cloud(*both)) == "none"
    [(_method, path, _body)] = requests(KIND, wish(state="absent", cidr=None), cloud(*both))
    assert path == f"{BASE}/subnet-GRA11"
    assert pools_of([wish("SBG5")], *both[:1])["SBG5"] == "10.0.0.2" if both[0] is SIX else True
    assert action(KIND, wish("SBG5", cidr="10.1.0.0/24"), cloud(*both)) == "create"


def test_ipv6_alone_is_no_subnet_of_ours_and_told_of_where_all_is_to_go():
    assert action(KIND, wish(), cloud(SIX)) == "create"
    change = plan(KIND, wish(state="absent", cidr=None), cloud(SIX))
    assert change.action.value == "none"
    [warning] = change.warnings
    assert "fd00:64::/64 (six) in GRA11" in warning
    assert "left alone" in warning


def test_bits_behind_the_prefix_mean_nothing():
    there = cloud({**subnet(), "cidr": "10.0.0.1/24"})
    assert action(KIND, wish(), there) == "none"
    assert action(KIND, wish(state="absent"), there) == "delete"


@pytest.mark.parametrize("spelling", [["2001:DB8::1", "9.9.9.9"], [" 2001:db8:0::1", "9.9.9.9", "9.9.9.9"]])
def test_name_servers_in_another_spelling_are_the_same(spelling):
    there = regional(cloud(subnet()), "subnet-GRA11", dnsNameServers=spelling)
    world = there.look(KIND, wish(dns_servers=("9.9.9.9",)))
    [seen] = world.subnets[BLUE_ID]
    assert seen.dns_servers == ("2001:db8::1", "9.9.9.9")
    once = regional(cloud(subnet()), "subnet-GRA11", dnsNameServers=["9.9.9.9"])
    assert action(KIND, wish(dns_servers=("9.9.9.9", " 9.9.9.9"), force=True), once) == "none"


# What was sent


def test_a_pool_that_was_sent_stays_although_a_lower_one_is_free_by_now():
    """Its subnet is not shown yet, and another region's was removed meanwhile."""
    spec = wish()
    there = cloud(subnet("SBG5", start="10.0.0.2", end="10.0.0.31"))
    world = there.look(KIND, spec)
    [sent] = KIND.calls(spec, KIND.plan(spec, world), world)
    assert sent.body["start"] == "10.0.0.32"
    there.subnets[BLUE_ID] = []
    for how in ({"value": {}}, {"error": Uncertain("lost"), "uncertain": True}):
        world = KIND.observe(there, [spec], world, {spec: [Answer(sent, 1000.0, **how)]})
        [again] = KIND.calls(spec, KIND.plan(spec, world), world)
        assert (again.key, again.mark) == (sent.key, sent.mark)
    refused = Answer(sent, 1000.0, error=Refused("overlaps", status=400))
    world = KIND.observe(there, [spec], world, {spec: [refused]})
    [other] = KIND.calls(spec, KIND.plan(spec, world), world)
    assert (other.body["start"], other.mark) == ("10.0.0.2", sent.mark)


# Several that are in doubt


def test_one_item_in_doubt_does_not_hide_the_others_problems():
    """Several subnets that may be meant are a problem of that item's plan, not of the look."""
    both = cloud(subnet(), subnet(cidr="10.9.0.0/24", id="other"))
    doubtful, wrong = wish(state="absent", cidr=None), wish("GRA12")
    world = both.look(KIND, doubtful, wrong)
    assert list(KIND.check([doubtful, wrong], world)) == []
    for spec, code in ((doubtful, "subnet_several"), (wrong, "region_unknown")):
        with pytest.raises(InputProblem) as caught:
            KIND.plan(spec, world)
        assert caught.value.code == code


def test_a_whole_range_that_leaves_nothing_for_other_regions_is_told():
    [warning] = plan(KIND, wish(), cloud()).warnings
    assert "takes all of 10.0.0.0/24, so that nothing of it is left for SBG5" in warning
    assert plan(KIND, wish(**POOL), cloud()).warnings == ()
    assert plan(KIND, wish(), cloud(subnet("SBG5", "10.0.1.0/24"))).warnings == ()
    specs = [wish("GRA11"), wish("SBG5", "10.0.1.0/24")]
    world = cloud().look(KIND, *specs)
    assert [KIND.plan(spec, world).warnings for spec in specs] == [(), ()]


# Refusals


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"cidr": "10.9.0.0/24"}, "cidr is 10.0.0.0/24, wanted 10.9.0.0/24"),
        ({"start": "10.0.0.10", "end": "10.0.0.254"}, "start is 10.0.0.2, wanted 10.0.0.10"),
        ({"start": "10.0.0.2", "end": "10.0.0.99"}, "end is 10.0.0.254, wanted 10.0.0.99"),
        ({"dhcp": False}, "dhcp is true, wanted false"),
        ({"gateway": True}, "gateway is false, wanted true"),
    ],
)
def test_what_differs_cannot_be_changed_and_is_named(fields, text):
    spec = wish(**fields)
    problem = refusal(KIND, spec, cloud(subnet()), "subnet_differs")
    assert text in str(problem)
    assert "force: true" in problem.advice
    assert "loses its address" in problem.advice


def test_users_in_the_way_of_force_are_named_before_and_refuse_it():
    there = cloud(subnet(), instance(ipAddresses=[address(BLUE_ID)]))
    problem = refusal(KIND, wish(dhcp=False), there, "subnet_differs")
    assert "web (10.0.0.5)" in problem.advice
    refusal(KIND, wish(dhcp=False, force=True), there, "subnet_in_use")


@pytest.mark.parametrize("by", [BLUE_ID, openstack_id(42, "GRA11")], ids=["guide", "openstack"])
def test_a_subnet_in_use_is_not_removed(by):
    spec = wish(state="absent")
    refusal(KIND, spec, cloud(subnet(), instance(ipAddresses=[address(by)])), "subnet_in_use")
    elsewhere = instance(where="SBG5", ipAddresses=[address(by)])
    assert action(KIND, spec, cloud(subnet(), elsewhere)) == "delete"


def test_several_in_one_region_are_told_apart_by_cidr_only():
    both = [subnet(), subnet(cidr="10.9.0.0/24", id="other")]
    refusal(KIND, wish(state="absent", cidr=None), cloud(*both), "subnet_several")
    [(_method, path, _body)] = requests(KIND, wish(state="absent", cidr="10.9.0.0/24"), cloud(*both))
    assert path == f"{BASE}/other"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"cidr": None}, "option_needed"),
        ({"cidr": "10.0.0.1/24"}, "cidr_host_bits"),
        ({"start": "10.1.0.10", "end": "10.1.0.20"}, "pool_outside"),
        ({"start": "10.0.0.20", "end": "10.0.0.10"}, "pool_order"),
        ({"start": "10.0.0.1", "end": "10.0.0.10", "gateway": True}, "pool_gateway"),
    ],
)
def test_what_can_be_refused_without_a_look(fields, code):
    with pytest.raises(InputProblem) as caught:
        wish(**fields)
    assert caught.value.code == code


# Regions that are not listed


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("there", [[], [subnet()]], ids=["none", "one"])
def test_a_region_that_is_not_listed(state, there):
    """Nothing is made or removed there, and "not there" is not believed; an existing one that is as wanted is ok."""
    out = cloud(*there)
    out.more[f"cloud/project/{PROJECT}/region"] = ["SBG5"]
    spec, skip = wish(state=state), wish(state=state, unlisted_regions="skip")
    if state == "present" and there:
        assert action(KIND, spec, out) == action(KIND, skip, out) == "none"
        return
    assert "unlisted_regions: skip" in refusal(KIND, spec, out, "region_unknown").advice
    change = plan(KIND, skip, out)
    assert change.action.value == "none"
    assert "GRA11 not listed by the project now" in change.warnings[0]


@pytest.mark.parametrize("region", ["gra11", "GRA12"])
def test_absent_in_a_region_of_no_such_name_is_not_done(region):
    refusal(KIND, wish(region, state="absent"), cloud(subnet()), "region_unknown")


# Missing


def test_a_network_that_is_not_there_yet_is_missing():
    spec = wish(network="bleu")
    change = plan(KIND, spec, cloud())
    assert change.action.value == "create"
    assert "did you mean blue" in str(change.missing[0].problem)
    assert missing(KIND, spec, cloud()) == ["not_found"]
    assert change.after["network"] is LATER


def test_a_network_that_is_not_there_by_id_is_an_error_at_once():
    assert isinstance(refusal(KIND, wish(network="pn-1100042_7"), cloud(), "not_found"), NotFound)


def test_a_network_that_is_not_in_the_region_yet_is_missing():
    assert missing(KIND, wish("EU-WEST-PAR"), cloud()) == ["network_not_in_region"]


def test_a_region_that_the_project_does_not_have():
    refusal(KIND, wish("GRA12"), cloud(), "region_unknown")


def test_a_network_that_is_being_built_in_the_region_is_waited_for():
    building = Cloud(network(regions={"GRA11": "BUILDING", "SBG5": "ACTIVE"}))
    assert "BUILDING in GRA11" in blocked(KIND, wish("GRA11"), building)
    assert requests(KIND, wish("SBG5"), building)


def test_absent_on_a_network_that_is_not_there_is_done():
    assert action(KIND, wish(state="absent", network="green"), cloud()) == "none"
