# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of private networks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import (
    Ambiguous,
    Immutable,
    InputProblem,
    NotFound,
    Refused,
    Uncertain,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import LATER, Answer, Failed, Pending, Ready
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.kind import NetworkKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.record import (
    Network,
    find_network,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.spec import NetworkSpec

from tests.unit.support.cloud import PROJECT, Cloud, address, instance, network, openstack_id
from tests.unit.support.plans import action, missing, plan, readiness, refusal, requests

KIND = NetworkKind()
BASE = f"/cloud/project/{PROJECT}/network/private"


def wish(name="blue", vlan=42, regions=("GRA11",), state="present", **fields):
    return NetworkSpec(state, "running", name, vlan, regions, **fields)


BLUE = network()
BLUE_ID = BLUE["id"]


@pytest.mark.parametrize(
    ("spec", "there", "expected"),
    [
        (wish(), [], "create"),
        (wish(), [BLUE], "none"),
        (wish(vlan=None), [BLUE], "none"),
        (wish(name=None), [BLUE], "none"),
        (wish(name="green"), [BLUE], "update"),
        (wish(name=BLUE_ID, vlan=None), [BLUE], "none"),
        (wish(regions=("GRA11", "SBG5")), [BLUE], "update"),
        (wish(regions=("SBG5",)), [network(regions=("GRA11", "SBG5"))], "none"),
        (wish(regions=("SBG5",), exact_regions=True), [network(regions=("GRA11", "SBG5"))], "update"),
        (wish(regions=("GRA11",)), [network(regions={"GRA11": "BUILDING"})], "none"),
        (wish(state="absent"), [], "none"),
        (wish(state="absent"), [BLUE], "delete"),
        (wish(state="absent", name=None), [BLUE], "delete"),
        (wish(state="absent", vlan=None), [BLUE], "delete"),
        (wish(state="absent", name=BLUE_ID, vlan=None), [BLUE], "delete"),
        (wish(state="absent"), [network(status="DELETING")], "none"),
        (wish(vlan=0), [], "create"),
        (wish(vlan=0), [network(vlan=0)], "none"),
        (wish(vlan=0, state="absent"), [network(vlan=0), network("green", 7)], "delete"),
        (wish("green", 7), [BLUE], "create"),
    ],
)
def test_what_is_to_be_done(spec, there, expected):
    assert action(KIND, spec, Cloud(*there)) == expected


def test_a_new_network_is_one_call():
    spec = wish(regions=("GRA11", "SBG5"))
    [(method, path, body)] = requests(KIND, spec, Cloud())
    assert (method, path) == ("POST", BASE)
    assert body == {"name": "blue", "vlanId": 42, "regions": ["GRA11", "SBG5"]}


def test_vlan_0_is_sent_and_not_taken_for_none_given():
    [(_method, _path, body)] = requests(KIND, wish(vlan=0), Cloud())
    assert body["vlanId"] == 0


def test_without_a_vlan_the_lowest_free_one_is_chosen():
    there = [network("one", 1), network("two", 2), network("four", 4)]
    change = plan(KIND, wish("new", None), Cloud(*there))
    assert change.after["vlan_id"] == 3


def test_without_regions_all_that_can_take_one_are_predicted_and_none_is_sent():
    spec = wish(regions=None)
    change = plan(KIND, spec, Cloud())
    assert change.after["regions"] == ["EU-WEST-PAR", "GRA11", "SBG5"]
    [(_method, _path, body)] = requests(KIND, spec, Cloud())
    assert "regions" not in body


def test_what_the_api_will_choose_is_known_later():
    after = plan(KIND, wish(), Cloud()).after
    assert (after["id"], after["status"], after["openstack_ids"]) == (LATER, LATER, {"GRA11": LATER})


def test_a_new_name_and_a_new_region_are_two_independent_calls():
    spec = wish("green", regions=("GRA11", "SBG5"))
    assert requests(KIND, spec, Cloud(BLUE)) == [
        ("PUT", f"{BASE}/{BLUE_ID}", {"name": "green"}),
        ("POST", f"{BASE}/{BLUE_ID}/region", {"region": "SBG5"}),
    ]


def test_a_region_that_is_too_many_is_told_and_left():
    change = plan(KIND, wish(), Cloud(network(regions=("GRA11", "SBG5"))))
    assert "also in SBG5" in change.drift[0]
    assert change.after["regions"] == ["GRA11", "SBG5"]


def test_a_region_that_is_too_many_is_left_by_its_openstack_id_when_told_to():
    spec = wish(exact_regions=True)
    [(method, path, _body)] = requests(KIND, spec, Cloud(network(regions=("GRA11", "SBG5"))))
    assert method == "DELETE"
    assert path == f"/cloud/project/{PROJECT}/region/SBG5/network/{openstack_id(42, 'SBG5')}"


# Refusals


def test_a_vlan_cannot_be_changed():
    problem = refusal(KIND, wish(vlan=43), Cloud(BLUE), "network_vlan_differs")
    assert isinstance(problem, Immutable)
    assert "has VLAN 42, not 43" in str(problem)


def test_a_name_of_one_and_the_vlan_of_another_are_not_guessed():
    problem = refusal(KIND, wish("green", 42), Cloud(BLUE, network("green", 7)), "network_name_and_vlan")
    assert isinstance(problem, Ambiguous)
    assert "pn-1100042_42" in str(problem)
    assert "pn-1100042_7" in str(problem)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_name_of_two_is_not_guessed(state):
    problem = refusal(KIND, wish(vlan=None, state=state), Cloud(BLUE, network("blue", 7)), "ambiguous")
    assert "pn-1100042_42" in str(problem)
    assert "pn-1100042_7" in str(problem)


@pytest.mark.parametrize(
    ("where", "code", "text"),
    [
        ("GRA12", "region_unknown", "did you mean GRA11"),
        ("EU-SOUTH-LZ-MAD-A", "region_is_local_zone", "Local Zone"),
        ("DE1", "region_not_usable", "status MAINTENANCE"),
        ("UK1", "region_not_usable", "network service is not up"),
    ],
)
def test_regions_that_cannot_take_one(where, code, text):
    for there in ([], [BLUE]):
        problem = refusal(KIND, wish(regions=("GRA11", where)), Cloud(*there), code)
        assert text in str(problem)
        assert "GRA11" in problem.advice


def test_a_region_in_maintenance_where_it_is_already_is_no_problem():
    assert action(KIND, wish(regions=("DE1",)), Cloud(network(regions=("DE1",)))) == "none"


@pytest.mark.parametrize("by", [BLUE_ID, openstack_id(42, "GRA11")], ids=["guide", "openstack"])
def test_a_network_in_use_is_not_removed_whichever_id_its_addresses_name(by):
    web = instance(ipAddresses=[address(by)])
    problem = refusal(KIND, wish(state="absent"), Cloud(BLUE, web), "network_in_use")
    assert "web (10.0.0.5)" in str(problem)


@pytest.mark.parametrize("status", ["DELETING", "DELETED"])
def test_an_instance_that_is_going_is_not_in_the_way(status):
    gone = instance(status=status, ipAddresses=[address(BLUE_ID)])
    assert action(KIND, wish(state="absent"), Cloud(BLUE, gone)) == "delete"


def test_an_instance_on_another_network_is_not_in_the_way():
    other = instance(ipAddresses=[address(network("green", 7)["id"])])
    assert action(KIND, wish(state="absent"), Cloud(BLUE, network("green", 7), other)) == "delete"


def test_only_users_in_the_region_that_is_left_are_in_the_way():
    there = Cloud(network(regions=("GRA11", "SBG5")), instance(ipAddresses=[address(BLUE_ID)]))
    assert action(KIND, wish(exact_regions=True), there) == "update"
    refusal(KIND, wish(regions=("SBG5",), exact_regions=True), there, "network_in_use")


def test_a_project_without_vrack_is_something_missing():
    assert missing(KIND, wish(), Cloud(vrack=None)) == ["project_without_vrack"]


def test_twice_in_a_list():
    specs = [wish(), wish("green"), wish("blue", 7), wish("red", 8)]
    assert [one.code for one in KIND.check(specs, Cloud().look(KIND, *specs))] == ["twice", "twice"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (wish("blue", None), wish("pn-1100042_42", None)),
        (wish("blue", None), wish(None, 42)),
        (wish("blue", None), wish(" blue", None)),
        (wish(openstack_id(42, "GRA11").upper(), None), wish("blue", None)),
        (wish("blue", None, exact_regions=True), wish("PN-1100042_42", None, ("SBG5",), exact_regions=True)),
        (wish("blue", None), wish(None, 42, state="absent")),
        (wish("blue", None, state="absent"), wish("green", 42)),
    ],
)
def test_one_network_in_a_list_by_two_references(one, other):
    """They would undo one another, or one of them would silently be nothing."""
    for specs in ([one, other], [other, one]):
        assert [problem.code for problem in KIND.check(specs, Cloud(BLUE).look(KIND, *specs))] == ["twice"]
    apart = [one, wish("red", 8)]
    assert list(KIND.check(apart, Cloud(BLUE).look(KIND, *apart))) == []


# What is left out


def test_an_existing_network_stays_where_it_is_when_no_regions_are_named():
    """Neither a region more, though there are others, nor a look at them."""
    there = Cloud(network(regions=("GRA11",)))
    spec = wish(regions=None)
    world = there.look(KIND, spec)
    change = KIND.plan(spec, world)
    assert (change.action.value, change.after["regions"], world.names) == ("none", ["GRA11"], {})


def test_exact_regions_that_names_none_is_refused():
    with pytest.raises(InputProblem, match="regions is needed with exact_regions: true"):
        wish(regions=None, exact_regions=True).validated()
    assert wish(regions=None, exact_regions=True, state="absent").validated()


@pytest.mark.parametrize("name", ["two\nlines", "x" * 256, "bell\a", "zero\u200bwidth"])
def test_a_name_that_no_list_can_show_is_refused(name):
    with pytest.raises(InputProblem, match="name is"):
        wish(name).validated()


def test_blanks_around_a_name_do_not_rename():
    for name in (" blue", "blue ", "blue"):
        assert action(KIND, wish(name, None), Cloud(network("blue "))) == "none"
        assert action(KIND, wish(name, 42), Cloud(network(" blue"))) == "none"


def test_one_that_is_going_does_not_hide_its_successor():
    going = {**network("blue", 42), "status": "DELETING"}
    assert plan(KIND, wish("blue", None), Cloud(going, network("blue", 43))).seen.vlan_id == 43


# Regions that are not listed


def outage(*gone, there=None, regions=("GRA11", "SBG5")):
    return Cloud(there or BLUE).outage(*gone, regions=regions)


@pytest.mark.parametrize(
    "spec",
    [
        wish(regions=("GRA11", "SBG5")),
        wish("green", 7, regions=("SBG5",)),
        wish(regions=("GRA11", "SBG5"), state="absent"),
        wish("green", 7, regions=("SBG5",), state="absent"),
    ],
)
def test_nothing_is_made_or_removed_while_a_region_that_is_named_is_not_listed(spec):
    assert "unlisted_regions: skip" in refusal(KIND, spec, outage("SBG5"), "region_unknown").advice


def test_a_network_is_not_removed_or_taken_out_of_a_region_that_is_not_listed():
    there = outage("SBG5", there=network(regions=("GRA11", "SBG5")))
    refusal(KIND, wish(regions=None, state="absent"), there, "region_unknown")
    refusal(KIND, wish(exact_regions=True), there, "region_unknown")
    assert action(KIND, wish(), there) == "none"
    assert action(KIND, wish("new name"), there) == "update"


def test_regions_that_are_not_listed_are_skipped_when_told_to():
    skip = {"unlisted_regions": "skip"}
    both = network(regions=("GRA11", "SBG5"))
    [(_method, _path, body)] = requests(KIND, wish("green", 7, ("GRA11", "SBG5"), **skip), outage("SBG5"))
    assert body["regions"] == ["GRA11"]
    for spec, there, expected in (
        (wish(regions=("GRA11", "SBG5"), **skip), BLUE, "none"),
        (wish("green", 7, ("SBG5",), **skip), BLUE, "none"),
        (wish(exact_regions=True, **skip), both, "none"),
        (wish(state="absent", **skip), both, "none"),
        (wish(regions=("GRA11", "SBG5"), state="absent", **skip), BLUE, "none"),
        (wish(state="absent", **skip), BLUE, "delete"),
    ):
        change = plan(KIND, spec, outage("SBG5", there=there))
        assert change.action.value == expected
        if expected == "none":
            assert [text for text in change.warnings if "SBG5 not listed by the project now" in text]


NOT_NAMED = [wish("green", vlan, None, state=state) for vlan in (7, None) for state in ("present", "absent")]


@pytest.mark.parametrize("spec", NOT_NAMED)
def test_what_may_be_in_a_region_that_is_out_of_sight_is_not_made_anew_nor_taken_for_gone(spec):
    """Its only region may be that one; and "all regions" would leave it out."""
    told = refusal(KIND, spec, outage("SBG5"), "regions_hidden")
    assert "SBG5" in told.what
    assert "unlisted_regions: skip" in told.advice
    change = plan(KIND, replace(spec, unlisted_regions="skip"), outage("SBG5"))
    assert change.action.value == ("create" if spec.state == "present" else "none")
    assert [text for text in change.warnings if "SBG5 not listed by the project now" in text]


@pytest.mark.parametrize("spec", NOT_NAMED)
@pytest.mark.parametrize("how", [{"named": False}, {"offered": ["SBG5"]}])
def test_a_region_that_nothing_speaks_of_or_that_is_offered_as_new_is_not_out(spec, how):
    there = Cloud(BLUE).outage("SBG5", **how)
    assert action(KIND, spec, there) == ("create" if spec.state == "present" else "none")


def test_a_network_that_is_seen_or_whose_regions_are_named_needs_no_other_region():
    for spec in (wish(regions=None), wish(regions=None, state="absent"), wish("green", 7, ("GRA11",))):
        assert not plan(KIND, spec, outage("SBG5")).warnings


def test_a_network_is_not_made_in_no_region_at_all():
    refusal(KIND, wish("green", 7, None), Cloud(BLUE).outage("GRA11", "SBG5", named=False), "no_region_usable")


# What was sent


def test_a_vlan_that_was_sent_stays_although_a_lower_one_is_free_by_now():
    """Its network is not shown yet, and another job's with a lower number was removed meanwhile."""
    spec = wish("new", None)
    there = Cloud(*(network(f"n{vlan}", vlan) for vlan in (1, 2, 3)))
    world = there.look(KIND, spec)
    [sent] = KIND.calls(spec, KIND.plan(spec, world), world)
    assert sent.body["vlanId"] == 4
    del there.networks[1]
    for how in ({"value": {}}, {"error": Uncertain("lost"), "uncertain": True}):
        world = KIND.observe(there, [spec], world, {spec: [Answer(sent, 1000.0, **how)]})
        [again] = KIND.calls(spec, KIND.plan(spec, world), world)
        assert (again.key, again.mark) == (sent.key, sent.mark)
    refused = Answer(sent, 1000.0, error=Refused("A private network already exists for this vlan ID", status=400))
    world = KIND.observe(there, [spec], world, {spec: [refused]})
    [other] = KIND.calls(spec, KIND.plan(spec, world), world)
    assert (other.body["vlanId"], other.mark) == (2, sent.mark)


# How much work it is


def test_many_networks_are_looked_up_without_a_walk_through_all_for_each(monkeypatch):
    """Ten times as many networks are asked for their ids ten times as often, not a hundred times."""
    asked = []
    ids = Network.ids
    monkeypatch.setattr(Network, "ids", lambda network: asked.append(1) or ids(network))
    count = 300
    there = Cloud(*(network(f"net-{number}", number) for number in range(1, count + 1)))
    specs = [wish(f"net-{number}", None) for number in range(1, count + 1)]
    world = there.look(KIND, *specs)
    assert list(KIND.check(specs, world)) == []
    assert {KIND.plan(spec, world).action.value for spec in specs} == {"none"}
    assert count <= len(asked) < 20 * count


# Readiness


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (BLUE, Ready),
        (network(regions={"GRA11": "BUILDING"}), Pending),
        (network(regions={"GRA11": "ACTIVE", "SBG5": "BUILDING"}), Ready),
        (network(status="ERROR"), Failed),
    ],
)
def test_when_it_is_ready(there, expected):
    """A region that was not asked for is not waited for."""
    assert readiness(KIND, wish(), Cloud(there)) is expected


def test_a_network_that_is_going_is_waited_for():
    assert readiness(KIND, wish(state="absent"), Cloud(network(status="DELETING"))) is Pending


# References

of = Network.from_api


@pytest.mark.parametrize("ref", ["blue", "42", BLUE_ID, openstack_id(42, "GRA11")])
def test_references_to_a_network(ref):
    assert find_network(ref, [of(BLUE), of(network("green", 7))], "GRA11") == of(BLUE)


def test_a_name_of_digits_comes_before_a_vlan():
    assert find_network("42", [of(BLUE), of(network("42", 7))], "GRA11").vlan_id == 7


def test_vlan_0_can_be_referred_to():
    assert find_network("0", [of(BLUE), of(network("flat", 0))]).name == "flat"


def test_an_id_of_another_region_is_told_as_such():
    with pytest.raises(InputProblem, match="is the id of network 'blue' in SBG5, not in GRA11"):
        find_network(openstack_id(42, "SBG5"), [of(network(regions=("GRA11", "SBG5")))], "GRA11")


@pytest.mark.parametrize(
    ("ref", "text"),
    [
        ("bleu", "did you mean blue"),
        ("xyz", "there are: blue, green"),
        ("Blue", "did you mean blue"),
        ("43", "there are"),
    ],
)
def test_near_names(ref, text):
    with pytest.raises(NotFound, match=text):
        find_network(ref, [of(BLUE), of(network("green", 7))], "GRA11")


def test_none_at_all():
    with pytest.raises(NotFound, match="there is none"):
        find_network("blue", [], "GRA11")
