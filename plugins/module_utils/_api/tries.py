# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the attempts at one request have ended so far, and whether there is to be another."""

from __future__ import annotations

import random
from typing import Optional, Tuple

from .._engine.errors import ApiError
from .._messages import api_error
from .failures import Lost, TooMany

ATTEMPTS = 5
"""How often a request is sent whose answers are lost. With pauses that double it is some five seconds."""


class Tries:
    """number: of attempts. signed_with: the number of the sign-in. stale: that of one which was found to be no longer
    good, after the refusal that said so.

    may_have_worked: an attempt of a changing request was sent and its answer lost, so that it may have had its effect.
    """

    def __init__(self, method: str, path: str) -> None:
        self.method = method
        self.path = path
        self.number = 0
        self.sent_at = 0.0
        self.may_have_worked = False
        self.stale: Optional[Tuple[ApiError, int]] = None
        self.signed_with = 0
        self._signed_again = False
        self._losses = 0
        self._error = api_error("too_many_requests", {"method": method, "path": path})

    def begin(self, signed_with: int, now: float) -> None:
        self.number += 1
        self.sent_at = now
        self.signed_with = signed_with

    def signed_again(self) -> None:
        """It has been signed in anew, once a request."""
        self.stale, self._signed_again = None, True

    def may_sign_in_again(self, refused: ApiError) -> bool:
        if self._signed_again:
            return False
        self.stale = refused, self.signed_with
        return True

    def too_many(self, slow: TooMany) -> None:
        if not self.may_have_worked:
            request = {"method": self.method, "path": self.path, "status": 429, "query_id": slow.query_id}
            self._error = api_error("too_many_requests", request)

    def lost(self, lost: Lost) -> None:
        self._losses += 1
        self.may_have_worked = self.may_have_worked or (lost.sent and self.method != "GET")
        self._error = lost.as_error(self.method, self.path, self.may_have_worked)

    def last(self, lost: Lost) -> bool:
        """What makes something is not sent again once it may have worked."""
        return (self.method == "POST" and lost.sent) or self._losses >= ATTEMPTS

    def pause(self) -> float:
        """Seconds until the next attempt."""
        return 0.3 * 2.0 ** (self._losses - 1) * random.uniform(0.7, 1.3)

    def given_up(self) -> ApiError:
        self._error.attempts = max(1, self.number)
        return self._error

    def too_late(self) -> ApiError:
        """What an attempt came to is told, where there was one: of it something may have been made."""
        return self.given_up() if self.number else api_error("too_late", {"method": self.method, "path": self.path})

    def refused(self, refusal: ApiError) -> ApiError:
        refusal.after_lost_answer = self.may_have_worked
        refusal.attempts = self.number
        return refusal
