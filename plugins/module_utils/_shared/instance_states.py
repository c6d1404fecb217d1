# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an instance's status means: one answer for every kind that asks.

Each status has one stage. A word that this release does not know is taken for one at rest: the instance is there,
holds what it has, and nothing waits for it or is done to it.
"""

from __future__ import annotations

import enum


class Stage(str, enum.Enum):
    """Where an instance stands.

    RUNNING: it takes changes. COMING: this passes by itself, so it is waited for. AT_REST: it stays so until somebody
    does something. BROKEN: waiting does not mend it, and neither do we. GOING: it counts no more, and is waited for
    where it is in the way. GONE: it is shown, and that is all; it may be for weeks.
    """

    RUNNING = "running"
    COMING = "coming"
    AT_REST = "at rest"
    BROKEN = "broken"
    GOING = "going"
    GONE = "gone"


STAGES = {
    "ACTIVE": Stage.RUNNING,
    "BUILD": Stage.COMING,
    "BUILDING": Stage.COMING,
    "HARD_REBOOT": Stage.COMING,
    "MIGRATING": Stage.COMING,
    "PASSWORD": Stage.COMING,
    "REBOOT": Stage.COMING,
    "REBUILD": Stage.COMING,
    "RESCUING": Stage.COMING,
    "RESIZE": Stage.COMING,
    "RESUMING": Stage.COMING,
    "REVERT_RESIZE": Stage.COMING,
    "SHELVING": Stage.COMING,
    "SNAPSHOTTING": Stage.COMING,
    "UNKNOWN": Stage.COMING,
    "UNRESCUING": Stage.COMING,
    "UNSHELVING": Stage.COMING,
    "PAUSED": Stage.AT_REST,
    "RESCUE": Stage.AT_REST,
    "RESCUED": Stage.AT_REST,
    "RESIZED": Stage.AT_REST,
    "SHELVED": Stage.AT_REST,
    "SHELVED_OFFLOADED": Stage.AT_REST,
    "SHUTOFF": Stage.AT_REST,
    "STOPPED": Stage.AT_REST,
    "SUSPENDED": Stage.AT_REST,
    "VERIFY_RESIZE": Stage.AT_REST,
    "ERROR": Stage.BROKEN,
    "DELETED": Stage.GONE,
    "DELETING": Stage.GOING,
    "SOFT_DELETED": Stage.GONE,
}


BEING_BUILT = ("BUILD", "BUILDING", "UNKNOWN")
"""Of these the API shows neither interfaces nor addresses in full."""

WAY_OUT = {
    "PAUSED": "Resume it first",
    "SUSPENDED": "Resume it first",
    "RESCUE": "Leave rescue mode first",
    "RESCUED": "Leave rescue mode first",
    "RESIZED": "Confirm or revert the change of its flavor first",
    "VERIFY_RESIZE": "Confirm or revert the change of its flavor first",
    "SHELVED": "Unshelve it first",
    "SHELVED_OFFLOADED": "Unshelve it first",
    "SHUTOFF": "Start it first",
    "STOPPED": "Start it first",
    "ERROR": "Remove it with state: absent and make it again",
}
"""What a person must do before the instance takes a change."""


UNKNOWN_WAY_OUT = "Look at it in the control panel, and bring it to ACTIVE first"


def stage(status: str) -> Stage:
    return STAGES.get(status, Stage.AT_REST)


def is_there(status: str) -> bool:
    """Whether it counts: everything but what is going or gone."""
    return stage(status) not in (Stage.GOING, Stage.GONE)


def is_going(status: str) -> bool:
    return stage(status) is Stage.GOING


def is_gone(status: str) -> bool:
    return stage(status) is Stage.GONE


def is_coming(status: str) -> bool:
    return stage(status) is Stage.COMING


def is_broken(status: str) -> bool:
    return stage(status) is Stage.BROKEN


def holds_addresses(status: str) -> bool:
    """Whether its addresses and networks count as in use.

    What is going gives them back by itself: whoever needs them waits, as the API refuses until then.
    """
    return is_there(status)


def way_out(status: str) -> str:
    """What to do about an instance that takes no change in this status."""
    return WAY_OUT.get(status, UNKNOWN_WAY_OUT)
