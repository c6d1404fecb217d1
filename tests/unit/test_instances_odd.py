# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the API lets instances and interfaces look like, what else is there is managed all the same."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import VrackError
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Action
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.kind import InstanceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.spec import InstanceSpec, NetworkWish
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.kind import InterfaceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.spec import InterfaceSpec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.support.answers import entry_of, spoilt
from tests.unit.support.cloud import EXT_NET, Cloud, address, flavor, image, instance, interface, network, subnet

PROJECT = "/cloud/project/{serviceName}"
INSTANCES = entry_of(f"GET {PROJECT}/instance")
INTERFACES = entry_of(f"GET {PROJECT}/instance/{{instanceId}}/interface")
FLAVORS = entry_of(f"GET {PROJECT}/flavor")
IMAGES = entry_of(f"GET {PROJECT}/image")
BLUE = network()
ON_BLUE = (NetworkWish("public"), NetworkWish("blue", "10.0.0.5"))
MANY = settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)


def good():
    return instance(
        "good",
        interfaces=[interface(), interface(BLUE["id"], "10.0.0.5")],
        ipAddresses=[address(EXT_NET), address(BLUE["id"], "10.0.0.5")],
    )


def wish(name, state="present", **fields):
    choices = {"flavor": "b3-8", "image": "Debian 12"} if state == "present" else {}
    return InstanceSpec(state, "running", name, "GRA11", **{**choices, **fields}).validated()


def told_or_planned(kind, spec, cloud):
    """What is planned, or what was said instead; nothing else is raised."""
    try:
        world = cloud.look(kind, spec)
        list(kind.check([spec], world))
        change = kind.plan(spec, world)
        if change.action is not Action.NONE and not change.missing:
            kind.calls(spec, change, world)
        else:
            kind.readiness(spec, change, world)
        kind.record(spec, change, world)
    except VrackError as problem:
        return problem.sentence()
    return change.action


@MANY
@given(odd=st.lists(st.one_of(INSTANCES, spoilt(INSTANCES)), max_size=3))
def test_odd_instances_change_nothing_for_another(odd):
    for number, one in enumerate(odd):
        if isinstance(one, dict):
            one.update({"id": f"odd-{number}", "name": one.get("name") if one.get("name") != "good" else "odd"})
            one.setdefault("flavorId", None)
    there = Cloud(BLUE, subnet(), good())
    there.instances += [one for one in odd if isinstance(one, dict)]
    assert told_or_planned(InstanceKind(), wish("good", networks=ON_BLUE), there) is Action.NONE
    assert told_or_planned(InstanceKind(), wish("good", state="absent"), there) is Action.DELETE
    assert told_or_planned(InstanceKind(), wish("new", networks=ON_BLUE[:1]), there) is not Action.NONE
    on_blue = InterfaceSpec("present", "running", "good", "blue").validated()
    assert told_or_planned(InterfaceKind(), on_blue, there) is Action.NONE


@MANY
@given(odd=st.one_of(INTERFACES, spoilt(INTERFACES)))
def test_an_odd_interface_of_its_own_ends_in_words(odd):
    cloud = Cloud(BLUE, subnet(), good())
    cloud.interfaces[cloud.instances[0]["id"]] = [odd]
    told_or_planned(InstanceKind(), wish("good", networks=ON_BLUE), cloud)
    for state in ("present", "absent"):
        spec = InterfaceSpec(state, "running", "good", "blue").validated()
        told_or_planned(InterfaceKind(), spec, cloud)


@pytest.mark.parametrize("what", ["flavors", "images"])
@MANY
@given(data=st.data())
def test_odd_entries_of_a_catalogue_hide_none_of_the_others(what, data):
    entries = {"flavors": FLAVORS, "images": IMAGES}[what]
    odd = data.draw(st.lists(st.one_of(entries, spoilt(entries)), max_size=3))
    cloud = Cloud()
    for one in odd:
        if isinstance(one, dict):
            one.update({"id": "odd", "name": "odd"})
            one.setdefault("region", "GRA11")
            getattr(cloud, what).insert(0, one)
    assert told_or_planned(InstanceKind(), wish("new"), cloud) is Action.CREATE
    assert {"flavors": flavor(), "images": image()}[what] in getattr(cloud, what)
