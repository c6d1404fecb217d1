# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run makes as many requests as tests/benchmark/counts.yml says, which `make counts` writes."""

from __future__ import annotations

import pytest
import yaml

from simulator.launch import Simulator
from tests.benchmark.cases import LARGE, MIDDLE, SMALL, Size
from tests.benchmark.counts import FILE, counted

WRITTEN = yaml.safe_load(FILE.read_text(encoding="utf-8"))
pytestmark = pytest.mark.steady("the requests are counted")


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=lambda size: size.name)
def test_as_many_requests_as_are_written_down(simulator: Simulator, size: Size) -> None:
    assert counted(simulator, size) == WRITTEN[size.name]


def test_what_has_nothing_to_do_asks_by_networks_and_regions() -> None:
    """Neither a subnet nor an instance more is a request more."""

    def parts(size: Size) -> tuple[int, int]:
        regions = {region for network in size.topology["networks"] for region in network["regions"]}
        return len(size.topology["networks"]), len(regions)

    (networks, regions), requests = parts(MIDDLE), WRITTEN["M"]["nothing to do"]["GET"]
    assert requests - networks - 2 * regions <= 10
    assert parts(LARGE)[0] == 10 * networks
