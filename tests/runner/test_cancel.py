# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job that is cancelled in the middle, and one that is started right away: the cancelled one's module goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.playbooks import writes_of
from tests.runner.cancelling import at_work, cancel_after
from tests.runner.jobs import NEWEST, prepare, run
from tests.runner.rounds import TYPED_IN, described
from tests.simulator.launch import Simulator
from tests.support.sites import account


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(
    ("written", "slow"),
    [("/checkout", {"order_delivering": 250}), ("/instance", {"instance_building": 250})],
    ids=["vrack", "instance"],
)
def test_cancelled_and_run_again(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, slow: dict[str, float]
) -> None:
    """Both are at work at once, and nothing is made twice."""
    monkeypatch.setenv("PATH", f"{NEWEST}{os.pathsep}{os.environ['PATH']}")
    simulator.reset(world="demo")
    simulator.settings(**slow)
    before = set(simulator.client().get("/vrack"))
    first = prepare(tmp_path / "first", simulator, **described(TYPED_IN))
    assert cancel_after(simulator, first, "site.yml", written) == ("canceled", 254)
    assert at_work(simulator), "the cancelled job's module should still be at work"

    again = run(prepare(tmp_path / "second", simulator, **described(TYPED_IN)), "site.yml")
    assert again.status == "successful", again.output

    assert len(set(simulator.client().get("/vrack")) - before) == 1
    assert len([write for write in writes_of(simulator.journal()) if write.endswith("/checkout")]) == 1
    there = account(simulator, simulator.project("empty")["id"])
    assert len(there["networks"]) == 1
    assert len(there["keys"]) == 1
    assert sorted(name for name, _region, _addresses in there["instances"]) == ["legacy-1", "web-1"]
    assert len(there["interfaces"]["web-1"]) == 2
