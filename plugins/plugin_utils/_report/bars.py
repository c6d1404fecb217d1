# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a subnet's addresses are shared out: used, free in its pools, and reserved, as numbers and as parts of a bar."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Optional, Set, Tuple

UNITS = 240
"""The length of a bar."""
LEAST = 3
"""How long the smallest part is drawn, so that it is seen."""


@dataclass(frozen=True)
class Part:
    """Of a bar, from *start* on, in its units."""

    kind: str
    start: int
    length: int


@dataclass(frozen=True)
class Bar:
    """total: all addresses of the range. Each is used, free (in a pool, and nobody's) or reserved (all others)."""

    total: int
    used: int
    free: int
    parts: Tuple[Part, ...]

    @property
    def reserved(self) -> int:
        return self.total - self.used - self.free


def bar_of(
    cidr: str,
    pools: Iterable[Dict[str, Any]],
    gateway: Optional[str],
    here: Iterable[str],
    elsewhere: Iterable[str] = (),
) -> Optional[Bar]:
    """None where the range is no IPv4 one. Of the addresses of instances *here* those count that are in it.

    *elsewhere*: addresses in other regions that have a part of the same range: not used here, and not free.
    """
    try:
        block = ipaddress.IPv4Network(cidr, strict=False)
    except ValueError:
        return None
    first, total = int(block.network_address), block.num_addresses
    used = {one - first for one in _numbers(here) if 0 <= one - first < total}
    others = {one - first for one in _numbers([gateway or "", *elsewhere])}
    free_ranges = _merged(_ranges(pools, first, total))
    in_pools = sum(end - start + 1 for start, end in free_ranges)
    not_free = sum(any(start <= one <= end for start, end in free_ranges) for one in used | others)
    parts = [_part("free", start, end, total) for start, end in free_ranges]
    parts += [_part("used", start, end, total) for start, end in _runs(used)]
    return Bar(total, len(used), in_pools - not_free, tuple(dict.fromkeys(parts)))


def _numbers(addresses: Iterable[str]) -> Iterable[int]:
    for one in addresses:
        try:
            yield int(ipaddress.IPv4Address(one))
        except ValueError:
            continue


def _ranges(pools: Iterable[Dict[str, Any]], first: int, total: int) -> List[Tuple[int, int]]:
    found = []
    for pool in pools:
        ends = list(_numbers([str(pool.get("start")), str(pool.get("end"))]))
        if len(ends) == 2:
            start, end = max(ends[0] - first, 0), min(ends[1] - first, total - 1)
            found += [(start, end)] if start <= end else []
    return sorted(found)


def _merged(ranges: Iterable[Tuple[int, int]]) -> List[Tuple[int, int]]:
    """Ranges in order that touch or overlap, as one."""
    found: List[Tuple[int, int]] = []
    for start, end in ranges:
        if found and start <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _runs(numbers: Set[int]) -> List[Tuple[int, int]]:
    return _merged((one, one) for one in sorted(numbers))


def _part(kind: str, start: int, end: int, total: int) -> Part:
    left, right = start * UNITS // total, -(-(end + 1) * UNITS // total)
    length = max(right - left, LEAST)
    return Part(kind, min(left, UNITS - length), length)
