# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is raised below HTTP, in our words: whether the request can have left, and whether trying again can help."""

from __future__ import annotations

import os
import re
import ssl
from email.utils import parsedate_to_datetime
from time import time
from typing import Any, Callable, Iterator, Mapping, NoReturn, Optional, Sequence
from urllib.parse import urlsplit

try:
    from ovh.exceptions import APIError as OvhError
    from requests import exceptions as http
    from requests.utils import get_environ_proxies, select_proxy
    from urllib3.exceptions import (
        ConnectTimeoutError,
        HTTPError,
        LocationParseError,
        NewConnectionError,
        ProtocolError,
        ReadTimeoutError,
    )
except ImportError:
    pass  # the session says so

from .._engine.errors import ApiError
from .._messages import api_error
from .session import Redirected, TooLarge

PASSING = ("status_code=408", "status_code=429", "status_code=5")
"""How python-ovh's errors of the token route tell that it may work the next time."""
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The variables that name the certificates which are trusted, the first one that is set counting."""
OVERLOAD = (408, 503, 504)
"""Statuses that an API which is asked too much was seen to give, beside 429."""
LONGEST_PAUSE = 120.0


class TooMany(Exception):
    """A 429."""

    def __init__(self, retry_after: Optional[str], query_id: str) -> None:
        super().__init__("429")
        self.retry_after = retry_after or ""
        self.query_id = query_id

    def pause(self, attempt: int) -> float:
        """Seconds, or the moment that is named, in which nothing is to be sent."""
        if self.retry_after.isdigit():
            return min(float(self.retry_after), LONGEST_PAUSE)
        try:
            seconds = parsedate_to_datetime(self.retry_after).timestamp() - time()
            return min(max(seconds, 0.5), LONGEST_PAUSE)
        except (TypeError, ValueError):
            return min(0.5 * 2.0 ** min(attempt, 6), 20.0)


class Lost(Exception):
    """No usable answer: connection, 5xx, or a body that is not what was announced.

    sent: whether the request can have reached the API. overloaded: whether it looks as if it had too much to do.
    """

    def __init__(
        self,
        what: str,
        sent: bool = True,
        status: Optional[int] = None,
        query_id: str = "",
        said: str = "",
        overloaded: bool = False,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.sent = sent
        self.status = status
        self.query_id = query_id
        self.said = said
        self.overloaded = overloaded or status in OVERLOAD

    def as_error(self, method: str, path: str, may_have_worked: bool) -> ApiError:
        said = f"{self.what}: {self.said}" if self.said else self.what
        request = {"method": method, "path": path, "status": self.status, "query_id": self.query_id}
        return api_error("answer_lost" if may_have_worked else "no_answer", request, said=said)


def translated(method: str, path: str, request: Callable[[], Any]) -> Any:
    """Perform it, and say in our words how it failed: Lost where it may work the next time, an ApiError where not."""
    try:
        return request()
    except OvhError as error:
        _raise_for_authentication(method, path, error)
    except (OSError, ValueError, HTTPError) as error:  # of requests' own kind, and what it lets through
        raise _told(method, path, error) from error


def _told(method: str, path: str, error: Exception) -> Exception:
    final = _beyond_repair(error)
    if final is not None:
        code, values = final
        return api_error(code, {"method": method, "path": path}, **values)
    return Lost(name_of(error), sent=not never_left(error), overloaded=_seems_overloaded(error))


def _beyond_repair(error: Exception) -> Any:
    """The message of what no repetition mends, and what fills its gaps."""
    if isinstance(error, Redirected):
        return "redirected", {"status": error.status, "to": error.to}
    if isinstance(error, TooLarge):
        return "too_large", {}
    causes = list(_causes(error))
    found = _of_certificates(error, causes) or _of_proxy(_proxy_of(error), causes)
    if found is None and any(isinstance(one, (http.InvalidURL, LocationParseError, UnicodeError)) for one in causes):
        return "endpoint_unusable", {"host": _host_of(error)}
    return found


def _of_certificates(error: Exception, causes: Sequence[BaseException]) -> Any:
    why = next((one.verify_message for one in causes if isinstance(one, ssl.SSLCertVerificationError)), None)
    if why is not None:
        return "certificate_untrusted", {"host": _host_of(error), "why": why}
    bundle = {"variable": _bundle(), "path": os.environ.get(_bundle(), "")}
    if any(isinstance(one, OSError) and "CA certificate bundle" in str(one) for one in causes):
        return "bundle_missing", bundle
    if any(isinstance(one, ssl.SSLError) and "X509" in str(one) for one in causes):
        return "bundle_empty", bundle
    return None


def _of_proxy(proxy: str, causes: Sequence[BaseException]) -> Any:
    if not proxy:
        return None
    refused = next(filter(None, (re.search(r"Tunnel connection failed: (\d+)", str(one)) for one in causes)), None)
    if refused:
        return proxy_refused(proxy, int(refused[1]))
    if any(isinstance(one, http.InvalidSchema) and "SOCKS" in str(one) for one in causes):
        return "proxy_unusable", {"proxy": proxy, "why": "is a SOCKS one, for which PySocks is missing in Python"}
    if any(isinstance(one, (http.InvalidProxyURL, LocationParseError)) for one in causes):
        return "proxy_unusable", {"proxy": proxy, "why": "is no address"}
    return None


def proxy_refused(proxy: str, status: int) -> Any:
    why = {407: "wants a user and a password, or others", 403: "forbids the way"}.get(status, "let nothing through")
    return "proxy_unusable", {"proxy": proxy, "why": f"{why} (status {status})"}


def proxy_for(url: str) -> str:
    """The proxy that the environment names for the address, without user and password; empty for none."""
    try:
        found = select_proxy(url, get_environ_proxies(url, no_proxy=None)) or ""
        scheme, has_scheme, rest = found.rpartition("://")
        return f"{scheme}{has_scheme}{rest.rpartition('@')[2]}"
    except ValueError:
        return ""


def never_left(error: Exception) -> bool:
    """Whether the request cannot have reached the API: no connection, none to the proxy, or a certificate refused.

    Any other failure of the encryption may have come while the answer was read.
    """
    before = (http.ConnectTimeout, http.ProxyError, NewConnectionError, ConnectTimeoutError)
    return any(isinstance(one, (*before, ssl.SSLCertVerificationError)) for one in _causes(error))


def name_of(error: Exception) -> str:
    """What went wrong, in words that hold no address of ours, header or body."""
    if isinstance(error, http.ProxyError):
        return f"no connection to the proxy {_proxy_of(error)}"
    if isinstance(error, http.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, (http.Timeout, ReadTimeoutError)):
        return "no answer in time"
    if isinstance(error, http.SSLError):
        return "the encrypted connection failed"
    return "no connection" if never_left(error) else "the connection broke off"


def _seems_overloaded(error: Exception) -> bool:
    broken = (http.Timeout, http.ConnectionError, ProtocolError, ReadTimeoutError)
    return isinstance(error, broken) and not isinstance(error, http.ProxyError)


def _causes(error: Optional[BaseException], depth: int = 8) -> Iterator[BaseException]:
    """The error and all that it was made of."""
    if error is None or depth == 0:
        return
    yield error
    inner = [error.__cause__, error.__context__, getattr(error, "reason", None), getattr(error, "original_error", None)]
    for one in [*inner, *error.args]:
        if isinstance(one, BaseException):
            yield from _causes(one, depth - 1)


def _url_of(error: Exception) -> str:
    return str(getattr(getattr(error, "request", None), "url", "") or "")


def _host_of(error: Exception) -> str:
    return urlsplit(_url_of(error)).hostname or "the endpoint"


def _proxy_of(error: Exception) -> str:
    url = _url_of(error)
    return proxy_for(url) if url else proxy_for("https://any") or proxy_for("http://any")


def _bundle() -> str:
    return next((name for name in BUNDLES if os.environ.get(name)), BUNDLES[0])


def _raise_for_authentication(method: str, path: str, error: Any) -> NoReturn:
    """python-ovh failed before it authenticated: the token route refused."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", 0)
    if status in (408, 429) or status >= 500 or any(text in str(error) for text in PASSING):
        raise Lost(f"authentication answered {status or 'an error of the server'}", sent=False) from error
    code = "oauth2_refused" if type(error).__name__ == "OAuth2FailureError" else "credentials_refused"
    raise api_error(code, {"method": method, "path": path}, said=str(error)[:300]) from error


def message_in(answer: Any) -> str:
    """The message of an error body, where it has one."""
    try:
        return str(answer.json().get("message", ""))[:300]
    except (ValueError, AttributeError):
        return ""


def details_in(body: Mapping[str, Any]) -> Mapping[str, str]:
    details = body.get("details")
    return {str(key): str(value)[:500] for key, value in details.items()} if isinstance(details, dict) else {}
