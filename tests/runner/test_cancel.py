# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job that is cancelled in the middle, and one that is started right away: the cancelled one's module goes on."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from simulator.launch import Simulator
from tests.support.playbooks import writes_of
from tests.support.runner.cancelling import at_work, cancel_when_held
from tests.support.runner.jobs import NEWEST, prepare, run
from tests.support.runner.rounds import TYPED_IN, described
from tests.support.sites import account


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("written", ["*/checkout", "*/instance"], ids=["vrack", "instance"])
def test_cancelled_and_run_again(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    """Both are at work at once, and nothing is made twice."""
    monkeypatch.setenv("PATH", f"{NEWEST}{os.pathsep}{os.environ['PATH']}")
    simulator.reset(world="demo")
    before = set(simulator.client().get("/vrack"))
    # What it asks for is done, and the answer is on its way.
    simulator.hold("POST", written, where="after")
    first = prepare(tmp_path / "first", simulator, **described(TYPED_IN))
    assert cancel_when_held(simulator, first, "site.yml") == ("canceled", 254)
    left = at_work(simulator)
    assert left, "the cancelled job's module should still be at work"

    simulator.hold("GET", "/vrack")
    with ThreadPoolExecutor(1) as other:
        second = prepare(tmp_path / "second", simulator, **described(TYPED_IN))
        running = other.submit(run, second, "site.yml")
        try:
            simulator.held(2, timeout=120)
            assert set(left) < set(at_work(simulator))
        finally:
            simulator.release()
        again = running.result()
    assert again.status == "successful", again.output

    assert len(set(simulator.client().get("/vrack")) - before) == 1
    assert len([write for write in writes_of(simulator.journal()) if write.endswith("/checkout")]) == 1
    there = account(simulator, simulator.project("empty")["id"])
    assert len(there["networks"]) == 1
    assert len(there["keys"]) == 1
    assert sorted(name for name, _region, _addresses in there["instances"]) == ["legacy-1", "web-1"]
    assert len(there["interfaces"]["web-1"]) == 2
