# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of interfaces."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import Ambiguous, InputProblem
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import LATER, Pending, Ready
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.kind import InterfaceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.spec import InterfaceSpec

from tests.unit.support.cloud import EXT_NET, PROJECT, Cloud, instance, interface, network, openstack_id, subnet, uuid
from tests.unit.support.plans import action, blocked, calls, missing, plan, readiness, refusal, requests

KIND = InterfaceKind()
BLUE = network()
BLUE_ID = BLUE["id"]
OPENSTACK_ID = openstack_id(42, "GRA11")
WEB = uuid(1)
BASE = f"/cloud/project/{PROJECT}/instance/{WEB}/interface"


def cloud(*interfaces, status="ACTIVE", more=()):
    """An instance with these interfaces, and a network that it may be on."""
    return Cloud(BLUE, subnet(), instance(id=WEB, status=status, interfaces=list(interfaces)), *more)


def wish(state="present", network="blue", instance="web", **fields):
    return InterfaceSpec(state, "running", instance, network, **fields).validated()


PUBLIC = interface(ip="51.1.2.3", id=uuid(10))
PRIVATE = interface(BLUE_ID, id=uuid(11))


@pytest.mark.parametrize(
    ("spec", "there", "expected"),
    [
        (wish(), [], "create"),
        (wish(), [PUBLIC], "create"),
        (wish(), [PRIVATE], "none"),
        (wish(ip="10.0.0.5"), [PRIVATE], "none"),
        (wish(network="public"), [PRIVATE], "create"),
        (wish(network="public"), [PUBLIC], "none"),
        (wish("absent"), [], "none"),
        (wish("absent"), [PUBLIC], "none"),
        (wish("absent"), [PUBLIC, PRIVATE], "delete"),
        (wish("absent", ip="10.0.0.5"), [PRIVATE], "delete"),
        (wish("absent", ip="10.0.0.6"), [PRIVATE], "none"),
        (wish("absent", network="public", allow_public_removal=True), [PUBLIC], "delete"),
        (wish("absent", network="public"), [PRIVATE], "none"),
        (wish("absent", network="green"), [PRIVATE], "none"),
        (wish("absent", instance="nobody"), [PRIVATE], "none"),
        (wish("absent", instance=uuid(99)), [PRIVATE], "none"),
    ],
)
def test_what_is_to_be_done(spec, there, expected):
    assert action(KIND, spec, cloud(*there)) == expected


@pytest.mark.parametrize("shown", [BLUE_ID, OPENSTACK_ID], ids=["guide-shown", "openstack-shown"])
@pytest.mark.parametrize("asked", ["blue", "42", BLUE_ID, OPENSTACK_ID])
def test_a_network_has_two_ids_and_both_are_one(asked, shown):
    there = cloud(interface(shown))
    assert action(KIND, wish(network=asked), there) == "none"
    assert action(KIND, wish("absent", network=asked), there) == "delete"


@pytest.mark.parametrize("ref", ["web", WEB])
def test_an_instance_is_named_by_name_or_id(ref):
    assert action(KIND, wish(instance=ref), cloud(PRIVATE)) == "none"


def test_attaching_is_one_call_with_two_ways():
    [call] = calls(KIND, wish(ip="10.0.0.7"), cloud(PUBLIC))
    assert "/" + "/".join(call.path) == BASE
    assert call.body == {"networkId": BLUE_ID, "ip": "10.0.0.7"}
    assert call.otherwise.body == {"networkId": OPENSTACK_ID, "ip": "10.0.0.7"}
    assert call.lock == WEB


def test_the_public_network_is_attached_by_its_own_id():
    [(_method, _path, body)] = requests(KIND, wish(network="public"), cloud(PRIVATE))
    assert body == {"networkId": EXT_NET}


def test_removal_is_one_call_to_the_interface():
    assert requests(KIND, wish("absent"), cloud(PUBLIC, PRIVATE)) == [("DELETE", f"{BASE}/{uuid(11)}", None)]


def test_what_the_api_will_choose_is_known_later():
    after = plan(KIND, wish(), cloud()).after
    assert (after["ip"], after["mac"], after["instance"], after["network"]) == (LATER, LATER, WEB, "blue")


# Refusals


def test_the_public_interface_is_not_removed_without_being_told_so():
    problem = refusal(KIND, wish("absent", network="public"), cloud(PUBLIC), "interface_public_removal")
    assert "51.1.2.3" in str(problem)
    assert "allow_public_removal: true" in problem.advice


def test_no_other_way_to_the_public_interface_goes_round_that():
    for ref in (EXT_NET, uuid(901)):
        spec = wish("absent", network=ref)
        assert action(KIND, spec, cloud(PUBLIC)) == "none"


def test_an_address_that_differs_is_not_changed():
    problem = refusal(KIND, wish(ip="10.0.0.7"), cloud(PRIVATE), "interface_ip_differs")
    assert "10.0.0.5, not 10.0.0.7" in str(problem)


def test_an_address_outside_the_subnet():
    refusal(KIND, wish(ip="10.9.0.7"), cloud(), "ip_outside")


def test_several_interfaces_on_one_network_are_told_apart_by_address():
    both = [PRIVATE, interface(BLUE_ID, "10.0.0.6", id=uuid(12))]
    problem = refusal(KIND, wish("absent"), cloud(*both), "interface_several")
    assert isinstance(problem, Ambiguous)
    assert "10.0.0.5" in str(problem)
    assert "10.0.0.6" in str(problem)
    [(_method, path, _body)] = requests(KIND, wish("absent", ip="10.0.0.6"), cloud(*both))
    assert path.endswith(uuid(12))


def test_several_instances_of_a_name_are_told_apart_by_region_or_id():
    there = cloud(PRIVATE, more=[instance(where="SBG5", id=uuid(2))])
    for state in ("present", "absent"):
        assert isinstance(refusal(KIND, wish(state), there, "ambiguous"), Ambiguous)
    assert action(KIND, wish(region="GRA11"), there) == "none"
    assert action(KIND, wish(instance=WEB), there) == "none"


@pytest.mark.parametrize(
    ("fields", "code"), [({"network": "public", "ip": "51.1.2.3"}, "ip_public"), ({"ip": "10.0.0"}, "address_bad")]
)
def test_what_can_be_refused_without_a_look(fields, code):
    with pytest.raises(InputProblem) as caught:
        wish(**fields)
    assert caught.value.code == code


def test_twice_in_a_list():
    specs = [wish(), wish(), wish(network="public")]
    assert [one.code for one in KIND.check(specs, cloud().look(KIND, *specs))] == ["twice"]


# Missing


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"instance": "nobody"}, ["not_found"]),
        ({"network": "green"}, ["not_found"]),
        ({"instance": "nobody", "network": "green"}, ["not_found", "not_found"]),
    ],
)
def test_what_an_earlier_task_may_make_is_missing(fields, expected):
    assert missing(KIND, wish(**fields), cloud()) == expected


def test_a_network_without_subnet_or_region_is_missing_here():
    bare, elsewhere = network("bare", 7), network("far", 8, ("SBG5",))
    there = cloud(more=[bare, elsewhere])
    assert missing(KIND, wish(network="bare"), there) == ["network_without_subnet"]
    assert missing(KIND, wish(network="far"), there) == ["network_not_in_region"]


@pytest.mark.parametrize("fields", [{"instance": uuid(99)}, {"network": uuid(99)}, {"network": "pn-1100042_7"}])
def test_an_id_that_nothing_has_is_an_error_at_once(fields):
    refusal(KIND, wish(**fields), cloud(), "not_found")


# Waiting


@pytest.mark.parametrize("status", ["BUILD", "BUILDING"])
def test_an_instance_that_is_being_built_is_waited_for(status):
    assert status in blocked(KIND, wish(), cloud(status=status))


def test_another_interface_that_is_being_added_is_waited_for():
    assert "another interface" in blocked(KIND, wish(), cloud(interface(state="BUILD")))


@pytest.mark.parametrize(("state", "expected"), [("ACTIVE", Ready), ("BUILD", Pending), ("DOWN", Ready)])
def test_when_it_is_ready(state, expected):
    assert readiness(KIND, wish(), cloud(interface(BLUE_ID, state=state))) is expected


ELSEWHERE = [
    wish(state, instance="elsewhere", region=region) for state in ("present", "absent") for region in ("SBG5", None)
]


@pytest.mark.parametrize("spec", ELSEWHERE)
def test_an_instance_that_may_be_in_a_region_out_of_sight_is_not_taken_for_gone(spec):
    told = refusal(KIND, spec, cloud().outage("SBG5"), "region_unknown" if spec.region else "regions_hidden")
    assert "SBG5" in told.what
    assert "unlisted_regions: skip" in told.advice
    skipped = plan(KIND, replace(spec, unlisted_regions="skip"), cloud().outage("SBG5"))
    assert skipped.action.value == "none"
    assert "SBG5 not listed by the project now" in skipped.warnings[0]


def test_an_instance_that_is_there_needs_no_other_region():
    for spec in (wish(), wish(region="GRA11"), wish("absent", region="GRA11", instance="nobody")):
        assert not plan(KIND, spec, cloud().outage("SBG5")).warnings
    assert missing(KIND, wish(instance="nobody"), cloud()) == ["not_found"]
