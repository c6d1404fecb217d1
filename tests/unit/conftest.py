# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What unit tests share: how hypothesis looks for counterexamples, and a client without patience."""

from __future__ import annotations

import pytest
from ansible_collections.ovhcloud.vrack.plugins.module_utils._api import client as client_module
from hypothesis import settings

settings.register_profile("unit", print_blob=True, deadline=None, database=None)
settings.load_profile("unit")


@pytest.fixture
def impatient(monkeypatch):
    """The client gives a request one second: for answers that never come. Whatever else is asked has to come in it."""
    monkeypatch.setattr(client_module, "LEAST_TIMEOUT", 0.1)
    return {"api_timeout": 1.0}
