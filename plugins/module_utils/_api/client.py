# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request at a time, decoded, repeated where nothing can have happened, and named when it fails."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Executor
from typing import Any, Callable, Dict, Mapping, Optional, Tuple
from urllib.parse import urlencode

from .._engine.clock import Clock, Deadline
from .._engine.errors import ApiError, Forbidden, Gone, Refused
from .._engine.model import Call, opened
from .._messages import advice, api_error
from .credentials import Credentials
from .failures import Lost, TooMany, details_in, message_in, proxy_for, proxy_refused, translated
from .paths import path_of
from .reader import LookReader, Read
from .refusals import message_of
from .session import Session
from .throttle import Throttle
from .tries import Tries

LEAST_TIMEOUT = 2.0
"""Seconds that a request gets however near the deadline is: it is the last look, or its answer is worth having."""
LAST_LOOK = 10.0
"""Seconds after the deadline in which what was sent before it may still be looked at."""

CLOCK_WRONG = "clock_wrong"
RIGHTS = ("auth", "currentCredential")

Reply = Tuple[Any, Mapping[str, str]]


class Client:
    """Reads and sends. Every request keeps to the task's deadline and to the common rate."""

    def __init__(
        self,
        credentials: Credentials,
        clock: Clock,
        deadline: Deadline,
        workers: Executor,
        api_timeout: float = 60.0,
        connections: int = 8,
        rate_limit: Optional[float] = None,
    ) -> None:
        self.credentials = credentials
        self.clock = clock
        self.deadline = deadline
        self.workers = workers
        self._timeout = api_timeout
        self._throttle = Throttle(clock, rate_limit)
        self._session = Session(credentials, connections, self._time_for_one)
        self._signing_in = threading.Lock()
        self._signed_in = 0
        self._accepted = False
        self.checks_rights = False
        """Whether the task asks for its rights before it writes. Those of OAuth2 can't be asked for."""
        self._rights = self.reader()

    # Reading

    def reader(self) -> LookReader:
        return self.reader_by(self.read)

    def reader_by(self, read: Read) -> LookReader:
        """One whose requests go another way."""
        return LookReader(
            read, self.warm_up, self.workers, self.clock, self._session.server_time, self._begin_to_read_rights
        )

    def _begin_to_read_rights(self) -> None:
        if self.checks_rights and not self.credentials.oauth2:
            self._rights.ahead(RIGHTS)

    def rights(self) -> Any:
        """What the key may do: GET /auth/currentCredential, asked for once."""
        return self._rights.get(*RIGHTS)

    def read(self, path: str, headers: Optional[Mapping[str, str]] = None) -> Tuple[Any, Mapping[str, str]]:
        """Decoded answer and headers of a GET."""
        self.warm_up()
        return self._request("GET", path, None, headers)

    def read_openly(self, path: str, query: Mapping[str, str]) -> Any:
        """Decoded answer of a GET that needs no authentication, and is sent without."""
        whole = f"{path}?{urlencode(query)}"
        return self._with_retries("GET", whole, lambda: self._once("GET", whole, None, None, signed=False))[0]

    # Changing

    def send(self, call: Call) -> Tuple[Any, bool]:
        """Perform one call once, or again where nothing can have happened. Returns the answer, and whether it did
        anything: a DELETE of what is gone already does not."""
        path = path_of(call.path)
        try:
            value, _headers = self._request(call.method, path, opened(call.body), None)
        except Gone as gone:
            if call.method != "DELETE":
                raise
            return None, gone.after_lost_answer
        return value, True

    # One request

    def warm_up(self) -> None:
        """Fetch the token: by the task's thread, so that no worker waits for another.

        A key signs by this machine's clock, and the server's is asked for where that is refused.
        """
        if self._signed_in == 0 and self.credentials.oauth2:
            self._with_retries("GET", "/auth/oauth2/token", lambda: self._sign_in(0))

    def _sign_in(self, seen: int) -> Reply:
        """Once for all threads that found what they were signed with, by its number, to be no longer good."""
        with self._signing_in:
            if seen == self._signed_in:
                try:
                    self._fetch_token() if self.credentials.oauth2 else self._read_time()
                except Lost as lost:
                    lost.sent = False
                    raise
                self._signed_in += 1
        return None, {}

    def _fetch_token(self) -> None:
        translated("GET", "/auth/oauth2/token", self._session.replace_token)

    def _read_time(self) -> None:
        seconds, _headers = self._once("GET", "/auth/time", None, None, signed=False)
        if not isinstance(seconds, int) or isinstance(seconds, bool):
            raise api_error("no_time", {"method": "GET", "path": "/auth/time"})
        self._session.set_server_time(seconds)

    def _is_stale(self, refused: ApiError, tries: Tries) -> bool:
        """Whether the request may have been refused for a token or a time that is not good.

        How a wrong time is refused is not sure: of what this machine's clock has signed it may be any refusal, as long
        as nothing was accepted.
        """
        if self.credentials.oauth2:
            return refused.status == 401
        by_our_clock = tries.signed_with == 0 and not self._accepted
        return refused.code == CLOCK_WRONG or (by_our_clock and refused.status in (400, 401, 403))

    def _renew(self, tries: Tries) -> None:
        """Sign in anew, where that is needed. Where the time was good the refusal is for something else and stands."""
        if tries.stale is None:
            return
        refused, seen = tries.stale
        self._sign_in(seen)
        tries.signed_again()
        if not (self.credentials.oauth2 or refused.code == CLOCK_WRONG or self._session.clock_is_wrong()):
            tries.number -= 1
            raise refused

    def _request(self, method: str, path: str, body: Any, headers: Optional[Mapping[str, str]]) -> Reply:
        return self._with_retries(method, path, lambda: self._once(method, path, body, headers))

    def _with_retries(self, method: str, path: str, once: Callable[[], Reply]) -> Reply:
        tries = Tries(method, path)
        while True:
            if self.deadline.over() > LAST_LOOK:
                raise tries.too_late()
            if not self._throttle.wait_for_turn(max(LEAST_TIMEOUT, self.deadline.left())):
                raise tries.given_up()
            tries.begin(self._signed_in, self.clock.now())
            try:
                self._renew(tries)
                answer = once()
            except TooMany as slow:
                self._throttle.too_many(slow.pause(tries.number), tries.sent_at)
                tries.too_many(slow)
            except Lost as lost:
                self._wait_after(lost, tries)
            except ApiError as refused:
                if not (self._is_stale(refused, tries) and tries.may_sign_in_again(refused)):
                    raise tries.refused(refused) from None
            else:
                self._accepted = True
                self._throttle.went_well(tries.sent_at)
                return answer

    def _wait_after(self, lost: Lost, tries: Tries) -> None:
        """The pause before the next attempt, or the error where there is none."""
        tries.lost(lost)
        if lost.overloaded:
            self._throttle.slow_down(tries.sent_at)
        pause = tries.pause()
        if tries.last(lost) or self.deadline.left() <= pause:
            raise tries.given_up() from lost
        self.clock.wait(pause)

    def _time_for_one(self) -> float:
        """Seconds that a request may take."""
        return max(LEAST_TIMEOUT, min(self._timeout, self.deadline.left()))

    def _once(
        self, method: str, path: str, body: Any, headers: Optional[Mapping[str, str]], signed: bool = True
    ) -> Reply:
        answer = translated(method, path, lambda: self._session.request(method, path, body, headers or {}, signed))
        return self._decoded(method, path, answer)

    def _decoded(self, method: str, path: str, answer: Any) -> Reply:
        status = answer.status_code
        query_id = answer.headers.get("X-Ovh-Queryid", "")
        if status == 429:
            raise TooMany(answer.headers.get("Retry-After"), query_id)
        if status == 408 or status >= 500:
            raise Lost(f"status {status}", status=status, query_id=query_id, said=message_in(answer))
        if status == 204:
            return None, answer.headers
        try:
            value = answer.json()
        except (ValueError, RecursionError) as error:
            if status < 300:
                raise Lost("the answer is not JSON", status=status, query_id=query_id) from error
            self._raise_for_proxy(method, path, status, str(answer.url))
            value = {}
        if status < 300:
            return value, answer.headers
        raise self._refusal(method, path, status, value if isinstance(value, dict) else {}, query_id)

    def _raise_for_proxy(self, method: str, path: str, status: int, url: str) -> None:
        """A refusal that is no JSON is not OVHcloud's; where there is a proxy it is that one's."""
        proxy = proxy_for(url)
        if proxy and status in (403, 407):
            code, values = proxy_refused(proxy, status)
            raise api_error(code, {"method": method, "path": path}, **values)

    def _refusal(self, method: str, path: str, status: int, body: Dict[str, Any], query_id: str) -> Refused:
        kind = {401: Forbidden, 403: Forbidden, 404: Gone}.get(status, Refused)
        error_class = str(body.get("errorCode") or body.get("class") or "")
        message = str(body.get("message") or "no reason given")[:500]
        details = details_in(body)
        code, values = message_of(method, path, error_class, message, details)
        if code == CLOCK_WRONG:
            values = {"theirs": _time_of_day(self._session.server_time()), "ours": _time_of_day(time.time())}
        refusal = kind(
            message,
            method,
            path,
            status,
            error_class=error_class,
            query_id=query_id,
            advice=advice(code, **values) if code else "",
            code=code,
            details=dict(details),
        )
        refusal.lasting = "quota" in error_class.lower()
        return refusal


def _time_of_day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
