# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of objects instead of ids, for those who ask with X-Pagination-Mode."""

from __future__ import annotations

from dataclasses import replace

from simulator import routing
from simulator.errors import ApiError, bad_request

MODE = "CachedObjectList-Pages"
DEFAULT_SIZE = 100
# The lists that answer objects, and the route that gives one of them.
EXPANDABLE = {
    "/cloud/project": "/cloud/project/{serviceName}",
    "/vrack": "/vrack/{serviceName}",
    "/me/payment/method": "/me/payment/method/{paymentMethodId}",
}


def page(call, ids):
    """(objects, headers) of the page asked for, or None where ids are what is answered."""
    headers = call.headers
    if call.method != "GET" or headers.get("x-pagination-mode") != MODE or call.route not in EXPANDABLE:
        return None
    number, size = _count(headers, "x-pagination-number", 1), _count(headers, "x-pagination-size", DEFAULT_SIZE)
    ids = sorted(ids)
    objects = [thing for id_ in ids if (thing := _object(call, id_)) is not None]
    return objects[(number - 1) * size : number * size], {
        "X-Pagination-Elements": len(objects),
        "X-Pagination-Number": number,
        "X-Pagination-Size": size,
    }


def _object(call, id_):
    """The object, or None where the list knows more than the object's own route does yet."""
    item_route = EXPANDABLE[call.route]
    name = item_route.rsplit("{", 1)[1].rstrip("}")
    try:
        return routing.handler_of("GET", item_route)(replace(call, route=item_route, path={name: str(id_)}, query={}))
    except ApiError as error:
        if error.status != 404:
            raise
        return None


def _count(headers, name, default):
    text = headers.get(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise bad_request(f"Invalid {name} header")
    return int(text)
