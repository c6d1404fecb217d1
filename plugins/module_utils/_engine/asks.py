# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of the calls that a look asked for, and when one of them is sent, or sent again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence, Set

from .clock import poll_delay
from .errors import Refused, Uncertain
from .model import Answer, Call


@dataclass(frozen=True)
class Verdict:
    """What is to be done about a call that is asked for: send it, wait for something, or give up."""

    send: bool = False
    waiting_for: str = ""
    error: Optional[Refused] = None


@dataclass
class Ask:
    """A call that the last look asked for, and how sending it ended.

    ways: the call and what may be sent instead of it. asked: whether the last look still asked for it.
    """

    ways: List[Call]
    way: int = 0
    answer: Optional[Answer] = None
    refusals: List[Refused] = field(default_factory=list)
    first_refused: float = 0.0
    asked: bool = True
    sent: int = 0

    @property
    def call(self) -> Call:
        return self.ways[self.way]

    # How it ended

    def worked(self, value: Any, changed: bool, at: float) -> Answer:
        self.answer = Answer(self.call, at, value, changed=changed and not self.call.preparatory)
        return self.answer

    def was_lost(self, error: Uncertain, at: float) -> Answer:
        self.answer = Answer(self.call, at, error=error, uncertain=True)
        return self.answer

    def was_refused(self, error: Refused, at: float) -> Answer:
        error.doing = error.doing or self.call.doing
        if not self.refusals:
            self.first_refused = at
        self.refusals.append(error)
        self.answer = Answer(self.call, at, error=error, changed=_says(error, self.call.doubtful))
        return self.answer

    @property
    def may_have_worked(self) -> bool:
        return self.answer is not None and (self.answer.uncertain or self.answer.definite)

    # What to do when it is asked for again

    def verdict(self, now: float, too_late: bool) -> Verdict:
        """The same call is asked for by a look that began after its answer."""
        answer, call = self.answer, self.call
        if answer is None:
            return Verdict(send=True)
        age = now - answer.at
        if answer.uncertain:
            reason = f"{call.doing}: the answer was lost, looking whether it worked"
            return Verdict(send=age >= call.patience, waiting_for=reason)
        if answer.definite:
            return Verdict(waiting_for=f"{call.doing}: sent, not visible yet")
        return self._verdict_on_refusal(now, age, too_late)

    def _verdict_on_refusal(self, now: float, age: float, too_late: bool) -> Verdict:
        refusal, call = self.refusals[-1], self.call
        waiting = Verdict(waiting_for=f"{call.doing}: {refusal.what}")
        passing = refusal.status in call.patient and not refusal.lasting
        if passing and now - self.first_refused < call.patient_for:
            due = age >= poll_delay(2.0 ** min(self.sent, 6)) and not too_late
            return Verdict(send=True, waiting_for=waiting.waiting_for) if due else waiting
        if _says(refusal, call.taken + call.doubtful):
            if age < call.patience:
                return waiting
        elif self.way + 1 < len(self.ways):
            self.way += 1
            return Verdict(send=True, waiting_for=waiting.waiting_for)
        return Verdict(error=_all_in_one(self.refusals))


class Memory:
    """The asks of one item. What is not being asked for now is forgotten."""

    def __init__(self) -> None:
        self._asks: Dict[Any, Ask] = {}

    def keep_only(self, asked: Set[Any]) -> None:
        """Forget the rest. What may have worked is kept aside, so that it isn't sent twice in a short time."""
        for key in list(self._asks):
            if key in asked:
                continue
            if self._asks[key].may_have_worked:
                self._asks[key].asked = False
            else:
                del self._asks[key]

    def recall(self, call: Call, now: float) -> Ask:
        """What is known of the call. One that worked, was not asked for, and is asked for again is a new wish, unless
        that happens so fast that reads may be going back and forth."""
        known = self._asks.get(call.key)
        if known is not None and not known.asked:
            recent = known.answer is not None and now - known.answer.at < call.patience
            if call.method != "POST" or not recent:
                known = None
        if known is None:
            known = self._asks[call.key] = Ask(_ways(call))
        return known


def _ways(call: Call) -> List[Call]:
    ways = [call]
    while ways[-1].otherwise is not None:
        ways.append(ways[-1].otherwise)
    return ways


def _says(refusal: Refused, texts: Sequence[str]) -> bool:
    return any(text.lower() in refusal.what.lower() for text in texts)


def _all_in_one(refusals: Sequence[Refused]) -> Refused:
    """The last way's refusal, with the first way's beside it where they differ."""
    last, first = refusals[-1], refusals[0]
    if first.what != last.what:
        last.what = f"{last.what.rstrip('.')} (tried another way first: {first.what.rstrip('.')})"
    return last
