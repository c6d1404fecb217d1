# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A description in, a plan and all that is wrong with it out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from .._description.topology import Topology
from .._engine.errors import InputProblems, NotFound, VrackError
from .._engine.model import Action, Outcome, Reader
from .._rights import OPTIONS, rules_for
from .asked import Asked, parts_of
from .left import left_alone
from .make import Planner, outcomes
from .model import Plan, Problems
from .parts import Sort, sorts_for


@dataclass
class Whole:
    """The plan, where there are no problems."""

    plan: Plan
    problems: Problems
    planner: Planner
    read: Optional[Reader] = None
    """By which it was planned, where there was anything to plan. It remembers what it has read."""

    @cached_property
    def roles(self) -> List[str]:
        """Those that have something to do, or to wait for."""
        return list(dict.fromkeys(one.part.sort.role for one in self.planner.planned if not one.item.idle))

    @cached_property
    def access_rules(self) -> List[str]:
        """Of everything that was planned."""
        parts: Dict[str, List[str]] = {}
        for one in self.planner.planned:
            found = parts.setdefault(one.part.sort.module, ["look"])
            if one.item.action is not Action.NONE:
                found.append(one.item.action.value)
                found.extend(option for option in OPTIONS if getattr(one.spec, option, None))
        return list(dict.fromkeys(rule for module, own in parts.items() for rule in rules_for(module, own)))

    def outcomes(self) -> Iterator[Tuple[Sort, List[Outcome]]]:
        """What each module would have said."""
        found = outcomes(self.planner.planned, self.planner.worlds)
        for sort in sorts_for(self.plan.state):
            if sort.module in found:
                yield sort, found[sort.module]


def plan_whole(topology: Any, reader: Callable[[], Reader], **asked: Any) -> Whole:
    """Plan what a vrack_topology describes. *asked*: as in Asked. No request is made where no project is named."""
    described = Topology(topology)
    lists = described.lists()
    problems = Problems()
    for line in described.problems:
        problems.add(line.partition(": ")[0], "", line)
    wishes = Asked(**asked)
    project = str(lists["project"] or "")
    planner = Planner(problems)
    parts = parts_of(described, lists, wishes, planner)
    left: Tuple[str, ...] = ()
    read = reader() if project and parts else None
    if read is not None:
        planner.explain = lambda problem: _explained(problem, read, project)
        planner.run(parts, read)
        if wishes.state == "absent" and not problems.found:
            left = left_alone(read, project, [one.item for one in planner.planned])
    return Whole(Plan(wishes.state, project, tuple(one.item for one in planner.planned), left), problems, planner, read)


def _explained(problem: VrackError, read: Reader, project: str) -> VrackError:
    if not isinstance(problem, (NotFound, InputProblems)):
        return problem
    from .._resources.reference.meaning import explained

    return explained(problem, read, [project])
