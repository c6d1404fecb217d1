# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that stand still until the test lets them go, while all others pass: order made by facts, not by seconds."""

from __future__ import annotations

import asyncio

from simulator.errors import bad_request


class WorldGone(Exception):
    """The world that a request was for was reset meanwhile: it has no effect and no answer any more."""


class Gates:
    """Who is held, by the number of its entry in the journal."""

    def __init__(self):
        self._held = {}
        self._changed = asyncio.Condition()

    async def hold(self, entry, where):
        """Stand still until let go."""
        described = {name: entry[name] for name in ("n", "method", "path", "body")}
        going = asyncio.get_running_loop().create_future()
        self._held[entry["n"]] = ({**described, "where": where}, going)
        async with self._changed:
            self._changed.notify_all()
        try:
            if not await going:
                raise WorldGone
        finally:
            self._held.pop(entry["n"], None)

    def listed(self):
        return [described for described, _going in self._held.values()]

    async def wait(self, count, timeout):
        """Those who are held, once they are so many."""
        try:
            async with self._changed:
                await asyncio.wait_for(self._changed.wait_for(lambda: len(self._held) >= count), timeout)
        except TimeoutError:
            raise bad_request(f"{count} were to be held within {timeout:g} s, and there are {self.listed()}") from None
        return self.listed()

    def release(self, numbers=None):
        """Let these go, or all; return who was let go."""
        numbers = list(self._held) if numbers is None else numbers
        unknown = [number for number in numbers if number not in self._held]
        if unknown:
            raise bad_request(f"not held: {unknown}; there are {self.listed()}")
        return self._end(numbers, True)

    def drop(self):
        """Break the connections of all, who have no effect any more."""
        return self._end(list(self._held), False)

    def _end(self, numbers, goes_on):
        ended = [self._held.pop(number) for number in numbers]
        for _described, going in ended:
            if not going.done():
                going.set_result(goes_on)
        return [described for described, _going in ended]
