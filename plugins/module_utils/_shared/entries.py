# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a list of the API holds: all that is understood and, beside it, what isn't.

One odd object hides none of the others, and is no reason to fail, unless it may be the very one that is asked for: what
is not understood is not "none".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterable, List, Mapping, Tuple, TypeVar

from .._engine.errors import BadAnswer, VrackError
from .._messages import error
from .answers import listed
from .lookup import same_name

MOST_ODD = 100
"""With more than these it is the answer that is odd, and not one or another of what it lists."""

Thing = TypeVar("Thing")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Odd:
    """An object that is not understood, and what is wrong with it."""

    data: Any
    problem: VrackError

    def may_have(self, field: str, value: Any) -> bool:
        """Whether that field may have this value: it has it, or nobody can tell."""
        there = self.data.get(field) if isinstance(self.data, Mapping) else None
        if isinstance(there, str) and isinstance(value, str):
            return same_name(there, value)
        return type(there) is not type(value) or bool(there == value)


class Entries(Tuple[Thing, ...]):
    """Things that are understood. odd: what else is in the list."""

    odd: Tuple[Odd, ...] = ()

    def only(self, some: Iterable[Other]) -> Entries[Other]:
        """Some of them, or something made of them, beside what is odd all the same."""
        found: Entries[Other] = Entries(some)
        found.odd = self.odd
        return found


def entries(answer: Any, things: str, thing: str, parse: Callable[[Any], List[Thing]]) -> Entries[Thing]:
    """The things of an answer, of which each object is none, one or several."""
    found: List[Thing] = []
    odd: List[Odd] = []
    shown = listed(answer, things)
    if not all(isinstance(data, Mapping) for data in shown):
        raise error("bad_list", thing=things)
    for data in shown:
        try:
            found.extend(parse(data))
        except BadAnswer as problem:
            problem.doing = called(thing, data)
            odd.append(Odd(data, problem))
            if len(odd) > MOST_ODD:
                raise
    understood: Entries[Thing] = Entries(found)
    understood.odd = tuple(odd)
    return understood


def called(thing: str, data: Any) -> str:
    """An object by what can be said of it."""
    said = data if isinstance(data, Mapping) else {}
    names = [said.get(field) for field in ("name", "description", "cidr", "id", "serviceName", "project_id")]
    shown = [name for name in names if isinstance(name, str) and name]
    return f"{thing} '{shown[0]}'" + (f" ({shown[-1]})" if len(shown) > 1 else "") if shown else f"a {thing}"
