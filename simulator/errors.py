# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OVHcloud's two forms of error bodies, and the query id that every answer carries."""

from __future__ import annotations

import http
import random
from itertools import count


class ApiError(Exception):
    """An error answer. With `error_code` it takes the gateway's form, else the form of the services."""

    def __init__(self, status, message, class_=None, details=None, error_code=None):
        super().__init__(message)
        self.status = status
        self.message = message
        self.class_ = class_
        self.details = details
        self.error_code = error_code

    def body(self):
        if self.error_code:
            phrase = http.HTTPStatus(self.status).phrase
            return {"errorCode": self.error_code, "httpCode": f"{self.status} {phrase}", "message": self.message}
        body = {"message": self.message}
        if self.class_:
            body["class"] = self.class_
        if self.details:
            body["details"] = self.details
        return body


def bad_request(message):
    return ApiError(400, message, "Client::BadRequest")


def forbidden(message, details=None):
    return ApiError(403, message, "Client::Forbidden", details)


def not_found(message="This service does not exist"):
    return ApiError(404, message, "Client::NotFound")


def conflict(message):
    return ApiError(409, message, "Client::Conflict")


_queries = count(1)


def query_id(moment):
    """In the form of the real ones: EU.ext-4.67a9f19e.3691819.<32 hexadecimal digits>."""
    number = next(_queries)
    return f"EU.ext-4.{int(moment):x}.{number}.{random.Random(number).getrandbits(128):032x}"
