# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""python-ovh's client as a task with threads needs it: bounded in time, never led elsewhere, one token for all."""

from __future__ import annotations

import os
import threading
import time
from typing import Any, Callable, Iterator, Mapping
from urllib.parse import urlsplit

try:
    import ovh
    import ovh.config
    from ovh.exceptions import APIError as OvhError
    from requests.adapters import HTTPAdapter
    from requests.exceptions import ReadTimeout, RequestException

    OVH_IMPORT_ERROR = None
except ImportError as import_error:
    OVH_IMPORT_ERROR = import_error
    HTTPAdapter = RequestException = object  # type: ignore[misc,assignment,unused-ignore]

try:
    from ovh.oauth2 import BackendApplicationClient, OAuth2, RefreshOAuth2Session

    KNOWS_OAUTH2 = True
except ImportError:
    KNOWS_OAUTH2 = False
    OAuth2 = object

from .._messages import api_error
from .credentials import LOOPBACK, Credentials, nothing_else_is_read

LARGEST = 64 * 1024 * 1024
"""Bytes of an answer. That of two thousand instances is some four million."""
TOLERATED = 5.0
"""Seconds by which this machine's clock may be wrong and is still a good one."""
EARLY = 10.0
"""Seconds before its end at which a token is replaced, so that none runs out on its way."""


class Redirected(RequestException):  # type: ignore[misc,unused-ignore]
    """The answer points to another address, which is not asked: signature and key are for this one."""

    def __init__(self, status: int, location: str) -> None:
        super().__init__(f"status {status}")
        url = urlsplit(location)
        self.status = status
        self.to = f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}" if url.netloc else url.path


class TooLarge(RequestException):  # type: ignore[misc,unused-ignore]
    """More than any answer of the API is."""


class _Careful(HTTPAdapter):  # type: ignore[misc,unused-ignore]
    """Gives each request the time that there is, also those that python-ovh sends without a limit.

    The time is for the whole: an answer that comes in drops is no answer.
    """

    def __init__(self, connections: int, limit: Callable[[], float]) -> None:
        self._limit = limit
        super().__init__(pool_connections=1, pool_maxsize=connections)

    def send(self, request: Any, *args: Any, **options: Any) -> Any:
        seconds = self._limit()
        end = time.monotonic() + seconds
        answer = super().send(request, *args, **{**options, "stream": True, "timeout": seconds})
        if answer.is_redirect:
            answer.close()
            raise Redirected(answer.status_code, answer.headers["location"])
        body = bytearray()
        for part in _parts(answer):
            body += part
            if len(body) > LARGEST:
                answer.close()
                raise TooLarge(request=request)
            if time.monotonic() > end:
                answer.close()
                raise ReadTimeout(request=request)
        answer._content = bytes(body)
        return answer


def _parts(answer: Any) -> Iterator[bytes]:
    """What comes in, as it comes in, where urllib3 can tell; else in small pieces, for each is waited for whole."""
    read_some = getattr(answer.raw, "read1", None)
    if read_some is None:
        yield from answer.iter_content(1024)
        return
    while True:
        part = read_some(65536, decode_content=True)
        if not part:
            return
        yield part


class _Tokens(OAuth2):  # type: ignore[misc,unused-ignore]
    """python-ovh's token and the session that carries it, each made by one thread and with our adapter."""

    def __init__(self, credentials: Credentials, token_url: str, prepare: Callable[[Any], None]) -> None:
        super().__init__(credentials.client_id, credentials.client_secret, token_url)
        self._token: Any = None
        self._prepare = prepare
        self._lock = threading.RLock()

    @property
    def session(self) -> Any:
        with self._lock:
            if self._token is not None and self._token.get("expires_at", time.time() + 3600) < time.time() + EARLY:
                self._session = self._token = None
            if self._session is None:
                made = super().session
                self._prepare(made)
            return self._session

    @property
    def token(self) -> Any:
        with self._lock:
            if self._token is None:
                client = BackendApplicationClient(client_id=self.client_id, scope=["all"])
                fetching = RefreshOAuth2Session(token_url=self.token_url, client=client)
                self._prepare(fetching)
                self._token = fetching.fetch_token(
                    token_url=self.token_url, client_id=self.client_id, client_secret=self.client_secret
                )
            return self._token

    def replace(self) -> None:
        with self._lock:
            self._session = self._token = None
            self.session  # noqa: B018  fetches the next one


class Session:
    """The connections of a task, and what its requests are signed with.

    limit: says how many seconds the next request may take.
    """

    def __init__(self, credentials: Credentials, connections: int, limit: Callable[[], float]) -> None:
        self._connections = connections
        self._limit = limit
        self._ovh = _opened(credentials)
        if credentials.oauth2:
            url = ovh.client.OAUTH2_TOKEN_URLS[credentials.endpoint]
            self._ovh._oauth2 = _Tokens(credentials, url, self._prepare)
        self._ovh._time_delta = 0
        self._prepare(self._ovh._session)

    def _prepare(self, http: Any) -> None:
        adapter = _Careful(self._connections, self._limit)
        http.mount("https://", adapter)
        http.mount("http://", adapter)

    def request(self, method: str, path: str, body: Any, headers: Mapping[str, str], signed: bool = True) -> Any:
        return self._ovh.raw_call(method, path, body, need_auth=signed, headers=dict(headers))

    def replace_token(self) -> None:
        self._ovh._oauth2.replace()

    def set_server_time(self, seconds: int) -> None:
        self._ovh._time_delta = seconds - int(time.time())

    def clock_is_wrong(self) -> bool:
        """By more than a request takes."""
        return bool(abs(self._ovh._time_delta) > TOLERATED)

    def server_time(self) -> float:
        return float(time.time() + self._ovh._time_delta)


def _opened(credentials: Credentials) -> Any:
    """python-ovh's client for these credentials."""
    endpoint = credentials.endpoint
    if endpoint not in ovh.client.ENDPOINTS:
        _register(endpoint)
    with nothing_else_is_read(ovh.config):
        try:
            return ovh.Client(
                endpoint=endpoint,
                application_key=credentials.application_key,
                application_secret=credentials.application_secret,
                consumer_key=credentials.consumer_key,
                client_id=credentials.client_id,
                client_secret=credentials.client_secret,
            )
        except OvhError as error:
            raise api_error("credentials_refused", {}, said=str(error)) from error


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


def known_endpoints() -> Mapping[str, str]:
    """python-ovh's named endpoints."""
    return dict(ovh.client.ENDPOINTS)


def library_knows_oauth2() -> bool:
    """Whether it is 1.2 or newer."""
    return KNOWS_OAUTH2
