# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How hypothesis looks for counterexamples: without a clock, and with what is needed to see one again."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unit", print_blob=True, deadline=None, database=None)
settings.load_profile("unit")
