# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan says of the things that exist: which of them it means, which differ, and which are yet to be made.

Nothing is compared here. The plan has found each described thing by its id; a thing that it does not know is not
described.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Optional, Set, Tuple

MISSING, DIFFERENT, EXTRA = "missing", "different", "not described"
WORDS = {"create": MISSING, "update": DIFFERENT, "replace": DIFFERENT}
LATER = "(known after apply)"
ID_FIELDS = ("id", "instance", "network_id")
"""Where a record names a thing by its id: itself, or what an interface is of and on."""


@dataclass
class Drift:
    """project: the only one that is described. problems: why there is no plan."""

    project: str = ""
    compared: bool = False
    known: Set[str] = field(default_factory=set)
    differing: Set[str] = field(default_factory=set)
    missing: Dict[str, List[Dict[str, Any]]] = field(default_factory=dict)
    changes: List[Dict[str, Any]] = field(default_factory=list)
    notes: List[str] = field(default_factory=list)
    problems: List[str] = field(default_factory=list)
    used_names: Dict[str, Set[str]] = field(default_factory=dict)

    def of(self, project: str, record: Mapping[str, Any], noun: str, name: str) -> str:
        """The word for a thing that exists, or nothing."""
        if not self.compared or project != self.project:
            return ""
        if record["id"] not in self.known:
            return "" if self._is_used(noun, record) else EXTRA
        told = any(note.startswith(f"{noun} '{name}' ") for note in self.notes)
        return DIFFERENT if told or record["id"] in self.differing else ""

    def _is_used(self, noun: str, record: Mapping[str, Any]) -> bool:
        refs = {str(record.get(one)) for one in ("id", "name", "vlan_id")}
        return bool(refs & self.used_names.get(noun, set()))


def drift_of(planned: Optional[Mapping[str, Any]], described: Any) -> Drift:
    """*planned*: what ovh_plan returned, also where it failed, or nothing."""
    drift = Drift()
    if not planned:
        return drift
    plan = planned.get("plan")
    if plan is None:
        drift.problems = [one["text"] for one in planned.get("problems") or ()] or [str(planned.get("msg") or "")]
        return drift
    drift.compared = True
    records = list(_records(planned.get("role_results") or {}))
    drift.known = {str(one[name]) for one in records for name in ID_FIELDS if one.get(name)}
    drift.project = next((str(one["project"]) for one in records if one.get("project")), "")
    for change in plan["changes"]:
        word = WORDS.get(change["action"], change["action"])
        drift.changes.append({**change, "word": word, "fields": list(_fields(change))})
        if word == MISSING:
            new = change["after"] or {}
            drift.missing.setdefault(change["kind"], []).append(new)
            drift.differing.update([str(new["instance"])] if "instance" in new else [])  # which lacks the interface
        elif change["before"]:
            drift.differing.add(str(change["before"].get("id")))
    drift.notes = [*plan.get("drift", ()), *plan.get("left", ())]
    existing = described.get("existing") if isinstance(described, Mapping) else None
    used = (existing or {}).get("networks") or () if isinstance(existing, Mapping) else ()
    drift.used_names["network"] = {str(one) for one in used}
    return drift


def _records(results: Mapping[str, Any]) -> Iterator[Dict[str, Any]]:
    """Of all roles, in whichever form each has them: a list of things, or one thing."""
    for result in results.values():
        for name, value in result.items():
            if name == "results":
                continue
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, Mapping):
                    yield dict(one)


def _fields(change: Mapping[str, Any]) -> Iterator[Tuple[str, str, str]]:
    """What is to be otherwise: name, before, after. Of what is missing, all that is known."""
    before, after = change["before"] or {}, change["after"] or {}
    for name in after:
        old, new = before.get(name), after[name]
        if old != new and new != LATER and not (change["before"] is None and new in (None, [], {})):
            yield name.replace("_", " "), _said(old), _said(new)


def _said(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_said(entry)}" for key, entry in value.items() if entry != LATER) or "-"
    if isinstance(value, list):
        return ", ".join(_interface(one) if isinstance(one, Mapping) else _said(one) for one in value) or "none"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _interface(one: Mapping[str, Any]) -> str:
    """A pool, or an interface by its network and address."""
    if "start" in one and "end" in one:
        return f"{one['start']} to {one['end']}"
    ip = one.get("ip")
    return f"{one.get('network')}" + (f" {ip}" if ip and ip != LATER else "")
