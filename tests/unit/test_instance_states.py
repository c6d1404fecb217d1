# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OVHcloud's instance states, each of them, against what every kind makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import InputProblem
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import (
    Action,
    Blocked,
    Failed,
    Pending,
    Ready,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.export import topology
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.kind import InstanceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance.spec import InstanceSpec, NetworkWish
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.kind import InterfaceKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_interface.spec import InterfaceSpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.inventory.hosts import Wanted
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.inventory.reading import read_hosts
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network.record import list_users
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject.kind import AttachmentKind
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject.spec import AttachmentSpec
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.instance_states import (
    STAGES,
    WAY_OUT,
    Stage,
    stage,
    way_out,
)
from ansible_collections.ovhcloud.vrack.plugins.module_utils._shared.project import Project

import simulator
from tests.unit.support.cloud import EXT_NET, PROJECT, VRACK, Cloud, address, instance, interface, network, subnet
from tests.unit.support.plans import plan, refusal

SCHEMA = json.loads(Path(simulator.__file__).with_name("schema.json").read_text(encoding="utf-8"))
STATES = SCHEMA["types"]["cloud.instance.InstanceStatusEnum"]["enum"]
NEW_WORD = "A_NEW_WORD"
BLUE = network()


def cloud_with(status):
    ports = [interface(EXT_NET, "51.0.0.1"), interface(BLUE["id"])]
    addresses = [address(EXT_NET, "51.0.0.1"), address(BLUE["id"])]
    return Cloud(BLUE, subnet(), instance(status=status, interfaces=ports, ipAddresses=addresses))


def test_each_state_of_the_schema_has_its_stage():
    assert sorted(STAGES) == sorted(STATES)


def test_a_word_that_nobody_knows_yet_is_something_that_is_there_and_left_alone():
    assert stage(NEW_WORD) is Stage.AT_REST


@pytest.mark.parametrize("status", [*STATES, NEW_WORD])
def test_whether_an_instance_counts_is_the_same_for_every_kind(status):
    """A network's user, a hindrance of a project's leaving, a host, a line of an export: all of them or none."""
    cloud = cloud_with(status)
    counts = stage(status) not in (Stage.GOING, Stage.GONE)
    project = Project(PROJECT, "running", "ok")

    assert bool(list_users(cloud, project)) == counts
    assert bool(plan(AttachmentKind(), AttachmentSpec("absent", VRACK, PROJECT), cloud).missing) == counts
    assert bool(Wanted().among(read_hosts(cloud, [project.id], False, False).projects[0])) == counts
    described, skipped = topology.describe(cloud, PROJECT)
    assert bool(described["instances"]) == (counts and stage(status) is not Stage.BROKEN)
    assert bool(skipped) != bool(described["instances"])


# What each module does with an instance on the public network alone, in each stage: to keep it as it is, to put it on
# a network, to remove it, to take its interface off. "removed first": a new one is made once the old one is gone.
WHAT_IS_DONE = {
    Stage.RUNNING: ("ready", "sent", "sent", "sent"),
    Stage.COMING: ("waits", "waits", "sent", "waits"),
    Stage.AT_REST: ("ready", "refused", "sent", "refused"),
    Stage.BROKEN: ("failed", "failed", "sent", "refused"),
    Stage.GOING: ("removed first", "removed first", "waits", "not there"),
    Stage.GONE: ("sent", "sent", "not there", "not there"),
}


def done(kind, spec, cloud):
    """In a word, what a run would do now."""
    world = cloud.look(kind, spec)
    try:
        change = kind.plan(spec, world)
    except InputProblem as problem:
        return problem
    if change.missing:
        return change.missing[0].problem
    if change.action is Action.NONE:
        state = kind.readiness(spec, change, world)
        words = {Ready: "ready", Pending: "waits", Failed: "failed"}
        return "not there" if change.seen is None else words[type(state)]
    step = kind.calls(spec, change, world)
    if isinstance(step, Blocked):
        return "removed first" if "is being removed" in step.reason else "waits"
    return "sent"


def on_public_alone(status):
    ports = [] if status in ("BUILD", "BUILDING") else [interface(EXT_NET, "51.0.0.1")]
    addresses = [address(EXT_NET, "51.0.0.1")] if ports else []
    return Cloud(BLUE, subnet(), instance(status=status, interfaces=ports, ipAddresses=addresses))


@pytest.mark.parametrize("status", [*STATES, NEW_WORD])
def test_what_each_module_does_in_each_state(status):
    choices = {"flavor": "b3-8", "image": "Debian 12"}
    both = (NetworkWish("public"), NetworkWish("blue"))
    keep, attach, remove, detach = WHAT_IS_DONE[stage(status)]
    instances, interfaces = InstanceKind(), InterfaceKind()
    cloud = on_public_alone(status)

    def matches(outcome, expected):
        if expected == "refused":
            assert outcome.code == "instance_not_ready", outcome
            assert way_out(status) in outcome.sentence()
        else:
            assert outcome == expected, outcome

    matches(done(instances, InstanceSpec("present", PROJECT, "web", "GRA11", **choices), cloud), keep)
    if status in ("BUILD", "BUILDING", "UNKNOWN"):
        attach = "waits"
    matches(done(instances, InstanceSpec("present", PROJECT, "web", "GRA11", networks=both, **choices), cloud), attach)
    matches(done(instances, InstanceSpec("absent", PROJECT, "web", "GRA11"), cloud), remove)
    if cloud.interfaces[cloud.instances[0]["id"]]:
        off = InterfaceSpec("absent", PROJECT, "web", "public", allow_public_removal=True)
        matches(done(interfaces, off, cloud), detach)


def test_each_state_in_which_nothing_can_be_done_says_the_way_out_of_it():
    for status in STATES:
        if stage(status) in (Stage.AT_REST, Stage.BROKEN):
            assert way_out(status) in WAY_OUT.values()
    assert way_out("SHELVED") != way_out("SHUTOFF") != way_out("RESCUE")
    assert "control panel" in way_out(NEW_WORD)


@pytest.mark.parametrize("status", [one for one in STATES if stage(one) in (Stage.GOING, Stage.GONE)])
def test_by_its_id_what_goes_is_not_made_anew(status):
    cloud = on_public_alone(status)
    by_id = InstanceSpec("present", PROJECT, cloud.instances[0]["id"].upper(), "GRA11", "b3-8", "Debian 12").validated()
    problem = refusal(InstanceKind(), by_id, cloud, "instance_going")
    assert status in problem.sentence()
