# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases run against the same simulator as the tests of each module."""

from __future__ import annotations

from tests.integration.conftest import _process, simulator

__all__ = ["_process", "simulator"]
