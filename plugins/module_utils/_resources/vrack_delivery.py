# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an order is about, how far it is, and which vRack it brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Iterator, List, Optional, Tuple

from .._engine.model import Reader


@dataclass(frozen=True)
class Order:
    """An order of a vRack. Its address and password are never read."""

    id: int
    status: str
    service_name: Optional[str] = None

    @property
    def over(self) -> bool:
        return self.status in ("delivered", "cancelled")


def read_order(read: Reader, order_id: int, plan_code: str) -> Order:
    path = ("me", "order", str(order_id))
    status = str(read.get(*path, "status"))
    return Order(order_id, status, _service_name(read, path, plan_code) if status == "delivered" else None)


def recent_orders(read: Reader, expire: str, plan_code: str) -> List[int]:
    """Orders of this plan since a cart that expires then was made, a day before; the oldest first."""
    query = {}
    if expire:
        query["date.from"] = (_moment(expire) - timedelta(days=1, minutes=5)).isoformat()
    ids = sorted(read.get("me", "order", query=query))
    return [one for one in ids if _ordered_plan(read, ("me", "order", str(one))) == plan_code]


def _ordered_plan(read: Reader, path: Tuple[str, ...]) -> Optional[str]:
    for detail in read.get(*path, "details"):
        plan = _plan_of_detail(read, path + ("details", str(detail)))
        if plan:
            return plan
    return None


def _plan_of_detail(read: Reader, line: Tuple[str, ...]) -> Optional[str]:
    """The plan that a line of an order is about. In the US there is no extension, only a description."""
    extension = read.get(*line, "extension", missing=None)
    if extension is not None:
        return str(((extension.get("order") or {}).get("plan") or {}).get("code") or "")
    return "vrack" if "vrack" in str(read.get(*line).get("description", "")).lower() else None


def _service_name(read: Reader, path: Tuple[str, ...], plan_code: str) -> Optional[str]:
    """The name of the vRack that a delivered order brought."""
    for detail in sorted(read.get(*path, "details")):
        line = path + ("details", str(detail))
        if _plan_of_detail(read, line) != plan_code:
            continue
        for name in _names_in_line(read, line):
            if name.startswith("pn-"):
                return name
    return None


def _names_in_line(read: Reader, line: Tuple[str, ...]) -> Iterator[str]:
    """Where the name of what was ordered may stand: in the line itself or, in the US, in its operations."""
    yield str(read.get(*line).get("domain") or "")
    for operation in read.get(*line, "operations", missing=None) or []:
        answer = read.get(*line, "operations", str(operation), missing=None) or {}
        yield str((answer.get("resource") or {}).get("name") or "")


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp.replace("Z", "+00:00"))
