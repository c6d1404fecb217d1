# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is left to chance in a world, and where nothing is."""

from __future__ import annotations

import datetime

STEADY = {"reads_fail": 0, "writes_fail": 0}
"""No request answers 500 by chance: for tests that look at single calls. The marker `steady` says why."""

TODAY = datetime.datetime.now(tz=datetime.UTC).date().toordinal()
"""What samples hang on that are others each day."""
