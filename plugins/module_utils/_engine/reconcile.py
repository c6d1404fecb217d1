# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop: look, plan every unfinished item, send what can be sent, look again.

One thread, the caller's, owns all state. Workers perform single requests and nothing else.
"""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from .asks import Ask, Memory
from .clock import Clock, Deadline, poll_delay
from .errors import ApiError, InputProblem, InputProblems, Refused, TimedOut, Uncertain, Unreachable, VrackError
from .model import (
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
    Underway,
)

LINGER = 5.0
"""Seconds that answers already in wait for slower ones of the same batch before the next look."""

FAILED_LOOKS = 3
"""Looks in a row that may fail for want of an answer before the task gives up."""


@dataclass
class _Item:
    spec: Any
    label: str
    first: Change
    memory: Memory = field(default_factory=Memory)
    answers: List[Answer] = field(default_factory=list)
    busy: int = 0
    judged_after: int = 0
    waiting_for: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    latest: Optional[Change] = None
    outcome: Optional[Outcome] = None


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
        self.queue: List[Tuple[_Item, Ask]] = []
        self.flying: Dict[Future[Any], Tuple[_Item, Ask]] = {}
        self.failed_looks = 0

    def run(self, specs: Sequence[Any]) -> List[Outcome]:
        self._observe(specs, {})
        self.items = self._first_plans(specs)
        if self.work.check_mode:
            return [_predicted(item, self._failed_already(item)) for item in self.items]
        plans = [item.first for item in self.items if item.first.action is not Action.NONE]
        if plans and self.work.before_writing is not None:
            self.work.before_writing(plans)
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
            else:
                self._pause(quiet_since)
            if not self._look_again():
                break
        return [item.outcome or Outcome(item.label) for item in self.items]

    # Looking

    def _observe(self, specs: Sequence[Any], answers: Mapping[Any, Sequence[Answer]]) -> None:
        self.look += 1
        self.world = self.kind.observe(self.work.read(), specs, self.world, answers)

    def _look_again(self) -> bool:
        """The next look, for what is unfinished. False when the API stayed unreachable and all has been failed."""
        unfinished = self._unfinished()
        if not unfinished:
            return True
        try:
            self._observe([item.spec for item in unfinished], {item.spec: item.answers for item in unfinished})
            self.failed_looks = 0
        except (Unreachable, Refused) as error:
            self.failed_looks += 1
            if isinstance(error, Refused) or self.failed_looks >= FAILED_LOOKS or self.work.deadline.passed():
                error.doing = error.doing or "looking at what was made so far"
                for item in unfinished:
                    self._finish(item, error=error)
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
        """Why the run would end at once for a thing that needs no call."""
        if item.first.action is not Action.NONE or item.first.missing:
            return None
        state = self.kind.readiness(item.spec, item.first, self.world)
        return state.error if isinstance(state, Failed) else None

    # Judging

    def _unfinished(self) -> List[_Item]:
        return [item for item in self.items if item.outcome is None]

    def _judge_all(self) -> None:
        self.queue = []
        for item in self._unfinished():
            if not item.busy and self.look > item.judged_after:
                self.queue.extend((item, ask) for ask in self._judge(item))

    def _judge(self, item: _Item) -> List[Ask]:
        """Finish the item, or say which calls are to be sent for it now."""
        item.facts = {}
        try:
            change = item.latest = self.kind.plan(item.spec, self.world)
            if change.missing:
                return self._wait_for(item, change.missing)
            if change.action is Action.NONE:
                return self._judge_readiness(item, change)
            step = self.kind.calls(item.spec, change, self.world)
        except VrackError as error:
            self._finish(item, error=error)
            return []
        if isinstance(step, (Blocked, Underway)):
            item.memory.keep_only(set())
            item.waiting_for = step.reason
            if isinstance(step, Underway):
                item.facts = step.facts
                if not self.work.wait:
                    self._finish(item)
            return []
        item.memory.keep_only({call.key for call in step})
        return [ask for ask in (self._judge_call(item, call) for call in step) if ask]

    def _wait_for(self, item: _Item, missing: Sequence[Missing]) -> List[Ask]:
        """Something that the first look saw is gone: reads may be behind, so wait for it."""
        item.memory.keep_only(set())
        item.waiting_for = missing[0].problem.what
        return []

    def _judge_readiness(self, item: _Item, change: Change) -> List[Ask]:
        item.memory.keep_only(set())
        state = self.kind.readiness(item.spec, change, self.world)
        if isinstance(state, Failed):
            self._finish(item, error=state.error)
        elif isinstance(state, Pending) and self.work.wait:
            item.waiting_for = state.reason
        else:
            self._finish(item)
        return []

    def _judge_call(self, item: _Item, call: Call) -> Optional[Ask]:
        """The ask to send, or None when there is nothing to do but wait (or the item has failed)."""
        now = self.work.clock.now()
        ask = item.memory.recall(call, now)
        verdict = ask.verdict(now, self.work.deadline.passed())
        item.waiting_for = verdict.waiting_for or item.waiting_for
        if verdict.error is not None:
            self._finish(item, error=verdict.error)
        return ask if verdict.send else None

    # Sending

    def _send_and_collect(self) -> bool:
        """Send what is queued and take in answers. True when there was anything."""
        if not self.queue and not self.flying:
            return False
        self._launch()
        give_up = None
        while self.flying:
            limit = None if give_up is None else max(0.0, give_up - self.work.clock.now())
            done, _rest = wait(list(self.flying), timeout=limit, return_when=FIRST_COMPLETED)
            for future in done:
                self._take(future)
            if not done:
                break
            self._launch()
            if give_up is None:
                give_up = self.work.clock.now() + LINGER
        return True

    def _launch(self) -> None:
        locks = {ask.call.lock for item, ask in self.flying.values()} - {None}
        waiting = []
        for item, ask in self.queue:
            if len(self.flying) >= self.work.max_in_flight or ask.call.lock in locks:
                waiting.append((item, ask))
                continue
            if ask.call.lock:
                locks.add(ask.call.lock)
            ask.sent += 1
            item.busy += 1
            self.flying[self.work.workers.submit(self.work.send, ask.call)] = (item, ask)
        self.queue = waiting

    def _take(self, future: Future[Any]) -> None:
        item, ask = self.flying.pop(future)
        item.busy -= 1
        item.judged_after = self.look
        at = self.work.clock.now()
        try:
            value, changed = future.result()
            answer = ask.worked(value, changed, at)
        except Uncertain as error:
            answer = ask.was_lost(error, at)
        except Refused as error:
            answer = ask.was_refused(error, at)
        except ApiError as error:
            error.doing = error.doing or ask.call.doing
            self._finish(item, error=error)
            return
        item.answers.append(answer)
        if not answer.definite:
            self.queue = [(other, queued) for other, queued in self.queue if other is not item]

    # Ending

    def _pause(self, quiet_since: float) -> None:
        if self.work.while_waiting is not None:
            self.work.while_waiting([item.waiting_for or item.label for item in self._unfinished()])
        waited = self.work.clock.now() - quiet_since
        self.work.clock.wait(min(poll_delay(waited), max(0.05, self.work.deadline.left())))

    def _time_out(self) -> None:
        for item in self._unfinished():
            reason = item.waiting_for or "the API has not shown the result yet"
            self._finish(
                item,
                error=TimedOut(
                    TimedOut.TEXT.format(seconds=self.work.deadline.seconds, reason=reason),
                    advice=TimedOut.ADVICE,
                    code="timed_out",
                ),
            )

    def _finish(self, item: _Item, error: Optional[VrackError] = None) -> None:
        changed = any(_did_something(answer, error is None) for answer in item.answers)
        first = item.first
        raced = error is None and not changed
        record = self.kind.record(item.spec, item.latest, self.world) if item.latest is not None else first.before
        item.outcome = Outcome(
            label=item.label,
            action=Action.NONE if raced else first.action,
            changed=changed,
            before=record if raced else first.before,
            after=record if raced else first.after,
            record=record,
            error=_about(error, item.label) if error else None,
            warnings=first.warnings,
            waiting_for=item.waiting_for if error else "",
            facts=item.facts,
        )


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
        warnings=change.warnings + missing,
    )


def _about(error: VrackError, label: str) -> VrackError:
    if not error.doing:
        error.doing = label
    return error
