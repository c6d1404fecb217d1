# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ending a vRack: POST terminate, the token of the e-mail that follows, POST confirmTermination."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Collection, Dict, Mapping, Optional, Sequence, Tuple

from ..._engine.errors import Refused
from ..._engine.model import Answer, Blocked, Call, Reader, Step, Underway
from ..._engine.secret import Secret
from ..._messages import error
from ..._shared.answers import listed_numbers

LINK = re.compile(r"/billing/confirmTerminate\?id=([A-Za-z0-9]+)&(?:amp;)?token=([A-Za-z0-9]+)")

LATEST = 20
"""How many of the newest mails are looked at."""

MAIL_TAKES = 60.0
"""Seconds that the mail may take."""


@dataclass(frozen=True)
class TerminationWorld:
    """How far the termination has come. tried: whether it was confirmed, in vain or not. mails: those that were read,
    for none is read twice."""

    now: float
    asked: Optional[Answer]
    confirmed: bool
    readable: bool
    token: Optional[Secret]
    tried: bool = False
    mails: Mapping[int, Any] = field(default_factory=dict, repr=False)

    def waits(self, token: Optional[Secret]) -> bool:
        """Whether it is confirmed, or was asked for and there is nothing yet to confirm it by."""
        asked = self.asked is not None and token is None and self.token is None
        return self.confirmed or (asked and not self.tried)


def observe_termination(
    read: Reader,
    service_name: str,
    has_token: bool,
    answers: Sequence[Answer],
    last: Optional[TerminationWorld] = None,
) -> TerminationWorld:
    asked = next((one for one in reversed(answers) if one.call.path[-1] == "terminate"), None)
    confirmations = [one for one in answers if one.call.path[-1] == "confirmTermination"]
    confirmed = any(one.definite for one in confirmations)
    readable, token = True, None
    mails = dict(last.mails) if last is not None else {}
    if asked is not None and asked.definite and not has_token and not confirmed:
        refused = {(one.call.body or {})["token"] for one in confirmations if not one.uncertain}
        readable, token = _token_from_mail(read, service_name, refused, mails)
    return TerminationWorld(read.now(), asked, confirmed, readable, token, bool(confirmations), mails)


def next_termination_step(service_name: str, token: Optional[Secret], world: TerminationWorld) -> Step:
    path = ("vrack", service_name)
    if world.confirmed:
        return Underway(f"vRack {service_name} is being ended")
    if token is None and (world.asked is None or not world.asked.definite):
        doing = f"ask for the end of vRack {service_name}"
        return [Call("POST", path + ("terminate",), doing, preparatory=True)]
    token = token or world.token
    if token is None:
        if world.readable and world.asked is not None and world.now - world.asked.at < MAIL_TAKES:
            return Blocked("waiting for the e-mail that confirms the end of the vRack")
        raise error("vrack_termination_mail", service_name=service_name)
    body = {"token": token}
    return [Call("POST", path + ("confirmTermination",), f"confirm the end of vRack {service_name}", body)]


def _token_from_mail(
    read: Reader, service_name: str, refused: Collection[Secret], known: Dict[int, Any]
) -> Tuple[bool, Optional[Secret]]:
    """Whether the account's mails can be read, and the token of the newest one that is about this vRack.

    A mail of an earlier try can be there before the new one: its token is refused, and then the new one waited for.
    """
    history = ("me", "notification", "email", "history")
    try:
        ids = sorted(listed_numbers(read.get(*history), "mails"), reverse=True)[:LATEST]
        service: Any = read.get("vrack", service_name, "serviceInfos", missing=None) or {}
        new = [one for one in ids if one not in known]
        known.update(zip(new, read.get_many([history + (str(one),) for one in new], missing={})))
        for mail in sorted((known[one] for one in ids), key=lambda mail: str(mail.get("date", "")), reverse=True):
            body = str(mail.get("body", ""))
            for service_id, token in LINK.findall(body):
                named = re.search(rf"(?<![\w-]){re.escape(service_name)}(?![\w-])", f"{mail.get('subject')} {body}")
                about = service_id == str(service.get("serviceId", "")) or named
                if about and Secret(token) not in refused:
                    return True, Secret(token)
    except Refused:
        return False, None
    return True, None
