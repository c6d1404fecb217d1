# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words that the loop and the kinds of resources share: data only, nothing here performs anything."""

from __future__ import annotations

import enum
import json
from collections import abc
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, Mapping, Optional, Protocol, Sequence, Tuple, Union

from .errors import VrackError
from .secret import Secret


class Action(str, enum.Enum):
    """What a plan wants done with one thing."""

    NONE = "none"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


class _Later:
    """Stands in predicted records for a value that the API will choose."""

    def __repr__(self) -> str:
        return "(known after apply)"


LATER = _Later()
SHOWN_LATER = repr(LATER)


def without_later(value: Any, instead: Any) -> Any:
    """A record with something else for each value that the API will choose."""
    if value is None or isinstance(value, (str, int)):
        return value
    if value is LATER:
        return instead
    if isinstance(value, abc.Mapping):
        return {key: without_later(entry, instead) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_later(entry, instead) for entry in value]
    return value


def shown(record: Any) -> Any:
    """A record for reading: what is not known yet says so."""
    return without_later(record, SHOWN_LATER)


def opened(body: Any) -> Any:
    """A request body with its secrets in clear, for the client alone."""
    if isinstance(body, Secret):
        return body.open()
    if isinstance(body, Mapping):
        return {key: opened(value) for key, value in body.items()}
    if isinstance(body, (list, tuple)):
        return [opened(value) for value in body]
    return body


@dataclass(frozen=True)
class Call:
    """One changing request, described. The loop decides whether and when it is sent.

    patient: statuses of refusals that pass by themselves; the call is repeated for *patient_for* seconds, or until
    the deadline.
    taken: texts of refusals that say that somebody else has done it; believed for *patience* seconds.
    doubtful: texts of refusals after which the effect may be there all the same; likewise.
    patience: seconds before a call whose answer was lost may be sent once more. It must exceed the time by which
    reads run behind writes.
    otherwise: another way to the same end, taken when this one is refused.
    preparatory: by itself it changes nothing that the item is about, such as asking for a mail with a token.
    intent: what it is for, where its body depends on what a look sees (the lowest number that is free). While a call
    of that intent may have worked, that one counts, and no other body is sent for it.
    """

    method: str
    path: Tuple[str, ...]
    doing: str
    body: Optional[Mapping[str, Any]] = None
    lock: Optional[str] = None
    patient: Tuple[int, ...] = ()
    patient_for: float = float("inf")
    taken: Tuple[str, ...] = ()
    doubtful: Tuple[str, ...] = ()
    patience: float = 20.0
    otherwise: Optional[Call] = None
    preparatory: bool = False
    intent: str = ""

    @property
    def mark(self) -> Any:
        """Two calls of one mark are the same wish."""
        return self.intent or self.key

    @property
    def key(self) -> Tuple[str, Tuple[str, ...], str]:
        """Two calls of one key are the same request."""
        return self.method, self.path, json.dumps(opened(self.body), sort_keys=True)


@dataclass(frozen=True)
class Answer:
    """How a call that was sent ended: with a value, with a definite refusal, or with nobody knowing."""

    call: Call
    at: float
    value: Any = None
    error: Optional[VrackError] = None
    uncertain: bool = False
    changed: bool = True

    @property
    def definite(self) -> bool:
        return self.error is None


@dataclass(frozen=True)
class Need:
    """A thing of another kind that an item stands on: the kind's name, what the item calls the thing, and where."""

    kind: str
    ref: str
    region: Optional[str] = None


@dataclass(frozen=True)
class Missing:
    """Something that must come about before this can be done, such as a thing that a spec points at by name.

    An error in a real run. Check mode takes it as done by an earlier task of the play, and gives the warning. A plan of
    the whole looks whether it makes the thing itself. need: the thing, where it is one.
    """

    problem: VrackError
    warning: str
    need: Optional[Need] = None


@dataclass(frozen=True)
class Change:
    """What a look says of one item: the public records before and after, and what was seen of it.

    A value that the API will choose is LATER in *after*. drift: sentences about what is otherwise than asked for and is
    left so.
    """

    action: Action
    before: Optional[Dict[str, Any]] = None
    after: Optional[Dict[str, Any]] = None
    seen: Any = None
    missing: Tuple[Missing, ...] = ()
    warnings: Tuple[str, ...] = ()
    reason: str = ""
    drift: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Blocked:
    """Why the next call cannot be sent yet. at_once: because a second look reads more, which nothing is waited for."""

    reason: str
    at_once: bool = False


@dataclass(frozen=True)
class Underway:
    """All that can be sent has been sent, and the API is working on it."""

    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ready:
    """The thing is as wanted, and in use."""


@dataclass(frozen=True)
class Pending:
    """The thing is on its way."""

    reason: str


@dataclass(frozen=True)
class Failed:
    """The thing ended in a state that waiting does not mend."""

    error: VrackError


@dataclass
class Outcome:
    """The result of one item."""

    label: str
    action: Action = Action.NONE
    changed: bool = False
    before: Optional[Dict[str, Any]] = None
    after: Optional[Dict[str, Any]] = None
    record: Optional[Dict[str, Any]] = None
    error: Optional[VrackError] = None
    warnings: Tuple[str, ...] = ()
    waiting_for: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    seconds: Optional[float] = None
    """From the beginning of the task to the end of the item; None where nothing was done yet, but foreseen."""


class Reader(Protocol):
    """All that a kind may do with the API. Nothing here can change anything."""

    def get(self, *path: str, query: Optional[Mapping[str, Any]] = None, missing: Any = ...) -> Any:
        """The decoded answer, read at most once a look. *missing*, where given, stands for a 404."""

    def ahead(self, *paths: Tuple[str, ...], query: Optional[Mapping[str, Any]] = None) -> None:
        """Begin to read what will be asked for in this look, whatever comes of it."""

    def will_write(self) -> None:
        """Begin to read what is read before anything is written, for something will be."""

    def get_many(
        self,
        paths: Iterable[Tuple[str, ...]],
        missing: Any = ...,
        queries: Optional[Sequence[Mapping[str, Any]]] = None,
    ) -> Sequence[Any]:
        """Several answers at once, in the order of the paths. *queries*: one a path."""

    def get_objects(self, *path: str, query: Optional[Mapping[str, Any]] = None) -> Sequence[Dict[str, Any]]:
        """The objects of a list route that by itself answers ids."""

    def now(self) -> float:
        """Seconds of the clock that the loop runs by."""

    def today(self) -> float:
        """The API's time of day, in seconds since 1970."""


Step = Union[Sequence[Call], Blocked, Underway]
State = Union[Ready, Pending, Failed]
Answers = Mapping[Any, Sequence[Answer]]


class Kind(Protocol):
    """What a kind of resource implements: pure functions over what one look has read."""

    name: str

    def label(self, spec: Any) -> str:
        """How sentences call the item: "private network 'blue'"."""

    def observe(self, read: Reader, specs: Sequence[Any], last: Any, answers: Answers) -> Any:
        """The fewest reads that cover every spec. *last* is the world of the look before."""

    def check(self, specs: Sequence[Any], world: Any) -> Iterable[VrackError]:
        """Rules between items, and between them and what exists."""

    def plan(self, spec: Any, world: Any) -> Change:
        """What there is to do for one item. Raises input problems."""

    def calls(self, spec: Any, change: Change, world: Any) -> Step:
        """What to send next; several calls are independent of each other."""

    def readiness(self, spec: Any, change: Change, world: Any) -> State:
        """Whether a thing that needs no call any more is in use."""

    def record(self, spec: Any, change: Change, world: Any) -> Optional[Dict[str, Any]]:
        """The public record of what exists now, or None."""
