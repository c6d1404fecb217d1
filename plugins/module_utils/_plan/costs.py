# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan costs that is carried out: OVHcloud bills from the second in which an instance exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from .._engine.errors import VrackError
from .._engine.model import Action
from .._prices.amounts import Cost, amount_by_hour, amount_by_month, cost_of, told, total
from .._prices.price_list import PriceList
from .make import Planned

MODULE = "ovh_instance"
"""Its things cost by themselves; vRacks, networks, subnets, keys and interfaces are free of charge."""


@dataclass(frozen=True)
class Costs:
    """added: what each new instance costs, by its name, in the order of the plan.

    unknown: names of those without a known price. free: how many things are made that cost nothing. note: why there are
    no prices.
    """

    currency: str = ""
    added: Mapping[str, Cost] = field(default_factory=dict)
    unknown: Tuple[str, ...] = ()
    free: int = 0
    note: str = ""

    @property
    def sum(self) -> Cost:
        return total(self.added.values())

    def of(self, name: str) -> str:
        """What is known of one item, in words; empty where it is none that costs anything."""
        if name in self.unknown:
            return "no known price"
        return told(self.added[name], self.currency) if name in self.added else ""


def costs_of(planned: List[Planned], worlds: Dict[str, Any], read: Callable[[], PriceList]) -> Costs:
    """read: is called where something that costs is to be made, and may raise VrackError."""
    made = [one for one in planned if one.item.action in (Action.CREATE, Action.REPLACE)]
    costly = [one for one in made if one.part.sort.module == MODULE]
    free = len(made) - len(costly)
    if not costly:
        return Costs(free=free)
    try:
        prices = read()
    except VrackError as problem:
        return Costs(unknown=tuple(one.item.name for one in costly), free=free, note=_why(problem))
    found = {one.item.name: _cost(one.item.after or {}, worlds[MODULE], prices) for one in costly}
    return Costs(
        currency=prices.currency,
        added={name: cost for name, cost in found.items() if cost is not None},
        unknown=tuple(name for name, cost in found.items() if cost is None),
        free=free,
    )


def _why(problem: VrackError) -> str:
    return f"prices could not be read: {problem.sentence()}"


def _cost(record: Dict[str, Any], world: Any, prices: PriceList) -> Optional[Cost]:
    offered = world.catalogs.get((record["project"], record["region"]))
    flavors = [flavor for flavor in offered.flavors if flavor.id == record["flavor_id"]] if offered else []
    return cost_of(flavors[0], record.get("billing"), prices) if flavors else None


def as_lines(costs: Costs) -> Iterator[str]:
    """What it comes to, in a few lines."""
    if costs.note:
        yield f"Costs: {costs.note}"
        return
    if costs.added:
        are = "is" if len(costs.added) == 1 else "are"
        yield f"Costs: {told(costs.sum, costs.currency)} more, before tax"
        yield f"{len(costs.added)} {are} billed, {costs.free} free of charge"
    elif costs.free and not costs.unknown:
        yield f"Costs: nothing more ({costs.free} free of charge)"
    if costs.unknown:
        yield f"Costs of {', '.join(costs.unknown)}: no known price, and not in the sum"


def to_data(costs: Costs) -> Dict[str, Any]:
    return {
        "currency": costs.currency or None,
        "by_hour": amount_by_hour(costs.sum),
        "by_month": amount_by_month(costs.sum),
        "things": [
            {"name": name, "by_hour": amount_by_hour(cost), "by_month": amount_by_month(cost)}
            for name, cost in costs.added.items()
        ],
        "unknown": list(costs.unknown),
        "free": costs.free,
        "note": costs.note or None,
        "lines": list(as_lines(costs)),
    }
