# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only place that knows HTTP: one request at a time over python-ovh, decoded, retried and named when it fails."""

from __future__ import annotations

import os
import random
import time
from typing import Any, Callable, Dict, Mapping, NoReturn, Optional, Tuple
from urllib.parse import urlsplit

try:
    import ovh
    import ovh.config
    import requests
    from ovh.exceptions import APIError as OvhError
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import NewConnectionError

    OVH_IMPORT_ERROR = None
except ImportError as import_error:
    OVH_IMPORT_ERROR = import_error

from concurrent.futures import Executor

from .._engine.clock import Clock, Deadline
from .._engine.errors import (
    ApiError,
    Forbidden,
    Gone,
    Refused,
)
from .._engine.model import Call, opened
from .._messages import advice, api_error
from .credentials import LOOPBACK, Credentials, nothing_else_is_read
from .paths import path_of
from .reader import LookReader
from .refusals import message_of
from .throttle import Throttle

ATTEMPTS = 5
PASSING = ("status_code=408", "status_code=429", "status_code=5")
"""How python-ovh's errors of the token route tell that it may work the next time."""
LEAST_TIMEOUT = 2.0


def open_session(credentials: Credentials, connections: int) -> Any:
    """python-ovh's client for these credentials, with one pool of connections for all threads."""
    endpoint = credentials.endpoint
    if endpoint not in ovh.client.ENDPOINTS:
        _register(endpoint)
    with nothing_else_is_read(ovh.config):
        try:
            session = ovh.Client(
                endpoint=endpoint,
                application_key=credentials.application_key,
                application_secret=credentials.application_secret,
                consumer_key=credentials.consumer_key,
                client_id=credentials.client_id,
                client_secret=credentials.client_secret,
            )
        except OvhError as error:
            raise api_error("credentials_refused", {}, said=str(error)) from error
    for http in {session._session} if not credentials.oauth2 else set():
        _widen(http, connections)
    return session


def _widen(http: Any, connections: int) -> None:
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=connections)
    http.mount("https://", adapter)
    http.mount("http://", adapter)


def _register(endpoint: str) -> None:
    """Make python-ovh know an endpoint that is an address."""
    url = urlsplit(endpoint)
    base = endpoint.rstrip("/")
    if url.path in ("", "/"):
        base += "/1.0"
    ovh.client.ENDPOINTS[endpoint] = base
    token_url = f"{url.scheme}://{url.netloc}/auth/oauth2/token"
    for name, address in list(ovh.client.ENDPOINTS.items()):
        if address == base and name in ovh.client.OAUTH2_TOKEN_URLS:
            token_url = ovh.client.OAUTH2_TOKEN_URLS[name]
    ovh.client.OAUTH2_TOKEN_URLS[endpoint] = token_url
    if url.scheme == "http" and url.hostname in LOOPBACK:
        os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"


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
    ) -> None:
        self.credentials = credentials
        self.clock = clock
        self.deadline = deadline
        self.workers = workers
        self._timeout = api_timeout
        self._throttle = Throttle(clock)
        self._session = open_session(credentials, connections)
        self._connections = connections
        self._warm = False
        self.calls: Dict[str, int] = {}

    # Reading

    def reader(self) -> LookReader:
        return LookReader(self.read, self.warm_up, self.workers, self.clock)

    def read(self, path: str, headers: Optional[Mapping[str, str]] = None) -> Tuple[Any, Mapping[str, str]]:
        """Decoded answer and headers of a GET."""
        self.warm_up()
        return self._request("GET", path, None, headers)

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
        """The first request is made alone: python-ovh fetches time or token with it, without a lock."""
        if self._warm:
            return
        self._warm = True
        try:
            path = "/auth/oauth2/token" if self.credentials.oauth2 else "/auth/time"
            self._with_retries("GET", path, lambda: _translated(self._authenticate))
        except ApiError:
            self._warm = False
            raise

    def _authenticate(self) -> Tuple[Any, Mapping[str, str]]:
        """Fetch the token, or the server's time."""
        if self.credentials.oauth2:
            _widen(self._session._oauth2.session, self._connections)
        return None if self.credentials.oauth2 else self._session.time_delta, {}

    def _renewed(self, refused: ApiError) -> bool:
        """Whether the request was refused for a token or a time that is no longer good; the next one gets a new one."""
        if self.credentials.oauth2 and refused.status == 401:
            self._session._oauth2._session = self._session._oauth2._token = None
            return True
        if refused.error_class == "QUERY_TIME_OUT":
            self._session._time_delta = None
            return True
        return False

    def _request(
        self, method: str, path: str, body: Any, headers: Optional[Mapping[str, str]]
    ) -> Tuple[Any, Mapping[str, str]]:
        return self._with_retries(method, path, lambda: self._once(method, path, body, headers))

    def _with_retries(self, method: str, path: str, once: Any) -> Tuple[Any, Mapping[str, str]]:
        attempt = 0
        lost_one = renewed = False
        while True:
            attempt += 1
            self._throttle.wait_for_turn()
            self._session._timeout = max(LEAST_TIMEOUT, min(self._timeout, self.deadline.left()))
            self.calls[method] = self.calls.get(method, 0) + 1
            try:
                answer: Tuple[Any, Mapping[str, str]] = once()
                self._throttle.went_well()
                return answer
            except _TooMany as slow:
                self._throttle.too_many(slow.pause(attempt))
                error = api_error(
                    "too_many_requests", {"method": method, "path": path, "status": 429, "query_id": slow.query_id}
                )
                if self.deadline.left() <= slow.pause(attempt):
                    raise _counted(error, attempt) from slow
                continue
            except _Lost as lost:
                lost_one = lost_one or lost.sent
                error = lost.as_error(method, path)
                if method == "POST" and lost.sent:
                    raise _counted(error, attempt) from lost
                pause = 0.3 * 2 ** (attempt - 1) * random.uniform(0.7, 1.3)
                if attempt >= ATTEMPTS or self.deadline.left() <= pause:
                    raise _counted(error, attempt) from lost
                self.clock.wait(pause)
            except ApiError as refused:
                if not renewed and self._renewed(refused):
                    renewed = True
                    continue
                refused.after_lost_answer = lost_one
                raise _counted(refused, attempt) from None

    def _once(
        self, method: str, path: str, body: Any, headers: Optional[Mapping[str, str]]
    ) -> Tuple[Any, Mapping[str, str]]:
        answer = _translated(lambda: self._session.raw_call(method, path, body, headers=dict(headers or {})))
        return self._decoded(method, path, answer)

    def _decoded(self, method: str, path: str, answer: Any) -> Tuple[Any, Mapping[str, str]]:
        status = answer.status_code
        query_id = answer.headers.get("X-Ovh-Queryid", "")
        if status == 429:
            raise _TooMany(answer.headers.get("Retry-After"), query_id)
        if status == 408 or status >= 500:
            raise _Lost(f"status {status}", status=status, query_id=query_id, said=_message(answer))
        if status == 204:
            return None, answer.headers
        try:
            value = answer.json()
        except ValueError as error:
            if status < 300:
                raise _Lost("the answer is not JSON", status=status, query_id=query_id) from error
            value = {}
        if status < 300:
            return value, answer.headers
        raise self._refusal(method, path, status, value if isinstance(value, dict) else {}, query_id)

    def _refusal(self, method: str, path: str, status: int, body: Dict[str, Any], query_id: str) -> Refused:
        kind = {401: Forbidden, 403: Forbidden, 404: Gone}.get(status, Refused)
        error_class = str(body.get("errorCode") or body.get("class") or "")
        message = str(body.get("message") or "no reason given")[:500]
        details = body.get("details") if isinstance(body.get("details"), dict) else {}
        code, values = message_of(method, path, error_class, message, details or {})
        if code == "clock_wrong":
            values = {
                "theirs": _time_of_day(time.time() + (self._session._time_delta or 0)),
                "ours": _time_of_day(time.time()),
            }
        refusal = kind(
            message,
            method,
            path,
            status,
            error_class=error_class,
            query_id=query_id,
            advice=advice(code, **values) if code else "",
            code=code,
            details={str(key): str(value)[:500] for key, value in (details or {}).items()},
        )
        refusal.lasting = "quota" in error_class.lower()
        return refusal


def _translated(request: Callable[[], Any]) -> Any:
    """Perform it, and say in our words how it failed."""
    try:
        return request()
    except requests.exceptions.RequestException as error:
        raise _Lost(_name_of(error), sent=not _never_left(error)) from error
    except OvhError as error:
        _raise_for_authentication(error)


class _TooMany(Exception):
    """A 429."""

    def __init__(self, retry_after: Optional[str], query_id: str) -> None:
        super().__init__("429")
        self.retry_after = retry_after
        self.query_id = query_id

    def pause(self, attempt: int) -> float:
        if self.retry_after and self.retry_after.isdigit():
            return min(float(self.retry_after), 120.0)
        return min(0.5 * 2.0 ** min(attempt, 6), 20.0)


class _Lost(Exception):
    """No usable answer: connection, 5xx, or a body that is not what was announced."""

    def __init__(
        self, what: str, sent: bool = True, status: Optional[int] = None, query_id: str = "", said: str = ""
    ) -> None:
        super().__init__(what)
        self.what = what
        self.sent = sent
        self.status = status
        self.query_id = query_id
        self.said = said

    def as_error(self, method: str, path: str) -> ApiError:
        said = f"{self.what}: {self.said}" if self.said else self.what
        request = {"method": method, "path": path, "status": self.status, "query_id": self.query_id}
        return api_error("answer_lost" if method == "POST" and self.sent else "no_answer", request, said=said)


def _counted(error: ApiError, attempts: int) -> ApiError:
    error.attempts = attempts
    return error


def _never_left(error: Exception) -> bool:
    """Whether the request cannot have reached the API."""
    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError)):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)


def _name_of(error: Exception) -> str:
    """What went wrong, in words that hold no address, header or body."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, requests.exceptions.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "the encrypted connection could not be set up"
    return "no connection" if _never_left(error) else "the connection broke off"


def _message(answer: Any) -> str:
    """The message of an error body, where it has one."""
    try:
        return str(answer.json().get("message", ""))[:300]
    except (ValueError, AttributeError):
        return ""


def _raise_for_authentication(error: Exception) -> NoReturn:
    """python-ovh failed before or while it authenticated: /auth/time or the token route refused."""
    response = getattr(error, "response", None)
    cause = error.args[1] if len(error.args) > 1 else None
    status = getattr(response, "status_code", 0)
    if status in (408, 429) or status >= 500 or any(text in str(error) for text in PASSING):
        raise _Lost(f"authentication answered {status or 'an error of the server'}", sent=False) from error
    if isinstance(cause, requests.exceptions.RequestException):
        raise _Lost(_name_of(cause), sent=False) from error
    if type(error).__name__ == "InvalidResponse":
        raise _Lost("the answer is not JSON", sent=False) from error
    code = "oauth2_refused" if type(error).__name__ == "OAuth2FailureError" else "credentials_refused"
    raise api_error(code, {}, said=str(error)[:300]) from error


def _time_of_day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


def config_files() -> Tuple[str, ...]:
    """The files that python-ovh reads, the last one winning."""
    return tuple(ovh.config.CONFIG_PATH)


def known_endpoints() -> Mapping[str, str]:
    """python-ovh's named endpoints."""
    return dict(ovh.client.ENDPOINTS)


def library_knows_oauth2() -> bool:
    """Whether it is 1.2 or newer."""
    return hasattr(ovh.client, "OAUTH2_TOKEN_URLS")


def host_name() -> str:
    """The machine that the module runs on, which need not be the one that runs the play."""
    return os.uname().nodename
