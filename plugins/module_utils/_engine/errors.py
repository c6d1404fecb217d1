# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One tree of exceptions. Each says what happened and what to do now; context is added on the way up."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence


class VrackError(Exception):
    """Something the user is told.

    code: the name of the message in the catalogue. doing: what was being done. advice: what to do now. unfound: what
    it tells last that it is not there.
    """

    unfound: Optional[NotFound] = None

    def __init__(self, what: str, advice: str = "", code: str = "", doing: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice
        self.code = code
        self.doing = doing

    def sentence(self) -> str:
        """The one form in which every error is shown."""
        return self._told(self.what)

    def _told(self, text: str) -> str:
        """What was being done, unless the text begins with that itself, what happened, and what to do."""
        begin = f"{self.doing}: " if self.doing and not text.startswith(self.doing) else ""
        return " ".join(part.rstrip(".") + "." for part in (begin + text, self.advice) if part)

    def facts(self) -> Dict[str, Any]:
        """The same for machines."""
        return {"code": self.code} if self.code else {}

    def __str__(self) -> str:
        return self.sentence()


class InputProblem(VrackError):
    """What was asked for cannot be, whatever the API does: found before anything is changed."""


class NotFound(InputProblem):
    """Nothing has that name or id. *near* finds the names that were perhaps meant, once somebody asks.

    wanted, ref: what was looked for, and by which name or id. where: " in GRA11", or nothing.
    """

    near: Callable[[], str] = str
    wanted = ""
    ref = ""
    where = ""

    def sentence(self) -> str:
        return self._told(self.what + self.near())


class Ambiguous(InputProblem):
    """Several things have that name."""


class Immutable(InputProblem):
    """The API cannot change this."""


class InputProblems(InputProblem):
    """All problems of a task at once."""

    def __init__(self, problems: Sequence[VrackError]) -> None:
        lines: List[str] = []
        for problem in problems:
            if problem.sentence() not in lines:
                lines.append(problem.sentence())
        super().__init__("\n".join(lines))
        self.problems = list(problems)
        codes = {problem.code for problem in problems}
        self.code = codes.pop() if len(codes) == 1 else ""

    def sentence(self) -> str:
        return self.what


class Configuration(InputProblem):
    """Credentials or endpoint are missing or contradict each other."""


class FailedState(VrackError):
    """The thing ended in a state that waiting does not mend."""


class StillDifferent(FailedState):
    """What was made anew came out otherwise than it was asked for."""

    TEXT = "it was removed and made anew in this run, and is still different: {fields}"
    ADVICE = "OVHcloud makes another value of what is asked for: ask for what is there now, or leave the option out"


class TimedOut(VrackError):
    """The deadline passed first."""

    TEXT = "not finished after {seconds:g} seconds, waiting for: {reason}"
    ADVICE = "Run the task again to go on from here, or raise wait_timeout"


class Bug(VrackError):
    """Something that should not happen."""

    ADVICE = "This is a bug in the collection: please report it"


class ApiError(VrackError):
    """A request did not end well. Holds neither body nor headers.

    after_lost_answer: an earlier attempt was sent and may have worked.
    """

    after_lost_answer = False

    def __init__(
        self,
        what: str,
        method: str = "",
        path: str = "",
        status: Optional[int] = None,
        error_class: str = "",
        query_id: str = "",
        attempts: int = 1,
        advice: str = "",
        code: str = "",
        details: Optional[Dict[str, str]] = None,
    ) -> None:
        super().__init__(what, advice, code)
        self.method = method
        self.path = path
        self.status = status
        self.error_class = error_class
        self.query_id = query_id
        self.attempts = attempts
        self.details = details or {}

    def sentence(self) -> str:
        call = f"{self.method} {self.path}".strip()
        answer = f" answered {self.status}" if self.status else ""
        if self.error_class:
            answer += f" {self.error_class}"
        text = f"{call}{answer}: {self.what}" if call else self.what
        notes = []
        if self.query_id:
            notes.append(f"query id {self.query_id}")
        if self.attempts > 1:
            notes.append(f"{self.attempts} attempts")
        if notes:
            text = f"{text.rstrip('.')} ({', '.join(notes)})"
        return self._told(text)

    def facts(self) -> Dict[str, Any]:
        facts = super().facts()
        for key in ("method", "path", "status", "query_id", "error_class"):
            if getattr(self, key):
                facts[key] = getattr(self, key)
        return facts


class Refused(ApiError):
    """A definite no. *lasting*: it will not pass by itself."""

    lasting = False


class Forbidden(Refused):
    """The credential may not do this."""


class Gone(Refused):
    """404: there is no such thing, or not for this credential."""


class Unreachable(ApiError):
    """No usable answer after every attempt that is allowed; nothing was changed by it."""


class Uncertain(ApiError):
    """A changing request was sent and its answer was lost: it may have worked."""


class BadAnswer(ApiError):
    """The answer is not what the API's schema says."""
