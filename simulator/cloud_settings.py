# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches of Public Cloud's behaviour, where the real one is unknown or now and then cruel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.kindness import unkind


@dataclass
class CloudSettings:
    # May two projects of one vRack each have a network of the same VLAN?
    same_vlan_in_vrack: bool = True
    # Is a second network refused (409) while one of the project is being built?
    create_conflicts: bool = False
    # Does the public network go on naming a region that is in an outage?
    public_network_names_outages: bool = True
    # How many of an account's first networks vanish once they are built (regions that had not learnt of the vRack)?
    networks_that_vanish: int = 0
    # How often one does that by itself, of 1, that is made within so many seconds after the project joined its vRack.
    networks_vanish_after_attach: float = unkind(0.1)
    # Seconds for the line above.
    vrack_learnt_after: float = 60
    # How often the removal of a subnet is answered by a 500, of 1.
    subnet_delete_500: float = unkind(0.1)
    # Names of instances that end in ERROR.
    instance_fail_names: list[str] = field(default_factory=list)
    # Does a key posted without a region answer 400 "Invalid region parameter", although it is made?
    ssh_key_without_region_fails: bool = True
    # How many of the instances end in ERROR by themselves, out of one.
    instance_failures: float = 0.0
    # Virtual seconds until monthly billing that was asked for is "ok".
    monthly_activation: float | Sequence[float] = field(default_factory=lambda: [30, 90])
    # Is another address given than the one asked for?
    other_addresses: bool = False
    # Interfaces an instance may have.
    interface_limit: int = 8
    # Virtual seconds of a reboot, resize, shelving and the like.
    instance_changing: float | Sequence[float] = field(default_factory=lambda: [5, 20])
