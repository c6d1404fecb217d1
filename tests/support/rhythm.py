# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rhythm of a module's tests: in check mode, for real, once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.launch import Simulator
from tests.support.modules import run_modules
from tests.support.playbooks import PlaybookRun, TaskRun


@dataclass(frozen=True)
class Rhythm:
    """The three results of one module call."""

    check: TaskRun
    real: TaskRun
    again: TaskRun
    run: PlaybookRun


def three_times(simulator: Simulator, module: str, **options: Any) -> Rhythm:
    """Run a module in check mode with diff, for real with diff, and again; hold the first two against each other.

    Asserts what holds for every module whatever it does: the check changes nothing and predicts the real run, and
    the second real run changes nothing.
    """
    call = {f"ovhcloud.vrack.{module}": options, "diff": True}
    run = run_modules(
        simulator,
        [
            {"name": "check", **call, "check_mode": True},
            {"name": "real", **call},
            {"name": "again", **call},
        ],
    )
    rhythm = Rhythm(run["check"], run["real"], run["again"], run)
    assert not rhythm.real.failed, f"{rhythm.real.msg}\n{run.output}"
    assert rhythm.check.writes == []
    assert rhythm.again.writes == [], run.output
    assert not rhythm.again.changed
    assert_predicted(rhythm.check, rhythm.real)
    return rhythm


def assert_predicted(check: TaskRun, real: TaskRun) -> None:
    """What check mode said is what the run did: the same changes and diffs, and records that differ only where they
    were not known."""
    assert not check.failed, check.msg
    assert check.changed == real.changed
    assert check.result.get("diff") == real.result.get("diff")
    predicted, done = check.result["results"], real.result["results"]
    assert [(one["name"], one["action"], one["changed"]) for one in predicted] == [
        (one["name"], one["action"], one["changed"]) for one in done
    ]
    for one, other in zip(predicted, done, strict=True):
        for key in one.keys() - {"name", "action", "changed", "failed"}:
            assert_fits(one[key], other[key], key)


def assert_fits(predicted: Any, real: Any, place: str) -> None:
    """None stands for what was not known; everything else must be as predicted."""
    if predicted is None:
        return
    if isinstance(predicted, dict):
        assert predicted.keys() == real.keys(), place
        for key, value in predicted.items():
            assert_fits(value, real[key], f"{place}.{key}")
    elif isinstance(predicted, list):
        assert len(predicted) == len(real), (place, predicted, real)
        for index, value in enumerate(predicted):
            assert_fits(value, real[index], f"{place}[{index}]")
    else:
        assert predicted == real, place
