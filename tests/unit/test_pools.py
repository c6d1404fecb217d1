# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Address pools: what is valid, and a split between regions that never moves."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import InputProblem
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.pools import (
    SLOTS,
    Pool,
    check_pool,
    choose_pool,
    gateway_of,
    parse_cidr,
    slots,
    whole_pool,
)
from hypothesis import given
from hypothesis import strategies as st


@st.composite
def networks(draw, longest=29):
    prefix = draw(st.integers(8, longest))
    number = draw(st.integers(0, 2**prefix - 1))
    return ipaddress.IPv4Network((number << (32 - prefix), prefix))


@st.composite
def pools_in(draw, network):
    """Any pool of host addresses."""
    first, last = int(network.network_address) + 1, int(network.broadcast_address) - 1
    start = draw(st.integers(first, last))
    end = draw(st.integers(start, last))
    return Pool(ipaddress.IPv4Address(start), ipaddress.IPv4Address(end))


networks_with_pools = networks().flatmap(lambda one: st.tuples(st.just(one), st.lists(pools_in(one), max_size=4)))


def is_valid(network, pool):
    hosts = network.num_addresses - 2
    first = network.network_address + 1
    return first <= pool.start <= pool.end <= first + (hosts - 1)


def split(network, count):
    """The pools that regions get, one after the other."""
    taken = []
    for _region in range(count):
        pool = choose_pool(network, True, taken)
        if pool is None:
            break
        taken.append(pool)
    return taken


@given(networks())
def test_every_network_with_room_is_accepted_as_it_is_written(network):
    assert parse_cidr(str(network)) == network


@given(networks())
def test_a_lone_region_gets_all_addresses_of_hosts_but_the_gateways(network):
    pool = choose_pool(network, False, [])
    assert pool == whole_pool(network)
    assert is_valid(network, pool)
    assert not pool.holds(gateway_of(network))
    assert int(pool.end) - int(pool.start) + 1 == network.num_addresses - 3


@given(networks(), st.integers(1, SLOTS))
def test_pools_of_regions_are_valid_and_hold_no_gateway(network, count):
    for pool in split(network, count):
        assert is_valid(network, pool)
        assert not pool.holds(gateway_of(network))


@given(networks(), st.integers(1, SLOTS))
def test_pools_of_regions_do_not_overlap(network, count):
    found = split(network, count)
    assert not any(one.overlaps(other) for index, one in enumerate(found) for other in found[:index])


@given(networks(longest=26))
def test_a_network_of_usual_size_has_room_for_eight_regions(network):
    assert len(split(network, SLOTS + 1)) == SLOTS


@given(networks(), st.integers(1, SLOTS - 1))
def test_one_more_region_moves_no_others_pool(network, count):
    assert split(network, count + 1)[:count] == split(network, count)


@given(networks_with_pools, st.booleans())
def test_what_is_chosen_touches_nothing_that_is_taken(network_and_taken, shared):
    network, taken = network_and_taken
    pool = choose_pool(network, shared, taken)
    if pool is not None:
        assert is_valid(network, pool)
        assert not pool.holds(gateway_of(network))
        assert not any(pool.overlaps(other) for other in taken)


@given(networks_with_pools, st.randoms())
def test_the_order_in_which_taken_pools_are_listed_does_not_matter(network_and_taken, random):
    network, taken = network_and_taken
    shuffled = list(taken)
    random.shuffle(shuffled)
    assert choose_pool(network, True, taken) == choose_pool(network, True, shuffled)


@given(networks_with_pools)
def test_there_is_none_only_when_every_part_is_touched(network_and_taken):
    network, taken = network_and_taken
    if choose_pool(network, True, taken) is None:
        parts = [part for part in slots(network) if part.start <= part.end]
        assert all(any(part.overlaps(other) for other in taken) for part in parts)


@given(networks().flatmap(lambda one: st.tuples(st.just(one), pools_in(one))), st.booleans())
def test_a_given_pool_is_taken_as_it_is_unless_it_holds_the_gateway(network_and_pool, gateway):
    network, pool = network_and_pool
    if gateway and pool.holds(gateway_of(network)):
        with pytest.raises(InputProblem, match="gateway"):
            check_pool(network, str(pool.start), str(pool.end), gateway)
    else:
        assert check_pool(network, str(pool.start), str(pool.end), gateway) == pool


@given(networks(), st.integers(0, 2**32 - 1))
def test_no_address_outside_the_hosts_of_the_network_is_accepted(network, number):
    address = ipaddress.IPv4Address(number)
    inside = address in network and address not in (network.network_address, network.broadcast_address)
    if not inside:
        with pytest.raises(InputProblem, match="is not an address for hosts"):
            check_pool(network, str(address), str(address), False)


@given(networks(longest=28).flatmap(lambda one: st.tuples(st.just(one), pools_in(one))))
def test_a_pool_that_is_turned_round_is_refused(network_and_pool):
    network, pool = network_and_pool
    if pool.start != pool.end:
        with pytest.raises(InputProblem, match="lies before"):
            check_pool(network, str(pool.end), str(pool.start), False)


@pytest.mark.parametrize(
    ("cidr", "match"),
    [
        ("10.0.0.0", "the prefix is missing"),
        ("10.0.0.1/24", "Give the network itself: 10.0.0.0/24"),
        ("10.0.0.0/30", "no room for a pool"),
        ("10.0.0.0/32", "no room for a pool"),
        ("10.0.0.0/33", "is not an IPv4 network"),
        ("fd00::/64", "is not an IPv4 network"),
        ("blue", "is not an IPv4 network"),
        ("", "is not an IPv4 network"),
    ],
)
def test_what_is_no_network_with_room_is_refused(cidr, match):
    with pytest.raises(InputProblem, match=match):
        parse_cidr(cidr)


@pytest.mark.parametrize("address", ["10.0.0.300", "ten", "", "fd00::1"])
def test_what_is_no_address_is_named_with_its_option(address):
    with pytest.raises(InputProblem, match=r"end '.*' is not an IPv4 address"):
        check_pool(parse_cidr("10.0.0.0/24"), "10.0.0.2", address, False)


def test_the_split_of_a_network_is_what_it_always_was():
    """Regions get these pools for good, so a new version must not choose others."""
    found = [f"{pool.start}-{pool.end}" for pool in split(parse_cidr("192.168.0.0/24"), 8)]
    assert found == [
        "192.168.0.2-192.168.0.31",
        "192.168.0.32-192.168.0.63",
        "192.168.0.64-192.168.0.95",
        "192.168.0.96-192.168.0.127",
        "192.168.0.128-192.168.0.159",
        "192.168.0.160-192.168.0.191",
        "192.168.0.192-192.168.0.223",
        "192.168.0.224-192.168.0.254",
    ]
