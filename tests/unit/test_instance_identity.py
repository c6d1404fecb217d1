# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which instance is meant: one thing in two spellings, the id that an answer gave, and what is in no region."""

from __future__ import annotations

import time

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import BadAnswer
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Answer, Call, Pending
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.kind import InstanceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.spec import InstanceSpec, NetworkWish
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.kind import InterfaceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.spec import InterfaceSpec

from tests.unit.support.cloud import (
    EXT_NET,
    PROJECT,
    Cloud,
    address,
    instance,
    interface,
    network,
    subnet,
)
from tests.unit.support.plans import action, calls, plan, refusal

KIND = InstanceKind()
BLUE = network()


def wish(name="web", state="present", project="running", region="GRA11", **fields):
    choices = {"flavor": "b3-8", "image": "Debian 12"} if state == "present" else {}
    return InstanceSpec(state, project, name, region, **{**choices, **fields}).validated()


def problems(kind, cloud, *specs):
    return [problem.code for problem in kind.check(specs, cloud.look(kind, *specs))]


@pytest.mark.parametrize("there", [[], [instance()]])
@pytest.mark.parametrize("other", [wish(project=PROJECT), wish(" web"), wish(project=PROJECT, name="web ")])
def test_one_instance_in_two_spellings_stands_twice(there, other):
    assert problems(KIND, Cloud(*there), wish(), other) == ["twice"]


def test_one_interface_in_two_spellings_of_its_project_stands_twice():
    cloud = Cloud(BLUE, subnet(), instance())
    specs = [InterfaceSpec("present", project, "web", "blue").validated() for project in ("running", PROJECT)]
    assert problems(InterfaceKind(), cloud, *specs) == ["twice"]


def test_two_spellings_of_one_letter_are_one_name():
    cloud = Cloud(instance("caf\u0065\u0301", interfaces=[interface()], ipAddresses=[address(EXT_NET)]))
    assert action(KIND, wish("caf\u00e9"), cloud) == "none"


def test_an_id_in_capitals_is_an_id():
    cloud = Cloud(instance(interfaces=[interface()], ipAddresses=[address(EXT_NET)]))
    by_id = cloud.instances[0]["id"]
    cloud.instances[0]["id"], cloud.interfaces = f"abcdef{by_id[6:]}", {f"abcdef{by_id[6:]}": [interface()]}
    assert action(KIND, wish(f"ABCDEF{by_id[6:]}"), cloud) == "none"
    assert action(KIND, wish(f"ABCDEF{by_id[6:]}", state="absent"), cloud) == "delete"
    refusal(KIND, wish("ABCDEF00-0000-4000-8000-000000000000"), cloud, "not_found")


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_region_that_the_project_has_not_is_said(state):
    refusal(KIND, wish(state=state, region="gra11"), Cloud(), "region_unknown")


def test_what_stands_in_a_region_that_the_project_lost_is_still_found_and_removed():
    there = instance(where="BHS3", interfaces=[interface()], ipAddresses=[address(EXT_NET)])
    cloud = Cloud(there)
    assert action(KIND, wish(region="BHS3"), cloud) == "none"
    assert action(KIND, wish(state="absent", region="BHS3"), cloud) == "delete"


def test_what_an_answer_named_is_found_by_its_id():
    """The API wrote the name otherwise: the instance is the one that was made all the same."""
    cloud, spec = Cloud(), wish("web")
    world = cloud.look(KIND, spec)
    made = instance("WEB", status="BUILD")
    cloud.instances.append(made)
    cloud.interfaces[made["id"]] = []
    call = Call("POST", ("cloud", "project", PROJECT, "instance"), "create", {})
    world = KIND.observe(cloud, [spec], world, {spec: [Answer(call, 1.0, {"id": made["id"]})]})
    change = KIND.plan(spec, world)
    assert change.action.value == "none"
    assert change.seen.id == made["id"]
    assert isinstance(KIND.readiness(spec, change, world), Pending)


def test_a_creation_is_one_wish_whatever_its_body_has_become():
    """The network was made anew meanwhile, with another id: what was sent before may have worked."""
    spec = wish(networks=(NetworkWish("blue"),))
    [first], [second] = (calls(KIND, spec, Cloud(network(vlan=vlan), subnet())) for vlan in (42, 43))
    assert first.body != second.body
    assert first.mark == second.mark


def test_a_body_that_names_no_instance_is_said():
    cloud, spec = Cloud(), wish("web")
    world = cloud.look(KIND, spec)
    call = Call("POST", ("cloud", "project", PROJECT, "instance"), "create", {})
    with pytest.raises(BadAnswer):
        KIND.observe(cloud, [spec], world, {spec: [Answer(call, 1.0, None)]})


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "x" * 256}, "name is 'xxx"),
        ({"name": "a\nb"}, "none of them a line feed"),
        ({"user_data": "x" * 65536}, "user_data is 'of 65536 bytes'"),
        ({"flavor": None}, "flavor is needed to make"),
        ({"image": None}, "image is needed to make"),
    ],
)
def test_what_the_api_would_refuse_of_a_new_one(fields, says):
    from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Secret

    if "user_data" in fields:
        fields = {"user_data": Secret(fields["user_data"])}
    problem = refusal(KIND, wish(**fields), Cloud(), "option_needed" if None in fields.values() else "bad_value")
    assert says in problem.sentence()


def test_one_odd_instance_hides_and_breaks_no_other():
    good = instance("good", interfaces=[interface()], ipAddresses=[address(EXT_NET)])
    odd = instance("odd", ipAddresses=None, status=7, flavorId=None)
    nameless = instance("nameless")
    cloud = Cloud(good, odd)
    assert action(KIND, wish("good"), cloud) == "none"
    assert action(KIND, wish("new"), cloud) == "create"
    nameless["name"] = None
    cloud = Cloud(good, nameless)
    assert action(KIND, wish("good"), cloud) == "none"
    with pytest.raises(BadAnswer, match=nameless["id"]):
        plan(KIND, wish("new"), cloud)


def test_a_thousand_instances_on_five_hundred_networks_are_planned_in_a_moment():
    """No look goes through everything once for each."""
    networks = [network(f"net-{number}", number) for number in range(1, 501)]
    there = [
        instance(f"web-{number}", interfaces=[interface(), interface(networks[number % 500]["id"])])
        for number in range(1000)
    ]
    cloud = Cloud(*networks, *there)
    for one in networks:
        cloud.subnets[one["id"]] = [subnet()]
    specs = [
        wish(f"web-{n}", networks=(NetworkWish("public"), NetworkWish(f"net-{n % 500 or 500}", "10.0.0.5")))
        for n in range(1, 2001, 2)
    ]
    began = time.process_time()
    world = cloud.look(KIND, *specs)
    for spec in specs:
        KIND.plan(spec, world)
    list(KIND.check(specs, world))
    assert time.process_time() - began < 6.0
