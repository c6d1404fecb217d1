# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OVHcloud's instance states, each of them, against what every kind makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources import topology
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.host import Wanted
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.host_reading import read_hosts
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.instance_states import STAGES, Stage, stage
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.private_network import list_users
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.project import Project
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack_cloudproject import (
    AttachmentKind,
    AttachmentSpec,
)

import tests.simulator
from tests.unit.support.cloud import EXT_NET, PROJECT, VRACK, Cloud, address, instance, interface, network, subnet
from tests.unit.support.plans import plan

SCHEMA = json.loads(Path(tests.simulator.__file__).with_name("schema.json").read_text(encoding="utf-8"))
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
    counts = stage(status) is not Stage.GOING
    project = Project(PROJECT, "running", "ok")

    assert bool(list_users(cloud, project)) == counts
    assert bool(plan(AttachmentKind(), AttachmentSpec("absent", VRACK, PROJECT), cloud).missing) == counts
    assert bool(Wanted().among(read_hosts(cloud, [project.id], False, False).projects[0])) == counts
    described, skipped = topology.describe(cloud, PROJECT)
    assert bool(described["instances"]) == (counts and stage(status) is not Stage.BROKEN)
    assert bool(skipped) != bool(described["instances"])
