# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task returns: outcomes as records, results, diff and the text of a failure."""

from __future__ import annotations

import traceback
from typing import Any, Dict, List, Optional, Sequence

from ._engine.errors import Bug
from ._engine.model import Action, Outcome, shown, without_later

SHOWN_FAILURES = 10


def results_of(one: str, many: str, outcomes: Sequence[Outcome], single: bool, with_diff: bool) -> Dict[str, Any]:
    """All that a module returns. one, many: how its items are called there."""
    records = [without_later(outcome.record, None) for outcome in outcomes]
    result: Dict[str, Any] = {
        "changed": any(outcome.changed for outcome in outcomes),
        many: [record for record in records if record is not None],
        "results": [_entry(one, outcome, record) for outcome, record in zip(outcomes, records)],
    }
    if single:
        result[one] = records[0]
        result.update(outcomes[0].facts)
    if with_diff:
        result["diff"] = [entry for outcome in outcomes for entry in _diff(outcome)]
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if failed:
        facts = [outcome.error.facts() for outcome in failed if outcome.error is not None]
        result.update(failed=True, msg=_failure_text(outcomes, failed), failure=facts[0])
        result.update(_traceback(failed))
    return result


def _traceback(failed: Sequence[Outcome]) -> Dict[str, str]:
    """Where a bug was met, for the report that it asks for."""
    bugs = [outcome.error.__cause__ for outcome in failed if isinstance(outcome.error, Bug)]
    if not bugs or bugs[0] is None:
        return {}
    return {"exception": "".join(traceback.format_exception(type(bugs[0]), bugs[0], bugs[0].__traceback__))}


def _entry(one: str, outcome: Outcome, record: Optional[Dict[str, Any]]) -> Dict[str, Any]:
    entry: Dict[str, Any] = {
        "name": outcome.label,
        "action": outcome.action.value,
        "changed": outcome.changed,
        "failed": outcome.error is not None,
        "seconds": outcome.seconds,
        one: record,
    }
    if outcome.error is not None:
        entry["msg"] = outcome.error.sentence()
        entry["failure"] = outcome.error.facts()
    return entry


def _failure_text(outcomes: Sequence[Outcome], failed: Sequence[Outcome]) -> str:
    lines = [_failure_line(outcome) for outcome in failed[:SHOWN_FAILURES]]
    if len(failed) > SHOWN_FAILURES:
        lines.append(f"… and {len(failed) - SHOWN_FAILURES} more")
    if len(outcomes) > 1:
        lines.insert(0, f"{len(failed)} of {len(outcomes)} failed; what the others did is kept, see results")
    return "\n".join(lines)


def _failure_line(outcome: Outcome) -> str:
    text = outcome.error.sentence() if outcome.error else ""
    return text if outcome.label in text else f"{outcome.label}: {text}"


def _diff(outcome: Outcome) -> List[Dict[str, Any]]:
    if outcome.action is Action.NONE:
        return []
    return [
        {
            "before_header": outcome.label,
            "after_header": f"{outcome.label} ({outcome.action.value})",
            "before": shown(outcome.before) or {},
            "after": shown(outcome.after) or {},
        }
    ]
