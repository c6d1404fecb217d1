# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether what is to be done now lies within a plan that was approved."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from .._engine.model import SHOWN_LATER
from .._messages import error
from .model import VERSION, Plan, to_data

WITHIN = {
    "create": ("create", "replace"),
    "update": ("update", "create", "replace"),
    "replace": ("replace",),
    "delete": ("delete", "replace"),
}
"""For each action what may have been approved: what is half done needs less than what was approved."""


def check_approved(plan: Plan, approved: Any) -> None:
    """Raise where anything is to be done that the approved plan, as to_data made it, does not hold."""
    data = _readable(approved)
    if (data["state"], data["project"]) != (plan.state, plan.project):
        raise error(
            "plan_of_another", approved=f"{data['project']} ({data['state']})", now=f"{plan.project} ({plan.state})"
        )
    known = {(str(item.get("kind")), str(item.get("name"))): item for item in data["changes"]}
    beyond = [text for text in (_beyond(item, known) for item in to_data(plan)["changes"]) if text]
    if beyond:
        raise error("plan_moved", what="; ".join(beyond))


def _readable(approved: Any) -> Dict[str, Any]:
    whole = isinstance(approved, Mapping) and isinstance(approved.get("changes"), list)
    if not whole or not all(isinstance(item, Mapping) for item in approved["changes"]):
        raise error("plan_unreadable", why="it is not what this collection saves as a plan")
    if approved.get("version") != VERSION:
        raise error("plan_unreadable", why=f"its version is {approved.get('version')!r}, and {VERSION} is needed")
    return {"state": approved.get("state"), "project": approved.get("project"), "changes": approved["changes"]}


def _beyond(item: Mapping[str, Any], known: Mapping[Any, Mapping[str, Any]]) -> str:
    """Why the item is not in the approved plan, or nothing."""
    name, action = item["name"], item["action"]
    approved = known.get((item["kind"], name))
    if approved is None:
        return f"{name}: {action} was not in it"
    if approved.get("action") not in WITHIN[action]:
        return f"{name}: {action} instead of {approved.get('action')}"
    differing = _differing(item["after"], approved.get("after"))
    return f"{name}: {', '.join(differing)} differ from it" if differing else ""


def _differing(now: Any, then: Any) -> List[str]:
    """The fields that are to become something else than was approved. What was not known then may be anything."""
    if not isinstance(now, Mapping) or not isinstance(then, Mapping):
        return [] if now == then or now is None else ["its fields"]
    return [field for field, value in now.items() if not _agree(value, then.get(field))]


def _agree(now: Any, then: Any) -> bool:
    if SHOWN_LATER in (now, then) or now == then:
        return True
    if isinstance(now, Mapping) and isinstance(then, Mapping):
        return all(_agree(now.get(key), then.get(key)) for key in {*now, *then})
    if isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        return all(_agree(one, other) for one, other in zip(now, then))
    return False
