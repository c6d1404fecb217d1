# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account's mails. Their ids only grow, and an account that is not new has older ones."""

from __future__ import annotations

from typing import Any

from simulator.state import Email

FIRST_ID = 310_000_042
STEP = 7
A_DAY = 86400


def new_mail(world: Any, subject: str, body: str, age: float = 0.0) -> Email:
    id_ = max(world.account.emails, default=FIRST_ID) + STEP
    mail = Email(id=id_, subject=subject, body=body, date=world.now() - age)
    world.account.emails[id_] = mail
    return mail


def older_mails(world: Any) -> None:
    """Of an order, of a bill, and of the end of a vRack that has been over for long."""
    for days, subject in ((90, "Your order 200000001"), (60, "Your bill FR10000001"), (30, "Your bill FR10000002")):
        new_mail(world, subject, "Dear customer,\n", age=days * A_DAY)
    link = "https://www.ovh.com/manager/#/billing/confirmTerminate?id=10000001&token=tokenOfAnotherVrackLongAgo"
    new_mail(world, "[pn-1] Termination of a service", f"To confirm the termination of pn-1:\n{link}\n", age=20 * A_DAY)
