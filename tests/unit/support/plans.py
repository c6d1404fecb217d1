# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Short forms for tests of plans: each looks at a cloud first, as the loop does."""

from __future__ import annotations

from typing import Any

from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.errors import VrackError
from ansible_collections.ovhcloud.vrack.plugins.module_utils._engine.model import Blocked, Change


def plan(kind: Any, spec: Any, cloud: Any) -> Change:
    change: Change = kind.plan(spec, cloud.look(kind, spec))
    return change


def action(kind: Any, spec: Any, cloud: Any) -> str:
    return str(plan(kind, spec, cloud).action.value)


def refusal(kind: Any, spec: Any, cloud: Any, code: str) -> VrackError:
    """The one problem of that code for which a real run does nothing, in check mode too or only there."""
    try:
        [problem] = [one.problem for one in plan(kind, spec, cloud).missing]
    except VrackError as raised:
        problem = raised
    assert problem.code == code, problem
    return problem


def missing(kind: Any, spec: Any, cloud: Any) -> list[str]:
    """Codes of what is not there yet, each of which has a warning for check mode."""
    change = plan(kind, spec, cloud)
    assert all("taken as" in one.warning for one in change.missing)
    return [one.problem.code for one in change.missing]


def calls(kind: Any, spec: Any, cloud: Any) -> Any:
    world = cloud.look(kind, spec)
    return kind.calls(spec, kind.plan(spec, world), world)


def requests(kind: Any, spec: Any, cloud: Any) -> list[tuple[str, str, Any]]:
    """Method, path and body of what would be sent now, first ways only."""
    return [(call.method, "/" + "/".join(call.path), call.body) for call in calls(kind, spec, cloud)]


def blocked(kind: Any, spec: Any, cloud: Any) -> str:
    """Why nothing can be sent yet."""
    step = calls(kind, spec, cloud)
    assert isinstance(step, Blocked), step
    return step.reason


def readiness(kind: Any, spec: Any, cloud: Any) -> type:
    world = cloud.look(kind, spec)
    return type(kind.readiness(spec, kind.plan(spec, world), world))
