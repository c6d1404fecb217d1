# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of e-mails to the account: there are always older ones, and a newer one has a higher id."""

from __future__ import annotations

from typing import Any

from tests.simulator.state import Email

A_DAY = 86400
OLDER = ("Welcome to OVHcloud", "Your invoice is available", "Someone signed in to your account")


def send_email(world: Any, subject: str, body: str, age: float = 0.0) -> Email:
    last = max(world.account.emails, default=world.number(8))
    email = Email(last + world.rng.randrange(1, 1000), subject, body, world.now() - age)
    world.account.emails[email.id] = email
    return email


def send_older_emails(world: Any) -> None:
    for days, subject in zip(range(len(OLDER), 0, -1), OLDER, strict=True):
        send_email(world, subject, f"Dear customer,\n\n{subject}.\n", age=days * A_DAY)
