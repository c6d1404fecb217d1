# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Effects that are due at a moment of virtual time."""

from __future__ import annotations

import heapq
from itertools import count


class Timeline:
    def __init__(self):
        self._due = []
        self._order = count()

    def add(self, moment, effect, args):
        heapq.heappush(self._due, (moment, next(self._order), effect, args))

    def pop_due(self, now):
        """The next effect that is due, as (moment, effect, args), or None."""
        if not self._due or self._due[0][0] > now:
            return None
        moment, _order, effect, args = heapq.heappop(self._due)
        return moment, effect, args

    def __len__(self):
        return len(self._due)
