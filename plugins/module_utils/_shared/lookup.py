# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One thing by name or id among many: never a guess."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any, Callable, Iterable, List, Optional, Sequence, TypeVar

from .._engine.errors import NotFound, VrackError
from .._messages import error

Thing = TypeVar("Thing")


PROJECT_ID = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)

VRACK_ID = re.compile(r"pn-[0-9]+", re.IGNORECASE)

NETWORK_ID = re.compile(r"pn-[0-9]+_[0-9]+", re.IGNORECASE)

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

IDS = (PROJECT_ID, VRACK_ID, NETWORK_ID, UUID)

NEVER_A_NAME = (VRACK_ID, NETWORK_ID, UUID)
"""Nothing is called so. A project's id is but 32 letters, as somebody may call an instance."""

NEVER_MADE_HERE = ("flavor", "image")


def normalised(ref: str) -> str:
    """A name or id without the blanks around it; an id in the API's spelling, for capitals mean nothing in one."""
    ref = ref.strip()
    return ref.lower() if id_in(ref) else ref


def is_id(ref: str) -> bool:
    """Whether it has the form of an id that no earlier task can have given a thing as its name."""
    return any(form.fullmatch(ref.strip()) for form in NEVER_A_NAME)


def is_meant(ref: Optional[str], name: str, ids: Iterable[str] = ()) -> bool:
    """Whether a name or id, where one is asked for, is that of the thing."""
    return ref is None or normalised(ref) in ids or same_name(name, normalised(ref))


def same_name(one: str, other: str) -> bool:
    """Whether two names are one, however blanks around them and letters with accents are written."""
    return one == other or plain(one) == plain(other)


@cache
def plain(name: str) -> str:
    """A name without what does not tell two apart. One that looks like an id may be looked for in its spelling."""
    return normalised(unicodedata.normalize("NFC", name))


def find_one(
    what: str,
    ref: str,
    things: Sequence[Thing],
    ids: Callable[[Thing], Iterable[str]],
    name: Callable[[Thing], str],
    where: str = "",
    field: str = "name",
) -> Thing:
    """The thing with that id or, if none has it, with exactly that name. Raises NotFound or Ambiguous.

    field: where the API has the name.
    """
    ref = normalised(ref)
    by_id = [thing for thing in things if ref in ids(thing)]
    found = by_id or [thing for thing in things if same_name(name(thing), ref)]
    if len(found) == 1:
        return found[0]
    where = f" in {where}" if where else ""
    if found:
        candidates = ", ".join(sorted(f"{name(thing)} ({'/'.join(ids(thing))})" for thing in found))
        raise error("ambiguous", what=what, ref=ref, where=where, candidates=candidates)
    refuse_doubt(things, **{field: ref}, id=id_in(ref))
    raise not_found(what, ref, [name(thing) for thing in things], where)


def refuse_doubt(things: Any, **wanted: Any) -> None:
    """Refuse to take for not there what an odd entry may be (entries.py), by any of these fields that is asked for."""
    for one in getattr(things, "odd", ()):
        if any(one.may_have(field, value) for field, value in wanted.items() if value is not None):
            raise one.problem


def id_in(ref: Optional[str]) -> Optional[str]:
    """What may be an id, or nothing."""
    return ref if ref and any(form.fullmatch(ref) for form in IDS) else None


def not_found(what: str, ref: str, names: Iterable[str], where: str = "") -> VrackError:
    code = "not_offered" if what in NEVER_MADE_HERE else "not_found"
    return suggesting(error(code, what=what, ref=ref, where=where), what, ref, names, where)


def suggesting(problem: VrackError, what: str, ref: str, names: Iterable[str], where: str = "") -> VrackError:
    """The same NotFound with near names. It is often raised to be caught, so they are looked for when it is told."""
    known = tuple(names)
    if isinstance(problem, NotFound):
        problem.wanted, problem.ref, problem.where = what, ref, where
        problem.near = lambda: near_names(ref, known)
    return problem


def near_names(ref: str, names: Iterable[str]) -> str:
    """The names that were perhaps meant, as the end of a sentence."""
    import difflib  # here, for most runs never need it

    known: List[str] = sorted({name for name in names if name})
    folded = {name.lower(): name for name in known}
    close = difflib.get_close_matches(ref.lower(), list(folded), n=3, cutoff=0.6)
    if close:
        return f" (did you mean {', '.join(folded[name] for name in close)}?)"
    if not known:
        return " (there is none)"
    shown = ", ".join(known[:10]) + (", …" if len(known) > 10 else "")
    return f" (there are: {shown})"
