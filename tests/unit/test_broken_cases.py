# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make broken` breaks is still there to be broken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.broken_cases import entries
from tests.case_report import CASES
from tests.collection_tree import CHECKOUT


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: f"{entry['case']}: {entry['what']}")
def test_the_text_is_there_once(entry: dict[str, Any]) -> None:
    assert (CHECKOUT / entry["file"]).read_text(encoding="utf-8").count(entry["text"]) == 1
    assert entry["text"] != entry["instead"]


def test_each_case_can_be_broken() -> None:
    assert sorted(set(CASES) - {entry["case"] for entry in entries()}) == []
