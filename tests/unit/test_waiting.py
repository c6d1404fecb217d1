# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task says of its wait: when a line comes, and how it reaches the pipe."""

from __future__ import annotations

import os
from pathlib import Path

from ansible_collections.ovhcloud.vrack.plugins.module_utils._waiting import LONGEST, Waiting, line, say_into_pipe

from tests.unit.support.clock import StepClock


def test_a_line_when_something_changed_and_at_most_one_in_five_seconds() -> None:
    clock, said = StepClock(), []
    waiting = Waiting(clock, said.append)
    for reasons in (["a is BUILD"], ["a is BUILD"], ["b is BUILD"], ["c is BUILD"], ["c is BUILD"], ["c is BUILD"]):
        waiting(reasons)
        clock.wait(2)
    clock.wait(60)
    waiting(["c is BUILD"])
    assert said == ["after 0 s: a is BUILD", "after 6 s: c is BUILD"]


def test_a_line_is_short() -> None:
    assert line(["a", "b", "c", "d", "e"], 12.4) == "after 12 s: a; b; c; … and 2 more"
    assert len(line(["x" * 2 * LONGEST], 1)) == LONGEST


def test_a_pipe_that_nobody_reads_is_no_trouble(tmp_path: Path) -> None:
    say_into_pipe(str(tmp_path / "none"), "text")
    os.mkfifo(tmp_path / "pipe")
    say_into_pipe(str(tmp_path / "pipe"), "text")
    reader = os.open(tmp_path / "pipe", os.O_RDWR | os.O_NONBLOCK)
    for _number in range(10_000):
        say_into_pipe(str(tmp_path / "pipe"), "é" * 10)
    assert os.read(reader, 21) == "é".encode() * 10 + b"\n"
    os.close(reader)
