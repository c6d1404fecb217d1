# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What orders are about, how far they are, and which vRack each brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..._engine.model import Reader
from ..._messages import error
from ..._shared.answers import listed, listed_numbers
from ..._shared.moments import moment

CANCELLED = ("cancelled", "cancelling")

ORDERS = ("me", "order")
"""The route that lists them."""

LATEST = 100
"""How many of the newest orders are looked at."""

LINES = 4
"""How many lines of an order: one that was made here has a single article."""


@dataclass(frozen=True)
class Order:
    """An order of a vRack. Its address and password are never read."""

    id: int
    status: str
    service_name: Optional[str] = None

    @property
    def over(self) -> bool:
        return self.status in ("delivered", "cancelled")


@dataclass(frozen=True)
class KnownOrders:
    """What was read of orders and stays so: what each is about, and those that have brought their vRack."""

    plans: Mapping[int, str] = field(default_factory=dict)
    delivered: Mapping[int, Order] = field(default_factory=dict)


def read_order(read: Reader, order_id: int, plan_code: str) -> Order:
    path = _path(order_id)
    status = read.get(*path, "status")
    if not isinstance(status, str):
        raise error("bad_answer", thing=f"order {order_id}", field="status")
    return Order(order_id, status, _service_name(read, path, plan_code) if status == "delivered" else None)


def recent_orders(
    read: Reader, since: str, plan_code: str, known: KnownOrders
) -> Tuple[Tuple[Order, ...], KnownOrders]:
    """The newest orders of this plan, the oldest of them first, and what there is to remember of all that were read."""
    query = {"date.from": since} if since else None
    ids = sorted(listed_numbers(read.get(*ORDERS, query=query), "orders"))[-LATEST:]
    plans = {**known.plans, **_plans(read, [one for one in ids if one not in known.plans])}
    wanted = [one for one in ids if plans.get(one) == plan_code]
    orders = tuple(known.delivered.get(one) or read_order(read, one, plan_code) for one in wanted)
    delivered = {order.id: order for order in orders if order.service_name}
    return orders, KnownOrders(plans, {**known.delivered, **delivered})


def days_before(expire: str, days: float) -> str:
    """The moment so long before a cart was made that expires then, a day after. Empty if that isn't known."""
    try:
        return (moment(expire) - timedelta(days=1 + days, minutes=5)).isoformat()
    except ValueError:
        return ""


def _path(order_id: int) -> Tuple[str, ...]:
    return "me", "order", str(order_id)


def _lines(answer: Any) -> List[int]:
    return listed_numbers(answer, "lines of an order")


def _plans(read: Reader, orders: Sequence[int]) -> Dict[int, str]:
    """What each order is about. One whose lines are not there yet is left out."""
    answers = read.get_many([_path(order) + ("details",) for order in orders], missing=[])
    details = {order: _lines(answer)[:LINES] for order, answer in zip(orders, answers)}
    lines = [(order, _path(order) + ("details", str(one))) for order, some in details.items() for one in some]
    found = {order: "" for order, some in details.items() if some}
    for (order, _line), plan in zip(lines, _plans_of_lines(read, [line for _order, line in lines])):
        found[order] = found[order] or plan
    return found


def _plans_of_lines(read: Reader, lines: Sequence[Tuple[str, ...]]) -> List[str]:
    """The plan that each line of an order is about. In the US there is no extension, only a description."""
    extensions = read.get_many([line + ("extension",) for line in lines], missing=None)
    bare = [line for line, extension in zip(lines, extensions) if extension is None]
    described = dict(zip(bare, read.get_many(bare)))
    plans = []
    for line, extension in zip(lines, extensions):
        if extension is None:
            plans.append("vrack" if "vrack" in str(_inside(described[line], "description")).lower() else "")
        else:
            plans.append(str(_inside(extension, "order", "plan", "code") or ""))
    return plans


def _service_name(read: Reader, path: Tuple[str, ...], plan_code: str) -> Optional[str]:
    """The name of the vRack that a delivered order brought."""
    lines = [path + ("details", str(one)) for one in sorted(_lines(read.get(*path, "details")))]
    read.ahead(*lines)
    for line, plan in zip(lines, _plans_of_lines(read, lines)):
        if plan != plan_code:
            continue
        for name in _names_in_line(read, line):
            if name.startswith("pn-"):
                return name
    return None


def _names_in_line(read: Reader, line: Tuple[str, ...]) -> Iterator[str]:
    """Where the name of what was ordered may stand: in the line itself or, in the US, in its operations."""
    yield str(_inside(read.get(*line), "domain") or "")
    for operation in listed(read.get(*line, "operations", missing=[]), "operations"):
        answer = read.get(*line, "operations", str(operation), missing=None)
        yield str(_inside(answer, "resource", "name") or "")


def _inside(data: Any, *fields: str) -> Any:
    """What stands in a dictionary of dictionaries, or None."""
    for one in fields:
        data = data.get(one) if isinstance(data, Mapping) else None
    return data
