# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of the calls that a look asked for, and when one of them is sent, or sent again."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence, Set

from .clock import retry_delay
from .errors import Refused, Uncertain
from .model import Answer, Call


@dataclass(frozen=True)
class Verdict:
    """What is to be done about a call that is asked for: send it (which way), wait for something, or give up."""

    send: bool = False
    way: int = 0
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
    first_refused: Optional[float] = None
    asked: bool = True
    sent: int = 0

    @property
    def call(self) -> Call:
        return self.ways[self.way]

    def begin(self, way: int) -> Call:
        """It is being sent this way: which one counts is decided here, and not when it is judged."""
        if way != self.way:
            self.way, self.sent, self.first_refused = way, 0, None
        self.sent += 1
        return self.call

    # How it ended

    def worked(self, value: Any, changed: bool, at: float) -> Answer:
        self.answer = Answer(self.call, at, value, changed=changed and not self.call.preparatory)
        return self.answer

    def was_lost(self, error: Uncertain, at: float) -> Answer:
        self.answer = Answer(self.call, at, error=error, uncertain=True)
        return self.answer

    def was_refused(self, error: Refused, at: float) -> Answer:
        error.doing = error.doing or self.call.doing
        if self.first_refused is None:
            self.first_refused = at
        self.refusals.append(error)
        self.answer = Answer(
            self.call, at, error=error, changed=error.after_lost_answer or _says(error, self.call.doubtful)
        )
        return self.answer

    @property
    def may_have_worked(self) -> bool:
        return self.answer is not None and (self.answer.uncertain or self.answer.definite)

    # What to do when it is asked for again. Judging changes nothing here.

    def verdict(self, now: float, too_late: bool) -> Verdict:
        """The same call is asked for by a look that began after its answer. When it is too late nothing is sent."""
        verdict = self._verdict(now)
        if verdict.send and too_late:
            return Verdict(waiting_for=verdict.waiting_for or f"{self.call.doing}: not sent, for the time was up")
        return verdict

    def _verdict(self, now: float) -> Verdict:
        answer, call = self.answer, self.call
        if answer is None:
            return Verdict(send=True)
        age = now - answer.at
        if answer.uncertain:
            reason = f"{call.doing}: the answer was lost, looking whether it worked"
            return Verdict(send=age >= call.patience, way=self.way, waiting_for=reason)
        if answer.definite:
            return Verdict(waiting_for=f"{call.doing}: sent, not visible yet")
        return self._verdict_on_refusal(now, age)

    def _verdict_on_refusal(self, now: float, age: float) -> Verdict:
        refusal, call = self.refusals[-1], self.call
        reason = f"{call.doing}: {refusal.what}"
        passing = refusal.status in call.patient and not refusal.lasting
        if passing and self.first_refused is not None and now - self.first_refused < call.patient_for:
            return Verdict(send=age >= retry_delay(self.sent), way=self.way, waiting_for=reason)
        if _says(refusal, call.taken + call.doubtful):
            if age < call.patience:
                return Verdict(waiting_for=reason)
        elif self.way + 1 < len(self.ways):
            return Verdict(send=True, way=self.way + 1, waiting_for=reason)
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
        known = self._asks.get(call.mark)
        if known is not None and not known.asked:
            recent = known.answer is not None and now - known.answer.at < call.patience
            if call.method != "POST" or not recent:
                known = None
        if known is not None and known.ways[0].key != call.key and not known.may_have_worked:
            known = None
        if known is None:
            known = self._asks[call.mark] = Ask(_ways(call))
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
    if first.what == last.what:
        return last
    both = copy(last)
    both.what = f"{last.what.rstrip('.')} (tried another way first: {first.what.rstrip('.')})"
    return both
