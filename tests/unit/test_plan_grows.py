# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan of many things costs, counted in calls, which are the same on every machine."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.benchmark.worlds import bring_about, described
from tests.unit.support.planning import Account, texts

PLANNING = ("/_plan/", "/_resources/", "/_shared/", "/_description/", "/_results.py", "<string>")
"""Where the time of a plan goes. The methods that Python writes for dataclasses have no file."""


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """How often each function of these is called meanwhile, by this thread and those that it begins."""
    found: Counter[str] = Counter()

    def note(frame: Any, event: str, _argument: Any) -> None:
        code = frame.f_code
        if event == "call" and any(place in code.co_filename for place in PLANNING):
            found[f"{code.co_filename.rpartition('module_utils/')[2]}:{code.co_name}"] += 1

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def calls(account: Account, topology: dict[str, Any]) -> Counter[str]:
    with counted() as found:
        whole = account.plan(topology)
        assert texts(whole) == []
        assert whole.access_rules
        assert list(whole.outcomes())
    return found


@pytest.mark.parametrize("there", [True, False], ids=["nothing to do", "everything to do"])
def test_four_times_as_much_is_four_times_the_work(sim: Any, there: bool) -> None:
    costs: list[Counter[str]] = []
    for size in (10, 40):
        sim.reset(world="default")
        sim.settings(kind=True)
        topology = described(f"size-{size}", vlans=size, regions=2, instances=size)
        bring_about(sim, topology if there else {**topology, "networks": [], "ssh_keys": [], "instances": []})
        costs.append(calls(Account(sim), topology))
    few, many = costs
    grown = {name: (few[name], number) for name, number in many.items() if number > 100 + 5 * few[name]}
    assert grown == {}
    assert many.total() < 4.5 * few.total()
