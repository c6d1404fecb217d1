# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of mails and of moments on the way to a vRack and to its end."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Answer, Call
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.delivery import days_before
from ansible_collections.ovhcloud.vrack.plugins.module_utils._resources.vrack.termination import observe_termination

LINK = "https://www.ovh.com/manager/#/billing/confirmTerminate?id=7&token="


class Mails:
    """A reader of an account that has these mails, the last of them the newest."""

    def __init__(self, *subjects: str) -> None:
        self.mails = {
            number: {"id": number, "subject": subject, "body": f"{LINK}token{number}", "date": f"2026-01-0{number}"}
            for number, subject in enumerate(subjects, 1)
        }

    def now(self) -> float:
        return 1000.0

    def get(self, *path, missing=None, query=None):
        return list(self.mails) if path[-1] == "history" else missing

    def get_many(self, paths, missing=None):
        return [self.mails[int(path[-1])] for path in paths]


@pytest.mark.parametrize("other", ["pn-123", "pn-12-b", "xpn-12"])
def test_a_mail_about_a_vrack_whose_name_begins_so_is_not_taken(other):
    asked = Answer(Call("POST", ("vrack", "pn-12", "terminate"), "ask"), 990.0)
    world = observe_termination(Mails("[pn-12] Termination", f"[{other}] Termination"), "pn-12", False, [asked])
    assert world.token is not None
    assert world.token.open() == "token1"


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-03-02T10:05:00+00:00",
        "2026-03-02T10:05:00Z",
        "2026-03-02T10:05:00.1Z",
        "2026-03-02T10:05:00.1234567+00:00",
        "2026-03-02T10:05:00.123456789z",
    ],
)
def test_a_moment_is_read_in_every_form(stamp):
    assert days_before(stamp, 0) == "2026-03-01T10:00:00+00:00"
    assert days_before(stamp, 30) == "2026-01-30T10:00:00+00:00"


@pytest.mark.parametrize("stamp", ["", "soon"])
def test_what_is_no_moment_bounds_nothing(stamp):
    assert days_before(stamp, 0) == ""
