# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OVHcloud's two forms of error bodies, and the query id that every answer carries."""

from __future__ import annotations

import http
import random
from itertools import count
from typing import Any


class ApiError(Exception):
    """An error answer. With `error_code` it takes the gateway's form, else the form of the services."""

    def __init__(
        self,
        status: int,
        message: str,
        class_: str | None = None,
        details: dict[str, Any] | None = None,
        error_code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.class_ = class_
        self.details = details
        self.error_code = error_code

    def body(self) -> dict[str, Any]:
        if self.error_code:
            phrase = http.HTTPStatus(self.status).phrase
            return {"errorCode": self.error_code, "httpCode": f"{self.status} {phrase}", "message": self.message}
        body: dict[str, Any] = {"message": self.message}
        if self.class_:
            body["class"] = self.class_
        if self.details:
            body["details"] = self.details
        return body


def bad_request(message: str) -> ApiError:
    return ApiError(400, message, "Client::BadRequest")


def forbidden(message: str, details: dict[str, Any] | None = None) -> ApiError:
    return ApiError(403, message, "Client::Forbidden", details)


def not_found(message: str = "This service does not exist") -> ApiError:
    return ApiError(404, message, "Client::NotFound")


def conflict(message: str) -> ApiError:
    return ApiError(409, message, "Client::Conflict")


_queries = count(1)


def query_id(moment: float) -> str:
    """In the form of the real ones: EU.ext-4.67a9f19e.3691819.<32 hexadecimal digits>."""
    number = next(_queries)
    return f"EU.ext-4.{int(moment):x}.{number}.{random.Random(number).getrandbits(128):032x}"
