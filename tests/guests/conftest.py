# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Machines cost a minute or two: without `make guests` a sample of what is tried on them is enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.guests.root import why_not

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--all-guests", default=False):
        return
    ours = [item for item in items if HERE in item.path.parents and item.get_closest_marker("guest_sample") is None]
    config.hook.pytest_deselected(items=ours)
    items[:] = [item for item in items if item not in ours]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    why = "" if config.getoption("--all-guests", default=False) else why_not()
    if why:
        terminalreporter.write_line(f"tests/guests: nothing was tried on machines, for {why}")
