# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carts that are marked with the name of the vRack that they are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Optional, Sequence, Tuple

from ..._engine.model import Answer, Call, Reader
from ..._shared.answers import flag, listed, listed_numbers, optional_text, text

MARKER = "ovhcloud.vrack "

CARTS = ("order", "cart")
"""The route that lists them."""


@dataclass(frozen=True)
class Cart:
    """A cart with our marker.

    shown: whether the account's list of carts has it. Then no run that looks from now on overlooks it.
    """

    id: str
    description: str
    read_only: bool
    expire: str
    items: Tuple[int, ...]
    assigned: bool = False
    shown: bool = False

    @staticmethod
    def from_api(data: Any) -> Cart:
        return Cart(
            text(data, "cartId", "cart"),
            optional_text(data, "description", "cart") or "",
            flag(data, "readOnly", "cart"),
            optional_text(data, "expire", "cart") or "",
            tuple(sorted(listed_numbers(data.get("items"), "articles of a cart"))),
        )


def marker(name: str) -> str:
    return MARKER + name


def read_carts(read: Reader, name: str, answers: Sequence[Answer]) -> List[Cart]:
    """The carts with our marker, the one that counts first: one that was checked out, else the lowest.

    The list holds those that are assigned to the account. Carts made by this run may not be in it yet.
    """
    shown = carts_for(read, name)
    assigned = {one.call.path[2] for one in answers if one.definite and one.call.path[3:] == ("assign",)}
    made = made_carts(answers)
    carts = [
        Cart(**{**vars(cart), "assigned": cart.id in assigned or cart.id in shown, "shown": cart.id in shown})
        for cart in _read(read, sorted(assigned.union(shown, made)))
        if cart.description == marker(name) or cart.id in made
    ]
    return sorted(carts, key=lambda cart: (not cart.read_only, cart.id))


def count_orders_of_others(read: Reader, name: str) -> int:
    """How many carts with our marker, for vRacks of other names, have become orders."""
    carts = [cart for cart in _read(read, _list_carts(read, None)) if cart.description.startswith(MARKER)]
    return sum(cart.read_only and cart.description != marker(name) for cart in carts)


def carts_for(read: Reader, name: str) -> List[str]:
    """The ids of those that are listed with our marker and this name, whatever run they are of."""
    return _list_carts(read, {"description": marker(name)})


def begin_to_list_carts(read: Reader, name: str) -> None:
    read.ahead(CARTS, query={"description": marker(name)})


def _list_carts(read: Reader, query: Any) -> List[str]:
    return sorted({str(one) for one in listed(read.get(*CARTS, query=query), "carts")})


def _read(read: Reader, ids: Sequence[str]) -> List[Cart]:
    answers = read.get_many([("order", "cart", one) for one in ids], missing=None)
    return [Cart.from_api(answer) for answer in answers if answer is not None]


def made_carts(answers: Sequence[Answer]) -> List[str]:
    """Those that this run has opened."""
    opened = [one.value for one in answers if one.call.path == ("order", "cart") and one.definite]
    return [str(value["cartId"]) for value in opened if isinstance(value, dict) and value.get("cartId")]


def left_over_cart(answers: Sequence[Answer], met: Sequence[str] = ()) -> Optional[str]:
    """A cart that this run made or worked on, or has met as the one that its order came from, and has not tried to
    remove yet."""
    carts = [one.call.path[2] for one in answers if one.call.path[:2] == ("order", "cart") and len(one.call.path) > 2]
    removed = {one.call.path[2] for one in answers if one.call.method == "DELETE" and len(one.call.path) == 3}
    return next((cart for cart in [*made_carts(answers), *carts, *met] if cart not in removed), None)


def tidy_up_call(cart: str) -> Call:
    """A cart that stays would be taken for the order of a new vRack of that name, should this one be ended soon."""
    doing = f"remove cart {cart}, which is no longer needed"
    return Call("DELETE", ("order", "cart", cart), doing, preparatory=True)
