# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop: look, plan every unfinished item, send what can be sent, look again.

One thread, the caller's, owns all state. Workers perform single requests and nothing else.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from .asks import Ask, Memory
from .clock import Clock, Deadline, pause_after_look, poll_delay
from .errors import (
    ApiError,
    BadAnswer,
    Bug,
    InputProblem,
    InputProblems,
    Refused,
    StillDifferent,
    TimedOut,
    Uncertain,
    Unreachable,
    VrackError,
)
from .model import (
    LATER,
    Action,
    Answer,
    Blocked,
    Call,
    Change,
    Failed,
    Kind,
    Missing,
    Outcome,
    Pending,
    Reader,
    Step,
    Underway,
)
from .traffic import Done, Traffic

LINGER = 5.0
"""Seconds that answers already in wait for slower ones of the same batch before the next look."""

UNSEEN_FOR = 30.0
"""Seconds after which something that was there, and that no look shows any more, is made anew."""

FAILED_LOOKS = 3
"""Looks in a row that may fail for want of an answer before the task gives up."""


@dataclass
class _End:
    """How an item ended, so many seconds after the beginning. What it has changed is counted when nothing of it is on
    its way any more."""

    error: Optional[VrackError]
    record: Optional[Dict[str, Any]]
    seconds: float = 0.0


@dataclass(eq=False)
class _Item:
    """removed: keys of the calls that removed what was to be made anew."""

    spec: Any
    label: str
    first: Change
    memory: Memory = field(default_factory=Memory)
    answers: List[Answer] = field(default_factory=list)
    removed: Set[Any] = field(default_factory=set)
    busy: int = 0
    judged_after: int = 0
    waiting_for: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    latest: Optional[Change] = None
    unseen_since: Optional[float] = None
    end: Optional[_End] = None


@dataclass
class Work:
    """What the loop works with.

    send: performs one call and returns (value, changed) or raises ApiError. before_writing: is told the first plans
    once there is something to do, and may object by an input problem. while_waiting: is told before each pause what is
    waited for.
    """

    read: Callable[[], Reader]
    send: Callable[[Call], Tuple[Any, bool]]
    workers: Executor
    clock: Clock
    deadline: Deadline
    max_in_flight: int = 8
    wait: bool = True
    check_mode: bool = False
    before_writing: Optional[Callable[[Sequence[Change]], None]] = None
    while_waiting: Optional[Callable[[Sequence[str]], None]] = None


def reconcile(kind: Kind, specs: Sequence[Any], work: Work) -> List[Outcome]:
    """Bring the world to what *specs* say and return one outcome a spec, in their order.

    Raises InputProblems before anything is changed when what is asked for cannot be, and ApiError when the first
    look fails. In check mode it stops after the first plan.
    """
    return _Loop(kind, work).run(specs)


class _Loop:
    def __init__(self, kind: Kind, work: Work) -> None:
        self.kind = kind
        self.work = work
        self.look = 0
        self.world: Any = None
        self.items: List[_Item] = []
        self.traffic: Traffic[_Item] = Traffic(work.workers, work.send, work.max_in_flight)
        self.failed_looks = 0
        self.looks_at_once = False
        self.began = self.looked_at = work.clock.now()

    def run(self, specs: Sequence[Any]) -> List[Outcome]:
        self._observe(specs, {})
        self.items = self._first_plans(specs)
        if self.work.check_mode:
            return [_predicted(item, self._failed_already(item)) for item in self.items]
        plans = [item.first for item in self.items if item.first.action is not Action.NONE]
        if plans and self.work.before_writing is not None:
            self.work.before_writing(plans)
        try:
            self._rounds()
        except Exception as bug:  # what was done so far is told all the same
            self._fail_all(_as_bug(bug))
        self._take_in_what_is_on_its_way()
        return [_outcome(item) for item in self.items]

    def _rounds(self) -> None:
        quiet_since = self.work.clock.now()
        while True:
            self._judge_all()
            if self._send_and_collect():
                quiet_since = self.work.clock.now()
            elif not self._unfinished():
                break
            elif self.work.deadline.passed():
                self._time_out()
                break
            elif not self.looks_at_once:
                self._pause(quiet_since)
            if not self._look_again():
                break

    # Looking

    def _observe(self, specs: Sequence[Any], answers: Mapping[Any, Sequence[Answer]]) -> None:
        self.look += 1
        self.looked_at = self.work.clock.now()
        self.world = self.kind.observe(self.work.read(), specs, self.world, answers)

    def _look_again(self) -> bool:
        """The next look, for what is unfinished. False when no look can be had and all has been failed."""
        unfinished = self._unfinished()
        if not unfinished:
            return True
        try:
            self._observe([item.spec for item in unfinished], {item.spec: item.answers for item in unfinished})
            self.failed_looks = 0
        except VrackError as error:
            self.failed_looks += 1
            passing = isinstance(error, (Unreachable, BadAnswer))
            if not passing or self.failed_looks >= FAILED_LOOKS or self.work.deadline.passed():
                self._fail_all(error)
                return False
            for item in unfinished:
                item.judged_after = self.look
        return True

    def _first_plans(self, specs: Sequence[Any]) -> List[_Item]:
        problems: List[VrackError] = []
        items = []
        for spec in specs:
            try:
                change = self.kind.plan(spec, self.world)
            except InputProblem as problem:
                problems.append(_about(problem, self.kind.label(spec)))
                continue
            if not self.work.check_mode:
                problems.extend(_about(missing.problem, self.kind.label(spec)) for missing in change.missing)
            items.append(_Item(spec, self.kind.label(spec), change))
        problems.extend(self.kind.check(specs, self.world))
        if problems:
            raise InputProblems(problems)
        return items

    def _failed_already(self, item: _Item) -> Optional[VrackError]:
        """Why the run would end at once: what it needs no call for has failed, or the call can't be made."""
        change = item.first
        if change.missing:
            return None
        if change.action is Action.NONE:
            state = self.kind.readiness(item.spec, change, self.world)
            return state.error if isinstance(state, Failed) else None
        try:
            self.kind.calls(item.spec, change, self.world)
        except VrackError as error:
            return error
        return None

    # Judging

    def _unfinished(self) -> List[_Item]:
        return [item for item in self.items if item.end is None]

    def _judge_all(self) -> None:
        self.looks_at_once = False
        self.traffic.forget()
        for item in self._unfinished():
            if not item.busy and self.look > item.judged_after:
                for ask, way in self._judge(item):
                    self.traffic.queue(item, ask, way)

    def _judge(self, item: _Item) -> List[Tuple[Ask, int]]:
        """Finish the item, or say which calls are to be sent for it now, and which way."""
        item.facts = {}
        try:
            change = item.latest = self.kind.plan(item.spec, self.world)
            if change.missing:
                return self._wait_for(item, change.missing)
            if self._is_out_of_sight(item, change):
                return []
            if change.action is Action.NONE:
                return self._judge_readiness(item, change)
            step = self.kind.calls(item.spec, change, self.world)
            _refuse_to_replace_again(item, change, step)
        except VrackError as error:
            self._finish(item, error=error)
            return []
        if isinstance(step, (Blocked, Underway)):
            item.memory.keep_only(set())
            item.waiting_for = step.reason
            self.looks_at_once |= isinstance(step, Blocked) and step.at_once
            if isinstance(step, Underway):
                item.facts = step.facts
                if not self.work.wait:
                    self._finish(item)
            return []
        item.memory.keep_only({call.mark for call in step})
        return self._judge_calls(item, step)

    def _wait_for(self, item: _Item, missing: Sequence[Missing]) -> List[Tuple[Ask, int]]:
        """Something that the first look saw is gone: reads may be behind, so wait for it."""
        item.memory.keep_only(set())
        item.waiting_for = missing[0].problem.what
        return []

    def _is_out_of_sight(self, item: _Item, change: Change) -> bool:
        """Whether it was there at first, this run has not removed it, and a look or two don't show it: that is waited
        for a while before it is made anew."""
        if change.action is not Action.CREATE or item.first.before is None or item.removed:
            item.unseen_since = None
            return False
        now = self.work.clock.now()
        item.unseen_since = now if item.unseen_since is None else item.unseen_since
        if now >= item.unseen_since + UNSEEN_FOR:
            return False
        item.memory.keep_only(set())
        item.waiting_for = f"{item.label} was there and is not shown now"
        return True

    def _judge_readiness(self, item: _Item, change: Change) -> List[Tuple[Ask, int]]:
        item.memory.keep_only(set())
        state = self.kind.readiness(item.spec, change, self.world)
        if isinstance(state, Failed):
            self._finish(item, error=state.error)
        elif isinstance(state, Pending) and self.work.wait:
            item.waiting_for = state.reason
        else:
            self._finish(item)
        return []

    def _judge_calls(self, item: _Item, calls: Sequence[Call]) -> List[Tuple[Ask, int]]:
        """What to send of a step: nothing where one of its calls is the failure."""
        now, too_late = self.work.clock.now(), self.work.deadline.passed()
        asks = [item.memory.recall(call, now) for call in calls]
        verdicts = [ask.verdict(now, too_late) for ask in asks]
        for verdict in verdicts:
            item.waiting_for = verdict.waiting_for or item.waiting_for
            if verdict.error is not None:
                self._finish(item, error=verdict.error)
                return []
        return [(ask, verdict.way) for ask, verdict in zip(asks, verdicts) if verdict.send]

    # Sending

    def _send_and_collect(self) -> bool:
        """Send what is queued and take in answers. True when there was anything."""
        if self.traffic.quiet:
            return False
        self._launch()
        give_up = None
        while self.traffic.flying:
            limit = None if give_up is None else max(0.0, give_up - self.work.clock.now())
            done = self.traffic.landed(limit)
            for one in done:
                self._take(one)
            if not done:
                break
            self._launch()
            if give_up is None:
                give_up = self.work.clock.now() + LINGER
        return True

    def _launch(self) -> None:
        """Send as much as may be on its way at once. When the time is up nothing is begun."""
        while not self.work.deadline.passed():
            item = self.traffic.launch()
            if item is None:
                break
            item.busy += 1

    def _take(self, done: Done[_Item]) -> None:
        item, ask = done.item, done.ask
        item.busy -= 1
        item.judged_after = self.look
        at = self.work.clock.now()
        try:
            value, changed = done.future.result()
            answer = ask.worked(value, changed, at)
            if item.latest is not None and item.latest.action is Action.REPLACE and ask.call.method == "DELETE":
                item.removed.add(ask.call.key)
        except Uncertain as error:
            answer = ask.was_lost(error, at)
        except Refused as error:
            answer = ask.was_refused(error, at)
        except ApiError as error:
            self.traffic.drop(item)
            error.doing = error.doing or ask.call.doing
            self._finish(item, error=error)
            return
        except Exception as bug:  # whether the request has left is not known
            self.traffic.drop(item)
            item.answers.append(ask.was_lost(Uncertain(str(bug)), at))
            self._finish(item, error=_as_bug(bug))
            return
        item.answers.append(answer)
        if not answer.definite:
            self.traffic.drop(item)

    def _take_in_what_is_on_its_way(self) -> None:
        """An answer that comes when its item has ended still says what was done."""
        self.traffic.forget()
        while self.traffic.flying:
            for one in self.traffic.landed(None):
                self._take(one)

    # Ending

    def _pause(self, quiet_since: float) -> None:
        if self.work.while_waiting is not None:
            self.work.while_waiting([item.waiting_for or item.label for item in self._unfinished()])
        now = self.work.clock.now()
        pause = pause_after_look(poll_delay(now - quiet_since), now - self.looked_at)
        self.work.clock.wait(min(pause, max(0.05, self.work.deadline.left())))

    def _time_out(self) -> None:
        for item in self._unfinished():
            reason = item.waiting_for or "the API has not shown the result yet"
            different = _differences(item.latest) if item.answers else ""
            if different:
                reason = f"{reason} (still different: {different})"
            text = TimedOut.TEXT.format(seconds=self.work.deadline.seconds, reason=reason)
            self._finish(item, error=TimedOut(text, advice=TimedOut.ADVICE, code="timed_out"))

    def _fail_all(self, error: VrackError) -> None:
        error.doing = error.doing or "looking at what was made so far"
        for item in self._unfinished():
            self._finish(item, error=error)

    def _finish(self, item: _Item, error: Optional[VrackError] = None) -> None:
        if item.end is None:
            seconds = self.work.clock.now() - self.began
            item.end = _End(_about(error, item.label) if error else None, self._record(item), seconds)

    def _record(self, item: _Item) -> Optional[Dict[str, Any]]:
        if item.latest is None:
            return item.first.before
        try:
            return self.kind.record(item.spec, item.latest, self.world)
        except VrackError:
            return item.first.before


def _outcome(item: _Item) -> Outcome:
    end = item.end or _End(None, None)
    first = item.first
    changed = any(_did_something(answer, end.error is None) for answer in item.answers)
    raced = end.error is None and not changed
    return Outcome(
        label=item.label,
        action=Action.NONE if raced else first.action,
        changed=changed,
        before=end.record if raced else first.before,
        after=end.record if raced else first.after,
        record=end.record,
        error=end.error,
        warnings=first.drift + first.warnings,
        waiting_for=item.waiting_for if end.error else "",
        facts=item.facts,
        seconds=round(end.seconds, 1),
    )


def _refuse_to_replace_again(item: _Item, change: Change, step: Step) -> None:
    """What was made anew and differs again would be removed and made for ever. Late reads show what was removed."""
    if change.action is not Action.REPLACE or not item.removed or isinstance(step, (Blocked, Underway)):
        return
    if any(call.method == "DELETE" and call.key not in item.removed for call in step):
        text = StillDifferent.TEXT.format(fields=_differences(change))
        raise StillDifferent(text, advice=StillDifferent.ADVICE, code="still_different")


def _differences(change: Optional[Change]) -> str:
    """The fields in which what there is differs from what is asked for, but for those that the API chooses."""
    if change is None or change.before is None or change.after is None:
        return ""
    fields = [
        f"{name} is {change.before[name]!r}, wanted {value!r}"
        for name, value in change.after.items()
        if name in change.before and value is not LATER and value != change.before[name]
    ]
    return "; ".join(fields)


def _as_bug(bug: BaseException) -> Bug:
    error = Bug(f"{type(bug).__name__}: {bug}", advice=Bug.ADVICE, code="bug")
    error.__cause__ = bug
    return error


def _did_something(answer: Answer, converged: bool) -> bool:
    """Whether an answer counts as a change made by this run."""
    if answer.definite:
        return answer.changed
    return converged and not answer.call.preparatory and (answer.uncertain or answer.changed)


def _predicted(item: _Item, error: Optional[VrackError]) -> Outcome:
    change = item.first
    missing = tuple(missing.warning for missing in change.missing)
    return Outcome(
        label=item.label,
        action=change.action,
        changed=change.action is not Action.NONE,
        before=change.before,
        after=change.after,
        record=change.after,
        error=_about(error, item.label) if error else None,
        warnings=change.drift + change.warnings + missing,
    )


def _about(error: VrackError, label: str) -> VrackError:
    if not error.doing:
        error.doing = label
    return error
